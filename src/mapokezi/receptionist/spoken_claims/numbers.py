"""Numbers in a plain sentence: amounts, and digits that stand in a row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from mapokezi.receptionist.spoken import read_digits, read_number
from mapokezi.receptionist.words import listed

_ONES = listed("zero one two three four five six seven eight nine")
_TEENS = listed("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen")
_TENS = listed("twenty thirty forty fifty sixty seventy eighty ninety")
_SCALES = frozenset({"hundred", "thousand", "million", "billion"})
_NUMBER_WORDS = frozenset({*_ONES, *_TEENS, *_TENS, *_SCALES})
_DIGITS = frozenset({*_ONES, "oh", "o"})
_REPEATS = frozenset({"double", "triple", "treble"})
_FEWEST_ROW = 3
"""So many single digits, one after the other, are a row and no amount."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A number and where it stands, in words of the sentence."""

    value: int
    first: int
    after: int
    """The place behind its last word."""


def amounts_in(said: str) -> tuple[Amount, ...]:
    """Find the numbers in plain text that are amounts of something, however they are written."""
    return _amounts(tuple(said.split()))


@lru_cache(maxsize=256)
def _amounts(words: tuple[str, ...]) -> tuple[Amount, ...]:
    found: list[Amount] = []
    at = 0
    while at < len(words):
        end = _end_of_number(words, at)
        if end == at:
            at += 1
            continue
        run = words[at:end]
        value = None if _is_row(run) else read_number(" ".join(run))
        if value is not None:
            found.append(Amount(value, at, end))
        at = end
    return tuple(found)


def _end_of_number(words: tuple[str, ...], at: int) -> int:
    end = at
    while end < len(words):
        word = words[end]
        if word.isdecimal():
            if end > at and words[end - 1].isdecimal():
                break  # two figures are two numbers
        elif word == "and":
            is_inside = end > at and words[end - 1] in _SCALES
            if not (is_inside and end + 1 < len(words) and _is_number(words[end + 1])):
                break
        elif word == "a":
            if end != at or end + 1 >= len(words) or words[end + 1] not in _SCALES:
                break
        elif word not in _NUMBER_WORDS or (word in _SCALES and end == at):
            break
        end += 1
    return end


def _is_number(word: str) -> bool:
    return word.isdecimal() or word in _NUMBER_WORDS


def _is_row(run: tuple[str, ...]) -> bool:
    return len(run) >= _FEWEST_ROW and all(word in _DIGITS or len(word) == 1 for word in run)


@dataclass(frozen=True, slots=True)
class Row:
    """Digits in a row, as one says a telephone number."""

    digits: str
    first: int
    after: int


def rows_in(said: str) -> tuple[Row, ...]:
    """Find rows of digits in plain text: figures, digit words, or both, in any grouping."""
    words = tuple(said.replace("+", " ").split())
    found: list[Row] = []
    at = 0
    while at < len(words):
        end = at
        while end < len(words) and _is_of_row(words[end]):
            end += 1
        while end > at and words[end - 1] in _REPEATS:
            end -= 1
        if end > at:
            digits = read_digits(" ".join(words[at:end]))
            if digits:
                found.append(Row(digits, at, end))
        at = max(end, at + 1)
    return tuple(found)


def _is_of_row(word: str) -> bool:
    return (
        word.isdecimal()
        or word in _DIGITS
        or word in _REPEATS
        or word in _TENS
        or word in _TEENS
        or word == "hundred"
    )


def covers(pool: str, digits: str, shortest: int = 3) -> bool:
    """Say whether digits are made up of stretches of ``pool``, none shorter than ``shortest``."""
    reach = [True] + [False] * len(digits)
    for end in range(1, len(digits) + 1):
        reach[end] = any(
            reach[start] and digits[start:end] in pool
            for start in range(max(0, end - 15), end - shortest + 1)
        )
    return reach[-1]


_SHORT_CODE = re.compile(
    r"\b(?:extension|ext|paybill|pay bill|till|buy goods|short code|account|dial|press|room|suite"
    r"|box)\b(?: (?:number|no|is|on|our|the|us))*$"
)


def is_short_code(words_before: str) -> bool:
    """Say whether a few digits behind these words are a number that one is to use."""
    return _SHORT_CODE.search(words_before) is not None
