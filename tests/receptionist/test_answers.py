"""Facts, hours, people, refusals, and honesty."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from mapokezi.receptionist.turns import Expects
from mapokezi.voice.session import NotReached

if TYPE_CHECKING:
    from tests.receptionist.conftest import Talk


@pytest.mark.parametrize(
    "words",
    [
        "Will I win my case?",
        "How much do you charge for a divorce?",
        "Give me Mr Otieno's private number.",
        "Can I sue my employer?",
    ],
)
def test_what_is_forbidden_is_refused_with_an_offer(talk: Talk, words: str) -> None:
    talk.says(words).understood("refuse").hears("message").expects(Expects.YES_NO)
    talk.hears_not("shillings").proposes_nothing()


def test_a_price_is_said_only_as_the_fact_has_it(talk: Talk) -> None:
    talk.says("How much is the consultation fee?").understood("answer:consultation-fee")
    talk.hears("five thousand shillings")


def test_what_is_not_known_is_not_invented(talk: Talk) -> None:
    talk.says("Do you have Wi-Fi in the waiting room?").understood("dont_know")
    talk.expects(Expects.YES_NO).says("No thank you.").understood("deny")
    talk.says("No.").understood("goodbye")


@pytest.mark.parametrize(
    ("words", "deed"),
    [
        ("Are you open tomorrow?", "hours:tomorrow"),
        ("Will you be open on Christmas day?", "hours:2026-12-25"),
        ("Until what time are you open on Friday?", "hours:friday"),
        ("Are you open right now?", "hours:today"),
        ("What are your opening hours?", "hours:week"),
        ("What time do you close on the 12th of December?", "hours:2026-12-12"),
    ],
)
def test_hours_of_days(talk: Talk, words: str, deed: str) -> None:
    talk.says(words).understood(deed)
    assert talk.turn.say[0].fact_ids == ("hours",)


def test_hours_say_that_it_is_closed_now(talk: Talk) -> None:
    talk.now = datetime.fromisoformat("2026-11-23T18:30:00+03:00")
    talk.says("Are you open now?").hears("closed at the moment", "tomorrow at eight")


@pytest.mark.parametrize(
    ("words", "person"),
    [
        ("I want to speak to Mr. Oceano.", "brian-otieno"),
        ("Put me through to Mr. Camel please.", "wanjiku-kamau"),
        ("I'd like to speak with the office manager.", "mercy-mutua"),
        ("I want to talk to the lawyer who deals with land.", "wanjiku-kamau"),
        ("I need to speak to somebody about my divorce.", "achieng-odhiambo"),
    ],
)
def test_a_person_by_name_role_or_subject(talk: Talk, words: str, person: str) -> None:
    talk.says(words).understood(f"hand_over:{person}").proposes("hand_over", person_id=person)


def test_an_unsure_name_is_asked_about(talk: Talk) -> None:
    talk.says("Can I speak to Mr Kipruto?").understood("unclear").proposes_nothing()
    talk.expects(Expects.YES_NO).says("Yes.").understood("hand_over:daniel-kiprono")


def test_nobody_of_that_name(talk: Talk) -> None:
    talk.says("Can I speak to Mr Zuckerberg?").understood("unclear").proposes_nothing()
    talk.says("Reception.").understood("hand_over:reception")


def test_who_deals_with_it(talk: Talk) -> None:
    talk.says("Who deals with employment cases?").understood("answer:brian-otieno")
    talk.says("A message please.").understood("start_message:brian-otieno")


def test_connecting_is_said_only_when_it_is_so(talk: Talk) -> None:
    talk.says("Can I speak to Fatuma Hassan?").hears_not("connecting")
    talk.told("hand_over", status="connecting").hears("connecting you to Fatuma Hassan")
    talk.came_back("Fatuma Hassan").hears("did not pick up").expects(Expects.YES_NO)
    talk.says("Yes.").understood("confirm").hears("Fatuma Hassan", "name")


def test_a_hand_off_in_doubt_is_not_said_to_have_failed(talk: Talk) -> None:
    talk.says("Can I speak to Fatuma Hassan?")
    talk.told("hand_over", status="connecting")
    talk.came_back("Fatuma Hassan", NotReached.IN_DOUBT)
    talk.hears("with me again").hears_not("pick up")
    talk.says("Yes.").understood("confirm").hears("name")


@pytest.mark.parametrize(
    ("came", "told"),
    [
        (NotReached.NO_ANSWER, "did not pick up"),
        (NotReached.ENGAGED, "is engaged"),
        (NotReached.DECLINED, "cannot take the call just now"),
        (NotReached.FAILED, "could not reach"),
    ],
)
def test_a_caller_hears_what_came_of_ringing(talk: Talk, came: NotReached, told: str) -> None:
    talk.says("Can I speak to Fatuma Hassan?")
    talk.told("hand_over", status="connecting")
    talk.came_back("Fatuma Hassan", came).hears(told, "Fatuma Hassan").expects(Expects.YES_NO)
    others = {"pick", "engaged", "cannot take", "could not reach"}
    talk.hears_not(*(one for one in others if one not in told))


def test_a_caller_whose_message_is_being_taken_hears_it_too(talk: Talk) -> None:
    talk.says("I want to leave a message for Fatuma Hassan.").hears("name")
    talk.came_back("Fatuma Hassan", NotReached.ENGAGED).hears("is engaged", "finish your message")


def test_a_refused_hand_over_becomes_a_message(talk: Talk) -> None:
    talk.says("Can I speak to Fatuma Hassan?")
    talk.told("hand_over", status="refused", say="The office is closed at the moment.")
    talk.hears("closed", "message").says("Yes please.").hears("Fatuma Hassan", "name")


def test_the_ladder_of_misunderstandings(talk: Talk) -> None:
    talk.says("fnord").understood("unclear").hears("other words")
    talk.says("gleep blorb").understood("unclear").hears("opening hours", "message", "person")
    talk.says("zork").understood("unclear").expects(Expects.YES_NO)
    talk.says("Yes.").expects(Expects.NAME)
