"""Digits as callers say them and as recognisers write them.

``4111 1111``, ``four one one one``, ``double one``, ``forty-one eleven``, ``nne moja moja moja``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_UNITS = {
    **dict.fromkeys(("zero", "oh", "o", "nought", "sifuri"), "0"),
    **dict.fromkeys(("one", "moja"), "1"),
    **dict.fromkeys(("two", "mbili"), "2"),
    **dict.fromkeys(("three", "tatu"), "3"),
    **dict.fromkeys(("four", "nne"), "4"),
    **dict.fromkeys(("five", "tano"), "5"),
    **dict.fromkeys(("six", "sita"), "6"),
    **dict.fromkeys(("seven", "saba"), "7"),
    **dict.fromkeys(("eight", "nane"), "8"),
    **dict.fromkeys(("nine", "tisa"), "9"),
}
_TEENS = {
    "ten": "10",
    "eleven": "11",
    "twelve": "12",
    "thirteen": "13",
    "fourteen": "14",
    "fifteen": "15",
    "sixteen": "16",
    "seventeen": "17",
    "eighteen": "18",
    "nineteen": "19",
}
_TENS = {
    "twenty": "2",
    "thirty": "3",
    "forty": "4",
    "fifty": "5",
    "sixty": "6",
    "seventy": "7",
    "eighty": "8",
    "ninety": "9",
}
_TIMES = {"double": 2, "triple": 3, "treble": 3}
_WORD = re.compile(
    r"\d+|\b(?:"
    + "|".join(sorted((*_UNITS, *_TEENS, *_TENS, *_TIMES), key=len, reverse=True))
    + r")\b",
    re.IGNORECASE,
)
_MARKS = r"[\s,.;:/_\-\u2010-\u2015]"
BETWEEN = re.compile(f"{_MARKS}*")
"""What may stand between two digits of one number."""
HESITATED = re.compile(rf"(?:{_MARKS}|\b(?:um|uh|er|erm|eh|ah)\b)*", re.IGNORECASE)
"""The same of one whose words tell what it is."""
PAUSED = re.compile(
    rf"(?:{_MARKS}|\b(?:and|then|next|um|uh|er|erm|eh|ah|na|halafu|kisha)\b)*", re.IGNORECASE
)
"""The same of one that is told in pieces, and known by its digits alone."""


@dataclass(frozen=True, slots=True)
class DigitWord:
    """A word or figure that stands for digits."""

    digits: str
    begin: int
    end: int


def runs(text: str, at: int = 0, between: re.Pattern[str] = BETWEEN) -> Iterator[list[DigitWord]]:
    """The numbers of a text from a place on: digits with nothing of meaning between them."""
    run: list[DigitWord] = []
    for token in _tokens(text, at):
        if run and not between.fullmatch(text, run[-1].end, token.begin):
            yield run
            run = []
        run.append(token)
    if run:
        yield run


def _tokens(text: str, at: int) -> Iterator[DigitWord]:
    times: re.Match[str] | None = None
    tens: DigitWord | None = None
    for found in _WORD.finditer(text, at):
        word = found[0].lower()
        if tens is not None:
            joined = _UNITS.get(word, "0")
            if joined != "0" and BETWEEN.fullmatch(text, tens.end, found.start()):
                yield DigitWord(tens.digits[0] + joined, tens.begin, found.end())
                tens = None
                continue
            yield tens
            tens = None
        if word in _TIMES:
            times = found
            continue
        count, begin = 1, found.start()
        if times is not None and BETWEEN.fullmatch(text, times.end(), begin):
            count, begin = _TIMES[times[0].lower()], times.start()
        times = None
        if word in _TENS:
            tens = DigitWord(_TENS[word] + "0", begin, found.end())
        else:
            digits = _UNITS.get(word) or _TEENS.get(word) or word
            yield DigitWord(digits[:1] * (count - 1) + digits, begin, found.end())
    if tens is not None:
        yield tens
