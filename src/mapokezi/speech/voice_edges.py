"""From probabilities of voice to edges: a voice has started, a voice has stopped.

Time is counted in audio. An edge is told a little after it happened, but says when it happened::

    silence --- start_after_chunks at or over voice_over ---> voice
    voice   --- stop_after_chunks under silence_under -----> silence

A chunk between the two thresholds breaks neither row but lengthens none: it keeps a voice alive,
and it does not begin one.
"""

from __future__ import annotations

from dataclasses import dataclass

from mapokezi.speech.engines import VoiceDetector
from mapokezi.speech.settings import EdgeSettings

_BYTES_PER_MS = 32
"""16 kHz, two bytes a sample."""


@dataclass(frozen=True, slots=True)
class VoiceEdge:
    """The caller's voice has started or stopped."""

    is_voice: bool
    """True for a start, False for a stop."""
    at_ms: int
    """When, in milliseconds of audio since the first sample of the stream."""


class VoiceEdges:
    """One stream of audio and the edges in it."""

    def __init__(self, detector: VoiceDetector, settings: EdgeSettings) -> None:
        self._detector = detector
        self._settings = settings
        self._held = bytearray()
        self._chunk_ms = detector.chunk_bytes // _BYTES_PER_MS
        self._at_ms = 0
        self._row = 0
        """Chunks in a row that speak against the present state."""
        self._row_began_ms = 0
        self._started_ms = 0
        self._silent_ms = 0
        self.is_voice = False

    def feed(self, pcm: bytes) -> list[VoiceEdge]:
        """Take S16LE mono PCM at 16 kHz, any number of bytes; return the edges found with it."""
        self._held += pcm
        size = self._detector.chunk_bytes
        edges: list[VoiceEdge] = []
        begin = 0
        while len(self._held) - begin >= size:
            probability = self._detector.probability(bytes(self._held[begin : begin + size]))
            begin += size
            if edge := self._take(probability):
                edges.append(edge)
        if begin:
            del self._held[:begin]
        return edges

    def end(self) -> list[VoiceEdge]:
        """The stream is over; a voice that still sounds stops with it."""
        if not self.is_voice:
            return []
        return [self._turn(self._row_began_ms if self._row else self._at_ms)]

    def _take(self, probability: float) -> VoiceEdge | None:
        began_ms = self._at_ms
        self._at_ms += self._chunk_ms
        rules = self._settings
        if not self.is_voice:
            self._rest(probability)
        if rules.silence_under <= probability < rules.voice_over:
            return None
        if (probability >= rules.voice_over) == self.is_voice:
            self._row = 0
            return None
        if self._row == 0:
            self._row_began_ms = began_ms
        self._row += 1
        if self._row < (rules.stop_after_chunks if self.is_voice else rules.start_after_chunks):
            return None
        return self._turn(self._row_began_ms)

    def _turn(self, row_began_ms: int) -> VoiceEdge:
        self._row = 0
        self.is_voice = not self.is_voice
        if self.is_voice:
            self._started_ms = at_ms = row_began_ms
        else:
            at_ms = max(self._started_ms, row_began_ms - self._settings.tail_ms)
        return VoiceEdge(is_voice=self.is_voice, at_ms=at_ms)

    def _rest(self, probability: float) -> None:
        """Reset the detector now and then in a long silence."""
        if probability >= self._settings.silence_under:
            self._silent_ms = 0
            return
        self._silent_ms += self._chunk_ms
        if self._silent_ms >= self._settings.reset_after_ms:
            self._silent_ms = 0
            self._detector.reset()
