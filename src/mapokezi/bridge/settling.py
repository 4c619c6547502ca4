"""Settles calls: the platform's ``cost_minor`` takes the place of our estimate.

`mapokezi.bridge.aftercare` asks within half a minute of a call's end. What is not settled then,
because the platform was late or away or this program was killed, is looked for in the records
and asked for again, more and more seldom, for eight days.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from mapokezi.bridge import clock
from mapokezi.bridge.call_memory import is_nameless
from mapokezi.calls import CallId
from mapokezi.carrier import CallDetail, CarrierError, SautiKit
from mapokezi.records.call_record import CallRecord
from mapokezi.records.changes import Change, SaveCost, SavePlatformCall
from mapokezi.records.ledger import Cost
from mapokezi.records.platform_call import PlatformCall
from mapokezi.records.ports import RecordKeeper
from mapokezi.stores.calls import CallStore

log = structlog.get_logger("mapokezi.bridge.settling")

_STILL_UP = frozenset({"ringing", "initiated", "queued", "answered", "active", "in-progress"})
"""Of the platform's statuses those in which a call's cost is not its last."""
_NOT_BEFORE = timedelta(seconds=45)
"""Until then `aftercare` asks."""
_FOR = timedelta(days=8)
_LOOK_EVERY_S = 60.0
_MOST = 1_000
_SPACED_S = 0.2
"""Between two questions: the platform's own limit is not known, and nobody waits for these."""
_LATER_BY = 1.5
"""A call is asked for again when it is this many times as old as it was the last time."""


def settled_by(call_id: CallId, detail: CallDetail, session_id: str) -> Sequence[Change]:
    """What goes on record of a bill: the cost, both ids, and the platform's count of seconds."""
    told = PlatformCall(
        session_id,
        call_uuid=detail.id if detail.id != session_id else "",
        duration_s=detail.duration_seconds,
    )
    changes: list[Change] = [SavePlatformCall(told)]
    if detail.cost is not None:
        changes.append(SaveCost(call_id, Cost(detail.cost, estimated=False)))
    return changes


async def bill_from(carrier: SautiKit, session_id: str) -> CallDetail | None:
    """Ask what a call cost; None while the platform does not know."""
    try:
        detail = await carrier.calls.show(session_id)
    except CarrierError as error:
        log.warning("cost_not_known", session_id=session_id, reason=str(error))
        return None
    if detail.cost is None or (detail.status or "").lower() in _STILL_UP:
        return None
    return detail


@dataclass(frozen=True, slots=True)
class SettlingParts:
    """What calls are settled with."""

    carrier: SautiKit
    keeper: RecordKeeper
    records: CallStore
    node: str
    """Only calls of this node are asked for: another one asks for its own."""


class Settling:
    """Asks for what old calls of this node cost, until the platform says so."""

    def __init__(self, parts: SettlingParts) -> None:
        """Begin knowing of none."""
        self._parts = parts
        self._asked_at: dict[CallId, datetime] = {}
        self._wanted = asyncio.Event()
        self._wanted_sessions: set[str] = set()

    def ask_soon(self, session_id: str) -> None:
        """The platform says that this call is over: its bill is not far."""
        self._wanted_sessions.add(session_id)
        self._wanted.set()

    async def run(self) -> None:
        """Settle what can be settled, for ever; to be cancelled."""
        while True:
            try:
                await self.settle_due()
            except Exception:
                log.exception("calls_not_settled")  # the records cannot be read just now
            self._wanted.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_EVERY_S):
                    await self._wanted.wait()

    async def settle_due(self) -> int:
        """Ask for every call that is due. Returns how many were settled."""
        now = clock.wall()
        unsettled = await self._parts.records.unsettled(
            self._parts.node, now - _FOR, now - _NOT_BEFORE, _MOST
        )
        known = {call.call_id for call in unsettled}
        self._asked_at = {call: at for call, at in self._asked_at.items() if call in known}
        settled = 0
        for call in unsettled:
            if self._is_due(call, now):
                settled += await self._settle(call)
                await asyncio.sleep(_SPACED_S)
        self._wanted_sessions.clear()
        return settled

    def _is_due(self, call: CallRecord, now: datetime) -> bool:
        if call.ended_at is None or is_nameless(call.session_id):
            return False
        asked_at = self._asked_at.get(call.call_id)
        if asked_at is None or call.session_id in self._wanted_sessions:
            return True
        return now - call.ended_at >= _LATER_BY * (asked_at - call.ended_at)

    async def _settle(self, call: CallRecord) -> bool:
        self._asked_at[call.call_id] = clock.wall()
        detail = await bill_from(self._parts.carrier, call.session_id)
        if detail is None:
            return False
        for change in settled_by(call.call_id, detail, call.session_id):
            self._parts.keeper.put(change)
        log.info("call_settled", call_id=call.call_id)
        return True
