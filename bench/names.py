"""Twenty callers with Kenyan names leave a message: are name and number right on record?

The callers (``tests/data/kenyan_callers.toml``: ten names, ten numbers, five seeds of noise) were
fixed before the first measurement. They answer by ear, check what is read back, say no and spell;
how their names sound when said rightly they know beforehand. Whether a call went well is not for
them to say: what counts is the message on record against the truth.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from bench.figures import Figure, Load, Measured, load_average, share_of
from bench.ringing import Rung, ring_and_read, shared, some_at_once
from bench.sounds import words
from bench.stage import Stage, stage
from mapokezi.emulator.caller_ear import Hear, moonshine_ear, ways_of_hearing
from mapokezi.emulator.caller_parts import MessageLeaver, Visitor
from mapokezi.emulator.callers import Manners, ReactiveCaller
from mapokezi.emulator.listening import ListeningSettings
from mapokezi.emulator.phone_call import LineConditions
from mapokezi.records.message_record import MessageRecord

DATA = Path("tests/data/kenyan_callers.toml")
CALLS = 20
_MANNERS = Manners(listening=ListeningSettings(hang_ms=1_100))
_KINDS = ("right", "wrong, marked", "wrong, unmarked", "missing")


async def measure(calls: int = CALLS) -> Measured:
    """Take the figures."""
    before = load_average()
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))
    ear = shared(moonshine_ear())
    sounds = {each["name"]: ways_of_hearing(each["name"], ear) for each in data["name"]}
    visitors = [visitor_of(data, number) for number in range(calls)]
    visitors = [replace(each, name_heard_as=sounds[each.name]) for each in visitors]
    words(line for visitor in visitors for line in MessageLeaver(visitor).lines())
    async with stage("names") as up:
        rungs = await some_at_once(
            [
                partial(_ring, up, visitor, line_of(data, number), ear)
                for number, visitor in enumerate(visitors)
            ],
            at_once=2,
        )
        found = [await up.messages_of(rung.record) for rung in rungs]
    return _measured(visitors, rungs, found, Load(before, load_average()))


def visitor_of(data: Mapping[str, Any], call: int) -> Visitor:
    """Give the visitor of a call, as the data's head says who calls when."""
    name, number = data["name"][call % 10], data["number"][(3 * call + call // 10) % 10]
    return Visitor(
        name=name["name"],
        number=number["number"],
        said_name=name["said"],
        spelled=name["spelled"],
        said_number=number["said"],
        said_number_again=number["said_again"],
    )


def line_of(data: Mapping[str, Any], call: int) -> LineConditions:
    """Give the line of a call."""
    seeds = data["seeds"]
    return LineConditions(noise_dbfs=data["noise_dbfs"], seed=seeds[call % len(seeds)])


async def _ring(up: Stage, visitor: Visitor, line: LineConditions, ear: Hear) -> Rung:
    part = MessageLeaver(visitor)
    return await ring_and_read(up, ReactiveCaller(part, words(part.lines()), _MANNERS), line, ear)


def verdict(visitor: Visitor, slot: str, messages: Sequence[MessageRecord]) -> str:
    """Judge a slot, ``name`` or ``number``, of what a call has left: one of `_KINDS`.

    Of several messages the latest counts, unless another is wrong and does not say so: the office
    would act on it all the same.
    """
    verdicts = [_verdict_on(visitor, slot, message) for message in messages]
    if "wrong, unmarked" in verdicts:
        return "wrong, unmarked"
    return verdicts[0] if verdicts else "missing"


def _verdict_on(visitor: Visitor, slot: str, message: MessageRecord) -> str:
    meant, got = (
        (visitor.name, message.name) if slot == "name" else (visitor.number, message.number)
    )
    if not got:
        return "missing"
    if _plain(meant) == _plain(got):
        return "right"
    return "wrong, marked" if slot in message.unsure else "wrong, unmarked"


def _plain(value: str) -> str:
    return re.sub(r"[^a-z0-9]", "", value.lower())


def _measured(
    visitors: list[Visitor],
    rungs: list[Rung],
    found: list[tuple[MessageRecord, ...]],
    load: Load,
) -> Measured:
    verdicts = {
        slot: [verdict(v, slot, m) for v, m in zip(visitors, found, strict=True)]
        for slot in ("name", "number")
    }
    counts = {slot: Counter(each) for slot, each in verdicts.items()}
    every = counts["name"] + counts["number"]
    whole = sum(a == b == "right" for a, b in zip(*verdicts.values(), strict=True))
    calls = len(visitors)
    figures = [
        Figure("calls", calls, "", f">= {CALLS}"),
        Figure("names and numbers right", share_of(every["right"], 2 * calls), "%", ">= 80"),
        Figure("wrong and unmarked", every["wrong, unmarked"], "", "<= 0"),
    ]
    for slot, count in counts.items():
        figures.append(
            Figure(f"{slot}: {' / '.join(_KINDS)}", " / ".join(str(count[k]) for k in _KINDS))
        )
    figures.append(Figure("both right", share_of(whole, calls), "%"))
    honest = [each["right"] + each["wrong, marked"] for each in counts.values()]
    figures.append(Figure("right, or marked as unsure", share_of(sum(honest), 2 * calls), "%"))
    lengths = [rung.heard.length_ms for rung in rungs]
    figures.append(Figure("length of a call, mean", round(sum(lengths) / calls / 1000), "s"))
    return Measured(
        "names",
        "Twenty messages with Kenyan names and numbers",
        figures,
        load,
        details={
            "calls": [
                {
                    "meant": (visitor.name, visitor.number),
                    "heard_as": visitor.name_heard_as,
                    "on_record": [(m.name, m.number, m.unsure, m.reason) for m in messages],
                    "heard": [f"{x.speaker}: {x.text}" for x in rung.heard.conversation],
                    "caller_on_record": [
                        t.text for t in rung.record.turns if t.speaker.value == "caller"
                    ],
                }
                for visitor, messages, rung in zip(visitors, found, rungs, strict=True)
            ]
        },
    )
