"""Both sides of a call as the echo's arithmetic wants them: floats, at 16 and at 8 kHz.

A part of `mapokezi.audio.echo`.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from mapokezi.audio.formats import (
    BYTES_PER_SAMPLE,
    FRAME_MS,
    FULL_SCALE,
    SAMPLE_RATE_HZ,
    samples_in,
    samples_of,
)

Floats = npt.NDArray[np.float32]

HALF_RATE_HZ = SAMPLE_RATE_HZ // 2
"""A telephone line carries nothing above 3.4 kHz, so neither does its echo."""
FRAME = samples_of(FRAME_MS, SAMPLE_RATE_HZ)
HALF_FRAME = FRAME // 2
_FRAME_BYTES = FRAME * BYTES_PER_SAMPLE

_EDGE_HZ = 3600


def _low_pass() -> Floats:
    """Design the filter before halving: -6 dB at 3.6 kHz, symmetrical, so 15 samples late."""
    at = np.arange(31) - 15
    width = 2 * _EDGE_HZ / SAMPLE_RATE_HZ
    taps = np.sinc(width * at) * np.hamming(len(at))
    low_pass: Floats = (taps / taps.sum()).astype(np.float32)
    return low_pass


LOW_PASS = _low_pass()
LOW_PASS_LATE = len(LOW_PASS) // 2

_OUTPUTS = 32
_WINDOW = 2 * (_OUTPUTS - 1) + len(LOW_PASS)


def _halving() -> Floats:
    """Lay the filter out for a block: a column an output, a row an input of its window."""
    matrix = np.zeros((_WINDOW, _OUTPUTS), dtype=np.float32)
    for output in range(_OUTPUTS):
        matrix[2 * output : 2 * output + len(LOW_PASS), output] = LOW_PASS
    return matrix


_HALVING = _halving()


class HalvedSound:
    """The newest sound of one side, oldest sample first, 1.0 being full scale.

    ``half`` is what the low-pass lets through, at 8 kHz; it comes 1 ms late.
    """

    def __init__(self, kept_ms: int) -> None:
        """Begin with silence."""
        self.full: Floats = np.zeros(samples_of(kept_ms, SAMPLE_RATE_HZ), dtype=np.float32)
        self.half: Floats = np.zeros(samples_of(kept_ms, HALF_RATE_HZ), dtype=np.float32)

    def push(self, *frames: bytes) -> None:
        """Add frames, each cut or padded to 20 ms. Many at once cost little more than one."""
        sound = b"".join(_whole(pcm) for pcm in frames[-(len(self.full) // FRAME) :])
        samples = samples_in(sound) * np.float32(1 / FULL_SCALE)
        _shift(self.full, samples)
        reach = min(len(samples) + len(LOW_PASS) - 1, len(self.full))
        _shift(self.half, _halved(self.full[-reach:]))

    def clear(self) -> None:
        """Take it for silent so far."""
        self.full[:] = 0
        self.half[:] = 0


def power_of(pcm: bytes) -> float:
    """Give a frame's mean square, 1.0 being full scale."""
    samples = samples_in(pcm).astype(np.float32)
    return float(samples @ samples) / (len(samples) * FULL_SCALE**2) if len(samples) else 0.0


def powers_of(frames: Iterable[bytes]) -> list[float]:
    """Give the mean squares of many frames, each cut or padded to 20 ms."""
    samples = samples_in(b"".join(map(_whole, frames))).astype(np.float32).reshape(-1, FRAME)
    sums = np.einsum("ij,ij->i", samples, samples)
    powers: list[float] = (sums / np.float32(FRAME * FULL_SCALE**2)).tolist()
    return powers


def _halved(sound: Floats) -> Floats:
    """Filter, and keep every other sample: only those are computed, a block at a time."""
    count = (len(sound) - len(LOW_PASS) + 1) // 2
    rows = -(-count // _OUTPUTS)
    step = 2 * _OUTPUTS
    padded = np.zeros(max((rows - 1) * step + _WINDOW, len(sound) - 1), dtype=np.float32)
    padded[: len(sound) - 1] = sound[1:]
    windows = np.ndarray((rows, _WINDOW), np.float32, padded, 0, (step * 4, 4))
    halved: Floats = (np.ascontiguousarray(windows) @ _HALVING).ravel()[:count]
    return halved


def _whole(pcm: bytes) -> bytes:
    if len(pcm) == _FRAME_BYTES:
        return pcm
    return pcm[: min(_FRAME_BYTES, len(pcm) & ~1)].ljust(_FRAME_BYTES, b"\0")


def _shift(past: Floats, new: Floats) -> None:
    past[: -len(new)] = past[len(new) :]
    past[-len(new) :] = new
