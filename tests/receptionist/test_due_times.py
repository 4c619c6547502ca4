"""By when the office should have acted."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from mapokezi.receptionist.due_times import due_at
from mapokezi.receptionist.office import Hours, Opening, Weekday

DAY: tuple[Opening, ...] = (
    Opening(opens=time(8), closes=time(13)),
    Opening(opens=time(14), closes=time(17)),
)
WEEK = dict.fromkeys(list(Weekday)[:5], DAY)
HOURS = Hours(week=WEEK)
"""Monday to Friday in Nairobi, three hours ahead of UTC; 12 December 2026 is Jamhuri Day."""


@pytest.mark.parametrize(
    ("opened", "due"),
    [
        ("2026-11-23 08:00", "2026-11-23 12:00"),  # within the morning
        ("2026-11-23 11:00", "2026-11-23 16:00"),  # over the lunch
        ("2026-11-23 15:00", "2026-11-24 10:00"),  # over the night
        ("2026-11-23 22:00", "2026-11-24 12:00"),  # from the night
        ("2026-11-27 16:30", "2026-11-30 11:30"),  # over the weekend
        ("2026-12-24 16:00", "2026-12-28 11:00"),  # over Christmas and Boxing Day, and a weekend
    ],
)
def test_it_is_four_open_hours_later(opened: str, due: str) -> None:
    assert local(due_at(instant(opened), HOURS, urgent=False)) == due


def test_what_is_urgent_waits_for_no_opening() -> None:
    assert local(due_at(instant("2026-11-28 23:50"), HOURS, urgent=True)) == "2026-11-29 00:05"


def test_an_office_without_hours_has_a_day() -> None:
    assert local(due_at(instant("2026-11-23 08:00"), Hours(), urgent=False)) == "2026-11-24 08:00"


def instant(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+03:00").astimezone(UTC)


def local(at: datetime) -> str:
    assert at.utcoffset() is not None
    return datetime.fromtimestamp(at.timestamp() + 3 * 3600, UTC).strftime("%Y-%m-%d %H:%M")
