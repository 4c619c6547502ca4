"""Times and dates: read(say(x)) == x, and what recognisers write."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.receptionist.spoken import (
    read_best_time,
    read_date,
    read_time,
    say_date,
    say_ordinal,
    say_time,
)

_TODAY = date(2026, 11, 23)


@given(st.times().map(lambda at: at.replace(second=0, microsecond=0)))
def test_a_time_is_read_as_it_is_said(at: time) -> None:
    read = read_time(say_time(at))
    assert read is not None
    assert read.at == at
    assert read.half_known


@given(st.integers(-3000, 3000), st.integers(0, 3000))
def test_a_date_is_read_as_it_is_said(ahead: int, start: int) -> None:
    today = _TODAY + timedelta(days=start)
    day = today + timedelta(days=ahead)
    read = read_date(say_date(day, today), today)
    assert read is not None
    assert read.day == day


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("10:30", time(10, 30)),
        ("10:30 in the morning.", time(10, 30)),
        ("Half-half-two", time(14, 30)),
        ("Have path to.", time(14, 30)),
        ("half past two", time(14, 30)),
        ("Tomorrow at 3 p.m.", time(15)),
        ("Quarter to nine", time(8, 45)),
        ("twenty past five", time(17, 20)),
        ("12 noon", time(12)),
        ("Anytime after four.", time(16)),
        ("8.30 am", time(8, 30)),
        ("five o'clock", time(17)),
    ],
)
def test_what_recognisers_write_for_times(written: str, at: time) -> None:
    read = read_time(written)
    assert read is not None
    assert read.at == at


@pytest.mark.parametrize("written", ["hello", "as soon as possible", "my son is 40 years old"])
def test_no_time_is_read_where_none_is(written: str) -> None:
    assert read_time(written) is None


@pytest.mark.parametrize(
    ("said", "day", "called"),
    [
        ("today", date(2026, 11, 23), "today"),
        ("tomorrow morning", date(2026, 11, 24), "tomorrow"),
        ("the day after tomorrow", date(2026, 11, 25), "2026-11-25"),
        ("on Saturdays", date(2026, 11, 28), "saturday"),
        ("monday", date(2026, 11, 23), "monday"),
        ("On the fifteenth of January.", date(2027, 1, 15), "2027-01-15"),
        ("December 25th", date(2026, 12, 25), "2026-12-25"),
        ("the 24th", date(2026, 11, 24), "2026-11-24"),
        ("3rd of March 2028", date(2028, 3, 3), "2028-03-03"),
    ],
)
def test_days_as_callers_name_them(said: str, day: date, called: str) -> None:
    read = read_date(said, _TODAY)
    assert read is not None
    assert (read.day, read.called) == (day, called)


def test_no_day_is_read_where_none_is() -> None:
    assert read_date("what are your opening hours", _TODAY) is None
    assert read_date("the 31st of February", _TODAY) is None


def test_ordinals() -> None:
    said = [say_ordinal(day) for day in (1, 2, 3, 4, 12, 21, 30, 31)]
    assert said == [
        "first", "second", "third", "fourth", "twelfth", "twenty-first", "thirtieth",
        "thirty-first",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("The best time is tomorrow at 10:30.", "tomorrow at 10:30"),
        ("You can call me back after four, please", "after four"),
        ("Any time is fine.", "any time"),
        ("Have path to.", "half past two"),
    ],
)
def test_the_best_time_keeps_the_callers_words(said: str, kept: str) -> None:
    assert read_best_time(said) == kept
