"""How well the clerk understands utterances that it was not made for.

Each is spoken by the caller's voice, sent through the telephone line and the recogniser, and given
to the clerk, with its meaning, in the state that the data names, to which earlier turns have led.
The sets were written by people who knew the office and not the clerk. Those of
``clerk_utterances*.toml`` are known: the clerk was made with them in view, and each of their
wordings may be an example that it learns from. The unseen set was kept away until it was measured:
its figures are the ones that tell.

What comes of an utterance:

right    the deed that the data expects, or another that it names as harmless;
re-ask   the clerk asks again, or reads a misheard value back and asks whether it is right, or says
         that it does not know and offers a message or a person;
wrong    anything else: the clerk did or said something that was not asked for.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from bench.figures import Figure, Load, Measured, load_average, share_of
from bench.hearing import LineAndRecogniser
from bench.sounds import words
from mapokezi.receptionist.clerk import Clerk
from mapokezi.receptionist.examples import sentences_of
from mapokezi.receptionist.meanings import Meanings
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.turns import Asked, ClerkState, ClerkTurn, Heard, Slot, SlotStatus
from mapokezi.speech.engines.minilm import MiniLm
from mapokezi.stores.office_files import read_office
from mapokezi.units import E164

DATA = Path("tests/data")
KNOWN = "clerk_utterances*.toml"
UNSEEN = DATA / "clerk_unseen.toml"
OFFICE = Path("examples/law-office")
NOISE_DBFS = -50.0
"""As in the measure of names and numbers: an ordinary line."""
KEPT = 0.8
"""A reason or a time in free words is right if this share of the words meant is in it ..."""
ALIKE = 80.0
"""... each so much like it, of 100: a word that the recogniser writes otherwise, or one more, does
not spoil a message that a person reads."""

_OWN_WORDS = frozenset({"reason", "best_time"})
_SAME_DEED = {"identity": "smalltalk:identity", "greeting": "smalltalk:greeting", "unclear": "ask"}
_HARMLESS = frozenset({"ask", "dont_know", "refuse", "repeat", "wait", "smalltalk:greeting"})
"""Deeds after which the caller is asked again, or offered a message or a person, and nothing was
done: where another was expected they cost a turn, and no more."""
OFFER = "offer"
"""Stands among the deeds that are right for: it is not answered, but a message or a person is
offered, in whatever words."""
_DIGITS = {"two": "2", "ten": "10", "nine": "9", "three": "3", "four": "4"}


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of one utterance."""

    said: str
    heard: str
    state: str
    kind: str
    expected: str
    deed: str
    verdict: str
    """``right``, ``re-ask`` or ``wrong``."""
    told: frozenset[str] = frozenset()
    """The facts that were told, by their ids; the opening hours are ``hours``."""


def measure() -> Measured:
    """Take the figures of the set that the clerk was not made with."""
    return measure_sets(
        [UNSEEN], "clerk", "The clerk on 120 unseen utterances, through line and recogniser"
    )


def measure_known() -> Measured:
    """Take the figures of the sets that the clerk was made with."""
    known = sorted(DATA.glob(KNOWN))
    return measure_sets(known, "clerk_known", "The same on the sets that it was made with")


def measure_sets(paths: list[Path], name: str, title: str) -> Measured:
    """Take the figures of some sets together."""
    before = load_average()
    judged = [each for path in paths for each in _judged(path)]
    return Measured(
        name,
        title,
        _figures(judged),
        Load(before, load_average()),
        remarks=(
            "Right: the deed expected. Re-ask: asks again, reads back a misheard value, or offers",
            "a message or a person. Wrong: anything else.",
        ),
        details={
            "failures": [
                f"[{each.verdict}] {each.state}: said {each.said!r}, heard {each.heard!r},"
                f" expected {each.expected}, did {each.deed}"
                for each in judged
                if each.verdict != "right"
            ]
        },
    )


