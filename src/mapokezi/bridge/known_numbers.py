"""Numbers that ring again: looked up as their call comes, beside the answer to the platform."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog

from mapokezi.bridge import clock
from mapokezi.bridge.call_in_progress import CallInProgress
from mapokezi.bridge.errands import Errands
from mapokezi.calls import CallId, OfficeId
from mapokezi.records.known_caller import KnownCaller
from mapokezi.records.lists import day_span
from mapokezi.records.message_record import MessageRecord
from mapokezi.records.tasks import Task
from mapokezi.units import E164

log = structlog.get_logger("mapokezi.bridge.known_numbers")

_LOOK_UP_S = 0.5
"""A database that is slower than this tells us nothing for this call: it is answered all the
same, and sooner than the platform has opened its stream."""


class CallerRecords(Protocol):
    """What is on record of numbers; implemented by `mapokezi.stores.known_callers`."""

    async def of(
        self,
        office_id: OfficeId,
        caller: E164,
        now: datetime,
        day_began: datetime,
        but: CallId | None = None,
    ) -> KnownCaller:
        """How often it rang, and what became of it."""

    async def left_by(
        self, office_id: OfficeId, caller: E164, now: datetime, but: CallId
    ) -> Sequence[tuple[MessageRecord, Task | None]]:
        """The messages that were left in its calls, the latest first."""


class KnownNumbers:
    """Tells each call what is on record of its number."""

    def __init__(self, records: CallerRecords | None) -> None:
        """Look into these records; None: no number is ever known."""
        self._records = records
        self._errands = Errands()

    def look_up(self, call: CallInProgress, then: Callable[[], None]) -> None:
        """Find out, then go on; at once where there is nothing to find out.

        Args:
            call: That has just come; `CallInProgress.known` is set.
            then: What waits for it, at most half a second.
        """
        if self._records is None or call.caller is None:
            then()
            return
        self._errands.run(self._look_up(self._records, call, call.caller, then))

    async def settle(self) -> None:
        """Wait for what is being looked up."""
        await self._errands.settle(_LOOK_UP_S)

    async def _look_up(
        self,
        records: CallerRecords,
        call: CallInProgress,
        caller: E164,
        then: Callable[[], None],
    ) -> None:
        now = clock.wall()
        zone = ZoneInfo(call.office.hours.timezone)
        today, _ = day_span(now.astimezone(zone).date(), zone)
        try:
            async with asyncio.timeout(_LOOK_UP_S):
                call.known = await records.of(call.office_id, caller, now, today, call.call_id)
        except Exception as error:  # noqa: BLE001  whatever it is, the call goes on without
            log.warning("caller_not_looked_up", call_id=call.call_id, fault=type(error).__name__)
        then()
