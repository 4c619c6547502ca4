"""Which fact is asked for, by meaning as well as by words."""

from __future__ import annotations

import pytest

from mapokezi.receptionist.finder import FactFinder
from mapokezi.receptionist.office import Fact, Office
from mapokezi.receptionist.words import plain, sentences_of

_CLINIC = (
    Fact(
        id="place",
        title="Where we are",
        asked_as=("where are you", "how do I find the clinic"),
        answer="We are on the second floor of Sunrise Plaza.",
        source="facts.md, line 1",
    ),
    Fact(
        id="vaccines",
        title="Vaccines",
        asked_as=("do you vaccinate children", "which vaccines do you give"),
        answer="We give all vaccines of the national programme, and against yellow fever.",
        source="facts.md, line 9",
    ),
)


@pytest.fixture(scope="module")
def finder(law_office: Office) -> FactFinder:
    return FactFinder(law_office.facts, [("never", "will I win my case")])


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("If I drive, is there somewhere I can leave my car?", "parking"),
        ("My mother only speaks Kikuyu. Is there a lawyer who can understand her?", "languages"),
        ("I want to send you something by email. What's the address?", "email"),
        ("How much will I pay just to come and see a lawyer the first time?", "consultation-fee"),
        ("I don't have a car. Which matatu do I take to come there?", "matatu"),
    ],
)
def test_indirect_wordings(finder: FactFinder, text: str, fact: str) -> None:
    nearest = finder.nearest(plain(text), sentences_of(text))
    assert nearest.of == fact
    assert nearest.is_sure


@pytest.mark.parametrize(
    "text", ["Is there a bank near your office?", "Do you lend money?", "How is the weather?", ""]
)
def test_what_no_fact_is_about(finder: FactFinder, text: str) -> None:
    assert not finder.nearest(plain(text)).is_sure


def test_what_is_no_fact_is_found_too(finder: FactFinder) -> None:
    assert finder.nearest("will i win my case").of == "never"


def test_an_office_of_another_trade() -> None:
    finder = FactFinder(_CLINIC)
    assert finder.nearest("kindly direct me to the clinic").of == "place"
    assert finder.nearest("kindly direct me to the clinic").is_sure
    assert finder.nearest("is my child able to be vaccinated").of == "vaccines"
    assert finder.nearest("do you have yellow fever").of == "vaccines"
    assert not finder.nearest("how much is a land search").is_sure


def test_without_facts_nothing_is_near() -> None:
    assert FactFinder(()).nearest("where are you").of == ""
