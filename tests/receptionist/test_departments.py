"""Departments, as callers name them, in English and in Swahili."""

from __future__ import annotations

from datetime import datetime

import msgspec
import pytest

from mapokezi.receptionist.asking_for_a_person import AskedFor, AskingForAPerson
from mapokezi.receptionist.clerk import Clerk
from mapokezi.receptionist.decisions import AboutCall, Allowed, HandOver, decide
from mapokezi.receptionist.departments import Departments
from mapokezi.receptionist.look_up import OfficeBook
from mapokezi.receptionist.office import Department, Office
from mapokezi.receptionist.second_way import SecondWay, Wish
from mapokezi.receptionist.turns import Heard
from mapokezi.receptionist.urgency import UrgentWords
from mapokezi.units import E164

_NOW = datetime.fromisoformat("2026-11-23T10:00:00+03:00")
_CALL = AboutCall(E164("+254722123456"), E164("+254209000000"), caller_said=("Nataka kununua.",))


@pytest.fixture(scope="module")
def shop(law_office: Office) -> Office:
    """An office of which two people sell and one looks after customers."""
    first, second, third, *others = law_office.people
    people = (
        msgspec.structs.replace(first, departments=("Sales",)),
        msgspec.structs.replace(second, departments=("Sales", "Spare parts")),
        msgspec.structs.replace(third, departments=("Customer care",)),
        *(msgspec.structs.replace(one, departments=()) for one in others),
    )
    order = (Department(name="Sales", order=(second.id, first.id)),)
    hand_off = msgspec.structs.replace(law_office.hand_off, departments=order)
    return msgspec.structs.replace(law_office, people=people, hand_off=hand_off)


@pytest.mark.parametrize(
    ("who", "department"),
    [
        ("idara ya mauzo", "Sales"),
        ("Idara ya mauzo, tafadhali.", "Sales"),
        ("mtu wa kitengo cha mauzo", "Sales"),
        ("mauzo", ""),  # a word alone may mean anything
        ("the sales department", "Sales"),
        ("somebody in sales", "Sales"),
        ("idara ya huduma kwa wateja", "Customer care"),
        ("ofisi ya vipuri", "Spare parts"),
        ("idara ya ardhi", ""),
        ("Brian Otieno", ""),
        ("", ""),
    ],
)
def test_a_department_is_known_by_its_name(shop: Office, who: str, department: str) -> None:
    assert Departments(shop).meant(who) == department


def test_a_word_that_two_departments_share_names_neither(shop: Office) -> None:
    people = tuple(
        msgspec.structs.replace(one, departments=(f"{where} sales",))
        for one, where in zip(shop.people[:2], ("Nairobi", "Mombasa"), strict=True)
    )
    hand_off = msgspec.structs.replace(shop.hand_off, departments=())
    two = msgspec.structs.replace(shop, people=people, hand_off=hand_off)
    assert Departments(two).meant("idara ya mauzo") == ""
    assert Departments(two).meant("the Mombasa sales department") == "Mombasa sales"


def test_a_department_that_a_model_passes_on_in_swahili_is_rung_in_its_order(shop: Office) -> None:
    decision = decide(shop, "want_person", {"who": "idara ya mauzo"}, _CALL, _NOW)
    assert isinstance(decision, Allowed)
    assert isinstance(decision.deed, HandOver)
    rung = [one.person_id for one in decision.deed.plan.people]
    assert rung[:2] == [shop.people[1].id, shop.people[0].id]


def test_a_department_of_one_is_that_person(shop: Office) -> None:
    decision = decide(shop, "want_person", {"who": "idara ya huduma kwa wateja"}, _CALL, _NOW)
    assert isinstance(decision, Allowed)
    assert isinstance(decision.deed, HandOver)
    assert decision.deed.ring.person_id == shop.people[2].id


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("Naomba uniunganishe na idara ya mauzo.", AskedFor(department="Sales")),
        ("Nataka kuongea na mtu wa idara ya mauzo.", AskedFor(department="Sales")),
        ("Can I talk to somebody in sales?", AskedFor(department="Sales")),
    ],
)
def test_the_rules_hear_it_where_the_model_does_not(
    shop: Office, said: str, asked: AskedFor
) -> None:
    asking = AskingForAPerson(OfficeBook(shop))
    assert asking.heard_in(said) == asked
    second = SecondWay(UrgentWords(()), asking)
    second.caller_said(said, 0.0)
    (wish,) = second.due(30.0)
    assert isinstance(wish, Wish)
    assert wish.arguments["who"] == "Sales"


@pytest.fixture(scope="module")
def clerk_of_shop(shop: Office) -> Clerk:
    return Clerk(shop)


@pytest.mark.parametrize(
    "said",
    [
        "Can I talk to somebody in sales?",
        "Please put me through to the sales department.",
        "I would like to speak with the sales team, please.",
        "Sales department, please.",
        "Connect me to sales.",
        "Naomba uniunganishe na idara ya mauzo.",
        "Nataka kuongea na mtu wa kitengo cha mauzo, tafadhali.",
    ],
)
def test_the_clerk_rings_a_department_in_its_own_order(
    shop: Office, clerk_of_shop: Clerk, said: str
) -> None:
    turn = clerk_of_shop.hear(clerk_of_shop.begin(_CALL.caller_number, _NOW), Heard(said), _NOW)
    (proposal,) = turn.proposals
    assert (proposal.name, proposal.arguments["department"]) == ("hand_over", "Sales")
    assert turn.deed == "hand_over:Sales"
    assert "Sales" in " ".join(one.text for one in turn.say)
    decision = decide(shop, proposal.name, proposal.arguments, _CALL, _NOW)
    assert isinstance(decision, Allowed)
    assert isinstance(decision.deed, HandOver)
    rung = [one.person_id for one in decision.deed.plan.people]
    assert rung[:2] == [shop.people[1].id, shop.people[0].id]


def test_a_person_named_beside_a_department_is_who_is_rung(
    shop: Office, clerk_of_shop: Clerk
) -> None:
    said = "Can I talk to Brian Otieno in sales?"
    turn = clerk_of_shop.hear(clerk_of_shop.begin(_CALL.caller_number, _NOW), Heard(said), _NOW)
    (proposal,) = turn.proposals
    assert proposal.arguments["person_id"] == "brian-otieno"
    assert "department" not in proposal.arguments


def test_a_department_that_is_only_spoken_of_is_not_rung(clerk_of_shop: Clerk) -> None:
    for said in ("When is the sales department open?", "My sister works in sales.", "Sales tax?"):
        turn = clerk_of_shop.hear(clerk_of_shop.begin(_CALL.caller_number, _NOW), Heard(said), _NOW)
        assert all("department" not in one.arguments for one in turn.proposals), said


@pytest.mark.parametrize(
    ("said", "department"),
    [
        ("the sales department", "Sales"),
        ("customer care", ""),  # one person: found by what they deal with
        ("sales or customer care", ""),
        ("wholesales", ""),
        ("naomba idara ya mauzo tafadhali", "Sales"),
        ("", ""),
    ],
)
def test_a_department_is_found_in_a_sentence(shop: Office, said: str, department: str) -> None:
    assert Departments(shop).named_in(said) == department
