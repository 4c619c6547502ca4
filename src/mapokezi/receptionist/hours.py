"""When the office is open: its week, its closures and the public holidays it keeps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mapokezi.receptionist.office import Hours, Opening, Weekday
from mapokezi.receptionist.opening_spans import instants_of, is_whole_day
from mapokezi.receptionist.public_holidays import holiday_named, holidays_of
from mapokezi.receptionist.spoken import DayRead, part_of_day, read_date, say_date, say_time
from mapokezi.receptionist.words import plain

_WEEK = tuple(Weekday)
_LOOK_AHEAD_DAYS = 60
_WITHOUT_END = timedelta(days=7)
"""Who is open for so long is open around the clock."""
_LONGEST = _WITHOUT_END + timedelta(days=2)
"""More of a stretch is not looked at: enough to be without end from today on."""
_EVE = re.compile(r"\beve\b")


@dataclass(frozen=True, slots=True)
class DayHours:
    """One day of the office."""

    day: date
    openings: tuple[Opening, ...]
    closed_because: str = ""
    """A holiday's or closure's name, also if it is half a day; empty on an ordinary day."""
    is_holiday: bool = False
    """Whether it is a public holiday that the office keeps."""


@dataclass(frozen=True, slots=True)
class OpenState:
    """Whether the office is open at an instant."""

    is_open: bool
    closes: datetime | None
    """When it closes, if open, on its own clock; None if that is more than a week ahead."""
    opens_next: datetime | None
    """When it next opens, if closed; none within two months is None."""


def local_time(hours: Hours, now_wall: datetime) -> datetime:
    """Give ``now_wall`` on the office's own clock."""
    return now_wall.astimezone(ZoneInfo(hours.timezone))


def hours_on(hours: Hours, day: date) -> DayHours:
    """Give the opening spans of ``day``, closures and public holidays regarded."""
    for closure in hours.closures:
        if closure.first <= day <= closure.last:
            return DayHours(day, closure.openings, closure.reason)
    holiday = holidays_of(hours.holidays_of, day.year).get(day)
    if holiday and holiday not in hours.open_on:
        return DayHours(day, hours.holiday_openings, holiday, is_holiday=True)
    return DayHours(day, tuple(hours.week.get(_WEEK[day.weekday()], ())))


def open_at(hours: Hours, now_wall: datetime) -> OpenState:
    """Say whether the office is open at ``now_wall``, until when, or from when."""
    zone = ZoneInfo(hours.timezone)
    for opens, closes in _stretches(hours, local_time(hours, now_wall).date()):
        if now_wall < opens:
            return OpenState(False, None, opens.astimezone(zone))
        if now_wall < closes:
            ends = closes if closes - now_wall < _WITHOUT_END else None
            return OpenState(True, ends and ends.astimezone(zone), None)
    return OpenState(False, None, None)


def opens_after(hours: Hours, after: datetime) -> datetime | None:
    """Give when the office next opens its doors after an instant; None if not in two months."""
    zone = ZoneInfo(hours.timezone)
    for opens, _ in _stretches(hours, local_time(hours, after).date()):
        if opens >= after:
            return opens.astimezone(zone)
    return None


def _stretches(hours: Hours, day: date) -> Iterator[tuple[datetime, datetime]]:
    """Give when it is open from the day before on, in UTC, what is without a gap as one.

    What has no end within a week and a day is given up to there.
    """
    zone = ZoneInfo(hours.timezone)
    begun: tuple[datetime, datetime] | None = None
    for ahead in range(-1, _LOOK_AHEAD_DAYS):
        on = day + timedelta(days=ahead)
        for span in hours_on(hours, on).openings:
            opens, closes = instants_of(span, on, zone)
            if begun is not None and opens <= begun[1] and begun[1] - begun[0] < _LONGEST:
                begun = (begun[0], max(begun[1], closes))
            elif opens < closes:
                if begun is not None:
                    yield begun
                begun = (opens, closes)
    if begun is not None:
        yield begun


def read_day(hours: Hours, text: str, today: date) -> DayRead | None:
    """Read the day that a caller names: as in `spoken`, or a public holiday by name."""
    said = plain(text)
    eve = _EVE.search(said)
    dated = read_date(text, today)
    if dated and dated.called == dated.day.isoformat():
        return dated
    holiday = holiday_named(hours.holidays_of, said, today)
    if holiday is None:
        return dated
    day = holiday - timedelta(days=1) if eve else holiday
    return DayRead(day, day.isoformat())


