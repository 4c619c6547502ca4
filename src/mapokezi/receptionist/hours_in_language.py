"""Opening hours in a language that is not English, of pieces that can be recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time

from mapokezi.receptionist.hours import (
    days_alike,
    hours_on,
    local_time,
    open_at,
    opens_after,
)
from mapokezi.receptionist.office import Hours, Opening
from mapokezi.receptionist.opening_spans import is_whole_day
from mapokezi.receptionist.phrases import Phrases, phrases_of
from mapokezi.receptionist.replies import Reply
from mapokezi.receptionist.spoken import DayRead, Language, say_date, say_time
from mapokezi.receptionist.spoken.swahili_times import WEEKDAYS
from mapokezi.receptionist.wording import worded_hours

_WEEKDAYS = {Language.SWAHILI: tuple(day.capitalize() for day in WEEKDAYS)}
_Worded = tuple[str, Mapping[str, str]]
"""A phrase's key, and what is filled in."""


def say_hours(reply: Reply, asked: DayRead | None, now_wall: datetime) -> bool:
    """Say the hours of a day, or of the week, in the caller's language.

    Args:
        reply: the reply so far.
        asked: the day that was asked about; None for the week.
        now_wall: the wall clock, aware.

    Returns:
        Whether it was said; else it is to be said in English: the whole answer, no half of it.
    """
    language, hours = reply.state.language, reply.known.office.hours
    if language not in _WEEKDAYS or any(map(is_whole_day, _all_spans(hours))):
        return False
    worded = _week(hours, language) if asked is None else _day(hours, asked.day, language, now_wall)
    said = [worded_hours(reply.known, language, key, values) for key, values in worded]
    if not said or any(sentence is None for sentence in said):
        return False
    reply.add(sentence for sentence in said if sentence is not None)
    return True


def _all_spans(hours: Hours) -> Iterator[Opening]:
    for spans in hours.week.values():
        yield from spans


def _spans(openings: tuple[Opening, ...], phrases: Phrases, language: Language) -> str:
    span, link = phrases.word("hours", "span"), phrases.word("hours", "and")
    said = (
        span.format(opens=say_time(one.opens, language), closes=say_time(one.closes, language))
        for one in openings
    )
    return f" {link} ".join(said)


def _week(hours: Hours, language: Language) -> Iterator[_Worded]:
    phrases = phrases_of(language.value)
    for days, openings in days_alike(hours):
        first, last = (_WEEKDAYS[language][days[place]] for place in (0, -1))
        named = phrases.word("hours", "days").format(first=first, last=last)
        day = named if len(days) > 1 else first
        if openings:
            yield "open_on", {"day": day, "spans": _spans(openings, phrases, language)}
        else:
            yield "closed_on", {"day": day}


def _day(hours: Hours, day: date, language: Language, now_wall: datetime) -> Iterator[_Worded]:
    today, on = local_time(hours, now_wall).date(), hours_on(hours, day)
    ahead = (day - today).days
    which = {0: "today", 1: "tomorrow"}.get(ahead, "on")
    named = {"day": say_date(day, today, language)} if which == "on" else {}
    state = open_at(hours, now_wall)
    if not on.openings:
        yield f"closed_{which}", named
        if on.is_holiday:
            yield "holiday", {}
    else:
        spans = _spans(on.openings, phrases_of(language.value), language)
        yield f"open_{which}", {**named, "spans": spans}
        if ahead == 0:
            yield ("open_now" if state.is_open else "closed_now"), {}
    if not on.openings or (ahead == 0 and not state.is_open):
        yield from _again(hours, day, language, now_wall)


def _again(hours: Hours, day: date, language: Language, now_wall: datetime) -> Iterator[_Worded]:
    now = local_time(hours, now_wall)
    closed_until = datetime.combine(day, time(0), now.tzinfo)
    opens = opens_after(hours, max(now, closed_until))
    if opens is not None:
        on = say_date(opens.date(), now.date(), language)
        yield "again_on", {"day": on, "time": say_time(opens.time(), language)}
