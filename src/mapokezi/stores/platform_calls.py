"""What the phone platform has told of its sessions: its two ids of each, ends, recordings."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping, select
from sqlalchemy.ext.asyncio import AsyncEngine

from mapokezi.records.changes import SavePlatformCall
from mapokezi.records.platform_call import PlatformCall, PlatformRecording, merged
from mapokezi.stores.dialects import insert_into
from mapokezi.stores.erased import is_erased
from mapokezi.stores.schema import platform_calls

_AT_ONCE = 500
"""Ids in one SELECT."""


def save_platform_call(connection: Connection, change: SavePlatformCall) -> None:
    """Put what was told to what stands; in whatever order, and however often, it is the same."""
    told = change.told
    if is_erased(connection, told.session_id):
        return
    query = select(platform_calls).where(platform_calls.c.session_id == told.session_id)
    stands = connection.execute(query).mappings().first()
    known = told if stands is None else merged(platform_call_of(stands), told)
    if stands is not None and known == platform_call_of(stands):
        return
    row = _row_of(known)
    connection.execute(
        insert_into(connection, platform_calls)
        .values(row)
        .on_conflict_do_update(
            index_elements=[platform_calls.c.session_id],
            set_={name: value for name, value in row.items() if name != "session_id"},
        )
    )


def _row_of(call: PlatformCall) -> dict[str, Any]:
    return {
        "session_id": call.session_id,
        "call_uuid": call.call_uuid,
        "ended_at": call.ended_at,
        "duration_s": call.duration_s,
        "end": call.end,
        "recordings": msgspec.to_builtins(call.recordings),
    }


def platform_call_of(row: RowMapping) -> PlatformCall:
    """A row as what was told."""
    return PlatformCall(
        session_id=row["session_id"],
        call_uuid=row["call_uuid"],
        ended_at=row["ended_at"],
        duration_s=row["duration_s"],
        end=row["end"],
        recordings=msgspec.convert(row["recordings"], tuple[PlatformRecording, ...]),
    )


class PlatformCallStore:
    """Reads what the platform has told: the map of its two ids, both ways, among it."""

    def __init__(self, readers: AsyncEngine) -> None:
        """Read through an engine whose connections cannot write."""
        self._readers = readers

    async def of_session(self, session_id: str) -> PlatformCall | None:
        """What was told of a session; None if nothing was."""
        query = select(platform_calls).where(platform_calls.c.session_id == session_id)
        async with self._readers.connect() as connection:
            row = (await connection.execute(query)).mappings().first()
        return None if row is None else platform_call_of(row)

    async def sessions_of(self, uuids: Collection[str]) -> dict[str, str]:
        """The sessions of some rows, by UUID; of those that are not known nothing."""
        wanted = sorted({uuid for uuid in uuids if uuid})
        found: dict[str, str] = {}
        async with self._readers.connect() as connection:
            for first in range(0, len(wanted), _AT_ONCE):
                query = (
                    select(platform_calls.c.call_uuid, platform_calls.c.session_id)
                    .where(platform_calls.c.call_uuid.in_(wanted[first : first + _AT_ONCE]))
                    .order_by(platform_calls.c.session_id.desc())
                )
                rows = (await connection.execute(query)).all()
                found |= {row.call_uuid: row.session_id for row in rows}
        return found
