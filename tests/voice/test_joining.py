"""Pieces of one turn: apart where a sentence ends, together everywhere else."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.voice.joining import apart

TEXT = (
    'We close at 5 p.m. on Friday. Is that "all"? It is 3.50. No! Mr. Kamau (he is in) says: "Yes."'
)


@pytest.mark.parametrize(
    ("before", "piece"),
    [
        ("Shall I take a message?", "Goodbye."),
        ("Nobody picked up.", "Shall I take a message?"),
        ('She said "yes."', "Thank you."),
        ("Asante!", "Karibu."),
        ("One moment\u2026", "\u201cYes\u201d, he says."),
    ],
)
def test_a_new_sentence_stands_apart(before: str, piece: str) -> None:
    assert apart(before, piece) == f" {piece}"


@pytest.mark.parametrize(
    ("before", "piece"),
    [
        ("", "Goodbye."),
        ("Hel", "lo"),
        ("It costs 3.", "50"),
        ("the U.", "S. embassy"),
        ("P.", "O. Box"),
        ("office at kamau.", "example"),
        ("We are open. ", "Goodbye."),
        ("We are open.", " Goodbye."),
        ("Really?", "!"),
        ("your name,", "Mary"),
    ],
)
def test_nothing_else_does(before: str, piece: str) -> None:
    assert apart(before, piece) == piece


@given(st.lists(st.integers(0, len(TEXT)), max_size=12))
def test_what_has_its_spaces_is_not_changed(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(TEXT)]
    said = ""
    for start, end in itertools.pairwise(edges):
        said += apart(said, TEXT[start:end])
    assert said == TEXT
