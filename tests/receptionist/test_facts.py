"""The nearest of an office's examples, or none."""

from __future__ import annotations

import pytest

from mapokezi.receptionist.facts import Examples
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.words import plain


@pytest.fixture
def examples(law_office: Office) -> Examples:
    return Examples([(fact.id, text) for fact in law_office.facts for text in fact.asked_as])


@pytest.mark.parametrize(
    ("said", "fact"),
    [
        ("where is your office located", "location"),
        ("do you have parking space for visitors", "parking"),
        ("how much does it cost to see a lawyer", "consultation-fee"),
        ("can I pay by MPECA", "payment"),
        ("what's your email address", "email"),
        ("is there an elevator", "access"),
        ("do you have a branch in Kisumu", "branches"),
        ("why are you recording me", "privacy"),
    ],
)
def test_other_words_for_the_same(examples: Examples, said: str, fact: str) -> None:
    nearest = examples.nearest(plain(said))
    assert nearest.of == fact
    assert nearest.is_sure


@pytest.mark.parametrize(
    "said", ["what is the weather", "do you sell phones", "who is the president", "la la la", ""]
)
def test_what_no_fact_answers(examples: Examples, said: str) -> None:
    assert not examples.nearest(plain(said)).is_sure


def test_without_examples_nothing_is_near() -> None:
    assert Examples([]).nearest("where are you").of == ""


def test_a_rare_word_tells_more_than_a_common_one() -> None:
    examples = Examples([("a", "book a table"), ("b", "book a room"), ("c", "book a garden")])
    assert examples.nearest("i want the garden").of == "c"
