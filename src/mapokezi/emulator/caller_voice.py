"""A caller's voice, other than the receptionist's, made before the call from the same synthesis.

Both speak with the one voice that hibari carries; a caller's is shifted in pitch and in formants,
as if another throat had spoken. Two steps, both of numpy:

1. Reading the sound at another pace moves pitch, formants and length together.
2. Pitch-synchronous overlap-add (Moulines and Charpentier, 1990) then lays the single pulses of
   the voice out anew: pitch and length change, formants stay.

So a formant factor ``f`` and a pitch factor ``p`` are: pace ``f``, then pulses ``p / f`` as close,
and the length brought back by ``f``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from mapokezi.audio.formats import FULL_SCALE, pcm_of
from mapokezi.audio.resample import resampled
from mapokezi.errors import MapokeziError

PHONE_RATE_HZ = 8_000
"""The rate at which a caller's telephone takes sound."""
SYNTHESIS_RATE_HZ = 24_000
"""The rate of hibari's output."""

Samples = npt.NDArray[np.float64]
Synthesis = Callable[[str], npt.NDArray[np.float32]]
"""Speaks a text: samples from -1 to 1 at `SYNTHESIS_RATE_HZ`."""

_LOWEST_HZ, _HIGHEST_HZ = 75.0, 330.0
"""Between these a voice's pitch is looked for."""
_VOICED_FROM = 0.45
"""The normalised autocorrelation from which a stretch counts as voiced."""
_HOP_S = 0.010
_UNVOICED_PERIOD_S = 0.006
"""How close pulses are laid where there is no pitch: short enough not to be heard as one."""
_PEAK = 0.5
"""The loudest sample of a line, against full scale: a telephone's usual level."""


class CallerVoiceMissing(MapokeziError):  # noqa: N818 - in the words of the trade
    """No synthesis is installed, so a caller can only play sound files."""

    def __str__(self) -> str:
        """Say what to install."""
        return (
            "a caller's words need the local voice: install mapokezi with the extra local-voice,"
            " or give sound files instead of words"
        )


@dataclass(frozen=True, slots=True)
class VoiceShift:
    """How a caller's voice differs from the one that speaks it."""

    pitch: float = 0.82
    """Factor of the pitch; the default turns hibari's voice into a lower one."""
    formants: float = 0.92
    """Factor of the formants: below 1 for a longer throat."""


def shift_voice(samples: Samples, rate_hz: int, shift: VoiceShift) -> Samples:
    """Shift a voice in pitch and formants; the length stays as it was.

    Args:
        samples: the voice, -1 to 1.
        rate_hz: its sampling rate.
        shift: by what factors.
    """
    if len(samples) < round(4 * rate_hz / _LOWEST_HZ):
        return samples.copy()  # too short to hold a few pulses
    paced = _at_pace(samples, shift.formants)
    return _overlap_add(paced, rate_hz, shift.pitch / shift.formants, len(samples))


def prepare_lines(
    texts: Iterable[str], shift: VoiceShift, synthesis: Synthesis | None = None
) -> dict[str, bytes]:
    """Speak every text once, before the call.

    Args:
        texts: what the caller may say.
        shift: the caller's voice.
        synthesis: what speaks; hibari if None.

    Returns:
        For each text S16LE mono PCM at `PHONE_RATE_HZ`.

    Raises:
        CallerVoiceMissing: if hibari is needed and not installed.
    """
    wanted = list(dict.fromkeys(texts))
    if not wanted:
        return {}
    speak = synthesis or hibari_synthesis()
    return {text: _for_the_phone(speak(text), shift) for text in wanted}


@lru_cache(maxsize=1)
def hibari_synthesis() -> Synthesis:
    """Load hibari once (it takes about half a second).

    Raises:
        CallerVoiceMissing: if it is not installed.
    """
    try:
        from hibari import Hibari  # noqa: PLC0415 - an optional part
    except ImportError as missing:
        raise CallerVoiceMissing from missing
    voice = Hibari(threads=1)

    def speak(text: str) -> npt.NDArray[np.float32]:
        return np.asarray(voice(text, seed=0), dtype=np.float32)

    return speak


def _for_the_phone(spoken: npt.NDArray[np.float32], shift: VoiceShift) -> bytes:
    shifted = shift_voice(spoken.astype(np.float64), SYNTHESIS_RATE_HZ, shift)
    loudest = float(np.abs(shifted).max(initial=0.0))
    if loudest > 0:
        shifted *= _PEAK / loudest
    return resampled(pcm_of(shifted * FULL_SCALE), SYNTHESIS_RATE_HZ, PHONE_RATE_HZ)


