"""Everything of one caller in the database: found, given out, removed.

A caller's calls are those that came from their number, and those in which their number was left
to be rung back; and of the platform's events those that name it, though no call of ours came of
them. Removal is two transactions: the first writes down that these calls are erased,
so that nobody's late word brings anything back; the second removes the rows. What lies between
them, the files, may be done again after a kill, for the rows still tell what to do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, RowMapping, Text, cast, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from mapokezi.calls import CallId
from mapokezi.records.audit import AuditEntry
from mapokezi.records.changes import NoteDeed
from mapokezi.records.kept_recording import KeptRecording
from mapokezi.stores.audit_trail import note_deed
from mapokezi.stores.dialects import insert_into
from mapokezi.stores.personal_data import HELD, Held, Whose, theirs
from mapokezi.stores.platform_events import Transacts
from mapokezi.stores.recordings import all_of
from mapokezi.stores.schema import (
    calls,
    erased_calls,
    messages,
    notices,
    platform_calls,
    platform_events,
    tasks,
)
from mapokezi.units import E164

ERASED = "[erased]"
_AT_ONCE = 500
"""Ids in one statement."""
_SHORTEST_NAME = 4
"""A shorter name stands in too many texts that are not about this caller."""


@dataclass(frozen=True, slots=True)
class CallerTraces:
    """What is kept of one caller."""

    number: E164
    whose: Whose
    live: tuple[CallId, ...]
    """Calls that have not ended."""
    counts: Mapping[str, int]
    """Rows by table."""
    recordings: tuple[KeptRecording, ...]
    sound_files: tuple[str, ...]
    """That calls name themselves; relative to the data folder, and not all of them still there."""
    names: tuple[str, ...]
    """As they gave them in messages."""
    ids: tuple[str, ...]
    """Of the calls, and of the messages and tasks that came of them."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is kept."""
        return not any(self.counts.values())


def forms_of(number: E164) -> tuple[str, ...]:
    """The forms in which a number may stand: ``+254...``, ``254...``, and at home ``0...``."""
    forms = [number, number[1:]]
    if number.startswith("+254"):
        forms.append(f"0{number[4:]}")
    return tuple(forms)


class ErasureStore:
    """Finds, gives out and removes what is kept of one caller."""

    def __init__(self, readers: AsyncEngine, writer: Transacts) -> None:
        """Read through ``readers``, remove through ``writer``."""
        self._readers = readers
        self._writer = writer

    async def traces(self, number: E164) -> CallerTraces:
        """Find all that is kept of a caller."""
        async with self._readers.connect() as connection:
            return await connection.run_sync(lambda found: _traces(found, number))

    async def rows(self, traces: CallerTraces) -> dict[str, list[dict[str, Any]]]:
        """Every row that is kept of a caller, by table, as values that JSON can hold."""
        async with self._readers.connect() as connection:
            return await connection.run_sync(lambda found: _rows(found, traces.whose))

    async def begin(self, traces: CallerTraces, entry: AuditEntry) -> None:
        """Write down that these calls are erased: from now on nothing more is kept of them."""
        await self._writer.transact(partial(_begin, traces=traces, entry=entry))

    async def remove(self, traces: CallerTraces, entry: AuditEntry) -> int:
        """Remove the rows, and write down that it was done. Returns how many there were."""
        return await self._writer.transact(partial(_remove, traces=traces, entry=entry))


def _traces(connection: Connection, number: E164) -> CallerTraces:
    forms = forms_of(number)
    left = select(messages.c.call_id).where(messages.c.number.in_(forms))
    query = select(calls.c.call_id, calls.c.session_id, calls.c.ended_at, calls.c.recording).where(
        or_(calls.c.caller.in_(forms), calls.c.call_id.in_(left))
    )
    found = connection.execute(query.order_by(calls.c.arrived_at)).all()
    # A message outlives its call: the id leads to what is kept beside it.
    ids = dict.fromkeys([row.call_id for row in found])
    ids |= dict.fromkeys(connection.scalars(left))
    events, strays = _naming(connection, forms)
    sessions = tuple(dict.fromkeys([row.session_id for row in found if row.session_id] + strays))
    whose = Whose(tuple(ids), sessions, _uuids(connection, sessions), forms, events)
    return CallerTraces(
        number=number,
        whose=whose,
        live=tuple(row.call_id for row in found if row.ended_at is None),
        counts={held.table.name: _count(connection, held, whose) for held in HELD},
        recordings=tuple(
            one for part in whose.parts(_AT_ONCE) for one in all_of(connection, part.calls)
        ),
        sound_files=tuple(row.recording for row in found if row.recording),
        names=_names(connection, whose),
        ids=(*whose.calls, *_ids_beside(connection, whose)),
    )


