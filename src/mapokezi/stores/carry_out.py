"""Which function carries out which change, and how many are carried out together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from mapokezi.records.changes import (
    Change,
    MarkMessage,
    SaveArrival,
    SaveCost,
    SaveEnd,
    SaveEvent,
    SaveMessage,
    SavePlatformCall,
    SaveProgress,
    SaveTimeline,
    SaveTurn,
)
from mapokezi.stores import calls, messages, platform_calls, platform_events
from mapokezi.stores.dialects import fault_of

_DEEDS: dict[type[Change], Callable[[Connection, Any], None]] = {
    SaveArrival: calls.save_arrival,
    SaveProgress: calls.save_progress,
    SaveEnd: calls.save_end,
    SaveTurn: calls.save_turn,
    SaveTimeline: calls.save_timeline,
    SaveCost: calls.save_cost,
    SaveMessage: messages.save_message,
    MarkMessage: messages.mark_message,
    SaveEvent: platform_events.save_event,
    SavePlatformCall: platform_calls.save_platform_call,
}


def carry_out(connection: Connection, change: Change) -> None:
    """Carry out one change in the connection's transaction."""
    _DEEDS[type(change)](connection, change)


def carry_out_all(connection: Connection, changes: Sequence[Change]) -> None:
    """Carry out changes in order; the first that fails ends it, by its exception."""
    for change in changes:
        carry_out(connection, change)


def carry_out_each(connection: Connection, changes: Sequence[Change]) -> dict[int, str]:
    """Carry out changes in order, each behind a savepoint, so that one may fail alone.

    Returns:
        The faults, by the index of the change that failed.

    Raises:
        OperationalError: the fault is the database's own (locked, full, no such table). SQLite
            may then have rolled all of it back, so nothing is to be taken as done.
    """
    faults: dict[int, str] = {}
    for index, change in enumerate(changes):
        try:
            with connection.begin_nested():
                carry_out(connection, change)
        except OperationalError:
            raise
        except Exception as error:  # noqa: BLE001 - one bad value must not cost the others
            faults[index] = fault_of(error)
    return faults
