"""Callers who ask for a moment get it, whatever was asked; others do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mapokezi.receptionist.waiting import after_a_wait, asks_to_wait
from mapokezi.receptionist.words import plain

if TYPE_CHECKING:
    from tests.receptionist.conftest import Talk

WAITS = (
    "Hold on, let me move from this noise.",
    "Let me step outside first.",
    "Let me pull over, I am driving.",
    "I'm looking for a pen, one second.",
    "Let me change the ear, this one is bad.",
    "Wait, somebody is talking to me here.",
    "Go just a dogo.",
    "And go to Kidelgo.",
    "The beery could go go.",
    "Ngoja kidogo, please.",
    "Subiri kidogo.",
    "Give me a minute, I go to a quiet place.",
    "Let me first talk to this person here.",
    "One minute, let me get something to write with.",
    "Let me reduce the volume of the radio.",
    "Don't hang up, let me just close this door.",
    "Hold on, no not you, I am talking to my son.",
    "Sorry, let me move to another room, my children are making noise.",
    "I am in a matatu, let me alight first.",
    "Let me remove my helmet.",
    "There is a lorry passing, wait.",
    "My phone is falling, hold on.",
)
NO_WAITS = (
    "Let me talk to Brian Otieno.",
    "Let me leave a message.",
    "Wait, I want to talk to Fatuma Hassan.",
    "I have been waiting the whole morning, give me Brian.",
    "Let me speak to the boss of that place.",
    "I have been waiting for my title deed since January.",
    "Tell him to wait for me outside the court.",
    "The police told me to move my car from the road side.",
    "Let him look for the paper I gave him.",
    "My landlord locked the door and I am outside.",
    "It is about the noise from the bar next to our house.",
    "I want to change my lawyer.",
    "They asked me to hold the cheque for one minute and never came.",
    "I am looking for the documents of my plot, he has them.",
    "I am moving out of the house in March.",
    "My wife is asking for half the land.",
    "I want to put my son in the will.",
    "I want to close the company.",
    "I am leaving my wife.",
    "I have to move my things out of the house.",
    "Wait for two hours and then call me.",
    "In a moment, at eleven.",
    "Let me see, Mary Wairimu.",
    "Wait, my name is John Kamau.",
    "Just a minute, John Kamau.",
    "Is there somewhere to wait outside?",
    "How long do I wait for an appointment?",
    "Can I bring my wife and wait inside?",
    "I'm coming, is there parking?",
    "I'm outside, which floor are you?",
)


@pytest.mark.parametrize("said", WAITS)
def test_a_moment_is_asked_for(said: str) -> None:
    assert asks_to_wait(plain(said))


@pytest.mark.parametrize("said", NO_WAITS)
def test_no_moment_is_asked_for(said: str) -> None:
    assert not asks_to_wait(plain(said))


@pytest.mark.parametrize("said", WAITS[::4])
def test_no_slot_is_filled_by_a_wait(asked_for_name: Talk, said: str) -> None:
    talk = asked_for_name
    for answer in ("John Kamau.", "Yes.", "No.", "0733 810 992.", "Yes.", "My lease.", "Noon."):
        before = talk.state
        talk.says(said).understood("wait").proposes_nothing()
        assert (talk.state.draft, talk.state.asked) == (before.draft, before.asked)
        talk.says(answer)


def test_an_answer_behind_a_wait_is_taken(asked_for_name: Talk) -> None:
    assert after_a_wait("wait it is 0733 810 992") == "it is 0733 810 992"
    asked_for_name.says("Hold on. My name is John Kamau.").understood("fill:name=John Kamau")
