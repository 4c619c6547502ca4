"""Our own voice taken out of the caller's side, and a caller who speaks left in it.

On real synthesised speech, through a telephone line.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pytest
from hibari import Hibari

from mapokezi.audio.echo import EchoCanceller
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
LENGTH_S = 6
SETTLED = 75
"""Frames until everything about a line must be known: 1.5 s of our speech."""


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
        return np.resize(np.interp(at, np.arange(len(sound)), sound), LENGTH_S * 16_000)

    return Voices(
        at_level(
            spoken(
                "Good morning, you have reached Wanjiku and Partners. The office is open from "
                "eight to five on weekdays, and on Saturdays from nine until one.",
                1.0,
            ),
            -24,
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


def echo_of(sound: Sound, late_ms: float, down_db: float) -> Sound:
    late = np.concatenate((np.zeros(round(late_ms * 16)), sound))[: len(sound)]
    quieter: Sound = late * 10 ** (-down_db / 20)
    return quieter


@dataclass(frozen=True)
class Listened:
    """What was made of the caller's side."""

    is_echo: npt.NDArray[np.bool_]
    sound: Sound


def listen(canceller: EchoCanceller, caller: Sound, ours: Sound) -> Listened:
    heard, said = pcm_of(caller), pcm_of(ours)
    size = 2 * FRAME
    frames = [
        canceller.feed(heard[at : at + size], said[at : at + size])
        for at in range(0, min(len(heard), len(said)) // size * size, size)
    ]
    sound = samples_in(b"".join(frame.pcm for frame in frames)).astype(float)
    return Listened(np.array([frame.is_echo for frame in frames]), sound)


def levels(sound: Sound) -> npt.NDArray[np.float64]:
    """The level of each frame in dBFS."""
    power = np.square(sound[: len(sound) // FRAME * FRAME]).reshape(-1, FRAME).mean(axis=1)
    found: npt.NDArray[np.float64] = 10 * np.log10(power / FULL_SCALE**2 + 1e-12)
    return found


def likeness_db(sound: Sound, wanted: Sound) -> float:
    """How far below the wanted sound lies what was added to it or taken from it."""
    count = min(len(sound), len(wanted))
    wrong = sound[:count] - wanted[:count]
    power = np.square(wanted[:count]).sum() / max(1.0, np.square(wrong).sum())
    return 10 * float(np.log10(power))


@pytest.mark.parametrize("late_ms", [100, 250])
@pytest.mark.parametrize("down_db", [20, 30])
@pytest.mark.parametrize("noise_dbfs", [-90, -60, -50])
def test_nothing_of_an_echo_is_left(
    voices: Voices, late_ms: int, down_db: int, noise_dbfs: float
) -> None:
    returned = telephone(echo_of(voices.ours, late_ms, down_db), noise_dbfs)
    left = levels(listen(EchoCanceller(), returned, voices.ours).sound)
    quiet = max(-60, noise_dbfs + 5)
    assert levels(returned).max() > -24 - down_db, "there was an echo"
    # Also while its lag is being looked for, when the first words of the call come back.
    assert np.mean(left > quiet) < (0.06 if down_db - noise_dbfs < 80 else 0.1)
    assert left[SETTLED:].max() <= max(-56, noise_dbfs + 6)


@pytest.mark.parametrize("late_ms", [40, 100, 250, 380])
def test_the_lag_is_found(voices: Voices, late_ms: int) -> None:
    canceller = EchoCanceller()
    assert canceller.lag_ms is None
    listen(canceller, telephone(echo_of(voices.ours, late_ms, 20), -60), voices.ours)
    assert canceller.lag_ms == pytest.approx(late_ms, abs=1)
    assert canceller.is_settled


def test_an_item_heard_a_little_earlier_or_later_is_known_too(voices: Voices) -> None:
    canceller = EchoCanceller()
    listen(canceller, telephone(echo_of(voices.ours, 170, 20), -50), voices.ours)
    for late_ms in (157.3, 188.0, 171.6):
        gap = np.zeros(32_000)
        listen(canceller, telephone(gap, -50), gap)
        again = listen(canceller, telephone(echo_of(voices.ours, late_ms, 20), -50), voices.ours)
        assert np.mean(levels(again.sound) > -44) < 0.02
        assert canceller.lag_ms == pytest.approx(late_ms, abs=0.5)


def test_an_echo_that_is_spread_out_is_known_too(voices: Voices) -> None:
    rng = np.random.default_rng(3)
    response = rng.normal(size=80) * np.exp(-np.arange(80) / 25)  # 5 ms, as of a hybrid
    spread = np.convolve(voices.ours, response / np.linalg.norm(response))[: len(voices.ours)]
    returned = telephone(echo_of(spread, 120, 20), -60)
    left = levels(listen(EchoCanceller(), returned, voices.ours).sound)
    assert left[SETTLED:].max() < -52


@pytest.mark.parametrize("late_ms", [100, 250])
@pytest.mark.parametrize("down_db", [20, 30])
def test_a_caller_who_talks_over_us_is_heard_at_once(
    voices: Voices, late_ms: int, down_db: int
) -> None:
    caller = at_level(voices.caller, -24)
    caller[:32_000] = 0  # cuts in after two seconds
    alone = telephone(caller, -60)
    both = telephone(echo_of(voices.ours, late_ms, down_db) + caller, -60)
    heard = listen(EchoCanceller(), both, voices.ours)
    talks = levels(alone) > -40
    onset = int(talks.argmax())
    assert not heard.is_echo[onset : onset + 15].any()
    assert heard.is_echo[talks[: len(heard.is_echo)]].mean() < 0.02
    assert likeness_db(heard.sound[32_000:], alone[32_000:]) > 20


@pytest.mark.parametrize("late_ms", [100, 250])
def test_a_soft_caller_who_talks_over_us_is_heard(voices: Voices, late_ms: int) -> None:
    caller = at_level(voices.caller, -24 - 20 + 10)  # 10 dB above the echo
    caller[:32_000] = 0
    alone = telephone(caller, -60)
    both = telephone(echo_of(voices.ours, late_ms, 20) + caller, -60)
    heard = listen(EchoCanceller(), both, voices.ours)
    talks = levels(alone) > -40
    onset = int(talks.argmax())
    assert not heard.is_echo[onset + 1 : onset + 9].any(), "160 ms of voice, to be noticed"
    assert heard.is_echo[talks[: len(heard.is_echo)]].mean() < 0.03
    before = likeness_db(both[32_000:], alone[32_000:])
    assert likeness_db(heard.sound[32_000:], alone[32_000:]) > before + 4


def test_who_talked_over_us_has_not_spoilt_what_is_known(voices: Voices) -> None:
    caller = at_level(voices.caller, -20)
    caller[:32_000] = 0
    canceller = EchoCanceller()
    listen(canceller, telephone(echo_of(voices.ours, 150, 20) + caller, -60), voices.ours)
    after = listen(canceller, telephone(echo_of(voices.ours, 150, 20), -60), voices.ours)
    assert levels(after.sound)[25:].max() < -50


@pytest.mark.parametrize("noise_dbfs", [-60, -50])
def test_a_line_without_echo_is_left_alone(voices: Voices, noise_dbfs: float) -> None:
    caller = at_level(voices.caller, -32)
    caller[:16_000] = 0
    sound = telephone(caller, noise_dbfs)
    heard = listen(EchoCanceller(), sound, voices.ours)
    talks = levels(sound)[: len(heard.is_echo)] > -42
    assert not heard.is_echo[talks].any()
    assert likeness_db(heard.sound[16_000:], sound[16_000:]) > 25


def test_nothing_is_an_echo_when_we_have_been_silent(voices: Voices) -> None:
    canceller = EchoCanceller()
    sound = telephone(echo_of(voices.ours, 100, 20), -60)
    listen(canceller, sound, voices.ours)
    heard = listen(canceller, sound, np.zeros(len(sound)))
    assert not heard.is_echo[30:].any()
    size = 30 * FRAME
    assert heard.sound[size:].tolist() == np.rint(sound[size : len(heard.sound)]).tolist()


def test_frames_of_another_length_keep_it() -> None:
    canceller = EchoCanceller()
    for caller, ours in ((b"\1\2\3", bytes(700)), (b"", b"\1\2"), (bytes(5000), b"\1\2" * 400)):
        assert len(canceller.feed(caller, ours).pcm) == len(caller)


def test_a_frame_takes_less_than_half_a_millisecond(voices: Voices) -> None:
    returned = telephone(echo_of(voices.ours, 150, 20), -50)
    canceller = EchoCanceller()
    listen(canceller, returned, voices.ours)
    began = time.thread_time()
    heard = listen(canceller, returned, voices.ours)
    assert (time.thread_time() - began) / len(heard.is_echo) < 0.000_5


# -- several frames at once, where nothing is taken out --


def watch(canceller: EchoCanceller, caller: Sound, ours: Sound, frames: int = 5) -> int:
    """Have it watch until it may not any more; give how many frames it saw."""
    heard, said = pcm_of(caller), pcm_of(ours)
    size = 2 * FRAME * frames
    for at in range(0, min(len(heard), len(said)) // size * size, size):
        if not canceller.finds_none:
            return at // (2 * FRAME)
        canceller.watch(heard[at : at + size], said[at : at + size])
    return len(heard) // (2 * FRAME)


def test_a_line_that_returns_nothing_is_taken_for_one_that_never_will(voices: Voices) -> None:
    noise = telephone(np.zeros(LENGTH_S * 16_000), -60)
    patient, hasty = EchoCanceller(), EchoCanceller()
    hasty.gives_up = True
    assert watch(hasty, noise, voices.ours) == 0, "nothing was said yet"
    for each in (patient, hasty):
        listen(each, noise, voices.ours)
    assert not patient.finds_none, "where a detector of ours decides, no frame goes by unseen"
    assert watch(hasty, noise, voices.ours) == LENGTH_S * 50


def test_a_line_with_an_echo_is_never_taken_for_one_without(voices: Voices) -> None:
    canceller = EchoCanceller()
    canceller.gives_up = True
    listen(canceller, telephone(echo_of(voices.ours, 180, 30), -60), voices.ours)
    assert canceller.lag_ms is not None
    assert not canceller.finds_none


def test_a_lag_that_was_found_by_chance_is_forgotten_again(voices: Voices) -> None:
    canceller = EchoCanceller()
    canceller.gives_up = True
    # What comes back for a third of a second, and never again, is no line's echo.
    chance = telephone(echo_of(voices.ours, 180, 24), -60)
    came = telephone(np.zeros(LENGTH_S * 16_000), -60)
    began = next(at for at in range(0, len(came), FRAME) if np.abs(voices.ours[:at]).max(initial=0))
    found = False
    for end in range(began, began + 2 * 16_000, FRAME):  # until it has just been found
        frame = slice(end, end + FRAME)
        canceller.feed(pcm_of(chance[frame]), pcm_of(voices.ours[frame]))
        if canceller.lag_ms is not None:
            found = True
            break
    assert found
    assert not canceller.is_settled
    listen(canceller, came[end + FRAME :], voices.ours[end + FRAME :])
    assert canceller.lag_ms is None
    assert canceller.finds_none


def test_an_echo_that_begins_in_the_middle_of_a_call_is_found_all_the_same(voices: Voices) -> None:
    canceller = EchoCanceller()
    canceller.gives_up = True
    listen(canceller, telephone(np.zeros(LENGTH_S * 16_000), -60), voices.ours)
    assert canceller.finds_none
    ours = np.concatenate((voices.ours, voices.ours))
    returned = telephone(echo_of(ours, 150, 20), -60)
    seen = watch(canceller, returned, ours)
    assert seen <= 400, "four looks at most"
    rest = seen * FRAME
    left = levels(listen(canceller, returned[rest:], ours[rest:]).sound)
    assert left[SETTLED:].max() <= -50


def test_a_likeness_seen_once_is_no_echo(voices: Voices) -> None:
    canceller = EchoCanceller()
    canceller.gives_up = True
    quiet = telephone(np.zeros(LENGTH_S * 16_000), -60)
    listen(canceller, quiet, voices.ours)
    # What comes is like what we say, but at another lag each 180 ms: it is seen at any one look.
    parts = [
        telephone(echo_of(voices.ours, late_ms, 20), -60)
        for late_ms in (120, 180, 240, 300, 150, 210, 270)
    ]
    size = FRAME * 9
    came = np.concatenate(
        [parts[nth % len(parts)][at : at + size] for nth, at in enumerate(range(0, 320_000, size))]
    )
    assert watch(canceller, came, voices.ours[: len(came)]) == len(came) // FRAME
    assert canceller.lag_ms is None


@pytest.mark.parametrize("frames", [1, 3, 5, 10])
def test_silence_of_ours_is_watched_in_any_lot(voices: Voices, frames: int) -> None:
    canceller = EchoCanceller()
    assert canceller.is_asleep
    size = 2 * FRAME * frames
    for _ in range(20):
        canceller.watch(bytes(size), bytes(size))
        assert canceller.is_asleep
    canceller.feed(bytes(2 * FRAME), b"\x01\x00" * FRAME)
    assert not canceller.is_asleep