def _naming(connection: Connection, forms: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    """Keys of events that name a number, and their sessions that are no call of ours."""
    facts = platform_events.c.facts
    query = (
        select(platform_events.c.key, platform_events.c.session_id, facts, calls.c.call_id)
        .join(calls, calls.c.session_id == platform_events.c.session_id, isouter=True)
        .where(or_(*(cast(facts, Text).contains(form) for form in forms)))
    )
    found = [row for row in connection.execute(query) if _names_one(row.facts, forms)]
    strays = [row.session_id for row in found if row.call_id is None and row.session_id]
    return tuple(dict.fromkeys(row.key for row in found)), strays


def _names_one(value: object, forms: Sequence[str]) -> bool:
    """Whether a value of an event is one of these numbers, or text with one: not half of an id."""
    if isinstance(value, Mapping):
        return any(_names_one(one, forms) for one in value.values())
    if isinstance(value, list):
        return any(_names_one(one, forms) for one in value)
    return any(
        re.search(rf"(?<![\w+]){re.escape(form)}(?!\w)", str(value)) is not None for form in forms
    )


def _uuids(connection: Connection, sessions: Sequence[str]) -> tuple[str, ...]:
    found: list[str] = []
    for at in range(0, len(sessions), _AT_ONCE):
        some = sessions[at : at + _AT_ONCE]
        query = select(platform_calls.c.call_uuid).where(platform_calls.c.session_id.in_(some))
        found += [uuid for uuid in connection.scalars(query) if uuid]
    return tuple(dict.fromkeys(found))


def _count(connection: Connection, held: Held, whose: Whose) -> int:
    # Rows that are theirs by a number come with each part; they are counted by their keys.
    keys: set[Any] = set()
    for part in whose.parts(_AT_ONCE):
        query = select(*held.table.primary_key.columns).where(theirs(held, part))
        keys |= set(map(tuple, connection.execute(query)))
    return len(keys)


def _names(connection: Connection, whose: Whose) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for part in whose.parts(_AT_ONCE):
        query = select(messages.c.name).where(
            or_(messages.c.call_id.in_(part.calls), messages.c.number.in_(whose.numbers))
        )
        found |= dict.fromkeys(connection.scalars(query))
    return tuple(name for name in found if len(name) >= _SHORTEST_NAME)


def _ids_beside(connection: Connection, whose: Whose) -> tuple[str, ...]:
    """Ids of messages and tasks, by which changes may name them."""
    found: list[str] = []
    for held in HELD:
        if held.table in (messages, tasks):
            key = held.table.primary_key.columns.values()[0]
            for part in whose.parts(_AT_ONCE):
                found += connection.scalars(select(key).where(theirs(held, part)))
    return tuple(dict.fromkeys(found))


def _rows(connection: Connection, whose: Whose) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for held in reversed(HELD):
        rows: dict[Any, dict[str, Any]] = {}
        keys = [column.name for column in held.table.primary_key.columns]
        for part in whose.parts(_AT_ONCE):
            for row in connection.execute(select(held.table).where(theirs(held, part))).mappings():
                rows[tuple(row[key] for key in keys)] = _plain(row)
        found[held.table.name] = list(rows.values())
    return found


def _plain(row: RowMapping) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in row.items()
    }


def _begin(connection: Connection, traces: CallerTraces, entry: AuditEntry) -> None:
    whose = traces.whose
    rows = connection.execute(
        select(calls.c.call_id, calls.c.session_id, platform_calls.c.call_uuid)
        .join(platform_calls, platform_calls.c.session_id == calls.c.session_id, isouter=True)
        .where(or_(calls.c.caller.in_(whose.numbers), calls.c.call_id.in_(_left(whose))))
    ).all()
    known = {row.call_id: (row.session_id, row.call_uuid or "") for row in rows}
    gone: list[tuple[str, str, str]] = [
        (call_id, *known.get(call_id, ("", ""))) for call_id in whose.calls
    ]
    # Sessions that are no call of ours stand under the platform's id.
    of_calls = {session_id for _, session_id, _ in gone}
    gone += [(one, one, "") for one in whose.sessions if one not in of_calls]
    for call_id, session_id, call_uuid in gone:
        connection.execute(
            insert_into(connection, erased_calls)
            .values(call_id=call_id, session_id=session_id, call_uuid=call_uuid, erased_at=entry.at)
            .on_conflict_do_nothing()
        )
    note_deed(connection, NoteDeed(entry))


def _left(whose: Whose) -> Any:
    return select(messages.c.call_id).where(messages.c.number.in_(whose.numbers))


def _remove(connection: Connection, traces: CallerTraces, entry: AuditEntry) -> int:
    removed = 0
    _clear_events(connection, traces.whose)
    for held in HELD:
        if held.table is platform_events:
            continue
        for part in traces.whose.parts(_AT_ONCE):
            removed += connection.execute(delete(held.table).where(theirs(held, part))).rowcount
    removed += _clear_texts(connection, traces)
    note_deed(connection, NoteDeed(entry))
    return removed


def _clear_events(connection: Connection, whose: Whose) -> None:
    """Empty the platform's events of these calls; known again, they do no harm."""
    held = next(one for one in HELD if one.table is platform_events)
    for part in whose.parts(_AT_ONCE):
        connection.execute(
            update(platform_events)
            .where(theirs(held, part))
            .values(
                facts={},
                session_id="",
                call_uuid="",
                worked_at=func.coalesce(platform_events.c.worked_at, platform_events.c.last_at),
            )
        )


def _clear_texts(connection: Connection, traces: CallerTraces) -> int:
    """Empty what notices that are of no one call, a day's digest, tell of this caller: by lines."""
    said = [one.casefold() for one in (*traces.whose.numbers, *traces.names)]
    found = connection.execute(
        select(notices.c.notice_id, notices.c.title, notices.c.text).where(
            notices.c.call_id.is_(None)
        )
    ).all()
    cleared = 0
    for row in found:
        title, text = _without(row.title, said), _without(row.text, said)
        if (title, text) != (row.title, row.text):
            connection.execute(
                update(notices)
                .where(notices.c.notice_id == row.notice_id)
                .values(title=title, text=text)
            )
            cleared += 1
    return cleared


def _without(text: str, said: Sequence[str]) -> str:
    """A text without the lines that say any of this."""
    return "\n".join(
        ERASED if any(one in line.casefold() for one in said) else line for line in text.split("\n")
    )
