"""What this deployment's first calls taught of what nobody knows, fit to be sent to others.

Only words of the platform's own vocabulary, counts, and yes or no: no number, name, address, URL,
id, amount, or word that was said. Whatever the platform has written passes `plain_word`, which
keeps identifiers alone, and then `_Private`, which knows the names of this deployment.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from mapokezi import __version__
from mapokezi.app.doctor_finding import Deployment, Finding
from mapokezi.carrier import CallDetail, CarrierError
from mapokezi.errors import MapokeziError
from mapokezi.records.platform_habits import LEFT_OUT, PlatformHabits, plain_word
from mapokezi.stores.database import ReadOnlyDatabase, open_for_reading
from mapokezi.stores.habits_file import read_all_habits
from mapokezi.telephony.events import PROBE_KIND

_MOST_CALLS = 100
_MOST_TIMELINES = 25
_MOST_EVENTS = 500
_MOST_MESSAGES = 1_000


async def report_of(deployment: Deployment, findings: Sequence[Finding]) -> dict[str, Any]:
    """Write the report.

    Args:
        deployment: After its examination.
        findings: What that found. Only their names and colours are told.
    """
    private = _Private(await _private_texts(deployment))
    return {
        "about": {
            "mapokezi": __version__,
            "platform": "emulator" if deployment.emulated else "SautiKit",
            "redacted": "no numbers, names, addresses, ids, amounts, words spoken",
            "how to read it": "each word stands with how often it was seen; what could have been "
            f"somebody's stands as {LEFT_OUT}",
        },
        "checks": [_check(finding) for finding in findings],
        "learned": private.without(
            {
                **deployment.learned,
                **await _from_platform(deployment),
                **await _from_records(deployment),
                "ways of the platform": _from_habits(deployment),
            }
        ),
    }


class _Private:
    """The names of this deployment: of people, callers and the office."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._names = {name for text in texts for name in _names_in(text)}

    def without(self, told: Any) -> Any:
        """What was learned, without a word that has such a name in it."""
        if isinstance(told, Mapping):
            kept: dict[str, Any] = {}
            for key, value in told.items():
                word, before = self._word(key), kept.get(self._word(key))
                inner = self.without(value)
                both = isinstance(before, int) and isinstance(inner, int)
                kept[word] = before + inner if both else inner
            return kept
        if isinstance(told, list):
            return sorted({self.without(one) for one in told})
        return self._word(told) if isinstance(told, str) else told

    def _word(self, text: str) -> str:
        """Sentences and topics of our own have blanks; a word of the platform's never has."""
        is_ours = " " in text
        return text if is_ours or self._names.isdisjoint(_names_in(text)) else LEFT_OUT


_SHORTEST_NAME = 3
_PIECE = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
"""A piece of ``camelCase``, ``snake_case`` or ``dotted.words``."""


def _names_in(text: str) -> set[str]:
    return {
        piece.casefold() for piece in _PIECE.findall(text) if len(piece) >= _SHORTEST_NAME
    } - _VOCABULARY


_VOCABULARY = frozenset(
    {"call", "caller", "number", "from", "name", "answered", "completed", "stream", "started"}
)
"""Of names that an office could have in them, those which the report cannot do without."""


async def _private_texts(deployment: Deployment) -> list[str]:
    texts = [
        text
        for office in deployment.offices.values()
        for text in (office.name, *(person.name for person in office.people))
    ]
    try:
        async with open_for_reading(deployment.settings.database_url) as records:
            page = await records.messages.page(limit=_MOST_MESSAGES)
            texts += [message.name for message in page.messages]
    except (MapokeziError, SQLAlchemyError):
        pass  # then there are no callers' names that could be known
    return texts


def _from_habits(deployment: Deployment) -> dict[str, dict[str, int]]:
    """What the line has seen, of all nodes together."""
    habits = PlatformHabits()
    for seen in read_all_habits(deployment.settings.data_folder):
        habits.add(seen)
    return {topic: dict(sorted(words.items())) for topic, words in sorted(habits.seen.items())}


def _check(finding: Finding) -> dict[str, str]:
    name = "number" if finding.check.startswith("number") else finding.check
    return {"check": name, "health": finding.health.value}


