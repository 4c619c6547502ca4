"""The telephone line between a caller and the platform: what a real one does to sound.

Pure: frames of 20 ms go in and come out. Toward the platform: echo of what the caller's earpiece
plays, noise, band, packets lost or late, mu-law. Toward the caller: mu-law, packets, band.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mapokezi.audio.formats import decode_mu_law, encode_mu_law, pcm_of, samples_in

LINE_RATE_HZ = 8_000
"""The telephone network's rate."""
FRAME_SAMPLES = 160
"""20 ms."""
SILENCE = bytes(FRAME_SAMPLES * 2)
"""One frame of nothing."""

_BAND_TAPS = 95
"""6 ms of delay; -3 dB near 300 and 3,400 Hz, 40 dB down at 100 and 3,700 Hz."""
_CONCEALED = (0.7, 0.35, 0.0)
"""How loud a lost frame's stand-in (the frame before) is, by how many were lost in a row."""

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class LineSettings:
    """How good or bad a line is."""

    noise_dbfs: float | None = None
    """RMS level of white noise within the band, at the platform; None: a silent line."""
    echo_db: float | None = None
    """By how much the platform's sound comes back weaker (20 or 30 are usual); None: no echo."""
    echo_ms: float = 100.0
    """How late it comes back: 100 on a good mobile line, 250 on a bad one."""
    loss: float = 0.0
    """Share of packets that never arrive, 0 to 1, either way."""
    jitter_ms: float = 0.0
    """Spread (one sigma) of the packets' lateness; what is later than the buffer is lost."""
    jitter_buffer_ms: int = 40
    """What the far end waits for late packets, as constant delay; only with jitter."""
    seed: int = 1
    """The same seed gives the same noise and the same lost packets."""


class TelephoneLine:
    """One caller's line, both directions. Both must be fed once every 20 ms."""

    def __init__(self, settings: LineSettings | None = None) -> None:
        self.settings = settings or LineSettings()
        seeds = np.random.SeedSequence(self.settings.seed).spawn(3)
        self._noise = np.random.Generator(np.random.SFC64(seeds[0]))
        self._up = _Packets(self.settings, np.random.Generator(np.random.SFC64(seeds[1])))
        self._down = _Packets(self.settings, np.random.Generator(np.random.SFC64(seeds[2])))
        self._up_band = _Band()
        self._down_band = _Band()
        self._echo = _Echo(self.settings)
        self._noise_scale = 0.0
        if self.settings.noise_dbfs is not None:
            in_band = float(np.sqrt(np.sum(_band_filter() ** 2)))
            self._noise_scale = 32768 * 10 ** (self.settings.noise_dbfs / 20) / in_band

    def toward_platform(self, mouth: bytes) -> bytes:
        """What the platform receives for 20 ms of the caller's mouth (S16LE, 8 kHz)."""
        samples = samples_in(mouth).astype(np.float32)
        self._echo.add_to(samples)
        if self._noise_scale:
            white = self._noise.standard_normal(FRAME_SAMPLES, np.float32)
            samples += white * np.float32(self._noise_scale)
        return self._up.carry(_through_mulaw(pcm_of(self._up_band.feed(samples))))

    def toward_caller(self, sound: bytes) -> bytes:
        """What the caller's earpiece plays for 20 ms that the platform sends (S16LE, 8 kHz)."""
        packet = self._down.carry(_through_mulaw(sound))
        heard = self._down_band.feed(samples_in(packet).astype(np.float32))
        self._echo.keep(heard)
        return pcm_of(heard)


class _Band:
    """A linear-phase band-pass, kept running from frame to frame."""

    def __init__(self) -> None:
        self._window = np.zeros(_BAND_TAPS - 1 + FRAME_SAMPLES, np.float32)
        self._silent_frames = 2

    def feed(self, samples: Samples) -> Samples:
        if samples.any():
            self._silent_frames = 0
        elif self._silent_frames > 1:
            return samples
        else:
            self._silent_frames += 1
        self._window[: _BAND_TAPS - 1] = self._window[FRAME_SAMPLES:]
        self._window[_BAND_TAPS - 1 :] = samples
        through: Samples = np.convolve(self._window, _band_filter(), "valid")
        return through


class _Echo:
    """The earpiece heard by the mouthpiece, weaker and later."""

    def __init__(self, settings: LineSettings) -> None:
        self._on = settings.echo_db is not None
        self._scale = np.float32(10 ** (-(settings.echo_db or 0.0) / 20))
        delay = max(FRAME_SAMPLES, round(settings.echo_ms * LINE_RATE_HZ / 1000))
        self._past = np.zeros(delay, np.float32)

    def keep(self, heard: Samples) -> None:
        if self._on:
            self._past[:-FRAME_SAMPLES] = self._past[FRAME_SAMPLES:]
            self._past[-FRAME_SAMPLES:] = heard

    def add_to(self, mouth: Samples) -> None:
        if self._on:
            mouth += self._past[:FRAME_SAMPLES] * self._scale


class _Packets:
    """The network: packets lost or late, and what is played in their place."""

    def __init__(self, settings: LineSettings, random: np.random.Generator) -> None:
        self._settings, self._random = settings, random
        self._perfect = not (settings.loss or settings.jitter_ms)
        waiting = round(settings.jitter_buffer_ms / 20) if settings.jitter_ms else 0
        self._buffer = [SILENCE] * waiting
        self._last = np.zeros(FRAME_SAMPLES, np.float32)
        self._lost_in_a_row = 0

    def carry(self, packet: bytes) -> bytes:
        if self._perfect:
            return packet
        self._buffer.append(packet if self._arrives() else b"")
        due = self._buffer.pop(0)
        if due:
            self._lost_in_a_row = 0
            self._last = samples_in(due).astype(np.float32)
            return due
        scale = _CONCEALED[min(self._lost_in_a_row, len(_CONCEALED) - 1)]
        self._lost_in_a_row += 1
        return pcm_of(self._last * np.float32(scale))

    def _arrives(self) -> bool:
        if self._random.random() < self._settings.loss:
            return False
        late_ms = abs(self._random.normal(0.0, self._settings.jitter_ms))
        return late_ms <= self._settings.jitter_buffer_ms


@lru_cache(maxsize=1)
def _band_filter() -> Samples:
    """A windowed-sinc band-pass of 300 to 3,400 Hz."""
    at = np.arange(_BAND_TAPS) - (_BAND_TAPS - 1) / 2
    high, low = 3_400 / LINE_RATE_HZ, 300 / LINE_RATE_HZ
    taps = 2 * high * np.sinc(2 * high * at) - 2 * low * np.sinc(2 * low * at)
    windowed: Samples = (taps * np.hamming(_BAND_TAPS)).astype(np.float32)
    return windowed


@lru_cache(maxsize=1)
def _mulaw_table() -> NDArray[np.int16]:
    """What each 16-bit sample is after mu-law there and back, by its unsigned value."""
    every = np.arange(65_536, dtype=np.uint16).view(np.int16)
    return samples_in(decode_mu_law(encode_mu_law(every.tobytes())))


def _through_mulaw(pcm: bytes) -> bytes:
    return _mulaw_table()[samples_in(pcm).view(np.uint16)].tobytes()
