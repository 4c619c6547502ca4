"""The outbound policy: who rang once is rung back once, within what the office has allowed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.sample_records import Examples

from mapokezi.calls import CallId, Outcome
from mapokezi.receptionist.caller_rules import CallerRules, CallingBack
from mapokezi.receptionist.ringing_back import RungBack, why_not_rung_back
from mapokezi.records.ringing_back import flash_of, ring_back_label
from mapokezi.units import E164

if TYPE_CHECKING:
    from mapokezi.receptionist.office import Office

_NOON = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
"""A Monday, half past twelve in Nairobi: the office is open."""
_MINUTE = 300


def _flash(**changes: Any) -> Any:
    ended = Examples().ended(0, Outcome.FLASH)
    at = _NOON - timedelta(minutes=1)
    return replace(ended, **{"arrived_at": at, "ended_at": at, **changes})


@pytest.fixture
def office(law_office: Office) -> Office:
    rules = CallerRules(calling_back=CallingBack(is_on=True))
    return msgspec.structs.replace(law_office, callers=rules)


def _why(office: Office, now: datetime = _NOON, done: RungBack | None = None, **flash: Any) -> str:
    return why_not_rung_back(office, _flash(**flash), done or RungBack(), _MINUTE, now)


def test_a_flash_of_a_mobile_in_office_hours_is_rung_back(office: Office) -> None:
    assert _why(office) == ""


def test_it_is_off_until_the_owner_switches_it_on(law_office: Office) -> None:
    assert "not switched on" in _why(law_office)


@pytest.mark.parametrize(
    ("flash", "why"),
    [
        ({"outcome": Outcome.ABANDONED}, "no flash"),
        ({"outcome": Outcome.SPAM}, "no flash"),
        ({"rings_back": CallId("c-9")}, "no flash"),
        ({"caller": None}, "withheld"),
        ({"caller": E164("+447700900123")}, "rules"),
        ({"caller": E164("+254900123456")}, "rules"),
        ({"caller": E164("+2545")}, "rules"),
        ({"ended_at": _NOON - timedelta(minutes=16)}, "too long ago"),
    ],
)
def test_who_is_not_rung_back(office: Office, flash: dict[str, Any], why: str) -> None:
    assert why in _why(office, **flash)


def test_blocked_numbers_and_the_offices_own_are_not_rung(office: Office) -> None:
    blocked = msgspec.structs.replace(office, blocked=(E164("+254722000100"),))
    assert "blocked" in _why(blocked)
    assert "rules" in _why(office, caller=office.numbers[0])


def test_nobody_is_rung_while_the_office_is_closed(office: Office) -> None:
    night = _NOON + timedelta(hours=12)
    assert "closed" in _why(office, night, ended_at=night, arrived_at=night)


@pytest.mark.parametrize(
    ("done", "why"),
    [
        (RungBack(last_try_at=_NOON - timedelta(minutes=59)), "within the hour"),
        (RungBack(last_try_at=_NOON - timedelta(minutes=61)), ""),
        (RungBack(number_minor=1_701), "one number"),
        (RungBack(number_minor=1_700), ""),
        (RungBack(day_minor=19_701), "the day's cap is"),
        (RungBack(day_minor=19_700), ""),
    ],
)
def test_it_is_tried_once_and_costs_no_more_than_the_caps(
    office: Office, done: RungBack, why: str
) -> None:
    found = _why(office, done=done)
    assert (why in found) if why else (found == "")


def test_the_label_names_the_flash() -> None:
    assert flash_of(ring_back_label(CallId("c-000001"))) == "c-000001"
    assert flash_of("mapokezi-doctor-ab") is None
    assert flash_of("") is None
