"""Dialling a cloud model, and one WebSocket to it.

picows both ways, as at the media socket: a message crosses in a callback, without a task, a queue
or an await. What the handshake offers is plain: no permessage-deflate (sound does not compress,
and it costs more than all the rest), no pings of ours (Gemini's pongs were measured at 8 to 30 s,
`contract/voice-models.md` section 1.5), no redirects (they would carry the key elsewhere).
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

import structlog
from picows import WSCloseCode, WSFrame, WSListener, WSMsgType, WSTransport, ws_connect
from picows.common import WSError, WSHandshakeError

from mapokezi.errors import MapokeziError
from mapokezi.voice.wire import OpenSocket

log = structlog.get_logger("mapokezi.bridge.model")

NO_CLOSE_CODE = 1006
NOT_REACHED = 0

_TEXT = WSMsgType.TEXT
_PARTS_OF_MESSAGES = (WSMsgType.BINARY, _TEXT, WSMsgType.CONTINUATION)

TokenSource = Callable[[], Awaitable[str]]
"""Gives a bearer token that is good for some minutes.

Raises:
    MapokeziError: If none can be had.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DialSettings:
    """How models are dialled."""

    open_s: float = 2.0
    """For name, connection, TLS and handshake together: a model that does not open within this is
    replaced, while the caller still hears the greeting or a filler."""
    close_s: float = 0.5
    """For the far side to answer our close; then the connection is cut. A resumption waits for
    it, because Gemini refuses a second socket of a session (1011)."""
    most_message_bytes: int = 16 * 1024 * 1024
    """A reply's sound comes faster than it is heard, in messages of up to some 100 kB; the largest
    that any of the vendors allows itself is 15 MiB."""
    send_buffer_bytes: int = 65_536
    """The kernel's. Its own choice would hide a far side that does not read for a minute."""
    unread_bytes: int = 192 * 1024
    """What may wait in this process besides: some 4 s of the caller's sound."""
    tls_room_bytes: int = 2 * (16 * 1024 + 64)
    """What TLS takes in or gives out at once: two of its records. Its own choice, sixteen each way,
    is half a megabyte for every call."""
    user_timeout_ms: int = 10_000
    """TCP_USER_TIMEOUT: what is not acknowledged for so long means that the network is gone."""


class DialFailed(MapokeziError):  # noqa: N818  in the words of the trade
    """A model could not be reached, or refused the handshake."""

    def __init__(self, code: int, reason: str) -> None:
        """Keep the HTTP status (0 if nothing could be reached) and what was said."""
        super().__init__(code, reason)
        self.code = code
        self.reason = reason

    def __str__(self) -> str:
        """Say it for the operator."""
        return f"{self.reason} ({self.code})" if self.code else self.reason


class SocketOwner(Protocol):
    """Whoever has dialled. Called on the event loop."""

    def opened(self, socket: ModelSocket) -> None:
        """The handshake is done. Told before any message, and before `Dialler.dial` returns."""

    def message(self, connection: int, message: bytes) -> None:
        """A whole message has come."""

    def gone(self, connection: int, code: int, reason: str) -> None:
        """The connection is over, and not by our own close."""


class ModelSocket(WSListener):
    """One open connection to a model."""

    def __init__(self, connection: int, owner: SocketOwner, settings: DialSettings) -> None:
        """Prepare for a handshake."""
        super().__init__()
        self.connection = connection
        self._owner: SocketOwner | None = owner
        self._settings = settings
        self._transport: WSTransport | None = None
        self._pieces = bytearray()
        self.is_slow = False
        """Whether something waits to be sent."""
        self._close: tuple[int, str] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.ended = asyncio.Event()
        """Set once the connection is gone."""

    # -- what the session does --

    def send(self, message: bytes) -> None:
        """Send one text message at once."""
        if self._transport is not None and self._close is None:
            self._transport.send(_TEXT, message)

    @property
    def is_unread(self) -> bool:
        """Whether more waits to be sent than a far side that reads would ever let gather."""
        transport = self._transport
        if not self.is_slow or transport is None or transport.is_disconnected:
            return False
        waiting = int(transport.underlying_transport.get_write_buffer_size())
        return waiting > self._settings.unread_bytes

    def close(self, code: int = 1000) -> None:
        """Close, and tell nothing more; `ended` is set when the far side has closed too."""
        self._owner = None
        if self._transport is None or self._transport.is_disconnected:
            self.ended.set()
            return
        if self._close is None:
            self._close = (code, "")
            self._transport.send_close(_close_code(code), b"")
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._settings.close_s, self.abort)

    def abort(self) -> None:
        """Cut the connection."""
        self._owner = None
        if self._transport is not None:
            self._transport.disconnect(False)

    def give_up(self) -> None:
        """Have nobody told of a handshake that is not wanted any more."""
        if self._transport is None:
            self._owner = None

    # -- what picows calls --

    def on_ws_connected(self, transport: WSTransport) -> None:
        """The handshake is done."""
        self._transport = transport
        _tune(transport, self._settings)
        if self._owner is None:
            transport.disconnect(False)
        else:
            self._owner.opened(self)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """A frame has come; a message may be cut into several."""
        kind = frame.msg_type
        if kind in _PARTS_OF_MESSAGES:
            if frame.fin and not self._pieces:
                self._hand_over(frame.get_payload_as_bytes())
                return
            self._pieces += frame.get_payload_as_bytes()
            if len(self._pieces) > self._settings.most_message_bytes:
                self._close = (1009, "a message too big")
                transport.send_close(WSCloseCode.MESSAGE_TOO_BIG, b"")
                transport.disconnect()
            elif frame.fin:
                whole = bytes(self._pieces)
                self._pieces.clear()
                self._hand_over(whole)
        elif kind is WSMsgType.CLOSE:
            self._closed_by_far_side(transport, frame.get_payload_as_bytes())

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """The connection is gone."""
        if self._timer is not None:
            self._timer.cancel()
        self.ended.set()
        owner, self._owner = self._owner, None
        code, reason = self._close or (NO_CLOSE_CODE, "the connection broke")
        if owner is not None:
            owner.gone(self.connection, code, reason)

    def pause_writing(self) -> None:
        """The far side, or the network, is slower than our sound."""
        self.is_slow = True

    def resume_writing(self) -> None:
        """It has caught up."""
        self.is_slow = False

    def _hand_over(self, message: bytes) -> None:
        if self._owner is not None and self._close is None:
            self._owner.message(self.connection, message)

    def _closed_by_far_side(self, transport: WSTransport, payload: bytes) -> None:
        if self._close is None:
            code = int.from_bytes(payload[:2], "big") if len(payload) >= 2 else NO_CLOSE_CODE
            self._close = (code, payload[2:].decode("utf-8", "replace"))
            transport.send_close(_close_code(code), b"")
        transport.disconnect()


