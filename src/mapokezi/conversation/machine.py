"""One conversation, from the media's opening to its close: who speaks, when.

No input or output, no clock. The bridge tells it what happens (`Conversation.receive`), does what
it asks (`Conversation.effects`), and wakes it when it wants (`Conversation.next_timer`,
`Conversation.handle_timer`). The phases and the theory are in `mapokezi.conversation.states`.

The order of things that the bridge may rely on: effects are to be done in the order given; what
an effect brings about (`LineQueued`, `PlayoutDropped`, `ToolResult`) is told by `receive`, at
once or later, and brings further effects. Events of a voice session that `OpenVoice` replaced
must not be passed on any more. Item ids must be new for the whole call, so a bridge that opens
several sessions sets them apart.

Here stands only what is told to whom. The floor (`mapokezi.conversation.floor`) knows who is
heard; the course of the call (`mapokezi.conversation.course`) knows its phase and its end.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mapokezi.audio.playout import PlayoutFinished, PlayoutStarted
from mapokezi.conversation.course import Course
from mapokezi.conversation.effects import Effect
from mapokezi.conversation.floor import Floor
from mapokezi.conversation.inputs import (
    AsideWanted,
    CallerHungUp,
    ConversationInput,
    DrainRequested,
    EchoNoticed,
    EndRequested,
    HandOffJoined,
    HandOffSettled,
    HandOffStepped,
    HearingBegan,
    KeyPressed,
    LineQueued,
    MediaOpened,
    PlayoutDropped,
    ToolResult,
)
from mapokezi.conversation.outcome import OutcomeFacts
from mapokezi.conversation.settings import ConversationSettings
from mapokezi.conversation.states import Phase
from mapokezi.conversation.timeline import Moment, Seconds, Timeline
from mapokezi.conversation.transcript import Transcript
from mapokezi.conversation.words import is_courtesy, words_of
from mapokezi.voice import events as voice
from mapokezi.voice.session import PastTurn

_MUTE_PHASES = (Phase.AWAY, Phase.CLOSED)
"""A tuple: each hash of a member of an enumeration is a call."""
_SIGNS_OF_LIFE = frozenset(
    {
        voice.CallerHeard,
        voice.CallerTurnEnded,
        voice.CallerTurnRejoined,
        voice.ReplyStarted,
        voice.ReplyInterrupted,
        voice.ToolCalled,
    }
)
"""What shows that a far side hears. Voice edges do not: a level meter of ours may give them."""
_MOST_ROUNDS = 64
"""Deadlines that come at once are done in one go; more than this would be a fault of ours."""


class Conversation:
    """The machine of one call. Not thread-safe, not re-entrant."""

    def __init__(self, settings: ConversationSettings | None = None) -> None:
        """Begin with a call whose media is not open."""
        chosen = settings or ConversationSettings()
        self._effects: list[Effect] = []
        self._timer: float | None = None
        self._is_timer_known = False
        """Whether `_timer` holds: since it was looked for, nothing came but sound of a reply, which
        makes nothing due sooner."""
        self._timeline = Timeline()
        self._floor = Floor(chosen, self._effects.append, self._timeline)
        self._course = Course(chosen, self._effects.append, self._timeline, self._floor)
        self._told: dict[type, Callable[[Any, float], None]] = {
            **self._what_the_caller_does(),
            **self._what_the_voice_says(),
            **self._what_the_call_brings(),
        }

    @property
    def phase(self) -> Phase:
        """Where the call stands."""
        return self._course.phase

    @property
    def is_over(self) -> bool:
        """Whether `CloseCall` was given: nothing follows."""
        return self._course.phase is Phase.CLOSED

    @property
    def timeline(self) -> Timeline:
        """Every instant so far."""
        return self._timeline

    @property
    def transcript(self) -> Transcript:
        """What was said and heard so far."""
        return self._floor.transcript

    def history(self) -> tuple[PastTurn, ...]:
        """Give the conversation so far, to brief a session that takes over."""
        return self._floor.transcript.history()

    def seconds(self, now: float) -> Seconds:
        """Attribute the call's seconds up to ``now``."""
        return self._timeline.seconds(now)

    def facts(self, now: float) -> OutcomeFacts:
        """Give what the outcome rests on, as of ``now``."""
        return self._course.facts(now)

    def receive(self, event: ConversationInput, now: float) -> None:
        """Take in what happened at ``now``.

        Args:
            event: The event. One that means nothing in this phase is ignored.
            now: Monotonic seconds; never less than before.
        """
        course = self._course
        if type(event) is voice.ReplyAudio:
            self._floor.led.sign_of_life()
            if course.phase not in _MUTE_PHASES and self._floor.reply_audio(event, now):
                course.voice_spoke()
                course.settle(now)
                self._is_timer_known = False
            return
        if course.phase is Phase.CLOSED:
            return
        self._is_timer_known = False
        course.begin(now)
        told = self._told.get(type(event))
        if told is not None:
            if type(event) in _SIGNS_OF_LIFE:
                self._floor.led.sign_of_life()
            told(event, now)
            course.settle(now)

    def goes_on(self, event: voice.ReplyAudio) -> bool:
        """Take in sound that is more of an item in the playout: the hot path.

        Returns:
            Whether it was taken in: then the bridge is to queue it, and nothing else follows. If
            not, nothing was done, and it is to be given to `receive`.
        """
        if self._effects or self._course.phase in _MUTE_PHASES:
            return False
        return self._floor.goes_on(event)

    def effects(self) -> list[Effect]:
        """Take the effects that have gathered, in order."""
        if not self._effects:
            return []
        taken = self._effects.copy()
        self._effects.clear()
        return taken

    def next_timer(self) -> float | None:
        """Give the instant at which `handle_timer` is due, or an earlier one: it is cheap then.

        None only before the first event and after the end.
        """
        if not self._is_timer_known:
            self._timer, self._is_timer_known = self._course.next_timer(), True
        return self._timer

    def handle_timer(self, now: float) -> None:
        """Act on all deadlines that have come. Called too early, it does nothing."""
        self._is_timer_known = False
        for _ in range(_MOST_ROUNDS):
            due = self._course.next_timer()
            if due is None or due > now:
                return
            self._course.handle_timer(now)
            self._course.settle(now)

    def _what_the_caller_does(self) -> dict[type, Callable[[Any, float], None]]:
        return {
            voice.CallerVoiceStarted: self._floor.voice_started,
            voice.CallerVoiceStopped: self._voice_stopped,
            voice.CallerHeard: self._caller_heard,
            voice.CallerTurnEnded: self._turn_ended,
            voice.CallerTurnRejoined: self._rejoined,
            EchoNoticed: self._echo_noticed,
            HearingBegan: self._hearing_began,
            KeyPressed: self._key_pressed,
            CallerHungUp: self._course.hung_up,
        }

    def _what_the_voice_says(self) -> dict[type, Callable[[Any, float], None]]:
        floor, course = self._floor, self._course
        return {
            voice.VoiceReady: course.voice_ready,
            voice.VoiceFailed: course.voice_failed,
            voice.ReplyStarted: floor.speaking.reply_started,
            voice.ReplyText: self._reply_text,
            voice.ReplyEnded: self._reply_ended,
            voice.ReplyCancelled: self._reply_cancelled,
            voice.ReplyInterrupted: course.reply_interrupted,
            voice.ReplyOwed: course.reply_owed,
            voice.ToolCalled: course.tool_called,
            voice.ToolWithdrawn: course.tool_withdrawn,
            voice.VoiceNoted: self._voice_noted,
        }

    def _what_the_call_brings(self) -> dict[type, Callable[[Any, float], None]]:
        floor, course = self._floor, self._course
        return {
            MediaOpened: course.media_opened,
            LineQueued: floor.speaking.line_queued,
            PlayoutStarted: floor.playout_started,
            PlayoutFinished: floor.playout_finished,
            PlayoutDropped: self._playout_dropped,
            ToolResult: course.tool_result,
            DrainRequested: course.drain_requested,
            EndRequested: course.end_requested,
            HandOffSettled: course.hand_off_settled,
            HandOffJoined: course.hand_off_joined,
            HandOffStepped: self._hand_off_stepped,
            AsideWanted: course.aside_wanted,
        }

    def _hand_off_stepped(self, event: HandOffStepped, now: float) -> None:
        told = {"executor": event.executor, "person_id": event.person_id, "detail": event.detail}
        given = {name: value for name, value in told.items() if value}
        self._timeline.note(Moment.HAND_OFF_STEP, now, kind=event.kind, **given)

    def _voice_noted(self, event: voice.VoiceNoted, now: float) -> None:
        self._timeline.note(Moment.VOICE_NOTED, now, what=event.what, detail=event.detail)

    def _voice_stopped(self, event: voice.CallerVoiceStopped, now: float) -> None:
        self._course.cut_in(self._floor.voice_stopped(event, now), now)

    def _caller_heard(self, event: voice.CallerHeard, now: float) -> None:
        self._course.cut_in(self._floor.caller_heard(event, now), now)
        if not self._floor.listening.is_new(event) or not words_of(event.text):
            return
        if is_courtesy(event.text):
            if event.final and self._course.is_bidding_goodbye:
                self._floor.disregard(now, "farewell")
        elif not self._floor.speaking.is_in_playout:
            self._course.caller_adds(now)

    def _rejoined(self, event: voice.CallerTurnRejoined, now: float) -> None:
        if self._floor.rejoined(event, now):
            self._course.caller_adds(now)

    def _turn_ended(self, event: voice.CallerTurnEnded, now: float) -> None:
        turn = self.transcript.caller_turn(event.turn_id)
        if turn is not None and not is_courtesy(turn.text):
            self._course.caller_adds(now)
        self._course.cut_in(self._floor.turn_ended(event, now), now)

    def _echo_noticed(self, event: EchoNoticed, now: float) -> None:
        self._course.cut_in(self._floor.echo(event.is_echo, now), now)

    def _hearing_began(self, event: HearingBegan, now: float) -> None:
        self._floor.listening.began(now)

    def _key_pressed(self, event: KeyPressed, now: float) -> None:
        self._course.key_pressed(event.digit, now)

    def _reply_text(self, event: voice.ReplyText, now: float) -> None:
        self._floor.speaking.reply_text(event)

    def _reply_ended(self, event: voice.ReplyEnded, now: float) -> None:
        self._floor.speaking.reply_ended(event.item_id, now, broke_off=event.broke_off)

    def _reply_cancelled(self, event: voice.ReplyCancelled, now: float) -> None:
        # Its words may have come before its sound: those that have none are not heard.
        self._floor.speaking.reply_ended(event.item_id, now, broke_off=True)

    def _playout_dropped(self, event: PlayoutDropped, now: float) -> None:
        self._floor.speaking.dropped(event.items)
