"""Who hears whom, and how long nobody is heard, in the sound that each telephone got."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from bench.sounds import RATE_HZ, trimmed
from mapokezi.audio.formats import samples_in

_ALIKE = 0.5
"""Of a stretch that came through the line; another voice gives up to 0.35."""
_STRETCH_S = 0.5
_STRETCHES = 4
"""So many along the words; one is enough, for a busy machine loses a frame here and there, and
what is behind it comes 20 ms sooner."""
_BLOCK = RATE_HZ // 50
_QUIET_DBFS = -45.0


def hears(ear: bytes, words: Iterable[bytes]) -> bool:
    """Say whether one of these sounds is in what a telephone got.

    Args:
        ear: S16LE mono at 8 kHz.
        words: the same, as they were said into another telephone.
    """
    return any(_alike(ear, each) >= _ALIKE for each in words)


def _alike(ear: bytes, words: bytes) -> float:
    """Give the greatest normalised cross-correlation of a stretch of the words with the sound."""
    said, heard = _wave(trimmed(words)), _wave(ear)
    length = min(len(said), round(_STRETCH_S * RATE_HZ))
    if len(heard) < length or not length:
        return 0.0
    size = 1 << (len(heard) + length).bit_length()
    spectrum = np.fft.rfft(heard, size)
    power = np.concatenate(([0.0], np.cumsum(heard**2)))
    around = np.sqrt(np.maximum(power[length:] - power[:-length], 1e-9))
    # A stretch that is all but silent is like anything.
    around = np.maximum(around, np.sqrt(length) * 100)
    best = 0.0
    for place in range(_STRETCHES):
        first = (len(said) - length) * place // (_STRETCHES - 1)
        part = said[first : first + length]
        along = np.fft.irfft(spectrum * np.conj(np.fft.rfft(part, size)), size)
        found = np.abs(along[: len(heard) - length + 1]) / around
        best = max(best, float(found.max() / np.sqrt((part**2).sum())))
    return best


def longest_silence_ms(heard: bytes, said: bytes, from_ms: int, to_ms: int) -> int:
    """Give the longest stretch in which a caller hears nothing, and says nothing.

    What comes before words of the caller's own is theirs: they think.

    Args:
        heard: at the caller's ear, S16LE mono at 8 kHz.
        said: into their telephone, in step.
        from_ms: where to begin.
        to_ms: where to end.
    """
    first, last = from_ms // 20, to_ms // 20
    ear, mouth = _loud(heard)[first:last], _loud(said)[first:last]
    length = min(len(ear), len(mouth))
    ear, mouth = ear[:length], mouth[:length]
    edges = np.flatnonzero(np.concatenate(([True], ear | mouth, [True])))
    stretches = np.diff(edges) - 1
    ends = edges[1:] - 1  # the block that ends each stretch
    theirs = np.concatenate((mouth, [False]))[ends]
    return int(stretches[~theirs].max(initial=0)) * 20


def last_sound_ms(side: bytes) -> int:
    """Give where the last sound of a side is; 0 if there is none."""
    found = np.flatnonzero(_loud(side))
    return int(found[-1] + 1) * 20 if len(found) else 0


def _loud(side: bytes) -> npt.NDArray[np.bool_]:
    wave = _wave(side)
    blocks = wave[: len(wave) // _BLOCK * _BLOCK].reshape(-1, _BLOCK)
    limit = (32_768 * 10 ** (_QUIET_DBFS / 20)) ** 2
    return np.asarray((blocks**2).mean(axis=1) > limit)


def _wave(pcm: bytes) -> npt.NDArray[np.float64]:
    wave: npt.NDArray[np.float64] = samples_in(pcm).astype(np.float64)
    return wave
