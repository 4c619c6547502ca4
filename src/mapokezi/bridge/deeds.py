"""What a voice model asks to have done, done: a message, a hand-off, an end.

The model proposes, `receptionist.decisions` decides, and only then is anything carried out. A
deed's result goes back to the model, so that it says what is true: a message is "saved" once it
is durable, a caller "connected" once a hand-off is really armed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import structlog

from mapokezi.bridge import clock
from mapokezi.bridge.call_in_progress import CallInProgress
from mapokezi.bridge.handoffs import HandOff
from mapokezi.errors import MapokeziError
from mapokezi.receptionist.decisions import AboutCall, Refused, decide
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
        self._office = office
        self._call = call
        self._keeper = keeper
        self._handoff = handoff
        self.message_ids: list[str] = []
        """The messages that were stored."""

    async def carry_out(self, name: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """Decide and do.

        Returns:
            The result for the model; with ``error`` or ``status: refused`` if nothing was done.
        """
        about = AboutCall(caller_number=self._call.caller, dialled=self._call.dialled)
        decision = decide(self._office, name, arguments, about, clock.wall())
        if isinstance(decision, Refused):
            log.info("deed_refused", call_id=self._call.call_id, deed=name, why=decision.reason)
            return {"status": "refused", "reason": decision.reason, "say": decision.say}
        deeds: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
            "take_message": self._take_message,
            "hand_over": self._hand_over,
            "end_call": self._end_call,
        }
        try:
            result: Mapping[str, Any] = await deeds[name](decision.arguments)
        except MapokeziError as error:
            log.error("deed_failed", call_id=self._call.call_id, deed=name, reason=str(error))
            return {"status": "failed", "error": "it could not be done just now"}
        log.info("deed_done", call_id=self._call.call_id, deed=name, status=result["status"])
        return result

    async def _take_message(self, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        message = self._message(arguments)
        await self._keeper.commit(SaveMessage(message))
        self.message_ids.append(message.message_id)
        return {"status": "saved", "message_id": message.message_id}

    async def _hand_over(self, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        # Saved before tried: whatever becomes of the ringing, the staff know who wanted whom.
        message = self._message(arguments)
        await self._keeper.commit(SaveMessage(message))
        self.message_ids.append(message.message_id)
        return self._handoff.arm(arguments, clock.wall())

    async def _end_call(self, _arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"status": "ending"}

    def _message(self, arguments: Mapping[str, Any]) -> MessageRecord:
        return MessageRecord(
            message_id=MessageId(clock.new_id("msg")),
            call_id=self._call.call_id,
            office_id=self._office.id,
            name=arguments.get("name", ""),
            number=arguments.get("number") or self._call.caller or "",
            reason=arguments.get("reason", ""),
            best_time=arguments.get("best_time", ""),
            for_person=arguments.get("for_person") or arguments.get("person_id", ""),
            urgent=bool(arguments.get("urgent", False)),
            unsure=tuple(arguments.get("unsure", ())),
            created_at=clock.wall(),
        )
