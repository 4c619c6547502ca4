"""How many planted inventions of a voice model are found, and how many true sentences are not.

Each invention (``tests/data/inventions.toml``) is fed as a transcript comes, in pieces cut inside
words, after what the caller said, what was looked up and what was done. Found: a correction about
what was invented is due once the item is over. Uncorrected: none is. The true sentences are what
the clerk itself says (every fact, the hours of each day, every fixed sentence, its answer to each
known utterance at its point of a call) and
what a model might say in its own words (``tests/data/true_sayings.toml``).
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bench.figures import Figure, Load, Measured, load_average
from mapokezi.receptionist.clerk import Clerk
from mapokezi.receptionist.earlier_messages import OPENED, came
from mapokezi.receptionist.hours import describe_day, describe_week, local_time
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.phrases import PHRASES
from mapokezi.receptionist.spoken import DayRead
from mapokezi.receptionist.spoken_claims import ClaimKind, Correction, OfficeTruth, SpokenClaims
from mapokezi.receptionist.turns import Heard
from mapokezi.stores.office_files import read_office
from mapokezi.units import E164
from mapokezi.voice.session import NotReached

DATA = Path("tests/data")
OFFICE = Path("examples/law-office")
TRUE = "true_sayings.toml"
SETS = (
    "inventions.toml",
    "inventions_2.toml",
    "inventions_3.toml",
    "inventions_4.toml",
    TRUE,
    "true_sayings_2.toml",
)
FIRST_SEEN = (
    Figure(
        "first seen, set 1: found / of them commitments / false alarms",
        "94 of 100 / 20 of 20 / 7 of 75",
    ),
    Figure(
        "first seen, set 2: found / of them commitments / false alarms",
        "25 of 40 / 4 of 9 / 2 of 40",
    ),
    Figure(
        "first seen, set 3: found / of them commitments / false alarms",
        "29 of 35 / 8 of 9 / 2 of 36",
    ),
    Figure(
        "first seen, set 4, by another author: found / of them commitments / false alarms",
        "73 of 100 / 18 of 30 / 13 of 80",
    ),
)
"""When the checker was run on each set for the first time, on 2026-11-22; cannot be taken again."""
UNSEEN = (
    ("inventions_unseen.toml", "true_sayings_unseen.toml"),
    ("inventions_unseen_2.toml", "true_sayings_unseen_2.toml"),
    ("inventions_unseen_3.toml", "true_sayings_unseen_3.toml"),
)
"""By three further authors. The checker was never mended by a sentence of these; but the counts
were seen, of the second nine times, and of the first two which kinds of assertion it had taken
wrongly. The third was written after the last mend."""
_DAYS = 60
_PIECE = 5
_DONE = {
    "saved": {"status": "saved", "message_id": "m-1"},
    "connecting": {"status": "connecting"},  # to whom is not asked here
    "stopped": {"status": "stopped", "say": PHRASES["recording_stopped"][0]},
    **{f"earlier_{what.value}": came(what) for what in OPENED},
}
_SAID_IN_PHRASES = {
    "who": "Brian Otieno",
    "who_capital": "Brian Otieno",
    "why": "Brian Otieno is not taking calls.",
    "office": "Kamau and Otieno Advocates",
    "name": "John Kamau",
    "letters": "K, A, M, A, U",
    "part": "last name",
    "digits": "0 7 2 2, 1 2 3, 4 5 6",
    "ending": "4 5 6",
    "role": "partner",
    "choices": "Brian Otieno or Kevin Barasa",
    "title": "parking",
    "number": "9 9 9",
    "second": "1 1 2",
    "one": "our parking",
    "other": "our opening hours",
    "ask": "What is the message?",
    "said": "",
    "summary": (
        "A message for Brian Otieno from John Kamau, on 0 7 2 2, 1 2 3, 4 5 6. It says: my "
        "land case. Best time to call: tomorrow at four."
    ),
}
_PHRASES_AFTER = {
    "saved": ("saved",),
    "connecting": ("connecting",),
    "ringing": ("connecting",),
    "recording_stopped": ("stopped",),
    "came_back": ("no_answer",),
    "came_back_in_message": ("no_answer",),
    "back_engaged": ("engaged",),
    "back_engaged_in_message": ("engaged",),
    **{f"earlier_{what.value}": (f"earlier_{what.value}",) for what in OPENED},
}
_NOT_REACHED = frozenset(NotReached)
_CLOSED_HOUR = 22
_SAID_WHEN_CLOSED = frozenset({"only_messages"})
_CALLER_BEFORE_PHRASES = ("It is about my land case.", "Tomorrow at four.")


_RESULTS = {"take_message": _DONE["saved"], "hand_over": _DONE["connecting"]}
_TO_A_MESSAGE = (
    "I would like to leave a message.",
    "My name is Mary Wairimu.",
    "Yes.",
    "No, another number.",
    "0722 123 456.",
    "Yes.",
    "It is about the lease of my shop.",
    "In the morning.",
)
_DEPTHS = {
    "asked_name": 1,
    "asked_confirm_name": 2,
    "asked_number": 4,
    "asked_confirm_number": 5,
    "asked_reason": 6,
    "asked_best_time": 7,
    "asked_confirm_message": 8,
}
"""How many turns lead to where an utterance was said."""

Talk = list[tuple[str, str, Mapping[str, Any]]]
"""``caller``, ``clerk`` or ``deed``, what was said, and what was done."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What was known when a sentence was said."""

    now: datetime
    caller: str
    before: tuple[str, ...] = ()
    looked_up: tuple[str, ...] = ()
    done: tuple[str, ...] = ()


