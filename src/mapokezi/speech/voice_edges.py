"""From probabilities of voice to edges: a voice has started, a voice has stopped.

Time is counted in audio. An edge is told a little after it happened, but says when it happened::

    silence --- start_after_chunks at or over voice_over ---> voice
    voice   --- stop_after_chunks under silence_under -----> silence

A chunk between the two thresholds breaks neither row but lengthens none: it keeps a voice alive,
and it does not begin one.

Loudness helps where the detector wavers. It often takes the first vowel after a long silence
("Okay", "No") for a voice in one chunk and for none in the next four, though that is 30 dB over
the noise; so loud chunks after one of voice begin a voice too, after one more of them, and a
voice is not told to have stopped within `loud_chunks_more` loud chunks of its last.
"""

from __future__ import annotations

from dataclasses import dataclass

from mapokezi.audio.level import LevelMeter, dbfs
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
        self._row_of_voice = 0
        """Those of a starting row that the detector itself takes for voice."""
        self._row_began_ms = 0
        self._loud_left = 0
        self._noise = LevelMeter()
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
            chunk = bytes(self._held[begin : begin + size])
            begin += size
            self._noise.feed(chunk)
            if edge := self._take(self._detector.probability(chunk), is_loud=self._is_loud(chunk)):
                edges.append(edge)
        if begin:
            del self._held[:begin]
        return edges

    def end(self) -> list[VoiceEdge]:
        """The stream is over; a voice that still sounds stops with it."""
        if not self.is_voice:
            return []
        return [self._turn(self._row_began_ms if self._row else self._at_ms)]

    def _is_loud(self, chunk: bytes) -> bool:
        rules = self._settings
        least = max(rules.loud_dbfs, self._noise.floor_dbfs + rules.loud_over_noise_db)
        return dbfs(chunk) >= least

    def _take(self, probability: float, *, is_loud: bool) -> VoiceEdge | None:
        began_ms = self._at_ms
        self._at_ms += self._chunk_ms
        if self.is_voice:
            return self._take_in_voice(probability, began_ms, is_loud=is_loud)
        self._rest(probability)
        return self._take_in_silence(probability, began_ms, is_loud=is_loud)

    def _take_in_silence(
        self, probability: float, began_ms: int, *, is_loud: bool
    ) -> VoiceEdge | None:
        rules = self._settings
        is_voice = probability >= rules.voice_over
        if not is_voice and not (self._row and is_loud):
            if probability < rules.silence_under:
                self._row = self._row_of_voice = 0
            return None
        if self._row == 0:
            self._row_began_ms = began_ms
        self._row += 1
        self._row_of_voice += is_voice
        if self._row_of_voice < rules.start_after_chunks and self._row <= rules.start_after_chunks:
            return None
        return self._turn(self._row_began_ms)

    def _take_in_voice(
        self, probability: float, began_ms: int, *, is_loud: bool
    ) -> VoiceEdge | None:
        rules = self._settings
        if probability >= rules.voice_over:
            self._row = 0
            self._loud_left = rules.loud_chunks_more
            return None
        if probability >= rules.silence_under:
            return None
        if is_loud and self._loud_left:
            self._loud_left -= 1
            return None
        if self._row == 0:
            self._row_began_ms = began_ms
        self._row += 1
        return self._turn(self._row_began_ms) if self._row >= rules.stop_after_chunks else None

    def _turn(self, row_began_ms: int) -> VoiceEdge:
        self._row = self._row_of_voice = 0
        self._loud_left = self._settings.loud_chunks_more
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
