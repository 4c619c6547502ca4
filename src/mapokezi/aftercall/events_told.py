"""The office's own systems told: what happened in calls and to tasks, as signed events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from mapokezi.aftercall.effects import NOT_NEEDED, PATIENT, Clock, Effect, Step
from mapokezi.calls import CallId, OfficeId
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.webhook_events import (
    EventType,
    call_data,
    plan_webhooks,
    task_data,
)
from mapokezi.records.call_notes import CallNotes
from mapokezi.records.tasks import TaskId
from mapokezi.stores.database import Database
from mapokezi.stores.effects import DueEffect

EVENT = "event"
_TASK_EVENTS = {
    EventType.TASK_OPENED: "opened_at",
    EventType.TASK_TAKEN: "taken_at",
    EventType.TASK_DONE: "done_at",
}
"""And which of a task's instants each is of."""
_FOR = timedelta(days=8)
_MOST = 100
_AGAIN_AFTER = (timedelta(seconds=1), timedelta(seconds=5), *PATIENT)
"""The call's notes are told with it; they are made in a moment."""


@dataclass(frozen=True, slots=True)
class EventParts:
    """What events are planned with."""

    records: Database
    offices: Mapping[OfficeId, Office]
    now: Clock
    planned: Callable[[], None]


class EventsTold:
    """Plans what systems are told of calls that are over, and of tasks."""

    def __init__(self, parts: EventParts) -> None:
        """Take the records and the offices."""
        self._parts = parts

    def effects(self) -> tuple[Effect, ...]:
        """What is done for each call, after its notes, which are told with it; and for each task
        when it is opened, taken and done."""
        return (
            Effect(EVENT, (Step("plan_event", self.plan),), _AGAIN_AFTER),
            *(
                Effect(_name(kind), (Step("plan_task_event", self.plan_of_task),))
                for kind in _TASK_EVENTS
            ),
        )

    async def tasks_moved(self) -> tuple[DueEffect, ...]:
        """Find tasks of whose last move nobody was told, if anybody wants to know."""
        offices = self._parts.offices.values()
        now = self._parts.now()
        found: list[DueEffect] = []
        for kind, moved_at in _TASK_EVENTS.items():
            if any(_wants(office, kind) for office in offices):
                found += await self._parts.records.effects.due_of_moved_tasks(
                    _name(kind), moved_at, now - _FOR, now, _MOST
                )
        return tuple(found)

    async def plan_of_task(self, due: DueEffect) -> str:
        """Plan who is told that a task was opened, taken, or done."""
        found = await self._parts.records.tasks.get(TaskId(due.subject))
        office = self._parts.offices.get(found.task.office_id) if found is not None else None
        if found is None or office is None or due.version is None:
            return NOT_NEEDED
        call = await self._parts.records.calls.get(found.task.call_id)
        planned = plan_webhooks(
            next(kind for kind in _TASK_EVENTS if _name(kind) == due.effect),
            f"{due.subject}.{due.version:%Y%m%d%H%M%S%f}",
            task_data(found.task),
            office,
            self._parts.now(),
            call_id=found.task.call_id,
            caller=call.call.caller if call is not None else None,
            happened_at=due.version,
        )
        if planned and await self._parts.records.notice_book.plan(planned):
            self._parts.planned()
        return ""

    async def plan(self, due: DueEffect) -> str:
        """Plan who is told that a call is over."""
        found = await self._parts.records.calls.get(CallId(due.subject))
        if found is None:
            return NOT_NEEDED
        office = self._parts.offices.get(found.call.office_id)
        if office is None or not office.webhooks:
            return NOT_NEEDED
        notes = await self._parts.records.call_notes.get(found.call.call_id)
        if notes is None and due.tries < 2:
            return "not_noted_yet"
        planned = plan_webhooks(
            EventType.CALL_ENDED,
            found.call.call_id,
            {**call_data(found.call), **_notes_data(notes)},
            office,
            self._parts.now(),
            call_id=found.call.call_id,
            caller=found.call.caller,
            happened_at=found.call.ended_at,
        )
        if planned and await self._parts.records.notice_book.plan(planned):
            self._parts.planned()
        return ""


def _name(kind: EventType) -> str:
    """The effect of an event: ``task_taken``."""
    return kind.value.replace(".", "_")


def _wants(office: Office, kind: EventType) -> bool:
    return any(not hook.events or kind.value in hook.events for hook in office.webhooks)


def _notes_data(notes: CallNotes | None) -> dict[str, Any]:
    if notes is None:
        return {}
    return {
        "summary": list(notes.lines),
        "summary_by": notes.made_by,
        "promises": list(notes.promises),
        "fields": dict(notes.fields),
        "unsure": list(notes.unsure),
        "tags": [tag.value for tag in notes.tags],
    }
