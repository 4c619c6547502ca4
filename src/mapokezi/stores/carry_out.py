"""Which function carries out which change, and how many are carried out together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from mapokezi.records.changes import (
    Change,
    MarkMessage,
    NoteDeed,
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
from mapokezi.records.open_questions import SaveQuestion, SettleQuestions
from mapokezi.records.tasks import CommentTask, MoveTask
from mapokezi.stores import (
    audit_trail,
    calls,
    messages,
    open_questions,
    platform_calls,
    platform_events,
    tasks,
)
from mapokezi.stores.dialects import fault_of, is_of_the_database
from mapokezi.stores.erased import without_erased

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
    SaveQuestion: open_questions.save_question,
    SettleQuestions: open_questions.settle_questions,
    MoveTask: tasks.move_task,
    CommentTask: tasks.comment_task,
    NoteDeed: audit_trail.note_deed,
}


def carry_out(connection: Connection, change: Change) -> None:
    """Carry out one change in the connection's transaction."""
    _DEEDS[type(change)](connection, change)


def carry_out_all(connection: Connection, changes: Sequence[Change]) -> None:
    """Carry out changes in order; the first that fails ends it, by its exception.

    The platform's events, which no other change rests on, are kept together: hundreds may come at
    once, and each waits for its acknowledgement. What is said of an erased call is let go.
    """
    changes = without_erased(connection, changes)
    events = [change for change in changes if isinstance(change, SaveEvent)]
    if events:
        platform_events.save_events(connection, events)
    for change in changes:
        if not isinstance(change, SaveEvent):
            carry_out(connection, change)


def carry_out_each(connection: Connection, changes: Sequence[Change]) -> dict[int, str]:
    """Carry out changes in order, each behind a savepoint, so that one may fail alone.

    Returns:
        The faults, by the index of the change that failed.

    Raises:
        DBAPIError: the fault is the database's own (locked, full, no such table). It may then have
            rolled all of it back, so nothing is to be taken as done.
    """
    faults: dict[int, str] = {}
    for index, change in enumerate(changes):
        try:
            with connection.begin_nested():
                for wanted in without_erased(connection, (change,)):
                    carry_out(connection, wanted)
        except Exception as error:
            if isinstance(error, DBAPIError) and is_of_the_database(error):
                raise
            faults[index] = fault_of(error)
    return faults
