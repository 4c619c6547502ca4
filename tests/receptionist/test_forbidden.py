"""What is never answered."""

from __future__ import annotations

from datetime import datetime

import pytest

from mapokezi.receptionist.clerk import Clerk
from mapokezi.receptionist.examples import general_examples
from mapokezi.receptionist.forbidden import closed_kinds
from mapokezi.receptionist.turns import Heard

_NOW = datetime.fromisoformat("2026-11-24T10:15:00+03:00")


def test_topics_close_the_kinds_that_they_name() -> None:
    assert closed_kinds(("legal advice", "other clients")) == {"advice", "outcome", "client"}
    assert closed_kinds(("fees beyond the stated ones",)) == {"price", "discount"}
    assert closed_kinds(()) == frozenset()


def test_every_kind_of_the_examples_can_be_closed() -> None:
    every = ("advice", "outcome", "medical", "price", "discount", "private", "client")
    assert {example.label for example in general_examples("forbidden")} == closed_kinds(every)


@pytest.mark.parametrize(
    "said",
    [
        "Should I sign this agreement they gave me?",
        "Can my landlord lock my house without a court order?",
        "Am I entitled to any compensation?",
        "How many years will he stay in prison?",
        "Can you reduce your fee for me?",
        "Where does Mrs Kamau live?",
        "Is James your client?",
        "Please give me Brian's private mobile number.",
    ],
)
def test_it_is_refused_and_a_message_offered(clerk: Clerk, said: str) -> None:
    turn = clerk.hear(clerk.begin(None, _NOW), Heard(said), _NOW)
    assert turn.deed == "refuse"
    assert "message" in turn.say[-1].text


@pytest.mark.parametrize(
    "said",
    [
        "What should I bring to the meeting?",
        "Can my mother use the lift?",
        "Must I book an appointment?",
        "Is there parking for clients?",
        "How much is the first consultation?",
    ],
)
def test_what_the_office_has_told_is_not_refused(clerk: Clerk, said: str) -> None:
    assert clerk.hear(clerk.begin(None, _NOW), Heard(said), _NOW).deed.startswith("answer:")
