"""A caller's voice differs from the receptionist's, and its words stay understood."""

from __future__ import annotations

import sys

import numpy as np
import numpy.typing as npt
import pytest

from mapokezi.emulator.caller_voice import (
    SYNTHESIS_RATE_HZ,
    CallerVoiceMissing,
    VoiceShift,
    hibari_synthesis,
    prepare_lines,
    shift_voice,
)

Samples = npt.NDArray[np.float64]
RATE_HZ = SYNTHESIS_RATE_HZ


def vowel(pitch_hz: float, formants_hz: tuple[float, ...], seconds: float = 1.0) -> Samples:
    """A steady vowel: pulses through resonances."""
    count = round(seconds * RATE_HZ)
    pulses = np.zeros(count)
    pulses[np.arange(0, count, RATE_HZ / pitch_hz).astype(int)] = 1.0
    at = np.arange(round(0.03 * RATE_HZ)) / RATE_HZ
    voice = np.zeros(count)
    for formant in formants_hz:
        ring = np.exp(-at * 300) * np.sin(2 * np.pi * formant * at)
        voice += np.convolve(pulses, ring)[:count]
    scale = 0.3 / float(np.abs(voice).max())
    return np.asarray(voice * scale, dtype=np.float64)


def pitch_of(samples: Samples) -> float:
    middle = samples[len(samples) // 4 : len(samples) // 2]
    likeness = np.correlate(middle, middle, "full")[len(middle) - 1 :]
    shortest = RATE_HZ // 400
    tops = likeness[shortest : RATE_HZ // 60]
    first = int((tops > 0.85 * tops.max()).argmax())
    hill = tops[first : first + shortest // 2]
    return float(RATE_HZ / (shortest + first + int(hill.argmax())))


def formant_of(samples: Samples, around_hz: float) -> float:
    """The centre of the energy near a formant."""
    spectrum = np.abs(np.fft.rfft(samples)) ** 2
    at = np.fft.rfftfreq(len(samples), 1 / RATE_HZ)
    near = (at > around_hz * 0.75) & (at < around_hz * 1.3)
    return float((spectrum[near] * at[near]).sum() / spectrum[near].sum())


@pytest.mark.parametrize("pitch_hz", [105.0, 190.0])
@pytest.mark.parametrize("shift", [VoiceShift(0.8, 0.9), VoiceShift(1.25, 1.1), VoiceShift(0.8, 1)])
def test_pitch_and_formants_move_each_by_its_own_factor(pitch_hz: float, shift: VoiceShift) -> None:
    given = vowel(pitch_hz, (700.0, 2000.0))
    shifted = shift_voice(given, RATE_HZ, shift)
    assert len(shifted) == len(given)
    assert pitch_of(shifted) == pytest.approx(pitch_of(given) * shift.pitch, rel=0.03)
    moved = formant_of(shifted, 2000 * shift.formants)
    assert moved == pytest.approx(2000 * shift.formants, rel=0.05)


def test_a_shift_of_one_leaves_the_voice_about_as_it_was() -> None:
    given = vowel(120.0, (600.0, 1500.0))
    shifted = shift_voice(given, RATE_HZ, VoiceShift(1.0, 1.0))
    inner = slice(RATE_HZ // 10, -RATE_HZ // 10)
    alike = np.corrcoef(given[inner], shifted[inner])[0, 1]
    assert alike > 0.95


@pytest.mark.parametrize("given", [np.zeros(0), np.zeros(50), np.zeros(RATE_HZ)])
def test_silence_and_clicks_stay_what_they_are(given: Samples) -> None:
    shifted = shift_voice(given, RATE_HZ, VoiceShift())
    assert len(shifted) == len(given)
    assert not shifted.any()


def test_noise_stays_noise_and_is_not_made_louder() -> None:
    noise = np.random.default_rng(5).normal(0, 0.1, RATE_HZ)
    shifted = shift_voice(noise, RATE_HZ, VoiceShift())
    assert 0.05 < float(shifted.std()) < 0.15


def test_each_text_is_spoken_once_and_made_fit_for_the_telephone() -> None:
    spoken: list[str] = []

    def synthesis(text: str) -> npt.NDArray[np.float32]:
        spoken.append(text)
        return vowel(120.0, (700.0,), seconds=0.5).astype(np.float32) * 0.01

    sounds = prepare_lines(["yes", "no", "yes"], VoiceShift(), synthesis)
    assert spoken == ["yes", "no"]
    samples = np.frombuffer(sounds["yes"], "<i2")
    assert len(samples) == pytest.approx(4000, abs=40)
    assert np.abs(samples).max() == pytest.approx(16_384, rel=0.2)


def test_no_texts_need_no_voice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hibari", None)
    hibari_synthesis.cache_clear()
    assert prepare_lines([], VoiceShift()) == {}
    with pytest.raises(CallerVoiceMissing, match="local-voice"):
        prepare_lines(["hello"], VoiceShift())
    hibari_synthesis.cache_clear()
