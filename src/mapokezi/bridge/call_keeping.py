"""Keeps a live call's record: what is known goes into the store as it becomes known.

A call that is killed with its process is on record up to the last turn that was over. Nothing here
waits: changes are put to the store's writer, which has a task of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from mapokezi.bridge import clock
from mapokezi.calls import Outcome, Speaker, Termination
from mapokezi.carrier import CallDetail
from mapokezi.conversation.machine import Conversation
from mapokezi.conversation.outcome import OutcomeFacts, outcome_of
from mapokezi.conversation.timeline import Entry, Seconds
from mapokezi.conversation.transcript import Turn
from mapokezi.records.call_record import (
    CallRecord,
    HandOffOutcome,
    HandOffSummary,
    NoticeGiven,
    SecondsAttributed,
    TimelineEntry,
    TurnRecord,
)
from mapokezi.records.changes import SaveArrival, SaveEnd, SaveProgress, SaveTimeline, SaveTurn
from mapokezi.records.claim_record import ClaimRecord
from mapokezi.records.ledger import Direction, Leg, Rates, settle
from mapokezi.records.model_usage import with_added
from mapokezi.records.ports import RecordKeeper
from mapokezi.units import Milliseconds
from mapokezi.voice.events import UsageReported

_BATCH = 16
"""Timeline entries that are put at once; the rest of them at the next turn or at the end."""


class CallKeeping:
    """The record of one call, from its arrival to its end."""

    def __init__(self, keeper: RecordKeeper, arrival: CallRecord, rates: Rates) -> None:
        self._keeper = keeper
        self._rates = rates
        self.record = arrival
        self._arrived_mono = clock.monotonic()
        self._saved_entries = self._seen_entries = 0
        self._saved_turns: dict[int, tuple[str, bool, str]] = {}
        self._answered_mono: float | None = None
        self._hand_off_legs_ms: list[int] = []
        keeper.put(SaveArrival(arrival))

    # -- as the call goes on --

    def answered(self, voice: str, recording: str | None) -> None:
        """The media socket is open."""
        if self._answered_mono is not None:
            return
        self._answered_mono = clock.monotonic()
        self._progress(answered_at=clock.wall(), voice=voice, recording=recording)

    def spoken_by(self, voice: str) -> None:
        """A voice is ready: from now on it speaks."""
        if voice != self.record.voice:
            self._progress(voice=voice)

    def used(self, usage: UsageReported) -> None:
        """The voice that speaks has counted something: kept with the call's next change."""
        summed = with_added(self.record.model_usage, self.record.voice, usage.model, usage.units)
        self.record = replace(self.record, model_usage=summed)

    def corrected(self, kind: str, claim: str, truth: str) -> None:
        """A voice claimed what is not so, and the caller is being told."""
        at_ms = self._ms(clock.monotonic())
        found = ClaimRecord(kind, claim, truth, at_ms)
        self._progress(claims=(*self.record.claims, found))

    def correction_heard(self, claims: Iterable[str]) -> None:
        """The caller has heard what puts these claims right."""
        told = frozenset(claims)
        heard = (
            replace(one, heard=True) if one.claim in told else one for one in self.record.claims
        )
        self._progress(claims=tuple(heard))

    def notice_heard(self, wording: str) -> None:
        """The caller has heard that they speak to an automated receptionist."""
        if self.record.notice is None:
            self._progress(notice=NoticeGiven(wording, clock.wall()))

    def hand_off_begun(self, person_id: str) -> None:
        """A person is being rung."""
        begun = HandOffSummary(person_id, "dial", clock.wall())
        self._progress(hand_offs=(*self.record.hand_offs, begun))

    def hand_off_ended(self, outcome: HandOffOutcome | None, talked_s: float) -> None:
        """What came of the last hand-off, which is still open; None: nobody can tell."""
        if not self.record.hand_offs or self.record.hand_offs[-1].ended_at is not None:
            return
        self._hand_off_legs_ms.append(round(talked_s * 1000))
        last = replace(self.record.hand_offs[-1], outcome=outcome, ended_at=clock.wall())
        self._progress(hand_offs=(*self.record.hand_offs[:-1], last))

    def hand_off_known(self, outcome: HandOffOutcome) -> None:
        """What came of the last hand-off, which was in doubt, was told after all."""
        last = replace(self.record.hand_offs[-1], outcome=outcome)
        self._progress(hand_offs=(*self.record.hand_offs[:-1], last))

    def follow(self, conversation: Conversation) -> None:
        """Keep what is new in the conversation. Called often, so it first looks whether it is."""
        entries = conversation.timeline.entries
        if len(entries) == self._seen_entries:
            return
        self._seen_entries = len(entries)
        self._save_turns(conversation.transcript.turns)
        if len(entries) - self._saved_entries >= _BATCH:
            self._save_entries(entries)

    def ended(
        self, conversation: Conversation, termination: Termination, facts: OutcomeFacts
    ) -> CallRecord:
        """The call is over: keep all of it."""
        self._save_turns(conversation.transcript.turns, all_of_them=True)
        self._save_entries(conversation.timeline.entries)
        now = clock.monotonic()
        return self._end(termination, facts, conversation.seconds(now))

    def ended_unheard(self, termination: Termination) -> CallRecord:
        """The call is over, and there never was a conversation."""
        return self._end(termination, OutcomeFacts(), None)

    def billed(self, bill: CallDetail) -> None:
        """The platform's bill tells whether the person answered, if nothing else has.

        So it is when the caller hangs up first: the end of the whole call comes then, and no word
        of the dialled leg. It tells nothing of one leg if another was paid for as well.
        """
        record, answered = self.record, bill.has_paid_leg_beside
        outcomes = [tried.outcome for tried in record.hand_offs]
        is_plain = outcomes.count(None) == 1 and HandOffOutcome.CONNECTED not in outcomes
        if not is_plain or answered is None:
            return
        came = HandOffOutcome.CONNECTED if answered else HandOffOutcome.NO_ANSWER
        settled = (
            tried
            if tried.outcome is not None
            else replace(tried, outcome=came, ended_at=tried.ended_at or record.ended_at)
            for tried in record.hand_offs
        )
        self.record = replace(
            record,
            hand_offs=tuple(settled),
            outcome=Outcome.TRANSFERRED if answered else record.outcome,
        )
        self._keeper.put(SaveEnd(self.record))

    # -- --

    def _end(
        self, termination: Termination, facts: OutcomeFacts, seconds: Seconds | None
    ) -> CallRecord:
        ended_at = max(clock.wall(), self.record.arrived_at)
        answered = self.record.answered_at
        live_ms = (ended_at - answered) // timedelta(milliseconds=1) if answered else 0
        legs = [Leg(Direction.INBOUND, Milliseconds(live_ms))]
        legs += [Leg(Direction.OUTBOUND, Milliseconds(ms)) for ms in self._hand_off_legs_ms]
        self.record = replace(
            self.record,
            ended_at=ended_at,
            outcome=outcome_of(facts, termination),
            termination=termination,
            seconds=_seconds(seconds) if seconds is not None else None,
            cost=settle(legs, self._rates),
        )
        self._keeper.put(SaveEnd(self.record))
        return self.record

    def _progress(self, **known: object) -> None:
        self.record = replace(self.record, **known)  # type: ignore[arg-type]
        self._keeper.put(SaveProgress(self.record))

    def _save_turns(self, turns: tuple[Turn, ...], *, all_of_them: bool = False) -> None:
        for number, turn in enumerate(turns):
            if not (turn.final or all_of_them):
                continue
            state = (turn.turn_id, turn.was_cut, turn.text)
            if self._saved_turns.get(number) == state:
                continue
            self._saved_turns[number] = state
            self._keeper.put(SaveTurn(self._turn_record(number, turn)))

    def _turn_record(self, number: int, turn: Turn) -> TurnRecord:
        started = self._ms(turn.started_at)
        return TurnRecord(
            call_id=self.record.call_id,
            number=number,
            speaker=Speaker(turn.speaker),
            text=turn.text,
            started_ms=started,
            ended_ms=max(started, self._ms(turn.ended_at)) if turn.ended_at else started,
            cut=turn.was_cut,
            unheard_text=turn.unheard,
            fact_ids=turn.fact_ids,
        )

    def _save_entries(self, entries: list[Entry]) -> None:
        new = entries[self._saved_entries :]
        if not new:
            return
        self._keeper.put(
            SaveTimeline(
                tuple(
                    TimelineEntry(
                        call_id=self.record.call_id,
                        number=self._saved_entries + index,
                        at_ms=self._ms(entry.at),
                        what=entry.moment.value,
                        values=dict(entry.detail),
                    )
                    for index, entry in enumerate(new)
                )
            )
        )
        self._saved_entries = len(entries)

    def _ms(self, at: float) -> Milliseconds:
        """An instant of the conversation, counted from the call's arrival."""
        return Milliseconds(max(0, round((at - self._arrived_mono) * 1000)))


def _seconds(seconds: Seconds) -> SecondsAttributed:
    return SecondsAttributed(
        caller_ms=Milliseconds(round(seconds.caller * 1000)),
        receptionist_ms=Milliseconds(round(seconds.receptionist * 1000)),
        both_ms=Milliseconds(round(seconds.both * 1000)),
        thinking_ms=Milliseconds(round(seconds.thinking * 1000)),
        dead_air_ms=Milliseconds(round(seconds.dead_air * 1000)),
    )
