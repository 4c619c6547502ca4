"""One ``<Stream>``: the media module's model joined to a real WebSocket.

The request is as near to the module's own as picows writes one: ``Host`` without port, ``Origin``,
the subprotocol, no extensions, no User-Agent; only the order of the headers differs.
"""

from __future__ import annotations

import json
import logging
import ssl
from collections.abc import Callable
from urllib.parse import urlsplit

from picows import (
    WSCloseCode,
    WSError,
    WSFrame,
    WSHandshakeError,
    WSListener,
    WSMsgType,
    WSTransport,
    WSUpgradeRequest,
    WSUpgradeResponse,
    ws_connect,
)

from mapokezi.emulator.media_module import (
    BinaryOut,
    CloseOut,
    ForkStart,
    ForkState,
    MediaModule,
    ModuleEvent,
    TextOut,
)
from mapokezi.emulator.media_playout import SteadyResampler
from mapokezi.emulator.mode_values.streams import Pongs, StreamFault
from mapokezi.emulator.stream_counts import StreamCounts
from mapokezi.emulator.telephone_line import LINE_RATE_HZ
from mapokezi.telephony.stream import SUBPROTOCOL

MOST_REQUESTS = 4
"""An endless redirect gives up after so many."""
LARGEST_FRAME_BYTES = 64 * 1024 * 1024
"""The module takes two megabytes at once without a word; there is no limit worth having here."""

_picows_log = logging.getLogger("mapokezi.emulator.picows")
_picows_log.setLevel(logging.WARNING)  # at info it tells of each connection, with its address


class StreamFork:
    """A fork's socket. All its methods belong to the event loop's thread."""

    def __init__(
        self, url: str, start: ForkStart, name: str, on_event: Callable[[ModuleEvent], None]
    ) -> None:
        """Make a fork that is not connected yet.

        Args:
            url: The document's; its query goes out whole.
            start: What the module is started with.
            name: The stream's name, for events.
            on_event: Told each event of the module, in order.
        """
        self.url, self.name = url, name
        self.module = MediaModule(start)
        self.counts = StreamCounts(name, start.channel_rate_hz, start.mix.value)
        self.timed_out = False
        """The handshake was never answered: the next call's fork will be mute."""
        self._on_event = on_event
        self._transport: WSTransport | None = None
        self._writable = True
        self._answers_pings = start.pongs is Pongs.ANSWERED
        self._frozen = False
        channel_hz = start.channel_rate_hz
        self._wide = _WideChannel(channel_hz) if channel_hz != LINE_RATE_HZ else None

    @property
    def is_spent(self) -> bool:
        """Whether nothing will come of it any more: closed, and its sound played to the end."""
        state = self.module.state
        over = state in (ForkState.STOPPED, ForkState.PEER_CLOSED)
        return over and (state is ForkState.STOPPED or self.module.queued_ms == 0)

    @property
    def is_frozen(self) -> bool:
        """Whether it stands still: nothing passes, either way."""
        return self._frozen

    async def connect(self, timeout_s: float) -> None:
        """Open the socket; one attempt. What comes of it is told by events alone."""
        reason = await self._try_to_connect(timeout_s)
        if reason and self.module.state is ForkState.CONNECTING:
            self.module.refused(reason)
            self.flush()

    async def _try_to_connect(self, timeout_s: float) -> str:
        """Says why it failed, if it did; empty where the module would not tell."""
        parts = urlsplit(self.url)
        headers = [
            ("Host", parts.hostname or ""),
            ("Pragma", "no-cache"),
            ("Cache-Control", "no-cache"),
            ("Origin", f"http://{parts.hostname}"),
            ("Sec-WebSocket-Protocol", SUBPROTOCOL),
        ]
        try:
            await ws_connect(
                self._listener,
                self.url,
                extra_headers=headers,
                websocket_handshake_timeout=timeout_s,
                max_redirects=MOST_REQUESTS - 1,
                max_frame_size=LARGEST_FRAME_BYTES,
                enable_auto_pong=False,
                logger_name=_picows_log,
            )
        except WSHandshakeError as error:
            return _refusal(error.response)
        except TimeoutError:
            self.time_out()
            return ""
        except ssl.SSLError as error:
            return f"connect SSL err 1: {error.reason}"
        except (OSError, WSError, ValueError):
            return "Unable to connect"
        return "Unable to connect"  # true only where neither ``opened`` nor a refusal came of it

    def _listener(self, request: WSUpgradeRequest, response: WSUpgradeResponse) -> WSListener:
        chosen = response.headers.get("Sec-WebSocket-Protocol")
        return _Socket(self, refused=chosen is not None and chosen != SUBPROTOCOL)

    # -- from the socket --

    def opened(self, transport: WSTransport) -> None:
        """The other side answered 101."""
        if self.module.state is not ForkState.CONNECTING:
            transport.disconnect()  # the call ended while the handshake was under way
            return
        self._transport = transport
        self.module.connected()
        self.flush()

    def subprotocol_refused(self, transport: WSTransport) -> None:
        """The other side chose a subprotocol that is not ours."""
        transport.disconnect(graceful=False)
        self.module.refused("HS: PROTOCOL malformed")
        self.flush()

    def received(self, kind: WSMsgType, payload: bytes, fragmented: bool = False) -> None:
        """A message, or a piece of a fragmented binary one."""
        if self._frozen:
            return
        if kind is WSMsgType.BINARY:
            self.counts.took_sound(len(payload))
            self.module.receive_binary(payload)
        else:
            self.counts.texts_taken += 1
            self.module.receive_text(payload.decode(errors="replace"), fragmented)
        self.flush()

    def closed(self) -> None:
        """The other side closed, by a close frame or without one."""
        self._transport = None
        self.module.peer_closed()
        self.flush()

    def set_writable(self, writable: bool) -> None:
        """The socket's buffers are full, or free again."""
        self._writable = writable

    # -- from the call --

    def read_tick(self, caller: bytes, far: bytes) -> None:
        """20 ms of the caller and of the platform's own sound, toward the socket."""
        if self._frozen:
            return
        if self._wide is not None:
            caller, far = self._wide.near.feed(caller), self._wide.far.feed(far)
        self.module.read_tick(caller, far, self._writable)
        self.flush()

    def write_tick(self, own: bytes | None) -> bytes | None:
        """20 ms toward the caller."""
        if self._frozen:
            return own
        if self._wide is None or own is None:
            written = self.module.write_tick(own)
        else:
            wide = self.module.write_tick(self._wide.own.feed(own))
            written = None if wide is None else self._wide.back.feed(wide)
        self.flush()
        return written

    def send_key(self, digit: str) -> None:
        """Tell the other side of a key as text, as a layer above the module may."""
        if self._transport is not None and not self._frozen:
            text = json.dumps({"event": "dtmf", "dtmf": digit, "duration": "160"})
            self._send(self._transport, TextOut(text))

    def stop(self, empty_binary_first: bool = False) -> None:
        """End the fork: close 1000 at once, after an empty binary if that is wanted."""
        if empty_binary_first:
            self.module.shut_down_gracefully()
        self.module.stop()
        self.flush()

    def refuse(self, reason: str) -> None:
        """Come to nothing without having tried."""
        self.module.refused(reason)
        self.flush()

    def time_out(self) -> None:
        """Have got no answer to the handshake: no event tells of it."""
        self.timed_out = True
        self.module.stop()

    def suffer(self, fault: StreamFault) -> None:
        """Have a fault strike now: cut or frozen; frozen ends with any other."""
        if fault is StreamFault.CUT:
            self.lose()
        self._frozen = fault is StreamFault.FROZEN

    def pinged(self, transport: WSTransport, payload: bytes) -> None:
        """Answer a ping with its payload, as the module does."""
        self.counts.pings += 1
        if self._answers_pings and not self._frozen:
            self.counts.pongs += 1
            transport.send_pong(payload)

    def lose(self) -> None:
        """Break the connection without a close frame, as a network does: for tests of bad days.

        To the module it is the same as a close by the other side.
        """
        if self._transport is not None:
            self._transport.disconnect(graceful=False)

    def flush(self) -> None:
        """Send what the module has for the socket, and tell its events."""
        self.counts.kept_back = self.module.kept_back
        for message in self.module.outgoing():
            if self._transport is not None:
                self._send(self._transport, message)
        for event in self.module.events():
            self._on_event(event)

    def _send(self, transport: WSTransport, message: TextOut | BinaryOut | CloseOut) -> None:
        match message:
            case TextOut(text):
                self.counts.sent_text(text)
                transport.send(WSMsgType.TEXT, text.encode())
            case BinaryOut(pcm):
                self.counts.sent_sound(len(pcm))
                transport.send(WSMsgType.BINARY, pcm)
            case CloseOut():
                self._transport = None
                transport.send_close(WSCloseCode.OK)
                transport.disconnect()


