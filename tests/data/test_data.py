"""The data that measures rest on is whole and fits the example office."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import phonenumbers
import pytest

from mapokezi.stores.office_files import read_office

DATA = Path(__file__).parent
OFFICE = read_office(DATA.parents[1] / "examples" / "law-office")

STATES = {
    "opening",
    "asked_name",
    "asked_number",
    "asked_reason",
    "asked_best_time",
    "asked_confirm_name",
    "asked_confirm_number",
    "asked_confirm_message",
    "asked_take_message_offer",
}
PLAIN = {"start_message", "confirm", "deny", "dont_know", "refuse", "urgent", "goodbye", "repeat"}
PLAIN |= {"smalltalk:identity", "smalltalk:greeting", "wait"}
DAYS = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
DAYS |= {"today", "tomorrow", "now", "week"}


def load(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


SETS = sorted(path.name for path in DATA.glob("clerk_*.toml"))
UTTERANCES = [utterance for name in SETS for utterance in load(name)["utterance"]]
CALLERS = load("kenyan_callers.toml")


def is_known_deed(deed: str) -> bool:
    kind, _, value = deed.partition(":")
    people = {person.id for person in OFFICE.people}
    if kind == "answer":
        return value in {fact.id for fact in OFFICE.facts}
    if kind == "hours":
        return value in DAYS or bool(re.fullmatch(r"\d{4}-\d\d-\d\d", value))
    if kind == "hand_over":
        return value == "reception" or value in people
    if kind == "start_message" and value:
        return value in people
    if kind == "fill":
        slots = {question.slot for question in OFFICE.message_questions}
        return value.partition("=")[0] in slots and "=" in value
    return deed in PLAIN


@pytest.mark.parametrize("name", SETS)
def test_there_are_120_different_utterances(name: str) -> None:
    said = [utterance["say"] for utterance in load(name)["utterance"]]
    assert len(said) == len(set(said)) == 120


@pytest.mark.parametrize("utterance", UTTERANCES, ids=lambda utterance: utterance["say"][:40])
def test_an_utterance_is_whole(utterance: dict[str, Any]) -> None:
    assert set(utterance) <= {"say", "state", "pending", "expect", "also_ok"}
    assert utterance["state"] in STATES
    assert is_known_deed(utterance["expect"])
    for deed in utterance.get("also_ok", []):
        assert deed == "ask" or is_known_deed(deed)
    needs_pending = utterance["state"] in {"asked_confirm_name", "asked_confirm_number"}
    assert ("pending" in utterance) == needs_pending
    assert not re.search(r"\d", utterance["say"]), "numbers are written as they are spoken"


def test_an_utterance_is_not_copied_from_the_office_s_own_examples() -> None:
    known = {words.lower() for fact in OFFICE.facts for words in fact.asked_as}
    said = {utterance["say"].lower().rstrip("?.") for utterance in UTTERANCES}
    assert not known & said


def test_there_are_ten_names_ten_numbers_and_five_seeds() -> None:
    assert len(CALLERS["name"]) == len(CALLERS["number"]) == 10
    assert len(set(CALLERS["seeds"])) == 5
    assert len({entry["name"] for entry in CALLERS["name"]}) == 10


@pytest.mark.parametrize("entry", CALLERS["name"], ids=lambda entry: entry["name"])
def test_a_name_is_spelled_as_it_is_written(entry: dict[str, str]) -> None:
    assert re.sub(r"[^A-Z]", "", entry["spelled"]) == re.sub(r"[^A-Z]", "", entry["name"].upper())


DIGITS = {"zero": "0", "oh": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5"}
DIGITS |= {"six": "6", "seven": "7", "eight": "8", "nine": "9"}


def said_digits(words: str) -> str:
    digits, times = "", 1
    for word in re.findall(r"[a-z]+", words.lower()):
        if word in {"double", "triple"}:
            times = 2 if word == "double" else 3
        elif word in DIGITS:
            digits, times = digits + DIGITS[word] * times, 1
    return digits


@pytest.mark.parametrize("entry", CALLERS["number"], ids=lambda entry: entry["number"])
def test_a_number_is_said_as_it_is(entry: dict[str, str]) -> None:
    assert phonenumbers.is_valid_number(phonenumbers.parse(entry["number"]))
    assert said_digits(entry["said"])[-9:] == entry["number"][-9:]
    assert said_digits(entry["said_again"]) == "0" + entry["number"][-9:]
