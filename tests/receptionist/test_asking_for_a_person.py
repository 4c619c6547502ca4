"""Who asks for a person is heard to, and who does not is not."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from mapokezi.receptionist.asking_for_a_person import AskedFor, AskingForAPerson
from mapokezi.receptionist.examples import general_examples
from mapokezi.receptionist.look_up import OfficeBook
from mapokezi.stores.office_files import read_office

REPOSITORY = Path(__file__).parents[2]
SAID: dict[str, list[dict[str, Any]]] = tomllib.loads(
    (REPOSITORY / "bench" / "asking.toml").read_text(encoding="utf-8")
)
_FALSE_OF_A_THOUSAND = 8
_WHO_WANT_SOMEBODY = {"person", "named", "concerned"}


@pytest.fixture(scope="module")
def asking() -> AskingForAPerson:
    return AskingForAPerson(OfficeBook(read_office(REPOSITORY / "examples" / "law-office")))


@pytest.mark.parametrize("said", SAID["asking"], ids=lambda each: each["said"])
def test_who_asks_gets_whom_they_ask_for(asking: AskingForAPerson, said: dict[str, Any]) -> None:
    assert asking.heard_in(said["said"]) == AskedFor(said.get("wants", ""))


@pytest.mark.parametrize("said", [each["said"] for each in SAID["not_asking"]])
def test_who_asks_for_nobody_gets_nobody(asking: AskingForAPerson, said: str) -> None:
    assert asking.heard_in(said) is None


@pytest.mark.parametrize(
    ("said", "whom"),
    [
        ("Let me through to accounts.", "mercy-mutua"),
        ("I have a question for Fatuma. Can I talk to her?", "fatuma-hassan"),
        ("I don't like talking to machines.", ""),
        ("Isn't there a human being there?", ""),
        ("Which of your lawyers can I speak to about a divorce?", "achieng-odhiambo"),
        ("Tafadhali niunganishe na idara ya jinai.", "daniel-kiprono"),
        ("Wakili Kiprono yupo?", "daniel-kiprono"),
    ],
)
def test_further_ways(asking: AskingForAPerson, said: str, whom: str) -> None:
    assert asking.heard_in(said) == AskedFor(whom)


@pytest.mark.parametrize(
    "said",
    [
        "Give me Brian's mobile.",
        "Do you have a lawyer who speaks Kikamba?",
        "I need somebody to witness a signature.",
        "Sihitaji kuongea na wakili.",
        "They want me to talk to the police.",
    ],
)
def test_further_ways_that_are_none(asking: AskingForAPerson, said: str) -> None:
    assert asking.heard_in(said) is None


def test_of_all_that_callers_say_hardly_anything_is_taken_for_it(asking: AskingForAPerson) -> None:
    """The clerk's examples of all other wishes and questions, two thousand of them."""
    others = [
        example.text
        for name in ("wishes", "topics", "forbidden")
        for example in general_examples(name)
        if example.label not in _WHO_WANT_SOMEBODY
    ]
    false = [text for text in others if asking.heard_in(text) is not None]
    assert len(false) <= len(others) * _FALSE_OF_A_THOUSAND / 1000, false
