"""Tasks of the staff and their comments, in the database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    false,
    func,
    insert,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncEngine

from mapokezi.calls import CallId, OfficeId
from mapokezi.records.lists import PAGE_LIMIT, PageMark
from mapokezi.records.message_record import MessageId
from mapokezi.records.tasks import (
    ALL_OPEN,
    CommentTask,
    MoveTask,
    Task,
    TaskComment,
    TaskCounts,
    TaskDeed,
    TaskDeedRefused,
    TaskFilter,
    TaskId,
    TaskInFull,
    TaskKind,
    moved,
    revised,
)
from mapokezi.stores.dialects import insert_into
from mapokezi.stores.notice_changes import withdraw
from mapokezi.stores.schema import calls, messages, task_comments, tasks
from mapokezi.units import E164


def open_task(connection: Connection, task: Task) -> None:
    """Write a task, once for its id; one that stands is brought up to its message."""
    found = _standing(connection, task.task_id)
    if found is None:
        connection.execute(
            insert_into(connection, tasks).values(_row(task)).on_conflict_do_nothing()
        )
    elif (now := revised(found, task)) != found:
        _write(connection, now)


def move_task(connection: Connection, change: MoveTask) -> None:
    """Write what somebody does with a task; what cannot be done any more changes nothing.

    Who takes it or has done it has read the message, and nobody else need be told of it.
    """
    found = _standing(connection, change.task_id)
    if found is None:
        return
    try:
        now = moved(found, change)
    except TaskDeedRefused:
        return
    _write(connection, now)
    if change.deed is not TaskDeed.PUT_BACK:
        withdraw(connection, change.at, task_id=change.task_id)
        if found.message_id is not None:
            _mark_read(connection, found.message_id, change.at)


def comment_task(connection: Connection, change: CommentTask) -> None:
    """Write a comment, once for its instant and writer."""
    of_task = task_comments.c.task_id == change.task_id
    if _standing(connection, change.task_id) is None:
        return
    same = and_(of_task, task_comments.c.at == change.at, task_comments.c.by == change.by)
    if connection.execute(select(task_comments.c.number).where(same)).first() is not None:
        return
    count = connection.scalar(select(func.count()).select_from(task_comments).where(of_task))
    connection.execute(
        insert(task_comments).values(
            task_id=change.task_id, number=count or 0, at=change.at, by=change.by, text=change.text
        )
    )


def note_escalation(
    connection: Connection, task_id: TaskId, nth: int, next_at: datetime | None
) -> None:
    """Write that the next person is told of a task, and when the one after is."""
    connection.execute(
        update(tasks)
        .where(tasks.c.task_id == task_id, tasks.c.escalations < nth)
        .values(escalations=nth, escalate_at=next_at)
    )


class TaskStore:
    """Reads tasks."""

    def __init__(self, readers: AsyncEngine) -> None:
        """Read through an engine whose connections cannot write."""
        self._readers = readers

    async def page(
        self,
        wanted: TaskFilter = ALL_OPEN,
        after: PageMark | None = None,
        limit: int = PAGE_LIMIT,
    ) -> tuple[tuple[Task, ...], PageMark | None]:
        """List tasks: those to be done by when they are due, those done the latest first.

        Returns:
            The tasks, and the mark to ask the next page with; None if there is none.
        """
        query = page_query(wanted, after, limit)
        async with self._readers.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        found = tuple(task_of(row) for row in rows[:limit])
        if len(rows) <= limit:
            return found, None
        last = found[-1]
        at = last.done_at if wanted.is_open is False else last.due_at
        assert at is not None
        return found, PageMark(at, last.task_id)

    async def get(self, task_id: TaskId) -> TaskInFull | None:
        """One task with its comments; None if there is none of that id."""
        said = (
            select(task_comments)
            .where(task_comments.c.task_id == task_id)
            .order_by(task_comments.c.number)
        )
        async with self._readers.connect() as connection:
            query = select(tasks).where(tasks.c.task_id == task_id)
            row = (await connection.execute(query)).mappings().first()
            if row is None:
                return None
            comments = (await connection.execute(said)).mappings().all()
        return TaskInFull(task_of(row), tuple(map(_comment, comments)))

    async def of_messages(self, message_ids: tuple[MessageId, ...]) -> dict[MessageId, Task]:
        """The tasks of some messages, by the message."""
        query = select(tasks).where(tasks.c.message_id.in_(message_ids))
        async with self._readers.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return {row["message_id"]: task_of(row) for row in rows}

    async def to_escalate(self, now: datetime, limit: int) -> tuple[Task, ...]:
        """Tasks that nobody has taken in their time, the longest due first."""
        query = (
            select(tasks)
            .where(
                tasks.c.done_at.is_(None), tasks.c.taken_at.is_(None), tasks.c.escalate_at <= now
            )
            .order_by(tasks.c.escalate_at, tasks.c.task_id)
            .limit(limit)
        )
        async with self._readers.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return tuple(map(task_of, rows))

    async def is_owed_a_call(self, office_id: OfficeId, caller: E164, but: str) -> bool:
        """Whether somebody of the office has still to ring a number back, that call apart."""
        query = (
            select(tasks.c.task_id)
            .join(calls, calls.c.call_id == tasks.c.call_id)
            .where(
                tasks.c.office_id == office_id,
                tasks.c.done_at.is_(None),
                tasks.c.call_id != but,
                calls.c.caller == caller,
            )
            .limit(1)
        )
        async with self._readers.connect() as connection:
            return (await connection.execute(query)).first() is not None

    async def counts(
        self, now: datetime, office_id: OfficeId | None = None, since: datetime | None = None
    ) -> TaskCounts:
        """Count tasks.

        Args:
            now: what is late is late by then.
            office_id: of one office, or of all.
            since: those done are counted from then on; None: not at all.
        """
        to_do: list[ColumnElement[bool]] = [tasks.c.done_at.is_(None)]
        done: list[ColumnElement[bool]] = [tasks.c.done_at.is_not(None)]
        done.append(tasks.c.done_at >= since if since is not None else false())
        if office_id is not None:
            to_do.append(tasks.c.office_id == office_id)
            done.append(tasks.c.office_id == office_id)
        query = select(
            func.count(),
            func.count(tasks.c.taken_at),
            func.count().filter(tasks.c.due_at <= now),
        ).where(*to_do)
        async with self._readers.connect() as connection:
            all_open, taken, late = (await connection.execute(query)).one()
            finished = await connection.scalar(select(func.count()).where(*done))
        return TaskCounts(open=all_open - taken, taken=taken, late=late, done=finished or 0)


def page_query(wanted: TaskFilter, after: PageMark | None, limit: int) -> Select[Any]:
    """The SELECT of one page, and one row more that tells whether there is another."""
    query = select(tasks)
    for column, value in (
        (tasks.c.office_id, wanted.office_id),
        (tasks.c.owner, wanted.owner),
        (tasks.c.call_id, wanted.call_id),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.is_open is False:
        query = query.where(tasks.c.done_at.is_not(None))
        if after is not None:
            query = query.where(tuple_(tasks.c.done_at, tasks.c.task_id) < (after.at, after.id))
        return query.order_by(tasks.c.done_at.desc(), tasks.c.task_id.desc()).limit(limit + 1)
    if wanted.is_open:
        query = query.where(tasks.c.done_at.is_(None))
    if after is not None:
        query = query.where(tuple_(tasks.c.due_at, tasks.c.task_id) > (after.at, after.id))
    return query.order_by(tasks.c.due_at, tasks.c.task_id).limit(limit + 1)


def _mark_read(connection: Connection, message_id: MessageId, at: datetime) -> None:
    connection.execute(
        update(messages)
        .where(messages.c.message_id == message_id, messages.c.read_at.is_(None))
        .values(read_at=at)
    )


def _standing(connection: Connection, task_id: TaskId) -> Task | None:
    query = select(tasks).where(tasks.c.task_id == task_id)
    row = connection.execute(query).mappings().first()
    return None if row is None else task_of(row)


def _write(connection: Connection, task: Task) -> None:
    values = {name: value for name, value in _row(task).items() if name != "task_id"}
    connection.execute(update(tasks).where(tasks.c.task_id == task.task_id).values(values))


def _row(task: Task) -> dict[str, Any]:
    return {
        "task_id": task.task_id,
        "office_id": task.office_id,
        "call_id": task.call_id,
        "message_id": task.message_id,
        "kind": task.kind.value,
        "owner": task.owner,
        "urgent": task.urgent,
        "opened_at": task.opened_at,
        "due_at": task.due_at,
        "revised_at": task.revised_at,
        "taken_by": task.taken_by,
        "taken_at": task.taken_at,
        "done_by": task.done_by,
        "done_at": task.done_at,
        "escalations": task.escalations,
        "escalate_at": task.escalate_at,
    }


def task_of(row: Mapping[str, Any] | RowMapping) -> Task:
    """Read a row of the table."""
    return Task(
        task_id=TaskId(row["task_id"]),
        office_id=OfficeId(row["office_id"]),
        call_id=CallId(row["call_id"]),
        kind=TaskKind(row["kind"]),
        opened_at=row["opened_at"],
        due_at=row["due_at"],
        message_id=None if row["message_id"] is None else MessageId(row["message_id"]),
        owner=row["owner"],
        urgent=row["urgent"],
        revised_at=row["revised_at"],
        taken_by=row["taken_by"],
        taken_at=row["taken_at"],
        done_by=row["done_by"],
        done_at=row["done_at"],
        escalations=row["escalations"],
        escalate_at=row["escalate_at"],
    )


def _comment(row: RowMapping) -> TaskComment:
    return TaskComment(TaskId(row["task_id"]), row["number"], row["at"], row["by"], row["text"])
