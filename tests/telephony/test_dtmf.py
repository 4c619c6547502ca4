"""Keys in the sound: all of them, once each, and none in speech."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hibari import Hibari
from hypothesis import given, settings
from hypothesis import strategies as st

from mapokezi.audio.formats import (
    FULL_SCALE,
    decode_mu_law,
    encode_mu_law,
    pcm_of,
    samples_in,
)
from mapokezi.audio.machine_tones import MachineTones
from mapokezi.audio.resample import resampled
from mapokezi.audio.tones import dtmf, dtmf_pair, ringback, silence, tone
from mapokezi.telephony.dtmf import DtmfDetector

Sound = npt.NDArray[np.float64]
RATES = [8000, 16_000]
KEYS = "1234567890*#ABCD5577"


def heard(pcm: bytes, rate_hz: int, chunk: int = 640) -> str:
    detector = DtmfDetector(rate_hz)
    keys: list[str] = []
    for at in range(0, len(pcm), chunk):
        keys += detector.feed(pcm[at : at + chunk])
    return "".join(keys)


def presses(
    rate_hz: int,
    on_ms: float,
    off_ms: float,
    level_dbfs: float,
    off_tune: float = 0.0,
    twist_db: float = 0.0,
) -> Sound:
    """All keys after one another; ``off_tune`` is the error of the frequencies, as a part."""
    parts = [np.zeros(rate_hz // 10)]
    peak = FULL_SCALE * 10 ** (level_dbfs / 20)
    at = np.arange(round(on_ms * rate_hz / 1000)) * 2 * np.pi / rate_hz * (1 + off_tune)
    for key in KEYS:
        row_hz, column_hz = dtmf_pair(key)
        low, high = 10 ** (-twist_db / 40), 10 ** (twist_db / 40)
        parts.append(peak * (low * np.sin(row_hz * at) + high * np.sin(column_hz * at)))
        parts.append(np.zeros(round(off_ms * rate_hz / 1000)))
    return np.concatenate([*parts, np.zeros(rate_hz // 10)])


def noisy(sound: Sound, noise_dbfs: float, seed: int) -> Sound:
    noise = np.random.default_rng(seed).normal(0, FULL_SCALE * 10 ** (noise_dbfs / 20), len(sound))
    return sound + noise


def through_mu_law(pcm: bytes) -> bytes:
    return decode_mu_law(encode_mu_law(pcm))


@pytest.mark.parametrize("rate_hz", RATES)
@pytest.mark.parametrize(("on_ms", "off_ms"), [(40, 40), (50, 50), (100, 100), (400, 60)])
@pytest.mark.parametrize("level_dbfs", [-30.0, -9.0])
@pytest.mark.parametrize(
    ("off_tune", "twist_db"), [(0.0, 0.0), (0.015, 0.0), (-0.015, 0.0), (0.0, 6.0), (0.0, -6.0)]
)
def test_every_key_is_heard_once_with_noise_20_db_down(
    rate_hz: int, on_ms: float, off_ms: float, level_dbfs: float, off_tune: float, twist_db: float
) -> None:
    sound = presses(rate_hz, on_ms, off_ms, level_dbfs, off_tune, twist_db)
    for shift in range(0, rate_hz // 50, rate_hz // 50 // 5 + 1):  # against the 20 ms blocks
        pcm = pcm_of(noisy(np.pad(sound, (shift, 0)), level_dbfs - 20, shift))
        assert heard(through_mu_law(pcm), rate_hz) == KEYS


@pytest.mark.parametrize("rate_hz", RATES)
def test_a_dropout_of_20_ms_does_not_count_a_key_twice(rate_hz: int) -> None:
    for key in "15#":
        held = samples_in(dtmf(key, 300, rate_hz)).copy()
        held[rate_hz // 10 : rate_hz // 10 + rate_hz // 50] = 0
        for shift in range(0, rate_hz // 50, 11):
            pcm = bytes(2 * shift) + held.tobytes() + silence(200, rate_hz)
            assert heard(pcm, rate_hz) == key


@pytest.mark.parametrize("rate_hz", RATES)
def test_a_key_held_long_counts_once(rate_hz: int) -> None:
    assert heard(dtmf("7", 5000, rate_hz) + silence(100, rate_hz), rate_hz) == "7"


def test_a_key_is_told_while_it_is_held() -> None:
    detector = DtmfDetector(8000)
    sound = silence(60, 8000) + dtmf("4", 500, 8000)
    told_at = next(
        at for at in range(0, len(sound), 160) if detector.feed(sound[at : at + 160]) == ["4"]
    )
    assert told_at / 16 + 10 - 60 <= 65


@pytest.mark.parametrize("rate_hz", RATES)
def test_what_is_too_short_off_tune_or_lopsided_is_no_key(rate_hz: int) -> None:
    assert heard(pcm_of(presses(rate_hz, 22, 100, -9.0)), rate_hz) == ""
    assert heard(pcm_of(presses(rate_hz, 100, 100, -9.0, off_tune=0.035)), rate_hz) == ""
    assert heard(pcm_of(presses(rate_hz, 100, 100, -9.0, off_tune=-0.035)), rate_hz) == ""
    assert heard(pcm_of(presses(rate_hz, 100, 100, -12.0, twist_db=14)), rate_hz) == ""
    assert heard(pcm_of(presses(rate_hz, 100, 100, -52.0)), rate_hz) == ""


@pytest.mark.parametrize("rate_hz", RATES)
def test_tones_with_the_overtones_of_a_voice_are_no_key(rate_hz: int) -> None:
    at = 2 * np.pi * np.arange(rate_hz // 5) / rate_hz
    pure = 5000 * (np.sin(852 * at) + np.sin(1336 * at))
    assert heard(pcm_of(pure), rate_hz) == "8"
    for hz in (2 * 852, 2 * 1336):  # 8 dB down: the two tones still hold 93 % of the energy
        assert heard(pcm_of(pure + 2000 * np.sin(hz * at)), rate_hz) == ""


@pytest.mark.parametrize("rate_hz", RATES)
def test_other_sounds_are_no_keys(rate_hz: int) -> None:
    assert heard(ringback(6000, rate_hz), rate_hz) == ""
    assert heard(tone(1336, 500, rate_hz) + tone(770, 500, rate_hz), rate_hz) == ""
    rng = np.random.default_rng(5)
    assert heard(pcm_of(rng.normal(0, 5000, 20 * rate_hz)), rate_hz) == ""
    at = 2 * np.pi * np.arange(rate_hz) / rate_hz
    chord = np.sin(392 * at) + np.sin(784 * at) + np.sin(1175 * at)
    assert heard(pcm_of(chord * 5000), rate_hz) == ""


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(RATES), st.lists(st.integers(0, 2500), max_size=40))
def test_splitting_changes_nothing(rate_hz: int, cuts: list[int]) -> None:
    pcm = pcm_of(noisy(presses(rate_hz, 60, 50, -20.0), -45, 1))
    detector, keys, at = DtmfDetector(rate_hz), "", 0
    for cut in cuts:
        keys += "".join(detector.feed(pcm[at : at + cut]))
        at += cut
    assert keys + "".join(detector.feed(pcm[at:])) == heard(pcm, rate_hz) == KEYS


def test_other_rates_are_refused() -> None:
    with pytest.raises(ValueError, match="24000"):
        DtmfDetector(24_000)


@pytest.fixture(scope="module")
def speech() -> list[Sound]:
    """Two minutes of real synthesised speech at 8 kHz, from a deep voice's pitch to a child's.

    A bounded part of what bench/dtmf_speech.py does over half an hour.
    """
    voice = Hibari()
    said = voice(
        "My number is zero seven two two, one five nine, four eight six. Who, you? Oh, I see! "
        "We need the key to room eleven, please, and the lease, the fees, and the deed. "
        "A, E, I, O, U, R, Y, W. Ooh, hmm, whee. Mister Otieno moved to Mombasa in the morning.",
        seed=0,
    )
    plain = samples_in(resampled(pcm_of(said * 20_000), 24_000, 8000)).astype(float)
    at = np.arange(len(plain))
    return [
        np.interp(np.arange(0, len(plain) - 1, pitch), at, plain)
        for pitch in (0.72, 0.85, 1.0, 1.1, 1.25, 1.4, 1.6)
    ]


@pytest.mark.parametrize("rate_hz", RATES)
def test_no_key_is_heard_in_speech(speech: list[Sound], rate_hz: int) -> None:
    seconds = 0.0
    for number, sound in enumerate(speech):
        loud = sound * (0.5 if number % 2 else 0.1)
        narrow = through_mu_law(pcm_of(noisy(loud, -60, number)))
        pcm = narrow if rate_hz == 8000 else resampled(narrow, 8000, 16_000)
        assert heard(pcm, rate_hz) == ""
        if rate_hz == 16_000:  # nor is a machine, by the ears beside these
            assert MachineTones().feed(pcm) is None
        # The same ears hear a key pressed right after.
        assert heard(pcm + silence(50, rate_hz) + dtmf("8", 60, rate_hz, -20.0), rate_hz) == "8"
        seconds += len(sound) / 8000
    assert seconds > 90
