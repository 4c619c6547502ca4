"""Recorded sentences: refused with what to do, or brought to one rate, level and edge."""

from __future__ import annotations

import numpy as np
import pytest

from mapokezi.audio.formats import ms_of, pcm_of
from mapokezi.audio.level import dbfs
from mapokezi.audio.recorded import RecordingUnfit, joined, made_fit
from mapokezi.audio.wav import WavError, wav_bytes

WORDS = "Subiri kidogo, tafadhali."


def voice(
    rate: int = 44_100,
    seconds: float = 1.5,
    level: float = 0.1,
    noise: float = 0.0005,
    around_s: float = 0.5,
) -> bytes:
    """A hum that rises and falls like syllables, with a quiet room around it."""
    at = np.arange(int(rate * seconds)) / rate
    hum = sum(np.sin(2 * np.pi * hz * at) for hz in (140, 280, 560, 1_100)) / 4
    hum *= level * 2 * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * at))
    around = np.zeros(int(rate * around_s))
    room = np.random.default_rng(1).standard_normal(len(hum) + 2 * len(around)) * noise
    return pcm_of((np.concatenate([around, hum, around]) + room) * 32_000)


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100, 48_000])
def test_silence_is_trimmed_and_the_rate_is_ours(rate: int) -> None:
    sound = made_fit(wav_bytes(voice(rate), rate), WORDS)
    assert 1_400 < ms_of(len(sound)) < 1_700


@pytest.mark.parametrize("level", [0.02, 0.1, 0.4])
def test_the_level_is_the_same_whatever_it_was(level: float) -> None:
    sound = made_fit(wav_bytes(voice(level=level, noise=0.0002), 44_100), WORDS)
    assert dbfs(sound) == pytest.approx(-23.5, abs=2.0)


def test_stereo_becomes_mono() -> None:
    mono = np.frombuffer(voice(), dtype="<i2")
    stereo = np.repeat(mono, 2).tobytes()
    assert ms_of(len(made_fit(wav_bytes(stereo, 44_100, 2), WORDS))) == pytest.approx(
        1_550, abs=150
    )


@pytest.mark.parametrize(
    ("wav", "told"),
    [
        (wav_bytes(voice(6_000), 6_000), "its rate is 6000 Hz. Record at 8000"),
        (wav_bytes(bytes(88_200), 44_100), "too soft or silent"),
        (wav_bytes(voice(level=0.002, noise=0.0001), 44_100), "Speak nearer to the microphone"),
        (wav_bytes(voice(level=3.0), 44_100), "too loud"),
        (wav_bytes(voice(level=0.05, noise=0.02), 44_100), "the room is too noisy"),
        (wav_bytes(voice(seconds=0.2), 44_100), "too short (0."),
        (wav_bytes(voice(seconds=12.0), 44_100), "too long (12"),
    ],
)
def test_what_cannot_be_played_is_refused_with_what_to_do(wav: bytes, told: str) -> None:
    with pytest.raises(RecordingUnfit) as refused:
        made_fit(wav, WORDS)
    assert told in str(refused.value)


def test_what_is_no_wav_file_is_refused() -> None:
    with pytest.raises(WavError):
        made_fit(b"ID3 this is an mp3", WORDS)


def test_pieces_are_joined_with_a_short_gap() -> None:
    assert joined([b"\1\1", b"\2\2"], 60) == b"\1\1" + bytes(1_920) + b"\2\2"
