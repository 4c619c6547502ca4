"""One live call, joined up: the media socket, the playout, the conversation and its voice.

Everything that happens is given to the conversation, a machine without I/O, and what it asks for
is carried out here. Caller frames are the pulse: with each the sound that was heard meanwhile is
recorded, what is due is sent, and between frames one timer stands for the next deadline. A frame
passes through without a task, a queue or an await.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from mapokezi.audio.echo import EchoDetector
from mapokezi.audio.formats import SAMPLE_RATE_HZ, ms_of
from mapokezi.audio.playout import Playout, PlayoutEvent, PlayoutStarted
from mapokezi.audio.resample import Resampler
from mapokezi.bridge import clock
from mapokezi.bridge.call_in_progress import CallInProgress
from mapokezi.bridge.call_keeping import CallKeeping
from mapokezi.bridge.deeds import Deeds
from mapokezi.bridge.heard_track import HeardTrack
from mapokezi.bridge.media_socket import MediaEnd, MediaSocket
from mapokezi.bridge.phrase_book import PhraseBook
from mapokezi.bridge.recording import Recording
from mapokezi.calls import TerminationReason
from mapokezi.conversation import effects, inputs
from mapokezi.conversation.machine import Conversation
from mapokezi.telephony.dtmf import DtmfDetector
from mapokezi.units import E164
from mapokezi.voice.events import CallerHeard, ReplyText, VoiceEvent, VoiceFailed
from mapokezi.voice.session import SessionBriefing, VoiceSession

log = structlog.get_logger("mapokezi.bridge.call")

_ENDS = {
    MediaEnd.PLATFORM_CLOSED: TerminationReason.CALLER_HUNG_UP,
    MediaEnd.LOST: TerminationReason.MEDIA_LOST,
    MediaEnd.HALF_OPEN: TerminationReason.MEDIA_LOST,
    MediaEnd.FAULT: TerminationReason.MEDIA_LOST,
    MediaEnd.MUTE: TerminationReason.MEDIA_MUTE,
}

OpenVoiceSession = Callable[[CallInProgress, int], VoiceSession | None]
"""Makes the voice session of a rung for a call; None if the list has no such rung."""


@dataclass(frozen=True, slots=True)
class CallParts:
    """What a call session is made of; `mapokezi.bridge.reception` puts it together."""

    conversation: Conversation
    phrases: PhraseBook
    open_voice: OpenVoiceSession
    deeds: Deeds
    keeping: CallKeeping
    recording: Recording | None
    instructions: str
    notice: str
    """What the law wants said, which is a part of the greeting."""
    hand_off_due: Callable[[], None]
    """The caller has heard that they are being connected, and the media is being closed."""
    hand_off_called_off: Callable[[], None]
    ended: Callable[[effects.CloseCall], None]
    """The conversation is over; hang up and let go of the call."""
    publish: Callable[[Mapping[str, Any]], None]
    """Tells whoever watches live calls; what is said goes under ``pii_`` keys."""


class CallSession:
    """One call, from the first media socket to its end. It outlives a hand-off that fails."""

    def __init__(self, call: CallInProgress, parts: CallParts) -> None:
        self.call = call
        self._parts = parts
        self._conversation = parts.conversation
        self._media: MediaSocket | None = None
        self._voice: VoiceSession | None = None
        self._rung = 0
        self._came_back_from: str | None = None
        self._greeting_id = ""
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._running = False
        self._over = False
        self._earlier_underruns = 0
        self._playout = Playout()
        self._begin_sound()

    def _begin_sound(self) -> None:
        """Everything that counts sound begins anew with each media socket."""
        self._earlier_underruns += self._playout.underruns
        self._playout = Playout()
        self._echo = EchoDetector()
        self._is_echo = False
        self._keys = DtmfDetector(SAMPLE_RATE_HZ)
        self._heard = HeardTrack()
        self._item_resamplers: dict[str, Resampler] = {}

    @property
    def underruns(self) -> int:
        """How often our sound ran dry at the caller within an item."""
        return self._earlier_underruns + self._playout.underruns

    # -- the media socket's side --

    def attach(self, media: MediaSocket, came_back_from: str | None = None) -> None:
        """Take a media socket that is about to open, the first or one after a hand-off."""
        self._begin_sound()
        self._media = media
        self._came_back_from = came_back_from

    def opened(self, now: float) -> None:
        """The media socket is open: prime the module, open the voice, greet."""
        self._playout.open(now)
        if self._voice is None:
            self._open_voice(self._rung)
        self._receive(inputs.MediaOpened(self._came_back_from), now)

    def caller_audio(self, pcm: bytes, now: float) -> None:
        """A frame of the caller's sound: the pulse of the call."""
        ours = self._heard.cut(self._playout.advance(now), len(pcm))
        if self._parts.recording is not None:
            self._parts.recording.write(pcm, ours)
        is_echo = self._echo.feed(pcm, ours)
        if is_echo is not self._is_echo:
            self._is_echo = is_echo
            self._conversation.receive(inputs.EchoNoticed(is_echo), now)
        if self._voice is not None:
            self._voice.caller_audio(pcm)
        for digit in self._keys.feed(pcm):
            self._conversation.receive(inputs.KeyPressed(digit), now)
        self._run(now)

    def key(self, digit: str, now: float) -> None:
        """A key that the platform told of by text."""
        self._receive(inputs.KeyPressed(digit), now)

    def closed(self, reason: str, now: float) -> None:
        """The media socket is gone."""
        self._media = None
        end = MediaEnd(reason)
        if end is not MediaEnd.WE_CLOSED:
            self._receive(inputs.CallerHungUp(_ENDS[end], end.value), now)

    # -- the office's and the operator's side --

    def end(self, reason: TerminationReason) -> None:
        """End the call with a goodbye: a person at the desk asked for it."""
        self._receive(inputs.EndRequested(reason, goodbye_said=False), clock.monotonic())

    def drain(self) -> None:
        """This node cannot wait any longer."""
        self._receive(inputs.DrainRequested(), clock.monotonic())

    def hand_off_settled(self, *, talked: bool) -> None:
        """The dialled leg has ended."""
        self._receive(inputs.HandOffSettled(talked), clock.monotonic())

    def caller_left(self, reason: TerminationReason, detail: str = "") -> None:
        """The platform says that the call is over."""
        self._receive(inputs.CallerHungUp(reason, detail), clock.monotonic())

    # -- the voice's side --

    def _open_voice(self, rung: int) -> None:
        if self._voice is not None:
            self._voice.close()
        self._rung = rung
        self._voice = self._parts.open_voice(self.call, rung)
        if self._voice is None:
            self._receive_later(VoiceFailed("no further voice", recoverable=False))
            return
        history = self._conversation.history()
        caller: E164 | None = self.call.caller
        briefing = SessionBriefing(self._parts.instructions, caller, history, self._came_back_from)
        self._voice.open(briefing, self._told(self._voice))

    def _told(self, session: VoiceSession) -> Callable[[VoiceEvent], None]:
        """What a session says counts only while it is the one in use."""

        def tell(event: VoiceEvent) -> None:
            if self._voice is session:
                self._show(event)
                self._receive(event, clock.monotonic())

        return tell

    def _show(self, event: VoiceEvent) -> None:
        """Let whoever watches this call live see what is said."""
        if isinstance(event, CallerHeard) and event.final:
            self._parts.publish({"event": "caller_said", "pii_text": event.text})
        elif isinstance(event, ReplyText):
            self._parts.publish({"event": "receptionist_says", "pii_text": event.text})

    # -- the machine --

    def _receive(self, event: inputs.ConversationInput, now: float) -> None:
        if self._over:
            return
        self._conversation.receive(event, now)
        self._run(now)

    def _receive_later(self, event: inputs.ConversationInput) -> None:
        asyncio.get_running_loop().call_soon(lambda: self._receive(event, clock.monotonic()))

    def _run(self, now: float) -> None:
        """Carry out what the conversation asks for, send what is due, set the timer."""
        if self._running:
            return
        self._running = True
        try:
            while not self._over:
                wanted: Sequence[effects.Effect] = self._conversation.effects()
                for effect in wanted:
                    self._carry_out(effect, now)
                heard = self._playout.events(now)
                for event in heard:
                    self._tell_heard(event, now)
                if not wanted and not heard:
                    break
            if not self._over:
                self._pump(now)
        finally:
            self._running = False

    def _pump(self, now: float) -> None:
        if self._media is not None:
            for frame in self._playout.due(now):
                self._media.send_audio(frame)
        self._parts.keeping.follow(self._conversation)
        self._arm_timer()

    def _tell_heard(self, event: PlayoutEvent, now: float) -> None:
        if isinstance(event, PlayoutStarted):
            if self._voice is not None:
                self._voice.reply_audible(event.item_id)
        elif event.item_id == self._greeting_id:
            self._parts.keeping.notice_heard(self._parts.notice)
        self._conversation.receive(event, now)

    def _arm_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        instants = (self._conversation.next_timer(), self._playout.next_timer())
        due = [instant for instant in instants if instant is not None]
        if due and not self._over:
            self._timer = asyncio.get_running_loop().call_at(min(due), self._timer_due)

    def _timer_due(self) -> None:
        self._timer = None
        now = clock.monotonic()
        self._conversation.handle_timer(now)
        self._run(now)

    # -- what the conversation asks for --

    def _carry_out(self, effect: effects.Effect, now: float) -> None:  # noqa: C901, PLR0912
        """Do one thing. A table in the form of code: one short line for each effect."""
        match effect:
            case effects.QueueAudio():
                self._queue(effect)
            case effects.BeginItem(item_id):
                self._playout.begin(item_id)
            case effects.EndItem(item_id):
                self._end_item(item_id)
            case effects.GreetCaller(item_id):
                self._greeting_id = item_id
                self._play_phrase(item_id, self._parts.phrases.greeting, now)
            case effects.SpeakLine(item_id, line, nth):
                self._play_phrase(item_id, self._parts.phrases.line(line, nth), now)
            case effects.PausePlayout():
                self._kill_if(self._playout.pause(now))
            case effects.ResumePlayout():
                self._playout.resume(now)
            case effects.DropPlayout():
                self._drop(now)
            case effects.CutReply(item_id, heard_ms, heard_text):
                if self._voice is not None:
                    self._voice.cut_reply(item_id, heard_ms, heard_text)
            case effects.DisregardTurn(turn_id):
                if self._voice is not None:
                    self._voice.disregard_turn(turn_id)
            case effects.PassDigit(digit):
                if self._voice is not None:
                    self._voice.caller_digit(digit)
            case effects.RunTool():
                self._spawn(self._run_tool(effect.tool_call_id, effect.name, effect.arguments))
            case effects.AnswerTool(tool_call_id, result):
                if self._voice is not None:
                    self._voice.answer_tool(tool_call_id, result)
            case effects.OpenVoice(rung, reason):
                log.warning("next_voice", call_id=self.call.call_id, rung=rung, reason=reason)
                self._open_voice(rung)
            case effects.CloseForHandOff():
                self._go_away()
            case effects.CallOffHandOff():
                self._parts.hand_off_called_off()
            case effects.CloseCall():
                self._close(effect)

    def _queue(self, sound: effects.QueueAudio) -> None:
        pcm = sound.pcm
        if sound.sample_rate_hz != SAMPLE_RATE_HZ:
            resampler = self._item_resamplers.get(sound.item_id)
            if resampler is None:
                resampler = Resampler(sound.sample_rate_hz, SAMPLE_RATE_HZ)
                self._item_resamplers[sound.item_id] = resampler
            pcm = resampler.feed(pcm)
        self._playout.queue(sound.item_id, pcm)

    def _end_item(self, item_id: str) -> None:
        resampler = self._item_resamplers.pop(item_id, None)
        if resampler is not None:
            self._playout.queue(item_id, resampler.flush())
        self._playout.end(item_id)

    def _play_phrase(self, item_id: str, text: str, now: float) -> None:
        """Play a sentence that was made into sound before any call."""
        sound = self._parts.phrases.sound(text)
        if sound is None:
            log.error("phrase_without_sound", call_id=self.call.call_id)
            sound = b""
        self._conversation.receive(inputs.LineQueued(item_id, text, round(ms_of(len(sound)))), now)
        self._playout.begin(item_id)
        self._queue(effects.QueueAudio(item_id, sound, SAMPLE_RATE_HZ))
        self._end_item(item_id)

    def _drop(self, now: float) -> None:
        dropped = self._playout.drop(now)
        self._kill_if(dropped.must_kill)
        self._conversation.receive(inputs.PlayoutDropped(dropped.items), now)

    def _kill_if(self, must_kill: bool) -> None:
        if must_kill and self._media is not None:
            self._media.kill_audio()

    async def _run_tool(self, tool_call_id: str, name: str, arguments: Mapping[str, Any]) -> None:
        result = await self._parts.deeds.carry_out(name, arguments)
        self._receive(inputs.ToolResult(tool_call_id, name, result), clock.monotonic())

    def _go_away(self) -> None:
        """The caller is being connected: our sound and our voice are done for now."""
        if self._voice is not None:
            self._voice.close()
            self._voice = None
        if self._media is not None:
            self._media.close(1000, "hand-off")
            self._media = None
        self._parts.hand_off_due()

    def _close(self, end: effects.CloseCall) -> None:
        self._over = True
        if self._timer is not None:
            self._timer.cancel()
        if self._voice is not None:
            self._voice.close()
        self._parts.keeping.follow(self._conversation)
        self._parts.ended(end)

    def _spawn(self, work: Any) -> None:
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
