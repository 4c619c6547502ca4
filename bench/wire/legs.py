"""The phone platform's side: a leg's media socket, and the loudspeaker at its far end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import cache

import numpy as np
from picows import WSCloseCode, WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from mapokezi.telephony.stream import KILL_AUDIO, SUBPROTOCOL
from mapokezi.voice.protocols.scripted import murmur

FRAME_BYTES, FRAME_S = 640, 0.02
AUDIBLE = 300
"""The peak from which sound counts as heard."""
_GROUPS = 4
"""The frames of all calls are spread over so many parts of the 20 ms."""
_QUIET = np.random.default_rng(1).integers(-3, 4, 16_000 * 4).astype("<i2").tobytes()
"""Four seconds of a silent line: its noise lies at -70 dBFS."""


@cache
def voice(text: str) -> bytes:
    """A caller's voice, in whole frames."""
    pcm = murmur(text)
    return pcm[: len(pcm) - len(pcm) % FRAME_BYTES]


class Leg(WSListener):
    """One media socket, from the platform's side."""

    def __init__(self) -> None:
        super().__init__()
        self._transport: WSTransport | None = None
        self._at = np.random.default_rng().integers(0, 200) * FRAME_BYTES
        self._voice = b""
        self._said = 0
        self.is_open = False
        self.close_code: int | None = None
        self.frames_sent = 0
        self.heard_until = 0.0
        """When the loudspeaker has played all that it was given, on the performance counter."""
        self.audible_until = 0.0
        """The same of what can be heard."""
        self.kills = 0
        self.on_audible: Callable[[float], None] = lambda _at: None
        """Told when sound that can be heard comes, each message of it."""
        self.on_kill: Callable[[float], None] = lambda _at: None
        self.over = asyncio.Event()

    async def open(self, url: str) -> None:
        """Open the media socket that a document has named.

        Raises:
            WSError, OSError: It was refused.
        """
        headers = [("Sec-WebSocket-Protocol", SUBPROTOCOL)]
        await ws_connect(lambda: self, url, extra_headers=headers, websocket_handshake_timeout=10)

    def say(self, text: str) -> float:
        """Speak from the next frame on; gives how long it takes, in seconds."""
        self._voice, self._said = voice(text), 0
        return len(self._voice) / 32_000

    def send_frame(self) -> None:
        """Send the next 20 ms."""
        transport = self._transport
        if transport is None:
            return
        if self._said < len(self._voice):
            frame = self._voice[self._said : self._said + FRAME_BYTES]
            self._said += FRAME_BYTES
        else:
            frame = _QUIET[self._at : self._at + FRAME_BYTES]
            self._at = (self._at + FRAME_BYTES) % len(_QUIET)
        transport.send(WSMsgType.BINARY, frame)
        self.frames_sent += 1

    def hang_up(self) -> None:
        """Close as the platform does when the caller is gone."""
        if self._transport is not None:
            self._transport.send_close(WSCloseCode.OK, b"")

    def cut(self) -> None:
        """Break the connection without a word."""
        if self._transport is not None:
            self._transport.disconnect(False)

    # -- what picows calls --

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._transport = transport
        self.is_open = True
        transport.send(WSMsgType.TEXT, b'{"event":"start","streamSid":"s"}')

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        kind = frame.msg_type
        if kind == WSMsgType.BINARY:
            self._play(frame.get_payload_as_bytes(), time.perf_counter())
        elif kind == WSMsgType.TEXT:
            if frame.get_payload_as_utf8_text() == KILL_AUDIO:
                now = time.perf_counter()
                self.kills += 1
                self.heard_until = min(self.heard_until, now)
                self.audible_until = min(self.audible_until, now)
                self.on_kill(now)
        elif kind == WSMsgType.CLOSE:
            self.close_code = int(frame.get_close_code().value)
            transport.send_close(WSCloseCode.OK, b"")  # none is sent if ours was the first
            transport.disconnect()

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self._transport = None
        self.is_open = False
        self.over.set()

    def _play(self, pcm: bytes, now: float) -> None:
        begins = max(now, self.heard_until)
        self.heard_until = begins + len(pcm) / 32_000
        loud = np.flatnonzero(np.abs(np.frombuffer(pcm, "<i2")) >= AUDIBLE)
        if loud.size:
            self.audible_until = begins + int(loud[-1] + 1) / 16_000
            self.on_audible(now)


class Legs:
    """All legs that are open, and the clock of what they send."""

    def __init__(self) -> None:
        self._groups: list[list[Leg]] = [[] for _ in range(_GROUPS)]
        self._ticking: asyncio.Task[None] | None = None
        self.late = 0
        """Ticks that came a frame or more too late."""
        self.ticks = 0

    def add(self, leg: Leg) -> None:
        """Have a leg's caller heard from now on."""
        min(self._groups, key=len).append(leg)

    def remove(self, leg: Leg) -> None:
        """A leg is over."""
        for group in self._groups:
            if leg in group:
                group.remove(leg)

    def start(self) -> None:
        """Begin to tick."""
        self._ticking = asyncio.get_running_loop().create_task(self._tick())

    async def stop(self) -> None:
        """End."""
        if self._ticking is not None:
            self._ticking.cancel()
            await asyncio.gather(self._ticking, return_exceptions=True)

    async def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        due, number = loop.time(), 0
        while True:
            due += FRAME_S / _GROUPS
            number += 1
            late_s = loop.time() - due
            if late_s > FRAME_S:
                self.late += 1
                if late_s > 1.0:  # the machine stood still: callers do not catch up
                    due = loop.time()
            elif late_s < 0:
                await asyncio.sleep(-late_s)
            self.ticks += 1
            for leg in self._groups[number % _GROUPS]:
                leg.send_frame()
