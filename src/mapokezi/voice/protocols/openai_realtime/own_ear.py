"""The caller's voice by its loudness, for servers that have no detector of their own."""

from __future__ import annotations

from mapokezi.audio.level import LevelMeter, LevelMeterSettings, VoiceEdge

LISTENS_EVERY_S = 0.04
"""The meter works in steps of 40 ms."""


class OwnEar:
    """A level meter whose edges are read by the clock: nobody looks at a protocol after a frame."""

    def __init__(self, silence_ms: int) -> None:
        """Begin in silence; a voice has stopped when it has paused for ``silence_ms``."""
        self._meter = LevelMeter(settings=LevelMeterSettings(fall_ms=silence_ms))
        self._edges: list[VoiceEdge] = []
        self._due: float | None = None

    def begin(self, now: float) -> None:
        """From now on the edges are read."""
        self._due = now + LISTENS_EVERY_S

    def feed(self, pcm: bytes) -> None:
        """Take in the caller's sound."""
        self._edges += self._meter.feed(pcm)

    def next_timer(self) -> float | None:
        """Give the instant at which the edges should be read."""
        return self._due

    def edges(self, now: float) -> list[VoiceEdge]:
        """Take the edges that have gathered."""
        if self._due is None or now < self._due:
            return []
        self._due = now + LISTENS_EVERY_S
        taken, self._edges = self._edges, []
        return taken