def _at_pace(samples: Samples, pace: float) -> Samples:
    """Read a sound ``pace`` times as fast, by its spectrum: pitch, formants, length all move."""
    length = max(1, round(len(samples) / pace))
    spectrum = np.fft.rfft(samples)
    bins = length // 2 + 1
    moved = np.zeros(bins, dtype=np.complex128)
    kept = min(bins, len(spectrum))
    moved[:kept] = spectrum[:kept]
    return np.fft.irfft(moved, length) * (length / len(samples))


def _overlap_add(samples: Samples, rate_hz: int, pitch: float, length: int) -> Samples:
    """Lay the pulses of a voice out anew over ``length`` samples."""
    periods, voiced = _pitch_track(samples, rate_hz)
    marks = _pulse_marks(samples, rate_hz, periods, voiced)
    stretch = length / len(samples)
    out = np.zeros(length)
    weight = np.zeros(length)
    at = marks[0] * stretch
    while at < length:
        nearest = int(np.searchsorted(marks, at / stretch))
        nearest = min(nearest, len(marks) - 1)
        if nearest and marks[nearest] - at / stretch > at / stretch - marks[nearest - 1]:
            nearest -= 1
        hop = min(int(marks[nearest] / (rate_hz * _HOP_S)), len(periods) - 1)
        period = periods[hop]
        _add_pulse(out, weight, samples, int(marks[nearest]), round(at), int(period))
        at += period / pitch if voiced[hop] else period
    return np.divide(out, np.maximum(weight, 0.5))


def _add_pulse(
    out: Samples, weight: Samples, samples: Samples, source: int, target: int, period: int
) -> None:
    """Add the two periods around ``source`` to the output around ``target``."""
    window = np.hanning(2 * period + 1)
    first = max(-period, -source, -target)
    last = min(period + 1, len(samples) - source, len(out) - target)
    if last <= first:
        return
    part = window[first + period : last + period]
    out[target + first : target + last] += samples[source + first : source + last] * part
    weight[target + first : target + last] += part


def _pitch_track(
    samples: Samples, rate_hz: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Find the period, in samples, and whether there is a voice, every 10 ms."""
    hop = round(rate_hz * _HOP_S)
    shortest, longest = round(rate_hz / _HIGHEST_HZ), round(rate_hz / _LOWEST_HZ)
    count = max(1, len(samples) // hop)
    padded = np.concatenate([np.zeros(longest), samples, np.zeros(3 * longest)])
    starts = np.arange(count) * hop
    windows = padded[starts[:, None] + np.arange(2 * longest)[None, :]]
    windows = windows - windows.mean(axis=1, keepdims=True)
    size = 1 << int(np.ceil(np.log2(4 * longest)))
    likeness = np.fft.irfft(np.abs(np.fft.rfft(windows, size)) ** 2, size)[:, : longest + 1]
    lags = np.arange(longest + 1)
    likeness = likeness / np.maximum(likeness[:, :1], 1e-9) / (1 - lags / (2 * longest))
    strength = likeness[:, shortest:].max(axis=1)
    # Twice the period is as good a likeness: the shortest lag that is nearly the best is taken,
    # and from there the top of its hill.
    first = (likeness[:, shortest:] > 0.9 * strength[:, None]).argmax(axis=1) + shortest
    near = np.minimum(first[:, None] + np.arange(shortest // 2)[None, :], longest)
    best = near[np.arange(count), np.take_along_axis(likeness, near, axis=1).argmax(axis=1)]
    loud = (windows**2).mean(axis=1) > 1e-6
    voiced = (strength > _VOICED_FROM) & loud
    periods = np.where(voiced, best, round(rate_hz * _UNVOICED_PERIOD_S)).astype(np.float64)
    return _without_leaps(periods, voiced), voiced


def _without_leaps(
    periods: npt.NDArray[np.float64], voiced: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    """Take the middle of five neighbours within voiced stretches: an octave's error is a leap."""
    smooth = periods.copy()
    for at in np.flatnonzero(voiced):
        near = slice(max(0, at - 2), at + 3)
        smooth[at] = np.median(periods[near][voiced[near]])
    return smooth


def _pulse_marks(
    samples: Samples,
    rate_hz: int,
    periods: npt.NDArray[np.float64],
    voiced: npt.NDArray[np.bool_],
) -> npt.NDArray[np.float64]:
    """Place a mark a period, at the pulse's peak where there is a voice."""
    hop = rate_hz * _HOP_S
    marks: list[float] = []
    at = 0.0
    while at < len(samples):
        frame = min(int(at / hop), len(periods) - 1)
        place = at
        if voiced[frame]:
            reach = int(periods[frame] / 5)
            first = max(0, int(at) - reach)
            part = samples[first : int(at) + reach + 1]
            place = float(first + int(np.argmax(part)))
            if marks and place <= marks[-1]:
                place = at
        marks.append(place)
        at = place + periods[frame]
    return np.array(marks)
