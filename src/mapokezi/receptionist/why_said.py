"""Why something was said: each sentence's source, and what was decided, of a call's record."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from mapokezi.receptionist.facts_told import rests_on, stems_of
from mapokezi.receptionist.hours import describe_day, describe_week
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.spoken import DayRead

_SENTENCE_END = re.compile(r"(?<=[.!?]) +")
_ONE_DAY = re.compile(r"hours:(\d{4}-\d\d-\d\d)")


@dataclass(frozen=True, slots=True)
class Source:
    """What words rest on."""

    fact_id: str
    """``parking``, ``hours``, ``hours:week``, ``hours:2026-11-23``, ``person:brian-otieno``."""
    title: str
    text: str
    """As the office told it then; empty: it cannot be found any more."""
    where: str
    """The file, and the line."""


@dataclass(frozen=True, slots=True)
class SaidSentence:
    """A sentence as it was heard, and its sources; none: it states nothing of the office."""

    text: str
    sources: tuple[Source, ...]


def sentences_with_sources(
    text: str, fact_ids: Sequence[str], office: Office | None, arrived_at: datetime
) -> tuple[SaidSentence, ...]:
    """Give a turn's sentences, each with what it rests on.

    Args:
        text: what was heard of the receptionist.
        fact_ids: what the turn rests on, as it is kept with it.
        office: in the version on which the call ran; None if that is not known any more.
        arrived_at: the call's instant, for hours; aware.
    """
    sources = [source_of(fact_id, office, arrived_at) for fact_id in dict.fromkeys(fact_ids)]
    said = [one for one in _SENTENCE_END.split(text.strip()) if one]
    found = [[source for source in sources if _rests_on(one, source)] for one in said]
    placed = {source.fact_id for these in found for source in these}
    left = [source for source in sources if source.fact_id not in placed]
    if left and said:  # said in quite other words: it belongs to the sentence that tells the most
        place = max(range(len(said)), key=lambda at: (not found[at], len(stems_of(said[at]))))
        found[place] += left
    return tuple(SaidSentence(one, tuple(these)) for one, these in zip(said, found, strict=True))


def source_of(fact_id: str, office: Office | None, arrived_at: datetime) -> Source:
    """Give a source by the id that is kept of it."""
    if office is None:
        return Source(fact_id, fact_id, "", "")
    fact = next((one for one in office.facts if one.id == fact_id), None)
    if fact is not None:
        return Source(fact_id, fact.title, fact.answer, fact.source)
    if fact_id == "office":
        return Source(fact_id, "The office", office.name, "office.toml")
    if fact_id == "hours" or fact_id.startswith("hours:"):
        return Source(fact_id, "Opening hours", _hours(fact_id, office, arrived_at), "hours.toml")
    wanted = fact_id.removeprefix("person:")
    person = next((one for one in office.people if one.id == wanted), None)
    if person is not None:
        text = f"{person.name} is our {person.role}."
        return Source(fact_id, person.name, text, "people.toml")
    return Source(fact_id, fact_id, "", "")


def _hours(fact_id: str, office: Office, arrived_at: datetime) -> str:
    named = _ONE_DAY.fullmatch(fact_id)
    if named is None:
        return describe_week(office.hours)
    try:
        day = date.fromisoformat(named[1])
    except ValueError:
        return describe_week(office.hours)
    return describe_day(office.hours, DayRead(day, day.isoformat()), arrived_at)


def _rests_on(sentence: str, source: Source) -> bool:
    is_question = sentence.rstrip().endswith("?")
    return not is_question and rests_on(stems_of(sentence), stems_of(source.text))


@dataclass(frozen=True, slots=True)
class Decided:
    """A tool call, or what the clerk understood, with what came of it and why."""

    at_ms: int
    what: str
    """``look up``, ``hand over``; of the clerk ``understood``."""
    came: str
    """``saved``, ``refused``, ``no result in time``; of the clerk what it understood."""
    why: str = ""
    found: tuple[str, ...] = ()
    """Ids of what was looked up."""


_TOOLS = frozenset({"tool_called", "tool_answered", "tool_late", "tool_withdrawn"})
_AFTER = {"tool_late": "no result in time", "tool_withdrawn": "taken back"}
_DEEDS = {
    "answer": "asked for",
    "hours": "asked for the opening hours",
    "hand_over": "wants to be put through to",
    "start_message": "wants to leave a message for",
    "fill": "told their",
    "dont_know": "asked what the office has not told us",
    "refuse": "asked what is never answered here",
    "urgent": "told of something urgent",
    "confirm": "said yes",
    "deny": "said no",
    "identity": "asked who is speaking",
    "repeat": "asked to hear it again",
    "unclear": "could not be understood surely",
    "wait": "asked for a moment, or only listened",
    "goodbye": "said goodbye",
    "greeting": "greeted, or thanked",
}

_OF_SOMETHING = frozenset({"answer", "hand_over", "start_message", "fill"})


def decisions_of(
    entries: Sequence[tuple[int, str, Mapping[str, Any]]],
) -> tuple[Decided, ...]:
    """Read from a call's timeline what was decided, in order.

    Args:
        entries: of each its instant in ms, what happened, and its values.
    """
    called: dict[str, int] = {}
    found: list[Decided] = []
    for at_ms, what, values in entries:
        if what == "voice_noted" and values.get("what") == "understood":
            found.append(Decided(at_ms, "understood", _understood(str(values.get("detail", "")))))
        elif what == "tool_called":
            called[str(values.get("id", ""))] = len(found)
            name = str(values.get("name", "")).replace("_", " ")
            found.append(Decided(at_ms, name, "no result"))
        elif what in _TOOLS and (place := called.get(str(values.get("id", "")))) is not None:
            before = found[place]
            status = str(values.get("status", "")).replace("_", " ")
            ids = tuple(one for one in str(values.get("found", "")).split(", ") if one)
            came = _AFTER.get(what) or status or "done"
            why = str(values.get("why", ""))
            found[place] = Decided(before.at_ms, before.what, came, why, ids)
    return tuple(found)


def _understood(deed: str) -> str:
    kind, _, of = deed.partition(":")
    words, of = _DEEDS.get(kind, kind.replace("_", " ")), of.replace("_", " ")
    if of and kind in _OF_SOMETHING:
        return f"{words} {of}"
    return words.removesuffix(" for").removesuffix(" to")
