"""The staff told: a task opened for each message, notices planned, the next person told in time.

Planning is not sending. What is planned here stands in the database with a key of its own, so to
do it twice adds nothing; `mapokezi.aftercall.notice_sending` sends it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import structlog

from mapokezi.aftercall.effects import NOT_NEEDED, Clock, Effect, Step
from mapokezi.aftercall.ringing_back import RingingBack, Stands
from mapokezi.calls import CallId, OfficeId, Outcome
from mapokezi.receptionist.due_times import due_at
from mapokezi.receptionist.office import Hours, Office
from mapokezi.receptionist.telling import escalates_at, plan_notices
from mapokezi.receptionist.telling_event import TellingEvent, WhyCallBack
from mapokezi.receptionist.webhook_events import EventType, message_data, plan_webhooks
from mapokezi.records.call_record import CallRecord
from mapokezi.records.lists import day_span
from mapokezi.records.message_record import MessageId, MessageRecord
from mapokezi.records.notices import NoticeKind
from mapokezi.records.tasks import Task, TaskId, TaskKind
from mapokezi.stores.database import Database
from mapokezi.stores.effects import DueEffect
from mapokezi.stores.tasks import note_escalation, open_task

log = structlog.get_logger("mapokezi.aftercall.telling")

TELL = "tell"
CALL_BACK = "call_back"
ESCALATE = "escalate"
_SOON = tuple(timedelta(seconds=seconds) for seconds in (1, 2, 5, 10, 30, 60, 300))
"""Somebody waits: whatever is in the way is tried again soon, and for ever."""
_MOST_LATE = 100
_WHY = {Outcome.FLASH: WhyCallBack.FLASH, Outcome.ABANDONED: WhyCallBack.LEFT}
"""Of calls in which nothing was left, those whose callers are rung."""


@dataclass(frozen=True, slots=True)
class TellingParts:
    """What the staff are told with."""

    records: Database
    offices: Mapping[OfficeId, Office]
    now: Clock
    planned: Callable[[], None]
    """Told that something is to be sent."""
    ringing: RingingBack | None = None
    """Rings callers back where an office has switched it on; None: there is no key for it."""


class Telling:
    """Opens tasks and plans notices."""

    def __init__(self, parts: TellingParts) -> None:
        """Take the records and the offices."""
        self._parts = parts

    def effects(self) -> tuple[Effect, ...]:
        """What is done for each message, for each call, and for each task that is not taken."""
        return (
            Effect(
                TELL,
                (Step("open_task", self.open_task), Step("plan_notices", self.tell)),
                _SOON,
                gives_up=False,
            ),
            Effect(
                CALL_BACK,
                (Step("open_call_back", self.open_call_back), Step("tell_call_back", self.ring)),
            ),
            Effect(ESCALATE, (Step("tell_next", self.tell_next),)),
        )

    async def open_task(self, due: DueEffect) -> str:
        """Open the task of a message, or bring it up to its correction."""
        message = await self._parts.records.messages.get(MessageId(due.subject))
        if message is None:
            return NOT_NEEDED
        await self._open(
            Task(
                task_id=TaskId(message.message_id),
                office_id=message.office_id,
                call_id=message.call_id,
                kind=TaskKind.CALL_BACK if message.is_call_back else TaskKind.MESSAGE,
                opened_at=message.created_at,
                due_at=message.created_at,
                message_id=message.message_id,
                owner=message.for_person,
                urgent=message.urgent,
                revised_at=message.created_at,
            )
        )
        return ""

    async def tell(self, due: DueEffect) -> str:
        """Plan who is told of a message."""
        message = await self._parts.records.messages.get(MessageId(due.subject))
        found = await self._parts.records.tasks.get(TaskId(due.subject))
        if message is None or found is None:
            return NOT_NEEDED  # erased since
        office = self._parts.offices.get(message.office_id)
        if office is None:
            log.warning("nobody_to_tell", office=message.office_id)
            return ""
        call = await self._call(message.call_id)
        is_new = message.created_at > found.task.opened_at
        subject = f"{message.message_id}.{_stamp(message.created_at)}" if is_new else due.subject
        event = _event_of(message, call, subject, is_correction=is_new)
        await self._plan(await self._with_history(event, call, office), office)
        posts = plan_webhooks(
            EventType.MESSAGE_STORED,
            subject,
            message_data(message),
            office,
            self._parts.now(),
            call_id=message.call_id,
            caller=call.caller if call is not None else None,
            happened_at=message.created_at,
        )
        if posts and await self._parts.records.notice_book.plan(posts):
            self._parts.planned()
        return ""

    async def open_call_back(self, due: DueEffect) -> str:
        """Open a task for a caller who left nothing and is to be rung all the same."""
        call = await self._call(CallId(due.subject))
        if call is None or call.caller is None or call.outcome not in _WHY:
            return NOT_NEEDED
        if call.rings_back is not None:
            return NOT_NEEDED  # the flash for which we rang has its own
        if await self._parts.records.tasks.is_owed_a_call(call.office_id, call.caller, due.subject):
            return NOT_NEEDED  # they rang several times: once is enough
        at = call.ended_at or call.arrived_at
        task_id = TaskId(f"{call.call_id}.{call.outcome.value}")
        await self._open(
            Task(
                task_id=task_id,
                office_id=call.office_id,
                call_id=call.call_id,
                kind=TaskKind.CALL_BACK,
                opened_at=at,
                due_at=at,
            )
        )
        return ""

    async def ring(self, due: DueEffect) -> str:
        """Plan who is told that a caller is to be rung."""
        call = await self._call(CallId(due.subject))
        if call is None or call.outcome not in _WHY:
            return NOT_NEEDED
        office = self._parts.offices.get(call.office_id)
        if office is not None:
            task_id = f"{call.call_id}.{call.outcome.value}"
            if self._parts.ringing is not None and call.outcome is Outcome.FLASH:
                stands = await self._parts.ringing.stands(call, office, TaskId(task_id))
                if stands is Stands.RINGING:
                    return "being_called_back"
                if stands is Stands.SERVED:
                    return NOT_NEEDED
            event = TellingEvent(
                kind=NoticeKind.CALL_BACK,
                subject=task_id,
                office_id=call.office_id,
                at=call.ended_at or call.arrived_at,
                call_id=call.call_id,
                task_id=task_id,
                caller=call.caller,
                why_call_back=_WHY[call.outcome],
            )
            await self._plan(await self._with_history(event, call, office), office)
        return ""

    async def not_taken(self) -> tuple[DueEffect, ...]:
        """Find tasks that nobody has taken in their time."""
        late = await self._parts.records.tasks.to_escalate(self._parts.now(), _MOST_LATE)
        return tuple(
            DueEffect(task.task_id, ESCALATE, task.call_id, 0, task.escalate_at) for task in late
        )

    async def tell_next(self, due: DueEffect) -> str:
        """Plan that the next person is told of a task, and when the one after is."""
        found = await self._parts.records.tasks.get(TaskId(due.subject))
        now = self._parts.now()
        if found is None or found.task.escalate_at is None or found.task.escalate_at > now:
            return NOT_NEEDED  # taken since
        task = found.task
        step = task.escalations + 1
        office = self._parts.offices.get(task.office_id)
        next_at = None
        if office is not None:
            next_at = escalates_at(office, task.owner, step, now, urgent=task.urgent)
            await self._plan(await self._event_of_task(task, step), office)
        await self._parts.records.writer.transact(
            partial(note_escalation, task_id=task.task_id, nth=step, next_at=next_at)
        )
        return ""

    async def _event_of_task(self, task: Task, step: int) -> TellingEvent:
        call = await self._call(task.call_id)
        message = None
        if task.message_id is not None:
            message = await self._parts.records.messages.get(task.message_id)
        return TellingEvent(
            kind=NoticeKind.NOT_TAKEN,
            subject=f"{task.task_id}.{NoticeKind.NOT_TAKEN.value}",
            office_id=task.office_id,
            at=self._parts.now(),
            call_id=task.call_id,
            task_id=task.task_id,
            for_person=task.owner,
            urgent=task.urgent,
            step=step,
            caller=call.caller if call is not None else None,
            name=message.name if message is not None else "",
            number=message.number if message is not None else "",
            reason=message.reason if message is not None else "",
            best_time=message.best_time if message is not None else "",
            unsure=message.unsure if message is not None else (),
            why_call_back=_why(call),
        )

    async def _with_history(
        self, event: TellingEvent, call: CallRecord | None, office: Office
    ) -> TellingEvent:
        """Add how often the number rang today; who rings again after an urgent message is urgent.

        It is told by all ways and at once: whoever saw the first one may have taken it for done.
        """
        if call is None or call.caller is None:
            return event
        zone = ZoneInfo(office.hours.timezone)
        began, _ = day_span(call.arrived_at.astimezone(zone).date(), zone)
        known = await self._parts.records.known_callers.of(
            office.id, call.caller, call.arrived_at, began, call.call_id
        )
        return replace(
            event,
            calls_today=known.calls_today + 1,
            urgent=event.urgent or known.open_urgent > 0,
        )

    async def _call(self, call_id: CallId) -> CallRecord | None:
        found = await self._parts.records.calls.get(call_id)
        return None if found is None else found.call

    async def _open(self, task: Task) -> None:
        """Open a task, with its owner and its times by what the office has told."""
        office = self._parts.offices.get(task.office_id)
        people = office.people if office is not None else ()
        owner = task.owner if any(person.id == task.owner for person in people) else ""
        hours = office.hours if office is not None else Hours()
        escalate_at = None
        if office is not None:
            escalate_at = escalates_at(office, owner, 0, self._parts.now(), urgent=task.urgent)
        due = due_at(task.opened_at, hours, urgent=task.urgent)
        whole = replace(task, owner=owner, due_at=due, escalate_at=escalate_at)
        await self._parts.records.writer.transact(partial(open_task, task=whole))

    async def _plan(self, event: TellingEvent, office: Office) -> None:
        planned = plan_notices(event, office, self._parts.now())
        if not planned:
            log.warning("nobody_to_tell", office=office.id, kind=event.kind.value)
        if planned and await self._parts.records.notice_book.plan(planned):
            self._parts.planned()


def _event_of(
    message: MessageRecord, call: CallRecord | None, subject: str, *, is_correction: bool
) -> TellingEvent:
    return TellingEvent(
        kind=NoticeKind.CALL_BACK if message.is_call_back else NoticeKind.MESSAGE,
        subject=subject,
        office_id=message.office_id,
        at=message.created_at,
        call_id=message.call_id,
        task_id=message.message_id,
        for_person=message.for_person,
        urgent=message.urgent,
        is_correction=is_correction,
        caller=call.caller if call is not None else None,
        name=message.name,
        number=message.number,
        # Our own note says why in words that `notice_words` has better.
        reason="" if message.is_call_back else message.reason,
        best_time=message.best_time,
        unsure=() if message.is_call_back else message.unsure,
        why_call_back=_why(call),
    )


def _why(call: CallRecord | None) -> WhyCallBack:
    if call is None or call.outcome is None:
        return WhyCallBack.CUT_OFF
    if call.outcome in _WHY:
        return _WHY[call.outcome]
    return WhyCallBack.NOT_ANSWERED if call.answered_at is None else WhyCallBack.CUT_OFF


def _stamp(at: datetime) -> str:
    """An instant as a part of an id."""
    return f"{at:%Y%m%d%H%M%S%f}"
