"""Hand-offs, read from the records of the calls that had any."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, RowMapping, Text, cast, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from mapokezi.calls import CallId, OfficeId
from mapokezi.records.call_record import HandOffSummary, TimelineEntry
from mapokezi.records.hand_off_log import STEP, CallHandOffs, Reached, reached
from mapokezi.records.lists import PAGE_LIMIT, PageMark
from mapokezi.stores.call_rows import entry_of
from mapokezi.stores.schema import calls, timeline
from mapokezi.units import E164

_COLUMNS = (
    calls.c.call_id,
    calls.c.office_id,
    calls.c.caller,
    calls.c.arrived_at,
    calls.c.ended_at,
    calls.c.hand_offs,
)


def _has_any() -> ColumnElement[bool]:
    return cast(calls.c.hand_offs, Text) != "[]"


class HandOffStore:
    """Reads hand-offs."""

    def __init__(self, readers: AsyncEngine) -> None:
        """Read through an engine whose connections cannot write."""
        self._readers = readers

    async def page(
        self, older_than: PageMark | None = None, limit: int = PAGE_LIMIT
    ) -> tuple[tuple[CallHandOffs, ...], PageMark | None]:
        """List the calls that had hand-offs, the latest arrival first, with their steps.

        Returns:
            A page, and the mark of the next one; None behind the last.
        """
        query = select(*_COLUMNS).where(_has_any())
        if older_than is not None:
            key = tuple_(calls.c.arrived_at, calls.c.call_id)
            query = query.where(key < (older_than.at, older_than.id))
        query = query.order_by(calls.c.arrived_at.desc(), calls.c.call_id.desc()).limit(limit + 1)
        async with self._readers.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
            listed = rows[:limit]
            steps = await _steps(connection, [row["call_id"] for row in listed])
        found = tuple(_of_call(row, steps.get(row["call_id"], ())) for row in listed)
        more = len(rows) > limit
        return found, PageMark(found[-1].arrived_at, found[-1].call_id) if more else None

    async def reached(self, office_id: OfficeId, since: datetime) -> dict[str, Reached]:
        """Count, by person, the tries of an office's calls that arrived at ``since`` or later."""
        query = select(calls.c.hand_offs).where(
            calls.c.office_id == office_id, calls.c.arrived_at >= since, _has_any()
        )
        async with self._readers.connect() as connection:
            rows = (await connection.execute(query)).scalars().all()
        return reached(one for row in rows for one in _tries(row))


async def _steps(
    connection: AsyncConnection, call_ids: Sequence[str]
) -> dict[str, tuple[TimelineEntry, ...]]:
    query = (
        select(timeline)
        .where(timeline.c.call_id.in_(call_ids), timeline.c.what == STEP)
        .order_by(timeline.c.at_ms, timeline.c.number)
    )
    found: dict[str, tuple[TimelineEntry, ...]] = {}
    for row in (await connection.execute(query)).mappings():
        found[row["call_id"]] = (*found.get(row["call_id"], ()), entry_of(row))
    return found


def _of_call(row: RowMapping, steps: Iterable[TimelineEntry]) -> CallHandOffs:
    return CallHandOffs(
        call_id=CallId(row["call_id"]),
        office_id=OfficeId(row["office_id"]),
        caller=None if row["caller"] is None else E164(row["caller"]),
        arrived_at=row["arrived_at"],
        is_over=row["ended_at"] is not None,
        tries=_tries(row["hand_offs"]),
        steps=tuple(steps),
    )


def _tries(told: Any) -> tuple[HandOffSummary, ...]:
    return msgspec.convert(told, tuple[HandOffSummary, ...])
