"""How late our own sound comes back.

A part of `mapokezi.audio.echo`.

Both sounds are brought down to 4 kHz and differentiated: speech is mostly its low harmonics, and
two voices' harmonics look alike over a fifth of a second; their differences much less. The last
200 ms of the caller's side are compared with ours at all lags. One comparison that is clear is
enough; where noise is as loud as the echo, comparisons are added up until one lag stands out.
"""

from __future__ import annotations

import numpy as np

from mapokezi.audio.echo_sound import HALF_RATE_HZ, Floats
from mapokezi.audio.formats import samples_of

LONGEST_MS = 400
"""The latest an echo comes: network and jitter buffers both ways."""
WINDOW_MS = 200

_RATE_HZ = HALF_RATE_HZ // 2
_LAGS = samples_of(LONGEST_MS, _RATE_HZ)
_WINDOW = samples_of(WINDOW_MS, _RATE_HZ)
_SIZE = 4096
"""Of the transforms: more than both stretches need."""
_CLEAR = 0.55
"""The correlation at which one comparison is believed: three tenths of the power."""
_STANDS_OUT = 0.3
_ABOVE_OTHERS = 1.5
"""Added up, a weaker one is believed if all other lags are so much weaker still."""
_NEAR = 8
"""Lags within 2 ms are the same one."""
_KEPT = 0.7
_ADDED_UP = 1.4
"""How much must have been added up: two comparisons, the second of full weight."""
_AUDIBLE = 1e-9
"""-90 dBFS, differentiated: less is silence."""


class EchoSearch:
    """Looks for one line's lag. What is seen at one look is held against the next."""

    def __init__(self) -> None:
        """Begin without having looked."""
        self._sum: Floats = np.zeros(_LAGS + 1, dtype=np.float32)
        self._count = 0.0

    def look(self, ours: Floats, caller: Floats) -> int | None:
        """Compare the newest sound of both sides, given at 8 kHz.

        Returns:
            The lag in samples at 8 kHz, to within two, if one is clear.
        """
        alike = _likeness(_differences(ours, _WINDOW + _LAGS), _differences(caller, _WINDOW))
        if alike is None:
            return None
        self._sum = alike + np.float32(_KEPT) * self._sum
        self._count = 1 + _KEPT * self._count
        best = int(np.abs(alike).argmax())
        if abs(alike[best]) >= _CLEAR:
            return 2 * best
        sums = np.abs(self._sum)
        best = int(sums.argmax())
        top = float(sums[best])
        sums[max(0, best - _NEAR) : best + _NEAR + 1] = 0
        stands_out = top >= max(_STANDS_OUT * self._count, _ABOVE_OTHERS * float(sums.max()))
        return 2 * best if stands_out and self._count >= _ADDED_UP else None


def _differences(half: Floats, count: int) -> Floats:
    """Bring the newest sound down to 4 kHz and differentiate it."""
    return np.diff(half[-2 * count :].reshape(-1, 2).mean(axis=1))


def _likeness(ours: Floats, caller: Floats) -> Floats | None:
    """Correlate at all lags, 0 first; None if either side is silent."""
    spectrum = np.fft.rfft(ours, _SIZE) * np.conj(np.fft.rfft(caller, _SIZE))
    products = np.fft.irfft(spectrum, _SIZE)[: _LAGS + 1]
    sums = np.concatenate(([0.0], np.cumsum(np.square(ours, dtype=np.float64))))
    energies = (sums[len(caller) :] - sums[: -len(caller)])[: _LAGS + 1]
    energy = float(caller @ caller)
    least = _AUDIBLE * len(caller)
    if energy < least or energies.max() < least:
        return None
    # A lag at which we were as good as silent explains nothing.
    sizes = np.sqrt(np.maximum(energies, 0.05 * energies.max()) * energy)
    alike: Floats = (products / sizes)[::-1].astype(np.float32)
    return alike