class Dialler:
    """Dials models: one for all calls of the line, so that all share one TLS context."""

    def __init__(
        self,
        settings: DialSettings | None = None,
        *,
        tls: ssl.SSLContext | None = None,
        token: TokenSource | None = None,
    ) -> None:
        """Prepare.

        Args:
            settings: Times and sizes.
            tls: Whom to trust; the system's authorities by default.
            token: For orders that need one.
        """
        self.settings = settings or DialSettings()
        self._tls = tls or ssl.create_default_context()
        self._token = token

    async def dial(
        self, order: OpenSocket, owner: SocketOwner, *, host: str, proxy: str | None = None
    ) -> None:
        """Open a connection; ``owner`` is told when it is open.

        Args:
            order: Where to, and with what.
            owner: Who is told of messages and of the end.
            host: The host, and port if it names one, that the profile's key is bound to.
            proxy: ``http://``, ``https://``, ``socks4://`` or ``socks5://``, if one is between.

        Raises:
            DialFailed: If it cannot be opened in time.
        """
        if urlsplit(order.url).netloc != host:
            # The key is for one host; whatever a protocol was talked into, it goes nowhere else.
            raise DialFailed(NOT_REACHED, f"the profile's key is for {host} alone")
        made = ModelSocket(order.connection, owner, self.settings)
        try:
            async with asyncio.timeout(self.settings.open_s):
                headers = [*order.headers, *await self._further_headers(order)]
                await ws_connect(
                    lambda: made,
                    order.url,
                    ssl_context=self._tls,
                    websocket_handshake_timeout=self.settings.open_s,
                    max_frame_size=self.settings.most_message_bytes,
                    extra_headers=headers,
                    max_redirects=0,
                    proxy=proxy,
                    **self._tls_room(order.url),
                )
        except asyncio.CancelledError:
            made.give_up()
            raise
        except TimeoutError:
            made.give_up()
            raise DialFailed(NOT_REACHED, f"not open within {self.settings.open_s:g} s") from None
        except (WSError, OSError, MapokeziError) as error:
            made.give_up()
            raise _dial_failed(error) from None
        except Exception as error:  # a proxy's refusal has a class of its own
            made.give_up()
            log.exception("model_dial_failed")
            raise DialFailed(NOT_REACHED, f"{type(error).__name__}: {error}") from None

    def _tls_room(self, url: str) -> dict[str, Any]:
        if not url.startswith("wss:"):
            return {}
        room = self.settings.tls_room_bytes
        return {"ssl_incoming_bio_size": room, "ssl_outgoing_bio_size": room}

    async def _further_headers(self, order: OpenSocket) -> list[tuple[str, str]]:
        headers = []
        if order.subprotocols:
            headers.append(("Sec-WebSocket-Protocol", ", ".join(order.subprotocols)))
        if order.needs_token:
            if self._token is None:
                raise DialFailed(NOT_REACHED, "this profile needs a token, and there is no source")
            headers.append(("Authorization", f"Bearer {await self._token()}"))
        return headers


def _dial_failed(error: Exception) -> DialFailed:
    """Say what is wrong, without what was sent: the headers hold the key."""
    if isinstance(error, DialFailed):
        return error
    if isinstance(error, WSHandshakeError) and error.response is not None:
        said = (error.raw_body or b"")[:300].decode("utf-8", "replace").strip()
        return DialFailed(int(error.response.status), said or "the handshake was refused")
    return DialFailed(NOT_REACHED, str(error) or type(error).__name__)


def _close_code(code: int) -> WSCloseCode:
    try:
        return WSCloseCode(code if code != NO_CLOSE_CODE else 1000)
    except ValueError:
        return WSCloseCode.OK


def _tune(transport: WSTransport, settings: DialSettings) -> None:
    """Have the kernel send at once, keep little, and give up on a network that is gone."""
    found = transport.underlying_transport.get_extra_info("socket")
    if found is None or found.family not in (socket.AF_INET, socket.AF_INET6):
        return
    try:
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, settings.user_timeout_ms)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, settings.send_buffer_bytes)
    except OSError as error:
        log.warning("model_socket_not_tuned", reason=error.strerror)
