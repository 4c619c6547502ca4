"""The clerk takes over from a model: what was asked last is answered, a message goes on."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from mapokezi.bridge.taking_up import take_up
from mapokezi.receptionist.clerk import Clerk
from mapokezi.receptionist.turns import Heard
from mapokezi.stores.office_files import read_office
from mapokezi.units import E164
from mapokezi.voice.session import NOT_UNDERSTOOD, PastTurn, SessionBriefing

OFFICE = read_office(Path(__file__).parents[2] / "examples" / "law-office")
NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def clerk() -> Clerk:
    return Clerk(OFFICE)


def briefing(*said: str, owed: bool = True, done: tuple[str, ...] = ()) -> SessionBriefing:
    turns = []
    for number, text in enumerate(said):
        turns += [PastTurn("receptionist", f"(answer {number})")] if number else []
        turns.append(PastTurn("caller", text))
    return SessionBriefing("", None, tuple(turns), reply_owed=owed, done=done)


def words(turn: object) -> str:
    return " ".join(sentence.text for sentence in turn.say).lower()  # type: ignore[attr-defined]


def test_the_last_question_is_answered(clerk: Clerk) -> None:
    begun = clerk.begin(E164("+254722000001"), NOW)
    taken = take_up(clerk, begun, briefing("What do you do?", "Where is your office?"), NOW)
    assert taken.turn is not None
    assert "ngong road" in words(taken.turn)


def test_words_that_nobody_knows_are_asked_for_again(clerk: Clerk) -> None:
    begun = clerk.begin(None, NOW)
    taken = take_up(clerk, begun, briefing("What do you do?", NOT_UNDERSTOOD), NOW)
    assert taken.turn is not None
    assert taken.turn.deed == "unclear"
    assert taken.turn.say


def test_nothing_is_said_if_nobody_waits(clerk: Clerk) -> None:
    begun = clerk.begin(None, NOW)
    taken = take_up(clerk, begun, briefing("Where is your office?", owed=False), NOW)
    assert taken.turn is None
    assert taken.state == begun
    assert take_up(clerk, begun, SessionBriefing("", None, reply_owed=True), NOW).turn is None


def test_a_message_under_way_goes_on_where_it_was(clerk: Clerk) -> None:
    begun = clerk.begin(E164("+254722000001"), NOW)
    request = "I would like to leave a message for Mr Otieno."
    first = clerk.hear(begun, Heard(request), NOW)
    asked_next = clerk.hear(first.state, Heard("Grace Wanjiru"), NOW)
    taken = take_up(clerk, begun, briefing("Good morning.", request, "Grace Wanjiru"), NOW)
    assert taken.turn is not None
    assert words(taken.turn) == words(asked_next)
    assert taken.state.draft is not None
    assert taken.state.draft.for_person == "brian-otieno"
    waits = take_up(
        clerk, begun, briefing("Good morning.", request, "Grace Wanjiru", owed=False), NOW
    )
    assert waits.state == taken.state
    assert waits.turn is None


def test_words_that_answered_something_else_are_left_out(clerk: Clerk) -> None:
    begun = clerk.begin(None, NOW)
    said = ("I want to leave a message.", "Sorry, what did you say?", "My name is Grace Wanjiru.")
    taken = take_up(clerk, begun, briefing(*said), NOW)
    assert taken.state.draft is not None
    assert "grace wanjiru" in taken.state.draft.value("name").lower() or taken.turn is not None


def test_a_message_that_is_saved_is_not_begun_again(clerk: Clerk) -> None:
    begun = clerk.begin(None, NOW)
    said = ("I want to leave a message.", "Grace Wanjiru", "Where is your office?")
    taken = take_up(clerk, begun, briefing(*said, done=("A message was saved.",)), NOW)
    assert taken.turn is not None
    assert "ngong road" in words(taken.turn)
    assert taken.state.draft is None


def test_only_a_person_is_asked_for_at_once(clerk: Clerk) -> None:
    """A message is not saved on a yes that answered somebody else's question."""
    begun = clerk.begin(E164("+254722000001"), NOW)
    message = (
        "I want to leave a message.",
        "Grace Wanjiru",
        "Yes.",
        "Yes.",
        "About my title deed.",
    )
    for yeses in range(4):
        taken = take_up(clerk, begun, briefing(*message, *["Yes."] * yeses), NOW)
        assert taken.turn is not None
        assert taken.turn.proposals == ()
    taken = take_up(clerk, begun, briefing(*message, "I want to talk to a person."), NOW)
    assert taken.turn is not None
    assert [proposal.name for proposal in taken.turn.proposals] == ["hand_over"]
