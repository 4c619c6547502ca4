"""Which tables hold what callers left behind, of which kind, and how it is found.

The one list behind retention, export and erasure. A test holds it against all tables: a table
that is in neither of the two lists fails it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, or_, select

from mapokezi.calls import CallId
from mapokezi.records.retention import Kind
from mapokezi.stores import schema


@dataclass(frozen=True, slots=True)
class Held:
    """A table that holds something of callers."""

    table: Table
    kind: Kind
    link: str
    """Its column that tells whose row it is."""
    parent: Table | None = None
    """The table whose rows the link means; None: the link is a call's or a session's id."""
    numbers: tuple[str, ...] = ()
    """Columns that hold a caller's telephone number."""


HELD = (
    Held(schema.recordings, Kind.RECORDING, "call_id"),
    Held(schema.turns, Kind.TRANSCRIPT, "call_id"),
    Held(schema.timeline, Kind.TRANSCRIPT, "call_id"),
    Held(schema.call_notes, Kind.TRANSCRIPT, "call_id"),
    Held(schema.open_questions, Kind.TRANSCRIPT, "call_id"),
    Held(schema.task_comments, Kind.MESSAGE, "task_id", parent=schema.tasks),
    Held(schema.tasks, Kind.MESSAGE, "call_id"),
    Held(schema.notice_attempts, Kind.MESSAGE, "notice_id", parent=schema.notices),
    Held(schema.notices, Kind.MESSAGE, "call_id", numbers=("caller", "address")),
    Held(schema.messages, Kind.MESSAGE, "call_id", numbers=("number",)),
    Held(schema.platform_events, Kind.CALL, "session_id"),
    Held(schema.platform_calls, Kind.CALL, "session_id"),
    Held(schema.effects, Kind.CALL, "call_id"),
    Held(schema.calls, Kind.CALL, "call_id", numbers=("caller",)),
)
"""Rows that others hang on come behind those."""

IMPERSONAL = (
    schema.audit_trail,
    schema.erased_calls,
    schema.office_versions,
    schema.executor_standings,
    schema.presence,
    schema.forwardings,
    schema.wallet_figures,
)
"""Tables that hold nothing of callers: of the erased only ids that lead nowhere, of an office and
its people what they have set."""


@dataclass(frozen=True, slots=True)
class Whose:
    """Calls, and the numbers by which one caller is known."""

    calls: tuple[CallId, ...]
    sessions: tuple[str, ...] = ()
    uuids: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    """In every form in which they may stand."""
    events: tuple[str, ...] = ()
    """Keys of the platform's events that name a number, of whichever session."""

    def parts(self, size: int) -> Sequence[Whose]:
        """The same in several of at most so many ids of a sort, for one statement each."""
        ids = (self.calls, self.sessions, self.uuids, self.events)
        longest = max(1, *map(len, ids))
        return [
            Whose(
                self.calls[at : at + size],
                self.sessions[at : at + size],
                self.uuids[at : at + size],
                self.numbers,
                self.events[at : at + size],
            )
            for at in range(0, longest, size)
        ]


def theirs(held: Held, whose: Whose) -> ColumnElement[bool]:
    """What picks the rows of a table that are somebody's."""
    column = held.table.c[held.link]
    if held.parent is not None:
        parent = next(one for one in HELD if one.table is held.parent)
        key = held.parent.c[held.link]
        return column.in_(select(key).where(theirs(parent, whose)))
    found: list[ColumnElement[bool]] = []
    if held.link == "session_id":
        found.append(column.in_(whose.sessions))
        found.append(held.table.c.call_uuid.in_(whose.uuids))
        if held.table is schema.platform_events:
            found.append(held.table.c.key.in_(whose.events))
    else:
        found.append(column.in_(whose.calls))
    found += [held.table.c[name].in_(whose.numbers) for name in held.numbers]
    return or_(*found)
