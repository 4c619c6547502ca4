"""How long something takes, in a plain sentence: *three to five working days*, *half an hour*."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from mapokezi.receptionist.spoken import read_number
from mapokezi.receptionist.words import listed, stem

_UNIT_MINUTES = {
    "minute": 1,
    "hour": 60,
    "day": 1440,
    "week": 10080,
    "month": 43200,
    "year": 525600,
}
_SMALL = (
    r"(?:\d{1,3}|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?: (?:one|two|three|four"
    r"|five|six|seven|eight|nine))?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)"
)
_UNIT = r"(?P<unit>minute|hour|day|week|month|year)s?"
_SPAN = re.compile(
    rf"\b(?:(?P<low>{_SMALL}) (?:to|or|and) )?(?P<high>{_SMALL}|half an|a couple of|a|an)"
    rf"(?P<half_before> and a half)? (?:working |business |calendar |full |whole |more "
    rf"|clear )*{_UNIT}\b"
    r"(?P<half_after> and a half)?"
)
_OTHERWISE = re.compile(
    r"^ (?:a|per|each|in a|of the) (?:day|week|month|year)\b|^ (?:ago|old|a week)\b"
)
_EACH = re.compile(
    r"\b(?:shillings?|bob|kes|hundred|thousand|each|per|\d{3,}|charge\w*|once|twice|times"
    r"|days|hours|every|seven|percent)$"
)
_WAY = re.compile(
    r"^ (?:walk|drive|ride|away|from (?:here|town|the (?:city|cbd|stage|road|centre"
    r"|center))|on foot|by (?:car|bus|matatu))\b"
)
_NEEDS_LEAD = re.compile(
    r"\b(?:in|takes?|within|for|lasts?|is|after|only|just|than|needs?|until|about|have"
    r"|got|over|under"
    r"|least|most|be|another|up to|around)$"
)
SPAN_STEMS = frozenset(
    stem(word)
    for word in listed(
        """
    minute minutes hour hours day days week weeks month months year years working business calendar
    one two three four five six seven eight nine ten eleven twelve fourteen fifteen twenty thirty
    forty half couple take takes last lasts long between within usually up full
    """
    )
)
"""What only tells how long."""
_SHORT_WAIT_MINUTES = 5


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time, and where it stands, in letters."""

    least: int
    most: int
    """Minutes; a working day counts as a day."""
    first: int
    after: int

    def can_be(self, other: Span) -> bool:
        """Say whether it lies within another."""
        return other.least <= self.least and self.most <= other.most


@lru_cache(maxsize=256)
def spans_in(said: str) -> tuple[Span, ...]:
    """Find how long things take, in plain text: not how long one waits, nor a price per hour."""
    found = []
    for match in _SPAN.finditer(said):
        before, after = said[: match.start()].rstrip(), said[match.end() :]
        span = _span_of(match)
        is_short = span.most <= _SHORT_WAIT_MINUTES
        is_article = match["high"] in {"a", "an"} and before and not _NEEDS_LEAD.search(before)
        told_otherwise = _OTHERWISE.search(after) or _EACH.search(before) or _WAY.search(after)
        if not (is_short or is_article or told_otherwise):
            found.append(span)
    return tuple(found)


def _span_of(match: re.Match[str]) -> Span:
    unit = _UNIT_MINUTES[match["unit"]]
    high = _minutes(match["high"], unit)
    if match["half_before"] or match["half_after"]:
        high += unit // 2
    low = _minutes(match["low"], unit) if match["low"] else high
    return Span(min(low, high), max(low, high), match.start(), match.end())


def _minutes(word: str, unit: int) -> int:
    if word == "half an":
        return unit // 2
    if word in {"a", "an"}:
        return unit
    return 2 * unit if word == "a couple of" else (read_number(word) or 0) * unit
