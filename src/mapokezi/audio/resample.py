"""Changing the sampling rate of a stream, in chunks of any size.

An own polyphase filter: the stream mode of the common libraries holds back 11 to 42 ms, and
linear interpolation lets aliases through at -2 dB. This one holds back less than 3 ms.

Theory. A sound at rate F is made into one at F x L / M: thought of as L-1 zeros put behind each
sample, a low-pass filter at F x L, and every M-th result kept. The filter is a Kaiser-windowed
sinc centred on 0, long ``48 x max(L, M)`` of the samples at F x L, which is 48 samples of the
slower of the two rates. With ``C`` half its length, output ``n`` is

    y[n] = sum over i of x[i] h[n M - i L],   |n M - i L| < C

so it can be computed when input ``(n M + C - 1) // L`` has come: the sound is not shifted in
time, and what is held back is (C - 1) / (F L) seconds, at most 3 ms when the slower rate is
8 kHz. Outputs are computed a block at a time as one matrix product: ``K x L`` outputs rest on the
same window of inputs, wherever the block stands.

Band edges, as parts of the slower rate's half: flat to 0.875, stopped from about 1.08 (8 kHz:
3.5 and 4.3 kHz; 16 kHz: 7 and 8.7 kHz). What lies between the half and 1.08 folds back to no
lower than 0.92, above the pass band.

The coefficients are whole multiples of 2**-20, so that all sums are exact in float64 and do not
depend on the order of adding: the same input gives the same output to the bit, however split.
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil, gcd

import numpy as np
import numpy.typing as npt

from mapokezi.audio.formats import BYTES_PER_SAMPLE, samples_in

TAPS_PER_PHASE = 48
PASS_BAND = 0.875
"""The upper edge of the pass band, as a part of the slower rate's half."""
STOP_BAND_DB = 78.0
"""What the window is designed for; with rounding and 16-bit output -70 dB is kept."""

_COEFFICIENT_STEP = 2.0**-20
_OUTPUTS_A_BLOCK = 16

_Matrix = npt.NDArray[np.float64]


def resampled(pcm: bytes, from_hz: int, to_hz: int) -> bytes:
    """Change the rate of a whole sound at once."""
    stream = Resampler(from_hz, to_hz)
    return stream.feed(pcm) + stream.flush()


