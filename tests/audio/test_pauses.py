"""Silence is cut out of speech, sound never is, however the speech comes."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.audio.pauses import PauseCutter, without_long_pauses


def tone(ms: int) -> bytes:
    at = np.arange(16 * ms)
    samples: bytes = (4000 * np.sin(at * 0.3)).astype("<i2").tobytes()
    return samples


def silence(ms: int) -> bytes:
    return bytes(32 * ms)


def test_a_padded_sentence_begins_and_ends_at_once() -> None:
    cut = without_long_pauses(silence(300) + tone(500) + silence(550))
    assert cut == silence(20) + tone(500) + silence(60)


def test_a_pause_between_sentences_is_shortened_and_one_between_words_is_kept() -> None:
    said = tone(400) + silence(200) + tone(400) + silence(850) + tone(400)
    cut = without_long_pauses(said)
    assert cut == tone(400) + silence(200) + tone(400) + silence(350) + tone(400)


def test_what_is_audible_is_not_held_back() -> None:
    cutter = PauseCutter()
    assert cutter.feed(silence(300)) == b""
    assert cutter.feed(tone(100)) == silence(20) + tone(100)
    assert cutter.feed(tone(100)) == tone(100)


def test_nothing_but_silence_is_nothing() -> None:
    assert without_long_pauses(silence(1000)) == b""
    assert without_long_pauses(b"") == b""


def test_sound_shorter_than_a_window_is_kept() -> None:
    assert without_long_pauses(tone(3)) == tone(3)


PARTS = st.lists(st.tuples(st.booleans(), st.integers(1, 60)), max_size=8)


@given(PARTS, st.lists(st.integers(1, 4000), max_size=20))
def test_splitting_the_speech_changes_nothing(
    parts: list[tuple[bool, int]], cuts: list[int]
) -> None:
    said = b"".join(tone(10 * n) if loud else silence(10 * n) for loud, n in parts)
    cutter = PauseCutter()
    out, at = b"", 0
    for size in cuts:
        out += cutter.feed(said[at : at + size])
        at += size
    out += cutter.feed(said[at:]) + cutter.flush()
    assert out == without_long_pauses(said)
    assert len(out) % 2 == 0
    assert len(out) <= len(said)
    assert np.count_nonzero(np.frombuffer(out, "<i2")) == np.count_nonzero(
        np.frombuffer(said, "<i2")
    )