def _judged(path: Path) -> list[Judged]:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    utterances = data["utterance"]
    sounds = words(utterance["say"] for utterance in utterances)
    ear = LineAndRecogniser(NOISE_DBFS)
    stage = ClerkStage(data, read_office(OFFICE), MiniLm())
    return [
        stage.judge(utterance, ear.hear(sounds[utterance["say"]], seed))
        for seed, utterance in enumerate(utterances)
    ]


def _figures(judged: list[Judged]) -> list[Figure]:
    verdicts = Counter(each.verdict for each in judged)
    count = len(judged)
    figures = [
        Figure("right", share_of(verdicts["right"], count), "%", ">= 85"),
        Figure("re-asks", share_of(verdicts["re-ask"], count), "%"),
        Figure("wrong deeds", share_of(verdicts["wrong"], count), "%", "<= 2"),
    ]
    for kind in dict.fromkeys(each.kind for each in judged):
        of_kind = Counter(each.verdict for each in judged if each.kind == kind)
        figures.append(
            Figure(
                f"{kind}: right / re-asks / wrong",
                f"{of_kind['right']} / {of_kind['re-ask']} / {of_kind['wrong']}",
            )
        )
    return figures


class ClerkStage:
    """One office and its clerk, and the way into each state."""

    def __init__(self, data: Mapping[str, Any], office: Office, encoder: MiniLm) -> None:
        """Set up an office's clerk, at the instant and for the caller that the data names."""
        self._now = datetime.fromisoformat(str(data["now"]))
        self._caller = E164(data["caller"])
        self._facts = {"hours", *(fact.id for fact in office.facts)}
        self._encoder = encoder
        sentences = sentences_of(office)
        found = zip(sentences, self._encoder.meanings(sentences), strict=True)
        self._clerk = Clerk(office, Meanings(dict(found)))

    def judge(self, utterance: Mapping[str, Any], heard: str) -> Judged:
        """Play an utterance as the recogniser wrote it."""
        name = utterance.get("state", "opening")
        state = self._state(name, utterance.get("pending", ""))
        turn = self._clerk.hear(state, self._heard(heard), self._now)
        deed = _SAME_DEED.get(turn.deed, turn.deed)
        expected = utterance["expect"]
        return Judged(
            said=utterance["say"],
            heard=heard,
            state=name,
            kind=utterance.get("kind", re.split("[:=]", expected)[0]),
            expected=expected,
            deed=deed,
            verdict=_verdict(deed, turn, [expected, *utterance.get("also_ok", [])]),
            told=frozenset(self._facts & {each for part in turn.say for each in part.fact_ids}),
        )

    def _state(self, name: str, pending: str) -> ClerkState:
        """Lead the clerk to where a question has just been asked.

        Raises:
            AssertionError: The earlier turns did not lead there, so nothing can be measured.
        """
        turns, arrived = _WAYS[name]
        state = self._clerk.begin(self._caller, self._now)
        for said in turns(pending):
            state = self._clerk.hear(state, self._heard(said), self._now).state
        if name == "asked_confirm_name":
            state = _with_name(state, pending)
        assert arrived(state, pending), f"{name}: asked {state.asked}, {state.slot}"
        return state

    def _heard(self, text: str) -> Heard:
        return Heard(text, meaning=self._encoder.meanings([text])[0])


def _with_name(state: ClerkState, name: str) -> ClerkState:
    """Have the name read back that the data says, though the clerk would have guessed another."""
    assert state.draft is not None
    slot = Slot("name", name, SlotStatus.HEARD)
    others = tuple(each for each in state.draft.slots if each.name != "name")
    return replace(state, draft=replace(state.draft, slots=(*others, slot)))


