"""One utterance on its way to the recogniser, and whether there is any voice in it."""

from __future__ import annotations

from mapokezi.speech.engines import VoiceDetector
from mapokezi.speech.settings import EdgeSettings


class Utterance:
    """The audio of one request for a transcript.

    A recogniser makes words of anything (Moonshine hears "You" in silence), so what holds no voice
    must never reach it. The check
    runs while the audio comes in and ends with the first voice found, a few tenths of a second
    into most utterances; then the detector is free again.
    """

    def __init__(
        self,
        detector: VoiceDetector,
        edges: EdgeSettings,
        *,
        longest_s: float,
        longest_wait_s: float,
        with_meaning: bool = False,
    ) -> None:
        self.longest_wait_s = longest_wait_s
        self.with_meaning = with_meaning
        self.has_voice = False
        self.is_too_long = False
        self._detector = detector
        self._edges = edges
        self._longest_bytes = int(longest_s * 32_000)
        self._pcm = bytearray()
        self._checked = 0
        self._voiced_chunks = 0

    @property
    def pcm(self) -> bytes:
        """All of it, in whole samples."""
        return bytes(self._pcm[: len(self._pcm) // 2 * 2])

    def feed(self, pcm: bytes) -> None:
        """Take S16LE mono PCM at 16 kHz. What is more than the longest utterance is dropped."""
        if self.is_too_long or len(self._pcm) + len(pcm) > self._longest_bytes:
            self.is_too_long = True
            self._pcm.clear()
            return
        self._pcm += pcm
        size = self._detector.chunk_bytes
        while not self.has_voice and len(self._pcm) - self._checked >= size:
            chunk = bytes(self._pcm[self._checked : self._checked + size])
            self._checked += size
            if self._detector.probability(chunk) >= self._edges.voice_over:
                self._voiced_chunks += 1
                self.has_voice = self._voiced_chunks >= self._edges.start_after_chunks
