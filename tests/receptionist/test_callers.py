"""What callers say in their own words, in every state, and what the clerk makes of it."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest

from mapokezi.receptionist.clerk import Clerk
from mapokezi.receptionist.examples import sentences_of
from mapokezi.receptionist.meanings import Meanings
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.turns import Asked, ClerkState, Heard
from mapokezi.speech.engines import find_engine
from mapokezi.speech.engines.minilm import MiniLm
from mapokezi.speech.settings import WorkerSettings
from mapokezi.speech.shipped_meanings import shipped_meanings
from mapokezi.units import E164

_NOW = datetime(2026, 11, 24, 10, 15, tzinfo=ZoneInfo("Africa/Nairobi"))
_CALLER = E164("+254722000111")
_MESSAGE = ["I would like to leave a message."]
_NAMED = [*_MESSAGE, "My name is Mary Wairimu."]
_NUMBERED = [*_NAMED, "Yes.", "Yes."]
_WAYS = {
    "opening": [],
    "asked_name": _MESSAGE,
    "asked_number": [*_NAMED, "Yes.", "No, another number."],
    "asked_reason": _NUMBERED,
    "asked_best_time": [*_NUMBERED, "It is about the lease of my shop."],
    "asked_confirm_name": _NAMED,
    "asked_confirm_number": [*_NAMED, "Yes.", "No, another number.", "0722 123 456."],
    "asked_confirm_message": [*_NUMBERED, "It is about the lease of my shop.", "In the morning."],
    "asked_take_message_offer": ["Do you sell second hand books?"],
}
_SAME = {"identity": "smalltalk:identity", "greeting": "smalltalk:greeting", "unclear": "ask"}
_ASKS = frozenset({"ask", "dont_know", "refuse", "repeat", "wait"})
_QUESTIONS = frozenset(
    {Asked.CONNECT_OR_MESSAGE, Asked.CONFIRM_SLOT, Asked.CONFIRM_MESSAGE, Asked.SLOT}
)
_RIGHT = 0.95
_WRONG = 0.01
_SLOWEST_S = 0.005


@dataclass(frozen=True)
class Saying:
    """One thing that a caller says."""

    state: str
    text: str
    right: tuple[str, ...]


def _sayings() -> Iterator[Saying]:
    data = tomllib.loads(Path(__file__).with_name("callers.toml").read_text(encoding="utf-8"))
    for state, by_deed in data.items():
        for deeds, texts in by_deed.items():
            for text in texts:
                yield Saying(state, text, tuple(deeds.split(" | ")))


SAYINGS = tuple(_sayings())


@pytest.fixture(scope="module")
def states(clerk: Clerk) -> dict[str, ClerkState]:
    """The state to which earlier turns have led, by its name."""
    found = {}
    for name, turns in _WAYS.items():
        state = clerk.begin(_CALLER, _NOW)
        for said in turns:
            state = clerk.hear(state, Heard(said), _NOW).state
        found[name] = state
    return found


@pytest.fixture(scope="module")
def encoder() -> MiniLm:
    return MiniLm()


@pytest.fixture(scope="module")
def clerk_by_meaning(law_office: Office, encoder: MiniLm) -> Clerk:
    about = find_engine(WorkerSettings().encoder).about
    found = shipped_meanings(f"{about.name} {about.version}")
    missing = [text for text in sentences_of(law_office) if text not in found]
    found |= dict(zip(missing, encoder.meanings(missing), strict=True))
    return Clerk(law_office, Meanings(found))


def _verdict(clerk: Clerk, state: ClerkState, saying: Saying, heard: Heard) -> tuple[str, str]:
    turn = clerk.hear(state, heard, _NOW)
    deed = _SAME.get(turn.deed, turn.deed)
    if any(_plain(deed) == _plain(right) for right in saying.right):
        return "right", deed
    asks = deed in _ASKS or turn.state.asked is Asked.CONNECT_OR_MESSAGE
    if asks or (deed.startswith("fill:") and turn.state.asked in _QUESTIONS):
        return "asks again", deed
    return "wrong", deed


def _plain(deed: str) -> str:
    return deed.lower().replace("'", "")


def _all_are_understood(clerk: Clerk, states: dict[str, ClerkState], heard: list[Heard]) -> None:
    verdicts: Counter[str] = Counter()
    failed = []
    for saying, each in zip(SAYINGS, heard, strict=True):
        verdict, deed = _verdict(clerk, states[saying.state], saying, each)
        verdicts[verdict] += 1
        if verdict != "right":
            failed.append(f"{verdict}: {saying.state}: {saying.text!r}: {deed}")
    assert verdicts["right"] >= _RIGHT * len(SAYINGS), "\n".join(failed)
    assert verdicts["wrong"] <= _WRONG * len(SAYINGS), "\n".join(failed)


def test_callers_are_understood_by_their_words_alone(
    clerk: Clerk, states: dict[str, ClerkState]
) -> None:
    _all_are_understood(clerk, states, [Heard(saying.text) for saying in SAYINGS])


def test_callers_are_understood_by_words_and_meaning(
    clerk_by_meaning: Clerk, states: dict[str, ClerkState], encoder: MiniLm
) -> None:
    texts = [saying.text for saying in SAYINGS]
    meanings = encoder.meanings(texts)
    heard = [Heard(text, meaning=row) for text, row in zip(texts, meanings, strict=True)]
    _all_are_understood(clerk_by_meaning, states, heard)


def test_every_fact_and_state_is_asked_for(law_office: Office) -> None:
    right = {deed for saying in SAYINGS for deed in saying.right}
    assert {saying.state for saying in SAYINGS} == set(_WAYS)
    facts = {deed.removeprefix("answer:") for deed in right if deed.startswith("answer:")}
    assert facts == {fact.id for fact in law_office.facts}


def test_no_turn_takes_long(clerk: Clerk, states: dict[str, ClerkState]) -> None:
    took = []
    for saying in SAYINGS:
        started = perf_counter()
        clerk.hear(states[saying.state], Heard(saying.text + " Now."), _NOW)
        took.append(perf_counter() - started)
    assert sorted(took)[len(took) // 2] < _SLOWEST_S
