"""How values are written for people."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from mapokezi.desk.pages import clock_of, local_time, names_of, telephone
from mapokezi.stores.office_files import read_office

LAW_OFFICE = Path(__file__).parents[2] / "examples" / "law-office"


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+254722000100", "0722 000100"),
        ("+254209000000", "020 9000000"),
        ("+442079460000", "+44 20 7946 0000"),
        ("0722 something", "0722 something"),
        ("+254 722 000 100 or so", "+254 722 000 100 or so"),
        ("+9999999", "+9999999"),
        ("", "withheld"),
        (None, "withheld"),
    ],
)
def test_a_number_is_written_as_people_write_it(number: str | None, shown: str) -> None:
    assert telephone(number) == shown


def test_an_instant_is_that_of_the_office_s_own_clock() -> None:
    at = datetime(2026, 11, 22, 21, 15, tzinfo=UTC)
    assert local_time(at, "Africa/Nairobi") == "Mon 23 Nov, 00:15"
    assert local_time(at, "Africa/Lagos") == "Sun 22 Nov, 22:15"


@pytest.mark.parametrize(
    ("ms", "shown"), [(0, "0:00"), (999, "0:00"), (65_000, "1:05"), (3_600_000, "60:00")]
)
def test_an_instant_within_a_call_is_minutes_and_seconds(ms: int, shown: str) -> None:
    assert clock_of(ms) == shown


def test_people_are_found_by_their_id() -> None:
    assert names_of(read_office(LAW_OFFICE))["brian-otieno"] == "Brian Otieno"
    assert names_of(None) == {}
