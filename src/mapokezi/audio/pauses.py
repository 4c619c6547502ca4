"""Cutting the silence out of synthesised speech: at its edges, and where it pauses too long.

Engines pad what they speak. The one we carry puts 300 ms before a sentence and 550 ms behind it:
a greeting would be heard a third of a second late, and between two sentences a caller would think
that it is their turn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mapokezi.audio.formats import BYTES_PER_SAMPLE, FULL_SCALE, SAMPLE_RATE_HZ, samples_in

_WINDOW_MS = 10


@dataclass(frozen=True, slots=True)
class PauseSettings:
    """How much silence is left."""

    lead_ms: int = 20
    """Before the first sound: the onset of a soft consonant is below the threshold."""
    longest_ms: int = 350
    """Of a pause within: what a speaker leaves between two sentences."""
    tail_ms: int = 60
    """After the last sound."""
    silent_dbfs: float = -55.0
    """What is softer is silence; the softest consonants of synthesised speech are near -45."""


class PauseCutter:
    """Takes speech in pieces and gives it without the silence that nobody needs.

    What is audible comes out at once; only silence is held back, until it is known what follows.

    Args:
        sample_rate_hz: Of the sound, S16LE mono.
        settings: How much silence is left.
    """

    def __init__(
        self, sample_rate_hz: int = SAMPLE_RATE_HZ, settings: PauseSettings | None = None
    ) -> None:
        """Begin before the first sound."""
        self._settings = settings or PauseSettings()
        self._window_bytes = sample_rate_hz * _WINDOW_MS // 1000 * BYTES_PER_SAMPLE
        self._threshold = FULL_SCALE**2 * 10 ** (self._settings.silent_dbfs / 10)
        self._waiting = bytearray()
        self._silence = bytearray()
        self._has_begun = False

    def feed(self, pcm: bytes) -> bytes:
        """Take a piece, of any length; give what may be heard now."""
        self._waiting += pcm
        size = self._window_bytes
        whole = len(self._waiting) // size * size
        out = bytearray()
        for at in range(0, whole, size):
            out += self._take(bytes(self._waiting[at : at + size]))
        del self._waiting[:whole]
        return bytes(out)

    def flush(self) -> bytes:
        """Give the rest: the speech is over."""
        rest = bytes(self._waiting[: len(self._waiting) // BYTES_PER_SAMPLE * BYTES_PER_SAMPLE])
        self._waiting.clear()
        out = self._take(rest) if rest else b""
        tail = self._silence[: self._bytes_of(self._settings.tail_ms)] if self._has_begun else b""
        self._silence.clear()
        return out + bytes(tail)

    def _take(self, window: bytes) -> bytes:
        samples = samples_in(window).astype(np.float32)
        if float(np.mean(samples**2)) < self._threshold:
            self._silence += window
            return b""
        settings = self._settings
        if self._has_begun:
            pause = self._silence[: self._bytes_of(settings.longest_ms)]
        else:
            self._has_begun = True
            pause = self._silence[-self._bytes_of(settings.lead_ms) :]
        self._silence.clear()
        return bytes(pause) + window

    def _bytes_of(self, length_ms: int) -> int:
        return self._window_bytes * length_ms // _WINDOW_MS // BYTES_PER_SAMPLE * BYTES_PER_SAMPLE


def without_long_pauses(pcm: bytes, sample_rate_hz: int = SAMPLE_RATE_HZ) -> bytes:
    """Cut the silence out of speech that is there as a whole, S16LE mono."""
    cutter = PauseCutter(sample_rate_hz)
    return cutter.feed(pcm) + cutter.flush()