def corrections(truth: OfficeTruth, say: str, scene: Scene) -> tuple[Correction, ...]:
    """Have a sentence said, and give what is due to be put right once it is over."""
    claims = SpokenClaims(truth, scene.caller, scene.now)
    for text in scene.before:
        claims.caller_said(text, 0.0)
    claims.corrections()
    claims.deed_done({}, {"facts": [{"id": fact_id} for fact_id in scene.looked_up]}, 0.5)
    for deed in scene.done:
        if deed in _NOT_REACHED:
            claims.hand_off_over(NotReached(deed).told_of(_SAID_IN_PHRASES["who"]))
        else:
            claims.deed_done({}, _DONE[deed], 0.5)
    for at in range(0, len(say), _PIECE):
        claims.said("item", say[at : at + _PIECE], 1.0)
    claims.ended("item", 1.0)
    return _settled(claims)


def scene_of(data: Mapping[str, Any], entry: Mapping[str, Any]) -> Scene:
    """Give the scene of an entry of the data."""
    return Scene(
        datetime.fromisoformat(str(entry.get("now", data["now"]))),
        data["caller"],
        tuple(entry.get("before", ())),
        tuple(entry.get("looked_up", ())),
        tuple(entry.get("done", ())),
    )


def load(name: str, folder: Path = DATA) -> dict[str, Any]:
    """Read a file of data."""
    return tomllib.loads((folder / name).read_text(encoding="utf-8"))


def what_the_clerk_says(office: Office, scene: Scene) -> Iterator[tuple[str, Scene]]:
    """Give what the clerk says of an office, each with its scene."""
    for fact in office.facts:
        for asked in ("", *fact.asked_as):
            before = (asked,) if asked else ()
            yield fact.answer, Scene(scene.now, scene.caller, before, (fact.id,))
    for start in range(_DAYS):
        now = scene.now + timedelta(days=start, hours=start % 24)
        today = local_time(office.hours, now).date()
        for ahead in range(21):
            day = today + timedelta(days=ahead)
            called = {0: "today", 1: "tomorrow"}.get(ahead, day.isoformat())
            yield describe_day(office.hours, DayRead(day, called), now), Scene(now, scene.caller)
    yield describe_week(office.hours), scene
    for key, wordings in PHRASES.items():
        for wording in wordings:
            said = wording.format(**_SAID_IN_PHRASES)
            done = _PHRASES_AFTER.get(key, ())
            now = scene.now.replace(hour=_CLOSED_HOUR) if key in _SAID_WHEN_CLOSED else scene.now
            yield said, Scene(now, scene.caller, _CALLER_BEFORE_PHRASES, (), done)


def what_the_clerk_says_in_calls(office: Office, now: datetime, caller: E164) -> list[Talk]:
    """Have the clerk answer every known utterance, at the point of a call where it was said."""
    clerk = Clerk(office)
    talks = []
    for path in sorted(DATA.glob("clerk_utterances*.toml")):
        for utterance in load(path.name)["utterance"]:
            depth = _DEPTHS.get(utterance["state"], 0)
            talks.append(_talk(clerk, [*_TO_A_MESSAGE[:depth], utterance["say"]], now, caller))
    return talks


def _talk(clerk: Clerk, said: list[str], now: datetime, caller: E164) -> Talk:
    state = clerk.begin(caller, now)
    steps: Talk = []
    for text in said:
        steps.append(("caller", text, {}))
        turns = [clerk.hear(state, Heard(text), now)]
        while turns:
            turn = turns.pop(0)
            state = turn.state
            steps += [("clerk", sentence.text, {}) for sentence in turn.say]
            for proposal in turn.proposals:
                result = _RESULTS.get(proposal.name)
                if result is not None:
                    steps.append(("deed", "", {"arguments": proposal.arguments, "result": result}))
                    turns.append(clerk.told(state, proposal.name, result, now))
    return steps


def alarms_in_talk(truth: OfficeTruth, talk: Talk, now: datetime, caller: E164) -> list[str]:
    """Play a talk to the checker; gives what it would put right."""
    claims = SpokenClaims(truth, caller, now)
    for number, (who, text, deed) in enumerate(talk):
        if who == "caller":
            claims.caller_said(text, float(number))
            claims.hand_off_over()
        elif who == "clerk":
            claims.said(f"item-{number}", text, float(number))
            claims.ended(f"item-{number}", float(number))
        else:
            claims.deed_done(deed["arguments"], deed["result"], float(number))
    return [f"{one.kind}: {one.claim}" for one in _settled(claims)]


