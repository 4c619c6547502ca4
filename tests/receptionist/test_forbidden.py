"""What is never answered."""

from __future__ import annotations

import pytest

from mapokezi.receptionist.forbidden import ForbiddenTopics
from mapokezi.receptionist.words import plain

TOPICS = ForbiddenTopics(
    ("legal advice", "fees", "the outcome of a case", "private numbers", "other clients")
)


@pytest.mark.parametrize(
    "said",
    [
        "Should I sign it?",
        "Is it legal?",
        "give me his mobile",
        "Can my landlord lock my house without a court order?",
        "What happens if I do not go to court?",
        "Am I entitled to compensation?",
        "How many years will he be in prison?",
        "Can you reduce your fee?",
        "Where does Mrs Kamau live?",
        "Is James your client?",
    ],
)
def test_forbidden(said: str) -> None:
    assert TOPICS.never_answered(plain(said))


@pytest.mark.parametrize(
    "said",
    [
        "What should I bring?",
        "Where are you?",
        "Should I come today?",
        "Can my mother use the lift?",
        "What happens to the recording?",
        "Must I book?",
        "Can you represent me in court?",
        "Is there parking for clients?",
        "Call me on my personal number",
    ],
)
def test_not_forbidden(said: str) -> None:
    assert not TOPICS.never_answered(plain(said))


def test_a_price_is_apart_for_a_fact_may_tell_it() -> None:
    assert TOPICS.asks_price("how much is it")
    assert not TOPICS.never_answered("how much is it")


def test_what_is_written_in_a_fact_is_no_advice() -> None:
    assert TOPICS.never_answered("should i sign for the parcel")
    assert not TOPICS.never_answered("should i sign for the parcel", is_certain_fact=True)
    assert TOPICS.never_answered("give me a discount", is_certain_fact=True)


def test_an_office_without_forbidden_topics_forbids_nothing() -> None:
    assert not ForbiddenTopics(()).asks_price("how much is it")
    assert not ForbiddenTopics(()).never_answered("should i sign it")
    assert not ForbiddenTopics(()).is_private("his private number")
