"""The course of a call: its phase, its limits, its tools, its voices and its end."""

from __future__ import annotations

from collections.abc import Callable

from mapokezi.calls import Termination, TerminationReason, TerminationResult
from mapokezi.conversation.barge_in import Manner, Why
from mapokezi.conversation.effects import (
    AnswerTool,
    CloseCall,
    Effect,
    Line,
    PassDigit,
    RunTool,
)
from mapokezi.conversation.floor import Floor
from mapokezi.conversation.inputs import (
    AsideWanted,
    CallerHungUp,
    DrainRequested,
    EndRequested,
    HandOffJoined,
    HandOffSettled,
    MediaOpened,
    ToolResult,
)
from mapokezi.conversation.limits import CallLimits, Limit
from mapokezi.conversation.outcome import OutcomeFacts, result_of
from mapokezi.conversation.parting import Parting
from mapokezi.conversation.passing_on import PassingOn
from mapokezi.conversation.reply_wait import Owed
from mapokezi.conversation.settings import ConversationSettings
from mapokezi.conversation.silence import Stir
from mapokezi.conversation.states import Phase, Step, next_phase
from mapokezi.conversation.timeline import Moment, Timeline
from mapokezi.conversation.tool_calls import END_CALL, TAKE_MESSAGE, TIMED_OUT, ToolCalls, came_of
from mapokezi.conversation.voices import Voices
from mapokezi.voice.events import (
    ReplyInterrupted,
    ReplyOwed,
    ToolCalled,
    ToolWithdrawn,
    VoiceFailed,
    VoiceReady,
)


