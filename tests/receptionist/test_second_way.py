"""What a model does not see to is done by rule, but only then."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapokezi.receptionist.asking_for_a_person import AskingForAPerson
from mapokezi.receptionist.look_up import OfficeBook
from mapokezi.receptionist.second_way import SecondWay, Wish
from mapokezi.receptionist.tools import HAND_OFFS
from mapokezi.receptionist.urgency import UrgentWords
from mapokezi.stores.office_files import read_office

PERSON_PLEASE = "A person, please."


@pytest.fixture
def second() -> SecondWay:
    office = read_office(Path(__file__).parents[2] / "examples" / "law-office")
    return SecondWay(UrgentWords(("arrested",)), AskingForAPerson(OfficeBook(office)))


def test_an_emergency_that_the_model_does_not_report_is_reported(second: SecondWay) -> None:
    second.caller_said("My brother has been arrested!", 1.0)
    assert second.due(4.9) == ()
    assert second.next_timer() == 5.0
    assert second.due(5.0) == (Wish("report_urgency", {"what": "My brother has been arrested!"}),)
    assert second.next_timer() is None


@pytest.mark.parametrize("name", sorted(HAND_OFFS))
def test_what_the_model_sees_to_is_left_to_it(second: SecondWay, name: str) -> None:
    second.caller_said("My brother has been arrested!", 1.0)
    second.caller_said(PERSON_PLEASE, 2.0)
    second.tool_called(name)
    assert second.next_timer() is None


def test_looking_something_up_is_not_seeing_to_it(second: SecondWay) -> None:
    second.caller_said("My brother has been arrested!", 1.0)
    second.tool_called("look_up")
    assert second.next_timer() == 5.0


def test_a_danger_is_reported_sooner(second: SecondWay) -> None:
    second.caller_said("He is not breathing!", 1.0)
    assert second.next_timer() == 3.0
    second.caller_said("My brother has been arrested!", 1.5)
    assert second.next_timer() == 3.0, "what comes later puts nothing off"


def test_what_cannot_wait_does_not_wait_for_the_turns_end(second: SecondWay) -> None:
    second.caller_is_saying("There is a fire in", 1.0)
    second.caller_is_saying("There is a fire in the kitchen and", 2.0)
    (wish,) = second.due(3.0)
    assert wish == Wish("report_urgency", {"what": "There is a fire in"})


def test_the_rest_of_the_turn_may_take_it_back(second: SecondWay) -> None:
    second.caller_is_saying("My brother was arrested", 1.0)
    second.caller_is_saying("My brother was arrested last year", 1.5)
    assert second.next_timer() is None
    second.caller_is_saying("My brother was arrested", 2.0)
    second.caller_said("My brother was arrested last year.", 3.0)
    assert second.next_timer() is None


def test_the_whole_turn_is_reported_where_it_is_known_in_time(second: SecondWay) -> None:
    second.caller_is_saying("My brother has been arrested", 1.0)
    second.caller_said("My brother has been arrested at Central.", 2.0)
    assert second.due(5.0) == (
        Wish("report_urgency", {"what": "My brother has been arrested at Central."}),
    )


def test_another_turn_takes_nothing_back(second: SecondWay) -> None:
    second.caller_said("My brother has been arrested!", 1.0)
    second.caller_is_saying("His name", 2.0)
    second.caller_said("His name is John.", 3.0)
    assert second.next_timer() == 5.0


def test_of_what_is_overheard_only_what_is_urgent_counts(second: SecondWay) -> None:
    second.caller_was_overheard(PERSON_PLEASE, 1.0)
    assert second.next_timer() is None
    second.caller_was_overheard("He is not breathing!", 1.0)
    assert second.next_timer() == 3.0
    second.tool_called("report_urgency")
    second.caller_was_overheard("He is not breathing!", 1.0)
    assert second.next_timer() is None, "the model has reported it"


def test_what_is_heard_late_is_done_at_once(second: SecondWay) -> None:
    second.caller_said("He is not breathing!", 4.0, said_at=1.5)
    assert second.due(4.0) == (Wish("report_urgency", {"what": "He is not breathing!"}),)


@pytest.mark.parametrize(
    ("said", "whom"),
    [
        (PERSON_PLEASE, ""),
        ("Can you connect me to somebody?", ""),
        ("Niongee na mtu, tafadhali.", ""),
        ("I want to speak to Brian.", "brian-otieno"),
    ],
)
def test_a_person_who_is_asked_for_is_got(second: SecondWay, said: str, whom: str) -> None:
    second.caller_said(said, 1.0)
    second.model_said("I see.", 2.0)
    assert second.due(4.9) == ()
    (wish,) = second.due(5.0)
    assert wish.name == "want_person"
    assert wish.arguments["who"] == whom


def test_a_model_that_asks_back_is_seeing_to_it_once(second: SecondWay) -> None:
    second.caller_said(PERSON_PLEASE, 1.0)
    second.model_said("Whom would you", 2.0)
    second.model_said(" like to speak to?", 2.1)
    assert second.next_timer() is None
    second.caller_said("I said, a human being!", 10.0)
    second.model_said("And what is it about?", 11.0)
    (wish,) = second.due(13.0)
    assert wish.name == "want_person"


def test_what_is_heard_late_was_perhaps_answered(second: SecondWay) -> None:
    second.model_said("How can I help you?", 0.0)
    second.model_said("Whom would you like to speak to?", 2.0)
    second.caller_said(PERSON_PLEASE, 3.0, said_at=1.0)
    assert second.next_timer() is None
    second.caller_said(PERSON_PLEASE, 9.0, said_at=7.0)
    assert second.next_timer() == 12.0


def test_a_refusal_stands_until_the_caller_has_asked_twice(second: SecondWay) -> None:
    second.tool_called("want_person")
    second.caller_said(PERSON_PLEASE, 10.0)
    assert second.next_timer() is None
    second.caller_said(PERSON_PLEASE, 20.0)
    assert second.next_timer() == 23.0


def test_key_0_is_a_person_as_often_as_it_is_pressed(second: SecondWay) -> None:
    for at in (1.0, 30.0):
        second.key_pressed("0", at)
        assert second.due(at + 1.9) == ()
        (wish,) = second.due(at + 2.0)
        assert wish.name == "want_person"


@pytest.mark.parametrize("keys", ["0722", "10", "7"])
def test_a_number_that_is_typed_is_none(second: SecondWay, keys: str) -> None:
    for place, key in enumerate(keys):
        second.key_pressed(key, 1.0 + place)
    assert second.next_timer() is None


def test_a_key_and_a_word_for_it_are_one_wish(second: SecondWay) -> None:
    second.caller_said(PERSON_PLEASE, 1.0)
    second.key_pressed("0", 2.5)
    assert len(second.due(6.0)) == 1


@pytest.mark.parametrize(
    "said",
    [
        "Is there somebody who speaks Somali?",
        "A person hit my car.",
        "I am calling for a person that I know.",
        "Okay.",
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
