"""Claims of when the office is open."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise

from mapokezi.receptionist.hours import describe_day, describe_week, hours_on, open_at
from mapokezi.receptionist.office import Hours, Opening, Weekday
from mapokezi.receptionist.spoken_claims.grounds import Grounds
from mapokezi.receptionist.spoken_claims.openings import (
    ROUND_THE_CLOCK,
    SAYS_OPEN,
    Group,
    groups_in,
)
from mapokezi.receptionist.spoken_claims.sentence import Said, content_of
from mapokezi.receptionist.spoken_claims.times import (
    WHEN_STEMS,
    DaySaid,
    TimeSaid,
    days_in,
    times_in,
)
from mapokezi.receptionist.spoken_times import DayRead

_WEEK = tuple(Weekday)
_SOMEBODY_THERE = re.compile(
    r"\b(?:somebody|someone|we are|we will be|always) (?:\w+ )?(?:here|there|in)\b"
)
_HOURS_WORD = re.compile(r"\b(?:open(?:s|ed|ing)?|clos(?:e|es|ed|ing)|shut|hours)\b")
_NOT_HOURS = re.compile(
    r"\b(?:open(?:s|ed|ing)?|close[sd]?|closing) (?:up )?(?:a|an|your|his|her|their|my|this|that"
    r"|one|to|for (?:negotiation|discussion)|account|accounts|file|files|case|cases|deal)\b"
    r"|\b(?:case|file|account|deal|matter|bidding) (?:is |was |has been )?(?:still"
    r" )?(?:open|closed)\b"
    r"|\bfreshly opened\b|\b(?:hours? (?:ago|later|away|of))\b|\b(?:close|closer|closest)"
    r" (?:to|by)\b"
)
_ASKED_OF_HOURS = re.compile(
    r"\b(?:open|opened|close|closed|closing|opening|hours|working|work|start|until when"
    r"|till when)\b"
)
_OF_SOMEBODY = re.compile(
    r"\b(?:he|she|they|his|her|appointments?|meetings?|hearings?|consultations?|slots?|court"
    r"|mention|lasts?|takes?|minutes)\b"
)
"""Then a time is that of something else than the office."""
_A_SPAN = re.compile(r"\b(?:from|until|till|between|to)\b")
_WE_ARE_THERE = re.compile(
    r"\b(?:we|us|the office|our office|find us|reach us|(?:can|may) come|somebody here"
    r"|someone here|there is)\b"
)
_SHORT_ANSWER = 6
"""Words. "Until six." is an answer to "when do you close?"."""
_NEXT_WEEK = timedelta(days=7)


def false_hours(said: Said, grounds: Grounds) -> str | None:
    """Give what is so, if a sentence claims hours that are not the office's.

    Args:
        said: the sentence.
        grounds: what is known.
    """
    if said.is_question or said.is_read_back or not speaks_of_hours(said, grounds):
        return None
    wrong = [group for group in groups_in(said, grounds) if not _is_so(group, grounds)]
    if not wrong or _stands_in_a_fact(said, grounds):
        return None
    return _what_is_so(wrong, grounds)


def speaks_of_hours(said: Said, grounds: Grounds) -> bool:
    """Say whether a sentence tells when the office is open."""
    plain = said.plain
    if _NOT_HOURS.search(plain):
        return False
    if _HOURS_WORD.search(plain) or ROUND_THE_CLOCK.search(plain):
        return True
    if _SOMEBODY_THERE.search(plain) and days_in(plain, grounds.today):
        return True
    if not times_in(plain):
        return False
    asked = _ASKED_OF_HOURS.search(grounds.last_words) is not None
    if _OF_SOMEBODY.search(plain):
        return False
    if asked and (SAYS_OPEN.search(plain) or len(plain.split()) <= _SHORT_ANSWER):
        return True
    if _told_by_a_fact(said, grounds):
        return False
    return _A_SPAN.search(plain) is not None and (
        _WE_ARE_THERE.search(plain) is not None or bool(days_in(plain, grounds.today))
    )


def _told_by_a_fact(said: Said, grounds: Grounds) -> bool:
    """Say whether a sentence is about a fact that has hours of its own."""
    topic = grounds.truth.topic(content_of(said.plain) - WHEN_STEMS)
    found = grounds.truth.fact(max(topic, key=topic.__getitem__)) if topic else None
    return found is not None and bool(found.times)


def _is_so(group: Group, grounds: Grounds) -> bool:
    hours = grounds.truth.office.hours
    is_now = group.now or not group.days
    if group.is_open is False and not group.times:
        if is_now or _is_today(group, grounds):
            if not open_at(hours, grounds.now_wall).is_open:
                return True
            if is_now:
                return False
        return all(_any_closed(day, hours, grounds) for day in group.days)
    if not group.times:
        if is_now:
            return group.now is False or open_at(hours, grounds.now_wall).is_open
        return all(_any_open(day, hours, grounds) for day in group.days)
    if not group.days:
        return any(_fits(group, spans) for spans in _of_any_day(hours, grounds))
    return all(
        any(_fits(group, spans) for spans in alternatives)
        for day in group.days
        for alternatives in _spans(day, hours, grounds)
    )


def _is_today(group: Group, grounds: Grounds) -> bool:
    return all(day.day == grounds.today for day in group.days)


def _spans(day: DaySaid, hours: Hours, grounds: Grounds) -> list[list[tuple[Opening, ...]]]:
    """Give for each day that is meant the hours that it may be said to have."""
    if day.is_holidays:
        return [[()]] if hours.holidays_of else []
    if day.day is not None and len(day.weekdays) == 1:
        usual = tuple(hours.week.get(_WEEK[day.day.weekday()], ()))
        ahead = (day.day, day.day + _NEXT_WEEK)
        of_date = [hours_on(hours, one).openings for one in ahead[:1]]
        is_named_date = not 0 <= (day.day - grounds.today).days < 7
        return [of_date if is_named_date else [*of_date, usual]]
    return [
        [
            tuple(hours.week.get(_WEEK[weekday], ())),
            hours_on(hours, _coming(weekday, grounds)).openings,
        ]
        for weekday in day.weekdays
    ]


def _coming(weekday: int, grounds: Grounds) -> date:
    return grounds.today + timedelta(days=(weekday - grounds.today.weekday()) % 7)


def _any_closed(day: DaySaid, hours: Hours, grounds: Grounds) -> bool:
    return all(any(not spans for spans in each) for each in _spans(day, hours, grounds))


def _any_open(day: DaySaid, hours: Hours, grounds: Grounds) -> bool:
    if day.is_holidays:
        return not hours.holidays_of
    return all(any(spans for spans in each) for each in _spans(day, hours, grounds))


def _of_any_day(hours: Hours, grounds: Grounds) -> Iterable[tuple[Opening, ...]]:
    """Give the hours that are meant where no day is named: today's, and those of most days."""
    yield hours_on(hours, grounds.today).openings
    most = Counter(tuple(spans) for spans in hours.week.values() if spans).most_common(1)
    yield from (spans for spans, _ in most)


