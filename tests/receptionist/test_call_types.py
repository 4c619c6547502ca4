"""Which kind of call it is, and what is asked in it besides."""

from __future__ import annotations

from datetime import datetime

import msgspec
import pytest

from mapokezi.receptionist.call_types import CallTypes, questions_of
from mapokezi.receptionist.clerk import Clerk
from mapokezi.receptionist.decisions import AboutCall, Allowed, StoreMessage, decide
from mapokezi.receptionist.instructions import instructions_for
from mapokezi.receptionist.office import CallType, Office, Question
from mapokezi.receptionist.tools import TAKE_MESSAGE, tools_for
from mapokezi.receptionist.turns import Heard, Proposal
from mapokezi.units import E164

NOW = datetime.fromisoformat("2026-11-23T10:00:00+03:00")
LEAK = CallType(
    id="repair",
    name="a repair",
    asked_as=("my tap is leaking", "the power is off in my flat", "something is broken"),
    questions=(Question(slot="unit", ask="Which flat or unit is it?"),),
    for_person="mercy-mutua",
)
VIEWING = CallType(
    id="viewing",
    name="a viewing",
    asked_as=("I want to see the house", "can I view the apartment"),
)


@pytest.fixture(scope="module")
def office(law_office: Office) -> Office:
    return msgspec.structs.replace(law_office, call_types=(LEAK, VIEWING))


@pytest.mark.parametrize(
    ("matter", "kind"),
    [
        ("the tap in my bathroom is leaking", "repair"),
        ("I would like to view the apartment", "viewing"),
        ("it is about an invoice", None),
        ("", None),
    ],
)
def test_a_kind_is_known_by_the_matter(office: Office, matter: str, kind: str | None) -> None:
    found = CallTypes(office).of(matter)
    assert (found.id if found else None) == kind


def test_an_office_without_kinds_finds_none(law_office: Office) -> None:
    assert CallTypes(law_office).of("my tap is leaking") is None
    assert questions_of(law_office) == law_office.message_questions


def test_the_clerk_asks_what_the_kind_of_call_wants_and_sends_it_on(office: Office) -> None:
    clerk = Clerk(office)
    state, said = clerk.begin(E164("+254722123456"), NOW), list[str]()
    proposed: list[Proposal] = []
    words = [
        "I want to leave a message",
        "Mary Wanjiru",
        "yes",
        "yes",
        "the tap in my bathroom is leaking",
        "tomorrow",
        "B 12",
        "yes",
    ]
    for text in words:
        turn = clerk.hear(state, Heard(text), NOW)
        state = turn.state
        said += [sentence.text for sentence in turn.say]
        proposed += turn.proposals
    assert "Which flat or unit is it?" in said
    (message,) = proposed
    assert message.name == TAKE_MESSAGE
    assert message.arguments["extra"]["kind"] == "a repair"
    assert message.arguments["for_person"] == "mercy-mutua"
    decided = decide(office, message.name, message.arguments, AboutCall(None), NOW)
    assert isinstance(decided, Allowed)
    assert isinstance(decided.deed, StoreMessage)
    assert decided.deed.extra == {"kind": "a repair", "unit": "b 12"}


def test_a_model_is_told_of_the_kinds(office: Office, law_office: Office) -> None:
    told = instructions_for(office, NOW, None)
    assert "- a repair. unit: Which flat or unit is it? The message is for mercy-mutua." in told
    tool = next(one for one in tools_for(office) if one.name == TAKE_MESSAGE)
    assert {"unit", "kind"} <= set(tool.parameters["properties"])
    assert "Kinds of call" not in instructions_for(law_office, NOW, None)