class Course:
    """Where a call stands and what may end it."""

    def __init__(
        self,
        settings: ConversationSettings,
        emit: Callable[[Effect], None],
        timeline: Timeline,
        floor: Floor,
    ) -> None:
        """Begin before the media is open."""
        self._settings = settings
        self._emit = emit
        self._timeline = timeline
        self._floor = floor
        self._limits = CallLimits(settings)
        self._tools = ToolCalls(settings.tool_s)
        self._voices = Voices(settings, emit, timeline, floor, self._tools)
        self._parting = Parting(settings, floor)
        self._warning_due = False
        self._message_id: str | None = None
        self._passing = PassingOn(emit, timeline, floor, self._limits, self._voices)
        self.phase = Phase.WAITING

    def begin(self, now: float) -> None:
        """Arm the first limit: the call is announced."""
        if self.phase is Phase.WAITING:
            self._limits.await_media(now)

    def facts(self, now: float) -> OutcomeFacts:
        """Give what the outcome rests on."""
        return OutcomeFacts(
            open_s=self._limits.open_s(now),
            caller_spoke=self._floor.silence.caller_spoke,
            answer_heard=self._floor.speaking.answer_heard or self._tools.have_served,
            message_id=self._message_id,
            talked_to_person=self._passing.talked,
        )

    @property
    def is_bidding_goodbye(self) -> bool:
        """Whether the receptionist's own goodbye is being said: farewells want no answer."""
        return self.phase is Phase.LEAVING and self._parting.is_own_goodbye

    # What the line tells.

    def media_opened(self, event: MediaOpened, now: float) -> None:
        """The caller can hear us: for the first time, or again."""
        came_back = self.phase is Phase.AWAY or event.came_back_from is not None
        if not self._step(Step.MEDIA_OPENED):
            return
        self._timeline.media(True, now)
        self._timeline.note(Moment.MEDIA_REOPENED if came_back else Moment.MEDIA_OPENED, now)
        if self._limits.media_opened(now):
            self._floor.listening.began(now)
        else:
            self._floor.listening.replaced(now)
        self._parting.put_off()
        if self._voices.is_exhausted:
            self._no_voice_left(now, "no voice was left when the media opened")
            return
        self._voices.await_ready(now)
        if not came_back and not self._floor.speaking.greeted:
            self._timeline.note(Moment.GREETING_ASKED, now)
            self._floor.speaking.greet(now)

    def hung_up(self, event: CallerHungUp, now: float) -> None:
        """The caller is gone, or the media with them."""
        if self.phase is Phase.AWAY and event.reason is TerminationReason.CALLER_HUNG_UP:
            self._close(TerminationReason.HANDED_OFF, event.detail, now)
        else:
            self._close(event.reason, event.detail, now)

    def key_pressed(self, digit: str, now: float) -> None:
        """The caller pressed a key: as good as a word, and no backchannel."""
        self._timeline.note(Moment.KEY_PRESSED, now)
        self._floor.silence.caller_said_something()
        self._floor.silence.restart(now)
        if self.phase is Phase.TALKING and self._floor.speaking.is_in_playout:
            self._floor.cut(now, "key")
        self._emit(PassDigit(digit))

    def drain_requested(self, event: DrainRequested, now: float) -> None:
        """This node stops: who has not got what they rang for is told that it is our doing."""
        facts = self.facts(now)
        was_served = facts.answer_heard or facts.talked_to_person or facts.message_id is not None
        line = Line.GOODBYE if was_served else Line.SORRY_FAULT
        self._leave(TerminationReason.DRAINED, now, line=line)

    def end_requested(self, event: EndRequested, now: float) -> None:
        """The receptionist or a person at the desk ends the call."""
        if event.goodbye_said:
            self._leave(event.reason, now, line=None, may_stay=True, detail=event.detail)
        else:
            self._leave(event.reason, now, line=Line.GOODBYE, detail=event.detail)

    def hand_off_settled(self, event: HandOffSettled, now: float) -> None:
        """The dialled leg is over."""
        is_with_us = self.phase is Phase.TALKING
        self._passing.settled(event, now, is_with_us=is_with_us)
        if event.talked and self.phase is Phase.AWAY:
            self._close(TerminationReason.HANDED_OFF, "", now)

    def hand_off_joined(self, event: HandOffJoined, now: float) -> None:
        """Caller and colleague hear each other: we leave, and they stay."""
        if self._step(Step.HAND_OFF_JOINED):
            self._passing.go_away(now)

    def aside_wanted(self, event: AsideWanted, now: float) -> None:
        """The caller is told how the hand-off stands."""
        if self.phase in {Phase.TALKING, Phase.AWAY}:
            self._passing.aside(event.text, now)

    # What the voice tells.

    def voice_ready(self, event: VoiceReady, now: float) -> None:
        """The voice hears the caller."""
        self._voices.ready(event, now)

    def voice_spoke(self) -> None:
        """The voice brought sound: it works."""
        self._voices.spoke()
        self._tools.spoke()

    def voice_failed(self, event: VoiceFailed, now: float) -> None:
        """The voice cannot go on."""
        self._no_voice_left(now, self._voices.failed(event, now, may_open=self._may_open))

    def tool_called(self, event: ToolCalled, now: float) -> None:
        """The voice proposes a deed."""
        if not self._tools.begin(event.tool_call_id, event.name, now):
            return
        self._timeline.note(Moment.TOOL_CALLED, now, name=event.name, id=event.tool_call_id)
        self._emit(RunTool(event.tool_call_id, event.name, event.arguments))
        if event.name != END_CALL and self.phase is Phase.TALKING:
            self._floor.reply_owed(now, for_tool=True)
        if self._tools.are_endless:
            self.voice_failed(VoiceFailed("calls tools without end", recoverable=False), now)

    def tool_withdrawn(self, event: ToolWithdrawn, now: float) -> None:
        """The voice takes a proposal back: what is done already stays, and nobody is told."""
        if self._tools.finish(event.tool_call_id):
            self._timeline.note(Moment.TOOL_WITHDRAWN, now, id=event.tool_call_id)
            self._tool_closed(now)

    def reply_owed(self, event: ReplyOwed, now: float) -> None:
        """The voice has something to answer, or chooses to wait for the caller."""
        if self.phase is not Phase.TALKING:
            return
        if event.is_owed:
            self._floor.reply_owed(now)
        else:
            self._floor.nothing_owed(now)

    def reply_interrupted(self, event: ReplyInterrupted, now: float) -> None:
        """The voice says that the caller cut in; our last words are not cut by it."""
        floor = self._floor
        if floor.manner is Manner.FINAL or floor.only_stop_words:
            return
        self._timeline.note(Moment.REPLY_INTERRUPTED, now)
        floor.interrupted(now)
        self.caller_adds(now)

    def tool_result(self, event: ToolResult, now: float) -> None:
        """A deed is done, or refused."""
        if not self._tools.was_called(event.tool_call_id):
            return
        in_time = self._tools.finish(event.tool_call_id, event.result)
        if in_time:
            told = {"name": event.name, "id": event.tool_call_id, **came_of(event.result)}
            self._timeline.note(Moment.TOOL_ANSWERED, now, **told)
            self._emit(AnswerTool(event.tool_call_id, event.result))
            self._tool_closed(now)
        status = str(event.result.get("status", ""))
        if event.name == TAKE_MESSAGE and event.result.get("message_id"):
            self._message_id = str(event.result["message_id"])
        elif status == "connecting":
            self._connect(now, in_time=in_time)
        elif status == "ringing" and in_time and self.phase is Phase.TALKING:
            self._passing.ring(now)
        elif status == "ringing":
            self._passing.call_off()
        elif event.name == END_CALL and in_time and status not in {"refused", "failed"}:
            self._leave(TerminationReason.RECEPTIONIST_SAID_GOODBYE, now, line=None, may_stay=True)

    # What the caller does to our plans.

    def cut_in(self, why: Why | None, now: float) -> None:
        """The caller cut in, and the playout was dropped."""
        if why is None:
            return
        if self.phase is Phase.CONNECTING and self._step(Step.HAND_OFF_CALLED_OFF):
            self._timeline.note(Moment.HAND_OFF_CALLED_OFF, now)
            self._passing.call_off()
            self._parting.put_off()
        self.caller_adds(now)

    def caller_adds(self, now: float) -> None:
        """The caller has something to add: a goodbye that may be taken back is."""
        may_stay = self.phase is Phase.LEAVING and self._parting.may_stay
        if may_stay and self._step(Step.CALLER_WENT_ON):
            self._timeline.note(Moment.STAYING, now)
            self._parting.put_off()

    # Time.

    def next_timer(self) -> float | None:
        """Give the earliest deadline of the whole conversation."""
        if self.phase is Phase.CLOSED:
            return None
        floor = self._floor
        dues = (
            self._limits.next_timer(),
            self._parting.next_timer(),
            self._voices.next_timer(),
            self._tools.next_timer(),
            floor.listening.barge_in.next_timer(),
            floor.listening.next_timer(),
            floor.wait.next_timer(),
            floor.led.next_timer(),
            floor.silence.next_timer(),
            floor.speaking.next_timer(),
        )
        return min((due for due in dues if due is not None), default=None)

    def handle_timer(self, now: float) -> None:
        """Act on what has come due, the floor before the call."""
        floor = self._floor
        self.cut_in(floor.barge_in_due(now), now)
        floor.listening.handle_timer(now)
        floor.speaking.handle_timer(now)
        floor.led_turn_due(now)
        for tool_call_id in self._tools.take_late(now):
            self._timeline.note(Moment.TOOL_LATE, now, id=tool_call_id)
            self._emit(AnswerTool(tool_call_id, TIMED_OUT))
            self._tool_closed(now)
        is_mute = floor.owed(now) is Owed.MUTE and self.phase is Phase.TALKING
        fault = self._voices.handle_timer(now, is_mute=is_mute, may_open=self._may_open)
        self._no_voice_left(now, fault)
        self._stir(floor.silence.handle_timer(now), now)
        while (limit := self._limits.take_due(now)) is not None:
            self._limit_came(limit, now)
        if self._parting.is_over(now):
            self._last_words_heard(now)

    def settle(self, now: float) -> None:
        """Let every part know how the others stand, after each event."""
        if self.phase is Phase.CLOSED:
            return
        floor = self._floor
        talking = self.phase is Phase.TALKING
        is_idle = not self._tools.any_open and not self._passing.is_ringing
        floor.settle(now, is_quiet_phase=talking and is_idle)
        if self.phase in {Phase.LEAVING, Phase.CONNECTING}:
            self._parting.settle(now)
        if self._warning_due and talking and floor.is_free:
            self._warning_due = False
            floor.speaking.line(Line.CAP_WARNING, now)
            floor.settle(now, is_quiet_phase=is_idle)

    def _tool_closed(self, now: float) -> None:
        if not self._tools.any_open:
            self._floor.tools_answered(now)

    def _limit_came(self, limit: Limit, now: float) -> None:
        if limit is Limit.MEDIA:
            self._close(TerminationReason.MEDIA_NEVER_OPENED, "", now)
        elif limit is Limit.CAP_WARNING:
            self._warning_due = True
        elif limit is Limit.CAP:
            self._leave(TerminationReason.CALL_CAP, now, line=Line.GOODBYE)
        elif limit is Limit.AWAY:
            self._close(TerminationReason.HANDED_OFF, "nobody told how it ended", now)

    def _stir(self, stir: Stir | None, now: float) -> None:
        if self.phase is not Phase.TALKING:
            return
        if stir is Stir.NUDGE:
            self._floor.speaking.line(Line.NUDGE, now, nth=self._floor.silence.nudges)
        elif stir is Stir.GOODBYE:
            self._leave(TerminationReason.CALLER_SILENT, now, line=Line.GOODBYE, may_stay=True)

    def _no_voice_left(self, now: float, reason: str | None) -> None:
        if reason is not None and self.phase is Phase.TALKING:
            self._leave(TerminationReason.VOICE_FAILED, now, line=Line.SORRY_FAULT, detail=reason)

    def _connect(self, now: float, *, in_time: bool) -> None:
        """The hand-off is armed: let the caller hear of it, then do it."""
        may = in_time and (self.phase is not Phase.LEAVING or self._parting.may_stay)
        if not may or not self._step(Step.HAND_OFF_GRANTED):
            self._passing.call_off()
            return
        self._timeline.note(Moment.HAND_OFF_BEGUN, now)
        self._parting.connect(now)

    def _leave(
        self,
        reason: TerminationReason,
        now: float,
        *,
        line: Line | None,
        may_stay: bool = False,
        detail: str = "",
    ) -> None:
        """Say goodbye, or let the voice finish saying it, and close the call then."""
        if self.phase in {Phase.WAITING, Phase.AWAY}:
            is_away = self.phase is Phase.AWAY
            self._close(TerminationReason.HANDED_OFF if is_away else reason, detail, now)
            return
        if not self._step(Step.GOODBYE_DUE):
            if self.phase is Phase.LEAVING and not may_stay:
                self._parting.make_final()
            return
        self._passing.stop_ringing()
        self._timeline.note(Moment.LEAVING, now, reason=reason.value)
        termination = Termination(TerminationResult.COMPLETED, reason, detail)
        self._parting.say_goodbye(termination, now, line=line, may_stay=may_stay)

    @property
    def _may_open(self) -> bool:
        """Whether another voice would still have something to do."""
        return self.phase not in {Phase.LEAVING, Phase.CONNECTING}

    def _last_words_heard(self, now: float) -> None:
        self._parting.stop_waiting()
        termination = self._parting.termination
        if self.phase is Phase.CONNECTING and self._step(Step.HAND_OFF_LINE_HEARD):
            self._passing.go_away(now)
        elif termination is not None:
            self._close(termination.reason, termination.detail, now)

    def _step(self, step: Step) -> bool:
        after = next_phase(self.phase, step)
        if after is None:
            return False
        self.phase = after
        return True

    def _close(self, reason: TerminationReason, detail: str, now: float) -> None:
        was_leaving = self.phase is Phase.LEAVING
        if not self._step(Step.OVER):
            return
        self._floor.speaking.end(now)
        self._floor.nothing_owed(now)
        self._timeline.media(False, now)
        self._timeline.note(Moment.CLOSED, now, reason=reason.value)
        facts = self.facts(now)
        result = result_of(reason, facts, was_leaving=was_leaving)
        self._limits.over()
        self._parting.stop_waiting()
        self._emit(CloseCall(Termination(result, reason, detail), facts))
