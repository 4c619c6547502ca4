"""The recordings that are kept: which file is whose, by which key it is sealed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, delete, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from mapokezi.calls import CallId
from mapokezi.records.kept_recording import Copy, KeptRecording
from mapokezi.stores.dialects import insert_into
from mapokezi.stores.schema import recordings

_KEY = ("call_id", "copy")


def save_recording(connection: Connection, kept: KeptRecording) -> None:
    """Write where a recording is, over what stood of the same call and copy."""
    row = _row(kept)
    connection.execute(
        insert_into(connection, recordings)
        .values(row)
        .on_conflict_do_update(
            index_elements=[recordings.c.call_id, recordings.c.copy],
            set_={name: value for name, value in row.items() if name not in _KEY},
        )
    )


def forget_recordings(connection: Connection, call_id: CallId) -> None:
    """Forget all recordings of a call: their files are gone."""
    connection.execute(delete(recordings).where(recordings.c.call_id == call_id))


class RecordingStore:
    """Reads which recordings are kept."""

    def __init__(self, readers: AsyncEngine) -> None:
        """Read through an engine whose connections cannot write."""
        self._readers = readers

    async def of_call(self, call_id: CallId) -> tuple[KeptRecording, ...]:
        """The recordings of a call, ours first."""
        return await self._found(kept_of(call_id))

    async def count_by_key(self) -> dict[str, int]:
        """How many recordings each key has sealed; under an empty id those that are not sealed."""
        query = select(recordings.c.key_id, func.count()).group_by(recordings.c.key_id)
        async with self._readers.connect() as connection:
            return {row[0]: row[1] for row in (await connection.execute(query)).all()}

    async def sealed_otherwise(self, key_id: str, limit: int) -> tuple[KeptRecording, ...]:
        """Recordings that another key than this has sealed, or none has; the earliest first."""
        query = (
            select(recordings)
            .where(recordings.c.key_id != key_id)
            .order_by(recordings.c.kept_at, recordings.c.call_id, recordings.c.copy)
            .limit(limit)
        )
        return await self._found(query)

    async def _found(self, query: Any) -> tuple[KeptRecording, ...]:
        async with self._readers.connect() as connection:
            return tuple(map(recording_of, (await connection.execute(query)).mappings()))


def kept_of(call_id: CallId) -> Select[Any]:
    """The SELECT of a call's recordings, ours first."""
    return select(recordings).where(recordings.c.call_id == call_id).order_by(recordings.c.copy)


def _row(kept: KeptRecording) -> dict[str, Any]:
    return {
        "call_id": kept.call_id,
        "copy": kept.copy.value,
        "path": kept.path,
        "media_type": kept.media_type,
        "length_ms": kept.length_ms,
        "size_bytes": kept.size_bytes,
        "sha256": kept.sha256,
        "key_id": kept.key_id,
        "kept_at": kept.kept_at,
    }


def recording_of(row: RowMapping) -> KeptRecording:
    """A row as the recording."""
    return KeptRecording(
        call_id=row["call_id"],
        copy=Copy(row["copy"]),
        path=row["path"],
        media_type=row["media_type"],
        length_ms=row["length_ms"],
        size_bytes=row["size_bytes"],
        sha256=row["sha256"],
        key_id=row["key_id"],
        kept_at=row["kept_at"],
    )


def all_of(connection: Connection, calls: Sequence[CallId]) -> tuple[KeptRecording, ...]:
    """The recordings of some calls, in a transaction."""
    query = select(recordings).where(recordings.c.call_id.in_(calls))
    return tuple(map(recording_of, connection.execute(query).mappings()))
