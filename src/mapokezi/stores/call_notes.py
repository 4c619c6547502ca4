"""Notes of calls, in the database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from mapokezi.calls import CallId, OfficeId
from mapokezi.records.call_notes import CallNotes, Tag
from mapokezi.stores.column_types import storable
from mapokezi.stores.dialects import insert_into
from mapokezi.stores.schema import call_notes, calls
from mapokezi.units import E164


def save_call_notes(connection: Connection, notes: CallNotes) -> None:
    """Write a call's notes over those that stand."""
    row = _row(notes)
    statement = insert_into(connection, call_notes).values(row)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[call_notes.c.call_id],
            set_={name: value for name, value in row.items() if name != "call_id"},
        )
    )


class CallNotesStore:
    """Reads notes."""

    def __init__(self, readers: AsyncEngine) -> None:
        """Read through an engine whose connections cannot write."""
        self._readers = readers

    async def get(self, call_id: CallId) -> CallNotes | None:
        """A call's notes; None if there are none."""
        found = await self.of_calls((call_id,))
        return found.get(call_id)

    async def of_calls(self, call_ids: Iterable[CallId]) -> dict[CallId, CallNotes]:
        """The notes of some calls, by the call; those without are missing."""
        query = select(call_notes).where(call_notes.c.call_id.in_(tuple(call_ids)))
        async with self._readers.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return {row["call_id"]: _notes(row) for row in rows}

    async def rang_before(self, office_id: OfficeId, caller: E164, before: datetime) -> int:
        """How often a number has rung an office before an instant."""
        query = select(func.count()).where(
            calls.c.caller == caller, calls.c.office_id == office_id, calls.c.arrived_at < before
        )
        async with self._readers.connect() as connection:
            return await connection.scalar(query) or 0


def _row(notes: CallNotes) -> dict[str, Any]:
    return {
        "call_id": notes.call_id,
        "office_id": notes.office_id,
        "made_at": notes.made_at,
        "made_by": notes.made_by,
        "language": notes.language,
        "lines": [storable(line) for line in notes.lines],
        "promises": [storable(one) for one in notes.promises],
        "fields": {name: storable(value) for name, value in notes.fields.items()},
        "unsure": list(notes.unsure),
        "tags": [tag.value for tag in notes.tags],
    }


def _notes(row: RowMapping) -> CallNotes:
    return CallNotes(
        call_id=row["call_id"],
        office_id=row["office_id"],
        made_at=row["made_at"],
        made_by=row["made_by"],
        language=row["language"],
        lines=tuple(row["lines"]),
        promises=tuple(row["promises"]),
        fields=row["fields"],
        unsure=tuple(row["unsure"]),
        tags=tuple(Tag(tag) for tag in row["tags"]),
    )
