"""Wishes that are plain are done; of those that are not it is asked first."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

import pytest

from mapokezi.receptionist.clerk import Clerk
from mapokezi.receptionist.turns import Asked, ClerkState, ClerkTurn, Expects, Heard

_NOW = datetime.fromisoformat("2026-11-24T10:15:00+03:00")


@pytest.fixture
def opening(clerk: Clerk) -> ClerkState:
    return clerk.begin(None, _NOW)


def _hear(clerk: Clerk, state: ClerkState, said: str) -> ClerkTurn:
    return clerk.hear(state, Heard(said), _NOW)


def test_of_two_wishes_it_is_asked_which(clerk: Clerk, opening: ClerkState) -> None:
    turn = _hear(clerk, opening, "Is there parking or a lift?")
    assert turn.state.asked is Asked.CONFIRM_WISH
    assert turn.expects is Expects.YES_NO
    assert not turn.proposals
    assert {"parking", "lift"} <= set(re.findall(r"\w+", turn.say[-1].text.lower()))


@pytest.mark.parametrize(
    ("wish", "deed"),
    [
        ("hours:", "hours:saturday"),
        ("person:", "hand_over:reception"),
        ("message:", "start_message"),
        ("fact:parking", "answer:parking"),
    ],
)
def test_after_a_yes_what_was_said_first_is_done(
    clerk: Clerk, opening: ClerkState, wish: str, deed: str
) -> None:
    asked = replace(
        opening,
        asked=Asked.CONFIRM_WISH,
        candidates=(wish,),
        question="did_you_want",
        question_values=(("one", "that"),),
        pending_reason="that thing on saturday",
    )
    assert _hear(clerk, asked, "Yes, please.").deed == deed


def test_after_a_no_a_message_is_offered(clerk: Clerk, opening: ClerkState) -> None:
    asked = replace(
        opening, asked=Asked.CONFIRM_WISH, candidates=("hours:",), question="did_you_want"
    )
    turn = _hear(clerk, asked, "No.")
    assert turn.deed == "dont_know"
    assert turn.state.asked is Asked.TAKE_MESSAGE_OFFER


def test_a_matter_that_is_told_is_offered_to_whom_it_concerns(
    clerk: Clerk, opening: ClerkState
) -> None:
    turn = _hear(clerk, opening, "My employer has refused to pay my salary.")
    assert turn.state.asked is Asked.CONNECT_OR_MESSAGE
    assert not turn.proposals
    assert _hear(clerk, turn.state, "Connect me, please.").deed == "hand_over:brian-otieno"


def test_with_the_wish_to_talk_the_person_concerned_is_tried_and_named(
    clerk: Clerk, opening: ClerkState
) -> None:
    turn = _hear(clerk, opening, "I want to talk to the lawyer who does divorce cases.")
    assert turn.deed == "hand_over:achieng-odhiambo"
    assert "Achieng Odhiambo" in turn.say[-1].text


def test_a_message_for_somebody_unknown_is_not_taken_for_the_office(
    clerk: Clerk, opening: ClerkState
) -> None:
    turn = _hear(clerk, opening, "Let me leave a message for Zuckerberg.")
    assert turn.deed == "unclear"
    assert turn.state.draft is None


def test_an_introduction_is_answered_and_the_name_kept(clerk: Clerk, opening: ClerkState) -> None:
    turn = _hear(clerk, opening, "Hello, my name is Timothy Barasa.")
    assert turn.deed == "greeting"
    assert turn.state.name_heard == "timothy barasa"


def test_what_is_like_nothing_is_asked_again(clerk: Clerk, opening: ClerkState) -> None:
    turn = _hear(clerk, opening, "Flibber the quonk.")
    assert turn.deed == "unclear"
    assert not turn.proposals


def test_who_asks_for_a_person_by_name_has_not_said_what_it_is_about(
    clerk: Clerk, opening: ClerkState
) -> None:
    turn = _hear(clerk, opening, "Please connect me to Wanjiku Kamau.")
    assert turn.deed == "hand_over:wanjiku-kamau"
    assert turn.state.pending_reason == ""


@pytest.mark.parametrize(
    ("asked", "said", "deed"),
    [
        (Asked.TAKE_MESSAGE_OFFER, "No, thank you, goodbye.", "goodbye"),
        (Asked.CONFIRM_MESSAGE, "Yes, that is right, goodbye.", "confirm"),
    ],
)
def test_a_farewell_with_an_answer(
    clerk: Clerk, opening: ClerkState, asked: Asked, said: str, deed: str
) -> None:
    assert _hear(clerk, replace(opening, asked=asked), said).deed == deed


@pytest.mark.parametrize(
    ("said", "deed"),
    [
        ("Just connect me to anyone in the office.", "hand_over:reception"),
        ("Connect me to anybody in your office, please.", "hand_over:reception"),
        ("I want to talk to somebody in the office.", "hand_over:reception"),
        ("Let me talk to somebody about my land.", "hand_over:wanjiku-kamau"),
    ],
)
def test_anyone_is_the_reception_unless_a_matter_is_told(
    clerk: Clerk, opening: ClerkState, said: str, deed: str
) -> None:
    assert _hear(clerk, opening, said).deed == deed
