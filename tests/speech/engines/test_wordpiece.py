"""How words are cut into pieces, rule by rule, with a small vocabulary."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.speech.engines.wordpiece import WordPiece

PIECES = [
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "un",
    "##aff",
    "##able",
    "unaff",
    "the",
    "cafe",
    "'",
    ".",
    "日",
    "é",
]
KNOWN = WordPiece(PIECES)


def cut(text: str, most: int = 99) -> list[str]:
    return [PIECES[number] for number in KNOWN.numbers_of(text, most)][1:-1]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("unaffable", ["unaff", "##able"]),  # the longest known beginning first
        ("The  THE\tthe\nthe", ["the"] * 4),
        ("Café", ["cafe"]),  # é is taken apart and loses its accent
        ("the.the", ["the", ".", "the"]),
        ("the'", ["the", "'"]),
        ("日日", ["日", "日"]),
        ("the strange the", ["the", "[UNK]", "the"]),
        ("th\u200be \x00the\ufffd", ["the", "the"]),  # unseen signs are passed over
        ("the\u00a0the", ["the", "the"]),
        ("un" + "aff" * 40, ["[UNK]"]),  # 122 letters are no word
        ("", []),
    ],
)
def test_words_are_cut_as_the_model_was_taught(text: str, pieces: list[str]) -> None:
    assert cut(text) == pieces


def test_what_is_too_long_loses_its_end() -> None:
    assert KNOWN.numbers_of("the " * 9, 5) == [1, 7, 7, 7, 2]


@given(st.text(), st.integers(2, 9))
def test_any_text_is_cut_and_framed(text: str, most: int) -> None:
    numbers = KNOWN.numbers_of(text, most)
    assert (numbers[0], numbers[-1]) == (1, 2)
    assert len(numbers) <= most


def test_a_vocabulary_without_its_signs_is_none() -> None:
    with pytest.raises(KeyError):
        WordPiece(["the"])
