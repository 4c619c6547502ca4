"""What any voice model's session does in a call: speak, call a tool, break off, fall silent."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import time
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from picows import WSCloseCode, WSFrame, WSListener, WSMsgType, WSTransport

from mapokezi.audio.resample import resampled
from mapokezi.voice.protocols.scripted import murmur

if TYPE_CHECKING:
    from bench.wire.models import Models

RATE_HZ = 24_000
PIECE_MS = 40
PACE = 2.0
"""How many times faster than it is heard a reply is sent: models are at least that fast."""
_NUMBER = re.compile(rb"The caller's number is (\+\d+)")
_HEARD_AFTER_S = 0.02
"""From a piece's arrival to the ear: a piece that leaves so late has nothing left before it."""


@cache
def pieces_of(text: str, how: str = "") -> tuple[str, ...]:
    """A text's sound in base64, a message each; ``how``: ``muted`` or ``toned`` in its place."""
    pcm = np.frombuffer(resampled(murmur(text), 16_000, RATE_HZ), "<i2")
    if how == "muted":
        pcm = np.resize([2, -1, 0, -2, 1], len(pcm)).astype("<i2")
    elif how == "toned":
        pcm = (8_000 * np.sin(2 * np.pi * 480 * np.arange(len(pcm)) / RATE_HZ)).astype("<i2")
    return in_pieces(pcm.tobytes())


def in_pieces(pcm: bytes) -> tuple[str, ...]:
    """Sound at `RATE_HZ` in base64, a message each."""
    size = RATE_HZ * PIECE_MS // 1000 * 2
    return tuple(base64.b64encode(pcm[at : at + size]).decode() for at in range(0, len(pcm), size))


class Caller(Protocol):
    """The call that a session is for."""

    def joined(self, session: Session) -> None:
        """A model's session for this call is set up."""

    def left(self, session: Session) -> None:
        """It is over."""

    def answered(self, session: Session, tool: str) -> None:
        """The line has answered a tool."""


class Session(WSListener):
    """One connection of the line's to a model."""

    kind = ""

    def __init__(self, models: Models) -> None:
        super().__init__()
        self._models = models
        self._transport: WSTransport | None = None
        self._replying: asyncio.Task[None] | None = None
        self.caller: Caller | None = None
        self.is_frozen = False
        self.heard_bytes = 0
        """Of messages with the caller's sound."""
        self.how = ""
        """``muted`` or ``toned``: what becomes of what it says."""
        self.pieces: Callable[[str, str], Sequence[str]] = pieces_of
        """What its words are as sound."""
        self.on_sound: Callable[[float], None] = lambda _at: None
        """Told when the first sound of each reply leaves."""

    # -- what a call has it do --

    def reply(self, text: str, tool: str = "", pieces: int | None = None) -> None:
        """Say something, as fast as models do; call a tool after it.

        Args:
            text: What.
            tool: A tool to call once it is said; alone if ``text`` is empty.
            pieces: Break off behind so many messages.
        """
        self.stop()
        task = asyncio.get_running_loop().create_task(self._reply(text, tool, pieces))
        self._replying = task

    def stop(self) -> None:
        """Send no more of the reply."""
        if self._replying is not None:
            self._replying.cancel()
            self._replying = None

    def kill(self) -> None:
        """Close, as a server with a fault does."""
        self.stop()
        if self._transport is not None:
            self._transport.send_close(WSCloseCode.INTERNAL_ERROR, b"internal error")
            self._transport.disconnect()

    def cut(self) -> None:
        """Break the connection without a word."""
        self.stop()
        if self._transport is not None:
            self._transport.disconnect(False)

    def freeze(self) -> None:
        """Neither say nor hear anything any more."""
        self.stop()
        self.is_frozen = True
        if self._transport is not None:
            self._transport.underlying_transport.pause_reading()

    def hears_voice(self) -> None:
        """The caller begins to speak."""

    def hears_end(self, text: str) -> None:
        """The caller has spoken."""

    def interrupts(self) -> float:
        """Call void what is being said; gives the instant at which that left."""
        raise NotImplementedError

    # -- the wire --

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._transport = transport
        self._models.sessions.add(self)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type == WSMsgType.CLOSE:
            transport.send_close(WSCloseCode.OK, b"")
            transport.disconnect()
        elif frame.msg_type in (WSMsgType.TEXT, WSMsgType.BINARY) and not self.is_frozen:
            self.take(frame.get_payload_as_bytes())

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self.stop()
        self._transport = None
        self._models.sessions.discard(self)
        if self.caller is not None:
            self.caller.left(self)

    def send(self, message: str) -> None:
        """Send a message, if anybody is there."""
        if self._transport is not None and not self.is_frozen:
            self._transport.send(WSMsgType.TEXT, message.encode())

    def tell(self, **message: Any) -> None:
        """Send a message by its fields."""
        self.send(json.dumps(message))

    def take(self, message: bytes) -> None:
        """A message of the line's has come."""
        raise NotImplementedError

    def _join(self, told: bytes) -> None:
        found = _NUMBER.search(told)
        caller = self._models.calls.get(found[1].decode()) if found else None
        if caller is None:
            self._models.strangers += 1
            return
        self.caller = caller
        caller.joined(self)

    async def _reply(self, text: str, tool: str, pieces: int | None) -> None:
        raise NotImplementedError

    async def _sound(self, text: str, send: Callable[[str], None], pieces: int | None) -> bool:
        """Send a text's sound at its pace; whether all of it was to be sent."""
        said = self.pieces(text, self.how)
        loop = asyncio.get_running_loop()
        began, most_s = loop.time(), 0.0
        try:
            for number, piece in enumerate(said):
                if number == pieces:
                    return False
                if number == 0:
                    self.on_sound(time.perf_counter())
                send(piece)
                wait_s = began + (number + 1) * PIECE_MS / 1000 / PACE - loop.time()
                await asyncio.sleep(max(0.0, wait_s))
                if number:  # what the caller hears began with the second piece
                    most_s = max(most_s, loop.time() - began - number * PIECE_MS / 1000)
        finally:
            self._models.slow_replies += most_s > _HEARD_AFTER_S
        return True
