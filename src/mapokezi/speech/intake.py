"""Audio of any Wyoming format, made into the one that this program uses inside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from mapokezi.audio.resample import Resampler

SAMPLE_RATE_HZ = 16_000
_LOWEST_HZ, _HIGHEST_HZ = 8_000, 48_000


class UnusableAudio(ValueError):  # noqa: N818  named as one says it
    """Audio of a format that nobody sends over a telephone or speaks with."""


class AudioIntake:
    """One stream of audio, made into S16LE mono PCM at 16 kHz.

    Takes 16-bit samples, one channel or two (their mean), 8 to 48 kHz.
    """

    def __init__(self, rate_hz: int, width_bytes: int, channels: int) -> None:
        """Begin a stream.

        Raises:
            UnusableAudio: The format is another.
        """
        if width_bytes != 2 or channels not in (1, 2) or not _LOWEST_HZ <= rate_hz <= _HIGHEST_HZ:
            raise UnusableAudio(
                f"audio of {rate_hz} Hz, {width_bytes} bytes a sample, {channels} channels: "
                "send 16-bit samples, mono or stereo, 8 to 48 kHz"
            )
        self.format = (rate_hz, width_bytes, channels)
        self._is_stereo = channels == 2
        self._odd = b""
        self._resampler = None if rate_hz == SAMPLE_RATE_HZ else Resampler(rate_hz, SAMPLE_RATE_HZ)

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> AudioIntake:
        """Begin the stream that an ``audio-start`` or ``audio-chunk`` event announces.

        Raises:
            UnusableAudio: The event names no format, or another than we take.
        """
        values = [data.get(key) for key in ("rate", "width", "channels")]
        rate, width, channels = (value if type(value) is int else 0 for value in values)
        return cls(rate, width, channels)

    def feed(self, pcm: bytes) -> bytes:
        """Take a piece of any length; half samples wait for their other half."""
        pcm = self._odd + pcm
        whole = len(pcm) - len(pcm) % (2 * self.format[2])
        self._odd = pcm[whole:]
        pcm = pcm[:whole]
        if self._is_stereo:
            pairs = np.frombuffer(pcm, dtype="<i2").reshape(-1, 2)
            pcm = (pairs.sum(axis=1, dtype=np.int32) >> 1).astype("<i2").tobytes()
        return self._resampler.feed(pcm) if self._resampler else pcm

    def flush(self) -> bytes:
        """The stream is over: give what the resampler held back."""
        return self._resampler.flush() if self._resampler else b""
