"""Whom to ring, and why nobody."""

from __future__ import annotations

from datetime import datetime, time

import msgspec
import pytest

from mapokezi.calls import OfficeId
from mapokezi.receptionist.handoff import NoHandoff, Ring, RingNobody, whom_to_ring
from mapokezi.receptionist.office import Hours, Office, Opening, Person, Weekday
from mapokezi.units import E164

_OPEN = datetime.fromisoformat("2026-11-23T10:00:00+03:00")
_CLOSED = datetime.fromisoformat("2026-11-23T20:00:00+03:00")
_CALLER = E164("+254722123456")
_OFFICE = Office(
    id=OfficeId("office"),
    name="Office",
    numbers=(E164("+254209000000"),),
    greeting="Hello.",
    notice="Automated.",
    hours=Hours(week={Weekday.MONDAY: (Opening(opens=time(8), closes=time(17)),)}),
    people=(
        Person(id="a", name="Ann", role="partner", mobile=E164("+254700000101")),
        Person(id="b", name="Ben", role="clerk"),
        Person(id="c", name="Cy", role="pupil", mobile=E164("+254700000102"), takes_calls=False),
        Person(id="d", name="Di", role="partner", mobile=E164("+254722123456")),
        Person(id="e", name="Ed", role="partner", mobile=E164("+2547")),
        Person(id="f", name="Flo", role="partner", mobile=E164("+254209000000")),
    ),
    reception=E164("+254700000100"),
)


@pytest.mark.parametrize(
    ("person", "destination"),
    [("a", "+254700000101"), ("b", "+254700000100"), ("", "+254700000100")],
)
def test_the_persons_mobile_then_the_reception(person: str, destination: str) -> None:
    choice = whom_to_ring(_OFFICE, person, _CALLER, _OPEN)
    assert isinstance(choice, Ring)
    assert choice.destination == destination
    assert choice.person_id == person


@pytest.mark.parametrize(
    ("person", "why"),
    [
        ("c", NoHandoff.TAKES_NO_CALLS),
        ("d", NoHandoff.CALLERS_OWN_NUMBER),
        ("e", NoHandoff.INVALID_NUMBER),
        ("f", NoHandoff.OFFICES_OWN_NUMBER),
        ("nobody", NoHandoff.NO_SUCH_PERSON),
    ],
)
def test_refusals(person: str, why: NoHandoff) -> None:
    choice = whom_to_ring(_OFFICE, person, _CALLER, _OPEN)
    assert isinstance(choice, RingNobody)
    assert choice.why is why
    assert choice.say


def test_the_callers_number_is_known_in_any_writing() -> None:
    choice = whom_to_ring(_OFFICE, "d", E164("0722123456"), _OPEN)
    assert isinstance(choice, RingNobody)


def test_out_of_hours_only_what_is_urgent_is_passed_on() -> None:
    closed = whom_to_ring(_OFFICE, "a", _CALLER, _CLOSED)
    assert isinstance(closed, RingNobody)
    assert closed.why is NoHandoff.CLOSED
    assert isinstance(whom_to_ring(_OFFICE, "a", _CALLER, _CLOSED, urgent=True), Ring)


def test_without_any_number_nobody_is_rung() -> None:
    office = msgspec.structs.replace(_OFFICE, reception=None)
    choice = whom_to_ring(office, "b", _CALLER, _OPEN)
    assert isinstance(choice, RingNobody)
    assert choice.why is NoHandoff.NO_NUMBER
