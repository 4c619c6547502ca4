"""Keeps a live call's record: what is known goes into the store as it becomes known.

A call that is killed with its process is on record up to the last turn that was over. Nothing here
waits: changes are put to the store's writer, which has a task of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from mapokezi.bridge import clock
from mapokezi.calls import Outcome, Speaker, Termination
from mapokezi.carrier import CallDetail
from mapokezi.conversation.machine import Conversation
from mapokezi.conversation.outcome import OutcomeFacts, outcome_of
from mapokezi.conversation.timeline import Entry, Seconds
from mapokezi.conversation.transcript import Turn
from mapokezi.records.call_ledger import callers_leg
from mapokezi.records.call_record import (
    CallRecord,
    HandOffOutcome,
    HandOffSummary,
    NoticeGiven,
    SecondsAttributed,
    TimelineEntry,
    TurnRecord,
)
from mapokezi.records.caller_notices import NoticeHeard, RecordingRefused, RefusedBy
from mapokezi.records.changes import SaveArrival, SaveEnd, SaveProgress, SaveTimeline, SaveTurn
from mapokezi.records.claim_record import ClaimRecord
from mapokezi.records.ledger import Direction, Leg, Rates, settle
from mapokezi.records.model_usage import with_added
from mapokezi.records.one_time_code import without_codes
from mapokezi.records.open_questions import OpenQuestion, QuestionId, SaveQuestion
from mapokezi.records.ports import RecordKeeper
from mapokezi.units import Milliseconds
from mapokezi.voice.events import UsageReported

_TOGETHER = timedelta(seconds=1)
"""Who was begun to be rung within it was rung by one document."""
_BATCH = 16
"""Timeline entries that are put at once; the rest of them at the next turn or at the end."""


InView = Callable[[Outcome, int], Outcome]
"""Sees what a call came to beside the number's others; takes the caller's milliseconds, too."""


def _by_itself(outcome: Outcome, _caller_ms: int) -> Outcome:
    return outcome


class CallKeeping:
    """The record of one call, from its arrival to its end."""

    def __init__(
        self,
        keeper: RecordKeeper,
        arrival: CallRecord,
        rates: Rates,
        in_view: InView = _by_itself,
    ) -> None:
        self._keeper = keeper
        self._rates = rates
        self._in_view = in_view
        self.record = arrival
        self._arrived_mono = clock.monotonic()
        self._saved_entries = self._seen_entries = 0
        self._saved_turns: dict[int, tuple[str, bool, str]] = {}
        self._answered_mono: float | None = None
        self._hand_off_legs_ms: list[int] = []
        self._talk: Conversation | None = None
        self._hides_codes = False
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

    def not_answered(self, key: str, words: str) -> None:
        """The caller asked what the office has not told us: it becomes an open question.

        Args:
            key: The caller's turn, or anything else that this question is known by in its call.
            words: What was asked; empty: the question was taken back.
        """
        record, now = self.record, clock.wall()
        asked = OpenQuestion(
            question_id=QuestionId(f"{record.call_id}.{key}"),
            call_id=record.call_id,
            office_id=record.office_id,
            at=now,
            at_ms=self._ms(clock.monotonic()),
            words=" ".join(words.split()),
            turn=self._callers_turn(key),
        )
        self._keeper.put(SaveQuestion(asked))

    def _callers_turn(self, turn_id: str) -> int | None:
        """Give the number of a turn of the caller's; of an unknown one that of their last."""
        if self._talk is None:
            return None
        numbered = [
            (number, turn)
            for number, turn in enumerate(self._talk.transcript.turns)
            if turn.speaker is Speaker.CALLER
        ]
        meant = [number for number, turn in numbered if turn.turn_id == turn_id]
        last = [number for number, _ in numbered[-1:]]
        return next(iter([*meant, *last]), None)

    def notices_heard(self, heard: Iterable[NoticeHeard]) -> None:
        """The caller has heard some of what they must be told."""
        self._progress(notices=(*self.record.notices, *heard))

    def notice_heard(self, wording: str) -> None:
        """The caller has heard all that they must be told, and the opening is over."""
        if self.record.notice is None:
            self._progress(notice=NoticeGiven(wording, clock.wall()))

    def recording_refused(self, how: RefusedBy, removed_ms: Milliseconds) -> None:
        """The caller would not be recorded, and what was is being removed."""
        refused = RecordingRefused(clock.wall(), how, removed_ms)
        self._progress(recording=None, recording_refused=refused)

    def hand_off_begun(self, person_id: str, executor: str = "dial") -> None:
        """A person is being rung."""
        begun = HandOffSummary(person_id, executor, clock.wall())
        self._progress(hand_offs=(*self.record.hand_offs, begun))

    def hand_off_ended(
        self,
        outcome: HandOffOutcome | None,
        talked_s: float,
        *,
        person_id: str | None = None,
        is_talk_known: bool = False,
        is_one_of_several: bool = False,
    ) -> None:
        """What came of the last hand-off, which is still open.

        Args:
            outcome: None: nobody can tell.
            talked_s: For how long they were joined: what is paid for.
            is_talk_known: Whether that is so, and holds no ringing.
            person_id: Of the last one to this person; None: of the last one.
            is_one_of_several: Whether they or somebody who was rung with them took the call.
        """
        tried = self.record.hand_offs
        places = [at for at, one in enumerate(tried) if person_id in (None, one.person_id)]
        if not places or tried[places[-1]].ended_at is not None:
            return
        self.leg_paid_for(talked_s)
        at, ended_at = places[-1], clock.wall()
        ended = replace(tried[at], outcome=outcome, ended_at=ended_at)
        if talked_s and is_talk_known:
            ended = replace(ended, talked_ms=Milliseconds(round(talked_s * 1000)))
        if is_one_of_several:
            ended = _one_of_several(ended, has_talk=talked_s > 0)
        self._progress(hand_offs=(*tried[:at], ended, *tried[at + 1 :]))

    def leg_paid_for(self, talked_s: float) -> None:
        """A dialled leg was answered, and costs from its answer on."""
        self._hand_off_legs_ms.append(round(talked_s * 1000))

    def has_tried_since(self, begun_at: datetime) -> bool:
        """Whether anybody was rung since then."""
        tried = self.record.hand_offs
        return bool(tried) and tried[-1].started_at >= begun_at

    def hand_off_known(self, outcome: HandOffOutcome) -> None:
        """What came of the last hand-off, which was in doubt, was told after all."""
        last = replace(self.record.hand_offs[-1], outcome=outcome)
        self._progress(hand_offs=(*self.record.hand_offs[:-1], last))

    def follow(self, conversation: Conversation) -> None:
        """Keep what is new in the conversation. Called often, so it first looks whether it is."""
        self._talk = conversation
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

    def ended_unheard(
        self, termination: Termination, facts: OutcomeFacts | None = None
    ) -> CallRecord:
        """The call is over, and there never was a conversation.

        Args:
            termination: How it ended.
            facts: What was done for the caller all the same.
        """
        return self._end(termination, facts or OutcomeFacts(), None)

    def billed(self, bill: CallDetail) -> None:
        """The platform's bill tells whether the person answered, if nothing else has.

        So it is when the caller hangs up first: the end of the whole call comes then, and no word
        of the dialled leg. It tells nothing of one leg if another was paid for as well.
        """
        record, answered = self.record, bill.has_paid_leg_beside
        doubtful = [tried for tried in record.hand_offs if tried.outcome is None]
        is_plain = not any(tried.is_connected for tried in record.hand_offs)
        if not is_plain or answered is None or not _rang_together(doubtful):
            return
        settled = []
        for tried in record.hand_offs:
            ended = replace(tried, ended_at=tried.ended_at or record.ended_at)
            if tried.outcome is not None:
                settled.append(tried)
            elif not answered:
                settled.append(replace(ended, outcome=HandOffOutcome.CALLER_GONE))
            elif len(doubtful) == 1:
                settled.append(replace(ended, outcome=HandOffOutcome.CONNECTED))
            else:
                settled.append(_one_of_several(ended, has_talk=tried is doubtful[0]))
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
        legs = [Leg(callers_leg(self.record), Milliseconds(live_ms))]
        legs += [Leg(Direction.OUTBOUND, Milliseconds(ms)) for ms in self._hand_off_legs_ms]
        caller_ms = round(seconds.caller * 1000) if seconds is not None else 0
        self.record = replace(
            self.record,
            ended_at=ended_at,
            outcome=self._in_view(outcome_of(facts, termination), caller_ms),
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

    def hide_codes(self) -> None:
        """A code is asked for: from now on no number like one goes on record."""
        self._hides_codes = True

    def fit_to_keep(self, text: str) -> str:
        """Give a text as it may be kept, and shown to others than the two who talk."""
        return without_codes(text) if self._hides_codes else text

    def fit_to_show(self, event: Mapping[str, Any]) -> Mapping[str, Any]:
        """Give a live event as it may be shown."""
        said = event.get("pii_text")
        return event if said is None else {**event, "pii_text": self.fit_to_keep(str(said))}

    def _turn_record(self, number: int, turn: Turn) -> TurnRecord:
        started = self._ms(turn.started_at)
        return TurnRecord(
            call_id=self.record.call_id,
            number=number,
            speaker=Speaker(turn.speaker),
            text=self.fit_to_keep(turn.text),
            started_ms=started,
            ended_ms=max(started, self._ms(turn.ended_at)) if turn.ended_at else started,
            cut=turn.was_cut,
            unheard_text=self.fit_to_keep(turn.unheard),
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


def _rang_together(tried: Sequence[HandOffSummary]) -> bool:
    """Whether these are one try: a single leg, or several by one document."""
    return bool(tried) and tried[-1].started_at - tried[0].started_at <= _TOGETHER


def _one_of_several(tried: HandOffSummary, *, has_talk: bool) -> HandOffSummary:
    talked_ms = tried.talked_ms if has_talk else Milliseconds(0)
    return replace(tried, is_one_of_several=True, talked_ms=talked_ms)


def _seconds(seconds: Seconds) -> SecondsAttributed:
    return SecondsAttributed(
        caller_ms=Milliseconds(round(seconds.caller * 1000)),
        receptionist_ms=Milliseconds(round(seconds.receptionist * 1000)),
        both_ms=Milliseconds(round(seconds.both * 1000)),
        thinking_ms=Milliseconds(round(seconds.thinking * 1000)),
        dead_air_ms=Milliseconds(round(seconds.dead_air * 1000)),
    )