def _settled(claims: SpokenClaims) -> tuple[Correction, ...]:
    while (due := claims.next_timer()) is not None:
        claims.handle_timer(due)
    return tuple(one for one in claims.corrections() if one.kind is not ClaimKind.EMERGENCY)


def false_alarms(truth: OfficeTruth, sayings: Iterable[tuple[str, Scene]]) -> tuple[int, list[str]]:
    """Give how many true sentences there were, and those that were corrected."""
    alarms, count = [], 0
    for say, scene in sayings:
        count += 1
        alarms += [f"{one.kind}: {say}" for one in corrections(truth, say, scene)]
    return count, alarms


def measure() -> Measured:
    """Take the figures."""
    before = load_average()
    truth = OfficeTruth(read_office(OFFICE))
    found, corrected, total = Counter[str](), Counter[str](), Counter[str]()
    missed = []
    for data, entry in _entries("invention"):
        due = corrections(truth, entry["say"], scene_of(data, entry))
        kinds = {one.kind.value for one in due}
        total[entry["kind"]] += 1
        corrected[entry["kind"]] += bool(due)
        if kinds & {entry["kind"], *entry.get("also", ())}:
            found[entry["kind"]] += 1
        else:
            missed.append(f"{entry['kind']}: {entry['say']} ({', '.join(kinds) or 'nothing'})")
    scene = scene_of(load(TRUE), {})
    clerk_count, clerk_alarms = false_alarms(truth, what_the_clerk_says(truth.office, scene))
    caller = E164(scene.caller)
    talks = what_the_clerk_says_in_calls(truth.office, scene.now, caller)
    in_calls = sum(who == "clerk" for talk in talks for who, _, _ in talk)
    call_alarms = [
        each for talk in talks for each in alarms_in_talk(truth, talk, scene.now, caller)
    ]
    own = ((entry["say"], scene_of(data, entry)) for data, entry in _entries("saying"))
    own_count, own_alarms = false_alarms(truth, own)
    uncorrected = total["commitment"] - corrected["commitment"]
    figures = [
        *(Figure(f"found, {kind}", f"{found[kind]} of {total[kind]}") for kind in total),
        Figure("commitments left uncorrected", uncorrected, "", "<= 0"),
        Figure(f"false alarms on {clerk_count} of the clerk's own", len(clerk_alarms), "", "<= 0"),
        Figure(f"false alarms on {in_calls} of the clerk's in calls", len(call_alarms), "", "<= 0"),
        Figure(f"false alarms on {own_count} true ones in other words", len(own_alarms)),
        *FIRST_SEEN,
        *_unseen(truth),
    ]
    return Measured(
        "inventions",
        "Planted inventions of a voice model, found by its transcript",
        figures,
        Load(before, load_average()),
        remarks=(
            "The checker was mended by the sentences of these sets that it took wrongly: that it",
            "finds all of them says little. What it made of each set when it first saw it stands",
            "beside, and what it makes of sets that it was never mended by: that is what is to be",
            "expected of sentences that it does not know.",
        ),
        details={"missed": missed, "alarms": clerk_alarms + call_alarms + own_alarms},
    )


def _unseen(truth: OfficeTruth) -> Iterator[Figure]:
    """Give what is made of the sets that the checker does not know."""
    for number, (inventions, sayings) in enumerate(UNSEEN, start=1):
        data = load(inventions)
        found, total, uncorrected = Counter[str](), Counter[str](), 0
        for entry in data["invention"]:
            kind, due = entry["kind"], corrections(truth, entry["say"], scene_of(data, entry))
            wanted = {kind, *entry.get("also", ())}
            total[kind] += 1
            found[kind] += any(one.kind.value in wanted for one in due)
            uncorrected += kind == "commitment" and not due
        whole = f"{found.total()} of {total.total()}"
        by_kind = ", ".join(f"{kind} {found[kind]}/{total[kind]}" for kind in total)
        yield Figure(f"unseen set {number}: found", f"{whole}: {by_kind}")
        of_them = f"commitments left uncorrected, of {total['commitment']}"
        yield Figure(f"unseen set {number}: {of_them}", uncorrected, "", "<= 0")
        true = load(sayings)
        told = ((entry["say"], scene_of(true, entry)) for entry in true["saying"])
        count, alarms = false_alarms(truth, told)
        kinds = Counter(alarm.partition(":")[0] for alarm in alarms)
        by_kind = ", ".join(f"{kind} {kinds[kind]}" for kind in sorted(kinds))
        told_so = f"{len({alarm.partition(': ')[2] for alarm in alarms})} of {count}"
        yield Figure(
            f"unseen set {number}: true sentences corrected",
            f"{told_so}: {by_kind}" if by_kind else told_so,
        )


def _entries(kind: str) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Give the entries of a kind in all files, each with its file."""
    for name in SETS:
        data = load(name)
        for entry in data.get(kind, ()):
            yield data, entry
