"""Sounds that are computed: keys, ring-back, a beep, silence. All S16LE mono PCM."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mapokezi.audio.formats import FULL_SCALE, SAMPLE_RATE_HZ, bytes_of, pcm_of, samples_of

DTMF_ROWS_HZ = (697, 770, 852, 941)
DTMF_COLUMNS_HZ = (1209, 1336, 1477, 1633)
DTMF_KEYS = ("123A", "456B", "789C", "*0#D")
"""The keys, a row a string (ITU-T Q.23)."""

RINGBACK_HZ = 425
"""The ringing tone of most of the world's networks (ITU-T E.180)."""


def silence(ms: float, rate_hz: int = SAMPLE_RATE_HZ) -> bytes:
    """Make silence."""
    return bytes(bytes_of(ms, rate_hz))


def tone(
    frequency_hz: float,
    ms: float,
    rate_hz: int = SAMPLE_RATE_HZ,
    level_dbfs: float = -12.0,
    fade_ms: float = 5.0,
) -> bytes:
    """Make a plain tone that fades in and out, so that it does not click.

    ``level_dbfs`` is the level of the tone's peak.
    """
    sound = _sine(frequency_hz, samples_of(ms, rate_hz), rate_hz, level_dbfs)
    return pcm_of(_faded(sound, samples_of(fade_ms, rate_hz)))


def beep(rate_hz: int = SAMPLE_RATE_HZ) -> bytes:
    """Make the short beep that says: speak now."""
    return tone(1000, 200, rate_hz, level_dbfs=-14.0)


def dtmf(
    key: str,
    ms: float = 100,
    rate_hz: int = SAMPLE_RATE_HZ,
    level_dbfs: float = -9.0,
    twist_db: float = 0.0,
) -> bytes:
    """Make the pair of tones of a key.

    Args:
        key: One of ``0123456789*#ABCD``.
        ms: How long it is held.
        rate_hz: The rate.
        level_dbfs: Peak level of each of the two tones.
        twist_db: How much louder the higher tone is than the lower.

    Raises:
        ValueError: If there is no such key.
    """
    row_hz, column_hz = dtmf_pair(key)
    count = samples_of(ms, rate_hz)
    low = _sine(row_hz, count, rate_hz, level_dbfs - twist_db / 2)
    high = _sine(column_hz, count, rate_hz, level_dbfs + twist_db / 2)
    return pcm_of(low + high)


def dtmf_pair(key: str) -> tuple[int, int]:
    """Name the two frequencies of a key, in Hz.

    Raises:
        ValueError: If there is no such key.
    """
    for row, keys in enumerate(DTMF_KEYS):
        if len(key) == 1 and key in keys:
            return DTMF_ROWS_HZ[row], DTMF_COLUMNS_HZ[keys.index(key)]
    raise ValueError("no such key on a telephone")


def ringback(
    ms: float, rate_hz: int = SAMPLE_RATE_HZ, on_ms: float = 1000, off_ms: float = 4000
) -> bytes:
    """Make the sound of ringing at the far end, beginning with a ring."""
    ring = tone(RINGBACK_HZ, on_ms, rate_hz, level_dbfs=-18.0) + silence(off_ms, rate_hz)
    wanted = bytes_of(ms, rate_hz)
    return (ring * (wanted // len(ring) + 1))[:wanted]


def _sine(
    frequency_hz: float, count: int, rate_hz: int, level_dbfs: float
) -> npt.NDArray[np.float64]:
    """Compute a sine of ``count`` samples in the range of int16."""
    peak = (FULL_SCALE - 1) * 10 ** (level_dbfs / 20)
    wave: npt.NDArray[np.float64] = peak * np.sin(
        2 * np.pi * frequency_hz / rate_hz * np.arange(count)
    )
    return wave


def _faded(sound: npt.NDArray[np.float64], count: int) -> npt.NDArray[np.float64]:
    """Raise the first and lower the last ``count`` samples smoothly."""
    count = min(count, len(sound) // 2)
    if count:
        ramp = 0.5 - 0.5 * np.cos(np.pi * (np.arange(count) + 0.5) / count)
        sound[:count] *= ramp
        sound[-count:] *= ramp[::-1]
    return sound
