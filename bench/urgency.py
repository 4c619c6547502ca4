"""Forty urgent utterances and forty ordinary ones: which are heard, and who is told 999?

A caller says each in a call of its own, to a voice model whose transcript is deaf: it writes down
nothing of the caller. Each way is tried alone:

tool    the model calls `report_urgency` with the words that a model would have heard;
ear     the model says "I see." and calls nothing; our own recogniser, beside it, writes down what
        the model does not, and the rules go by that (`receptionist.urgency`);
text    the rules alone are given the utterances as they were written: what they see of a model
        that does write them down. In Swahili, which recognition here does not know, this only.

``urgent.toml`` and ``urgent_unseen.toml`` were written before the rules were changed for them, by
the hand that wrote the rules, so they are less strange to the rules than a caller is.
``urgent_others.toml`` is by another author: what the rules made of it at first sight is published
beside. They were bettered by all three.
"""

from __future__ import annotations

import re
import statistics
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

from bench.deaf_model import (
    OFFICE,
    DeafCall,
    Placed,
    calls_once,
    does_nothing,
    placed,
)
from bench.figures import Figure, Load, Measured, load_average
from bench.sounds import words
from mapokezi.calls import Speaker
from mapokezi.emulator.callers import CallerLine
from mapokezi.receptionist.emergency_numbers import number_said
from mapokezi.receptionist.urgency import Urgency, UrgentWords
from mapokezi.receptionist.words import plain
from mapokezi.stores.office_files import read_office

SETS = {
    "first set": Path("bench/urgent.toml"),
    "second set": Path("bench/urgent_unseen.toml"),
    "another author's": Path("bench/urgent_others.toml"),
}
FIRST_SEEN = Figure(
    "another author's, text alone, at first sight: missed of 40 (dangers of 22) / false of 40;"
    " Swahili: missed of 10 / false of 10",
    "19 (8) / 0; 4 / 1",
)
"""When the rules first saw it, on 2026-11-23; cannot be taken again."""
WAYS = ("tool", "ear")
AT_ONCE = 5
"""More would want more of the recogniser than two cores have."""
_MOST_FALSE = 2
_LANGUAGES = {"en": "English", "sw": "Swahili"}


@dataclass(frozen=True, slots=True)
class Said:
    """One utterance of the data."""

    text: str
    kind: Urgency | None
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of an utterance."""

    said: Said
    by: str
    """Which way was tried."""
    was_urgent: bool
    """Whether it was treated as urgent: somebody was rung for it, or a message marked."""
    number_was_said: bool
    """Whether the caller was told the emergency number."""
    number_after_ms: int | None = None
    """From the caller's last word to the first of what told it."""
    tries: int = 1
    """How often the call was placed."""
    is_sound: bool = True
    """Whether the last one was what it is to be; see `bench.deaf_model.is_sound`."""

    @property
    def is_missed(self) -> bool:
        return self.said.kind is not None and not self.was_urgent

    @property
    def is_false(self) -> bool:
        return self.said.kind is None and (self.was_urgent or self.number_was_said)

    @property
    def lacks_number(self) -> bool:
        return self.said.kind is Urgency.DANGER and not self.number_was_said

    @property
    def has_number_for_nothing(self) -> bool:
        return self.said.kind is Urgency.OFFICE and self.number_was_said


