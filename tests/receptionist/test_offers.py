"""Replies to what the clerk has offered: a message, a person, one fact or another."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from mapokezi.receptionist.clerk import Clerk
from mapokezi.receptionist.turns import Asked, ClerkState, Heard

_NOW = datetime(2026, 11, 24, 10, 15, tzinfo=ZoneInfo("Africa/Nairobi"))


@pytest.fixture
def between_two(clerk: Clerk) -> ClerkState:
    """The clerk has asked whether parking or the matatu is meant."""
    return replace(
        clerk.begin(None, _NOW),
        asked=Asked.CONFIRM_WISH,
        candidates=("fact:parking", "fact:matatu"),
        question="which_wish",
        question_values=(
            ("one", "to know about parking"),
            ("other", "to know about coming by matatu"),
        ),
    )


@pytest.mark.parametrize(
    ("said", "deed"),
    [
        ("The first one.", "answer:parking"),
        ("The second.", "answer:matatu"),
        ("Parking.", "answer:parking"),
        ("By matatu.", "answer:matatu"),
        ("Yes.", "unclear"),
        ("No.", "dont_know"),
        ("No, where is your office?", "answer:location"),
    ],
)
def test_one_of_two_facts(clerk: Clerk, between_two: ClerkState, said: str, deed: str) -> None:
    assert clerk.hear(between_two, Heard(said), _NOW).deed == deed


@pytest.fixture
def offered_message(clerk: Clerk) -> ClerkState:
    """The clerk has offered to take a message."""
    return clerk.hear(clerk.begin(None, _NOW), Heard("Do you sell books?"), _NOW).state


@pytest.mark.parametrize(
    ("said", "deed"),
    [
        ("Yes please.", "confirm"),
        ("It's fine, I'll call later.", "deny"),
        ("No thanks, I'll come there.", "deny"),
        ("That's not necessary.", "deny"),
        ("Yes, for Fatuma.", "start_message:fatuma-hassan"),
        ("No, let me talk to somebody.", "hand_over:reception"),
    ],
)
def test_a_message_offered(clerk: Clerk, offered_message: ClerkState, said: str, deed: str) -> None:
    assert clerk.hear(offered_message, Heard(said), _NOW).deed == deed


def test_two_facts_as_near_are_asked_about(clerk: Clerk) -> None:
    turn = clerk.hear(clerk.begin(None, _NOW), Heard("Is there parking or a lift?"), _NOW)
    assert turn.state.asked is Asked.CONFIRM_WISH
    assert set(turn.state.candidates) == {"fact:parking", "fact:access"}
    assert "parking" in turn.say[-1].text
