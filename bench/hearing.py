"""From a telephone's mouthpiece to words, without a call: line, voice detector, recogniser.

The same parts as in a call, in the same order, as fast as they go: the emulator's line, its
resampling to the stream's rate, Silero's edges, the pre-roll and tail that the endpointer gives
the recogniser, the check for voice, Moonshine.
"""

from __future__ import annotations

from bench.sounds import silence
from mapokezi.audio.resample import resampled
from mapokezi.conversation.endpointing import EndpointerSettings
from mapokezi.emulator.telephone_line import FRAME_SAMPLES, LineSettings, TelephoneLine
from mapokezi.speech.engines.moonshine import Moonshine
from mapokezi.speech.engines.silero import Silero
from mapokezi.speech.settings import EdgeSettings
from mapokezi.speech.utterance import Utterance
from mapokezi.speech.voice_edges import VoiceEdge, VoiceEdges

_FRAME_BYTES = FRAME_SAMPLES * 2
_BYTES_PER_MS = 32


class LineAndRecogniser:
    """Hears what is said into a telephone. Each utterance has a line of its own."""

    def __init__(self, noise_dbfs: float | None) -> None:
        self._noise_dbfs = noise_dbfs
        self._recogniser = Moonshine()

    def hear(self, mouth: bytes, seed: int) -> str:
        """Give the words of one utterance; empty if no voice was found in it.

        Args:
            mouth: S16LE mono at 8 kHz.
            seed: of the line's noise.
        """
        wide = self._through_line(silence(600) + mouth + silence(900), seed)
        edges = _edges(wide)
        starts = [edge.at_ms for edge in edges if edge.is_voice]
        stops = [edge.at_ms for edge in edges if not edge.is_voice]
        if not starts or not stops:
            return ""
        rules = EndpointerSettings()
        first = max(0, starts[0] - rules.pre_roll_ms)
        last = stops[-1] + rules.tail_ms
        return self._words(wide[first * _BYTES_PER_MS : last * _BYTES_PER_MS])

    def _through_line(self, mouth: bytes, seed: int) -> bytes:
        line = TelephoneLine(LineSettings(noise_dbfs=self._noise_dbfs, seed=seed))
        frames = [
            mouth[at : at + _FRAME_BYTES].ljust(_FRAME_BYTES, b"\0")
            for at in range(0, len(mouth), _FRAME_BYTES)
        ]
        return resampled(b"".join(map(line.toward_platform, frames)), 8_000, 16_000)

    def _words(self, pcm: bytes) -> str:
        utterance = Utterance(Silero(), EdgeSettings(), longest_s=60, longest_wait_s=60)
        utterance.feed(pcm)
        return self._recogniser.transcribe(utterance.pcm) if utterance.has_voice else ""


def _edges(wide: bytes) -> list[VoiceEdge]:
    finder = VoiceEdges(Silero(), EdgeSettings())
    return finder.feed(wide) + finder.end()
