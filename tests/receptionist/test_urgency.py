"""Urgent words and forbidden topics."""

from __future__ import annotations

import pytest

from mapokezi.receptionist.urgency import UrgentWords
from mapokezi.receptionist.words import plain

_WORDS = UrgentWords(("arrested", "police station", "being evicted"))


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
