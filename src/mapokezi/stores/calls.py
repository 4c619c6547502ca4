"""Calls, their turns and their timeline, in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Connection,
    Date,
    Select,
    Text,
    func,
    literal,
    literal_column,
    select,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncEngine

from mapokezi.calls import (
    CallId,
    OfficeId,
    Outcome,
    TerminationReason,
    TerminationResult,
)
from mapokezi.records.call_record import (
    CallInFull,
    CallRecord,
)
from mapokezi.records.changes import (
    SaveArrival,
    SaveCost,
    SaveEnd,
    SaveProgress,
    SaveTimeline,
    SaveTurn,
)
from mapokezi.records.lists import (
    ALL_CALLS,
    PAGE_LIMIT,
    CallFilter,
    CallPage,
    DayCount,
    PageMark,
    day_span,
)
from mapokezi.stores.call_rows import (
    COST_COLUMNS,
    cost_row,
    entry_of,
    entry_row,
    record_of,
    row_of,
    turn_of,
    turn_row,
)
from mapokezi.stores.dialects import insert_into
from mapokezi.stores.platform_calls import platform_call_of
from mapokezi.stores.recordings import kept_of, recording_of
from mapokezi.stores.schema import calls, messages, platform_calls, timeline, turns

_NONE = literal_column("''", Text)
"""Written out: Postgres does not see that what is grouped by is what is asked for, if it holds
values that are given apart."""
_DAYS_AT_ONCE = 100
"""In one SELECT: SQLite takes at most 500 joined by UNION."""

# Changes, as `record_writer` carries them out. Each comes to the same when it is done twice.


def save_arrival(connection: Connection, change: SaveArrival) -> None:
    """Write a call that has just arrived, unless it stands already."""
    connection.execute(
        insert_into(connection, calls).values(row_of(change.record)).on_conflict_do_nothing()
    )


def save_progress(connection: Connection, change: SaveProgress) -> None:
    """Write what is known of a call, unless it has ended already."""
    row = row_of(change.record)
    statement = insert_into(connection, calls).values(row)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[calls.c.call_id],
            set_=_all_but_key(row),
            where=calls.c.ended_at.is_(None),
        )
    )


def save_end(connection: Connection, change: SaveEnd) -> None:
    """Write a whole call over whatever stood, but not an estimate over the platform's bill."""
    row = row_of(change.record)
    values = _all_but_key(row)
    if change.record.cost is None or change.record.cost.estimated:
        billed = select(calls.c.call_id).where(
            calls.c.call_id == change.call_id, calls.c.cost_estimated.is_(False)
        )
        if connection.execute(billed).first() is not None:
            values = {name: value for name, value in values.items() if name not in COST_COLUMNS}
    statement = insert_into(connection, calls).values(row)
    connection.execute(
        statement.on_conflict_do_update(index_elements=[calls.c.call_id], set_=values)
    )


def save_cost(connection: Connection, change: SaveCost) -> None:
    """Write a call's cost, but not an estimate over the platform's bill."""
    statement = update(calls).where(calls.c.call_id == change.call_id)
    if change.cost.estimated:
        statement = statement.where(calls.c.cost_estimated.is_distinct_from(False))
    connection.execute(statement.values(cost_row(change.cost)))


def save_turn(connection: Connection, change: SaveTurn) -> None:
    """Write a turn over the one of its number."""
    row = turn_row(change.turn)
    statement = insert_into(connection, turns).values(row)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[turns.c.call_id, turns.c.number], set_=_all_but_key(row, "number")
        )
    )


def save_timeline(connection: Connection, change: SaveTimeline) -> None:
    """Write the entries that do not stand yet."""
    connection.execute(
        insert_into(connection, timeline).on_conflict_do_nothing(),
        [entry_row(entry) for entry in change.entries],
    )


def mark_left_open_as_interrupted(connection: Connection, node: str) -> tuple[CallId, ...]:
    """End the calls that a killed program left open, and give each its outcome.

    A call is a `MESSAGE` if one was stored, `TRANSFERRED` if a hand-off had connected, and
    `FAILED` otherwise. Its end is the last instant that was recorded of it.

    Args:
        connection: In a transaction that writes.
        node: Only this node's calls are ended; others may be alive.
    """
    open_calls = select(calls).where(calls.c.node == node, calls.c.ended_at.is_(None))
    ended = []
    for row in connection.execute(open_calls).mappings().all():
        record = record_of(row)
        connection.execute(
            update(calls)
            .where(calls.c.call_id == record.call_id)
            .values(
                ended_at=_last_sign_of(connection, record),
                outcome=_outcome_so_far(connection, record).value,
                termination_result=TerminationResult.FAILED.value,
                termination_reason=TerminationReason.INTERRUPTED.value,
                termination_detail="the program was stopped in the middle of the call",
            )
        )
        ended.append(record.call_id)
    return tuple(ended)


def _last_sign_of(connection: Connection, record: CallRecord) -> datetime:
    entries = select(func.max(timeline.c.at_ms)).where(timeline.c.call_id == record.call_id)
    said = select(func.max(turns.c.ended_ms)).where(turns.c.call_id == record.call_id)
    last_ms = max(connection.scalar(entries) or 0, connection.scalar(said) or 0)
    at = record.arrived_at + timedelta(milliseconds=last_ms)
    return max(at, record.answered_at or at)


