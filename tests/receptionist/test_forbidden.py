"""What is never answered."""

from __future__ import annotations

from datetime import datetime

import pytest

from mapokezi.receptionist.clerk import Clerk
from mapokezi.receptionist.examples import general_examples
from mapokezi.receptionist.forbidden import asks_of_another, closed_kinds
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


@pytest.mark.parametrize(
    ("said", "is_another"),
    [
        ("is peter mwangi one of your clients", True),
        ("was my husband a patient of yours", True),
        ("is mamba hardware your client", True),
        ("are the people in house four your tenants", True),
        ("i am one of your clients", False),
        ("am i your client", False),
        ("is there a client of yours who sells maize", False),
        ("is your client portal down", False),
        ("where do your clients park", False),
    ],
)
def test_who_is_a_client_is_kept_back(said: str, is_another: bool) -> None:
    topics = ("other clients",)
    assert asks_of_another(said, topics) is is_another
    assert not asks_of_another(said, ("legal advice",))
