"""Notices and the attempts at them, in the database: the outgoing queue, and its log."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any, Protocol, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncEngine

from mapokezi.calls import CallId, OfficeId
from mapokezi.records.lists import (
    ALL_NOTICES,
    PAGE_LIMIT,
    NoticeFilter,
    NoticePage,
    PageMark,
)
from mapokezi.records.notices import (
    LEASE,
    Notice,
    NoticeAttempt,
    NoticeId,
    NoticeKind,
    NoticeState,
    PlannedNotice,
)
from mapokezi.stores import notice_changes
from mapokezi.stores.notice_rows import attempt_of, notice_of
from mapokezi.stores.schema import notice_attempts, notices

_T = TypeVar("_T")
_COLUMNS = [column for column in notices.c if column.name != "blind_repeats"]
_SENDING = NoticeState.SENDING.value
_WAITING = NoticeState.WAITING.value
_MOST_DUE = 2_000


class NoticeStore:
    """Reads notices. Implements `mapokezi.records.ports.NoticeRecords`."""

    def __init__(self, readers: AsyncEngine) -> None:
        """Read through an engine whose connections cannot write."""
        self._readers = readers

    async def get(self, notice_id: NoticeId) -> Notice | None:
        """One notice; None if there is none of that id."""
        found = await self._all(select(*_COLUMNS).where(notices.c.notice_id == notice_id))
        return found[0] if found else None

    async def due(
        self, now: datetime, limit: int = _MOST_DUE, per_lane: int = _MOST_DUE
    ) -> tuple[Notice, ...]:
        """What is to be sent now, the urgent first, then as it was planned.

        Attempts whose outcome will not be known any more are among it: `begin_attempt` decides
        what becomes of them.

        Args:
            now: the instant.
            limit: at most so many.
            per_lane: at most so many for one address by one way, so that what has piled up for a
                receiver that is away hides nothing that is for others.
        """
        is_due = or_(
            and_(notices.c.state == _WAITING, notices.c.not_before <= now),
            and_(notices.c.state == _SENDING, notices.c.begun_at <= now - LEASE),
        )
        lane = (notices.c.office_id, notices.c.way, notices.c.address)
        place = func.row_number().over(partition_by=lane, order_by=_first_to_go(notices))
        found = select(*_COLUMNS, place.label("place")).where(is_due).subquery()
        columns = [found.c[column.name] for column in _COLUMNS]
        query = select(*columns).where(found.c.place <= per_lane)
        return await self._all(query.order_by(*_first_to_go(found)).limit(limit))

    async def by_key(self, key: str) -> Notice | None:
        """The notice of a key; None if there is none."""
        found = await self._all(select(*_COLUMNS).where(notices.c.key == key))
        return found[0] if found else None

    async def number_to(
        self, office_id: OfficeId, address: str, kind: NoticeKind, since: datetime
    ) -> int:
        """How many notices of a kind were planned for an address since an instant."""
        query = select(func.count()).where(
            notices.c.office_id == office_id,
            notices.c.address == address,
            notices.c.kind == kind.value,
            notices.c.planned_at > since,
        )
        async with self._readers.connect() as connection:
            return await connection.scalar(query) or 0

    async def put_off(self, now: datetime) -> tuple[Notice, ...]:
        """What was tried, and is not to be tried again yet."""
        return await self._listed(
            and_(notices.c.state == _WAITING, notices.c.attempts > 0, notices.c.not_before > now)
        )

    async def of_call(self, call_id: CallId) -> tuple[Notice, ...]:
        """The notices of a call, as they were planned."""
        return await self._listed(notices.c.call_id == call_id)

    async def of_task(self, task_id: str) -> tuple[Notice, ...]:
        """The notices of a task, as they were planned."""
        return await self._listed(notices.c.task_id == task_id)

    async def of_caller(self, caller: str) -> tuple[Notice, ...]:
        """Every notice about the caller of a number, or to them."""
        return await self._listed(or_(notices.c.caller == caller, notices.c.address == caller))

    async def attempts(self, notice_id: NoticeId) -> tuple[NoticeAttempt, ...]:
        """The attempts at a notice, the first one first."""
        query = (
            select(notice_attempts)
            .where(notice_attempts.c.notice_id == notice_id)
            .order_by(notice_attempts.c.number)
        )
        async with self._readers.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return tuple(attempt_of(row) for row in rows)

    async def page(
        self,
        wanted: NoticeFilter = ALL_NOTICES,
        older_than: PageMark | None = None,
        limit: int = PAGE_LIMIT,
    ) -> NoticePage:
        """List notices, the latest first."""
        rows = await self._all(page_query(wanted, older_than, limit))
        found = rows[:limit]
        more = len(rows) > limit
        older = PageMark(found[-1].planned_at, found[-1].notice_id) if more else None
        return NoticePage(found, older)

    async def in_trouble(self) -> int:
        """How many notices people must look at: failed, or not known to have arrived."""
        query = select(func.count()).where(
            notices.c.state.in_([NoticeState.FAILED.value, NoticeState.UNSURE.value])
        )
        async with self._readers.connect() as connection:
            return await connection.scalar(query.select_from(notices)) or 0

    async def _listed(self, which: Any) -> tuple[Notice, ...]:
        query = select(*_COLUMNS).where(which)
        return await self._all(query.order_by(notices.c.planned_at, notices.c.notice_id))

    async def _all(self, query: Select[Any]) -> tuple[Notice, ...]:
        async with self._readers.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return tuple(notice_of(row) for row in rows)


class Transacts(Protocol):
    """Runs work in a transaction of its own: `mapokezi.stores.record_writer.RecordWriter`."""

    async def transact(self, work: Callable[[Connection], _T]) -> _T:
        """Run it."""


class NoticeBook(NoticeStore):
    """Reads and writes notices. What each deed does: `mapokezi.stores.notice_changes`."""

    def __init__(self, readers: AsyncEngine, writer: Transacts) -> None:
        """Read through ``readers``, write through ``writer``."""
        super().__init__(readers)
        self._writer = writer

    async def plan(self, planned: Iterable[PlannedNotice]) -> tuple[NoticeId, ...]:
        """Write planned notices, each once. Returns the ids of those that are new."""
        return await self._writer.transact(
            partial(notice_changes.plan_notices, planned=tuple(planned))
        )

    async def begin_attempt(self, key: str, now: datetime, *, over: bool = False) -> Notice | None:
        """Claim a notice before sending it; None if it is not to be sent. See `begin_attempt`."""
        return await self._writer.transact(
            partial(notice_changes.begin_attempt, key=key, now=now, over=over)
        )

    async def sent(self, key: str, now: datetime, receipt: str = "") -> None:
        """Write down that the way took it."""
        await self._writer.transact(partial(notice_changes.sent, key=key, now=now, receipt=receipt))

    async def failed(
        self,
        key: str,
        now: datetime,
        why: str,
        again_at: datetime | None,
        *,
        maybe_arrived: bool = False,
    ) -> NoticeState | None:
        """Write down that it did not arrive, or that nothing is known of it. See `failed`."""
        work = partial(
            notice_changes.failed,
            key=key,
            now=now,
            why=why,
            again_at=again_at,
            maybe_arrived=maybe_arrived,
        )
        return await self._writer.transact(work)

    async def postpone(self, key: str, until: datetime) -> None:
        """Have one that waits wait for longer."""
        await self._writer.transact(partial(notice_changes.postpone, key=key, until=until))

    async def resend(self, notice_id: NoticeId, now: datetime) -> Notice | None:
        """Have it sent (again), now; None if there is none of that id."""
        return await self._writer.transact(
            partial(notice_changes.resend, notice_id=notice_id, now=now)
        )

    async def withdraw(self, now: datetime, *, task_id: str = "", keys: Iterable[str] = ()) -> int:
        """Withdraw what waits of a task, or of these keys. Returns how many."""
        work = partial(notice_changes.withdraw, now=now, task_id=task_id, keys=tuple(keys))
        return await self._writer.transact(work)

    async def free_left_open(self, now: datetime) -> int:
        """Take every attempt that was begun as over. At the start of the only sender."""
        return await self._writer.transact(partial(notice_changes.free_left_open, now=now))


def _first_to_go(table: FromClause) -> tuple[ColumnElement[Any], ...]:
    return (table.c.urgent.desc(), table.c.planned_at, table.c.notice_id)


def page_query(wanted: NoticeFilter, older_than: PageMark | None, limit: int) -> Select[Any]:
    """The SELECT of one page, and one row more that tells whether there is another."""
    query = select(*_COLUMNS)
    if wanted.office_id is not None:
        query = query.where(notices.c.office_id == wanted.office_id)
    if wanted.call_id is not None:
        query = query.where(notices.c.call_id == wanted.call_id)
    if wanted.states:
        query = query.where(notices.c.state.in_(sorted(state.value for state in wanted.states)))
    if older_than is not None:
        key = tuple_(notices.c.planned_at, notices.c.notice_id)
        query = query.where(key < (older_than.at, older_than.id))
    order = (notices.c.planned_at.desc(), notices.c.notice_id.desc())
    return query.order_by(*order).limit(limit + 1)
