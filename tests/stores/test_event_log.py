"""How the platform's events were written, read back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mapokezi.records.changes import SaveEvent
from mapokezi.records.event_record import EventRecord
from mapokezi.stores.database import DatabaseSettings, open_database
from mapokezi.stores.event_log import EventForm

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.anyio
async def test_the_latest_events_come_first_with_their_forms(tmp_path: Path) -> None:
    facts = {
        "envelope": "a",
        "kind_text": "call.completed",
        "callback": {"raw_keys": ["kind", "data"]},
    }
    events = [
        EventRecord("e-1", "completed", AT, "node-1", facts=facts),
        EventRecord("e-2", "unknown", AT + timedelta(seconds=1), "node-1"),
    ]
    settings = DatabaseSettings(
        url=f"sqlite:///{tmp_path / 'mapokezi.db'}", spill_file=tmp_path / "spill.jsonl"
    )
    async with open_database(settings) as database:
        for event in events:
            await database.writer.commit(SaveEvent(event))
        forms = await database.event_log.latest_forms(10)
        assert len(await database.event_log.latest_forms(1)) == 1
    assert forms == (
        EventForm("unknown", "", "", ()),
        EventForm("completed", "a", "call.completed", ("kind", "data")),
    )
