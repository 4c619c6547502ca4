"""What steers the talk at any moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mapokezi.receptionist.turns import Expects

if TYPE_CHECKING:
    from tests.receptionist.conftest import Talk


@pytest.mark.parametrize(
    "words",
    [
        "A person, please.",
        "Can I talk to human being?",
        "I don't want to talk to a machine.",
        "Operator!",
        "just connect me to someone",
        "Is anyone available?",
    ],
)
def test_a_person_please(talk: Talk, words: str) -> None:
    talk.says(words).understood("hand_over:reception").proposes("hand_over", person_id="")
    talk.hears_not("connecting")


def test_key_0_is_a_person(talk: Talk) -> None:
    talk.presses("0").understood("hand_over:reception").proposes("hand_over", person_id="")


@pytest.mark.parametrize("words", ["Hold on.", "Wait.", "Just a moment, please.", "One second"])
def test_hold_on_is_no_request(talk: Talk, words: str) -> None:
    talk.says(words).understood("wait").proposes_nothing()


@pytest.mark.parametrize("words", ["Okay", "Mm-hmm,", "I see.", "Uh-huh."])
def test_a_backchannel_gets_no_words(talk: Talk, words: str) -> None:
    talk.says(words).understood("wait").proposes_nothing()
    assert talk.turn.say == ()


def test_an_emergency_is_told_where_to_call_and_passed_on(talk: Talk) -> None:
    talk.says("My brother is not breathing.").understood("urgent").hears("9 9 9", "1 1 2")
    talk.proposes("hand_over", urgent=True)


def test_an_arrest_is_passed_on_and_needs_no_ambulance(talk: Talk) -> None:
    talk.says("My brother has been arrested.").understood("urgent").hears_not("9 9 9")
    talk.proposes("hand_over", urgent=True)
    talk.told("hand_over", status="refused", say="Nobody picks up.").hears("urgent")
    talk.expects(Expects.NAME).says("John Kamau.").says("Yes.").says("Yes.").says("Any time.")
    talk.hears("An urgent message", "arrested").says("Yes.").proposes("take_message", urgent=True)


def test_an_emergency_in_a_reason_marks_the_message(asked_for_reason: Talk) -> None:
    asked_for_reason.says("My son has just been arrested.").understood("urgent")
    asked_for_reason.told("hand_over", status="refused", say="").expects(Expects.TIME)
    asked_for_reason.says("Now.").hears("urgent", "arrested").says("Yes.")
    asked_for_reason.proposes("take_message", urgent=True)


def test_a_general_question_is_no_emergency(talk: Talk) -> None:
    talk.says("Do you handle arrested people's cases?")
    assert talk.turn.deed != "urgent"


def test_a_repeat_is_worded_otherwise(talk: Talk) -> None:
    talk.says("I want to leave a message.")
    first = talk.reply
    talk.says("Sorry?").understood("repeat").hears("name")
    assert talk.reply != first
    talk.says("Yes, John Kamau.")


def test_a_repeated_fact_keeps_its_source(talk: Talk) -> None:
    talk.says("Where is your office?").says("Say that again, please.").understood("repeat")
    talk.hears("Once more", "Mwavuli House")
    assert ("location",) in [one.fact_ids for one in talk.turn.say]


@pytest.mark.parametrize("words", ["Goodbye.", "Thank you. Bye.", "That's all, thanks, bye."])
def test_goodbye(talk: Talk, words: str) -> None:
    talk.says(words).understood("goodbye").proposes("end_call")


@pytest.mark.parametrize(
    "words", ["Are you a robot?", "I might be peaking to a machine.", "Is this a real person?"]
)
def test_it_says_that_it_is_automated(talk: Talk, words: str) -> None:
    talk.says(words).understood("identity").hears("automated")
