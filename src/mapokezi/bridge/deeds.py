"""What a voice model asks to have done, done: a message, a hand-off, an end.

The model proposes, `receptionist.decisions` decides, and only then is anything carried out. A
deed's result goes back to the model, so that it says what is true: a message is "saved" once it
is durable, a caller "connected" once a hand-off is really armed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

import structlog

from mapokezi.bridge import clock
from mapokezi.bridge.call_in_progress import CallInProgress
from mapokezi.bridge.call_recorded import STOPPED, CallRecorded
from mapokezi.bridge.earlier import EarlierMessages
from mapokezi.bridge.handing_over.executor import CallerMeanwhile, HandOffOrder
from mapokezi.bridge.handing_over.ladder import Begun, Ladder
from mapokezi.errors import MapokeziError
from mapokezi.receptionist.decisions import (
    AboutCall,
    Decision,
    EndCall,
    HandOver,
    LookUp,
    Refused,
    StopRecording,
    StoreMessage,
    WhichPerson,
    decide,
)
from mapokezi.receptionist.earlier_messages import AskEarlier
from mapokezi.receptionist.emergency_numbers import say_emergency
from mapokezi.receptionist.kept_back import kept_back_in
from mapokezi.receptionist.language import language_of_talk
from mapokezi.receptionist.look_up import OfficeBook
from mapokezi.receptionist.meanings import Meaning
from mapokezi.receptionist.not_recorded import not_recorded_phrase
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.phrases import phrases_of
from mapokezi.receptionist.words import plain
from mapokezi.records.caller_notices import RefusedBy
from mapokezi.records.changes import SaveMessage
from mapokezi.records.message_record import MessageId, MessageRecord
from mapokezi.records.ports import RecordKeeper
from mapokezi.voice.session import SessionBriefing

log = structlog.get_logger("mapokezi.bridge.deeds")


MeaningOf = Callable[[str], Awaitable[Meaning | None]]
"""Finds what a text means; None if that is not to be had just now."""

Tell = Callable[[str, Mapping[str, Any], Mapping[str, Any]], None]
"""Takes a deed's name, its arguments and its result."""


def _nothing_more(about: AboutCall) -> AboutCall:
    """Add nothing to what the call itself knows: the proposals come from rules of our own."""
    return about


