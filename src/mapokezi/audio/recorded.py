"""A sentence that somebody has recorded, checked and made fit to be played to a caller."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mapokezi.audio.formats import (
    BYTES_PER_SAMPLE,
    FULL_SCALE,
    SAMPLE_RATE_HZ,
    ms_of,
    pcm_of,
    samples_in,
)
from mapokezi.audio.level import dbfs
from mapokezi.audio.pauses import PauseCutter, PauseSettings
from mapokezi.audio.resample import resampled
from mapokezi.audio.wav import wav_sound
from mapokezi.errors import MapokeziError

_WINDOW_MS = 20


@dataclass(frozen=True, slots=True)
class RecordingBounds:
    """What a recording must be like."""

    least_rate_hz: int = 8_000
    """What the telephone's band needs."""
    most_rate_hz: int = 96_000
    softest_dbfs: float = -45.0
    """The level of its voice: what is softer drowns in the noise of its own room."""
    most_clipped: float = 0.002
    """The share of samples at full scale."""
    least_above_noise_db: float = 15.0
    """From the noise of the room to the voice."""
    least_ms: int = 120
    most_ms: int = 30_000
    least_ms_a_letter: float = 22.0
    """Nobody speaks faster: the words are cut off, or it is another sentence's file."""
    most_ms_a_letter: float = 320.0
    slack_ms: int = 1_200
    """Beyond that, for short words."""
    level_dbfs: float = -22.0
    """To which the voice is brought, near that of the local voice."""


class RecordingUnfit(MapokeziError):  # noqa: N818 - in the words of the trade
    """A recording cannot be used. Its text says why, and what to do."""


def made_fit(wav: bytes, words: str, bounds: RecordingBounds | None = None) -> bytes:
    """Make a recorded sentence fit: one rate, one level, no silence around it.

    Args:
        wav: The file, 16-bit PCM, mono or stereo.
        words: What is said in it; its length must go with theirs.
        bounds: What it must be like.

    Returns:
        S16LE mono at 16 kHz.

    Raises:
        RecordingUnfit: If it cannot be used.
        WavError: If it is no WAV file that can be read.
    """
    bounds = bounds or RecordingBounds()
    form, pcm = wav_sound(wav)
    rate = form.sample_rate_hz
    if not bounds.least_rate_hz <= rate <= bounds.most_rate_hz:
        raise RecordingUnfit(
            f"its rate is {rate} Hz. Record at {bounds.least_rate_hz} to {bounds.most_rate_hz} Hz"
        )
    samples = samples_in(pcm).astype(np.float64)
    if form.channels > 1:
        whole = len(samples) // form.channels * form.channels
        samples = samples[:whole].reshape(-1, form.channels).mean(axis=1)
    _check_level(samples, rate, bounds)
    levelled = _levelled(resampled(pcm_of(samples), rate, SAMPLE_RATE_HZ), bounds.level_dbfs)
    trimmed = _without_silence(levelled)
    _check_length(ms_of(len(trimmed)), words, bounds)
    return trimmed


def _window_levels(samples: np.ndarray[tuple[int], np.dtype[np.float64]], rate: int) -> list[float]:
    size = rate * _WINDOW_MS // 1000
    whole = len(samples) // size * size
    return [dbfs(pcm_of(window)) for window in samples[:whole].reshape(-1, size)] if whole else []


def _check_level(
    samples: np.ndarray[tuple[int], np.dtype[np.float64]], rate: int, bounds: RecordingBounds
) -> None:
    levels = _window_levels(samples, rate)
    voice = float(np.percentile(levels, 90)) if levels else -100.0
    if voice < bounds.softest_dbfs:
        raise RecordingUnfit(
            f"it is too soft or silent ({voice:.0f} dB). Speak nearer to the microphone"
        )
    clipped = float(np.mean(np.abs(samples) >= FULL_SCALE - 2))
    if clipped > bounds.most_clipped:
        raise RecordingUnfit(
            f"it is too loud: {clipped:.1%} of it is cut off. Turn the microphone down"
        )
    noise = float(np.percentile(levels, 5))
    has_pause = noise < voice - 3.0  # a word cut to its edges has none, and so no noise to measure
    if has_pause and voice - noise < bounds.least_above_noise_db:
        raise RecordingUnfit(
            f"the room is too noisy: the voice stands only {voice - noise:.0f} dB above it. "
            "Record where it is quiet"
        )


def _levelled(pcm: bytes, level_dbfs: float) -> bytes:
    """Bring the voice to a level, as far as its peaks allow."""
    samples = samples_in(pcm).astype(np.float64)
    voice = float(np.percentile(_window_levels(samples, SAMPLE_RATE_HZ), 90))
    gain = 10 ** ((level_dbfs - voice) / 20)
    peak = float(np.abs(samples).max()) or 1.0
    return pcm_of(samples * min(gain, (FULL_SCALE - 1) * 0.9 / peak))


def _without_silence(pcm: bytes) -> bytes:
    levels = _window_levels(samples_in(pcm).astype(np.float64), SAMPLE_RATE_HZ)
    noise = float(np.percentile(levels, 5))
    silent = min(max(noise + 6.0, -55.0), -42.0)
    cutter = PauseCutter(settings=PauseSettings(lead_ms=40, silent_dbfs=silent))
    return cutter.feed(pcm) + cutter.flush()


def _check_length(length_ms: float, words: str, bounds: RecordingBounds) -> None:
    letters = sum(char.isalnum() for char in words)
    least = max(bounds.least_ms, letters * bounds.least_ms_a_letter)
    most = min(bounds.most_ms, letters * bounds.most_ms_a_letter + bounds.slack_ms)
    if not least <= length_ms <= most:
        how = "short" if length_ms < least else "long"
        raise RecordingUnfit(
            f"it is too {how} ({length_ms / 1000:.1f} s) for its words. Were just these said?"
        )


def joined(pieces: list[bytes], gap_ms: int = 60) -> bytes:
    """Put recorded pieces one behind the other, S16LE mono at 16 kHz."""
    gap = bytes(SAMPLE_RATE_HZ * gap_ms // 1000 * BYTES_PER_SAMPLE)
    return gap.join(pieces)
