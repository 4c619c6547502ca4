"""What has been done after each call, and what is still to be done.

This table, and not that of the durable work, is the truth of what is done: the sweep looks here
for what is missing. So the work goes on though its own database was lost, and a call whose record
came in late is found like any other.

A row is written when an effect is done, or is put off. One that was never tried has none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, and_, delete, func, literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncEngine

from mapokezi.calls import CallId
from mapokezi.stores.dialects import insert_into
from mapokezi.stores.platform_events import Transacts
from mapokezi.stores.schema import calls, effects, messages, tasks


@dataclass(frozen=True, slots=True)
class DueEffect:
    """Something that is to be done now."""

    subject: str
    """A call's id, a message's, or what else it is done once for."""
    effect: str
    call_id: CallId | None = None
    tries: int = 0
    """How often it was tried before."""
    version: datetime | None = None
    """Of the message; None: not of one."""


@dataclass(frozen=True, slots=True)
class EffectState:
    """How far an effect is."""

    subject: str
    effect: str
    tries: int
    due_at: datetime | None
    done_at: datetime | None
    version: datetime | None
    why: str

    def is_past(self, due: DueEffect) -> bool:
        """Whether a try is told of here already."""
        if due.version is not None and (self.version is None or self.version < due.version):
            return False
        return self.done_at is not None or self.tries > due.tries


def finish_effect(connection: Connection, due: DueEffect, at: datetime, why: str = "") -> None:
    """Write that an effect is done, or given up with a reason."""
    _save(connection, due, {"done_at": at, "due_at": None, "why": why, "tries": due.tries + 1})


def put_off_effect(connection: Connection, due: DueEffect, until: datetime, why: str) -> None:
    """Write that an effect was tried and is to be tried again."""
    _save(connection, due, {"done_at": None, "due_at": until, "why": why, "tries": due.tries + 1})


def _save(connection: Connection, due: DueEffect, values: dict[str, Any]) -> None:
    row = {
        "subject": due.subject,
        "effect": due.effect,
        "call_id": due.call_id,
        "version": due.version,
        **values,
    }
    statement = insert_into(connection, effects).values(row)
    told = statement.excluded
    is_newer = told.version > effects.c.version
    is_same = or_(effects.c.version.is_(None), effects.c.version == told.version)
    # Never back: of two who write of one try the first counts, and what is done stays done.
    is_next = and_(is_same, effects.c.done_at.is_(None), effects.c.tries <= due.tries)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[effects.c.subject, effects.c.effect],
            set_={**values, "version": due.version},
            where=or_(is_newer, is_next),
        )
    )


class EffectStore:
    """What has been done after calls. Used by one process at a time."""

    def __init__(self, readers: AsyncEngine, writer: Transacts) -> None:
        """Read through ``readers``, write through ``writer``."""
        self._readers = readers
        self._writer = writer

    async def due_after_calls(
        self, wanted: Sequence[str], since: datetime, now: datetime, limit: int
    ) -> tuple[DueEffect, ...]:
        """Find what is to be done for calls that have ended, the earliest ended first.

        Args:
            wanted: the effects.
            since: calls that arrived before are no longer looked at.
            now: what is put off beyond it is not due.
            limit: at most so many.
        """
        if not wanted:
            return ()
        each = union_all(*(_due_of(effect, since, now) for effect in wanted)).subquery()
        query = select(each).order_by(each.c.ended_at, each.c.call_id).limit(limit)
        async with self._readers.connect() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(
            DueEffect(row.call_id, row.effect, CallId(row.call_id), row.tries or 0) for row in rows
        )

    async def due_of_messages(
        self, effect: str, since: datetime, now: datetime, limit: int
    ) -> tuple[DueEffect, ...]:
        """Find messages for which ``effect`` is to be done, or done anew, the earliest first."""
        done = _joined(effect, messages.c.message_id)
        query = (
            select(
                messages.c.message_id,
                messages.c.call_id,
                messages.c.created_at,
                effects.c.tries,
                effects.c.version,
            )
            .select_from(messages.outerjoin(effects, done))
            .where(
                messages.c.created_at >= since,
                or_(
                    _is_due(now),
                    effects.c.version < messages.c.created_at,
                ),
            )
            .order_by(messages.c.created_at, messages.c.message_id)
            .limit(limit)
        )
        async with self._readers.connect() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(
            DueEffect(
                row.message_id,
                effect,
                CallId(row.call_id),
                (row.tries or 0) if row.version == row.created_at else 0,
                row.created_at,
            )
            for row in rows
        )

    async def due_of_moved_tasks(
        self, effect: str, moved_at: str, since: datetime, now: datetime, limit: int
    ) -> tuple[DueEffect, ...]:
        """Find tasks that were moved, and for whose last such move ``effect`` is to be done.

        Args:
            effect: what is to be done.
            moved_at: the column that says when: ``taken_at``, ``done_at``.
            since: moves before are no longer looked at.
            now: what is put off beyond it is not due.
            limit: at most so many.
        """
        at = tasks.c[moved_at]
        done = _joined(effect, tasks.c.task_id)
        query = (
            select(tasks.c.task_id, tasks.c.call_id, at, effects.c.tries, effects.c.version)
            .select_from(tasks.outerjoin(effects, done))
            .where(at >= since, or_(_is_due(now), effects.c.version < at))
            .order_by(at, tasks.c.task_id)
            .limit(limit)
        )
        async with self._readers.connect() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(
            DueEffect(
                row.task_id,
                effect,
                CallId(row.call_id),
                (row.tries or 0) if row.version == row[2] else 0,
                row[2],
            )
            for row in rows
        )

    async def state(self, subject: str, effect: str) -> EffectState | None:
        """How far an effect is; None if it was never tried."""
        query = select(effects).where(effects.c.subject == subject, effects.c.effect == effect)
        async with self._readers.connect() as connection:
            row = (await connection.execute(query)).first()
        return None if row is None else _state(row)

    async def of_call(self, call_id: CallId) -> tuple[EffectState, ...]:
        """What was done or tried for a call and its messages."""
        query = (
            select(effects)
            .where(effects.c.call_id == call_id)
            .order_by(effects.c.effect, effects.c.subject)
        )
        async with self._readers.connect() as connection:
            return tuple(map(_state, (await connection.execute(query)).all()))

    async def open_ones(self) -> int:
        """How many effects were put off and wait for their time."""
        query = select(func.count()).where(effects.c.done_at.is_(None))
        async with self._readers.connect() as connection:
            return await connection.scalar(query.select_from(effects)) or 0

    async def finish(self, due: DueEffect, at: datetime, why: str = "") -> None:
        """Write that an effect is done, or given up with a reason."""
        await self._writer.transact(partial(finish_effect, due=due, at=at, why=why))

    async def put_off(self, due: DueEffect, until: datetime, why: str) -> None:
        """Write that an effect was tried and is to be tried again."""
        await self._writer.transact(partial(put_off_effect, due=due, until=until, why=why))

    async def forget_old(self, before: datetime) -> int:
        """Forget what was done so long ago that nobody looks for it any more."""
        return await self._writer.transact(partial(_forget_old, before=before))


def _forget_old(connection: Connection, before: datetime) -> int:
    return connection.execute(delete(effects).where(effects.c.done_at < before)).rowcount


def _joined(effect: str, subject: Any) -> Any:
    return and_(effects.c.subject == subject, effects.c.effect == effect)


def _is_due(now: datetime) -> Any:
    never_tried = effects.c.subject.is_(None)
    return or_(never_tried, and_(effects.c.done_at.is_(None), effects.c.due_at <= now))


def _due_of(effect: str, since: datetime, now: datetime) -> Any:
    return (
        select(
            calls.c.call_id,
            calls.c.ended_at,
            literal(effect).label("effect"),
            effects.c.tries,
        )
        .select_from(calls.outerjoin(effects, _joined(effect, calls.c.call_id)))
        .where(calls.c.arrived_at >= since, calls.c.ended_at.is_not(None), _is_due(now))
    )


def _state(row: Any) -> EffectState:
    return EffectState(
        row.subject, row.effect, row.tries, row.due_at, row.done_at, row.version, row.why
    )