def _verdict(deed: str, turn: ClerkTurn, right: list[str]) -> str:
    if any(_is_same(deed, each) for each in right) or (OFFER in right and _offers(deed, turn)):
        return "right"
    if deed in _HARMLESS or turn.state.asked is Asked.CONNECT_OR_MESSAGE:
        return "re-ask"
    slot = re.match(r"fill:(\w+)=", deed)
    if slot and (turn.state.asked, turn.state.slot) == (Asked.CONFIRM_SLOT, slot[1]):
        return "re-ask"  # read back at once, with "is that right?"
    meant = any(slot and each.startswith(slot[0]) for each in right)
    asks_back = turn.state.asked in {Asked.CONFIRM_MESSAGE, Asked.SLOT}
    return "re-ask" if meant and asks_back else "wrong"


def _offers(deed: str, turn: ClerkTurn) -> bool:
    return deed in {"dont_know", "refuse"} or turn.state.asked is Asked.CONNECT_OR_MESSAGE


def _is_same(deed: str, expected: str) -> bool:
    kind, _, value = expected.partition("=")
    did, _, got = deed.partition("=")
    if kind != did:
        return False
    slot = kind.partition(":")[2]
    if kind.startswith("fill:") and slot in _OWN_WORDS and value:
        return _words_kept(_plain(value), _plain(got)) >= KEPT
    return _plain(value) == _plain(got) if slot == "name" else value == got


def _words_kept(meant: str, got: str) -> float:
    """Say what share of the words meant is in what was written down, nearly as it was said."""
    found = got.split()
    kept = [max((fuzz.ratio(word, each) for each in found), default=0.0) for word in meant.split()]
    return sum(likeness >= ALIKE for likeness in kept) / len(kept)


def _plain(text: str) -> str:
    found = re.findall(r"[a-z0-9]+", text.lower().replace("'", ""))
    return " ".join(_DIGITS.get(word, word) for word in found)


_MESSAGE = "I would like to leave a message."
_NAME = ["My name is Mary Wairimu.", "Yes."]
_NOT_OWN = "No, another number."
_NUMBER = ["Yes."]
_REASON = "It is about the lease of my shop."

_WAYS: dict[str, tuple[Callable[[str], list[str]], Callable[[ClerkState, str], bool]]] = {
    "opening": (lambda _: [], lambda state, _: state.asked is Asked.HOW_CAN_I_HELP),
    "asked_name": (
        lambda _: [_MESSAGE],
        lambda state, _: (state.asked, state.slot) == (Asked.SLOT, "name"),
    ),
    "asked_number": (
        lambda _: [_MESSAGE, *_NAME, _NOT_OWN],
        lambda state, _: (state.asked, state.slot) == (Asked.SLOT, "number"),
    ),
    "asked_reason": (
        lambda _: [_MESSAGE, *_NAME, *_NUMBER],
        lambda state, _: (state.asked, state.slot) == (Asked.SLOT, "reason"),
    ),
    "asked_best_time": (
        lambda _: [_MESSAGE, *_NAME, *_NUMBER, _REASON],
        lambda state, _: (state.asked, state.slot) == (Asked.SLOT, "best_time"),
    ),
    "asked_confirm_name": (
        lambda name: [_MESSAGE, f"My name is {name}."],
        lambda state, name: _confirms(state, "name", name),
    ),
    "asked_confirm_number": (
        lambda number: [_MESSAGE, *_NAME, _NOT_OWN, f"{number}."],
        lambda state, number: _confirms(state, "number", number),
    ),
    "asked_confirm_message": (
        lambda _: [_MESSAGE, *_NAME, *_NUMBER, _REASON, "In the morning."],
        lambda state, _: state.asked is Asked.CONFIRM_MESSAGE,
    ),
    "asked_take_message_offer": (
        lambda _: ["Do you sell second hand books?"],
        lambda state, _: state.asked is Asked.TAKE_MESSAGE_OFFER,
    ),
}


def _confirms(state: ClerkState, slot: str, value: str) -> bool:
    draft = state.draft
    return (
        (state.asked, state.slot) == (Asked.CONFIRM_SLOT, slot)
        and draft is not None
        and draft.value(slot) == value
    )
