"""What the line does beside its calls: the platform's events, the caps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Any

from mapokezi.app.costs import Costs
from mapokezi.bridge.calls_in_progress import CallsInProgress
from mapokezi.bridge.cap_watch import CapParts, CapWatch
from mapokezi.bridge.event_work import EventNotKept, EventParts, EventWork
from mapokezi.bridge.ledger_keeping import LedgerKeeper
from mapokezi.calls import OfficeId
from mapokezi.carrier import SautiKit
from mapokezi.receptionist.office import Office
from mapokezi.stores.database import Database
from mapokezi.telephony.events import PlatformEvent


class LineWork:
    """Work of one line process that goes on while calls come and go."""

    def __init__(
        self,
        node: str,
        costs: Costs,
        records: Database,
        offices: Mapping[OfficeId, Office],
        carrier: SautiKit | None,
    ) -> None:
        """Put it together; nothing runs yet."""
        self._records = records
        self._node = node
        self._carrier = carrier
        parts = CapParts(costs.caps, costs.rates, costs.prices, records.calls, offices)
        self.caps = CapWatch(parts)
        self.keeper = LedgerKeeper(records.writer, costs.rates, self.caps.ended)
        """Keeps the calls' records, ended ones with their ledger."""
        self._events: EventWork | None = None

    async def take_event(self, event: PlatformEvent) -> None:
        """Keep an event of the platform's.

        Raises:
            EventNotKept: It could not be kept, or this is not running.
        """
        if self._events is None:
            raise EventNotKept("the line is not running")
        await self._events.take(event)

    @asynccontextmanager
    async def running(self, calls: CallsInProgress) -> AsyncIterator[None]:
        """Run it beside these calls; what has come in by the end is worked before it ends."""
        events = self._events = EventWork(
            EventParts(
                keeper=self._records.writer,
                store=self._records.events,
                ids=self._records.platform_calls,
                records=self._records.calls,
                calls=calls,
                node=self._node,
                carrier=self._carrier,
            )
        )
        await self.caps.read_day()
        tasks = [asyncio.create_task(run) for run in (events.run(), self.caps.run())]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def health(self) -> Mapping[str, Any]:
        """What `/healthz` tells of it."""
        return {"events": asdict(self._events.counts) if self._events is not None else {}}
