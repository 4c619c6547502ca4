"""The way of our sound through the media module, from the message to the caller.

Measured: ``contract/media-module.md`` section 3. The three traps are the pre-buffer, the tail that
stays stuck in it, and the killAudio that does not clear it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapokezi.audio.resample import Resampler
from mapokezi.emulator.media_marks import MarkTrack
from mapokezi.emulator.mode_values.streams import PlayoutLock

if TYPE_CHECKING:
    from mapokezi.emulator.media_module import ForkStart

TICK_MS = 20
"""Both directions move in frames of this length."""
PIECE_BYTES = 1024
"""Incoming messages reach the module in pieces of at most this many bytes."""
FIRST_SAMPLES = 1280
"""Pre-buffer before the first sound, in samples at our rate, times the factor k."""
LATER_SAMPLES = 640
"""Pre-buffer of all later sound, likewise."""
MISSED_EVERY = 10
"""Where the module can miss its lock: each so manyth message waits for the next."""


class SteadyResampler:
    """A resampler that gives exactly as much time as it is given, from the first frame on.

    What the filter holds back at its start is made up by silence in front, as the module's own
    does: no resampled frame was measured a sample short or long.
    """

    def __init__(self, from_hz: int, to_hz: int) -> None:
        self._from_hz, self._to_hz = from_hz, to_hz
        self._filter = Resampler(from_hz, to_hz) if from_hz != to_hz else None
        self._owed_bytes = 0
        self._ready = bytearray()

    def feed(self, pcm: bytes) -> bytes:
        """Resample one or more whole frames of S16LE mono PCM."""
        if self._filter is None:
            return pcm
        wanted = len(pcm) // 2 * self._to_hz // self._from_hz * 2
        self._ready += self._filter.feed(pcm)
        short = wanted - len(self._ready)
        if short > 0:
            self._ready[0:0] = bytes(short)
        out = bytes(self._ready[:wanted])
        del self._ready[:wanted]
        return out


class Playout:
    """The way of our sound through the module, from the message to the caller."""

    def __init__(self, start: ForkStart) -> None:
        self._back_rate_hz = start.back_rate_hz
        self._threshold_bytes = FIRST_SAMPLES * start.factor * 2
        self._later_bytes = LATER_SAMPLES * start.factor * 2
        self._frame_bytes = start.channel_rate_hz * TICK_MS // 1000 * 2
        self._odd = b""
        self._waiting = bytearray()
        self._queue = bytearray()
        self._taken_bytes = 0
        self._kill = False
        self._misses = start.playout_lock is PlayoutLock.MISSES
        self._messages = 0
        self._missed = b""
        self.missed = 0
        """Messages that waited for the next one."""
        self.marks = MarkTrack(start.marks)
        self.reports: list[str] = []
        """Texts for the socket that tell of marks."""
        self._per_sent = start.channel_rate_hz / (start.back_rate_hz or start.channel_rate_hz)
        self._filter = (
            Resampler(start.back_rate_hz, start.channel_rate_hz)
            if start.back_rate_hz and start.back_rate_hz != start.channel_rate_hz
            else None
        )

    @property
    def queued_bytes(self) -> int:
        """Past the pre-buffer and not yet heard, at the channel's rate."""
        return len(self._queue)

    @property
    def stuck_bytes(self) -> int:
        """In the pre-buffer, at our rate."""
        return len(self._waiting)

    def receive(self, message: bytes) -> None:
        """Take one binary message of any size; there is no limit and no back-pressure."""
        if self._back_rate_hz is None:
            return
        if self._misses and self._is_missed(message):
            return
        if not self._queue:
            self.marks.utterance_began()
        message, self._missed = self._missed + message, b""
        moved = bytearray()
        for at in range(0, len(message), PIECE_BYTES):
            self._take_piece(message[at : at + PIECE_BYTES], moved)
        if moved:
            pcm = bytes(moved)
            self._queue += pcm if self._filter is None else self._filter.feed(pcm)

    def _take_piece(self, piece: bytes, moved: bytearray) -> None:
        whole = self._odd + piece
        even = len(whole) & ~1
        self._odd = whole[even:]
        self._waiting += whole[:even]
        if len(self._waiting) >= self._threshold_bytes:
            moved += self._waiting
            self._waiting.clear()
            self._threshold_bytes = self._later_bytes

    def _is_missed(self, message: bytes) -> bool:
        """Whether the module could not get its lock: then the message waits for the next."""
        self._messages += 1
        if self._messages % MISSED_EVERY:
            return False
        self._missed += message
        self.missed += 1
        return True

    def mark(self, name: str) -> None:
        """Set a mark behind all that has come, at the channel's rate."""
        waiting = len(self._waiting) * self._per_sent
        self.marks.set(name, self._taken_bytes + len(self._queue) + round(waiting))

    def kill(self) -> None:
        """Clear the queue at the next tick, with all that comes before that tick."""
        self._kill = True

    def tick(self) -> bytes:
        """One frame for the caller; shorter or empty when there is no more."""
        if self._kill:
            self._kill = False
            self._taken_bytes += len(self._queue)
            self._queue.clear()
            self.reports += self.marks.killed()
            return b""
        frame = bytes(self._queue[: self._frame_bytes])
        del self._queue[: self._frame_bytes]
        self._taken_bytes += len(frame)
        is_idle = not self._queue and not self._waiting
        self.reports += self.marks.played(self._taken_bytes, frame, is_idle=is_idle)
        return frame
