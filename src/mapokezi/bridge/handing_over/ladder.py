"""The ladder of one call: the office's executors, one after another, until somebody talks.

Always first, before anything here begins, the message is stored and so the staff are told
(`mapokezi.bridge.deeds`). Then the first executor of the office's order that the deployment may
use is begun. Whatever it ends in is typed and on record, each leg with its seconds. Where nobody
was reached the caller is with the receptionist again, who takes a message; an executor that left
a caller in silence is switched off for the deployment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog

from mapokezi.bridge import clock
from mapokezi.bridge.call_in_progress import CallInProgress
from mapokezi.bridge.call_keeping import CallKeeping
from mapokezi.bridge.handing_over.at_caller import AtCaller, NobodyThere
from mapokezi.bridge.handing_over.board import HandOffBoard
from mapokezi.bridge.handing_over.callback import promise_of
from mapokezi.bridge.handing_over.dial import DialExecutor, kept_outcome
from mapokezi.bridge.handing_over.executor import (
    CallerMeanwhile,
    Executing,
    HandOffEnd,
    HandOffImpossible,
    HandOffOrder,
    HandOffStep,
    MakeExecutor,
    StepKind,
)
from mapokezi.receptionist.handoff import JustNow
from mapokezi.records.call_record import HandOffOutcome
from mapokezi.records.executors import Executor, StandingState
from mapokezi.telephony.callbacks import DialOutcome
from mapokezi.units import E164
from mapokezi.voice.session import NotReached

log = structlog.get_logger("mapokezi.bridge.ladder")

IF_CUT_OFF = "If we are cut off, the office will ring you back."
"""Said while nobody has shown what the platform does then: the message is stored already."""
_LEG_ENDS = {
    StepKind.NO_ANSWER: HandOffOutcome.NO_ANSWER,
    StepKind.BUSY: HandOffOutcome.BUSY,
    StepKind.DECLINED: HandOffOutcome.DECLINED,
    StepKind.FAILED: HandOffOutcome.FAILED,
    StepKind.STOPPED_RINGING: HandOffOutcome.CALLER_GONE,
    StepKind.IN_DOUBT: None,
}
_TOLD: dict[HandOffOutcome | None, NotReached] = {
    HandOffOutcome.NO_ANSWER: NotReached.NO_ANSWER,
    HandOffOutcome.BUSY: NotReached.ENGAGED,
    HandOffOutcome.DECLINED: NotReached.DECLINED,
}


@dataclass(frozen=True, slots=True)
class Begun:
    """What has begun, for the voice to tell the caller."""

    meanwhile: CallerMeanwhile
    person_name: str
    say: str = ""
    """What the caller is told beyond that; the whole of it if nobody is rung."""


@dataclass(frozen=True, slots=True)
class LadderParts:
    """What a ladder works with."""

    board: HandOffBoard
    makers: Mapping[Executor, MakeExecutor]
    keeping: CallKeeping
    publish: Callable[[Mapping[str, Any]], None]
    """Tells whoever watches live calls."""
    left_silent: Callable[[], None]
    """The platform leaves the caller in silence: end that call."""
    over: Callable[[], None]
    """Nobody is being connected any more."""
    caps_reached: Callable[[], bool] = field(default=lambda: False)
    """Whether the caps leave no room for a dialled leg."""


class Ladder:
    """The hand-offs of one call, one after the other; the caller's side as executors see it."""

    def __init__(self, call: CallInProgress, parts: LadderParts) -> None:
        """Begin with none under way; `at_caller` is set once the call has its session."""
        self._call, self._parts = call, parts
        self.at_caller: AtCaller = NobodyThere()
        self._current: Executing | None = None
        self._order: HandOffOrder | None = None
        self._name = ""
        self._begun_at: datetime | None = None
        self._engaged: dict[str, E164] = {}
        self._open: set[str] = set()
        """Whose legs are on record and not over."""
        self._came_of = NotReached.FAILED
        self._in_doubt: E164 | None = None
        self._rang_nobody = False
        self.rung_in_doubt: set[E164] = set()
        """Who was rung without anybody being able to tell what came of it."""

    # -- what the call asks --

    @property
    def is_busy(self) -> bool:
        """Whether one is ready, or under way."""
        return self._current is not None

    @property
    def is_ringing(self) -> bool:
        """Whether it rings while the caller is with us."""
        now = self._current
        return now is not None and now.meanwhile is CallerMeanwhile.STAYS_WITH_US

    @property
    def name(self) -> str:
        """Whom the caller was told about."""
        return self._name

    @property
    def not_reached(self) -> NotReached:
        """What may be claimed of the last one; nothing if nobody can tell, or nobody was rung."""
        in_doubt = self._in_doubt is not None and self._in_doubt in self.rung_in_doubt
        return NotReached.IN_DOUBT if in_doubt or self._rang_nobody else self._came_of

    @property
    def just_now(self) -> JustNow:
        """What is known of the office's people and money."""
        return self._parts.board.just_now(self._call.office, is_capped=self._parts.caps_reached())

    def begin(self, order: HandOffOrder) -> Begun:
        """Begin with the first executor that can be tried in this call."""
        self._order = order
        self._name = order.plan.first.person_name
        self._in_doubt, self._rang_nobody = None, False
        tried = self._call.on_trial
        for which in (tried,) if tried else self._parts.board.usable(self._call.office):
            make = self._parts.makers.get(which)
            if make is None:
                continue
            executor = self._current = make(self)
            self._begun_at = clock.wall()
            try:
                executor.begin(order)
            except HandOffImpossible as error:
                self._current = None
                log.info("executor_not_tried", executor=which.value, reason=str(error))
                continue
            self.step(HandOffStep(StepKind.BEGUN, order.plan.first.person_id))
            is_sure = self._parts.board.standing(which).state is StandingState.PROVEN
            leaves = executor.meanwhile is CallerMeanwhile.LEAVES_US
            say = IF_CUT_OFF if leaves and not is_sure else ""
            return Begun(executor.meanwhile, self._name, say)
        return self._promise(order)

    def _promise(self, order: HandOffOrder) -> Begun:
        """Nobody can be rung: an honest sentence, and what is stored already."""
        say = promise_of(self._call.office, order.note, clock.wall())
        self._publish(HandOffStep(StepKind.CALLER_TOLD, order.note.for_person), Executor.CALLBACK)
        return Begun(CallerMeanwhile.IS_PROMISED_A_CALL, self._name, say)

    def call_off(self) -> None:
        """The caller said "wait", or the call is bid goodbye: it is not to happen."""
        if self._current is not None:
            self._current.give_up()
        self._name = ""
        self._parts.over()

    def line_heard(self) -> None:
        """The caller has heard that they are being connected; or they are, and we leave."""
        if self._call.leg_is_elsewhere:
            self.at_caller.close_media()
        elif self._current is not None:
            self._current.line_heard()

    def caller_said(self, text: str) -> None:
        """What the caller said while it rings."""
        if self._current is not None:
            self._current.caller_said(text)

    def key_pressed(self, digit: str) -> None:
        """A key of the caller's while it rings."""
        if self._current is not None:
            self._current.key_pressed(digit)

    def caller_gone(self) -> None:
        """The caller has hung up: every leg that we rang is ended at once."""
        if self._current is not None:
            self._current.caller_gone()

    def stop(self) -> None:
        """The call is over."""
        self.caller_gone()
        if self._current is not None:
            self._current.close()
            self._current = None
        self._release_all()

    # -- what the platform does with the caller's own leg --

    @property
    def takes_close(self) -> bool:
        """Whether the media socket's closing is what the platform was asked for."""
        return isinstance(self._current, DialExecutor) and self._current.takes_close

    def media_closed(self) -> None:
        """It has closed it."""
        if isinstance(self._current, DialExecutor):
            self._current.media_closed()

    def served(self) -> None:
        """The platform has fetched a document of the hand-off."""
        if isinstance(self._current, DialExecutor):
            self._current.document_fetched()

    def round_ended(self) -> None:
        """Nobody was reached in one round, and there is a further one."""
        if isinstance(self._current, DialExecutor):
            self._current.round_ended()

    def leg_told(self) -> None:
        """The platform has told, or not told, how the dialled leg ended."""
        if isinstance(self._current, DialExecutor):
            self._current.leg_ended()
        elif self._call.handoff_outcome is not DialOutcome.IN_DOUBT:
            self._doubt_ended()

    def _doubt_ended(self) -> None:
        outcome = kept_outcome(self._call.handoff_outcome)
        if self._in_doubt not in self.rung_in_doubt or outcome is None:
            return
        self.rung_in_doubt -= {self._in_doubt}
        self._came_of = _TOLD.get(outcome, NotReached.FAILED)
        self._parts.keeping.hand_off_known(outcome)
        talked = outcome is HandOffOutcome.CONNECTED
        self.at_caller.settled(talked=talked, tried=self._name)

    # -- the caller's side, as executors see it --

    @property
    def call(self) -> CallInProgress:
        """The call."""
        return self._call

    @property
    def is_with_us(self) -> bool:
        """Whether the caller's media is open to us just now."""
        return self.at_caller.is_with_us

    def say(self, text: str) -> None:
        """Have a sentence of ours spoken to the caller."""
        self.at_caller.say(text)

    def ring_tone(self) -> None:
        """Have the caller hear that it rings."""
        self.at_caller.ring_tone()

    def send_text(self, text: str) -> bool:
        """Send a text on the open media socket."""
        return self.at_caller.send_text(text)

    def leave(self) -> None:
        """Close our media; the call is left alone."""
        if self.is_ringing:
            self._call.leg_is_elsewhere = True
            self.at_caller.joined()  # it comes back as `line_heard`
        else:
            self.at_caller.close_media()

    def step(self, step: HandOffStep) -> None:
        """Put a step on record and timeline, and tell those who watch."""
        if self._current is not None:
            self._publish(step, self._current.executor)
            self._record(step, self._current.executor)

    def ended(self, end: HandOffEnd) -> None:
        """An executor's try is over."""
        executor = self._current
        if executor is None:
            return
        self.step(HandOffStep(StepKind.ENDED, end.person_id, _word(end.outcome)))
        self._current = None
        self._keep(end, executor.executor)
        self._release_all()
        self._rang_nobody = end.outcome is HandOffOutcome.NOT_SUPPORTED
        self._came_of = _TOLD.get(end.outcome, NotReached.FAILED)
        self._judge(end, executor.executor)
        if end.left_silent:
            self._parts.left_silent()
        elif end.outcome is HandOffOutcome.CONNECTED:
            self.at_caller.settled(talked=True, tried=self._name)
        else:
            self._go_on(executor, end)

    def _judge(self, end: HandOffEnd, executor: Executor) -> None:
        """Let the deployment learn from it how the executor does here."""
        board = self._parts.board
        if end.left_silent:
            board.switch_off(executor, end.detail)
        elif self._call.on_trial:
            return  # the doctor's own call: it judges, and says so to who has asked
        elif end.outcome is HandOffOutcome.NOT_SUPPORTED:
            board.did_nothing(executor, end.detail)
        elif end.outcome not in (None, HandOffOutcome.CALLER_GONE):
            board.did_something(executor)

    def _go_on(self, executor: Executing, end: HandOffEnd) -> None:
        """Nobody talked: the next executor, or back to the receptionist."""
        self._name = end.person_name or self._name
        if end.outcome is HandOffOutcome.CALLER_GONE:
            if executor.meanwhile is CallerMeanwhile.STAYS_WITH_US:
                self.at_caller.settled(talked=False, tried="")
            return
        self._parts.over()
        if self.is_with_us and executor.meanwhile is CallerMeanwhile.LEAVES_US:
            self.at_caller.come_back(self._name)
        else:
            self.at_caller.settled(talked=False, tried=self._name)

    # -- the record --

    def _record(self, step: HandOffStep, executor: Executor) -> None:
        keeping, person_id = self._parts.keeping, step.person_id
        if step.kind is StepKind.RINGING and person_id not in self._open:
            self._open.add(person_id)
            keeping.hand_off_begun(person_id, executor.value)
            self._engage(person_id)
        elif step.kind in _LEG_ENDS and person_id in self._open:
            self._open.discard(person_id)
            keeping.hand_off_ended(_LEG_ENDS[step.kind], 0.0, person_id=person_id)
            self._release(person_id)

    def _keep(self, end: HandOffEnd, executor: Executor) -> None:
        """Close what is open on record, each leg with its seconds."""
        keeping = self._parts.keeping
        for leg in end.legs:
            if leg.person_id in self._open:
                self._open.discard(leg.person_id)
                told = executor is not Executor.DIAL or self._call.handoff_talked_s is not None
                keeping.hand_off_ended(
                    leg.outcome,
                    leg.talked_s,
                    person_id=leg.person_id,
                    is_talk_known=told,
                    is_one_of_several=leg.is_one_of_several,
                )
            elif leg.talked_s:
                keeping.leg_paid_for(leg.talked_s)
        for person_id in [*self._open]:
            self._open.discard(person_id)
            if end.outcome is not None or executor is not Executor.DIAL:
                keeping.hand_off_ended(end.outcome, 0.0, person_id=person_id)
        tried_nobody = self._begun_at is not None and not keeping.has_tried_since(self._begun_at)
        if tried_nobody and end.outcome is not HandOffOutcome.CALLER_GONE:
            keeping.hand_off_begun(end.person_id, executor.value)
            keeping.hand_off_ended(end.outcome, 0.0)
        doubtful = end.outcome is None and self._call.handoff_outcome is DialOutcome.IN_DOUBT
        if doubtful and (number := self._number_of(end.person_id)) is not None:
            self._in_doubt = number
            self.rung_in_doubt.add(number)

    def _publish(self, step: HandOffStep, executor: Executor) -> None:
        told = {"kind": step.kind.value, "executor": executor.value, "person_id": step.person_id}
        self.at_caller.stepped(step, executor)
        self._parts.publish({"event": "hand_off_step", **told, "detail": step.detail})

    def _number_of(self, person_id: str) -> E164 | None:
        people = self._order.plan.people if self._order is not None else ()
        return next((one.destination for one in people if one.person_id == person_id), None)

    def _engage(self, person_id: str) -> None:
        if (number := self._number_of(person_id)) is not None and person_id not in self._engaged:
            self._engaged[person_id] = number
            self._parts.board.engage(number)

    def _release(self, person_id: str) -> None:
        if (number := self._engaged.pop(person_id, None)) is not None:
            self._parts.board.release(number)

    def _release_all(self) -> None:
        for person_id in [*self._engaged]:
            self._release(person_id)


def _word(outcome: HandOffOutcome | None) -> str:
    return outcome.value if outcome is not None else "in_doubt"


def told_of_hand_off(ladder: Ladder | None) -> str:
    """Give what a voice model is told of a hand-off that was in vain, and may tell the caller."""
    return ladder.not_reached.told_of(ladder.name) if ladder is not None and ladder.name else ""
