"""Forty ways of asking for a person, and forty sentences that are not: who is heard?

A caller says each sentence in a call of its own, to a voice model whose transcript is deaf: it
writes down nothing of the caller. Three ways may pass the caller on, and each is tried apart:

tool    the model calls `want_person` with the words that a model would have heard;
rules   the model says "I see." and calls nothing; the local recogniser writes down what the model
        does not, and the rules go by that (`receptionist.asking_for_a_person`);
key     the caller presses 0, at forty moments from the first word of the greeting on; what was
        to be said has no part in that, so it is done for one set.

Recognition here knows English alone, and the callers' voice too: so the rules are also given the
sentences as text, which is what they see of a model that does write them down.

``asking.toml`` was written before the rules were looked at, and they were bettered by it;
``asking_unseen.toml`` was written along with it, and measured once.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bench.deaf_model import (
    AT_ONCE,
    OFFICE,
    DeafCall,
    Placed,
    calls_once,
    does_nothing,
    placed,
)
from bench.figures import Figure, Load, Measured, load_average
from bench.sounds import words
from mapokezi.emulator.callers import CallerLine
from mapokezi.receptionist.asking_for_a_person import AskingForAPerson
from mapokezi.receptionist.look_up import OfficeBook
from mapokezi.stores.office_files import read_office

SETS = {"known": Path("bench/asking.toml"), "unseen": Path("bench/asking_unseen.toml")}
WAYS = ("tool", "rules", "key")
_MOST_FALSE = 2
_FIRST_KEY_MS, _KEYS_APART_MS = 200, 150


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence of the data."""

    text: str
    asks: bool
    way: str = ""
    wants: str = ""
    whom: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a sentence."""

    said: Said
    by: str
    """Which way was tried."""
    passed_on: bool
    to: str | None
    """Who was tried first, a person's id, empty for the reception; None: nobody."""

    @property
    def is_missed(self) -> bool:
        return self.said.asks and not self.passed_on

    @property
    def is_false(self) -> bool:
        return self.passed_on and not self.said.asks

    @property
    def is_to_another(self) -> bool:
        """Whether somebody else than was meant was tried."""
        return self.said.asks and self.passed_on and self.to not in {self.said.wants, None}


def said_in(path: Path) -> list[Said]:
    """Read a set."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    asking = [
        Said(
            each["said"],
            asks=True,
            way=each["way"],
            wants=each.get("wants", ""),
            whom=each.get("whom", ""),
            language=each.get("language", "en"),
        )
        for each in data["asking"]
    ]
    others = [
        Said(each["said"], asks=False, language=each.get("language", "en"))
        for each in data["not_asking"]
    ]
    return [*asking, *others]


async def measure() -> Measured:
    """Take the figures of both sets."""
    before = load_average()
    found = {
        name: await told_of(said_in(path), WAYS if name == "known" else WAYS[:2])
        for name, path in SETS.items()
        if path.is_file()
    }
    figures = [each for name, told in found.items() for each in figures_of(name, told)]
    return Measured(
        "asking_for_a_person",
        "Forty ways of asking for a person, and forty sentences that are not",
        figures,
        Load(before, load_average()),
        remarks=(
            "Missed: nobody was tried. False: somebody was, though nobody was asked for. To",
            "another: somebody else was tried than the one meant. The model's transcript is deaf;",
            "by text, the rules alone are given the sentences as they were written.",
        ),
        details={
            name: [
                f"{each.by}: {each.said.text!r} -> {each.to!r}"
                for each in told
                if each.is_missed or each.is_false or each.is_to_another
            ]
            for name, told in found.items()
        },
    )


async def told_of(
    said: list[Said], ways: Sequence[str] = WAYS, at_once: int = AT_ONCE
) -> list[Told]:
    """Have all of a set said, in each of these ways, and to the rules as text."""
    sounds = words(each.text for each in said)
    tried = [(each, way) for way in ways for each in said if each.asks or way == "rules"]
    calls = [_call(each, way, sounds[each.text], at) for at, (each, way) in enumerate(tried)]
    found = await placed("asking", calls, at_once)
    told = [_told(each, way, one) for (each, way), one in zip(tried, found, strict=True)]
    return [*told, *map(by_text(), said)]


def _call(said: Said, way: str, sound: bytes, number: int) -> DeafCall:
    if way == "key":
        cut_in_ms = _FIRST_KEY_MS + _KEYS_APART_MS * (number % 40)
        return DeafCall(CallerLine("0", digits="0", cut_in_ms=cut_in_ms), does_nothing)
    asked = partial(calls_once, "want_person", who=said.whom, reason="It was asked for.")
    return DeafCall(CallerLine(said.text, sound), asked if way == "tool" else does_nothing)


def _told(said: Said, way: str, found: Placed) -> Told:
    tried, left = found.rung.record.call.hand_offs, found.messages
    if tried:
        return Told(said, way, passed_on=True, to=tried[0].person_id)
    refused = next((message for message in left), None)  # wanted, and refused with a note
    return Told(
        said, way, passed_on=refused is not None, to=refused.for_person if refused else None
    )


def by_text() -> Callable[[Said], Told]:
    """Give what the rules make of a sentence as text."""
    asking = AskingForAPerson(OfficeBook(read_office(OFFICE)))

    def told(said: Said) -> Told:
        found = asking.heard_in(said.text)
        return Told(said, "text", found is not None, None if found is None else found.person_id)

    return told


def figures_of(name: str, told: list[Told]) -> list[Figure]:
    """Count."""
    asked = [each for each in told if each.said.asks]
    ways = {each.by for each in told} - {"text"}
    missed_by = Counter(each.said.text for each in asked if each.by in ways and each.is_missed)
    together = "all three" if len(ways) == len(WAYS) else " and ".join(sorted(ways))
    figures = [
        Figure(
            f"{name}: missed by {together} together",
            sum(count == len(ways) for count in missed_by.values()),
            "",
            "<= 0",
        ),
        Figure(
            f"{name}: passed on though nobody was asked for",
            sum(each.is_false for each in told if each.by == "rules"),
            "",
            f"<= {_MOST_FALSE}",
        ),
    ]
    for way in (way for way in (*WAYS, "text") if way == "text" or way in ways):
        figures += _figures_of_way(name, way, [each for each in told if each.by == way])
    return figures


def _figures_of_way(name: str, way: str, told: list[Told]) -> list[Figure]:
    languages: Mapping[str, str] = {"en": "English", "sw": "Swahili"}
    parts: list[Any] = []
    for language, called in languages.items():
        asked = [each for each in told if each.said.asks and each.said.language == language]
        missed = sum(each.is_missed for each in asked)
        parts.append(f"{missed} of {len(asked)} {called}")
    figures = [Figure(f"{name}, {way} alone: missed", ", ".join(parts))]
    if way != "key":
        astray = sum(each.is_to_another for each in told)
        figures.append(Figure(f"{name}, {way} alone: to another than was meant", astray))
    if way == "text":
        figures.append(
            Figure(f"{name}, text: false", sum(each.is_false for each in told), "", "<= 2")
        )
    return figures
