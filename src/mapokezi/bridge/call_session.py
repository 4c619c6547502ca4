"""One live call, joined up: the media socket, the playout, the conversation and its voice.

Everything that happens is given to the conversation, a machine without I/O, and what it asks for
is done at once (`mapokezi.bridge.carrying_out`). A frame passes through without a task, a queue or
an await: the caller's is passed on to the voice, and most bring nothing else. What only looks at
the caller's sound is done for several frames together (`mapokezi.bridge.leg`), and for many calls
in turn (`mapokezi.bridge.rounds`). The machine is asked what it wants when it was told something,
or when its deadline has come, for which one timer stands.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace

import structlog

from mapokezi.audio.playout import PlayoutEvent, PlayoutStarted
from mapokezi.audio.underruns import Underruns
from mapokezi.bridge import clock
from mapokezi.bridge.alarm import Alarm
from mapokezi.bridge.call_in_progress import CallInProgress
from mapokezi.bridge.call_parts import MEDIA_ENDS, CallParts
from mapokezi.bridge.call_voice import CallVoice, CallVoiceParts
from mapokezi.bridge.carrying_out import CarryingOut
from mapokezi.bridge.leg import NOTHING_NOTICED, Leg
from mapokezi.bridge.media_socket import MediaEnd, MediaSink, MediaSocket
from mapokezi.bridge.rounds import Round
from mapokezi.calls import TerminationReason
from mapokezi.conversation import effects, inputs
from mapokezi.voice.events import CallerHeard, ReplyAudio, ReplyStarted, VoiceFailed

log = structlog.get_logger("mapokezi.bridge.call")


class CallSession:
    """One call, from the first media socket to its end. It outlives a hand-off that fails."""

    def __init__(self, call: CallInProgress, parts: CallParts) -> None:
        """Begin without a media socket."""
        self.call = call
        self._parts = parts
        self._conversation = parts.conversation
        self._leg: Leg | None = None
        self._round: Round | None = None
        self._voice = CallVoice(
            CallVoiceParts(
                open_session=lambda rung: parts.open_voice(call, rung),
                brief=parts.brief,
                keeping=parts.keeping,
                publish=parts.publish,
                receive=self._receive,
                watch=parts.watch,
                may_hear=lambda: parts.notices.may_hear,
            )
        )
        parts.notices.all_heard = self._voice.let_hear
        self._came_back_from: str | None = None
        self._work = CarryingOut(call, parts, self._voice, self)
        self._alarm = Alarm(self._timer_due)
        self._now = 0.0
        self._running = False
        self._over = False
        self._earlier_underruns = Underruns()

    @property
    def underruns(self) -> Underruns:
        """How often our sound ran dry at the caller within an item, on all its sockets."""
        told = replace(self._earlier_underruns)
        if self._leg is not None:
            told.add(self._leg.sound.playout.underruns)
        return told

    # -- the media socket's side --

    def attach(self, media: MediaSocket, came_back_from: str | None = None) -> MediaSink:
        """Take a media socket that is about to open, the first or one after a hand-off."""
        self._let_leg_go(clock.monotonic())
        self._came_back_from = came_back_from
        self._leg = Leg(self, media, self._parts.recording)
        self._round = self._parts.rounds.join(self, self._look_in_turn)
        return self._leg

    def opened(self, now: float) -> None:
        """The media socket is open: prime the module, open the voice, greet."""
        if self._leg is not None:
            self._leg.sound.playout.open(now)
        if not self._voice.is_open:
            self.take_back(self._came_back_from)
        self._receive(inputs.MediaOpened(self._came_back_from), now)

    def caller_audio(self, pcm: bytes, now: float) -> None:
        """A frame of the caller's sound: what is done here is done 50 times a second and call."""
        leg = self._leg
        if self._over or leg is None:
            return
        now = self._forward(now)
        sound = leg.sound
        # Our own sound coming back must not be taken for the caller's words, nor for a voice.
        heard = sound.take(pcm, now)
        is_first = bool(heard) and self._voice.hear(heard)
        if is_first:
            self._conversation.receive(inputs.HearingBegan(), now)
        is_lot_whole = sound.is_lot_whole
        has_news = sound.is_look_due and self._look(leg, now)
        if is_first or has_news:
            self._run(now)
        if is_lot_whole and self._round is not None:
            self._round.others(self, now)

    def _look_in_turn(self, now: float) -> None:
        """Look at what has come so far, for another call's sound is being looked at."""
        leg = self._leg
        if leg is None or self._over or not leg.sound.is_worth_a_look:
            return
        now = self._forward(now)
        if self._look(leg, now):
            self._run(now)

    def _look(self, leg: Leg, now: float) -> bool:
        """Have the sound of the last moments looked at; True if the conversation was told."""
        self._voice.look()
        notices = self._parts.notices
        leg.sound.model_leads(self._voice.leads_turns)
        leg.sound.is_led = (
            self._voice.leads_turns and not self._voice.is_kept_off and not notices.is_due
        )
        if notices.is_due:
            notices.look(leg.sound.playout, now)
        is_free = self._voice.is_kept_off and not leg.sound.playout.is_speaking(now)
        is_asked = is_free and notices.is_owed and self._say_what_is_owed(now)
        noticed = leg.sound.look(now)
        if noticed.echo_turned:
            self._conversation.receive(inputs.EchoNoticed(leg.sound.is_echo), now)
        for digit in self._parts.keys(noticed.keys):
            pressed = inputs.KeyPressed(digit)
            if self._parts.ladder.is_ringing:
                self._tell_who_rings(pressed)
            self._conversation.receive(pressed, now)
        if noticed.machine is not None:
            log.info("machine_heard", call_id=self.call.call_id, machine=noticed.machine.value)
            machine = inputs.EndRequested(
                TerminationReason.MACHINE, goodbye_said=False, detail=noticed.machine.value
            )
            self._conversation.receive(machine, now)
        return noticed is not NOTHING_NOTICED or is_asked

    def _say_what_is_owed(self, now: float) -> bool:
        """Tell the caller what they must be told and did not hear, behind what is being said."""
        is_kept_off = self._voice.is_kept_off
        parts = self._parts.notices.say_again(now, is_kept_off=is_kept_off)
        if parts:
            text = self._parts.phrases.text_of(parts)
            self._conversation.receive(inputs.AsideWanted(text), now)
        return bool(parts)

    def key(self, digit: str, now: float) -> None:
        """A key that the platform told of by text."""
        if self._leg is not None:
            for pressed in self._parts.keys(self._leg.sound.keys.by_text(digit, now)):
                self._receive(inputs.KeyPressed(pressed), now)

    def closed(self, reason: str, now: float) -> None:
        """The media socket is gone, and we did not mean it; or the platform was asked for it."""
        self._let_leg_go(now)
        if self._parts.ladder.takes_close:
            self._parts.ladder.media_closed()
            return
        end = MediaEnd(reason)
        self._receive(inputs.CallerHungUp(MEDIA_ENDS[end], end.value), now)

    # -- the office's and the operator's side --

    def end(self, reason: TerminationReason) -> None:
        """End the call with a goodbye: a person at the desk asked for it."""
        self._receive(inputs.EndRequested(reason, goodbye_said=False), clock.monotonic())

    def drain(self) -> None:
        """This node cannot wait any longer."""
        self._receive(inputs.DrainRequested(), clock.monotonic())

    def tell(self, event: inputs.ConversationInput) -> None:
        """Tell the conversation what has happened: to the caller's hand-off, or of a tool."""
        self._receive(event, clock.monotonic())

    def caller_left(self, reason: TerminationReason, detail: str = "") -> None:
        """The platform says that the call is over."""
        self._receive(inputs.CallerHungUp(reason, detail), clock.monotonic())

    # -- the hand-off's side --

    @property
    def leg(self) -> Leg | None:
        """The caller's leg with all its sound, while a media socket is open."""
        return self._leg

    @property
    def media(self) -> MediaSocket | None:
        """The open media socket, if there is one."""
        return self._leg.media if self._leg is not None else None

    def part_from_media(self) -> None:
        """Close the media socket: the call goes on without it."""
        leg, now = self._leg, self._forward(clock.monotonic())
        if leg is not None:
            if leg.sound.playout.is_speaking(now):
                self._work.drop(now)
            self._let_leg_go(now)
            leg.media.close(1000, "hand-off")

    def play_ring_tone(self) -> None:
        """Have the caller hear that it rings; not over anything that they hear of us."""
        leg, now = self._leg, self._forward(clock.monotonic())
        if self._over or leg is None or leg.sound.playout.is_speaking(now):
            return
        self._work.play_ring_tone(leg)
        self._run(now)

    def go_on_after(self, tried: str) -> None:
        """The caller was told of a connection that does not come, and never left us."""
        self._came_back_from = tried
        self.take_back(tried)
        self._receive(inputs.MediaOpened(tried), clock.monotonic())

    def take_back(self, came_back_from: str | None) -> None:
        """Open the voice for a caller who has come back from a hand-off, or for the first time."""
        history = self._conversation.history()
        self._voice.open(self._voice.rung, history, came_back_from=came_back_from)

    # -- the machine --

    def _forward(self, now: float) -> float:
        """Keep the machine's time from running backwards: its events come from many sides."""
        self._now = max(self._now, now)
        return self._now

    def _receive(self, event: inputs.ConversationInput, now: float) -> None:
        if self._over:
            return
        now = self._forward(now)
        if type(event) is ReplyAudio and self._goes_on(event, now):
            return
        if self._parts.ladder.is_ringing:
            self._tell_who_rings(event)
        if type(event) is CallerHeard and event.final:
            self._parts.notices.caller_said(event.text)
        if type(event) is ReplyStarted and self._parts.notices.goes_before_reply():
            self._say_what_is_owed(now)  # the reply is queued behind it
        self._conversation.receive(event, now)
        self._run(now)

    def _tell_who_rings(self, event: inputs.ConversationInput) -> None:
        """The caller, waiting with us, may say or press that they want it no more."""
        if type(event) is inputs.KeyPressed:
            self._parts.ladder.key_pressed(event.digit)
        elif type(event) is CallerHeard and event.final:
            self._parts.ladder.caller_said(event.text)

    def _goes_on(self, audio: ReplyAudio, now: float) -> bool:
        """Queue more of what is being played, if that is all there is to it: the hot path."""
        leg = self._leg
        if leg is None or self._running or not self._conversation.goes_on(audio):
            return False
        playout = leg.sound.playout
        playout.queue(audio.item_id, audio.pcm, audio.sample_rate_hz, now=now)
        due = playout.next_timer()
        if due is not None and due <= now:
            leg.media.send_audio(*playout.due(now))
            if playout.is_due(now):  # something has happened at the caller's ear
                self._run(now)
            due = playout.next_timer()
        if due is not None:
            self._alarm.ring_by(due)
        return True

    def _run(self, now: float) -> None:
        """Carry out what the conversation asks for, send what is due, set the timer."""
        if self._running:
            return
        self._running = True
        try:
            self._do_all(now)
            while self._tell_all_heard(now):
                self._do_all(now)
            if not self._over:
                self._pump(now)
        finally:
            self._running = False

    def _do_all(self, now: float) -> None:
        """Do what is wanted; what one effect brings about is done before the next one."""
        effects_wanted = self._conversation.effects()
        if not effects_wanted:
            return
        wanted = deque(effects_wanted)
        while wanted and not self._over:
            effect = wanted.popleft()
            try:
                self._work.carry_out(effect, now)
            except Exception:
                if self._over:
                    raise
                # Whatever it is, the caller must not be left in silence: the ladder knows how.
                log.exception("effect_failed", effect=type(effect).__name__)
                self._conversation.receive(VoiceFailed(f"a fault at {type(effect).__name__}"), now)
            wanted.extendleft(reversed(self._conversation.effects()))

    def _tell_all_heard(self, now: float) -> bool:
        """Tell what has happened at the caller's ear."""
        if self._over or self._leg is None:
            return False
        playout = self._leg.sound.playout
        if not playout.is_due(now):
            return False
        events = playout.events(now)
        for event in events:
            self._tell_heard(event, now)
        return bool(events)

    def _tell_heard(self, event: PlayoutEvent, now: float) -> None:
        if isinstance(event, PlayoutStarted):
            if not self._work.is_line_of_ours(event.item_id):
                self._voice.reply_audible(event.item_id)
        elif not self._parts.notices.finished(event.item_id):
            self._parts.watch.played_out(event.item_id)
        self._conversation.receive(event, now)

    def _pump(self, now: float) -> None:
        leg = self._leg
        if leg is not None and leg.sound.playout.is_due(now):
            leg.media.send_audio(*leg.sound.playout.due(now))
        self._parts.keeping.follow(self._conversation)
        self._arm_timer()

    def _arm_timer(self) -> None:
        """Wake in time for the machine, and for the sound."""
        due = self._conversation.next_timer()
        if self._leg is not None:
            sound_due = self._leg.sound.playout.next_timer()
            if sound_due is not None and (due is None or sound_due < due):
                due = sound_due
        if due is not None:
            self._alarm.ring_by(due)

    def _timer_due(self) -> None:
        now = self._forward(clock.monotonic())
        due = self._conversation.next_timer()
        if due is not None and due <= now:
            self._conversation.handle_timer(now)
        elif self._leg is None or not self._leg.sound.playout.is_due(now):
            self._arm_timer()  # in vain: what it stood for was done sooner, or put off
            return
        self._run(now)

    # -- its end --

    def _let_leg_go(self, now: float) -> None:
        """From here on the media socket is not the call's any more; what came by it is kept."""
        if self._leg is not None:
            if not self._over:
                self._look(self._leg, self._forward(now))
            self._earlier_underruns.add(self._leg.sound.playout.underruns)
            self._leg.let_go()
            self._leg = None
        if self._round is not None:
            self._round.leave(self)
            self._round = None

    def close(self, end: effects.CloseCall) -> None:
        """Nothing follows: let go of all that the call holds, and tell how it has ended."""
        if self._leg is not None:
            self._leg.sound.look(self._now)  # recorded to the last frame
        if self._round is not None:
            self._round.leave(self)
        self._over = True
        self._alarm.stop()
        self._voice.close()
        self._parts.watch.over()
        self._parts.ended(end)
