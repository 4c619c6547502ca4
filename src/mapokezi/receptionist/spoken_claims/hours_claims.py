"""Claims of when the office is open."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise

from mapokezi.receptionist.hours import describe_day, describe_week, hours_on, open_at
from mapokezi.receptionist.office import Hours, Opening, Weekday
from mapokezi.receptionist.opening_spans import is_in_span, is_whole_day, minutes_of
from mapokezi.receptionist.spoken import DayRead
from mapokezi.receptionist.spoken_claims.grounds import Grounds
from mapokezi.receptionist.spoken_claims.openings import (
    Edge,
    Group,
    groups_in,
    is_round_the_clock,
)
from mapokezi.receptionist.spoken_claims.sentence import Said, content_of
from mapokezi.receptionist.spoken_claims.times import (
    WHEN_STEMS,
    DaySaid,
    TimeSaid,
    times_in,
)
from mapokezi.receptionist.spoken_claims.when import Of, same_when, stretches_of

_WEEK = tuple(Weekday)
_NOT_HOURS = re.compile(
    r"\bwhile we are closed\b"
    r"|\b(?:open(?:s|ed|ing)?|close[sd]?|closing) (?:up )?(?:a|an|your|his|her|their|my|this|that"
    r"|one|to|for (?:negotiation|discussion)|account|accounts|file|files|case|cases|deal)\b"
    r"|\b(?:case|file|account|deal|matter|bidding) (?:is |was |has been )?(?:still"
    r" )?(?:open|closed)\b"
    r"|\bi can(?:not)? open\b|\bfreshly opened\b|\b(?:hours? (?:ago|later|away|of))\b"
    r"|\b(?:close|closer|closest)"
    r" (?:to|by)\b"
)
_NO_BREAK = re.compile(
    r"\b(?:through|during|over) lunch(?:time| time| hour)?\b|\b(?:no|without a|without"
    r" any) (?:lunch"
    r" )?breaks?\b|\b(?:do|does) not (?:close|break|stop) (?:for|at|over|during) lunch"
    r"|\bnon ?stop\b"
    r"|\bstraight through\b|\bcontinuously\b"
)
_NO_WORK = re.compile(r"\b(?:not|closed?|nobody|no one|shut|break from|go for|lunch from)\b")
_NEXT_WEEK = timedelta(days=7)


def false_hours(said: Said, grounds: Grounds) -> str | None:
    """Give what is so, if a sentence claims hours that are not the office's.

    Args:
        said: the sentence.
        grounds: what is known.
    """
    is_theirs = said.is_read_back and grounds.is_callers_when(said.plain)
    if is_theirs or _NOT_HOURS.search(said.plain):
        return None
    for stretch in stretches_of(said, grounds):
        if stretch.of is Of.SERVICE and stretch.fact is not None:
            if not same_when(stretch.said, stretch.fact, grounds):
                return stretch.fact.fact.answer
        elif stretch.of is Of.OFFICE:
            wrong = _wrong_of_office(stretch.said, grounds)
            if wrong is not None:
                return wrong
    return None


def suits_office(said: Said, grounds: Grounds) -> bool:
    """Say whether what a stretch tells could be the office's hours."""
    groups = groups_in(said, grounds)
    return bool(groups) and all(_is_so(group, grounds) for group in groups)


def _wrong_of_office(said: Said, grounds: Grounds) -> str | None:
    wrong = [group for group in groups_in(said, grounds) if not _is_so(group, grounds)]
    if not wrong and _denies_the_break(said, grounds):
        return _now(grounds)
    if not wrong or _stands_in_a_fact(said, grounds):
        return None
    return _what_is_so(wrong, grounds)


def lengths_of_day(grounds: Grounds) -> set[int]:
    """Give how many minutes the office is open, and how long its breaks are."""
    found = set()
    for spans in grounds.truth.office.hours.week.values():
        at = [minutes_of(one) for one in spans]
        found |= {end - begin for begin, end in at}
        found |= {after[0] - before[1] for before, after in pairwise(at)}
        found |= {sum(end - begin for begin, end in at), at[-1][1] - at[0][0]} if at else set()
    return found


def _denies_the_break(said: Said, grounds: Grounds) -> bool:
    """Say whether a sentence has the office open at lunch, and it is not."""
    if not _NO_BREAK.search(said.plain):
        return False
    words = _NO_BREAK.sub("", said.plain)
    has_break = any(len(spans) > 1 for spans in _of_any_day(grounds.truth.office.hours, grounds))
    return has_break and not _NO_WORK.search(words)


def _is_so(group: Group, grounds: Grounds) -> bool:
    hours = grounds.truth.office.hours
    is_now = group.now or not group.days
    if group.edge is not Edge.NONE and group.days:
        return _is_edge(group, hours, grounds)
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


def _is_edge(group: Group, hours: Hours, grounds: Grounds) -> bool:
    """Say whether a closure begins, or ends, or is yet to come, with a day, as it is said."""
    named = [day.day for day in group.days if day.day is not None]
    if not named:
        return all(_any_open(day, hours, grounds) for day in group.days)
    day, step = named[-1], timedelta(days=1)
    if group.edge is Edge.CLOSES and not group.times:
        return not (_has_hours(hours, day) and _has_hours(hours, day + step))
    if group.edge is Edge.LAST_CLOSED:
        return _has_hours(hours, day + step) and not _has_hours(hours, day)
    if group.edge is Edge.FIRST_CLOSED:
        return not _has_hours(hours, day) and _has_hours(hours, day - step)
    if group.edge is Edge.LAST_OPEN:
        return _has_hours(hours, day) and not _has_hours(hours, day + step)
    is_first = not _has_hours(hours, day - step) or day <= grounds.today + step
    at_hours = not group.times or _fits(group, hours_on(hours, day).openings)
    return _has_hours(hours, day) and is_first and at_hours


def _has_hours(hours: Hours, day: date) -> bool:
    return bool(hours_on(hours, day).openings)


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
    if len(times) == 1 and group.is_open is False:
        return not _is_within(times[0], spans, to_the_minute=True)
    if len(times) == 1 and group.is_point:
        return _is_within(times[0], spans)
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
    if any(map(is_round_the_clock, pairs)):
        return any(map(is_whole_day, spans))
    whole = [(one.opens, one.closes) for one in spans] + [(opens[0], closes[-1])]
    return all(
        any(first.can_be(begin) and last.can_be(end) for begin, end in whole)
        for first, last in pairs
    )


def _is_within(said: TimeSaid, spans: tuple[Opening, ...], *, to_the_minute: bool = False) -> bool:
    """Say whether it is open at a time; the last minute counts, unless taken strictly."""
    other = said.at.replace(hour=(said.at.hour + 12) % 24)
    may_be = (said.at,) if said.half_known else (said.at, other)
    return any(is_in_span(at, one, to_the_minute=to_the_minute) for one in spans for at in may_be)


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
    if not times:
        return False
    facts = [grounds.truth.fact(of) for of in grounds.looked_up[-1:]]
    for text in (said.plain, grounds.last_words):
        topic = grounds.truth.topic(content_of(text) - WHEN_STEMS)
        facts.append(grounds.truth.fact(max(topic, key=topic.__getitem__, default="")))
    return any(
        all(any(one.can_be(known.at) for known in fact.times) for one in times)
        for fact in facts
        if fact is not None
    )


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
