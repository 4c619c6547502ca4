"""The measure of the openings of a call judges as it says."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from bench.clerk import Judged
from bench.utterances import Tried, figures_of, is_wrong_fact, measure

SET = """
now = 2026-11-24T10:15:00+03:00
caller = "+254722000111"

[[utterance]]
language = "english"
office = "law"
kind = "place"
say = "Where is your office?"
expect = "answer:location"

[[utterance]]
language = "english"
office = "clinic"
kind = "unknown"
say = "Do you sell second hand books?"
expect = "offer"

[[utterance]]
language = "mixed"
office = "clinic"
kind = "person"
say = "Can I park there?"
expect = "hand_over:reception"

[[utterance]]
language = "swahili"
office = "law"
kind = "hours"
say = "Are you open on Saturday?"
expect = "hours:sunday"
"""


def judged(deed: str, verdict: str, *told: str) -> Judged:
    """Give what came of an utterance about the place."""
    return Judged("", "", "opening", "place", "answer:location", deed, verdict, frozenset(told))


@pytest.mark.parametrize(
    ("deed", "verdict", "told", "is_wrong"),
    [
        ("answer:location", "right", ["location"], False),
        ("answer:parking", "wrong", ["parking"], True),
        ("answer:location", "right", ["location", "parking"], True),
        ("hours:week", "wrong", ["hours"], True),
        ("ask", "re-ask", [], False),
        ("hand_over:reception", "wrong", [], False),
    ],
)
def test_a_fact_told_is_wrong_if_it_is_no_answer(
    deed: str, verdict: str, told: list[str], is_wrong: bool
) -> None:
    utterance = {"expect": "answer:location"}
    assert is_wrong_fact(utterance, judged(deed, verdict, *told)) is is_wrong


def test_another_days_hours_are_a_wrong_fact() -> None:
    utterance = {"expect": "hours:saturday", "also_ok": ["hours:week"]}
    assert is_wrong_fact(utterance, judged("hours:sunday", "wrong", "hours"))
    assert not is_wrong_fact(utterance, judged("hours:week", "right", "hours"))


def test_the_figures_are_counted_by_way_and_kind() -> None:
    tried = [
        Tried("English, text", "law", judged("answer:location", "right"), is_wrong_fact=False),
        Tried("English, text", "law", judged("ask", "re-ask"), is_wrong_fact=False),
        Tried("mixed, text", "law", judged("answer:parking", "wrong"), is_wrong_fact=True),
    ]
    found = {figure.what: figure for figure in figures_of(tried)}
    assert found["English, text (2): right"].value == 50.0
    assert found["English, text (2): right"].bar == ">= 90"
    assert found["mixed, text: wrong deeds"].value == 100.0
    assert found["mixed, text: wrong facts"].passes is False
    kinds = found["place: right / re-asks / wrong"].value
    assert kinds == "English, text 1 / 1 / 0; mixed, text 0 / 0 / 1"


@pytest.mark.proof
@pytest.mark.timeout(600)  # two offices' clerks learn their sentences
def test_a_set_is_given_to_the_clerks_of_its_offices(tmp_path: Path) -> None:
    path = tmp_path / "set.toml"
    path.write_text(SET, encoding="utf-8")
    found = measure([path], by_audio=False)
    values = {figure.what: figure.value for figure in found.figures}
    assert values["English, text (2): right"] == 100.0
    assert values["mixed, text: wrong facts"] == 1  # the parking, though a person was wanted
    assert values["Swahili, text: wrong facts"] == 1  # the Saturday's hours for the Sunday's
    failures = found.details["failures"]
    assert isinstance(failures, list)
    assert len(failures) == len(tomllib.loads(SET)["utterance"]) - 2
