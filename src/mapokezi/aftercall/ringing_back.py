"""Callers who rang once and hung up, rung back into the same receptionist: once, and within bounds.

It is written down before it is tried, as a comment of the flash's task; so a process that is
killed in between leaves a flash to the staff rather than ring twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import structlog

from mapokezi.aftercall.effects import Clock
from mapokezi.calls import Outcome
from mapokezi.carrier import CallOrder, CarrierError, SautiKit
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.ringing_back import why_not_rung_back
from mapokezi.records.call_record import CallRecord
from mapokezi.records.lists import day_span
from mapokezi.records.ringing_back import RECEPTIONIST, ring_back_label
from mapokezi.records.tasks import CommentTask, MoveTask, TaskDeed, TaskId
from mapokezi.stores.database import Database

log = structlog.get_logger("mapokezi.aftercall.ringing_back")

_RINGS_FOR = timedelta(minutes=2)
"""Who has not picked up by then does not: the platform's own limit is not known."""
_SERVED = frozenset({Outcome.RESOLVED, Outcome.MESSAGE, Outcome.TRANSFERRED})


class Stands(StrEnum):
    """How it stands with a flash."""

    FOR_STAFF = "for_staff"
    """Nobody was reached, or nobody may be rung by us: a person rings."""
    RINGING = "ringing"
    """We ring, or talk: to be looked after again."""
    SERVED = "served"


@dataclass(frozen=True, slots=True)
class RingingParts:
    """What callers are rung back with."""

    records: Database
    carrier: SautiKit
    now: Clock
    minute_minor: int
    """What a minute of an outbound call costs."""


class RingingBack:
    """Rings callers back."""

    def __init__(self, parts: RingingParts) -> None:
        """Take the records and the phone platform."""
        self._parts = parts

    async def stands(self, flash: CallRecord, office: Office, task_id: TaskId) -> Stands:
        """Ring back if that may be done, and say how it stands.

        Args:
            flash: A call that is over.
            office: Whose.
            task_id: The open task for it.
        """
        if not office.callers.calling_back.is_on:
            return Stands.FOR_STAFF
        tried_at = await self._parts.records.ring_backs.tried_at(task_id)
        if tried_at is None:
            return await self._ring(flash, office, task_id)
        is_answered, outcome = await self._parts.records.ring_backs.came_of(flash.call_id)
        if outcome in _SERVED:
            await self._finish(task_id)
            return Stands.SERVED
        rings_still = self._parts.now() - tried_at < _RINGS_FOR
        is_under_way = is_answered and outcome is None
        return Stands.RINGING if is_under_way or rings_still else Stands.FOR_STAFF

    async def _ring(self, flash: CallRecord, office: Office, task_id: TaskId) -> Stands:
        parts, now = self._parts, self._parts.now()
        if flash.caller is None:
            return Stands.FOR_STAFF
        zone = ZoneInfo(office.hours.timezone)
        today, _ = day_span(now.astimezone(zone).date(), zone)
        done = await parts.records.ring_backs.done(office.id, flash.caller, today)
        if why := why_not_rung_back(office, flash, done, parts.minute_minor, now):
            log.info("flash_left_to_staff", call_id=flash.call_id, why=why)
            return Stands.FOR_STAFF
        said = "I am calling back, once."
        await parts.records.writer.commit(CommentTask(task_id, RECEPTIONIST, said, now))
        label = ring_back_label(flash.call_id)
        order = CallOrder(from_=flash.dialled, to=[flash.caller], client_request_id=label)
        try:
            placed = await parts.carrier.calls.place(order, idempotency_key=label)
        except CarrierError as error:
            log.warning("ring_back_failed", call_id=flash.call_id, reason=str(error))
            return Stands.FOR_STAFF
        log.info("rings_back", call_id=flash.call_id, session_id=placed.session_id)
        return Stands.RINGING

    async def _finish(self, task_id: TaskId) -> None:
        done = MoveTask(task_id, TaskDeed.FINISH, RECEPTIONIST, self._parts.now())
        await self._parts.records.writer.commit(done)
