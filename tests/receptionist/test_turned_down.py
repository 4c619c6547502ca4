"""What is turned down is not done, and what is asked for instead is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mapokezi.receptionist.turned_down import turned_down
from mapokezi.receptionist.words import plain

if TYPE_CHECKING:
    from tests.receptionist.conftest import Talk


@pytest.mark.parametrize(
    "said",
    [
        "No need to talk to Mr Otieno now, only tell him that the surveyor has finished.",
        "I don't want to be connected, just inform Brian Otieno that the lorry was released.",
        "Instead of calling Brian Otieno, let Brian Otieno call me.",
        "Please don't transfer me, ask Mr Otieno to ring me when he comes out.",
        "Don't disturb Mr Otieno, simply in form him that the bond was paid.",
        "There is no point in connecting me, let Mr Otieno know that the bail was refused.",
        "Not to talk to him, just to inform Mr Otieno that I have arrived.",
        "Without connecting me, pass to Mr Otieno that the board has agreed.",
        "Rather than putting me on hold, have Brian Otieno call me.",
    ],
)
def test_who_wants_no_talk_leaves_a_message_for_that_person(talk: Talk, said: str) -> None:
    talk.says(said).understood("start_message:brian-otieno").proposes_nothing()


@pytest.mark.parametrize(
    "said",
    [
        "I don't want to leave a message, give me Brian Otieno.",
        "No messages please, put me through to Brian Otieno.",
        "I'd rather not leave a message. Connect me to Brian Otieno.",
        "Don't take a message, I need to speak to Brian Otieno.",
        "Instead of leaving a message let me talk to Brian Otieno.",
        "I am not leaving a message, I want to talk to Brian Otieno himself.",
        "Forget the message and put me through to Brian Otieno.",
    ],
)
def test_who_wants_no_message_is_passed_on(talk: Talk, said: str) -> None:
    talk.says(said).understood("hand_over:brian-otieno")


@pytest.mark.parametrize(
    "said",
    [
        "Tell Brian Otieno that the witness cannot make it on Thursday.",
        "Give Mr Otieno this message, the container is at Mombasa.",
        "Get this message to Brian Otieno, the hearing was moved.",
        "Give Mr Otieno these words from me, the sale is off.",
        "Pass this to Brian Otieno, I have sent the money.",
    ],
)
def test_what_somebody_is_to_be_told_is_a_message(talk: Talk, said: str) -> None:
    talk.says(said).understood("start_message:brian-otieno")


@pytest.mark.parametrize(
    "said", ["Give me Brian Otieno.", "Get me Mr Otieno on the phone.", "Please get me Mr Otieno."]
)
def test_to_be_given_somebody_is_to_be_connected(talk: Talk, said: str) -> None:
    talk.says(said).understood("hand_over:brian-otieno")


@pytest.mark.parametrize(
    "said",
    [
        "I don't want to talk to a machine, connect me to a person.",
        "I don't want to talk to anybody else, connect me to Brian Otieno.",
        "I have not talked to Brian Otieno for a week. Put me through to him.",
        "I could not talk to him yesterday. Is he in?",
        "Nobody has called me back. Let me speak to Brian Otieno.",
        "They did not put me through yesterday, connect me now.",
        "Why don't you put me through to Mercy Mutua?",
        "Can't you connect me to somebody?",
        "Can't I just talk to a person?",
        "If you don't mind, put me through to Brian Otieno.",
        "I can't hear you well. Connect me to him.",
        "He did not call me back.",
        "He told me to call. Give me Brian Otieno.",
    ],
)
def test_a_wish_to_talk_is_not_turned_down_by_every_not(said: str) -> None:
    found = turned_down(plain(said))
    assert not any((found.talk, found.message, found.tells, found.unclear))


@pytest.mark.parametrize(
    "said",
    [
        "Can you tell me if Brian Otieno is in?",
        "Tell me where your office is.",
        "What should I tell the court?",
        "Has anybody told Brian Otieno about my case?",
        "I'd rather tell that to a person, not a computer.",
        "Let me know your opening hours.",
        "I was told that he is in.",
        "Can I pass by after that?",
        "Tell Brian to come to the phone.",
    ],
)
def test_not_everything_that_is_told_is_a_message(said: str) -> None:
    assert not turned_down(plain(said)).tells


def test_a_talk_both_turned_down_and_asked_for_is_asked_about(talk: Talk) -> None:
    talk.says("I don't want to speak to Mercy, let me speak to Brian.").proposes_nothing()
    talk.understood("unclear")


def test_between_two_offers_a_denial_is_heard(talk: Talk) -> None:
    talk.says("My employer has refused to pay my salary.")
    talk.says("No need to talk to him, tell him to call me.")
    talk.understood("start_message:brian-otieno").proposes_nothing()


def test_a_message_turned_down_between_two_offers_is_not_begun(talk: Talk) -> None:
    talk.says("My employer has refused to pay my salary.")
    talk.says("I don't want to leave a message, connect me.").understood("hand_over:brian-otieno")
