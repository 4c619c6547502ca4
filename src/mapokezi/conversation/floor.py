"""Who has the floor: our side and the caller's, joined.

Each method takes one kind of event. Those that can show that the caller cuts in give the ground,
after the playout was dropped; what that means for the call is the machine's to say.
"""

from __future__ import annotations

from collections.abc import Callable

from mapokezi.audio.playout import PlayoutFinished, PlayoutStarted
from mapokezi.conversation.barge_in import Judgement, Manner, Saying, Verdict, Why
from mapokezi.conversation.effects import DisregardTurn, Effect, Line
from mapokezi.conversation.items import ItemKind
from mapokezi.conversation.led_turns import LedTurns
from mapokezi.conversation.listening import Listening
from mapokezi.conversation.reply_wait import Owed, ReplyWait
from mapokezi.conversation.settings import ConversationSettings
from mapokezi.conversation.silence import Silence
from mapokezi.conversation.speaking import Speaking
from mapokezi.conversation.timeline import Moment, Timeline
from mapokezi.conversation.transcript import Transcript
from mapokezi.conversation.words import words_of
from mapokezi.voice.events import (
    CallerHeard,
    CallerTurnEnded,
    CallerTurnRejoined,
    CallerVoiceStarted,
    CallerVoiceStopped,
    ReplyAudio,
)


