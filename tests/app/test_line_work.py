"""What the line does beside its calls, put together as `mapokezi line` does."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mapokezi.app.costs import costs_of
from mapokezi.app.line_work import LineWork
from mapokezi.bridge.calls_in_progress import CallsInProgress
from mapokezi.bridge.calls_settings import CallsSettings
from mapokezi.bridge.event_work import EventNotKept
from mapokezi.calls import CallId
from mapokezi.config import CapsConfig, LedgerConfig, Settings
from mapokezi.records.changes import SaveArrival, SaveEnd
from mapokezi.stores.database import DatabaseSettings, open_database
from mapokezi.stores.office_files import read_office
from mapokezi.telephony.events import read_event
from mapokezi.telephony.urls import CallbackUrls

if TYPE_CHECKING:
    from tests.sample_records import Examples

pytestmark = pytest.mark.anyio

OFFICE = read_office(Path(__file__).parents[2] / "examples" / "law-office")


async def test_events_are_worked_while_it_runs_and_only_then(
    tmp_path: Path, examples: Examples
) -> None:
    body = {
        "kind": "call.completed",
        "event_id": "e",
        "data": {"pbx_call_id": "HD_1", "duration_seconds": 7},
    }
    event = read_event("application/json", json.dumps(body).encode(), {})
    settings = Settings(
        caps=CapsConfig(day_minutes=1), ledger=LedgerConfig(inbound_kes_per_minute=0.6)
    )
    database = DatabaseSettings(url=f"sqlite:///{tmp_path / 'm.db'}", spill_file=tmp_path / "spill")
    async with open_database(database) as records:
        work = LineWork("n-1", costs_of(settings), records, {OFFICE.id: OFFICE}, None)
        calls = CallsInProgress(CallsSettings(), CallbackUrls("http://127.0.0.1:8480"), (OFFICE,))
        with pytest.raises(EventNotKept):
            await work.take_event(event)
        async with work.running(calls):
            await work.take_event(event)
            async with asyncio.timeout(20):
                while (await records.events.counts()) != (1, 0):  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
            told = await records.platform_calls.of_session("HD_1")
            assert told is not None
            assert told.duration_s == 7
            assert work.health() == {"events": {"worked": 1, "put_off": 0, "given_up": 0}}
            await work.keeper.commit(SaveArrival(examples.arrival()))
            await work.keeper.commit(SaveEnd(examples.ended()))
        found = await records.calls.get(CallId("c-000000"))
        assert found is not None
        assert found.call.cost is not None
        assert found.call.cost.amount.minor == 65  # begun seconds of an inbound leg, at 1 a second
        assert sum(line.price.minor for line in found.call.ledger) == 65
