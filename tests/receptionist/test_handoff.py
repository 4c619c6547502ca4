"""Whom to ring, in which order, and why nobody."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.calls import OfficeId
from mapokezi.receptionist.handoff import (
    JustNow,
    NoHandoff,
    RingNobody,
    RingPlan,
    RingWish,
    plan_rings,
)
from mapokezi.receptionist.office import (
    Absence,
    Department,
    HandingOver,
    Hours,
    Office,
    Opening,
    Person,
    RingManner,
    Weekday,
)
from mapokezi.units import E164

_OPEN = datetime.fromisoformat("2026-11-23T10:00:00+03:00")  # a Monday
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
        Person(
            id="g",
            name="Gil",
            role="partner",
            mobile=E164("+254700000107"),
            departments=("Land",),
            language="sw",
        ),
        Person(
            id="h",
            name="Hal",
            role="clerk",
            mobile=E164("+254700000108"),
            departments=("Land",),
            ring_seconds=12,
        ),
    ),
    reception=E164("+254700000100"),
)


def with_hand_off(**fields: Any) -> Office:
    return msgspec.structs.replace(_OFFICE, hand_off=HandingOver(**fields))


def with_person(person_id: str, office: Office = _OFFICE, **fields: Any) -> Office:
    people = tuple(
        msgspec.structs.replace(one, **fields) if one.id == person_id else one
        for one in office.people
    )
    return msgspec.structs.replace(office, people=people)


def plan(
    office: Office = _OFFICE,
    person: str = "",
    *,
    department: str = "",
    urgent: bool = False,
    now: datetime = _OPEN,
    caller: E164 | None = _CALLER,
    **known: Any,
) -> RingPlan | RingNobody:
    wish = RingWish(person, department, urgent)
    return plan_rings(office, wish, caller, now, **known)


def rounds_of(found: RingPlan | RingNobody) -> list[tuple[list[str], int]]:
    assert isinstance(found, RingPlan), found
    return [([ring.person_id for ring in one.rings], one.seconds) for one in found.rounds]


def why(found: RingPlan | RingNobody) -> NoHandoff:
    assert isinstance(found, RingNobody), found
    assert found.say
    assert found.for_staff
    return found.why


@pytest.mark.parametrize(
    ("person", "destination"),
    [("a", "+254700000101"), ("b", "+254700000100"), ("", "+254700000100")],
)
def test_the_persons_mobile_then_the_reception(person: str, destination: str) -> None:
    found = plan(person=person)
    assert isinstance(found, RingPlan)
    assert found.first.destination == destination
    assert found.first.person_id == person
    assert len(found.rounds) == 1, "a person's telephone is not followed by the reception's"


@pytest.mark.parametrize(
    ("person", "reason"),
    [
        ("c", NoHandoff.TAKES_NO_CALLS),
        ("d", NoHandoff.CALLERS_OWN_NUMBER),
        ("e", NoHandoff.INVALID_NUMBER),
        ("f", NoHandoff.OFFICES_OWN_NUMBER),
        ("nobody", NoHandoff.NO_SUCH_PERSON),
    ],
)
def test_refusals(person: str, reason: NoHandoff) -> None:
    assert why(plan(person=person)) is reason


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("+254900223456", NoHandoff.PREMIUM_NUMBER),
        ("+442079460018", NoHandoff.COUNTRY_NOT_LISTED),
        ("+881612345678", NoHandoff.COUNTRY_NOT_LISTED),
        ("+256772123456", NoHandoff.COUNTRY_NOT_LISTED),
    ],
)
def test_numbers_that_are_never_rung(number: str, reason: NoHandoff) -> None:
    assert why(plan(with_person("a", mobile=E164(number)), "a")) is reason


def test_a_country_that_is_listed_is_rung() -> None:
    office = msgspec.structs.replace(
        with_person("a", mobile=E164("+256772123456")),
        hand_off=HandingOver(countries=("KE", "UG")),
    )
    assert isinstance(plan(office, "a"), RingPlan)


def test_the_callers_number_is_known_in_any_writing() -> None:
    assert why(plan(person="d", caller=E164("0722123456"))) is NoHandoff.CALLERS_OWN_NUMBER


def test_out_of_hours_only_what_is_urgent_is_passed_on() -> None:
    assert why(plan(person="a", now=_CLOSED)) is NoHandoff.CLOSED
    assert isinstance(plan(person="a", now=_CLOSED, urgent=True), RingPlan)


def test_without_any_number_nobody_is_rung() -> None:
    office = msgspec.structs.replace(_OFFICE, reception=None)
    assert why(plan(office, "b")) is NoHandoff.NO_NUMBER
    assert why(plan(office)) is NoHandoff.NO_NUMBER


# -- order --


def test_for_anybody_the_offices_order_then_the_reception() -> None:
    office = with_hand_off(order=("a", "h"), ring_seconds=30)
    assert rounds_of(plan(office)) == [(["a"], 30), (["h"], 12), ([""], 30)]


def test_all_at_once_they_ring_together() -> None:
    office = with_hand_off(order=("a", "h"), ring=RingManner.ALL_AT_ONCE, ring_seconds=20)
    assert rounds_of(plan(office)) == [(["a", "h"], 20), ([""], 20)]


def test_a_department_is_rung_in_its_own_order() -> None:
    assert rounds_of(plan(department="land")) == [(["g"], 25), (["h"], 12), ([""], 25)]
    own = Department(name="Land", order=("h", "g"), ring=RingManner.ALL_AT_ONCE, ring_seconds=15)
    office = with_hand_off(departments=(own,))
    assert rounds_of(plan(office, department="LAND")) == [(["h", "g"], 15), ([""], 25)]
    assert why(plan(department="sea")) is NoHandoff.NO_SUCH_DEPARTMENT


def test_deputies_follow_who_was_asked_for() -> None:
    office = with_person("a", deputies=("h", "g"))
    assert rounds_of(plan(office, "a")) == [(["a"], 25), (["h"], 12), (["g"], 25)]
    away = JustNow(away=frozenset({"a"}))
    found = plan(office, "a", just_now=away)
    assert rounds_of(found)[0] == (["h"], 12)
    assert isinstance(found, RingPlan)
    assert found.left_out == (("a", NoHandoff.AWAY),)


def test_nobody_is_rung_twice_on_one_telephone() -> None:
    office = with_hand_off(order=("a", "h"))
    office = with_person("h", office, mobile=E164("+254700000101"))
    assert rounds_of(plan(office)) == [(["a"], 25), ([""], 25)]


def test_the_briefings_language_is_theirs() -> None:
    found = plan(person="g")
    assert isinstance(found, RingPlan)
    assert found.first.language == "sw"


# -- urgent --


def test_what_is_urgent_reaches_the_on_call_person_at_any_hour() -> None:
    office = with_hand_off(order=("a",), on_call=("h",))
    office = with_person("h", office, not_after=time(12), not_on=(Weekday.MONDAY,))
    assert rounds_of(plan(office, now=_CLOSED, urgent=True)) == [
        (["h"], 12),
        (["a"], 25),
        ([""], 25),
    ]
    assert rounds_of(plan(office, "a", now=_CLOSED, urgent=True)) == [(["a"], 25), (["h"], 12)]
    assert [one for one, _ in rounds_of(plan(office))] == [["a"], [""]], "not for what can wait"


# -- each person's own time --


@pytest.mark.parametrize(
    ("fields", "hour", "rung"),
    [
        ({"not_before": time(9)}, 10, True),
        ({"not_before": time(11)}, 10, False),
        ({"not_after": time(10)}, 10, True),
        ({"not_after": time(9, 30)}, 10, False),
        ({"not_before": time(18), "not_after": time(4)}, 10, False),
        ({"not_before": time(9), "not_after": time(4)}, 10, True),
        ({"not_on": (Weekday.MONDAY,)}, 10, False),
        ({"not_on": (Weekday.SUNDAY,)}, 10, True),
        ({"away": (Absence(first=date(2026, 11, 20), last=date(2026, 11, 23)),)}, 10, False),
        ({"away": (Absence(first=date(2026, 11, 24), last=date(2026, 11, 25)),)}, 10, True),
    ],
)
def test_not_before_and_not_after(fields: dict[str, Any], hour: int, rung: bool) -> None:
    now = _OPEN.replace(hour=hour)
    assert isinstance(plan(with_person("a", **fields), "a", now=now), RingPlan) is rung


def test_presence_and_other_calls() -> None:
    assert why(plan(person="a", just_now=JustNow(away=frozenset({"a"})))) is NoHandoff.AWAY
    busy = JustNow(engaged=frozenset({E164("+254700000101")}))
    found = plan(person="a", just_now=busy)
    assert why(found) is NoHandoff.ON_ANOTHER_CALL
    assert isinstance(found, RingNobody)
    assert found.say == "Ann is on another call just now."
    order = with_hand_off(order=("a", "h"))
    assert rounds_of(plan(order, just_now=busy))[0] == (["h"], 12)


# -- what forbids all of it --


def test_an_empty_wallet_is_the_offices_own_affair() -> None:
    found = plan(person="a", just_now=JustNow(wallet_minor=0))
    assert why(found) is NoHandoff.WALLET_EMPTY
    assert isinstance(found, RingNobody)
    assert "wallet" not in found.say
    assert "wallet" in found.for_staff
    assert isinstance(plan(person="a", just_now=JustNow(wallet_minor=1)), RingPlan)
    assert isinstance(plan(person="a", just_now=JustNow(wallet_minor=None)), RingPlan)


def test_caps_and_withheld_numbers() -> None:
    assert why(plan(person="a", just_now=JustNow(is_capped=True))) is NoHandoff.CAP_REACHED
    shy = with_hand_off(needs_caller_number=True)
    assert why(plan(shy, "a", caller=None)) is NoHandoff.CALLER_WITHHELD
    assert isinstance(plan(shy, "a"), RingPlan)
    assert isinstance(plan(person="a", caller=None), RingPlan)


def test_who_was_rung_in_doubt_is_not_rung_again() -> None:
    found = plan(person="a", not_again={E164("+254700000101")})
    assert why(found) is NoHandoff.RUNG_ALREADY


_IDS = st.sampled_from([person.id for person in _OFFICE.people])


@given(
    person=st.sampled_from(["", *(one.id for one in _OFFICE.people)]),
    department=st.sampled_from(["", "Land"]),
    order=st.lists(_IDS, unique=True),
    on_call=st.lists(_IDS, unique=True, max_size=3),
    deputies=st.lists(_IDS, unique=True, max_size=3),
    manner=st.sampled_from(list(RingManner)),
    away=st.frozensets(_IDS),
    urgent=st.booleans(),
)
def test_no_plan_rings_whom_it_must_not(
    person: str,
    department: str,
    order: list[str],
    on_call: list[str],
    deputies: list[str],
    manner: RingManner,
    away: frozenset[str],
    urgent: bool,
) -> None:
    office = with_hand_off(order=tuple(order), on_call=tuple(on_call), ring=manner)
    if person:
        office = with_person(person, office, deputies=tuple(deputies))
    found = plan(office, person, department=department, urgent=urgent, just_now=JustNow(away=away))
    if isinstance(found, RingNobody):
        assert found.say
        return
    numbers = [ring.destination for ring in found.people]
    assert len(set(numbers)) == len(numbers)
    assert _CALLER not in numbers
    assert office.numbers[0] not in numbers
    assert not away & {ring.person_id for ring in found.people}
    assert "c" not in {ring.person_id for ring in found.people}
    assert all(one.rings and 5 <= one.seconds <= 60 for one in found.rounds)
