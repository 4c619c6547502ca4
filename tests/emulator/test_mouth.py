"""The jitter buffer for a telephone's frames."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.audio.tones import dtmf_pair
from mapokezi.emulator.mouth import MOST_FRAMES, Mouth
from mapokezi.emulator.telephone_line import SILENCE


def frame(number: int) -> bytes:
    return np.full(160, 1000 + number, "<i2").tobytes()


def test_two_frames_wait_before_the_first_is_passed_on() -> None:
    mouth = Mouth()
    assert mouth.take() == SILENCE
    mouth.feed(frame(0))
    assert mouth.take() == SILENCE
    mouth.feed(frame(1))
    assert [mouth.take(), mouth.take()] == [frame(0), frame(1)]
    assert mouth.missed == 0
    assert mouth.take() == SILENCE
    assert mouth.missed == 1


def test_a_frame_that_is_a_tick_late_tears_no_hole() -> None:
    mouth = Mouth()
    got = []
    arrivals = {0: [0], 1: [1], 2: [2], 3: [], 4: [3, 4], 5: [5], 6: [6]}
    for tick in range(7):
        for number in arrivals[tick]:
            mouth.feed(frame(number))
        got.append(mouth.take())
    assert got == [SILENCE, *(frame(number) for number in range(6))]
    assert (mouth.missed, mouth.dropped) == (0, 0)


def test_a_backlog_shrinks_in_the_pauses_only() -> None:
    mouth = Mouth()
    for number in range(8):
        mouth.feed(frame(number))
    for _ in range(8):
        mouth.feed(SILENCE)
    loud = [taken for taken in (mouth.take() for _ in range(12)) if taken != SILENCE]
    assert loud == [frame(number) for number in range(8)]
    assert mouth.dropped > 0


def test_never_more_than_a_second_waits() -> None:
    mouth = Mouth()
    for number in range(200):
        mouth.feed(frame(number))
    assert mouth.take() == frame(200 - MOST_FRAMES)


@given(st.lists(st.integers(min_value=1, max_value=700), min_size=1, max_size=30))
def test_sound_may_come_in_pieces_of_any_size(sizes: list[int]) -> None:
    sound = b"".join(frame(number) for number in range(40))
    mouth = Mouth()
    at = 0
    for size in sizes:
        mouth.feed(sound[at : at + size])
        at += size
    whole = min(at, len(sound)) // 320
    got = b"".join(mouth.take() for _ in range(whole)) if whole > 1 else b""
    assert sound.startswith(got.rstrip(b"\x00"))


def test_keys_sound_instead_of_the_voice_one_after_the_other() -> None:
    mouth = Mouth()
    for key in "07#":
        mouth.press(key)
    for key in "07#":
        sound = np.frombuffer(b"".join(mouth.take() for _ in range(8)), "<i2").astype(float)
        spectrum = np.abs(np.fft.rfft(sound, 8000))
        for hz in dtmf_pair(key):
            near = spectrum[hz - 3 : hz + 4].max()
            assert near > 0.9 * spectrum.max() * 0.9
        assert [mouth.take() for _ in range(4)] == [SILENCE] * 4


def test_the_voice_goes_on_behind_the_keys() -> None:
    mouth = Mouth()
    mouth.press("5")
    for number in range(15):
        mouth.feed(frame(number))
    assert [mouth.take() for _ in range(12)][-1] == SILENCE
    assert mouth.take() == frame(12), "what was said under the tones is not heard later"


def test_there_is_no_such_key() -> None:
    with pytest.raises(ValueError, match="no such key"):
        Mouth().press("x")


def test_a_hole_in_a_voice_is_told_from_a_longer_pause() -> None:
    mouth = Mouth()
    for sound in (frame(0), frame(1), SILENCE):
        mouth.feed(sound)
    assert [mouth.take() for _ in range(4)] == [frame(0), frame(1), SILENCE, SILENCE]
    assert (mouth.missed, mouth.torn) == (1, 0)
    for number in range(2):
        mouth.feed(frame(number))
    for _ in range(4):
        mouth.take()
    assert (mouth.missed, mouth.torn) == (2, 1)


def test_what_is_dropped_of_a_voice_tears_it_and_of_a_pause_does_not() -> None:
    mouth = Mouth()
    for _ in range(MOST_FRAMES + 3):
        mouth.feed(SILENCE)
    assert (mouth.dropped, mouth.torn) == (3, 0)
    for number in range(MOST_FRAMES + 2):
        mouth.feed(frame(number))
    assert mouth.torn == 2
