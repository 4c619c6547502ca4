"""The platform's bill in the place of our estimate.

The line asks within half a minute of a call's end (`mapokezi.bridge.aftercare`). What the platform
does not know by then is asked for here, more and more seldom, for eight days.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from mapokezi.aftercall.effects import NOT_NEEDED, Effect, Step
from mapokezi.calls import CallId
from mapokezi.carrier import SautiKit
from mapokezi.carrier.bills import bill_from, settled_by
from mapokezi.stores.database import Database
from mapokezi.stores.effects import DueEffect

SETTLE = "settle"
_MINUTE, _HOUR = 60, 3600
AGAIN_AFTER = tuple(
    timedelta(seconds=seconds)
    for seconds in (
        *(45, 2 * _MINUTE, 5 * _MINUTE, 15 * _MINUTE, 30 * _MINUTE),
        *(_HOUR, 2 * _HOUR, 4 * _HOUR, 8 * _HOUR),
        *[24 * _HOUR] * 7,
    )
)
"""A platform that is late is late by minutes, or by as long as somebody takes to mend it."""


@dataclass(frozen=True, slots=True)
class SettlingParts:
    """What calls are settled with."""

    records: Database
    carrier: SautiKit
    is_nameless: Callable[[str], bool]
    """Whether a session is none that the platform knows."""


class Settling:
    """Asks for what calls cost, until the platform says so."""

    def __init__(self, parts: SettlingParts) -> None:
        """Take the carrier."""
        self._parts = parts

    def effect(self) -> Effect:
        """What is done for each call."""
        return Effect(SETTLE, (Step("settle", self.settle),), AGAIN_AFTER)

    async def settle(self, due: DueEffect) -> str:
        """Ask what a call cost, unless that is known."""
        found = await self._parts.records.calls.get(CallId(due.subject))
        if found is None or self._parts.is_nameless(found.call.session_id):
            return NOT_NEEDED
        cost = found.call.cost
        if cost is not None and not cost.estimated:
            return NOT_NEEDED
        if not due.tries:
            return "asked_by_the_line"  # which has thirty seconds for it
        detail = await bill_from(self._parts.carrier, found.call.session_id)
        if detail is None:
            return "no_bill_yet"
        for change in settled_by(found.call.call_id, detail, found.call.session_id):
            await self._parts.records.writer.commit(change)
        return ""
