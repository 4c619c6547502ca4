"""Retention in the database: what is due, and its removal, some hundred calls at a time.

What of a kind is due is found along the indexes of office and instant, and removed in short
transactions, so that the line's own writer never waits long.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    delete,
    exists,
    func,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncEngine

from mapokezi.calls import CallId, OfficeId
from mapokezi.records.retention import Due, KeptFor, Kind
from mapokezi.stores.audit_trail import forget_deeds
from mapokezi.stores.platform_events import Transacts
from mapokezi.stores.schema import (
    call_notes,
    calls,
    erased_calls,
    messages,
    notices,
    open_questions,
    platform_calls,
    recordings,
    tasks,
    timeline,
    turns,
)

AT_ONCE = 200
"""Calls in one transaction: some 20 ms on a laptop."""
_ERASED_REMEMBERED = timedelta(days=30)
"""Nobody repeats an event of a call, or reads a spilled change of it back, after so long."""
_ABOUT_MESSAGES = ((messages, "created_at"), (tasks, "opened_at"), (notices, "planned_at"))


@dataclass(frozen=True, slots=True)
class DueRecording:
    """A call whose recordings are due to go."""

    call_id: CallId
    plain: str | None
    """The sound file that the call names; relative to the data folder."""
    kept: tuple[str, ...]
    """Files of recordings in their last form, likewise."""


def _has(table: Table) -> ColumnElement[bool]:
    return exists().where(table.c.call_id == calls.c.call_id)


_SOME_OF: dict[Kind, Callable[[], ColumnElement[bool]]] = {
    Kind.RECORDING: lambda: or_(calls.c.recording.is_not(None), _has(recordings)),
    Kind.TRANSCRIPT: lambda: or_(
        _has(turns),
        _has(timeline),
        _has(call_notes),
        _has(open_questions),
        calls.c.claims.is_not(null()),
    ),
    Kind.CALL: lambda: or_(calls.c.caller.is_not(None), calls.c.session_id != ""),
}


def _due_calls(kind: Kind, office_id: OfficeId, before: datetime) -> ColumnElement[bool]:
    return (
        (calls.c.office_id == office_id)
        & (calls.c.arrived_at < before)
        & calls.c.ended_at.is_not(None)
        & _SOME_OF[kind]()
    )


def _ids(kind: Kind, office_id: OfficeId, before: datetime, limit: int) -> Select[Any]:
    return (
        select(calls.c.call_id)
        .where(_due_calls(kind, office_id, before))
        .order_by(calls.c.arrived_at)
        .limit(limit)
    )


def _drop_transcripts(connection: Connection, office_id: OfficeId, before: datetime) -> int:
    found = connection.scalars(_ids(Kind.TRANSCRIPT, office_id, before, AT_ONCE)).all()
    for table in (turns, timeline, call_notes, open_questions):
        connection.execute(delete(table).where(table.c.call_id.in_(found)))
    connection.execute(update(calls).where(calls.c.call_id.in_(found)).values(claims=null()))
    return len(found)


def _drop_messages(connection: Connection, office_id: OfficeId, before: datetime) -> int:
    removed = 0
    for table, instant in _ABOUT_MESSAGES:
        key = table.primary_key.columns.values()[0]
        due = (
            select(key)
            .where(table.c.office_id == office_id, table.c[instant] < before)
            .limit(AT_ONCE)
        )
        found = connection.scalars(due).all()
        connection.execute(delete(table).where(key.in_(found)))
        removed += len(found)
    return removed


def _strip_calls(connection: Connection, office_id: OfficeId, before: datetime) -> int:
    """Take who rang, and what leads to it, out of calls; their counts and costs stay."""
    query = select(calls.c.call_id, calls.c.session_id)
    query = query.where(_due_calls(Kind.CALL, office_id, before)).limit(AT_ONCE)
    found = connection.execute(query).all()
    sessions = [row.session_id for row in found if row.session_id]
    connection.execute(delete(platform_calls).where(platform_calls.c.session_id.in_(sessions)))
    connection.execute(
        update(calls)
        .where(calls.c.call_id.in_([row.call_id for row in found]))
        .values(caller=None, session_id="")
    )
    return len(found)


_DROPS = {
    Kind.TRANSCRIPT: _drop_transcripts,
    Kind.MESSAGE: _drop_messages,
    Kind.CALL: _strip_calls,
}


def _forget_recordings(connection: Connection, found: list[CallId]) -> None:
    connection.execute(delete(recordings).where(recordings.c.call_id.in_(found)))
    connection.execute(update(calls).where(calls.c.call_id.in_(found)).values(recording=None))


def _forget_own(connection: Connection, audit_before: datetime, now: datetime) -> None:
    forget_deeds(connection, audit_before)
    old = erased_calls.c.erased_at < now - _ERASED_REMEMBERED
    connection.execute(delete(erased_calls).where(old))


class RetentionStore:
    """Finds and removes what is due."""

    def __init__(self, readers: AsyncEngine, writer: Transacts) -> None:
        """Read through ``readers``, remove through ``writer``."""
        self._readers = readers
        self._writer = writer

    async def offices(self) -> tuple[OfficeId, ...]:
        """Every office of which something is kept, also those that are served no more."""
        found: set[OfficeId] = set()
        async with self._readers.connect() as connection:
            for table in (calls, messages, tasks, notices):
                found |= set(await connection.scalars(select(table.c.office_id).distinct()))
        return tuple(sorted(found))

    async def due(self, office_id: OfficeId, keeps: KeptFor, now: datetime) -> tuple[Due, ...]:
        """What is due in one office, by kind; kinds of which nothing is are left out."""
        found = []
        async with self._readers.connect() as connection:
            for kind in Kind:
                before = keeps.due_before(kind, now)
                queries = _counts(kind, office_id, before)
                rows = [(await connection.execute(query)).one() for query in queries]
                count = sum(row[0] for row in rows)
                oldest = min((row[1] for row in rows if row[1] is not None), default=None)
                if count:
                    found.append(Due(office_id, kind, keeps.days(kind), before, count, oldest))
        return tuple(found)

    async def recordings_due(
        self, office_id: OfficeId, before: datetime
    ) -> tuple[DueRecording, ...]:
        """Some calls whose recordings are due, the earliest first."""
        query = (
            select(calls.c.call_id, calls.c.recording)
            .where(_due_calls(Kind.RECORDING, office_id, before))
            .order_by(calls.c.arrived_at)
            .limit(AT_ONCE)
        )
        async with self._readers.connect() as connection:
            rows = (await connection.execute(query)).all()
            ids = [row.call_id for row in rows]
            files = select(recordings.c.call_id, recordings.c.path)
            kept = (await connection.execute(files.where(recordings.c.call_id.in_(ids)))).all()
        return tuple(
            DueRecording(
                row.call_id,
                row.recording,
                tuple(one.path for one in kept if one.call_id == row.call_id),
            )
            for row in rows
        )

    async def forget_recordings(self, found: tuple[CallId, ...]) -> None:
        """Forget recordings whose files are gone."""
        await self._writer.transact(partial(_forget_recordings, found=list(found)))

    async def drop(self, kind: Kind, office_id: OfficeId, before: datetime) -> int:
        """Remove what is due of any kind but recordings, whose files must go first.

        Returns:
            How many there were.
        """
        work = partial(_DROPS[kind], office_id=office_id, before=before)
        removed = 0
        while some := await self._writer.transact(work):
            removed += some
        return removed

    async def forget_own(self, audit_before: datetime, now: datetime) -> None:
        """Forget what we keep of ourselves for long enough: old entries of the audit trail."""
        await self._writer.transact(partial(_forget_own, audit_before=audit_before, now=now))


def _counts(kind: Kind, office_id: OfficeId, before: datetime) -> list[Select[int, Any]]:
    if kind is Kind.MESSAGE:
        return [
            select(func.count(), func.min(table.c[instant])).where(
                table.c.office_id == office_id, table.c[instant] < before
            )
            for table, instant in _ABOUT_MESSAGES
        ]
    return [
        select(func.count(), func.min(calls.c.arrived_at)).where(
            _due_calls(kind, office_id, before)
        )
    ]
