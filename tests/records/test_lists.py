"""How records are listed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.calls import Outcome
from mapokezi.records.lists import CallFilter, DayCount, PageMark, PageMarkError, day_span

NAIVE = datetime(2026, 11, 22, tzinfo=UTC).replace(tzinfo=None)


@given(st.datetimes(timezones=st.just(UTC)), st.text(min_size=1))
def test_a_mark_is_read_as_it_was_written(at: datetime, record_id: str) -> None:
    mark = PageMark(at, record_id)
    assert PageMark.read(str(mark)) == mark


@given(st.text())
def test_a_mark_from_a_browser_is_read_or_refused(text: str) -> None:
    try:
        mark = PageMark.read(text)
    except PageMarkError:
        return
    assert PageMark.read(str(mark)) == mark


@pytest.mark.parametrize(
    "text", ["", "~", "yesterday~c", "2026-11-22", "2026-11-22~", "2026-11-22T00:00:00+03:00~c"]
)
def test_a_broken_mark_is_refused(text: str) -> None:
    with pytest.raises(PageMarkError):
        PageMark.read(text)


def test_a_day_is_the_offices_day() -> None:
    nairobi = day_span(date(2026, 11, 22), ZoneInfo("Africa/Nairobi"))
    assert nairobi == (
        datetime(2026, 11, 21, 21, tzinfo=UTC),
        datetime(2026, 11, 22, 21, tzinfo=UTC),
    )


def test_a_day_on_which_clocks_change_is_shorter() -> None:
    begins, ends = day_span(date(2026, 3, 29), ZoneInfo("Europe/London"))
    assert ends - begins == timedelta(hours=23)


def test_days_follow_one_another_without_a_gap() -> None:
    zone = ZoneInfo("America/New_York")
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    spans = [day_span(day, zone) for day in days]
    assert all(before[1] == after[0] for before, after in pairwise(spans))


def test_a_filter_wants_utc() -> None:
    with pytest.raises(ValueError, match="arrived_from"):
        CallFilter(arrived_from=NAIVE)


def test_a_days_total_holds_calls_in_progress() -> None:
    count = DayCount(date(2026, 11, 22), {Outcome.MESSAGE: 3, Outcome.FLASH: 1}, in_progress=2)
    assert count.total == 6