def _outcome_so_far(connection: Connection, record: CallRecord) -> Outcome:
    if any(attempt.is_connected for attempt in record.hand_offs):
        return Outcome.TRANSFERRED
    message = select(messages.c.message_id).where(messages.c.call_id == record.call_id)
    return Outcome.FAILED if connection.execute(message).first() is None else Outcome.MESSAGE


class CallStore:
    """Reads calls. Implements `mapokezi.records.ports.CallRecords`."""

    def __init__(self, readers: AsyncEngine) -> None:
        """Read through an engine whose connections cannot write."""
        self._readers = readers

    async def page(
        self,
        wanted: CallFilter = ALL_CALLS,
        older_than: PageMark | None = None,
        limit: int = PAGE_LIMIT,
    ) -> CallPage:
        """List calls, the latest arrival first."""
        query = page_query(wanted, older_than, limit)
        async with self._readers.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        found = tuple(record_of(row) for row in rows[:limit])
        more = len(rows) > limit
        older = PageMark(found[-1].arrived_at, found[-1].call_id) if more else None
        return CallPage(found, older)

    async def get(self, call_id: CallId) -> CallInFull | None:
        """One call with its turns and timeline; None if there is none of that id."""
        said = select(turns).where(turns.c.call_id == call_id).order_by(turns.c.number)
        entries = (
            select(timeline)
            .where(timeline.c.call_id == call_id)
            .order_by(timeline.c.at_ms, timeline.c.number)
        )
        kept = kept_of(call_id)
        async with self._readers.connect() as connection:
            found = await connection.execute(select(calls).where(calls.c.call_id == call_id))
            row = found.mappings().first()
            if row is None:
                return None
            told = select(platform_calls).where(platform_calls.c.session_id == row["session_id"])
            platform = (await connection.execute(told)).mappings().first()
            return CallInFull(
                record_of(row),
                tuple(map(turn_of, (await connection.execute(said)).mappings())),
                tuple(map(entry_of, (await connection.execute(entries)).mappings())),
                platform_call_of(platform) if platform is not None else None,
                tuple(map(recording_of, (await connection.execute(kept)).mappings())),
            )

    async def of_session(self, session_id: str) -> CallRecord | None:
        """The latest call of the platform's session; None if there is none."""
        query = (
            select(calls)
            .where(calls.c.session_id == session_id)
            .order_by(calls.c.arrived_at.desc(), calls.c.call_id.desc())
            .limit(1)
        )
        async with self._readers.connect() as connection:
            row = (await connection.execute(query)).mappings().first()
        return None if row is None else record_of(row)

    async def sessions_since(self, arrived_from: datetime) -> tuple[str, ...]:
        """The platform's sessions of the calls that have arrived since, the earliest first."""
        query = (
            select(calls.c.session_id)
            .where(calls.c.arrived_at >= arrived_from)
            .order_by(calls.c.arrived_at)
        )
        async with self._readers.connect() as connection:
            return tuple((await connection.execute(query)).scalars())

    async def counts_per_day(
        self, first: date, last: date, zone: tzinfo, office_id: OfficeId | None = None
    ) -> tuple[DayCount, ...]:
        """Count calls by outcome for each local day from ``first`` to ``last``, both included."""
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        found: list[Any] = []
        async with self._readers.connect() as connection:
            for n in range(0, len(days), _DAYS_AT_ONCE):
                query = count_query(days[n : n + _DAYS_AT_ONCE], zone, office_id)
                found += (await connection.execute(query)).all()
        counts = {day: DayCount(day) for day in days}
        for day, outcome, number in found:
            if outcome is None:
                counts[day] = replace(counts[day], in_progress=number)
            else:
                counts[day].outcomes[Outcome(outcome)] = number
        return tuple(counts.values())


def page_query(wanted: CallFilter, older_than: PageMark | None, limit: int) -> Select[Any]:
    """The SELECT of one page, and one row more that tells whether there is another."""
    query = select(calls)
    for column, value in (
        (calls.c.office_id, wanted.office_id),
        (calls.c.outcome, wanted.outcome),
        (calls.c.caller, wanted.caller),
    ):
        if value is not None:
            query = query.where(column == str(value))
    if wanted.arrived_from is not None:
        query = query.where(calls.c.arrived_at >= wanted.arrived_from)
    if wanted.arrived_before is not None:
        query = query.where(calls.c.arrived_at < wanted.arrived_before)
    key = tuple_(calls.c.arrived_at, calls.c.call_id)
    if older_than is not None:
        query = query.where(key < (older_than.at, older_than.id))
    return query.order_by(calls.c.arrived_at.desc(), calls.c.call_id.desc()).limit(limit + 1)


def count_query(
    days: Sequence[date], zone: tzinfo, office_id: OfficeId | None
) -> CompoundSelect[Any]:
    """The SELECT that counts local days by outcome: day, outcome, number of calls.

    Each day is a range of an index that holds all that is asked for, so calls of other days cost
    nothing, and a day may be 23 hours long.
    """
    # Grouping by the plain column would tempt SQLite to walk all calls of the office, which an
    # index has in the order of their outcomes.
    outcome = func.nullif(func.coalesce(calls.c.outcome, _NONE), _NONE, type_=Text)
    counts = []
    for day in days:
        begins, ends = day_span(day, zone)
        count = select(literal(day, Date), outcome, func.count()).where(
            calls.c.arrived_at >= begins, calls.c.arrived_at < ends
        )
        if office_id is not None:
            count = count.where(calls.c.office_id == office_id)
        counts.append(count.group_by(outcome))
    return union_all(*counts)


def _all_but_key(row: dict[str, Any], *more: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in {"call_id", *more}}
