"""The reception: every call of this line, from its arrival to the last entry of its record."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog

from mapokezi.bridge import clock
from mapokezi.bridge.call_in_progress import CallHooks, CallInProgress
from mapokezi.bridge.call_keeping import CallKeeping
from mapokezi.bridge.call_session import CallParts, CallSession, OpenVoiceSession
from mapokezi.bridge.calls_in_progress import CallsInProgress
from mapokezi.bridge.deeds import Deeds
from mapokezi.bridge.handoffs import HandOff
from mapokezi.bridge.media_socket import MediaSocket
from mapokezi.bridge.phrase_book import PhraseBook
from mapokezi.bridge.recording import RecordingWriter
from mapokezi.calls import (
    OfficeId,
    Outcome,
    Termination,
    TerminationReason,
    TerminationResult,
)
from mapokezi.carrier import CarrierError, SautiKit
from mapokezi.conversation.effects import CloseCall
from mapokezi.conversation.machine import Conversation
from mapokezi.conversation.settings import ConversationSettings
from mapokezi.receptionist.instructions import instructions_for
from mapokezi.records.call_record import CallRecord
from mapokezi.records.changes import SaveCost, SaveMessage
from mapokezi.records.ledger import Cost, Rates
from mapokezi.records.message_record import MessageId, MessageRecord
from mapokezi.records.ports import RecordKeeper
from mapokezi.telephony.callbacks import VoiceCallback
from mapokezi.telephony.visit import Phase

log = structlog.get_logger("mapokezi.bridge.reception")

_COST_ASKED_AFTER_S = (1.0, 5.0, 30.0)
"""The platform settles a call some time after its end; until then our estimate stands."""
_WORD_OF_THE_END_S = 4.0
"""A close of the stream is followed by the platform's word that the call is over, or by a
question how to go on; both within a second where it was seen."""
_PLATFORMS_OWN = {Phase.OVER, Phase.FALLEN}
_OWED_A_CALL = {Outcome.FAILED, Outcome.FALLBACK}
"""These callers were let down: the staff are to ring them."""


@dataclass(frozen=True, slots=True)
class ReceptionParts:
    """What the reception works with, put together by `mapokezi.app`."""

    keeper: RecordKeeper
    phrases: Mapping[OfficeId, PhraseBook]
    open_voice: OpenVoiceSession
    forget_voice: Callable[[CallInProgress], None]
    """The call is over: what the voices remembered of it may go."""
    voice_name: str
    recordings: RecordingWriter | None
    data_folder: Path
    carrier: SautiKit | None
    """None if there is no key: then a call ends by closing its socket."""
    node: str
    rates: Rates = field(default_factory=Rates)


@dataclass(slots=True)
class _Visit:
    """One call of ours."""

    call: CallInProgress
    keeping: CallKeeping
    session: CallSession | None = None
    conversation: Conversation | None = None
    handoff: HandOff | None = None
    media: MediaSocket | None = None
    recording_close: Callable[[], None] | None = None
    message_ids: tuple[str, ...] = ()


class Reception:
    """Opens a session for each call, and sees each to its end."""

    def __init__(self, parts: ReceptionParts) -> None:
        self._parts = parts
        self._visits: dict[str, _Visit] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._publish: Callable[[Mapping[str, Any]], None] = lambda _event: None
        self._count_underruns: Callable[[float], None] = lambda _count: None
        self._last_errors: dict[str, str] = {}
        self.calls: CallsInProgress

    def watch(
        self,
        publish: Callable[[Mapping[str, Any]], None],
        count_underruns: Callable[[float], None],
    ) -> None:
        """Tell of what happens in calls from now on."""
        self._publish = publish
        self._count_underruns = count_underruns

    def health(self) -> Mapping[str, Any]:
        """What `/healthz` tells beside the calls: the last error of each thing we depend on."""
        whole = all(book.is_whole for book in self._parts.phrases.values())
        return {"phrases": "ready" if whole else "waiting", "last_errors": dict(self._last_errors)}

    def _note_error(self, part: str, reason: str) -> None:
        self._last_errors[part] = f"{clock.wall().isoformat(timespec='seconds')} {reason}"

    def hooks(self) -> CallHooks:
        """What `CallsInProgress` tells the reception."""
        return CallHooks(
            on_arrival=self._arrived,
            on_refused=self._refused,
            on_lifecycle=self._lifecycle,
            on_went_on=self._went_on,
            on_handoff_served=self._handoff_served,
            on_handoff_ended=self._handoff_ended,
            on_never_opened=self._never_opened,
        )

    async def close(self) -> None:
        """Wait for what was begun for calls that are over: hang-ups, costs. Ten seconds at most."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=10.0)
            for task in late:
                task.cancel()

    # -- the webhook's side --

    def _arrived(self, call: CallInProgress) -> None:
        self._visits[call.call_id] = _Visit(call, self._keep(call))
        self._publish({"event": "call_arrived", "call_id": call.call_id, "office": call.office_id})

    def _refused(self, call: CallInProgress) -> None:
        why = call.refusal.value if call.refusal is not None else ""
        termination = Termination(TerminationResult.COMPLETED, TerminationReason.REFUSED, why)
        record = self._keep(call).ended_unheard(termination)
        self._owe_a_call(call, record)

    def _lifecycle(self, call: CallInProgress, _callback: VoiceCallback) -> None:
        visit = self._visits.get(call.call_id)
        if visit is None or call.state is not Phase.OVER:
            return
        if visit.session is None:
            gone = Termination(TerminationResult.ABANDONED, TerminationReason.CALLER_HUNG_UP)
            self._end_unheard(visit, gone)
        elif visit.handoff is not None and call.handoff_outcome is not None:
            visit.session.hand_off_settled(talked=visit.handoff.ended())
        else:
            visit.session.caller_left(TerminationReason.CALLER_HUNG_UP)

    def _went_on(self, call: CallInProgress) -> None:
        visit = self._visits.get(call.call_id)
        if visit is None:
            return
        detail = "the platform went on behind the stream"
        if visit.session is not None:
            visit.session.caller_left(TerminationReason.MEDIA_LOST, detail)
        else:
            lost = TerminationReason.MEDIA_NEVER_OPENED
            self._end_unheard(visit, Termination(TerminationResult.FAILED, lost, detail))

    def _handoff_served(self, call: CallInProgress) -> None:
        visit = self._visits.get(call.call_id)
        if visit is not None and visit.handoff is not None:
            visit.handoff.served()

    def _handoff_ended(self, call: CallInProgress) -> None:
        visit = self._visits.get(call.call_id)
        if visit is None or visit.handoff is None or visit.session is None:
            return
        if visit.handoff.ended():
            visit.session.hand_off_settled(talked=True)

    def _never_opened(self, call: CallInProgress) -> None:
        visit = self._visits.get(call.call_id)
        if visit is None:
            return
        lost = TerminationReason.MEDIA_NEVER_OPENED
        if visit.session is not None:
            visit.session.caller_left(lost)
        else:
            self._end_unheard(visit, Termination(TerminationResult.FAILED, lost))
        self._spawn(self._hang_up(call, None))

    # -- the media socket's side --

    def open_call(self, call: CallInProgress, media: MediaSocket) -> CallSession:
        """Take a call's media socket, the first or the one after a hand-off in vain."""
        visit = self._visits[call.call_id]
        visit.media = media
        if visit.session is None:
            self._begin(visit)
        assert visit.session is not None
        came_back_from = visit.handoff.name if call.came_back and visit.handoff else None
        visit.session.attach(media, came_back_from)
        return visit.session

    def _begin(self, visit: _Visit) -> None:
        call, parts = visit.call, self._parts
        office = call.office
        conversation = Conversation(ConversationSettings(call_cap_s=office.call_cap_minutes * 60.0))
        handoff = HandOff(call, self.calls, visit.keeping, lambda: self._dead_air(visit))
        deeds = Deeds(office, call, parts.keeper, handoff)
        recording = None
        if parts.recordings is not None and office.record_calls:
            relative = Path("recordings") / f"{call.arrived_at:%Y-%m}" / f"{call.call_id}.wav"
            recording = parts.recordings.open(
                parts.data_folder / relative,
                lambda ended: self._note_error("recording", ended.fault),
            )
            visit.keeping.answered(parts.voice_name, str(relative))
            visit.recording_close = recording.close
        else:
            visit.keeping.answered(parts.voice_name, None)
        visit.conversation, visit.handoff = conversation, handoff
        visit.session = CallSession(
            call,
            CallParts(
                conversation=conversation,
                phrases=parts.phrases[office.id],
                open_voice=parts.open_voice,
                deeds=deeds,
                keeping=visit.keeping,
                recording=recording,
                instructions=instructions_for(office, clock.wall(), call.caller),
                notice=office.notice,
                hand_off_due=handoff.due,
                hand_off_called_off=handoff.call_off,
                ended=lambda end: self._ended(visit, end, deeds),
                publish=lambda event: self._publish({**event, "call_id": call.call_id}),
            ),
        )
        session = visit.session
        call.drain_now = session.drain
        call.end_now = lambda _why: session.end(TerminationReason.RECEPTIONIST_SAID_GOODBYE)

    # -- ends --

    def _dead_air(self, visit: _Visit) -> None:
        """The platform left the caller in silence after we closed the stream: end that call."""
        self._spawn(self._hang_up(visit.call, None))
        if visit.session is not None:
            visit.session.caller_left(
                TerminationReason.MEDIA_LOST, "the platform did not ask for the hand-off"
            )

    def _ended(self, visit: _Visit, end: CloseCall, deeds: Deeds) -> None:
        assert visit.conversation is not None
        call = visit.call
        record = visit.keeping.ended(visit.conversation, end.termination, end.facts)
        log.info(
            "call_ended",
            call_id=call.call_id,
            outcome=record.outcome,
            reason=end.termination.reason,
        )
        if not deeds.message_ids:
            self._owe_a_call(call, record)
        if end.termination.reason is TerminationReason.VOICE_FAILED:
            self._note_error("voice", end.termination.detail)
        if visit.session is not None and visit.session.underruns:
            self._count_underruns(visit.session.underruns)
        if call.state is not Phase.OVER:
            if end.termination.reason is TerminationReason.CALLER_HUNG_UP:
                self._spawn(self._hang_up_unless_over(call))
            else:
                # Our own end: whatever the platform still asks, it is told to hang up.
                self.calls.arm_hangup(call.call_id)
                self._spawn(self._hang_up(call, visit.media))
        self._let_go(visit)

    def _end_unheard(self, visit: _Visit, termination: Termination) -> None:
        record = visit.keeping.ended_unheard(termination)
        log.info(
            "call_ended",
            call_id=visit.call.call_id,
            outcome=record.outcome,
            reason=termination.reason,
        )
        self._owe_a_call(visit.call, record)
        self._let_go(visit)

    def _let_go(self, visit: _Visit) -> None:
        call = visit.call
        self._visits.pop(call.call_id, None)
        self._parts.forget_voice(call)
        outcome = visit.keeping.record.outcome
        self._publish({"event": "call_ended", "call_id": call.call_id, "outcome": outcome})
        if visit.handoff is not None:
            visit.handoff.stop()
        if visit.recording_close is not None:
            visit.recording_close()
        if call.state is Phase.OVER:
            self.calls.end(call.call_id, clock.monotonic())
        self._spawn(self._learn_cost(call))

    async def _hang_up_unless_over(self, call: CallInProgress) -> None:
        """The platform closed the stream: the caller has hung up, or it goes on without us.

        It may then still ask how, and gets the office's fallback. If it says nothing at all, the
        caller may be sitting in silence.
        """
        await asyncio.sleep(_WORD_OF_THE_END_S)
        if call.state not in _PLATFORMS_OWN:
            log.warning("no_word_of_the_end", call_id=call.call_id, waited_s=_WORD_OF_THE_END_S)
            await self._hang_up(call, None)

    async def _hang_up(self, call: CallInProgress, media: MediaSocket | None) -> None:
        """Hang up by REST, then close the socket: closing alone may leave the caller in silence."""
        if self._parts.carrier is not None:
            try:
                await self._parts.carrier.hang_up(call.session_id)
            except CarrierError as error:
                log.error("not_hung_up", call_id=call.call_id, reason=str(error))
                self._note_error("carrier", str(error))
        if media is not None:
            media.close(1000, "goodbye")
        self.calls.end(call.call_id, clock.monotonic())

    async def _learn_cost(self, call: CallInProgress) -> None:
        carrier = self._parts.carrier
        if carrier is None:
            return
        for wait_s in _COST_ASKED_AFTER_S:
            await asyncio.sleep(wait_s)
            try:
                cost = (await carrier.show(call.session_id)).cost
            except CarrierError as error:
                log.warning("cost_not_known", call_id=call.call_id, reason=str(error))
                continue
            if cost is not None:
                self._parts.keeper.put(SaveCost(call.call_id, Cost(cost, estimated=False)))
                return

    def _owe_a_call(self, call: CallInProgress, record: CallRecord) -> None:
        """A caller who was let down, and left no message, is put down for a call back."""
        if record.outcome not in _OWED_A_CALL or call.caller is None:
            return
        self._parts.keeper.put(
            SaveMessage(
                MessageRecord(
                    message_id=MessageId(f"{call.call_id}.office"),
                    call_id=call.call_id,
                    office_id=call.office_id,
                    name="",
                    number=call.caller,
                    reason="Please call back: the receptionist could not take or finish this call.",
                    created_at=clock.wall(),
                    urgent=True,
                    unsure=("name", "reason"),
                )
            )
        )

    def _keep(self, call: CallInProgress) -> CallKeeping:
        arrival = CallRecord(
            call_id=call.call_id,
            session_id=call.session_id,
            office_id=call.office_id,
            caller=call.caller,
            dialled=call.dialled or call.office.numbers[0],
            arrived_at=call.arrived_at,
            node=self._parts.node,
        )
        return CallKeeping(self._parts.keeper, arrival, self._parts.rates)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
