"""Listening at a caller's earpiece: when the receptionist speaks, and when it has finished.

Pure: sound in frames of 20 ms goes in, `VoiceHeard` and `TurnHeard` come out; time is counted in
the sound itself. A caller hears a voice's beginning at once, but cannot know that a turn is over
until it has been quiet for a while (the hang time): pauses between sentences are part of a turn.
"""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections import deque
from dataclasses import dataclass

import numpy as np

from mapokezi.audio.formats import FRAME_MS, FULL_SCALE, samples_in

SILENCE_DBFS = -120.0
"""What stands for the level of digital silence."""
_QUIET_FRAMES = 100
"""How many quiet frames tell the line's noise: two seconds."""


@dataclass(frozen=True, slots=True)
class ListeningSettings:
    """How a caller tells a voice from a quiet line, and a turn's end from a pause."""

    voice_dbfs: float = -42.0
    """What is louder is a voice, on a quiet line: a receptionist speaks at -25 to -15 dBFS."""
    above_noise_db: float = 10.0
    """By how much a voice must stand out of the line's own noise."""
    onset_frames: int = 2
    """How many loud frames in a row make a voice: one alone is a click."""
    hang_ms: int = 700
    """How long it must be quiet before a turn counts as finished. Pauses between the sentences of
    a synthesised reply are 200 to 500 ms."""


@dataclass(frozen=True, slots=True)
class VoiceHeard:
    """The other side has begun to speak."""

    at_ms: int
    """The start of the first loud frame."""


@dataclass(frozen=True, slots=True)
class TurnHeard:
    """The other side has finished, as far as can be heard."""

    started_ms: int
    ended_ms: int
    """The end of the last loud frame; that it was the last was known ``hang_ms`` later."""
    voiced_ms: int
    """How much of it was loud."""


Listened = VoiceHeard | TurnHeard


class Listener:
    """One ear. Feed it every frame in order; it counts time by them."""

    def __init__(self, settings: ListeningSettings | None = None) -> None:
        self.settings = settings or ListeningSettings()
        self._heard_ms = 0
        self._loud_run = 0
        self._started_ms: int | None = None
        self._last_loud_ms = 0
        self._voiced_ms = 0
        self._quiet = _RunningMedian()

    @property
    def heard_ms(self) -> int:
        """How much was listened to so far."""
        return self._heard_ms

    @property
    def quiet_ms(self) -> int:
        """For how long nothing was loud: 0 while the other side is audible."""
        return self._heard_ms - self._last_loud_ms

    def feed(self, frame: bytes) -> list[Listened]:
        """Listen to a frame: 20 ms of S16LE mono PCM at any rate."""
        loud = self._is_loud(frame)
        starts_ms = self._heard_ms
        self._heard_ms += FRAME_MS
        self._loud_run = self._loud_run + 1 if loud else 0
        if loud and (self._started_ms is not None or self._loud_run >= self.settings.onset_frames):
            return self._hear_loud(starts_ms)
        if self._started_ms is not None and self.quiet_ms >= self.settings.hang_ms:
            return [self._finish(self._started_ms)]
        return []

    def _hear_loud(self, starts_ms: int) -> list[Listened]:
        self._last_loud_ms = self._heard_ms
        self._voiced_ms += FRAME_MS
        if self._started_ms is not None:
            return []
        run_ms = self._loud_run * FRAME_MS
        self._voiced_ms = run_ms
        self._started_ms = starts_ms + FRAME_MS - run_ms
        return [VoiceHeard(self._started_ms)]

    def _finish(self, started_ms: int) -> TurnHeard:
        turn = TurnHeard(started_ms, self._last_loud_ms, self._voiced_ms)
        self._started_ms = None
        self._voiced_ms = 0
        return turn

    def _is_loud(self, frame: bytes) -> bool:
        level = level_dbfs(frame)
        noise = self._quiet.value
        loud = level > max(self.settings.voice_dbfs, noise + self.settings.above_noise_db)
        if not loud:
            self._quiet.add(level)
        return loud


class _RunningMedian:
    """The median of the last levels, kept in order: many callers listen in one process."""

    def __init__(self) -> None:
        self._latest = deque([SILENCE_DBFS])
        self._ranked = [SILENCE_DBFS]

    @property
    def value(self) -> float:
        middle = len(self._ranked) // 2
        if len(self._ranked) % 2:
            return self._ranked[middle]
        return (self._ranked[middle - 1] + self._ranked[middle]) / 2

    def add(self, level: float) -> None:
        if len(self._latest) == _QUIET_FRAMES:
            del self._ranked[bisect_left(self._ranked, self._latest.popleft())]
        self._latest.append(level)
        insort(self._ranked, level)


def level_dbfs(pcm: bytes) -> float:
    """Give the level of a piece of S16LE PCM: -120 for silence, 0 for full scale."""
    samples = samples_in(pcm).astype(np.float32)
    power = float(samples @ samples) / len(samples) if len(samples) else 0.0
    if power <= 0:
        return SILENCE_DBFS
    return max(SILENCE_DBFS, 10 * math.log10(power / FULL_SCALE**2))
