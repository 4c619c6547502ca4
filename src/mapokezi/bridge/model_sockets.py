"""The connections of one session with a model: one at a time, the old one closed before the next.

A resumption is a second connection of the same session, and a far side may refuse it while the
first one is open (Gemini: 1011). So a close is waited for, as long as `DialSettings.close_s`.
"""

from __future__ import annotations

import asyncio
from typing import Protocol

import structlog

from mapokezi.audio.formats import SAMPLE_RATE_HZ, bytes_of
from mapokezi.bridge.model_dialling import NO_CLOSE_CODE, DialFailed, ModelSocket, SocketOwner
from mapokezi.voice.wire import CloseSocket, OpenSocket, Order, Send

log = structlog.get_logger("mapokezi.bridge.model")

_MOST_UNHEARD = bytes_of(2_000, SAMPLE_RATE_HZ)
"""As much as the protocols keep for themselves."""


class Dial(Protocol):
    """Opens a connection to the model of one profile.

    Raises:
        DialFailed: If it cannot be opened in time.
    """

    async def __call__(self, order: OpenSocket, owner: SocketOwner) -> None:
        """Dial; ``owner`` is told when the connection is open."""


class SocketNews(Protocol):
    """The session, as its connections see it. Called on the event loop."""

    def opened(self, connection: int) -> None:
        """The handshake is done."""

    def message(self, connection: int, message: bytes) -> None:
        """A whole message has come."""

    def gone(self, connection: int, code: int, reason: str) -> None:
        """The connection is over, or could not be opened; not by an order of the session."""


class ModelSockets:
    """Carries out the orders of one session."""

    def __init__(self, name: str, dial: Dial, news: SocketNews) -> None:
        """Begin with no connection.

        Args:
            name: Of the model's profile, for the log.
            dial: Opens one.
            news: Who is told.
        """
        self._name = name
        self._dial = dial
        self._news = news
        self._socket: ModelSocket | None = None
        self._closing: list[ModelSocket] = []
        self._dialling: asyncio.Task[None] | None = None
        self._dialled = 0
        self._unsent = bytearray()

    def carry_out(self, order: Order) -> None:
        """Do what the protocol orders; at once, or begin it."""
        match order:
            case Send(connection, message):
                if self._socket is not None and self._socket.connection == connection:
                    self._socket.send(message)
            case OpenSocket():
                self.hang_up()
                self._dialled = order.connection
                self._dialling = asyncio.get_running_loop().create_task(self._open(order))
            case CloseSocket(connection, code):
                self._close(connection, code)

    @property
    def unheard(self) -> bytes:
        """The caller's newest sound that was not sent, S16LE mono at 16 kHz, 2 s at most."""
        return bytes(self._unsent[-_MOST_UNHEARD:])

    def send_sound(self, pcm: bytes, message: bytes | None) -> None:
        """Send the caller's sound: the hot path.

        Args:
            pcm: The sound, to be kept while it cannot be sent.
            message: What brings it; None if the protocol has none yet: it is dialling.
        """
        if message is None:
            self._unsent += pcm
            del self._unsent[:-_MOST_UNHEARD]
            return
        if self._unsent:
            self._unsent.clear()
        socket = self._socket
        if socket is None:
            return
        socket.send(message)
        if socket.is_slow and socket.is_unread:
            log.warning("model_does_not_read", profile=self._name)
            socket.abort()
            self._socket = None
            reason = "the far side does not read"
            loop = asyncio.get_running_loop()
            loop.call_soon(self._news.gone, socket.connection, NO_CLOSE_CODE, reason)

    def hang_up(self) -> None:
        """Close whatever is open or being opened."""
        if self._dialling is not None:
            self._dialling.cancel()
            self._dialling = None
        if self._socket is not None:
            self._close(self._socket.connection, 1000)

    # -- what a socket tells; see `SocketOwner` --

    def opened(self, socket: ModelSocket) -> None:
        """The handshake is done."""
        self._dialling = None
        self._socket = socket
        self._news.opened(socket.connection)

    def message(self, connection: int, message: bytes) -> None:
        """A message has come."""
        self._news.message(connection, message)

    def gone(self, connection: int, code: int, reason: str) -> None:
        """The far side closed, or the network broke."""
        if self._socket is not None and self._socket.connection == connection:
            self._socket = None
        log.info("model_closed", profile=self._name, code=code, reason=reason[:200])
        self._news.gone(connection, code, reason)

    # -- --

    async def _open(self, order: OpenSocket) -> None:
        for old in self._closing:
            await old.ended.wait()
        self._closing.clear()
        try:
            await self._dial(order, self)
        except DialFailed as failed:
            log.warning("model_not_reached", profile=self._name, reason=str(failed))
            self._dialling = None
            self._news.gone(order.connection, failed.code, failed.reason)

    def _close(self, connection: int, code: int) -> None:
        if self._dialling is not None and self._dialled == connection:
            self._dialling.cancel()
            self._dialling = None
        socket = self._socket
        if socket is None or socket.connection != connection:
            return
        self._socket = None
        socket.close(code)
        self._closing.append(socket)
