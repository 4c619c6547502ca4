"""Who tells a matter is offered a message about it; who asks has the answer."""

from __future__ import annotations

from datetime import datetime

import msgspec
import pytest

from mapokezi.receptionist.clerk import Clerk
from mapokezi.receptionist.office import CallType, Fact, Office, Question
from mapokezi.receptionist.turns import Asked, ClerkTurn, Heard

NOW = datetime.fromisoformat("2026-11-23T10:00:00+03:00")
REPAIRS = Fact(
    id="repairs",
    title="Repairs",
    answer="The caretaker sees to repairs.",
    asked_as=("who repairs a leaking tap", "how do I report a leaking tap"),
    source="test",
)
LEAK = CallType(
    id="repair",
    name="a repair",
    asked_as=("my tap is leaking", "the tap in my house is broken"),
    questions=(Question(slot="unit", ask="Which flat is it?"),),
    for_person="mercy-mutua",
)
OFFER = CallType(
    id="offer",
    name="an offer",
    asked_as=("I am a supplier of something", "I have a proposal for you"),
)


@pytest.fixture(scope="module")
def clerk(law_office: Office) -> Clerk:
    facts = (*law_office.facts, REPAIRS)
    return Clerk(msgspec.structs.replace(law_office, facts=facts, call_types=(LEAK, OFFER)))


def hear(clerk: Clerk, *says: str) -> ClerkTurn:
    state = clerk.begin(None, NOW)
    turns = []
    for said in says:
        turns.append(clerk.hear(state, Heard(said), NOW))
        state = turns[-1].state
    return turns[-1]


def test_a_matter_told_has_its_fact_and_the_offer_of_a_message(clerk: Clerk) -> None:
    turn = hear(clerk, "How do I report it? My tap is leaking.")
    assert turn.deed == "answer:repairs"
    asked = hear(clerk, "My tap is leaking, a leaking tap I want to report.")
    if asked.deed == "answer:repairs":
        assert asked.state.asked is Asked.TAKE_MESSAGE_OFFER


@pytest.mark.parametrize(
    ("said", "offered"),
    [
        ("Who repairs a leaking tap?", False),
        ("How do I report a leaking tap?", False),
        ("Report a leaking tap, my tap is leaking.", True),
    ],
)
def test_only_what_was_told_is_offered_a_message_about(
    clerk: Clerk, said: str, offered: bool
) -> None:
    turn = hear(clerk, said)
    assert turn.deed == "answer:repairs", turn.say
    assert (turn.state.asked is Asked.TAKE_MESSAGE_OFFER) is offered


def test_the_message_has_the_matter_and_its_kind(clerk: Clerk) -> None:
    turn = hear(clerk, "Report a leaking tap, my tap is leaking.", "Yes, please.")
    assert turn.state.draft is not None
    assert "tap is leaking" in turn.state.draft.value("reason")
    assert turn.state.draft.call_type == "repair"
    assert turn.state.draft.for_person == "mercy-mutua"


def test_a_matter_without_an_answer_is_offered_a_message_at_once(clerk: Clerk) -> None:
    turn = hear(clerk, "Hello, I am a supplier of printing paper and I have a proposal for you.")
    assert turn.state.asked is Asked.TAKE_MESSAGE_OFFER
    assert "supplier" in turn.state.pending_reason
    turn = hear(
        clerk,
        "Hello, I am a supplier of printing paper and I have a proposal for you.",
        "Then please take a message that I called about printing.",
    )
    assert turn.state.draft is not None
    assert turn.state.draft.call_type == "offer", "known by what was said before"
    assert "printing" in turn.state.draft.value("reason")


def test_a_kind_that_is_told_by_somebody_urgent_is_urgent(clerk: Clerk) -> None:
    assert hear(clerk, "My tap is leaking and my child is bleeding badly!").deed == "urgent"