def _fits(group: Group, spans: tuple[Opening, ...]) -> bool:
    times = group.times
    if group.is_open is False or (group.ends and len(times) > 1):
        return _is_gap(times, spans)
    if not spans:
        return False
    opens, closes = [one.opens for one in spans], [one.closes for one in spans]
    if len(times) == 1:
        either = closes if group.ends else (*opens, *closes)
        return any(times[0].can_be(one) for one in either)
    if len(times) % 2:
        return all(any(said.can_be(one) for one in (*opens, *closes)) for said in times)
    pairs = list(zip(times[::2], times[1::2], strict=True))
    whole = [(one.opens, one.closes) for one in spans] + [(opens[0], closes[-1])]
    return all(
        any(first.can_be(begin) and last.can_be(end) for begin, end in whole)
        for first, last in pairs
    )


def _is_gap(times: tuple[TimeSaid, ...], spans: tuple[Opening, ...]) -> bool:
    """Say whether it is closed in between: a lunch break, or before and after all spans."""
    if not spans:
        return True
    edges = [edge for one in spans for edge in (one.opens, one.closes)]
    if not all(any(said.can_be(edge) for edge in edges) for said in times):
        return False
    if len(times) < 2:
        return True
    return any(
        times[0].can_be(one.closes) and times[1].can_be(other.opens)
        for one, other in pairwise(spans)
    )


def _stands_in_a_fact(said: Said, grounds: Grounds) -> bool:
    """Say whether a fact that the sentence is about tells the same times."""
    times = times_in(said.plain)
    topic = grounds.truth.topic(content_of(said.plain) - WHEN_STEMS)
    best = max(topic, key=topic.__getitem__, default="") or "".join(grounds.looked_up[-1:])
    fact = grounds.truth.fact(best)
    if fact is None or not times:
        return False
    return all(any(one.can_be(known.at) for known in fact.times) for one in times)


def _what_is_so(wrong: list[Group], grounds: Grounds) -> str:
    hours = grounds.truth.office.hours
    days = [day for group in wrong for day in group.days]
    if days and all(day.is_holidays for day in days):
        return "On public holidays we are closed."
    if not days or (len(days) == 1 and len(days[0].weekdays) != 1) or len(days) > 1:
        one_day = {day.day for day in days}
        if len(one_day) != 1 or None in one_day:
            return describe_week(hours) if days else _now(grounds)
    day = days[0].day or grounds.today
    ahead = (day - grounds.today).days
    called = {0: "today", 1: "tomorrow"}.get(ahead, day.isoformat())
    return describe_day(hours, DayRead(day, called), grounds.now_wall)


def _now(grounds: Grounds) -> str:
    today = DayRead(grounds.today, "today")
    return describe_day(grounds.truth.office.hours, today, grounds.now_wall)
