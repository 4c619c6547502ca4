"""What is on record of a number that rings: read while its call is being answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    LABEL_STYLE_TABLENAME_PLUS_COL,
    ColumnElement,
    Select,
    and_,
    case,
    func,
    select,
)
from sqlalchemy.ext.asyncio import AsyncEngine

from mapokezi.calls import CallId, OfficeId, Outcome
from mapokezi.records.known_caller import IN_VAIN, KnownCaller
from mapokezi.records.message_record import MessageRecord
from mapokezi.records.tasks import Task
from mapokezi.stores.messages import message_of
from mapokezi.stores.schema import calls, messages, tasks
from mapokezi.stores.tasks import task_of
from mapokezi.units import E164

LOOKED_BACK = timedelta(days=90)
"""What lies further back says nothing of today's call; transcripts are not kept for longer."""
LATELY = timedelta(hours=1)
_TALKED = (Outcome.TRANSFERRED, Outcome.MESSAGE, Outcome.RESOLVED)
_WORDLESS = (Outcome.FLASH, Outcome.ABANDONED, Outcome.SPAM)
_MOST_LEFT = 5


class KnownCallers:
    """Reads what is on record of a number."""

    def __init__(self, readers: AsyncEngine) -> None:
        """Read through an engine whose connections cannot write."""
        self._readers = readers

    async def of(
        self,
        office_id: OfficeId,
        caller: E164,
        now: datetime,
        day_began: datetime,
        but: CallId | None = None,
    ) -> KnownCaller:
        """Read what is on record.

        Args:
            office_id: Whose calls.
            caller: The number, as claimed.
            now: The instant, aware.
            day_began: The office's last midnight, aware.
            but: The call that is not counted; what came after it is not, either.
        """
        theirs = _of_number(office_id, caller, now)
        before = [*theirs, calls.c.call_id != but, calls.c.arrived_at <= now]
        counted = _counted(now, day_began).where(*before)
        left = (
            select(func.count(), _count(tasks.c.urgent))
            .join(calls, calls.c.call_id == tasks.c.call_id)
            .where(*before, tasks.c.done_at.is_(None))
        )
        async with self._readers.connect() as connection:
            row = (await connection.execute(counted)).one()
            open_tasks, urgent = (await connection.execute(left)).one()
        return KnownCaller(
            calls_before=row[0],
            calls_today=row[1] or 0,
            in_vain_today=row[2] or 0,
            last_at=row[3],
            open_tasks=open_tasks,
            open_urgent=urgent or 0,
            has_talked=bool(row[4]),
            silent_lately=row[5] or 0,
        )

    async def left_by(
        self, office_id: OfficeId, caller: E164, now: datetime, but: CallId
    ) -> Sequence[tuple[MessageRecord, Task | None]]:
        """Give the messages that were left in calls of a number, the latest first.

        Args:
            office_id: With whom.
            caller: The number, proven.
            now: The instant, aware.
            but: The present call.
        """
        query = (
            select(messages, tasks)
            .join(calls, calls.c.call_id == messages.c.call_id)
            .outerjoin(tasks, tasks.c.message_id == messages.c.message_id)
            .where(*_of_number(office_id, caller, now), calls.c.call_id != but)
            .order_by(messages.c.created_at.desc(), messages.c.message_id.desc())
            .limit(_MOST_LEFT)
            .set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
        )
        async with self._readers.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [
            (
                message_of({column.name: row[f"messages_{column.name}"] for column in messages.c}),
                None
                if row["tasks_task_id"] is None
                else task_of({column.name: row[f"tasks_{column.name}"] for column in tasks.c}),
            )
            for row in rows
        ]


def _of_number(office_id: OfficeId, caller: E164, now: datetime) -> list[ColumnElement[bool]]:
    return [
        calls.c.caller == caller,
        calls.c.office_id == office_id,
        calls.c.arrived_at > now - LOOKED_BACK,
    ]


def _counted(now: datetime, day_began: datetime) -> Select[int, int, int, Any, int, int]:
    """Count calls: all, today's, today's in vain; the last; those talked in; the silent of late."""
    today = calls.c.arrived_at >= day_began
    silent = and_(
        calls.c.outcome.in_([one.value for one in _WORDLESS]),
        func.coalesce(calls.c.caller_ms, 0) == 0,
        calls.c.arrived_at > now - LATELY,
    )
    return select(
        func.count(),
        _count(today),
        _count(and_(today, calls.c.outcome.in_([one.value for one in IN_VAIN]))),
        func.max(calls.c.arrived_at),
        _count(calls.c.outcome.in_([one.value for one in _TALKED])),
        _count(silent),
    )


def _count(which: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((which, 1), else_=0))
