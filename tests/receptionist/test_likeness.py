"""How alike utterances are."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.receptionist.likeness import WordIndex, mixed

TEXTS = ("Is there parking?", "Where can I park my car?", "Which matatu comes to you?")


def test_a_text_is_most_like_itself_however_it_is_written() -> None:
    alike = WordIndex(TEXTS).to("is there PARKING")
    assert np.argmax(alike) == 0
    assert alike[0] > 0.99


def test_a_word_that_is_misheard_in_part_still_counts() -> None:
    alike = WordIndex(TEXTS).to("which matato")
    assert np.argmax(alike) == 2


def test_words_that_nobody_knows_make_it_less_like_anything() -> None:
    index = WordIndex(TEXTS)
    assert (
        index.to("is there parking on the moon for elephants")[0] < index.to("is there parking")[0]
    )


def test_among_themselves_they_are_as_alike_as_one_by_one() -> None:
    index = WordIndex(TEXTS)
    np.testing.assert_allclose(index.among(), [index.to(text) for text in TEXTS], atol=1e-5)


def test_what_means_the_same_is_alike_though_the_words_are_others() -> None:
    by_words = WordIndex(TEXTS).to("A place for my vehicle")
    cosines = np.array([0.2, 0.9, 0.1], dtype=np.float32)
    both = mixed(by_words, cosines)
    assert np.argmax(both) == 1
    assert both[1] - both[2] > by_words[1] - by_words[2]


def test_the_same_words_with_the_same_meaning_are_wholly_alike() -> None:
    one = np.ones(1, dtype=np.float32)
    assert mixed(one, one)[0] == np.float32(1)


@given(st.text(max_size=80))
def test_likeness_by_words_lies_between_nothing_and_all(text: str) -> None:
    alike = WordIndex(TEXTS).to(text)
    assert (alike >= 0).all()
    assert (alike <= 1.0001).all()