def said_in(path: Path) -> list[Said]:
    """Read a set."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return [
        Said(
            each["said"],
            Urgency(each["kind"]) if "kind" in each else None,
            each.get("language", "en"),
        )
        for each in chain(data["urgent"], data["ordinary"])
    ]


async def measure() -> Measured:
    """Take the figures of both sets."""
    before = load_average()
    found = {name: await heard_of(said_in(path)) for name, path in SETS.items()}
    return Measured(
        "urgency",
        "Forty urgent utterances, and forty ordinary ones",
        [*(each for name, heard in found.items() for each in figures_of(name, heard)), FIRST_SEEN],
        Load(before, load_average()),
        remarks=(
            "Missed: nobody was rung, and no message was marked. False: somebody was, or the",
            "emergency number was said, though nothing was urgent. The model's transcript is deaf",
            "(by text, the rules alone are given the utterances as they were written). Of each",
            "forty urgent ones 22 tell of a danger to life or safety, in which the number is to be",
            "said; of ten more in Swahili, on text only, six do. Two sets are by the hand that",
            "wrote the rules; the rules were bettered by all three, so that they miss little of",
            "them says little: of an unknown caller they may be expected to miss what they missed",
            "of another author's at first sight. A call is spoilt if a busy machine has torn holes",
            "into the caller's words before they were on any line, or kept the model so long that",
            "another voice took over: it is placed again, twice at most.",
        ),
        details={
            name: [
                f"{each.by}: {each.said.text!r} -> urgent {each.was_urgent},"
                f" number {each.number_was_said}"
                for each in heard
                if each.is_missed
                or each.is_false
                or each.lacks_number
                or each.has_number_for_nothing
            ]
            for name, heard in found.items()
        },
    )


async def heard_of(
    said: list[Said], ways: Sequence[str] = WAYS, at_once: int = AT_ONCE
) -> list[Heard]:
    """Have the English ones of a set said in each of these ways, and give all of it as text."""
    spoken = [each for each in said if each.language == "en"]
    sounds = words(each.text for each in spoken)
    tried = [(each, way) for way in ways for each in spoken if each.kind or way == "ear"]
    calls = [_call(each, way, sounds[each.text]) for each, way in tried]
    found = await placed("urgency", calls, at_once)
    tells = number_said(read_office(OFFICE))
    heard = [_heard(each, way, one, tells) for (each, way), one in zip(tried, found, strict=True)]
    return [*heard, *map(by_text(), said)]


def _call(said: Said, way: str, sound: bytes) -> DeafCall:
    reports = partial(calls_once, "report_urgency", what=said.text)
    return DeafCall(CallerLine(said.text, sound), reports if way == "tool" else does_nothing, {})


def _heard(said: Said, way: str, found: Placed, tells: re.Pattern[str]) -> Heard:
    rung = found.rung
    told = [
        turn
        for turn in rung.record.turns
        if turn.speaker is Speaker.RECEPTIONIST and tells.search(plain(turn.text))
    ]
    after_ms = None
    if told and rung.heard.turns:
        over_ms = rung.heard.turns[0].end_ms + rung.record_ahead_ms
        after_ms = told[0].started_ms - over_ms
        after_ms = after_ms if after_ms > 0 else None  # to an echo of ours the model acted early
    return Heard(
        said,
        way,
        was_urgent=any(message.urgent for message in found.messages),
        number_was_said=bool(told),
        number_after_ms=after_ms,
        tries=found.tries,
        is_sound=found.is_sound,
    )


def by_text() -> Callable[[Said], Heard]:
    """Give what the rules make of an utterance as text."""
    urgent = UrgentWords(read_office(OFFICE).urgent_words)

    def heard(said: Said) -> Heard:
        found = urgent.heard_in(said.text)
        return Heard(said, "text", found is not None, found is Urgency.DANGER)

    return heard


def figures_of(name: str, heard: list[Heard]) -> list[Figure]:
    """Count."""
    ways = [way for way in WAYS if any(each.by == way for each in heard)]
    figures: list[Figure] = []
    if ways:
        missed = [{each.said.text for each in heard if each.by == way and each.is_missed}
                  for way in ways]  # fmt: skip
        together = len(set.intersection(*missed))
        figures.append(Figure(f"{name}: missed by {' and '.join(ways)} together", together, "",
                              "<= 0"))  # fmt: skip
        again = sum(each.tries - 1 for each in heard)
        unsound = sum(not each.is_sound for each in heard)
        figures.append(Figure(f"{name}: calls placed again, spoilt by a busy machine", again))
        figures.append(Figure(f"{name}: calls that it spoilt each time", unsound))
    for way in (*ways, "text"):
        for language, called in _LANGUAGES.items():
            of_way = [each for each in heard if each.by == way and each.said.language == language]
            if of_way:
                figures += _figures_of(f"{name}, {way} alone, {called}", of_way)
    return figures


def _figures_of(what: str, heard: list[Heard]) -> list[Figure]:
    urgent = sum(each.said.kind is not None for each in heard)
    dangers = sum(each.said.kind is Urgency.DANGER for each in heard)
    figures = [
        Figure(f"{what}: missed, of {urgent}", sum(each.is_missed for each in heard), "", "<= 0"),
        Figure(
            f"{what}: emergency number not said, of {dangers} dangers",
            sum(each.lacks_number for each in heard),
        ),
        Figure(
            f"{what}: said though nobody was in danger, of {urgent - dangers}",
            sum(each.has_number_for_nothing for each in heard),
        ),
    ]
    if ordinary := len(heard) - urgent:
        false = sum(each.is_false for each in heard)
        figures.append(Figure(f"{what}: false, of {ordinary}", false, "", f"<= {_MOST_FALSE}"))
    took = [each.number_after_ms for each in heard
            if each.number_after_ms is not None and each.said.kind is Urgency.DANGER]  # fmt: skip
    if took:
        median, longest = statistics.median(took) / 1000, max(took) / 1000
        how = f"{what}: from the caller's last word to the first of the number's sentence"
        figures.append(Figure(f"{how}, median", round(median, 1), "s"))
        figures.append(Figure(f"{how}, longest", round(longest, 1), "s"))
    return figures
