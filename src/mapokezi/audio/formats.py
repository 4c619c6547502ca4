"""Sound as bytes: the format inside the program, lengths in bytes and milliseconds, mu-law.

Inside the program sound is S16LE mono PCM at `SAMPLE_RATE_HZ`, whatever the telephone line and
the voice model use.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

SAMPLE_RATE_HZ = 16_000
"""The rate inside the program, and of the media socket: ``samplingRate`` of the stream."""
FRAME_MS = 20
"""A frame: what the media module sends at a time (contract/media-module.md, section 2)."""
BYTES_PER_SAMPLE = 2
FULL_SCALE = 32_768.0
"""The size of a sample at 0 dBFS."""

_MU_LAW_BIAS = 132
_MU_LAW_CLIP = 32_635

Samples = npt.NDArray[np.int16]


def ms_of(length_bytes: int, rate_hz: int = SAMPLE_RATE_HZ) -> float:
    """Say how many milliseconds of mono PCM so many bytes are."""
    return length_bytes * 1000 / (BYTES_PER_SAMPLE * rate_hz)


def bytes_of(ms: float, rate_hz: int = SAMPLE_RATE_HZ) -> int:
    """Say how many bytes of mono PCM so many milliseconds are: always whole samples."""
    return samples_of(ms, rate_hz) * BYTES_PER_SAMPLE


def samples_of(ms: float, rate_hz: int = SAMPLE_RATE_HZ) -> int:
    """Say how many samples so many milliseconds are, rounded to the nearest."""
    return round(ms * rate_hz / 1000)


def samples_in(pcm: bytes) -> Samples:
    """View PCM as samples, without copying. A trailing half sample is left out."""
    return np.frombuffer(pcm, dtype="<i2", count=len(pcm) // BYTES_PER_SAMPLE)


def pcm_of(samples: npt.NDArray[np.floating] | Samples) -> bytes:
    """Make PCM of samples given in the range of int16, rounding and limiting them."""
    if samples.dtype == np.int16:
        return samples.astype("<i2", copy=False).tobytes()
    return np.rint(samples).clip(-FULL_SCALE, FULL_SCALE - 1).astype("<i2").tobytes()


def encode_mu_law(pcm: bytes) -> bytes:
    """Encode PCM as G.711 mu-law, a byte a sample (ITU-T G.711, table 2a)."""
    return _mu_law_encoder()[samples_in(pcm).view(np.uint16)].tobytes()


def decode_mu_law(encoded: bytes) -> bytes:
    """Decode G.711 mu-law to PCM, a sample a byte (ITU-T G.711, table 2b)."""
    return _mu_law_decoder()[np.frombuffer(encoded, dtype=np.uint8)].tobytes()


@cache
def _mu_law_encoder() -> npt.NDArray[np.uint8]:
    """Tabulate the code of every sample, found by its bits read as an unsigned number."""
    samples = np.arange(65_536, dtype=np.uint16).view(np.int16).astype(np.int32)
    size = np.minimum(np.abs(samples), _MU_LAW_CLIP) + _MU_LAW_BIAS
    segment = np.floor(np.log2(size)).astype(np.int32) - 7
    step = (size >> (segment + 3)) & 0x0F
    sign = np.where(samples < 0, 0x80, 0)
    code: npt.NDArray[np.int32] = ~(sign | (segment << 4) | step) & 0xFF
    return code.astype(np.uint8)


@cache
def _mu_law_decoder() -> npt.NDArray[np.int16]:
    """Tabulate the sample of every code."""
    code = ~np.arange(256, dtype=np.int32) & 0xFF
    size = ((((code & 0x0F) << 3) + _MU_LAW_BIAS) << ((code >> 4) & 0x07)) - _MU_LAW_BIAS
    return np.where(code & 0x80, -size, size).astype("<i2")
