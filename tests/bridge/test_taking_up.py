"""The clerk takes over from a model: what was asked last is answered, a message goes on."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mapokezi.bridge.taking_up import take_up
from mapokezi.receptionist.clerk import Clerk
from mapokezi.receptionist.turns import ClerkState, Heard
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


# With what another voice has learned of the caller.

NAME_CONFIRMED = (
    ("Good day. How can I help you?", "I would like to leave a message for Mr Otieno."),
    ("Of course. May I have your name?", "Mary Wamboy."),
    ("Is that Mary Wambui, W-A-M-B-U-I?", "Yes, that's right."),
)
NUMBER_CONFIRMED = (
    (
        "And on which number can he call you?",
        "Zero seven three three, one two three, four five six.",
    ),
    ("0733 123 456, correct?", "Yes."),
)
CALLER = E164("+254722000001")
BACK = "So: Mary Wambui, 0733 123 456, your salary was not paid for two months. Shall I save it?"


def talk(*exchanges: tuple[str, str], asks: str = "", owed: bool = True) -> SessionBriefing:
    turns = [
        PastTurn(speaker, text)
        for exchange in exchanges
        for speaker, text in zip(("receptionist", "caller"), exchange, strict=True)
    ]
    if asks:
        turns.append(PastTurn("receptionist", asks))
    return SessionBriefing("", CALLER, tuple(turns), reply_owed=owed)


def take(clerk: Clerk, said: SessionBriefing) -> Any:
    return take_up(clerk, clerk.begin(CALLER, NOW), said, NOW)


def name_in(state: ClerkState) -> str:
    assert state.draft is not None
    return state.draft.value("name")


def test_what_is_confirmed_is_not_asked_for_again(clerk: Clerk) -> None:
    taken = take(clerk, talk(*NAME_CONFIRMED, *NUMBER_CONFIRMED))
    assert words(taken.turn) == "thank you. what is the message about?"
    draft = taken.state.draft
    assert draft.for_person == "brian-otieno"
    assert (draft.value("name"), draft.value("number")) == ("Mary Wambui", "+254733123456")
    reason = clerk.hear(taken.state, Heard("It is about my salary."), NOW)
    when = clerk.hear(reason.state, Heard("Tomorrow morning."), NOW)
    back = words(when)
    assert "mary wambui" in back
    assert back.endswith("is that right?")
    saved = clerk.hear(when.state, Heard("Yes."), NOW)
    (proposal,) = saved.proposals
    assert proposal.arguments["name"] == "Mary Wambui"
    assert proposal.arguments["number"] == "+254733123456"
    assert proposal.arguments["unsure"] == []


def test_a_question_that_is_open_is_neither_asked_again_nor_forgotten(clerk: Clerk) -> None:
    waits = take(clerk, talk(*NAME_CONFIRMED, asks="Which number shall we call?", owed=False))
    assert waits.turn is None
    number = clerk.hear(waits.state, Heard("0733 123 456"), NOW)
    assert number.deed == "fill:number=+254733123456"
    sure = clerk.hear(number.state, Heard("Yes."), NOW)
    assert words(sure).endswith("what is the message about?")
    assert name_in(sure.state) == "Mary Wambui"


def test_a_read_back_that_is_open_takes_the_yes(clerk: Clerk) -> None:
    asked = (*NAME_CONFIRMED, NUMBER_CONFIRMED[0])
    waits = take(clerk, talk(*asked, asks="0733 123 456, correct?", owed=False))
    sure = clerk.hear(waits.state, Heard("Yes."), NOW)
    assert sure.deed == "confirm"
    assert words(sure).endswith("what is the message about?")


def test_a_name_that_was_only_heard_is_read_back(clerk: Clerk) -> None:
    taken = take(clerk, talk(*NAME_CONFIRMED[:2]))
    assert "is that right" in words(taken.turn) or "is your name" in words(taken.turn)


def test_another_question_is_answered_and_the_message_goes_on(clerk: Clerk) -> None:
    exchanges = (*NAME_CONFIRMED, ("Which number shall we call?", "Where is your office?"))
    taken = take(clerk, talk(*exchanges))
    assert "ngong road" in words(taken.turn)
    number = clerk.hear(taken.state, Heard("0733 123 456"), NOW)
    assert number.deed == "fill:number=+254733123456"
    assert name_in(number.state) == "Mary Wambui"


def test_words_that_were_lost_are_asked_for_again_with_the_open_question(clerk: Clerk) -> None:
    exchanges = (*NAME_CONFIRMED, ("Which number shall we call?", NOT_UNDERSTOOD))
    taken = take(clerk, talk(*exchanges))
    said = words(taken.turn)
    assert "number" in said
    assert "name" not in said


def test_a_message_that_was_confirmed_as_a_whole_is_saved(clerk: Clerk) -> None:
    exchanges = (
        *NAME_CONFIRMED,
        *NUMBER_CONFIRMED,
        ("What is the message about?", "My salary was not paid for two months."),
        (
            BACK,
            "Yes please.",
        ),
    )
    taken = take(clerk, talk(*exchanges))
    (proposal,) = taken.turn.proposals
    assert proposal.name == "take_message"
    assert proposal.arguments["name"] == "Mary Wambui"
    assert proposal.arguments["for_person"] == "brian-otieno"
    doubted = take(clerk, talk(*exchanges[:-1], (exchanges[-1][0], "No, it is wrong.")))
    assert doubted.turn.proposals == ()
