"""What a talk has brought of the caller: each field, and whether they have said yes to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapokezi.receptionist.known_fields import Gathered, fields_told, gather
from mapokezi.stores.office_files import read_office
from mapokezi.voice.session import NOT_UNDERSTOOD, KnownField, PastTurn

OFFICE = read_office(Path(__file__).parents[2] / "examples" / "law-office")
CALLER = "+254722000001"
NAME = "May I have your full name, please?"
NUMBER = "What is the best number to reach you on?"


def of(*said: str) -> Gathered:
    """Read a talk that the receptionist begins."""
    turns = [
        PastTurn("caller" if place % 2 else "receptionist", text) for place, text in enumerate(said)
    ]
    return gather(OFFICE, OFFICE.message_questions, turns, CALLER)


def known(*said: str) -> dict[str, tuple[str, bool]]:
    return {field.slot: (field.value, field.is_confirmed) for field in of(*said).fields}


@pytest.mark.parametrize(
    ("talk", "field"),
    [
        ((NAME, "Mary Wambui."), ("Mary Wambui", False)),
        ((NAME, "My name is Mary Wambui, thank you."), ("Mary Wambui", False)),
        ((NAME, "Mary Wamboy.", "Mary Wambui, is that right?", "Yes."), ("Mary Wambui", True)),
        ((NAME, "Mary Wambui.", "Thank you, Mary Wambui. Correct?", "Eh?"), ("Mary Wambui", False)),
        (
            (NAME, "Mary Wanjiku.", "Is that Mary Wanjiku?", "No, Mary Wambui.", NUMBER, "Wait."),
            ("Mary Wambui", False),
        ),
        ((NAME, "Mary Wambui.", "Is it Mary Wambua?", "No."), None),
        ((NAME, "Where is your office?"), None),
        ((NAME, "Hold on, please."), None),
        ((NAME, "I would rather not say."), ("", True)),
        (
            (NAME, NOT_UNDERSTOOD, "Was your name Mary Wambui?", "Yes, it is."),
            ("Mary Wambui", True),
        ),
        (("How can I help?", "Hello, this is Peter Kamau speaking."), ("Peter Kamau", False)),
        (("Shall I connect you to Brian Otieno, is that right?", "Yes."), None),
    ],
)
def test_the_name(talk: tuple[str, ...], field: tuple[str, bool] | None) -> None:
    assert known(*talk).get("name") == field


@pytest.mark.parametrize(
    ("talk", "field"),
    [
        ((NUMBER, "0733 123 456"), ("+254733123456", False)),
        ((NUMBER, "0733", "0733, and then?", "123 456"), ("+254733123456", False)),
        ((NUMBER, "0733 123 456", "0733, 123, 456, right?", "Correct."), ("+254733123456", True)),
        ((NUMBER, "0733 123 456", "0733 123 465, right?", "No."), None),
        (
            (NUMBER, "0733 123 456", "0733 123 465, right?", "No, 0733 123 456."),
            ("+254733123456", False),
        ),
        (("Is the number you are calling from the best one?", "Yes, it is."), (CALLER, True)),
        ((NUMBER, "The one I am calling from."), (CALLER, True)),
        (("Is the number you are calling from the best one?", "No."), None),
        (("Our number is 020 900 0000, is that okay?", "Yes."), None),
        (("How can I help?", "Call me on 0733 123 456 please."), ("+254733123456", False)),
    ],
)
def test_the_number(talk: tuple[str, ...], field: tuple[str, bool] | None) -> None:
    assert known(*talk).get("number") == field


def test_two_fields_asked_for_at_once_and_confirmed_at_once() -> None:
    asked = ("Could I get your name and phone number?", "It's Grace Wanjiru, 0711 222 333.")
    back = "I have Grace Wanjiru on 0711 222 333. Is that right?"
    assert known(*asked) == {
        "name": ("Grace Wanjiru", False),
        "number": ("+254711222333", False),
    }
    assert known(*asked, back, "Yes.") == {
        "name": ("Grace Wanjiru", True),
        "number": ("+254711222333", True),
    }
    assert known(*asked, back, "No, the number is 0711 222 334.") == {
        "name": ("Grace Wanjiru", False),
        "number": ("+254711222334", False),
    }


def test_the_reason_and_the_time_are_kept_in_the_callers_words() -> None:
    asked = ("What is the message about?", "It's about the title deed of my plot in Ruiru.")
    found = known(*asked, "When is a good time to call you back?", "Tomorrow after four.")
    assert found["reason"] == ("about the title deed of my plot in Ruiru", False)
    assert found["best_time"] == ("Tomorrow after four", False)
    back = "A message about the title deed of your plot in Ruiru. Is that right?"
    assert known(*asked, back, "Yes.")["reason"][1]


def test_the_open_question_is_told_and_whether_the_last_words_answer_it() -> None:
    waits = of(NAME, "Mary Wambui.", NUMBER)
    assert (waits.question, waits.is_open) == (NUMBER, True)
    answered = of(NAME, "Mary Wambui.", NUMBER, "0733 123 456")
    assert (answered.question, answered.is_open, answered.was_answer) == (NUMBER, False, True)
    aside = of(NAME, "Mary Wambui.", NUMBER, "Where is your office?")
    assert (aside.question, aside.was_answer) == (NUMBER, False)
    nudged = of(NAME, "Mary Wambui.", f"{NUMBER} Are you still there?")
    assert nudged.question == NUMBER
    back = of(NUMBER, "0733 123 456", "0733 123 456, right?")
    assert back.read_back == (KnownField("number", "+254733123456", is_confirmed=False),)


def test_a_model_is_told_what_to_leave_alone_and_what_to_read_back() -> None:
    told = fields_told(
        of(NAME, "Mary.", "Mary Wambui, right?", "Yes.", NUMBER, "0733 123 456").fields
    )
    assert "- name: Mary Wambui (confirmed by the caller)" in told
    assert "- number: +254733123456 (heard, not confirmed: read it back)" in told
    assert fields_told(()) == ""