class _WideChannel:
    """A wideband call on a line of 8 kHz: the module sees 16 kHz, both ways."""

    def __init__(self, channel_hz: int) -> None:
        self.near = SteadyResampler(LINE_RATE_HZ, channel_hz)
        self.far = SteadyResampler(LINE_RATE_HZ, channel_hz)
        self.own = SteadyResampler(LINE_RATE_HZ, channel_hz)
        self.back = SteadyResampler(channel_hz, LINE_RATE_HZ)


def _refusal(response: WSUpgradeResponse | None) -> str:
    """The module's words for an answer that is not 101."""
    if response is None:
        return "HS: ws upgrade response not 101"
    status = int(response.status)
    if status == 401:
        return "HS: ws upgrade unauthorized"
    if 300 <= status < 400:
        return "HS: Redirect failed"
    return "HS: ws upgrade response not 101"


class _Socket(WSListener):
    """Passes what picows tells to the fork, with fragments put together."""

    def __init__(self, fork: StreamFork, refused: bool) -> None:
        self._fork, self._refused = fork, refused
        self._kind = WSMsgType.BINARY
        self._parts = bytearray()

    def on_ws_connected(self, transport: WSTransport) -> None:
        if self._refused:
            self._fork.subprotocol_refused(transport)
        else:
            self._fork.opened(transport)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if self._refused:
            return
        kind = frame.msg_type
        if kind is WSMsgType.CLOSE:
            transport.send_close(frame.get_close_code())
            transport.disconnect()
        elif kind is WSMsgType.PING:
            self._fork.pinged(transport, frame.get_payload_as_bytes())
        elif kind in (WSMsgType.BINARY, WSMsgType.TEXT, WSMsgType.CONTINUATION):
            self._take(kind, frame)

    def _take(self, kind: WSMsgType, frame: WSFrame) -> None:
        first = kind is not WSMsgType.CONTINUATION
        if first:
            self._kind = kind
        if self._kind is WSMsgType.BINARY:
            self._fork.received(WSMsgType.BINARY, frame.get_payload_as_bytes())
        elif first and frame.fin:
            self._fork.received(WSMsgType.TEXT, frame.get_payload_as_bytes())
        else:
            self._parts += frame.get_payload_as_memoryview()
            if frame.fin:
                text = bytes(self._parts)
                self._parts.clear()
                self._fork.received(WSMsgType.TEXT, text, fragmented=True)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        if not self._refused:
            self._fork.closed()

    def pause_writing(self) -> None:
        self._fork.set_writable(False)

    def resume_writing(self) -> None:
        self._fork.set_writable(True)
