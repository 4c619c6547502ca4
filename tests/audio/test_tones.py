"""Computed sounds."""

from __future__ import annotations

import numpy as np
import pytest

from mapokezi.audio.formats import bytes_of, samples_in
from mapokezi.audio.level import dbfs
from mapokezi.audio.tones import beep, dtmf, dtmf_pair, ringback, silence, tone


def peaks_hz(pcm: bytes, rate_hz: int, count: int) -> list[int]:
    """The strongest frequencies of a second of sound."""
    spectrum = np.abs(np.fft.rfft(samples_in(pcm).astype(float)))
    return sorted(int(hz) for hz in np.argsort(spectrum)[-count:] * rate_hz / len(pcm) * 2)


def test_a_key_is_its_two_tones() -> None:
    assert dtmf_pair("5") == (770, 1336)
    assert peaks_hz(dtmf("5", 1000, 8000), 8000, 2) == [770, 1336]
    assert peaks_hz(dtmf("#", 1000), 16_000, 2) == [941, 1477]


@pytest.mark.parametrize("key", ["", "x", "12", " "])
def test_no_such_key(key: str) -> None:
    with pytest.raises(ValueError, match="no such key"):
        dtmf(key)


def test_twist_is_the_difference_of_the_two() -> None:
    sound = samples_in(dtmf("1", 1000, twist_db=6)).astype(float)
    spectrum = np.abs(np.fft.rfft(sound))
    assert 20 * np.log10(spectrum[1209] / spectrum[697]) == pytest.approx(6, abs=0.1)


def test_a_tone_has_its_length_and_level_and_no_click() -> None:
    sound = tone(1000, 500, level_dbfs=-20)
    assert len(sound) == bytes_of(500)
    assert dbfs(sound) == pytest.approx(-23, abs=0.2)
    samples = samples_in(sound)
    assert abs(int(samples[0])) < 10
    assert abs(int(samples[-1])) < 100
    assert len(beep()) == bytes_of(200)
    assert silence(20) == bytes(640)


def test_ringback_rings_one_second_in_five() -> None:
    sound = ringback(6000)
    assert len(sound) == bytes_of(6000)
    assert peaks_hz(sound[: bytes_of(1000)], 16_000, 1) == [425]
    assert not sound[bytes_of(1000) : bytes_of(5000)].strip(b"\0")
    assert dbfs(sound[bytes_of(5000) :]) > -25