def say_spans(openings: tuple[Opening, ...]) -> str:
    """Say the spans of a day: ``from eight in the morning to noon and from ...``."""
    return " and ".join(_say_span(span) for span in openings)


def _say_span(span: Opening) -> str:
    if is_whole_day(span):
        return "around the clock"
    opens, part = say_time(span.opens), part_of_day(span.closes)
    if span.opens < span.closes and part == part_of_day(span.opens) and opens.endswith(part):
        opens = opens.removesuffix(part).strip()
    return f"from {opens} to {say_time(span.closes)}"


def describe_day(hours: Hours, asked: DayRead, now_wall: datetime) -> str:
    """Say in one or two sentences when the office is open on a day."""
    today = local_time(hours, now_wall).date()
    on = hours_on(hours, asked.day)
    name = _name_of_day(asked, today)
    if on.openings and asked.day == today:
        return _describe_today(hours, on, now_wall)
    if on.openings:
        only = "only " if on.closed_because else ""
        return f"{name} we are open {only}{say_spans(on.openings)}."
    because = f" for {on.closed_because}" if on.closed_because else ""
    closes = open_at(hours, now_wall).closes if asked.day == today else None
    if closes is not None:  # of the night before
        return f"We are open now, until {say_time(closes.time())}. After that we are closed today."
    return f"{name} we are closed{because}.{say_next_opening(hours, asked.day, today, now_wall)}"


def _describe_today(hours: Hours, on: DayHours, now_wall: datetime) -> str:
    state = open_at(hours, now_wall)
    if state.is_open and state.closes is None:
        return "We are open now, and around the clock."
    only = "only " if on.closed_because else ""
    said = f"Today we are open {only}{say_spans(on.openings)}."
    if state.is_open:
        return f"{said} We are open now."
    next_opening = say_next_opening(hours, on.day, on.day, now_wall)
    return f"{said} We are closed at the moment.{next_opening}"


def _name_of_day(asked: DayRead, today: date) -> str:
    ahead = (asked.day - today).days
    if ahead in {0, 1}:
        return ("Today", "Tomorrow")[ahead]
    return f"On {say_date(asked.day, today)}"


def say_next_opening(hours: Hours, closed_day: date, today: date, now_wall: datetime) -> str:
    """Say when the office opens after a closed day, as nothing else helps a caller who asked.

    Args:
        hours: of the office.
        closed_day: the day that was asked about.
        today: the day that it is.
        now_wall: the wall clock, aware.

    Returns:
        A sentence with a space before it; empty if it does not open within two months.
    """
    now = local_time(hours, now_wall)
    opens = opens_after(hours, max(now, datetime.combine(closed_day, time(0), now.tzinfo)))
    if opens is None:
        return ""
    if opens.date() == today:
        return f" We open again today at {say_time(opens.time())}."
    if opens.date() == today + timedelta(days=1):
        return f" We open again tomorrow at {say_time(opens.time())}."
    return f" We open again on {say_date(opens.date(), today)} at {say_time(opens.time())}."


def days_alike(hours: Hours) -> list[tuple[list[int], tuple[Opening, ...]]]:
    """Give the ordinary week, from Monday as 0 on, days with the same openings together."""
    groups: list[tuple[list[int], tuple[Opening, ...]]] = []
    for number, weekday in enumerate(_WEEK):
        openings = tuple(hours.week.get(weekday, ()))
        if groups and groups[-1][1] == openings:
            groups[-1][0].append(number)
        else:
            groups.append(([number], openings))
    return groups


def describe_week(hours: Hours) -> str:
    """Say the ordinary week, days of the same hours together."""
    if all(any(map(is_whole_day, hours.week.get(day, ()))) for day in _WEEK):
        return "We are open around the clock, on every day of the week."
    groups = days_alike(hours)
    opened = [f"{_span_of_days(days)} {say_spans(spans)}" for days, spans in groups if spans]
    closed = [_span_of_days(days) for days, spans in groups if not spans]
    if not opened:
        return "I have no opening hours for this office."
    said = f"We are open {', and '.join(opened)}."
    if closed:
        said += f" We are closed on {' and '.join(part.removeprefix('on ') for part in closed)}."
    return said


def _span_of_days(days: list[int]) -> str:
    names = [_WEEK[day].value.capitalize() for day in days]
    if len(names) == 1:
        return f"on {names[0]}"
    return f"{names[0]} to {names[-1]}" if len(names) > 2 else f"{names[0]} and {names[-1]}"
