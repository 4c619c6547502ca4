"""The audit trail, in the database: written with the deed, read by its instant."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, select, tuple_
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from mapokezi.records.audit import AuditEntry, Deed
from mapokezi.records.changes import NoteDeed
from mapokezi.records.lists import PAGE_LIMIT, PageMark
from mapokezi.stores.dialects import (
    ConnectionSettings,
    fault_of,
    insert_into,
    make_engine,
    read_url,
)
from mapokezi.stores.errors import StoreError
from mapokezi.stores.schema import audit_trail


def note_deed(connection: Connection, change: NoteDeed) -> None:
    """Write an entry, once for its id."""
    entry = change.entry
    connection.execute(
        insert_into(connection, audit_trail)
        .values(
            entry_id=entry.entry_id,
            at=entry.at,
            who=entry.who,
            deed=entry.deed.value,
            subject=entry.subject,
            detail=dict(entry.detail),
        )
        .on_conflict_do_nothing()
    )


async def note_at_once(url: str, entry: AuditEntry) -> None:
    """Write one entry into a database that a command has open for reading only.

    Raises:
        StoreError: It could not be written: locked for long, or not ours to write.
    """
    engine = make_engine(read_url(url), ConnectionSettings(), writes=True)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(note_deed, NoteDeed(entry))
    except SQLAlchemyError as error:
        raise StoreError(fault_of(error)) from None
    finally:
        await engine.dispose()


def forget_deeds(connection: Connection, before: datetime) -> int:
    """Forget entries that are older. Returns how many."""
    return connection.execute(delete(audit_trail).where(audit_trail.c.at < before)).rowcount


class AuditTrail:
    """Reads the trail."""

    def __init__(self, readers: AsyncEngine) -> None:
        """Read through an engine whose connections cannot write."""
        self._readers = readers

    async def page(
        self,
        older_than: PageMark | None = None,
        limit: int = PAGE_LIMIT,
        *,
        subject: str = "",
        deed: Deed | None = None,
    ) -> tuple[tuple[AuditEntry, ...], PageMark | None]:
        """List entries, the latest first; with the mark of the next page, if there is one."""
        query = select(audit_trail)
        if subject:
            query = query.where(audit_trail.c.subject == subject)
        if deed is not None:
            query = query.where(audit_trail.c.deed == deed.value)
        if older_than is not None:
            key = tuple_(audit_trail.c.at, audit_trail.c.entry_id)
            query = query.where(key < (older_than.at, older_than.id))
        query = query.order_by(audit_trail.c.at.desc(), audit_trail.c.entry_id.desc())
        async with self._readers.connect() as connection:
            rows = (await connection.execute(query.limit(limit + 1))).mappings().all()
        found = tuple(map(_entry, rows[:limit]))
        more = len(rows) > limit
        return found, PageMark(found[-1].at, found[-1].entry_id) if more else None


def _entry(row: RowMapping | Any) -> AuditEntry:
    return AuditEntry(
        entry_id=row["entry_id"],
        at=row["at"],
        who=row["who"],
        deed=Deed(row["deed"]),
        subject=row["subject"],
        detail=row["detail"],
    )
