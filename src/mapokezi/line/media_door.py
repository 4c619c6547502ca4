"""Who may open a media socket: every upgrade is judged here, from memory, and answered at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, unquote, urlsplit

import structlog
from picows import WSUpgradeRequest, WSUpgradeResponse, WSUpgradeResponseWithListener

from mapokezi.bridge import clock
from mapokezi.bridge.admission import MediaRefusal
from mapokezi.bridge.call_in_progress import CallInProgress
from mapokezi.bridge.calls_in_progress import CallsInProgress
from mapokezi.bridge.media_socket import MediaSink, MediaSocket
from mapokezi.line.metrics import LineMetrics
from mapokezi.line.settings import LineSettings
from mapokezi.telephony.stream import SUBPROTOCOL
from mapokezi.telephony.urls import MEDIA_PATH

log = structlog.get_logger("mapokezi.line.media")

OpenCall = Callable[[CallInProgress, MediaSocket], MediaSink]
"""Opens the conversation of a call whose media socket has opened; a second time for one call if
it comes back from a hand-off."""


class MediaDoor:
    """Turns an upgrade request into a `MediaSocket`, or into a refusal with its reason."""

    def __init__(
        self,
        settings: LineSettings,
        calls: CallsInProgress,
        open_call: OpenCall,
        metrics: LineMetrics,
    ) -> None:
        """Guard the media path of one line."""
        self._settings = settings
        self._calls = calls
        self._open_call = open_call
        self._metrics = metrics
        self.open_sockets: set[MediaSocket] = set()

    def judge(self, request: WSUpgradeRequest) -> WSUpgradeResponseWithListener:
        """Answer an upgrade. Never raises: what it raised would be shown to the stranger."""
        try:
            return self._judge(request)
        except Exception:
            log.exception("media_door_failed")
            return self._refuse(500, "fault", "the request could not be judged")

    def _judge(self, request: WSUpgradeRequest) -> WSUpgradeResponseWithListener:
        target = urlsplit(request.path.decode("latin-1"))
        prefixes = {self._settings.urls.local_prefix, self._settings.urls.prefix}
        node = next(
            (
                unquote(target.path.removeprefix(f"{prefix}{MEDIA_PATH}/"))
                for prefix in prefixes
                if target.path.startswith(f"{prefix}{MEDIA_PATH}/")
            ),
            None,
        )
        if node is None:
            return self._refuse(404, "wrong_path", "no media socket at this path")
        offered = re.split(
            r"[,\s]+", ",".join(request.headers.getall("sec-websocket-protocol", []))
        )
        if SUBPROTOCOL not in offered:
            return self._refuse(
                400, "wrong_subprotocol", f"the subprotocol {SUBPROTOCOL} must be offered"
            )
        query = parse_qs(target.query, max_num_fields=20)
        token, call_id = query.get("token", [""])[0], query.get("call", [""])[0]
        claimed = self._calls.claim_media(token, call_id, node, clock.monotonic())
        if isinstance(claimed, MediaRefusal):
            return self._refuse(403, claimed.value, f"not let in: {claimed.value}", call_id)
        self._observe(claimed)
        response = WSUpgradeResponse.create_101_response(
            extra_headers={"Sec-WebSocket-Protocol": SUBPROTOCOL}
        )
        return WSUpgradeResponseWithListener(response, self._socket_for(claimed))

    def _socket_for(self, call: CallInProgress) -> MediaSocket:
        def open_sink(socket: MediaSocket) -> MediaSink:
            self.open_sockets.add(socket)
            self._metrics.media_sockets.set(len(self.open_sockets))
            log.info("media_opened", call_id=call.call_id, came_back=call.came_back)
            return self._open_call(call, socket)

        return MediaSocket(
            open_sink,
            self._settings.media,
            name=call.call_id,
            on_close=self._count_close,
            habits=self._calls.habits,
        )

    def _observe(self, call: CallInProgress) -> None:
        """Learn how soon after the callback the platform opens a stream."""
        if not call.came_back:
            after_s = clock.monotonic() - call.arrived_mono
            soon = "within half a second" if after_s < 0.5 else "within two seconds"
            word = soon if after_s < 2.0 else "later than two seconds"
            self._calls.habits.note("a stream opens", word)

    def _count_close(self, socket: MediaSocket, reason: str) -> None:
        self.open_sockets.discard(socket)
        self._metrics.media_sockets.set(len(self.open_sockets))
        self._metrics.media_ends.labels(reason).inc()

    def _refuse(
        self, status: int, reason: str, text: str, call_id: str = ""
    ) -> WSUpgradeResponseWithListener:
        self._metrics.refusals.labels(f"media_{reason}").inc()
        log.warning("media_refused", reason=reason, status=status, call_id=call_id[:64])
        response = WSUpgradeResponse.create_error_response(status, f"{text}\n".encode())
        return WSUpgradeResponseWithListener(response, None)
