"""Opening hours, closures and public holidays."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from mapokezi.receptionist.hours import (
    describe_day,
    describe_week,
    hours_on,
    open_at,
    read_day,
)
from mapokezi.receptionist.office import Closure, Hours, Opening, Weekday
from mapokezi.receptionist.spoken import DayRead

_LONG = (Opening(opens=time(8), closes=time(13)), Opening(opens=time(14), closes=time(17)))
_SHORT = (Opening(opens=time(9), closes=time(13)),)
_HOURS = Hours(
    week={
        Weekday.MONDAY: _LONG,
        Weekday.TUESDAY: _LONG,
        Weekday.WEDNESDAY: _LONG,
        Weekday.THURSDAY: _LONG,
        Weekday.FRIDAY: _LONG,
        Weekday.SATURDAY: _SHORT,
    },
    closures=(Closure(first=date(2026, 12, 24), last=date(2027, 1, 3), reason="the break"),),
)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+03:00")


def _described(said: str, now: str) -> str:
    day = read_day(_HOURS, said, _at(now).date())
    assert day is not None
    return describe_day(_HOURS, day, _at(now))


@pytest.mark.parametrize(
    ("now", "is_open", "next_opening"),
    [
        ("2026-11-23T08:00", True, None),
        ("2026-11-23T12:59", True, None),
        ("2026-11-23T13:00", False, "2026-11-23T14:00"),
        ("2026-11-23T17:00", False, "2026-11-24T08:00"),
        ("2026-11-28T13:00", False, "2026-11-30T08:00"),
        ("2026-12-12T10:00", False, "2026-12-14T08:00"),  # Jamhuri Day, a Saturday
        ("2026-12-24T10:00", False, "2027-01-04T08:00"),
    ],
)
def test_open_at(now: str, *, is_open: bool, next_opening: str | None) -> None:
    state = open_at(_HOURS, _at(now))
    assert state.is_open is is_open
    assert state.opens_next == (_at(next_opening) if next_opening else None)


def test_the_instant_may_come_in_any_zone() -> None:
    assert open_at(_HOURS, datetime.fromisoformat("2026-11-23T06:00:00+00:00")).is_open
    assert not open_at(_HOURS, datetime.fromisoformat("2026-11-23T10:30:00+00:00")).is_open


def test_an_office_without_hours_never_opens() -> None:
    assert open_at(Hours(), _at("2026-11-23T10:00")).opens_next is None


def test_an_office_that_keeps_no_holidays_is_open_on_them() -> None:
    kept = Hours(week=_HOURS.week, holidays_of="")
    assert hours_on(kept, date(2026, 12, 25)).openings == _LONG
    assert hours_on(_HOURS, date(2026, 10, 20)).closed_because == "Mashujaa Day"


@pytest.mark.parametrize(
    "said",
    ["on Jamhuri day", "jambhuri day", "jamsury day", "Jam Hearry Day", "on the 12th of December"],
)
def test_a_holiday_is_known_by_its_name(said: str) -> None:
    day = read_day(_HOURS, said, date(2026, 11, 23))
    assert day is not None
    assert day.day == date(2026, 12, 12)


@pytest.mark.parametrize("said", ["what day", "every day", "in the morning", "a holiday"])
def test_no_day_is_guessed(said: str) -> None:
    assert read_day(_HOURS, said, date(2026, 11, 23)) is None


def test_friday_is_not_good_friday() -> None:
    day = read_day(_HOURS, "on Friday", date(2026, 11, 23))
    assert day is not None
    assert day.day == date(2026, 11, 27)


def test_a_day_is_described_as_it_lies() -> None:
    now = "2026-11-23T10:00"
    assert _described("saturday", now) == (
        "On Saturday the twenty-eighth of November we are open from nine in the morning to one in "
        "the afternoon."
    )
    assert "Tomorrow we are open" in _described("tomorrow", now)
    assert "We are open now." in _described("today", now)
    assert "closed at the moment" in _described("today", "2026-11-23T13:30")
    assert "closed for the break" in _described("christmas", now)
    assert "open again on Monday the fourth of January" in _described("christmas", now)


def test_the_week_is_told_in_one_breath() -> None:
    assert describe_week(_HOURS) == (
        "We are open Monday to Friday from eight in the morning to one in the afternoon and from "
        "two to five in the afternoon, and on Saturday from nine in the morning to one in the "
        "afternoon. We are closed on Sunday."
    )


_WHOLE = Opening(opens=time(0), closes=time(0))
_ALWAYS = Hours(week=dict.fromkeys(Weekday, (_WHOLE,)), holidays_of="")
_NIGHTS = Hours(week={Weekday.FRIDAY: (Opening(opens=time(20), closes=time(2)),)}, holidays_of="")


@pytest.mark.parametrize(
    "now",
    ["2026-11-23T23:59:56", "2026-11-23T23:59:59.999", "2026-11-24T00:00", "2026-12-25T03:00"],
)
def test_an_office_that_is_always_open_is_open_at_midnight(now: str) -> None:
    state = open_at(_ALWAYS, _at(now))
    assert state.is_open
    assert state.closes is None
    today = DayRead(_at(now).date(), "today")
    assert describe_day(_ALWAYS, today, _at(now)) == "We are open now, and around the clock."
    assert describe_week(_ALWAYS) == "We are open around the clock, on every day of the week."


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    assert not open_at(_NIGHTS, _at("2026-11-27T01:00")).is_open
    state = open_at(_NIGHTS, _at("2026-11-28T01:00"))
    assert state.is_open
    assert state.closes == _at("2026-11-28T02:00")
    saturday = DayRead(date(2026, 11, 28), "today")
    assert describe_day(_NIGHTS, saturday, _at("2026-11-28T01:00")) == (
        "We are open now, until two in the morning. After that we are closed today."
    )
    assert describe_week(_NIGHTS).startswith(
        "We are open on Friday from eight in the evening to two in the morning."
    )


def test_a_day_may_end_at_midnight() -> None:
    till_midnight = Hours(week={Weekday.MONDAY: (Opening(opens=time(8), closes=time(0)),)})
    assert open_at(till_midnight, _at("2026-11-23T23:59:59")).is_open
    assert not open_at(till_midnight, _at("2026-11-24T00:00")).is_open
    assert "from eight in the morning to midnight" in describe_week(till_midnight)
