"""When a notice is tried again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from tests.sample_notices import NOW, as_notice, planned

from mapokezi.records.notice_retries import try_again_at
from mapokezi.records.notices import Notice, WayKind


def tries_of(way_kind: WayKind) -> list[timedelta]:
    """How long after the first attempt each further one comes, until it is given up."""
    found: list[timedelta] = []
    now = NOW
    for tries in range(1, 10_000):
        again = try_again_at(notice_after(tries, way_kind), now)
        if again is None:
            return found
        found.append(again - NOW)
        now = again
    raise AssertionError("it is never given up")


def notice_after(tries: int, way_kind: WayKind = WayKind.SMS) -> Notice:
    return as_notice(planned(), way_kind=way_kind, tries=tries)


def test_people_are_told_within_five_minutes_after_an_outage_of_hours() -> None:
    tries = tries_of(WayKind.SMS)
    assert tries[0] == timedelta(seconds=10)
    for hours in (0.25, 1, 3, 6):
        back = timedelta(hours=hours)
        assert min(one for one in tries if one >= back) - back <= timedelta(minutes=5)


def test_people_are_given_up_after_two_days_systems_after_three() -> None:
    assert timedelta(hours=47) < tries_of(WayKind.EMAIL)[-1] < timedelta(hours=49)
    assert timedelta(days=2) < tries_of(WayKind.WEBHOOK)[-1] < timedelta(days=3)
    assert len(tries_of(WayKind.WEBHOOK)) == 13


@pytest.mark.parametrize(
    ("asked_s", "waits"),
    [
        (None, timedelta(seconds=10)),
        (0.0, timedelta(seconds=10)),
        (3.0, timedelta(seconds=10)),
        (90.0, timedelta(seconds=90)),
        (10_000_000.0, timedelta(hours=6)),
    ],
)
def test_what_the_receiver_asks_is_kept_within_bounds(
    asked_s: float | None, waits: timedelta
) -> None:
    assert try_again_at(notice_after(1), NOW, asked_s) == NOW + waits


def test_a_notice_that_was_never_begun_waits_like_one_that_was_once() -> None:
    first: datetime | None = try_again_at(notice_after(0), NOW)
    assert first == try_again_at(notice_after(1), NOW)
