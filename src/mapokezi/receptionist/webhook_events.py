"""What the office's own systems are told by webhook: types of events, and their JSON.

The form is that of Standard Webhooks ("Payload structure"): ``type``, ``timestamp`` of the event,
``data``. Instants are ISO 8601 in UTC. Fields are added over time; none is renamed or taken away.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import msgspec

from mapokezi.calls import CallId
from mapokezi.receptionist.office import Office
from mapokezi.records.call_record import CallRecord
from mapokezi.records.message_record import MessageRecord
from mapokezi.records.notices import WEBHOOK_WAY, NoticeKind, PlannedNotice, WayKind
from mapokezi.records.tasks import Task


class EventType(StrEnum):
    """Of what a system can be told."""

    MESSAGE_STORED = "message.stored"
    """A caller has left a message, or corrected it."""
    CALL_ENDED = "call.ended"
    """A call is over and its record whole."""
    TASK_OPENED = "task.opened"
    """Somebody has to act."""
    TASK_TAKEN = "task.taken"
    TASK_DONE = "task.done"
    WEBHOOK_TRIAL = "webhook.trial"
    """The office tries whether the webhook works."""


EVENT_TYPES = tuple(kind.value for kind in EventType)


def plan_webhooks(
    kind: EventType,
    subject: str,
    data: Mapping[str, Any],
    office: Office,
    now: datetime,
    *,
    call_id: CallId | None = None,
    caller: str | None = None,
    happened_at: datetime | None = None,
) -> tuple[PlannedNotice, ...]:
    """Decide which of the office's systems are told of an event.

    Args:
        kind: what happened.
        subject: to what, one of our own ids. Of the same kind and subject nothing is told twice.
        data: what is told: see `message_data`, `call_data`.
        office: whose systems.
        now: the time of day, aware.
        call_id: the call that it belongs to.
        caller: the number of the caller whom it is about.
        happened_at: when it happened; by default now.

    Returns:
        A notice for each webhook that wants events of this type.
    """
    now = now.astimezone(UTC)
    body = event_json(kind, happened_at or now, office, data)
    return tuple(
        PlannedNotice(
            key=f"{subject}:{kind.value}:{WEBHOOK_WAY}-{hook.name}:0",
            office_id=office.id,
            kind=NoticeKind.EVENT,
            way=WEBHOOK_WAY,
            way_kind=WayKind.WEBHOOK,
            address=hook.name,
            title=kind.value,
            text=body,
            not_before=now,
            planned_at=now,
            call_id=call_id,
            caller=caller,
        )
        for hook in office.webhooks
        if not hook.events or kind.value in hook.events
    )


def event_json(kind: EventType, at: datetime, office: Office, data: Mapping[str, Any]) -> str:
    """The JSON of an event."""
    event = {
        "type": kind.value,
        "timestamp": at.astimezone(UTC),
        "data": {"office": office.id, **data},
    }
    return msgspec.json.encode(event).decode()


def message_data(message: MessageRecord) -> dict[str, Any]:
    """What is told of a message."""
    return {
        "message_id": message.message_id,
        "call_id": message.call_id,
        "name": message.name,
        "number": message.number,
        "reason": message.reason,
        "best_time": message.best_time,
        "for_person": message.for_person,
        "urgent": message.urgent,
        "unsure": list(message.unsure),
        "at": message.created_at,
    }


def task_data(task: Task) -> dict[str, Any]:
    """What is told of a task."""
    return {
        "task_id": task.task_id,
        "call_id": task.call_id,
        "message_id": task.message_id,
        "kind": task.kind,
        "state": task.state,
        "owner": task.owner,
        "urgent": task.urgent,
        "opened_at": task.opened_at,
        "due_at": task.due_at,
        "taken_by": task.taken_by,
        "taken_at": task.taken_at,
        "done_by": task.done_by,
        "done_at": task.done_at,
    }


def call_data(call: CallRecord) -> dict[str, Any]:
    """What is told of a call that is over."""
    length_ms = call.length_ms
    return {
        "call_id": call.call_id,
        "caller": call.caller,
        "dialled": call.dialled,
        "arrived_at": call.arrived_at,
        "answered_at": call.answered_at,
        "ended_at": call.ended_at,
        "length_s": None if length_ms is None else length_ms / 1000,
        "outcome": call.outcome,
        "reason": call.termination.reason if call.termination else None,
    }