class Deeds:
    """Carries out the deeds of one call."""

    def __init__(
        self,
        office: Office,
        call: CallInProgress,
        keeper: RecordKeeper,
        ladder: Ladder,
        book: OfficeBook | None = None,
        meaning_of: MeaningOf | None = None,
    ) -> None:
        """Begin with nothing done.

        Args:
            office: In whose name.
            call: The call.
            keeper: Where messages go.
            ladder: Passes the caller on.
            book: The office, prepared for being asked.
            meaning_of: Finds what a question means; without it the words alone must do.
        """
        self._office = office
        self._call = call
        self._keeper = keeper
        self._ladder = ladder
        self._book = book or OfficeBook(office)
        self._meaning_of = meaning_of
        self.recorded: CallRecorded
        """Whether the call is recorded; given by whoever begins the call."""
        self.earlier = EarlierMessages(call, None)
        """What the caller may learn and do of messages of earlier calls."""
        self._messages: dict[MessageId, MessageRecord] = {}
        self.about_caller: Callable[[AboutCall], AboutCall] = _nothing_more
        """Adds what was heard of the caller, while a voice proposes that is not ours."""
        self.so_far: Callable[[], SessionBriefing] = lambda: SessionBriefing("", None)
        """What is known of the caller, and was done for them, when somebody is to be briefed."""
        self.not_answered: Callable[[str, str], None] = lambda _key, _question: None
        """Told what was looked up in vain, with what tells it from others of the call."""
        self.tell: Tell = lambda _name, _arguments, _result: None
        """Told of every deed, with its result."""

    @property
    def message_ids(self) -> tuple[MessageId, ...]:
        """The messages that were stored, in order."""
        return tuple(self._messages)

    async def carry_out(self, name: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """Decide and do.

        Returns:
            The result for the model: ``status``, and what it may say.
        """
        about = self.about_caller(
            AboutCall(
                caller_number=self._call.caller,
                dialled=self._call.dialled,
                is_connecting=self._ladder.is_busy,
                rung_in_doubt=frozenset(self._ladder.rung_in_doubt),
                just_now=self._ladder.just_now,
                can_prove=self.earlier.can_prove,
                only_messages=self._call.only_messages,
            )
        )
        decision = decide(self._office, name, arguments, about, clock.wall(), self._book)
        try:
            result = await self._do(decision)
        except MapokeziError as error:
            log.error("deed_failed", call_id=self._call.call_id, deed=name, reason=str(error))
            return {"status": "failed", "reason": "it could not be done just now"}
        log.info("deed_decided", call_id=self._call.call_id, deed=name, status=result["status"])
        self.tell(name, arguments, result)
        return result

    async def _do(self, decision: Decision) -> Mapping[str, Any]:
        if isinstance(decision, WhichPerson):
            return _which_person(decision)
        if isinstance(decision, Refused):
            return await self._refuse(decision)
        match decision.deed:
            case LookUp(arguments):
                return await self._look_up(arguments)
            case StoreMessage() as message:
                return {"status": "saved", "message_id": await self._store(message)}
            case HandOver() as wanted:
                return await self._hand_over(wanted)
            case AskEarlier() as asked:
                came = await self.earlier.answer(asked)
                return await self._refuse(came) if isinstance(came, Refused) else came
            case StopRecording(by_rule):
                return self._stop_recording(by_rule=by_rule)
            case EndCall():
                return {"status": "ending"}

    def _stop_recording(self, *, by_rule: bool) -> Mapping[str, Any]:
        came = self.recorded.refuse(RefusedBy.WORDS if by_rule else RefusedBy.VOICE)
        said = self.about_caller(AboutCall(caller_number=self._call.caller)).caller_said or ()
        key = not_recorded_phrase(came["status"] == STOPPED)
        return {**came, "say": phrases_of(language_of_talk(said)).word("clerk", key)}

    async def _look_up(self, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        book, meaning = self._book, None
        question = book.asks_in_words(arguments)
        if question and self._meaning_of is not None and book.has_meanings:
            meaning = await self._meaning_of(question)
        found = book.look_up(arguments, clock.wall(), meaning)
        if found["status"] == "not_found" and question:
            # Models do repeat a call that brings them nothing: it stays one question.
            self.not_answered(f"look-up-{_key_of(question)}", question)
        return found

    async def _refuse(self, refused: Refused) -> Mapping[str, Any]:
        told: dict[str, Any] = {"status": "refused", "reason": refused.reason, "say": refused.say}
        if refused.is_emergency:
            first = self._say_emergency(refused.note.reason if refused.note else "")
            told |= {"emergency": first, "say": f"{first} {refused.say}".strip()}
        if refused.note is not None:
            told["message_id"] = await self._store_note(refused.note)
        return told

    def _say_emergency(self, told: str) -> str:
        """Word it in the caller's language; where no transcript tells, in that of what is told."""
        about = self.about_caller(AboutCall(caller_number=self._call.caller))
        return say_emergency(self._office, about.caller_said or (told,))

    async def _hand_over(self, wanted: HandOver) -> Mapping[str, Any]:
        # Saved before tried: whatever becomes of the ringing, the staff know of it.
        message_id = await self._store_note(wanted.note)
        told: dict[str, Any] = {"message_id": message_id}
        if wanted.is_emergency:
            first = self._say_emergency(wanted.reason)
            told |= {"emergency": first, "say": first}
        if self._ladder.is_busy:  # models do repeat their calls
            return {"status": "already_connecting", "person_name": self._ladder.name, **told}
        so_far = self.so_far()
        begun = self._ladder.begin(
            HandOffOrder(
                plan=wanted.plan,
                reason=wanted.reason,
                note=self._messages[MessageId(message_id)],
                known=so_far.fields,
                promised=so_far.done,
                is_urgent=wanted.note.urgent,
                kept_back=kept_back_in(so_far.history),
            )
        )
        return _told_of(begun, told)

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


def _key_of(question: str) -> str:
    return hashlib.sha256(plain(question).encode()).hexdigest()[:12]


_STATUS = {
    CallerMeanwhile.LEAVES_US: "connecting",
    CallerMeanwhile.STAYS_WITH_US: "ringing",
    CallerMeanwhile.IS_PROMISED_A_CALL: "refused",
}


def _told_of(begun: Begun, told: Mapping[str, Any]) -> Mapping[str, Any]:
    """Write what the voice is told of a hand-off that has begun, or cannot be tried."""
    status = _STATUS[begun.meanwhile]
    say = " ".join(part for part in (str(told.get("say", "")), begun.say) if part)
    result = {"status": status, "person_name": begun.person_name, **told}
    if status == "refused":
        result["reason"] = "nobody can be put through from here; the message is stored"
    elif status == "ringing":
        say = f"{say} I am ringing {begun.person_name} now. Please stay on the line with me."
    elif begun.say:
        result["if_cut_off"] = begun.say
    return {**result, "say": say.strip()} if say else result


def _which_person(which: WhichPerson) -> Mapping[str, Any]:
    people = which.people
    names = [person.name for person in people]
    choices = f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else names[0]
    return {
        "status": "which_person",
        "say": f"Do you mean {choices}?",
        "people": [{"person_id": one.id, "name": one.name, "role": one.role} for one in people],
    }
