"""Keeps out what is still said of calls that were erased.

A bill, an event or a spilled change may come days after a call; none of it brings an erased call
back. Only our own id of the call and the platform's two are remembered, for a month.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, or_, select

from mapokezi.records.changes import Change, SaveEvent, SavePlatformCall
from mapokezi.stores.schema import erased_calls


def without_erased(connection: Connection, changes: Sequence[Change]) -> Sequence[Change]:
    """Changes without those of erased calls."""
    about = [_about(change) for change in changes]
    gone = _erased(connection, {one for ids in about for one in ids})
    if not gone:
        return changes
    return [change for change, ids in zip(changes, about, strict=True) if not gone & set(ids)]


def is_erased(connection: Connection, session_id: str) -> bool:
    """Whether a session of the platform's belongs to an erased call."""
    return bool(_erased(connection, {session_id}))


def _about(change: Change) -> tuple[str, ...]:
    """The ids of the call that a change is about: ours, or the platform's two."""
    if isinstance(change, SaveEvent):
        ids = (change.event.session_id, change.event.call_uuid)
    elif isinstance(change, SavePlatformCall):
        ids = (change.told.session_id, change.told.call_uuid)
    else:
        ids = (str(getattr(change, "call_id", "")), "")
    return tuple(one for one in ids if one)


def _erased(connection: Connection, ids: set[str]) -> set[str]:
    """Which of these ids are of erased calls."""
    if not ids:
        return set()
    columns = (erased_calls.c.call_id, erased_calls.c.session_id, erased_calls.c.call_uuid)
    query = select(*columns).where(or_(*(column.in_(ids) for column in columns)))
    return {one for row in connection.execute(query) for one in row if one in ids}
