"""Hours held against a plain count of minutes: two years, five time zones, clocks that change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapokezi.receptionist.after_hours import Standing, callers_get, say_closed, standing_at
from mapokezi.receptionist.due_times import USUAL, due_at
from mapokezi.receptionist.hours import describe_day, describe_week, hours_on, open_at, opens_after
from mapokezi.receptionist.office import AfterHours, Closure, Hours, Opening, Weekday
from mapokezi.receptionist.spoken import DayRead

ZONES = (
    "Africa/Nairobi",  # never changes
    "Europe/London",
    "America/New_York",
    "Africa/Cairo",  # changes at midnight
    "Australia/Lord_Howe",  # changes by half an hour
)
COUNTRIES = {
    "Africa/Nairobi": "KE",
    "Europe/London": "GB",
    "America/New_York": "US",
    "Africa/Cairo": "EG",
    "Australia/Lord_Howe": "AU",
}
BEGIN, YEARS = datetime(2026, 1, 1, tzinfo=UTC), 2
MINUTES = YEARS * 365 * 24 * 60
A_MINUTE, A_DAY, STEP = timedelta(minutes=1), 24 * 60, 5
WEEK = tuple(Weekday)


@cache
def changes_of(zone: str) -> tuple[datetime, ...]:
    """Give the instants, to the quarter of an hour, at which a zone's clocks change."""
    tz = ZoneInfo(zone)
    steps = [BEGIN + timedelta(minutes=15 * n) for n in range(MINUTES // 15)]
    offsets = [at.astimezone(tz).utcoffset() for at in steps]
    return tuple(steps[n + 1] for n in range(len(steps) - 1) if offsets[n] != offsets[n + 1])


def instants(zone: str) -> st.SearchStrategy[datetime]:
    """Give instants of the two years, half of them near a change of clocks if there is one."""
    any_time = st.integers(0, MINUTES - 1).map(lambda n: BEGIN + n * A_MINUTE)
    if not changes_of(zone):
        return any_time
    near = st.tuples(st.sampled_from(changes_of(zone)), st.integers(-1500, 1500))
    return st.one_of(any_time, near.map(lambda one: one[0] + one[1] * A_MINUTE))


def at_minute(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)


@st.composite
def weeks(draw: st.DrawFn) -> dict[Weekday, tuple[Opening, ...]]:
    """Draw a week as a file may hold it: spans in order, some over midnight, some whole days."""
    spans: dict[Weekday, list[Opening]] = {day: [] for day in WEEK}
    marks = st.integers(0, 7 * A_DAY // STEP).map(lambda mark: mark * STEP)
    edges = sorted(draw(st.sets(marks, max_size=16)))
    for opens, closes in zip(edges[::2], edges[1::2], strict=False):
        if closes - opens < A_DAY:
            span = Opening(opens=at_minute(opens), closes=at_minute(closes))
            spans[WEEK[opens // A_DAY]].append(span)
    if draw(st.integers(0, 5)) == 0:
        spans = {day: [Opening(opens=time(0), closes=time(0))] for day in WEEK}
    return {day: tuple(own) for day, own in spans.items() if own}


@st.composite
def offices(draw: st.DrawFn) -> tuple[Hours, datetime]:
    """Draw an office's hours and an instant."""
    zone = draw(st.sampled_from(ZONES))
    now = draw(instants(zone))
    near = now.date() + timedelta(days=draw(st.integers(-3, 3)))
    half = (Opening(opens=time(9), closes=time(12)),)
    closure = Closure(
        first=near,
        last=near + timedelta(days=draw(st.integers(0, 4))),
        reason="the stocktaking",
        openings=draw(st.sampled_from([(), half])),
    )
    hours = Hours(
        timezone=zone,
        week=draw(weeks()),
        holidays_of=draw(st.sampled_from(["", COUNTRIES[zone]])),
        holiday_openings=draw(st.sampled_from([(), half])),
        closures=(closure,) if draw(st.booleans()) else (),
        on_break=AfterHours.MESSAGE,
        on_holidays=AfterHours.EMERGENCIES,
    )
    return hours, now


# -- the plain count that they are held against --


def spans_on(hours: Hours, day: date) -> tuple[Opening, ...]:
    for closure in hours.closures:
        if closure.first <= day <= closure.last:
            return closure.openings
    if hours.holidays_of and day in holidays.country_holidays(hours.holidays_of):
        return hours.holiday_openings
    return hours.week.get(WEEK[day.weekday()], ())


def first_shown(zone: ZoneInfo, wanted: datetime) -> datetime:
    """Count minutes until a clock shows a time, or a later one of another day's half."""
    at = (wanted - timedelta(hours=15)).replace(tzinfo=UTC)
    at += max(timedelta(0), wanted - at.astimezone(zone).replace(tzinfo=None) - timedelta(hours=3))
    while at.astimezone(zone).replace(tzinfo=None) < wanted:
        at += A_MINUTE
    return at


def is_open_by_counting(hours: Hours, now: datetime) -> bool:
    zone = ZoneInfo(hours.timezone)
    today = now.astimezone(zone).date()
    for day in (today - timedelta(days=1), today, today + timedelta(days=1)):
        midnight = datetime.combine(day, time(0))
        for span in spans_on(hours, day):
            opens = midnight + timedelta(hours=span.opens.hour, minutes=span.opens.minute)
            closes = midnight + timedelta(hours=span.closes.hour, minutes=span.closes.minute)
            if closes <= opens:
                closes += timedelta(days=1)
            if first_shown(zone, opens) <= now < first_shown(zone, closes):
                return True
    return False


def between(first: datetime, last: datetime) -> Iterator[datetime]:
    """Give some instants from the first until just before the last."""
    first, last = first.astimezone(UTC), last.astimezone(UTC)
    length = last - first
    yield from (first + length * part / 7 for part in range(7))
    yield last - A_MINUTE if length > A_MINUTE else first


@given(offices())
@settings(max_examples=250, deadline=None)
def test_open_and_closed_are_as_a_count_of_minutes_has_them(drawn: tuple[Hours, datetime]) -> None:
    hours, now = drawn
    state = open_at(hours, now)
    assert state.is_open == is_open_by_counting(hours, now)
    if state.is_open and state.closes is not None:
        assert not open_at(hours, state.closes).is_open
        assert all(open_at(hours, at).is_open for at in between(now, state.closes))
    elif state.is_open:
        week_ahead = now + timedelta(days=7)
        assert all(open_at(hours, at).is_open for at in between(now, week_ahead))
    elif state.opens_next is not None:
        assert open_at(hours, state.opens_next).is_open
        assert opens_after(hours, now) == state.opens_next
        assert not any(open_at(hours, at).is_open for at in between(now, state.opens_next))
    else:
        week_ahead = now + timedelta(days=7)
        assert not any(open_at(hours, at).is_open for at in between(now, week_ahead))


@given(offices())
@settings(max_examples=150, deadline=None)
def test_how_it_stands_and_what_callers_get(drawn: tuple[Hours, datetime]) -> None:
    hours, now = drawn
    standing, state = standing_at(hours, now), open_at(hours, now)
    today = now.astimezone(ZoneInfo(hours.timezone)).date()
    get, said = callers_get(hours, now), say_closed(hours, now)
    assert (standing is Standing.OPEN) == state.is_open == (get is None) == (said == "")
    if standing is Standing.BREAK:
        assert state.opens_next is not None
        assert state.opens_next.date() == today
        assert get is AfterHours.MESSAGE
        assert said.startswith("We are on a break until ")
    elif standing in {Standing.HOLIDAY, Standing.CLOSED_TODAY}:
        because = hours_on(hours, today).closed_because
        assert because
        assert f"closed today for {because}" in said
        assert get is AfterHours.EMERGENCIES
    elif standing is Standing.CLOSED:
        assert not hours_on(hours, today).closed_because
        assert get is AfterHours.ANSWER
    described = describe_day(hours, DayRead(today, "today"), now)
    assert ("We are open now" in described) == state.is_open
    assert describe_week(hours).startswith(("We are open", "I have no opening hours"))


@given(offices(), st.integers(0, 59))
@settings(max_examples=100, deadline=None)
def test_what_is_due_is_due_after_four_open_hours(
    drawn: tuple[Hours, datetime], seconds: int
) -> None:
    hours, now = drawn
    opened_at = now.replace(second=seconds)
    due = due_at(opened_at, hours, urgent=False)
    assert due > opened_at
    if opens_after(hours, opened_at) is None and not open_at(hours, opened_at).is_open:
        assert due == opened_at + timedelta(days=1)
    elif due - opened_at < timedelta(days=1):
        step = STEP * A_MINUTE  # hours begin and end at such marks
        count = (due - opened_at) // step
        marks = [opened_at + n * step for n in range(count + 1)]
        counted = (b - a for a, b in pairwise([*marks, due]) if open_at(hours, a).is_open)
        assert abs(sum(counted, timedelta(0)) - USUAL) <= 4 * step


@pytest.mark.parametrize("zone", ZONES)
def test_the_clocks_of_these_zones_do_change(zone: str) -> None:
    """The other tests look near these instants: without any they would prove less than they say."""
    assert len(changes_of(zone)) == (0 if zone == "Africa/Nairobi" else 4)


@pytest.mark.parametrize("zone", [zone for zone in ZONES if changes_of(zone)])
def test_spans_that_begin_and_end_where_clocks_change(zone: str) -> None:
    """Edges in the hour that is skipped, or that comes twice: chance seldom finds them."""
    tz = ZoneInfo(zone)
    for change in changes_of(zone):
        shown = (change - A_MINUTE).astimezone(tz) + 16 * A_MINUTE  # a quarter past, as it was
        for begins, lasts in ((0, 90), (-90, 90), (-10, 20), (-120, 300)):
            opens = shown.replace(tzinfo=None) + begins * A_MINUTE
            span = Opening(opens=opens.time(), closes=(opens + lasts * A_MINUTE).time())
            week: dict[Weekday, tuple[Opening, ...]] = {WEEK[opens.weekday()]: (span,)}
            hours = Hours(timezone=zone, week=week, holidays_of="")
            for minutes in range(-150, 200, 10):
                now = change + minutes * A_MINUTE
                assert open_at(hours, now).is_open == is_open_by_counting(hours, now), (span, now)
