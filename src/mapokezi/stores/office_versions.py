"""The versions of offices, in the database: added to, never changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, select
from sqlalchemy.ext.asyncio import AsyncEngine

from mapokezi.calls import OfficeId
from mapokezi.records.office_version import OfficeVersion
from mapokezi.stores.dialects import insert_into
from mapokezi.stores.record_writer import RecordWriter
from mapokezi.stores.schema import office_versions


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version that is to be added if it is new."""

    office_id: OfficeId
    files: Mapping[str, str]
    at: datetime
    who: str
    difference: Sequence[str]
    after: int
    """The number of the version that the difference is to; 0: there was none."""


def add_version(connection: Connection, new: NewVersion) -> int:
    """Add a version, unless another process was quicker.

    Returns:
        The number of the latest version now.
    """
    connection.execute(
        insert_into(connection, office_versions)
        .values(
            office_id=new.office_id,
            number=new.after + 1,
            at=new.at,
            who=new.who,
            files=dict(new.files),
            difference=list(new.difference),
        )
        .on_conflict_do_nothing()
    )
    return new.after + 1


class OfficeVersionReader:
    """Reads versions."""

    def __init__(self, readers: AsyncEngine) -> None:
        """Read through an engine whose connections cannot write."""
        self._readers = readers

    async def latest(self, office_id: OfficeId) -> OfficeVersion | None:
        """Give the latest version; None if there is none."""
        found = await self.history(office_id, limit=1)
        return found[0] if found else None

    async def get(self, office_id: OfficeId, number: int) -> OfficeVersion | None:
        """Give a version by its number."""
        query = select(office_versions).where(
            office_versions.c.office_id == office_id, office_versions.c.number == number
        )
        async with self._readers.connect() as connection:
            row = (await connection.execute(query)).mappings().first()
        return None if row is None else _version(row)

    async def history(
        self, office_id: OfficeId, limit: int = 50, *, before: int | None = None
    ) -> tuple[OfficeVersion, ...]:
        """List an office's versions, the latest first; those with a number below ``before``."""
        query = (
            select(office_versions)
            .where(office_versions.c.office_id == office_id)
            .order_by(office_versions.c.number.desc())
            .limit(limit)
        )
        if before is not None:
            query = query.where(office_versions.c.number < before)
        async with self._readers.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return tuple(map(_version, rows))


class OfficeVersionStore(OfficeVersionReader):
    """Reads versions, and adds to them."""

    def __init__(self, readers: AsyncEngine, writer: RecordWriter) -> None:
        """Read through ``readers``, add through ``writer``."""
        super().__init__(readers)
        self._writer = writer

    async def add(self, new: NewVersion) -> int:
        """Add a version. Returns its number."""
        return await self._writer.transact(lambda connection: add_version(connection, new))


def _version(row: RowMapping | Any) -> OfficeVersion:
    return OfficeVersion(
        office_id=OfficeId(row["office_id"]),
        number=row["number"],
        at=row["at"],
        who=row["who"],
        files=row["files"],
        difference=tuple(row["difference"]),
    )