class Resampler:
    """One stream's change from one sampling rate to another.

    S16LE mono PCM in and out. After `flush` the output is as long as the input, rounded up to a
    whole sample, and is not shifted against it.
    """

    def __init__(self, from_hz: int, to_hz: int) -> None:
        """Start a stream; the filter is shared by all streams of the same two rates."""
        common = gcd(from_hz, to_hz)
        self._up, self._down = to_hz // common, from_hz // common
        self._from_hz = from_hz
        self._half = TAPS_PER_PHASE * max(self._up, self._down) // 2
        self._reach = (self._half - 1) // self._up  # inputs before an output that it rests on
        self._blocks = max(1, _OUTPUTS_A_BLOCK // self._up)
        self._matrix = _block_matrix(self._up, self._down, self._blocks)
        self._odd = b""
        self._waiting: list[bytes] = []
        self._fed = self._given = 0
        self.ready = 0
        """How many samples there are to `give`."""
        self._kept: _Matrix = np.zeros(self._reach)

    @property
    def delay_ms(self) -> float:
        """How much sound is held back at most before it comes out."""
        if self._up == self._down:
            return 0.0
        return (self._half - 1) * 1000 / (self._up * self._from_hz)

    def feed(self, pcm: bytes) -> bytes:
        """Take a piece of sound of any length, half samples too; give what can be computed."""
        self.take(pcm)
        return self.give()

    def take(self, pcm: bytes) -> None:
        """Take a piece of sound in, and compute nothing yet: much at once costs less."""
        if self._odd:
            pcm = self._odd + pcm
            self._odd = b""
        if len(pcm) % BYTES_PER_SAMPLE:
            self._odd = pcm[-1:]
            pcm = pcm[:-1]
        self._waiting.append(pcm)
        self._fed += len(pcm) // BYTES_PER_SAMPLE
        if self._up == self._down:
            self.ready = self._fed
        else:
            ready = -((self._half - 1 - self._fed * self._up) // self._down)
            self.ready = max(0, ready - self._given)

    def give(self) -> bytes:
        """Give all that can be computed of what was taken in: `ready` samples."""
        pcm = b"".join(self._waiting)
        self._waiting.clear()
        wanted, self.ready = self._given + self.ready, 0
        if self._up == self._down:
            self._fed = 0
            return pcm
        return self._computed(samples_in(pcm), wanted)

    def flush(self) -> bytes:
        """Give the rest, as if silence followed, and start afresh. Half a sample is dropped."""
        rest = self.give()
        if self._up == self._down:
            self._odd = b""
            return rest
        wanted = ceil(self._fed * self._up / self._down)
        rest += self._computed(np.zeros(self._reach + self._down, dtype=np.int16), wanted)
        self._odd = b""
        self._fed = self._given = 0
        self._kept = np.zeros(self._reach)
        return rest

    def _computed(self, fresh: npt.NDArray[np.int16], wanted: int) -> bytes:
        """Take in samples; compute the outputs from the first not given yet up to ``wanted``.

        ``_kept`` begins with the first input that the block of output ``_given`` rests on.
        """
        group = self._given // self._up
        rows = -((group * self._up - wanted) // (self._blocks * self._up))
        width, step = self._matrix.shape[0], self._blocks * self._down
        have = len(self._kept) + len(fresh)
        # Room for the last block, whose outputs beyond `wanted` rest on samples yet to come.
        sound = np.zeros(max(have, (rows - 1) * step + width))
        sound[: len(self._kept)] = self._kept
        sound[len(self._kept) : have] = fresh
        if wanted <= self._given:
            self._kept = sound[:have].copy()
            return b""
        windows = np.ndarray((rows, width), np.float64, sound, 0, (step * 8, 8))
        outputs = (np.ascontiguousarray(windows) @ self._matrix).ravel()
        first = self._given - group * self._up
        self._given = wanted
        past = (wanted // self._up - group) * self._down
        self._kept = sound[past:have].copy()  # a view would keep all of it
        outputs = outputs[first : wanted - group * self._up]
        np.rint(outputs, out=outputs)
        np.maximum(outputs, -32_768, out=outputs)  # these two cost half of what np.clip does
        np.minimum(outputs, 32_767, out=outputs)
        return outputs.astype("<i2").tobytes()


@lru_cache(maxsize=32)
def _block_matrix(up: int, down: int, blocks: int) -> _Matrix:
    """Lay the filter out for one block: a column an output, a row an input of its window."""
    half = TAPS_PER_PHASE * max(up, down) // 2
    reach = (half - 1) // up
    outputs = blocks * up
    width = ((outputs - 1) * down + half - 1) // up + reach + 1
    response = _low_pass(up, down)
    at = np.arange(outputs)[None, :] * down - (np.arange(width)[:, None] - reach) * up
    inside = np.abs(at) < half
    return np.where(inside, response[np.where(inside, at, 0) + half - 1], 0.0)


def _low_pass(up: int, down: int) -> _Matrix:
    """Design the filter: 2 C - 1 coefficients, each of its ``up`` phases adding up to 1."""
    half = TAPS_PER_PHASE * max(up, down) // 2
    at = np.arange(1 - half, half)
    # Kaiser's own formulae: the width of the transition, and the window's shape.
    transition = (STOP_BAND_DB - 7.95) / (14.36 * 2 * half) * max(up, down)  # of the slower rate
    edge = (PASS_BAND / 2 + transition / 2) / max(up, down)  # of the rate of the filter
    beta = 0.1102 * (STOP_BAND_DB - 8.7)
    response = 2 * edge * np.sinc(2 * edge * at) * np.kaiser(2 * half - 1, beta)
    for phase in range(up):
        part = response[(phase + half - 1) % up :: up]
        part /= part.sum()
    rounded: _Matrix = np.rint(response / _COEFFICIENT_STEP) * _COEFFICIENT_STEP
    return rounded
