"""What this deployment's first calls taught of what nobody knows, fit to be sent to others.

Only words of the platform's own vocabulary, counts, and yes or no: no number, name, address, URL,
id, amount, or word that was said. Everything that is put in passes `_word`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from mapokezi import __version__
from mapokezi.app.doctor_finding import PROBE_KIND, Deployment, Finding
from mapokezi.carrier import CallDetail, CarrierError
from mapokezi.errors import MapokeziError
from mapokezi.stores.database import ReadOnlyDatabase, open_for_reading

_MOST_CALLS = 100
_MOST_TIMELINES = 25
_MOST_EVENTS = 500


async def report_of(deployment: Deployment, findings: Sequence[Finding]) -> dict[str, Any]:
    """Write the report.

    Args:
        deployment: After its examination.
        findings: What that found. Only their names and colours are told.
    """
    return {
        "about": {
            "mapokezi": __version__,
            "platform": "emulator" if deployment.emulated else "SautiKit",
            "redacted": "no numbers, names, addresses, ids, amounts, words spoken",
        },
        "checks": [_check(finding) for finding in findings],
        "learned": {
            **deployment.learned,
            **await _from_platform(deployment),
            **await _from_records(deployment),
        },
    }


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
        return {"platform's records": f"not read: {_word(error.code)}"}
    return {
        "calls on the platform": len(calls),
        "directions": _counted(call.direction for call in calls),
        "statuses": _counted(call.status for call in calls),
        "failure codes": _counted(call.failure_code for call in calls if call.failure_code),
        "calls without a cost": sum(call.cost_minor is None for call in calls if call.ended_at),
        "inbound is billed": _inbound_billed(calls),
        "billed by": _counted(filter(None, map(_rounding, calls))),
        "keys of a call's metadata": sorted(
            _word(key) for key in (shown.metadata if shown else {})
        ),
        "keys of a call's events": sorted(
            {_word(key) for event in (shown.events if shown else ()) for key in _keys(event)}
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
        "how calls ended": _counted(
            call.termination.reason.value for call in page.calls if call.termination
        ),
        "hand-offs": _counted(
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
        keys.setdefault(_word(form.envelope), set()).update(map(_word, form.keys))
    return {
        "events": _counted(form.kind for form in forms),
        "what events call themselves": _counted(form.told_kind for form in forms),
        "forms of events": _counted(form.envelope for form in forms),
        "keys of events by form": {form: sorted(names) for form, names in keys.items()},
    }


def _counted(words: Iterable[str | None]) -> dict[str, int]:
    return dict(Counter(_word(word or "not told") for word in words))


def _keys(event: Any) -> Iterable[str]:
    return event.keys() if isinstance(event, dict) else ()


def _word(text: object) -> str:
    """A word of a vocabulary; whatever could be a number, an address or a name is left out."""
    word = str(text)
    return word if re.fullmatch(r"[A-Za-z][A-Za-z_.:\- ]{0,39}", word) else "(left out)"
