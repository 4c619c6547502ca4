"""A try at a sentence is over when the voice has fallen silent."""

from __future__ import annotations

import numpy as np
import pytest

from mapokezi.audio.formats import ms_of, pcm_of
from mapokezi.audio.sentence_take import SentenceTake

_RATE = 16_000


def room(seconds: float) -> bytes:
    return pcm_of(np.random.default_rng(3).standard_normal(int(_RATE * seconds)) * 12)


def voice(seconds: float) -> bytes:
    at = np.arange(int(_RATE * seconds)) / _RATE
    return pcm_of(np.sin(2 * np.pi * 180 * at) * 4_000)


def fed(sound: bytes, piece: int = 640) -> tuple[SentenceTake, float]:
    """Feed a take until it is over; give it, and the seconds that it took."""
    take = SentenceTake(_RATE)
    for at in range(0, len(sound), piece):
        if take.is_over:
            return take, ms_of(at) / 1000
        take.feed(sound[at : at + piece])
    return take, ms_of(len(sound)) / 1000


def test_silence_behind_the_voice_ends_it_and_a_pause_does_not() -> None:
    sound = room(1.0) + voice(1.0) + room(0.8) + voice(1.0) + room(4.0)
    take, ended_s = fed(sound)
    assert take.is_over
    assert take.heard_voice
    assert ended_s == pytest.approx(3.8 + 1.5, abs=0.3)
    whole = take.sound(ended_by_key=False)
    begins_ms, ends_ms = 1000 - 500, 3800 + 500
    assert ms_of(len(whole)) == pytest.approx(ends_ms - begins_ms, abs=80)
    assert 0 <= sound.index(whole) - 32 * (begins_ms - 40) <= 32 * 80


def test_the_same_sound_is_over_at_the_same_place_however_it_comes() -> None:
    sound = room(0.5) + voice(0.6) + room(3.0)
    assert fed(sound, 640)[1] == pytest.approx(fed(sound, 6_400)[1], abs=0.2)


def test_without_a_voice_it_is_given_up() -> None:
    take, ended_s = fed(room(30.0))
    assert take.is_over
    assert not take.heard_voice
    assert ended_s == pytest.approx(10.15, abs=0.1)


def test_a_short_word_after_a_long_wait_is_what_counts() -> None:
    take, _ = fed(room(8.0) + voice(0.2) + room(3.0))
    assert ms_of(len(take.sound(ended_by_key=False))) == pytest.approx(1_200, abs=80)


def test_nothing_goes_on_for_ever() -> None:
    take, ended_s = fed((voice(1.0) + room(0.5)) * 30)
    assert take.is_over
    assert ended_s == pytest.approx(30.15, abs=0.1)
    length = len(take.sound(ended_by_key=False))
    take.feed(voice(1.0))
    assert len(take.sound(ended_by_key=False)) == length


def test_the_key_that_ends_it_is_left_out() -> None:
    take, _ = fed(room(0.4) + voice(1.0))
    assert not take.is_over
    whole = take.sound(ended_by_key=False)
    assert ms_of(len(whole)) == 1_250, "the key that began it is left out already"
    assert take.sound(ended_by_key=True) == whole[: -80 * 32]
    assert SentenceTake(_RATE).sound(ended_by_key=True) == b""
