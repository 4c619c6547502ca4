"""One try at recording a sentence: when it is over, and what of it counts."""

from __future__ import annotations

from dataclasses import dataclass

from mapokezi.audio.formats import bytes_of, ms_of
from mapokezi.audio.level import LevelMeter, LevelMeterSettings, VoiceRose


@dataclass(frozen=True, slots=True)
class TakeSettings:
    """When a try is over, and what is left out of it."""

    silence_ms: int = 1_500
    """So long a silence behind the voice ends it: longer than a pause within a sentence."""
    nothing_ms: int = 10_000
    """So long without a voice ends it: who reads the sentence first has begun by then."""
    most_ms: int = 30_000
    """No sentence is longer."""
    key_down_ms: int = 150
    """Left out at the beginning: the key that was pressed for it is heard."""
    around_ms: int = 500
    """So much is kept before the voice and behind it: what the room sounds like is measured in it,
    and where the voice really begins is found in it."""
    key_up_ms: int = 80
    """Left out at the end, if a key has ended it."""


class SentenceTake:
    """Sound as it comes from a microphone, S16LE mono, until the sentence is over."""

    def __init__(self, rate_hz: int, settings: TakeSettings | None = None) -> None:
        """Begin with nothing heard.

        Args:
            rate_hz: Of the sound.
            settings: When it is over.
        """
        self._settings = settings or TakeSettings()
        self._rate_hz = rate_hz
        self._meter = LevelMeter(
            rate_hz, LevelMeterSettings(fall_ms=self._settings.silence_ms, floor_ms=4_000)
        )
        self._to_skip = bytes_of(self._settings.key_down_ms, rate_hz)
        self._sound = bytearray()
        self._began_ms: int | None = None
        self._ended_ms: int | None = None

    @property
    def heard_voice(self) -> bool:
        """Whether anything like a voice was in it."""
        return self._began_ms is not None

    def feed(self, pcm: bytes) -> None:
        """Take sound of any length; what comes when it is over is left out."""
        if self.is_over:
            return
        skipped = min(self._to_skip, len(pcm))
        self._to_skip -= skipped
        pcm = pcm[skipped:]
        self._sound += pcm
        for edge in self._meter.feed(pcm):
            if not isinstance(edge, VoiceRose):
                self._ended_ms = edge.at_ms
            elif self._began_ms is None:
                self._began_ms = edge.at_ms

    @property
    def is_over(self) -> bool:
        """Whether the voice has fallen silent, or none is to be expected any more."""
        length_ms = ms_of(len(self._sound), self._rate_hz)
        is_late = not self.heard_voice and length_ms >= self._settings.nothing_ms
        return self._ended_ms is not None or is_late or length_ms >= self._settings.most_ms

    def sound(self, *, ended_by_key: bool) -> bytes:
        """Give what counts.

        Args:
            ended_by_key: Whether a key was pressed for its end, which is heard then.
        """
        around = self._settings.around_ms
        begin = bytes_of(max(0, (self._began_ms or 0) - around), self._rate_hz)
        end = len(self._sound)
        if self._ended_ms is not None:
            end = min(end, bytes_of(self._ended_ms + around, self._rate_hz))
        elif ended_by_key:
            end = max(begin, end - bytes_of(self._settings.key_up_ms, self._rate_hz))
        return bytes(self._sound[begin:end])