async def _from_platform(deployment: Deployment) -> dict[str, Any]:
    """What the platform's own records of the latest calls tell."""
    if deployment.carrier is None:
        return {}
    try:
        calls = [call async for call in deployment.carrier.calls.each(most=_MOST_CALLS)]
        shown = await deployment.carrier.calls.show(calls[0].id) if calls else None
    except CarrierError as error:
        return {"platform's records": f"not read: {plain_word(error.code)}"}
    return {
        "calls on the platform": len(calls),
        "directions": _counted(call.direction for call in calls),
        "statuses": _counted(call.status for call in calls),
        "failure codes": _counted(call.failure_code for call in calls if call.failure_code),
        "calls without a cost": sum(call.cost_minor is None for call in calls if call.ended_at),
        "inbound is billed": _inbound_billed(calls),
        "billed by": Counter(filter(None, map(_rounding, calls))),
        "keys of a call's metadata": sorted(
            plain_word(key) for key in (shown.metadata if shown else {})
        ),
        "keys of a call's events": sorted(
            {plain_word(key) for event in (shown.events if shown else ()) for key in _keys(event)}
        ),
    }


def _inbound_billed(calls: Iterable[CallDetail]) -> str:
    rates = [
        call.rate_per_minute_minor
        for call in calls
        if call.direction == "inbound" and call.rate_per_minute_minor is not None
    ]
    if not rates:
        return "not known"
    return "yes" if any(rates) else "no"


def _rounding(call: CallDetail) -> str | None:
    """How a call's time was counted; None if its bill does not tell."""
    rate, length_s, cost = call.rate_per_minute_minor, call.duration_seconds, call.cost_minor
    if not rate or not length_s or cost is None or length_s % 60 == 0:
        return None
    if cost == rate * -(-length_s // 60):
        return "started minutes"
    if abs(cost - rate * length_s / 60) <= 1:
        return "seconds"
    return "neither"


async def _from_records(deployment: Deployment) -> dict[str, Any]:
    """What our own records of the latest calls tell."""
    try:
        async with open_for_reading(deployment.settings.database_url) as records:
            return {**await _from_calls(records), **await _from_events(records)}
    except (MapokeziError, SQLAlchemyError):
        return {"own records": "none"}


async def _from_calls(records: ReadOnlyDatabase) -> dict[str, Any]:
    page = await records.calls.page(limit=_MOST_CALLS)
    instants: Counter[str] = Counter()
    for call in page.calls[:_MOST_TIMELINES]:
        found = await records.calls.get(call.call_id)
        instants.update({entry.what for entry in found.timeline} if found else ())
    return {
        "calls on record": len(page.calls),
        "calls whose media opened": sum(call.answered_at is not None for call in page.calls),
        "how calls ended": Counter(
            call.termination.reason.value for call in page.calls if call.termination
        ),
        "hand-offs": Counter(
            f"{tried.executor}: {tried.outcome.value if tried.outcome else 'not known'}"
            for call in page.calls
            for tried in call.hand_offs
        ),
        "calls in which a key was noticed": instants["key_pressed"],
        "calls whose stream came back": instants["media_reopened"],
    }


async def _from_events(records: ReadOnlyDatabase) -> dict[str, Any]:
    """In which forms the platform's events came."""
    forms = await records.event_log.latest_forms(_MOST_EVENTS)
    forms = tuple(form for form in forms if form.told_kind != PROBE_KIND)
    keys: dict[str, set[str]] = {}
    for form in forms:
        keys.setdefault(plain_word(form.envelope), set()).update(map(plain_word, form.keys))
    return {
        "events": _counted(form.kind for form in forms),
        "what events call themselves": _counted(form.told_kind for form in forms),
        "forms of events": _counted(form.envelope for form in forms),
        "keys of events by form": {form: sorted(names) for form, names in keys.items()},
    }


def _counted(words: Iterable[str | None]) -> dict[str, int]:
    return dict(Counter(plain_word(word) if word else "not told" for word in words))


def _keys(event: Any) -> Iterable[str]:
    return event.keys() if isinstance(event, dict) else ()
