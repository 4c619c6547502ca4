"""Yes and no, and what comes with them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.receptionist.words import plain, sentences_of
from mapokezi.receptionist.yes_no import read_answer, without_correction_lead


@pytest.mark.parametrize(
    ("said", "yes", "rest"),
    [
        ("Yes.", True, ""),
        ("Yeah", True, ""),
        ("Yes, that's right.", True, ""),
        ("Correct.", True, ""),
        ("Okay", True, ""),
        ("No.", False, ""),
        ("Nope.", False, ""),
        ("No, that's wrong.", False, ""),
        ("Now.", False, ""),
        ("No, it's Otieno", False, "it is otieno"),
        ("Yes, for Mr Otieno", True, "for mr otieno"),
        ("No, that's right.", None, ""),
        ("Yes but the name is wrong", None, "but the name is wrong"),
        ("Maybe", None, "maybe"),
    ],
)
def test_yes_and_no(said: str, yes: bool | None, rest: str) -> None:
    answer = read_answer(plain(said))
    assert (answer.yes, answer.rest) == (yes, rest)


@pytest.mark.parametrize(
    ("text", "yes"),
    [
        ("Endio, that's the one.", True),
        ("Sawlet's okay. Send it.", True),
        ("That would help, yes.", True),
        ("You've got the number wrong.", False),
        ("Not really, you got it wrong.", False),
        ("It's not correct.", False),
        ("Actually, change the number. It is zero seven two two.", None),
        ("Yes. No.", None),
        ("Where are you?", None),
    ],
)
def test_a_first_word_misheard_does_not_spoil_the_rest(text: str, yes: bool | None) -> None:
    assert read_answer(plain(text), sentences_of(text)).yes is yes


def test_what_leads_into_a_correction_is_dropped() -> None:
    assert without_correction_lead("it is mary wambui") == "mary wambui"


@given(st.text())
def test_any_text_is_yes_no_or_neither(text: str) -> None:
    assert read_answer(plain(text), sentences_of(text)).yes in {True, False, None}


@pytest.mark.parametrize(
    ("said", "yes"),
    [
        ("ndiyo", True),
        ("ni sawa", True),
        ("naam ni kweli", True),
        ("hapana", False),
        ("siyo", False),
        ("si sawa", False),
        ("sijui", None),
    ],
)
def test_yes_and_no_in_swahili(said: str, yes: bool | None) -> None:
    assert read_answer(said).yes is yes
