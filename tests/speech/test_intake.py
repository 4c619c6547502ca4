"""Audio of other formats, made ours."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.speech.intake import AudioIntake, UnusableAudio


def sine(rate_hz: int, seconds: float, hz: float = 440.0) -> np.ndarray[Any, Any]:
    at = np.arange(int(rate_hz * seconds)) / rate_hz
    return (10_000 * np.sin(2 * np.pi * hz * at)).astype("<i2")


def test_our_own_format_passes_unchanged() -> None:
    sound = sine(16_000, 0.1).tobytes()
    intake = AudioIntake(16_000, 2, 1)
    assert intake.feed(sound) + intake.flush() == sound


@pytest.mark.parametrize("rate_hz", [8_000, 22_050, 24_000, 44_100, 48_000])
def test_another_rate_is_the_same_tone_as_long(rate_hz: int) -> None:
    intake = AudioIntake(rate_hz, 2, 1)
    out = intake.feed(sine(rate_hz, 0.5).tobytes()) + intake.flush()
    samples = np.frombuffer(out, "<i2").astype(float)
    assert abs(len(samples) - 8_000) <= 1
    middle = samples[2_000:6_000]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
    assert spectrum.argmax() * 16_000 / len(middle) == pytest.approx(440, abs=4)
    assert middle.max() == pytest.approx(10_000, rel=0.02)


def test_two_channels_are_their_mean() -> None:
    left, right = sine(16_000, 0.1), sine(16_000, 0.1, 600)
    both = np.column_stack((left, right)).astype("<i2").tobytes()
    out = np.frombuffer(AudioIntake(16_000, 2, 2).feed(both), "<i2")
    assert np.abs(out - (left.astype(int) + right) / 2).max() <= 1


@given(st.lists(st.integers(1, 900), min_size=1, max_size=20), st.sampled_from([1, 2]))
def test_pieces_of_any_length_give_the_same_in_whole_samples(
    sizes: list[int], channels: int
) -> None:
    sound = np.random.default_rng(1).integers(-9_000, 9_000, 4_000).astype("<i2").tobytes()
    whole, pieces = AudioIntake(24_000, 2, channels), AudioIntake(24_000, 2, channels)
    out, at = [], 0
    for size in [*sizes, len(sound)]:
        out.append(pieces.feed(sound[at : at + size]))
        at += size
    assert all(len(piece) % 2 == 0 for piece in out)
    assert b"".join(out) + pieces.flush() == whole.feed(sound) + whole.flush()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"rate": 16_000, "width": 1, "channels": 1},
        {"rate": 16_000, "width": 4, "channels": 1},
        {"rate": 16_000, "width": 2, "channels": 6},
        {"rate": 1, "width": 2, "channels": 1},
        {"rate": 10**9, "width": 2, "channels": 1},
        {"rate": "16000", "width": 2, "channels": 1},
        {"rate": True, "width": 2, "channels": 1},
    ],
)
def test_what_nobody_sends_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(UnusableAudio, match="16-bit"):
        AudioIntake.of(data)
