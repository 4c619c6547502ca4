"""Our own voice coming back, told from a caller who speaks. On real synthesised speech."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pytest
from hibari import Hibari

from mapokezi.audio.echo import EchoDetector, EchoSettings
from mapokezi.audio.formats import (
    FULL_SCALE,
    decode_mu_law,
    encode_mu_law,
    pcm_of,
    samples_in,
)
from mapokezi.audio.resample import resampled

Sound = npt.NDArray[np.float64]
FRAME = 320


def at_level(sound: Sound, dbfs: float) -> Sound:
    size = float(np.sqrt(np.mean(sound**2)))
    return sound * (FULL_SCALE * 10 ** (dbfs / 20) / size)


@dataclass(frozen=True)
class Voices:
    """Six seconds of each."""

    ours: Sound
    caller: Sound


@pytest.fixture(scope="module")
def voices() -> Voices:
    """The receptionist, and a caller with the same voice made deeper: the hardest to tell."""
    voice = Hibari()

    def spoken(text: str, pitch: float) -> Sound:
        sound = samples_in(resampled(pcm_of(voice(text, seed=0) * 20_000), 24_000, 16_000))
        at = np.arange(0, len(sound) - 1, pitch)
        return np.resize(np.interp(at, np.arange(len(sound)), sound), 6 * 16_000)

    return Voices(
        spoken(
            "Good morning, you have reached Wanjiku and Partners. The office is open from eight "
            "to five on weekdays, and on Saturdays from nine until one.",
            1.0,
        ),
        spoken(
            "Yes hello, I would like to speak with Mister Otieno about the land case in Kiambu, "
            "because I have not heard from him since last month.",
            0.85,
        ),
    )


def telephone(sound: Sound, noise_dbfs: float) -> Sound:
    """300 to 3400 Hz, mu-law and noise, through 8 kHz."""
    narrow = samples_in(resampled(pcm_of(sound), 16_000, 8000)).astype(float)
    spectrum = np.fft.rfft(narrow)
    hz = np.fft.rfftfreq(len(narrow), 1 / 8000)
    spectrum /= np.sqrt(1 + (300 / np.maximum(hz, 1)) ** 8)
    narrow = np.fft.irfft(spectrum, len(narrow))
    narrow += np.random.default_rng(0).normal(0, FULL_SCALE * 10 ** (noise_dbfs / 20), len(narrow))
    wide = resampled(decode_mu_law(encode_mu_law(pcm_of(narrow))), 8000, 16_000)
    return samples_in(wide).astype(float)


def echo_of(sound: Sound, late_ms: int, down_db: float) -> Sound:
    late = np.concatenate((np.zeros(late_ms * 16), sound))[: len(sound)]
    quieter: Sound = late * 10 ** (-down_db / 20)
    return quieter


def listen(detector: EchoDetector, caller: Sound, ours: Sound) -> npt.NDArray[np.bool_]:
    heard, said = pcm_of(caller), pcm_of(ours)
    size = 2 * FRAME
    return np.array(
        [
            detector.feed(heard[at : at + size], said[at : at + size])
            for at in range(0, min(len(heard), len(said)) // size * size, size)
        ]
    )


def levels(sound: Sound) -> npt.NDArray[np.float64]:
    """The level of each frame in dBFS."""
    power = np.square(sound[: len(sound) // FRAME * FRAME]).reshape(-1, FRAME).mean(axis=1)
    found: npt.NDArray[np.float64] = 10 * np.log10(power / FULL_SCALE**2 + 1e-12)
    return found


@pytest.mark.parametrize("late_ms", [100, 250])
@pytest.mark.parametrize("down_db", [20, 30])
@pytest.mark.parametrize("noise_dbfs", [-90, -60])
def test_an_echo_is_known(voices: Voices, late_ms: int, down_db: int, noise_dbfs: float) -> None:
    ours = at_level(voices.ours, -20)
    returned = telephone(echo_of(ours, late_ms, down_db), noise_dbfs)
    detector = EchoDetector()
    found = listen(detector, returned, ours)
    loud = levels(returned) > max(-58, noise_dbfs + 6)
    onset = int(loud.argmax())
    assert found[onset + 15 :][loud[onset + 15 :]].mean() > 0.85
    assert found[onset : onset + 13].any()  # within 260 ms of the first echo of the call
    assert detector.lag_ms == pytest.approx(late_ms, abs=1)


def test_the_second_time_an_echo_is_known_at_once(voices: Voices) -> None:
    ours = at_level(voices.ours, -20)
    returned = telephone(echo_of(ours, 170, 25), -60)
    detector = EchoDetector()
    listen(detector, returned, ours)
    assert not listen(detector, np.zeros(16_000 * 2), np.zeros(16_000 * 2))[5:].any()
    again = listen(detector, returned, ours)
    onset = int((levels(returned) > -50).argmax())
    assert again[onset : onset + 5].any()  # within 100 ms


@pytest.mark.parametrize("late_ms", [100, 250])
@pytest.mark.parametrize("down_db", [20, 30])
def test_a_caller_who_talks_over_us_is_no_echo(voices: Voices, late_ms: int, down_db: int) -> None:
    ours = at_level(voices.ours, -20)
    caller = at_level(voices.caller, -24)
    caller[:32_000] = 0  # cuts in after two seconds
    detector = EchoDetector()
    found = listen(detector, telephone(echo_of(ours, late_ms, down_db) + caller, -60), ours)
    talks = levels(caller) > -40
    onset = int(talks.argmax())
    assert found[talks[: len(found)]].mean() < 0.06
    run = "".join("e" if echo else "c" for echo in found[onset : onset + 15])
    assert "c" * 8 in run, "160 ms of a voice must be seen, for a barge-in to be noticed"


def test_a_caller_without_any_echo_is_no_echo(voices: Voices) -> None:
    found = listen(
        EchoDetector(), telephone(at_level(voices.caller, -24), -60), at_level(voices.ours, -20)
    )
    assert found.mean() < 0.01


def test_noise_and_silence_are_no_echo(voices: Voices) -> None:
    ours = at_level(voices.ours, -20)
    for noise_dbfs in (-120, -60, -40):
        assert listen(EchoDetector(), telephone(ours * 0, noise_dbfs), ours).mean() < 0.01


def test_nothing_is_an_echo_when_we_have_been_silent(voices: Voices) -> None:
    ours = at_level(voices.ours, -20)
    detector = EchoDetector()
    listen(detector, telephone(echo_of(ours, 100, 20), -60), ours)
    quiet = np.zeros(len(ours))
    assert not listen(detector, telephone(echo_of(ours, 100, 20), -60), quiet)[30:].any()


def test_frames_of_another_length_do_no_harm() -> None:
    detector = EchoDetector()
    assert detector.feed(b"\1\2\3", bytes(700)) is False
    assert detector.feed(b"", b"\1\2") is False
    assert detector.feed(bytes(5000), b"\1\2" * 400) is False


def test_the_rate_must_be_a_multiple_of_4_khz() -> None:
    assert EchoDetector(8000, EchoSettings()).feed(bytes(320), b"\1\2" * 160) is False
    with pytest.raises(ValueError, match="11025"):
        EchoDetector(11_025)
