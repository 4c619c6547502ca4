"""Digits, as they are said and written."""

from __future__ import annotations

import pytest

from mapokezi.records.said_digits import BETWEEN, HESITATED, PAUSED, runs


def numbers(text: str, between: object = BETWEEN) -> list[str]:
    """The numbers of a text, each as one."""
    return ["".join(word.digits for word in run) for run in runs(text, between=between)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("two nine one, 23 - four", ["291234"]),
        ("double one triple zero treble 5", ["11000555"]),
        ("forty-one eleven, twenty 9 and ninety", ["4111209", "90"]),
        ("twenty twenty one", ["2021"]),
        ("sifuri saba mbili", ["072"]),
        ("O seven oh 1", ["0701"]),
        ("Someone won tens of them", []),
        ("a double room for 2 or three", ["2", "3"]),
        ("", []),
    ],
)
def test_what_is_said_is_read_as_digits(text: str, found: list[str]) -> None:
    assert numbers(text) == found


def test_what_may_stand_in_between() -> None:
    said = "two nine, um, one two and then three"
    assert numbers(said) == ["29", "12", "3"]
    assert numbers(said, HESITATED) == ["2912", "3"]
    assert numbers(said, PAUSED) == ["29123"]


def test_each_word_knows_its_place() -> None:
    text = "It is double four, 12."
    (run,) = runs(text)
    assert [text[word.begin : word.end] for word in run] == ["double four", "12"]
    assert [word.digits for word in next(runs(text, 18))] == ["12"]