class Floor:
    """The floor of one conversation."""

    def __init__(
        self, settings: ConversationSettings, emit: Callable[[Effect], None], timeline: Timeline
    ) -> None:
        """Begin with nobody speaking."""
        self._emit = emit
        self._timeline = timeline
        self._gap_of = ""
        self._first_word = False
        self.transcript = Transcript()
        self.speaking = Speaking(emit, timeline, self.transcript, settings.playout_stuck_s)
        self.listening = Listening(
            settings.barge_in, timeline, self.transcript, settings.voice_stuck_s
        )
        self.wait = ReplyWait(settings.filler_after_s, settings.mute_after_s)
        self.silence = Silence(settings.silence)
        self.led = LedTurns(settings.led_turn_end_s, settings.led_turn_least_s)
        self.voice_leads = False
        """Whether the voice says itself when the caller cuts in: then we pause for nothing."""
        self.has_voice = False
        """Whether a voice is ready, so that somebody would notice the caller's turn."""
        self.turn_unheard = False
        """Whether what the caller waits for an answer to was said while no voice was ready."""
        self.manner = Manner.TALKING
        self.only_stop_words = False
        """While connecting: whatever else the caller says, we go on."""

    @property
    def is_free(self) -> bool:
        """Whether nobody is heard and nobody is about to be."""
        return not (self.listening.is_voice_on or self.speaking.is_pending or self.wait.is_owed)

    def voice_started(self, event: CallerVoiceStarted, now: float) -> None:
        """The caller's voice began."""
        self.listening.voice_started(event, now)
        self.led.voice_started(self.listening.voice_since, event.at_ms)

    def voice_stopped(self, event: CallerVoiceStopped, now: float) -> Why | None:
        """The caller's voice paused."""
        judgement = self.listening.voice_stopped(event, now)
        stopped_at = min(now, self.listening.instant_of(event.at_ms, now))
        self.led.voice_stopped(stopped_at, now, event.at_ms)
        return self._apply(judgement, now)

    def led_turn_due(self, now: float) -> None:
        """Take the caller for waiting, if the far side should have noticed and has not."""
        if not self.led.is_due(now):
            return
        if self.speaking.is_pending:
            self.led.postpone(now)
            return
        hears_itself = self.has_voice and not self.voice_leads and not self.led.is_cut
        ended_at = self.led.take_due(now)
        if ended_at is None or self.wait.is_owed or hears_itself:
            return
        self.turn_unheard = not self.has_voice
        self._timeline.note(Moment.TURN_NOT_NOTICED, now)
        self.wait.turn_ended("", ended_at, now)
        self._timeline.thinking(True, ended_at)

    def interrupted(self, now: float) -> None:
        """The far side says that the caller cut in: nothing that is unheard holds any more."""
        if self.speaking.is_in_playout:
            self.speaking.drop(now, "interrupted")
        self.nothing_owed(now)
        self.silence.caller_said_something()
        self.silence.restart(now)

    def bridge(self, now: float) -> None:
        """Say something that bridges the time until another voice gives the reply."""
        said_it = self.wait.has_had_filler
        self.wait.owed_anew(now)
        self._timeline.thinking(True, now)
        if not (said_it and self.speaking.is_in_playout):
            self.speaking.line(Line.STILL_HERE if said_it else Line.FILLER, now)

    def voice_ready(self, *, leads_turns: bool) -> None:
        """A voice listens from here on."""
        self.voice_leads, self.has_voice = leads_turns, True
        self.led.replaced()

    def caller_heard(self, event: CallerHeard, now: float) -> Why | None:
        """The caller's words were recognised."""
        saying = Saying(
            self.speaking.recent_text(), self.speaking.question_is_out(now), self.manner
        )
        judgement = self.listening.heard(event, saying, now)
        if words_of(event.text) and (judgement is None or judgement.why is not Why.ECHO):
            self.silence.caller_said_something()
        return self._apply(judgement, now)

    def turn_ended(self, event: CallerTurnEnded, now: float) -> Why | None:
        """The caller's turn is over: a reply is owed."""
        ended_at, judgement = self.listening.turn_ended(event, now)
        if self.voice_leads and self.led.stopped_at is not None:
            # Where the far side leads, it tells of a turn late; the voice's end was measured.
            ended_at = min(now, self.led.stopped_at)
        why = self._apply(judgement, now)
        turn = self.transcript.caller_turn(event.turn_id)
        if turn is not None and turn.disregarded:
            self._emit(DisregardTurn(event.turn_id))  # the voice was quicker than we
            return why
        self.silence.caller_said_something()
        self.turn_unheard = False
        self.wait.turn_ended(event.turn_id, ended_at, now)
        self._timeline.thinking(True, ended_at)
        return why

    def rejoined(self, event: CallerTurnRejoined, now: float) -> bool:
        """The caller goes on with a turn that we took for ended; True if that silenced us.

        A turn without words or answer was none, told of because its text was late: what we say
        meanwhile goes on.
        """
        was_heard = self.speaking.is_in_playout
        self.listening.rejoined(event, now)
        self.nothing_owed(now)
        had_words = self.transcript.caller_turn(event.turn_id) is not None
        if not had_words and not self.speaking.is_answering(event.turn_id):
            return False
        self.speaking.take_back(event.turn_id, now)
        return was_heard

    def disregard(self, now: float, why: str) -> None:
        """Leave unanswered what the caller has just said."""
        self._emit(DisregardTurn(self.listening.disregard(now, why)))

    def echo(self, is_echo: bool, now: float) -> Why | None:
        """Our own voice comes back from the line, or does not any more."""
        return self._apply(self.listening.barge_in.echo(is_echo, now), now)

    def barge_in_due(self, now: float) -> Why | None:
        """A deadline of the barge-in has come."""
        return self._apply(self.listening.barge_in.handle_timer(now), now)

    def reply_audio(self, event: ReplyAudio, now: float) -> bool:
        """Sound of a reply came; True if it was an item's first."""
        first = self.speaking.reply_audio(event, now)
        if first:
            self.wait.sound_queued()
            self._timeline.note(Moment.REPLY_FIRST_AUDIO, now, item_id=event.item_id)
        return first

    def goes_on(self, event: ReplyAudio) -> bool:
        """Take in sound of an item that is in the playout already; False if it is not."""
        if not self.speaking.goes_on(event):
            return False
        self.led.sign_of_life()
        return True

    def playout_started(self, event: PlayoutStarted, now: float) -> None:
        """The caller begins to hear an item."""
        item = self.speaking.started(event, now)
        if item is None:
            return
        if not self._first_word:
            self._first_word = True
            self._timeline.note(Moment.FIRST_WORD, event.at)
        if not self.wait.is_owed:
            return
        if self._gap_of != self.wait.turn_id:
            self._gap_of = self.wait.turn_id
            self._timeline.answered(
                self.wait.turn_id,
                self.wait.caller_ended_at,
                event.at,
                by_filler=item.kind is not ItemKind.REPLY,
            )
        self._timeline.thinking(False, event.at)
        if item.kind is ItemKind.REPLY:
            self.wait.reached(now)

    def playout_finished(self, event: PlayoutFinished, now: float) -> None:
        """The caller heard an item to its end."""
        item = self.speaking.finished(event, now)
        if item is None:
            return
        self.silence.restart(now)
        if not self.wait.is_silent:
            return
        if item.kind is ItemKind.REPLY:
            self.wait.heard_out(now)
        else:
            self.wait.line_heard(now)
        self._timeline.thinking(True, event.at)

    def reply_owed(self, now: float, *, for_tool: bool = False) -> None:
        """The caller waits, though they have not just said anything."""
        self.wait.owe(now, for_tool=for_tool)
        if not self.speaking.is_in_playout:
            self._timeline.thinking(True, now)

    def tools_answered(self, now: float) -> None:
        """The caller does not wait for a tool any more."""
        was_owed = self.wait.is_owed
        self.wait.tools_answered()
        if was_owed and not self.wait.is_owed:
            self._timeline.thinking(False, now)

    def nothing_owed(self, now: float) -> None:
        """The caller does not wait for a reply any more."""
        self.turn_unheard = False
        self.wait.settled()
        self._gap_of = ""
        self._timeline.thinking(False, now)

    def cut(self, now: float, why: str) -> None:
        """Fall silent at once, for a reason of ours."""
        if self.speaking.is_pending:
            self.speaking.drop(now, why)

    def owed(self, now: float) -> Owed | None:
        """The caller has waited long: tell for what, unless somebody is heard just now."""
        due = self.wait.next_timer()
        if due is None or now < due:
            return None
        if self.listening.is_voice_on or self.speaking.is_in_playout:
            self.wait.postpone(now)
            return None
        owed = self.wait.handle_timer(now)
        if owed is Owed.FILLER:
            self.speaking.line(Line.FILLER, now)
        return owed

    def settle(self, now: float, *, is_quiet_phase: bool) -> None:
        """Let both sides know how the other stands."""
        barge_in = self.listening.barge_in
        can_cut_in = (
            self.speaking.is_in_playout and self.manner is not Manner.FINAL and not self.voice_leads
        )
        barge_in.manner = self.manner
        barge_in.audible(can_cut_in, now)
        if self.speaking.is_paused and not barge_in.is_paused:
            self.speaking.resume(now, "settled")
        is_quiet = is_quiet_phase and self.is_free
        self.silence.quiet(is_quiet, now)

    def _apply(self, judgement: Judgement | None, now: float) -> Why | None:
        if judgement is None:
            return None
        why = judgement.why.name.lower()
        if judgement.verdict is Verdict.PAUSE:
            self.speaking.pause(now)
            return None
        if judgement.verdict is Verdict.DROP and self._may_drop(judgement.why):
            self.speaking.drop(now, why)
            self.wait.line_cut(now)
            return judgement.why
        self.speaking.resume(now, why)
        if judgement.why in {Why.BACKCHANNEL, Why.ECHO}:
            self.disregard(now, why)
        return None

    def _may_drop(self, why: Why) -> bool:
        return why is Why.STOP_WORD or not self.only_stop_words
