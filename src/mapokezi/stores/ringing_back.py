"""What was done of ringing callers back: read from the calls and the tasks' comments."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from mapokezi.calls import CallId, OfficeId, Outcome
from mapokezi.receptionist.ringing_back import RungBack
from mapokezi.records.ringing_back import RECEPTIONIST
from mapokezi.records.tasks import TaskId
from mapokezi.stores.schema import calls, task_comments, tasks
from mapokezi.units import E164


class RingBackStore:
    """Reads it."""

    def __init__(self, readers: AsyncEngine) -> None:
        """Read through an engine whose connections cannot write."""
        self._readers = readers

    async def done(self, office_id: OfficeId, caller: E164, since: datetime) -> RungBack:
        """What was done of it.

        Args:
            office_id: Whose calls.
            caller: The number that may be rung.
            since: What it cost counts from here on, aware.
        """
        cost = func.coalesce(func.sum(calls.c.cost_minor), 0)
        spent = select(cost).where(
            calls.c.office_id == office_id,
            calls.c.rings_back.is_not(None),
            calls.c.arrived_at >= since,
        )
        tried = (
            select(func.max(task_comments.c.at))
            .join(tasks, tasks.c.task_id == task_comments.c.task_id)
            .join(calls, calls.c.call_id == tasks.c.call_id)
            .where(
                tasks.c.office_id == office_id,
                calls.c.caller == caller,
                task_comments.c.by == RECEPTIONIST,
            )
        )
        async with self._readers.connect() as connection:
            day = await connection.scalar(spent)
            number = await connection.scalar(spent.where(calls.c.caller == caller))
            last = await connection.scalar(tried)
        return RungBack(int(day or 0), int(number or 0), last)

    async def tried_at(self, task_id: TaskId) -> datetime | None:
        """When it was tried for a flash's task; None: it was not."""
        query = select(func.min(task_comments.c.at)).where(
            task_comments.c.task_id == task_id, task_comments.c.by == RECEPTIONIST
        )
        async with self._readers.connect() as connection:
            at: datetime | None = await connection.scalar(query)
        return at

    async def came_of(self, flash: CallId) -> tuple[bool, Outcome | None]:
        """Whether the call back for a flash was answered, and what it came to if it is over."""
        query = select(calls.c.outcome).where(calls.c.rings_back == flash).limit(1)
        async with self._readers.connect() as connection:
            row = (await connection.execute(query)).first()
        if row is None:
            return False, None
        return True, None if row[0] is None else Outcome(row[0])
