"""The platform's events: kept before they are acknowledged, known again, worked exactly once.

The key of an event is the table's primary key, so that of all deliveries, to whichever process,
one stands. It is claimed in the same transaction that carries out what follows from it: a process
that is killed has done both or neither, and of two that take it up at once one finds it taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, RowMapping, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from mapokezi.records.changes import SaveEvent, SavePlatformCall
from mapokezi.records.event_record import REMEMBERED, EventRecord, WaitingEvent
from mapokezi.records.platform_call import PlatformCall
from mapokezi.stores.dialects import insert_into
from mapokezi.stores.platform_calls import save_platform_call
from mapokezi.stores.schema import platform_events

_T = TypeVar("_T")

ORPHANED_AFTER = timedelta(minutes=10)
"""A node that has not worked its events by then is gone for now: any other does."""


def save_events(connection: Connection, changes: Sequence[SaveEvent]) -> None:
    """Keep deliveries, all in one statement. Of one that is known only the instant moves on."""
    statement = insert_into(connection, platform_events)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[platform_events.c.key],
            set_={"last_at": statement.excluded.last_at},
            where=statement.excluded.last_at > platform_events.c.last_at,
        ),
        [_row_of(change.event) for change in changes],
    )


def save_event(connection: Connection, change: SaveEvent) -> None:
    """Keep one delivery."""
    save_events(connection, (change,))


def _row_of(event: EventRecord) -> dict[str, Any]:
    return {
        "key": event.key,
        "kind": event.kind,
        "received_at": event.received_at,
        "last_at": event.received_at,
        "node": event.node,
        "session_id": event.session_id,
        "call_uuid": event.call_uuid,
        "facts": dict(event.facts),
        "tries": 0,
        "due_at": event.received_at,
        "worked_at": None,
    }


@dataclass(frozen=True, slots=True)
class Worked:
    """What follows from one event."""

    key: str
    told: PlatformCall | None = None
    """None: nothing."""


@dataclass(frozen=True, slots=True)
class PutOff:
    """An event that cannot be worked yet, or not here."""

    key: str
    due_at: datetime
    node: str | None = None
    """Whose it is from now on; None: as before."""
    counts: bool = True
    """Whether it is a try in vain."""


def carry_out_events(
    connection: Connection, worked: Sequence[Worked], put_off: Iterable[PutOff], at: datetime
) -> frozenset[str]:
    """Claim events and do what follows from them, all in the connection's transaction.

    Returns:
        The keys of those that were ours to do; the others somebody else has done.
    """
    done = _claim(connection, [one.key for one in worked], at)
    told = [one.told for one in worked if one.key in done and one.told is not None]
    for one in told:
        save_platform_call(connection, SavePlatformCall(one))
    _wake(connection, {one.call_uuid for one in told}, at)
    for later in put_off:
        _put_off(connection, later)
    return done


def _claim(connection: Connection, keys: Sequence[str], at: datetime) -> frozenset[str]:
    """Take events that nobody has worked. Returns which they were."""
    if not keys:
        return frozenset()
    claimed = connection.execute(
        update(platform_events)
        .where(platform_events.c.key.in_(keys), platform_events.c.worked_at.is_(None))
        .values(worked_at=at)
        .returning(platform_events.c.key)
    )
    return frozenset(claimed.scalars())


def _wake(connection: Connection, call_uuids: set[str], at: datetime) -> None:
    """Events that waited for somebody to tell whose these UUIDs are need wait no longer."""
    if known := sorted(call_uuids - {""}):
        connection.execute(
            update(platform_events)
            .where(
                platform_events.c.call_uuid.in_(known),
                platform_events.c.worked_at.is_(None),
                platform_events.c.due_at > at,
            )
            .values(due_at=at)
        )


def _put_off(connection: Connection, later: PutOff) -> None:
    values: dict[str, Any] = {"due_at": later.due_at}
    if later.node is not None:
        values["node"] = later.node
    if later.counts:
        values["tries"] = platform_events.c.tries + 1
    connection.execute(
        update(platform_events)
        .where(platform_events.c.key == later.key, platform_events.c.worked_at.is_(None))
        .values(values)
    )


def learn_ids(connection: Connection, told: PlatformCall, at: datetime) -> None:
    """Keep both ids of a session, and wake what waited for them."""
    save_platform_call(connection, SavePlatformCall(told))
    _wake(connection, {told.call_uuid}, at)


def forget_old(connection: Connection, now: datetime) -> int:
    """Forget events of which nothing has come for eight days, and that are worked."""
    gone = connection.execute(
        delete(platform_events).where(
            platform_events.c.last_at < now - REMEMBERED, platform_events.c.worked_at.is_not(None)
        )
    )
    return gone.rowcount


class Transacts(Protocol):
    """Runs work in a transaction of its own: `mapokezi.stores.record_writer.RecordWriter`."""

    async def transact(self, work: Callable[[Connection], _T]) -> _T:
        """Run it."""


class EventStore:
    """The events of one line process: what waits for it, and what it has done."""

    def __init__(self, readers: AsyncEngine, writer: Transacts) -> None:
        """Read through ``readers``, write through ``writer``."""
        self._readers = readers
        self._writer = writer

    async def waiting(self, node: str, now: datetime, limit: int) -> tuple[WaitingEvent, ...]:
        """What is due for a node, the longest due first; also what another one left lying."""
        due = platform_events.c.due_at
        query = (
            select(platform_events)
            .where(
                platform_events.c.worked_at.is_(None),
                due <= now,
                or_(platform_events.c.node == node, due < now - ORPHANED_AFTER),
            )
            .order_by(due, platform_events.c.key)
            .limit(limit)
        )
        async with self._readers.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return tuple(WaitingEvent(_event_of(row), row["tries"]) for row in rows)

    async def carry_out(
        self, worked: Sequence[Worked], put_off: Sequence[PutOff], at: datetime
    ) -> frozenset[str]:
        """Claim events and do what follows from them. See `carry_out_events`."""
        return await self._writer.transact(
            partial(carry_out_events, worked=worked, put_off=put_off, at=at)
        )

    async def learn_ids(self, told: PlatformCall, at: datetime) -> None:
        """Keep both ids of a session, and wake what waited for them."""
        await self._writer.transact(partial(learn_ids, told=told, at=at))

    async def forget_old(self, now: datetime) -> int:
        """Forget events that no delivery can repeat any more. Returns how many."""
        return await self._writer.transact(partial(forget_old, now=now))

    async def counts(self) -> tuple[int, int]:
        """How many events are known, and how many of them wait to be worked."""
        query = select(func.count(), func.count() - func.count(platform_events.c.worked_at))
        async with self._readers.connect() as connection:
            known, waiting = (await connection.execute(query.select_from(platform_events))).one()
        return known, waiting


def _event_of(row: RowMapping) -> EventRecord:
    return EventRecord(
        key=row["key"],
        kind=row["kind"],
        received_at=row["received_at"],
        node=row["node"],
        session_id=row["session_id"],
        call_uuid=row["call_uuid"],
        facts=row["facts"],
    )
