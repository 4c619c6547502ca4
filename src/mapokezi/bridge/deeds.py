"""What a voice model asks to have done, done: a message, a hand-off, an end.

The model proposes, `receptionist.decisions` decides, and only then is anything carried out. A
deed's result goes back to the model, so that it says what is true: a message is "saved" once it
is durable, a caller "connected" once a hand-off is really armed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import structlog

from mapokezi.bridge import clock
from mapokezi.bridge.call_in_progress import CallInProgress
from mapokezi.bridge.handoffs import HandOff
from mapokezi.errors import MapokeziError
from mapokezi.receptionist.decisions import (
    AboutCall,
    Allowed,
    EndCall,
    HandOver,
    Refused,
    StoreMessage,
    decide,
)
from mapokezi.receptionist.office import Office
from mapokezi.records.changes import SaveMessage
from mapokezi.records.message_record import MessageId, MessageRecord
from mapokezi.records.ports import RecordKeeper

log = structlog.get_logger("mapokezi.bridge.deeds")


class Deeds:
    """Carries out the deeds of one call."""

    def __init__(
        self,
        office: Office,
        call: CallInProgress,
        keeper: RecordKeeper,
        handoff: HandOff,
    ) -> None:
        """Begin with nothing done."""
        self._office = office
        self._call = call
        self._keeper = keeper
        self._handoff = handoff
        self._messages: dict[MessageId, MessageRecord] = {}

    @property
    def message_ids(self) -> tuple[MessageId, ...]:
        """The messages that were stored, in order."""
        return tuple(self._messages)

    async def carry_out(self, name: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """Decide and do.

        Returns:
            The result for the model: ``status``, and what it may say.
        """
        about = AboutCall(caller_number=self._call.caller, dialled=self._call.dialled)
        decision = decide(self._office, name, arguments, about, clock.wall())
        try:
            result = await self._do(decision)
        except MapokeziError as error:
            log.error("deed_failed", call_id=self._call.call_id, deed=name, reason=str(error))
            return {"status": "failed", "reason": "it could not be done just now"}
        log.info("deed_decided", call_id=self._call.call_id, deed=name, status=result["status"])
        return result

    async def _do(self, decision: Allowed | Refused) -> Mapping[str, Any]:
        if isinstance(decision, Refused):
            refused = {"status": "refused", "reason": decision.reason, "say": decision.say}
            if decision.note is None:
                return refused
            return {**refused, "message_id": await self._store_note(decision.note)}
        match decision.deed:
            case StoreMessage() as message:
                return {"status": "saved", "message_id": await self._store(message)}
            case HandOver(ring, _, note):
                # Saved before tried: whatever becomes of the ringing, the staff know of it.
                message_id = await self._store_note(note)
                self._handoff.arm(ring)
                return {
                    "status": "connecting",
                    "person_name": ring.person_name,
                    "message_id": message_id,
                }
            case EndCall():
                return {"status": "ending"}

    async def _store_note(self, note: StoreMessage) -> str:
        """Store that a person was asked for, unless the caller has left that person a message."""
        known = self._messages.get(self._id_of(note))
        if known is None:
            return await self._store(note)
        if note.urgent and not known.urgent:
            await self._keep(replace(known, urgent=True))
        return known.message_id

    async def _store(self, message: StoreMessage) -> str:
        reason = "; ".join(
            [message.reason, *(f"{slot}: {text}" for slot, text in message.extra.items())]
        ).strip("; ")
        return await self._keep(
            MessageRecord(
                message_id=self._id_of(message),
                call_id=self._call.call_id,
                office_id=self._office.id,
                name=message.name,
                number=message.number or message.number_as_heard,
                reason=reason,
                best_time=message.best_time,
                for_person=message.for_person,
                urgent=message.urgent,
                unsure=message.unsure,
                created_at=clock.wall(),
            )
        )

    async def _keep(self, record: MessageRecord) -> str:
        await self._keeper.commit(SaveMessage(record))
        self._messages[record.message_id] = record
        return record.message_id

    def _id_of(self, message: StoreMessage) -> MessageId:
        """One message a call and person: told again, it is the same one, corrected."""
        return MessageId(f"{self._call.call_id}.{message.for_person or 'office'}")
