"""Urgent words and forbidden topics."""

from __future__ import annotations

import pytest

from mapokezi.receptionist.forbidden import ForbiddenTopics
from mapokezi.receptionist.urgency import UrgentWords
from mapokezi.receptionist.words import plain

_WORDS = UrgentWords(("arrested", "police station", "being evicted"))
_TOPICS = ForbiddenTopics(("legal advice", "fees beyond the stated ones", "private numbers"))


@pytest.mark.parametrize(
    "said",
    [
        "My brother has been arrested.",
        "I'm at the police station",
        "This is an emergency!",
        "They are bleeding",
        "we are being evicted",
        "he was arested this morning",
    ],
)
def test_urgent(said: str) -> None:
    assert _WORDS.found_in(plain(said))


@pytest.mark.parametrize(
    "said",
    [
        "It's not an emergency",
        "Do you handle people who were arrested?",
        "What happens if someone is arrested?",
        "Where is the station",
        "good morning",
    ],
)
def test_not_urgent(said: str) -> None:
    assert not _WORDS.found_in(plain(said))


def test_a_question_about_oneself_is_urgent() -> None:
    assert _WORDS.found_in(plain("Can you help, my son has been arrested now"))


@pytest.mark.parametrize(
    "said", ["Should I sign it?", "Is it legal?", "How much will that be?", "give me his mobile"]
)
def test_forbidden(said: str) -> None:
    assert _TOPICS.asked_in(plain(said))


@pytest.mark.parametrize("said", ["What should I bring?", "Where are you?", "Should I come today?"])
def test_not_forbidden(said: str) -> None:
    assert not _TOPICS.asked_in(plain(said))


def test_an_office_without_forbidden_topics_forbids_nothing() -> None:
    assert not ForbiddenTopics(()).asked_in("how much is it")
    assert not ForbiddenTopics(()).is_private("his private number")
