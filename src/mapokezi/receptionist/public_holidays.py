"""Public holidays: when they are, and by which names callers know them."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import holidays
from rapidfuzz import fuzz

from mapokezi.receptionist.words import plain

_WITHOUT_DAY = 90.0
"""A name without the word day must be near: ``on Friday`` is not Good Friday."""
_ALSO_CALLED = {
    "Labor Day": ("labour day", "workers day", "may day"),
    "Boxing Day": ("utamaduni day",),
    "Christmas Day": ("christmas", "xmas"),
    "New Year's Day": ("new year",),
    "Eid al-Fitr": ("idd ul fitr", "eid", "idd"),
    "Easter Monday": ("easter",),
    "Jamhuri Day": (
        "jamuhuri day",
        "independence day",
        "republic day",
        "jam hearry day",
        "january day",
        "jamaica day",
    ),
    "Mashujaa Day": ("heroes day", "kenyatta day"),
    "Mazingira Day": ("moi day", "huduma day"),
}


@lru_cache(maxsize=64)
def holidays_of(country: str, year: int) -> dict[date, str]:
    """Give the public holidays of a year; none for an empty country.

    Args:
        country: ISO 3166, two letters.
        year: the year.
    """
    if not country:
        return {}
    found = holidays.country_holidays(country, years=year)
    return {day: name.split(" (")[0] for day, name in found.items()}


def holiday_names(country: str, years: range) -> set[str]:
    """Give the names of all public holidays of some years."""
    return {name for year in years for name in holidays_of(country, year).values()}


def holiday_named(country: str, said: str, today: date) -> date | None:
    """Find the coming public holiday that is named, though it be written ``jamsury day``.

    Args:
        country: whose holidays.
        said: plain text.
        today: from when on.
    """
    best: tuple[float, date] | None = None
    wants_any = "holiday" in said
    for year in (today.year, today.year + 1):
        for day, name in holidays_of(country, year).items():
            if day < today or "observed" in name:
                continue
            score = max(_holiday_score(said, plain(n)) for n in (name, *_ALSO_CALLED.get(name, ())))
            if score >= 70 and (best is None or score > best[0]):
                best = (score, day)
    if best is None or (wants_any and best[0] < 90):
        return None
    return best[1]


def _holiday_score(said: str, name: str) -> float:
    """Compare a holiday's name with the words of ``said`` that could be it."""
    words = said.split()
    if name.endswith(" day"):
        best = 0.0
        for place, word in enumerate(words):
            if word == "day" and place:
                for first in range(max(0, place - name.count(" ") - 1), place):
                    best = max(best, _ratio(" ".join(words[first:place]), name[:-4]))
        return best
    count = name.count(" ") + 1
    spans = (" ".join(words[at : at + count]) for at in range(len(words) - count + 1))
    best = max((_ratio(span, name) for span in spans if len(span) >= 3), default=0.0)
    return best if best >= _WITHOUT_DAY else 0.0


def _ratio(heard: str, name: str) -> float:
    if min(len(heard), len(name)) <= 4:
        return 100.0 if heard == name else 0.0
    return fuzz.ratio(heard.replace(" ", ""), name.replace(" ", ""))
