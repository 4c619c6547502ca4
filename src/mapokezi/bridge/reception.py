"""The reception: every call of this line, from its arrival to the last entry of its record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import structlog

from mapokezi.audio.underruns import Underruns
from mapokezi.bridge import clock
from mapokezi.bridge.admission import TURNED_AWAY
from mapokezi.bridge.aftercare import Aftercare
from mapokezi.bridge.arrivals import arrival_record, seen_in_view
from mapokezi.bridge.briefing import briefing_for
from mapokezi.bridge.call_backs import call_back_after_silence, call_back_owed
from mapokezi.bridge.call_in_progress import CallHooks, CallInProgress
from mapokezi.bridge.call_keeping import CallKeeping
from mapokezi.bridge.call_parts import CallParts
from mapokezi.bridge.call_recorded import CallRecorded
from mapokezi.bridge.call_session import CallSession
from mapokezi.bridge.calls_in_progress import CallsInProgress
from mapokezi.bridge.claims_watch import ClaimsWatch
from mapokezi.bridge.deeds import Deeds
from mapokezi.bridge.earlier import EarlierMessages
from mapokezi.bridge.handing_over.at_caller import SessionAtCaller
from mapokezi.bridge.handing_over.forwarding import Forwarded
from mapokezi.bridge.handing_over.ladder import Ladder, LadderParts, told_of_hand_off
from mapokezi.bridge.known_numbers import KnownNumbers
from mapokezi.bridge.known_offices import KnownOffices
from mapokezi.bridge.media_socket import MediaSink, MediaSocket
from mapokezi.bridge.notices_heard import NoticesHeard
from mapokezi.bridge.reception_parts import CallInHand, ReceptionParts
from mapokezi.bridge.recording import Recording
from mapokezi.bridge.rounds import Rounds
from mapokezi.bridge.seeing_off import see_off
from mapokezi.bridge.watch_parts import WatchParts
from mapokezi.calls import Termination, TerminationReason, TerminationResult
from mapokezi.conversation.effects import CloseCall
from mapokezi.conversation.machine import Conversation
from mapokezi.receptionist.asking_for_a_person import AskingForAPerson
from mapokezi.receptionist.facts_told import FactsTold
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.second_way import SecondWay
from mapokezi.receptionist.spoken_claims import SpokenClaims
from mapokezi.records.call_record import CallRecord
from mapokezi.records.caller_notices import RefusedBy
from mapokezi.records.kept_recording import recording_path
from mapokezi.telephony.callbacks import VoiceCallback
from mapokezi.telephony.visit import Phase

__all__ = ["Reception", "ReceptionParts"]

log = structlog.get_logger("mapokezi.bridge.reception")


class Reception:
    """Opens a session for each call, and sees each to its end."""

    def __init__(self, parts: ReceptionParts) -> None:
        """Open for calls; set `calls` before the first one comes."""
        self._parts = parts
        self._visits: dict[str, CallInHand] = {}
        self._known = KnownOffices()
        self._numbers = KnownNumbers(parts.callers)
        self._rounds = Rounds()
        if parts.models is not None:
            parts.models.tell_meanings(self._known.learn)
        self._aftercare = Aftercare(parts.carrier, parts.keeper, self._note_error)
        self._publish: Callable[[Mapping[str, Any]], None] = lambda _event: None
        self._count_underruns: Callable[[Underruns], None] = lambda _told: None
        self._last_errors: dict[str, str] = {}

    @property
    def calls(self) -> CallsInProgress:
        """The calls of this node."""
        return self._aftercare.calls

    @calls.setter
    def calls(self, calls: CallsInProgress) -> None:
        self._aftercare.calls = calls

    def watch(
        self,
        publish: Callable[[Mapping[str, Any]], None],
        count_underruns: Callable[[Underruns], None],
    ) -> None:
        """Tell of what happens in calls from now on."""
        self._publish = publish
        self._count_underruns = count_underruns

    def health(self) -> Mapping[str, Any]:
        """What `/healthz` tells beside the calls: the last error of each thing we depend on."""
        models = self._parts.models
        whole = all(book.is_whole for book in self._parts.phrases.values())
        return {
            "phrases": "ready" if whole else "waiting",
            **(models.health() if models is not None else {}),
            "last_errors": dict(self._last_errors),
        }

    def _note_error(self, part: str, reason: str) -> None:
        self._last_errors[part] = f"{clock.wall().isoformat(timespec='seconds')} {reason}"

    def expect_calls_of(self, office: Office) -> None:
        """Prepare an office, so that its first call need not wait for it."""
        self._known.prepare(office)

    def hooks(self) -> CallHooks:
        """What `CallsInProgress` tells the reception."""
        return CallHooks(
            on_arrival=self._arrived,
            on_refused=self._refused,
            on_lifecycle=self._lifecycle,
            on_went_on=self._went_on,
            on_handoff_served=self._handoff_served,
            on_round_ended=self._round_ended,
            on_handoff_ended=self._handoff_ended,
            on_never_opened=self._never_opened,
        )

    async def close(self) -> None:
        """Put on record what was cut off by the stop, and finish what was begun for calls over."""
        for visit in list(self._visits.values()):
            self._left(visit, TerminationReason.MEDIA_LOST, "the line was stopped")
        await self._numbers.settle()
        await self._aftercare.close()

    # -- the webhook's side --

    def _arrived(self, call: CallInProgress) -> None:
        visit = self._visits[call.call_id] = CallInHand(call, self._keep(call))
        if call.forwarded_to is not None:
            visit.forwarded = Forwarded(call, visit.keeping)
        self._numbers.look_up(call, partial(self._expect_voice, visit))
        self._publish({"event": "call_arrived", **call.ids, "office": call.office_id})

    def _expect_voice(self, visit: CallInHand) -> None:
        """Open the model's socket before the media's, unless that came first."""
        call, models = visit.call, self._parts.models
        is_due = call.is_signed and visit.session is None and call.call_id in self._visits
        if is_due and models is not None:
            models.expect(call, briefing_for(call.office, call))

    def _refused(self, call: CallInProgress) -> None:
        why = call.refusal.value if call.refusal is not None else ""
        termination = Termination(TerminationResult.COMPLETED, TerminationReason.REFUSED, why)
        record = self._keep(call).ended_unheard(termination)
        if call.refusal not in TURNED_AWAY:
            self._owe_a_call(record)

    def _lifecycle(self, call: CallInProgress, _callback: VoiceCallback) -> None:
        if call.state is not Phase.OVER:
            return
        visit = self._visits.get(call.call_id)
        if visit is None:
            self._aftercare.learn_cost(call)
            return
        if call.handoff_outcome is not None:
            self._handoff_ended(call)
        if call.call_id in self._visits:
            self._left(visit, TerminationReason.CALLER_HUNG_UP)

    def _went_on(self, call: CallInProgress) -> None:
        visit = self._visits.get(call.call_id)
        if visit is not None:
            reason = TerminationReason
            lost = reason.MEDIA_LOST if visit.session is not None else reason.MEDIA_NEVER_OPENED
            self._left(visit, lost, "the platform went on behind the stream")

    def _handoff_served(self, call: CallInProgress) -> None:
        visit = self._visits.get(call.call_id)
        if visit is not None and visit.ladder is not None:
            visit.ladder.served()

    def _handoff_ended(self, call: CallInProgress) -> None:
        visit = self._visits.get(call.call_id)
        if visit is not None and visit.forwarded is not None and visit.session is None:
            if (termination := visit.forwarded.ended()) is not None:
                self._over(visit, termination, visit.forwarded.record(termination))
        elif visit is not None and visit.ladder is not None:
            visit.ladder.leg_told()

    def _round_ended(self, call: CallInProgress) -> None:
        visit = self._visits.get(call.call_id)
        if visit is not None and visit.ladder is not None:
            visit.ladder.round_ended()

    def _never_opened(self, call: CallInProgress) -> None:
        visit = self._visits.get(call.call_id)
        if visit is not None:
            visit.must_hang_up = True
            self._left(visit, TerminationReason.MEDIA_NEVER_OPENED)

    def _left(self, visit: CallInHand, reason: TerminationReason, detail: str = "") -> None:
        """The caller is gone, or out of our reach."""
        if visit.session is not None:
            if visit.ladder is not None:
                visit.ladder.caller_gone()
            visit.session.caller_left(reason, detail)
            return
        facts = visit.forwarded.caller_gone() if visit.forwarded is not None else None
        gone = reason is TerminationReason.CALLER_HUNG_UP
        result = TerminationResult.ABANDONED if gone else TerminationResult.FAILED
        termination = Termination(result, reason, detail)
        self._over(visit, termination, visit.keeping.ended_unheard(termination, facts))

    # -- the media socket's side --

    def open_call(self, call: CallInProgress, media: MediaSocket) -> MediaSink:
        """Take a call's media socket, the first or the one after a hand-off in vain."""
        visit = self._visits[call.call_id]
        visit.media = media
        if visit.session is None:
            try:
                visit.session = self._begin(visit)
            except Exception:
                visit.must_hang_up = True
                self._left(visit, TerminationReason.MEDIA_LOST, "the call could not be begun")
                raise
        came_back_from = visit.ladder.name if call.came_back and visit.ladder else None
        if came_back_from is not None and visit.watch is not None:
            visit.watch.hand_off_over(told_of_hand_off(visit.ladder))
        return visit.session.attach(media, came_back_from)

    def _begin(self, visit: CallInHand) -> CallSession:
        call, parts, office = visit.call, self._parts, visit.call.office
        visit.recording = self._record(visit)
        cap_s = min(parts.conversation.call_cap_s, office.call_cap_minutes * 60.0)
        rungs = parts.models.rungs(call) if parts.models is not None else 1
        settings = replace(parts.conversation, call_cap_s=cap_s, voice_rungs=rungs)
        conversation = Conversation(settings)
        ladder = self._ladder(visit)
        book = self._known.book(office)
        meaning_of = parts.models.meaning_of if parts.models is not None else None
        deeds = Deeds(office, call, parts.keeper, ladder, book, meaning_of)
        deeds.earlier = EarlierMessages(call, parts.earlier, visit.keeping.hide_codes)
        visit.conversation, visit.ladder, visit.deeds = conversation, ladder, deeds
        deeds.so_far = lambda: briefing_for(office, call, deeds.message_ids, conversation.history())
        watch = visit.watch = self._watch(visit, deeds)
        session = CallSession(
            call,
            CallParts(
                conversation=conversation,
                phrases=parts.phrases[office.id],
                open_voice=parts.open_voice,
                deeds=deeds,
                keeping=visit.keeping,
                recording=visit.recording,
                brief=lambda past: briefing_for(
                    office, call, deeds.message_ids, past, not_reached=ladder.not_reached
                ),
                notices=NoticesHeard(office, visit.keeping),
                ladder=ladder,
                ended=lambda end: self._ended(visit, end),
                publish=lambda event: self._publish(
                    {**visit.keeping.fit_to_show(event), **call.ids}
                ),
                watch=watch,
                keys=deeds.earlier.keys.pressed,
                rounds=self._rounds,
            ),
        )
        ladder.at_caller = SessionAtCaller(session)
        visit.cap = f"the cap of {cap_s / 60:g} minutes a call"
        if parts.caps is not None:
            parts.caps.watch(call, visit.keeping, partial(self._end_capped, visit, session))
        call.drain_now = session.drain
        call.end_now = lambda _why: self._end_now(visit, session)
        return session

    def _watch(self, visit: CallInHand, deeds: Deeds) -> ClaimsWatch:
        """Have what voice models claim held against what the office knows and what is done."""
        call, models = visit.call, self._parts.models
        truth = self._known.truth(call.office)
        watch = ClaimsWatch(
            WatchParts(
                SpokenClaims(truth, call.caller, clock.wall()),
                visit.keeping,
                lambda event: self._publish({**event, **call.ids}),
                SecondWay(truth.urgent, AskingForAPerson(self._known.book(call.office))),
                FactsTold(call.office),
                ear=None if models is None else models.ear_for(call),
                hears_all=models is not None and models.hears_all,
            )
        )
        deeds.about_caller = watch.about_caller
        deeds.tell = watch.deed_done
        deeds.recorded = CallRecorded(visit.recording, visit.keeping)
        watch.refuse_recording = partial(deeds.recorded.refuse, RefusedBy.WORDS)
        deeds.not_answered = visit.keeping.not_answered
        return watch

    def _ladder(self, visit: CallInHand) -> Ladder:
        call, parts = visit.call, self._parts

        def over() -> None:
            if visit.watch is not None:
                visit.watch.hand_off_over(told_of_hand_off(visit.ladder), is_news=True)

        caps = parts.caps
        return Ladder(
            call,
            LadderParts(
                board=parts.hand_offs.board,
                makers=parts.hand_offs.makers(self.calls),
                keeping=visit.keeping,
                publish=lambda event: self._publish({**event, **call.ids}),
                left_silent=lambda: self._dead_air(visit),
                over=over,
                caps_reached=lambda: caps is not None and not caps.may_begin(call),
            ),
        )

    def _record(self, visit: CallInHand) -> Recording | None:
        call, parts = visit.call, self._parts
        if parts.recordings is None or not call.office.record_calls:
            visit.keeping.answered(parts.voice_name, None)
            return None
        relative = recording_path(call.call_id, call.arrived_at)
        recording = parts.recordings.open(
            parts.data_folder / relative,
            lambda ended: self._note_error("recording", ended.fault),
        )
        visit.keeping.answered(parts.voice_name, relative)
        return recording

    # -- ends --

    def _end_now(self, visit: CallInHand, session: CallSession) -> None:
        """Somebody of the staff ends the call, also one that was passed on."""
        visit.must_hang_up = True
        session.end(TerminationReason.RECEPTIONIST_SAID_GOODBYE)

    def _end_capped(self, visit: CallInHand, session: CallSession, cap: str) -> None:
        visit.cap = cap
        session.end(TerminationReason.CALL_CAP)

    def _dead_air(self, visit: CallInHand) -> None:
        """The platform left the caller in silence after we closed the stream: end that call."""
        visit.must_hang_up = True
        owed = call_back_after_silence(visit.keeping.record, clock.wall())
        if owed is not None:
            self._parts.keeper.put(owed)
        self._left(visit, TerminationReason.MEDIA_LOST, "the platform did not ask for the hand-off")

    def _ended(self, visit: CallInHand, end: CloseCall) -> None:
        assert visit.conversation is not None
        if visit.ladder is not None:
            visit.ladder.stop()  # what came of it belongs on the record, which is about to be whole
        stored = visit.deeds.message_ids if visit.deeds is not None else ()
        # A note that a person was asked for is a message too, though no voice model took it.
        facts = replace(end.facts, message_id=end.facts.message_id or next(iter(stored), None))
        if end.termination.reason is TerminationReason.CALL_CAP:
            end = replace(end, termination=replace(end.termination, detail=visit.cap))
        record = visit.keeping.ended(visit.conversation, end.termination, facts)
        if end.termination.reason is TerminationReason.VOICE_FAILED:
            self._note_error("voice", end.termination.detail)
        if visit.session is not None and visit.session.underruns.all:
            self._count_underruns(visit.session.underruns)
        self._over(visit, end.termination, record)

    def _over(self, visit: CallInHand, termination: Termination, record: CallRecord) -> None:
        """Let go of a call whose record is whole."""
        call, reason = visit.call, termination.reason
        log.info("call_ended", call_id=call.call_id, outcome=record.outcome, reason=reason)
        self._visits.pop(call.call_id, None)
        if visit.deeds is None or not visit.deeds.message_ids:
            self._owe_a_call(record)
        if visit.recording is not None:
            visit.recording.close()
        self._parts.forget_voice(call)
        call.drain_now = call.end_now = None
        see_off(visit, reason, self._aftercare)
        self._aftercare.learn_cost(call, visit.keeping.billed)
        self._publish({"event": "call_ended", **call.ids, "outcome": record.outcome})

    def _owe_a_call(self, record: CallRecord) -> None:
        if (owed := call_back_owed(record, clock.wall())) is not None:
            self._parts.keeper.put(owed)

    def _keep(self, call: CallInProgress) -> CallKeeping:
        arrival = arrival_record(call, self._parts.node)
        in_view = partial(seen_in_view, call)
        return CallKeeping(self._parts.keeper, arrival, self._parts.rates, in_view)
