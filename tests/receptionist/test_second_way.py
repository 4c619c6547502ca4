"""What a model does not see to is done by rule, but only then."""

from __future__ import annotations

import pytest

from mapokezi.receptionist.second_way import SecondWay, Wish
from mapokezi.receptionist.tools import HAND_OFFS
from mapokezi.receptionist.urgency import UrgentWords


@pytest.fixture
def second() -> SecondWay:
    return SecondWay(UrgentWords(("arrested",)))


def test_an_emergency_that_the_model_does_not_report_is_reported(second: SecondWay) -> None:
    second.caller_said("My brother has been arrested!", 1.0)
    assert second.due(8.9) == ()
    assert second.next_timer() == 9.0
    assert second.due(9.0) == (Wish("report_urgency", {"what": "My brother has been arrested!"}),)
    assert second.next_timer() is None


@pytest.mark.parametrize("name", sorted(HAND_OFFS))
def test_what_the_model_sees_to_is_left_to_it(second: SecondWay, name: str) -> None:
    second.caller_said("My brother has been arrested!", 1.0)
    second.tool_called(name)
    assert second.next_timer() is None


def test_looking_something_up_is_not_seeing_to_it(second: SecondWay) -> None:
    second.caller_said("My brother has been arrested!", 1.0)
    second.tool_called("look_up")
    assert second.next_timer() == 9.0


@pytest.mark.parametrize(
    "said",
    [
        "A person, please.",
        "I want to talk to a real person.",
        "Can you connect me to somebody?",
        "I said, a human being!",
        "Niongee na mtu, tafadhali.",
        "Give me an operator now.",
    ],
)
def test_a_person_who_is_asked_for_twice_is_got(second: SecondWay, said: str) -> None:
    second.caller_said(said, 1.0)
    assert second.next_timer() is None, "the model may well ask who is wanted"
    second.caller_said(said, 10.0)
    (wish,) = second.due(13.0)
    assert wish.name == "want_person"


@pytest.mark.parametrize(
    "said",
    [
        "Is there somebody who speaks Somali?",
        "A person hit my car.",
        "I am calling for a person that I know.",
        "Okay.",
        "I want to speak to Brian.",
    ],
)
def test_other_words_about_people_are_no_such_wish(second: SecondWay, said: str) -> None:
    for now in range(4):
        second.caller_said(said, float(now))
    assert second.next_timer() is None


def test_each_is_done_once_a_call(second: SecondWay) -> None:
    for now in (1.0, 20.0):
        second.caller_said("He has been arrested.", now)
        second.due(now + 8.0)
    second.caller_said("He has been arrested.", 40.0)
    assert second.next_timer() is None
