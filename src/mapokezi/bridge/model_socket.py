"""A cloud model behind the seam of a voice session: a pure protocol, driven.

The protocol (`mapokezi.voice.wire.ModelProtocol`) knows what is said on the wire; here are the
socket, the timer and the clock. Orders are carried out in their order, an old connection being
closed before the next one is dialled. The caller's sound goes out in the callback that brought
it. What comes in is told to the call in the callback too, but never from within a method that the
call itself has called.

Beside the protocol two things watch: a level meter (`mapokezi.bridge.model_meter`), and the
watchdog, which looks at whether what the model sends is speech.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import structlog

from mapokezi.bridge import clock
from mapokezi.bridge.alarm import Alarm
from mapokezi.bridge.model_meter import ModelMeter
from mapokezi.bridge.model_parts import ModelParts
from mapokezi.bridge.model_sockets import ModelSockets
from mapokezi.voice.events import (
    CallerHeard,
    CallerVoiceStarted,
    CallerVoiceStopped,
    ReplyAudio,
    ReplyCancelled,
    ReplyEnded,
    ReplyInterrupted,
    ReplyStarted,
    ReplyText,
    ToolCalled,
    ToolWithdrawn,
    VoiceEvent,
    VoiceFailed,
)
from mapokezi.voice.session import SessionBriefing, Tell
from mapokezi.voice.watchdog import Fault

log = structlog.get_logger("mapokezi.bridge.model")


class ModelSession:
    """One caller, one model. See `mapokezi.voice.session.VoiceSession`."""

    has_own_words = True
    """What it says was checked by nobody: see `mapokezi.bridge.claims_watch`."""

    def __init__(self, parts: ModelParts) -> None:
        """Prepare; `open` begins."""
        self._parts = parts
        self.is_elsewhere = parts.is_elsewhere
        self._protocol = parts.protocol
        self._watchdog = parts.watchdog
        self._mouth = parts.mouth(self._told_by_mouth)
        self._meter = ModelMeter()
        self._sockets = ModelSockets(parts.name, parts.dial, self)
        self._asked: dict[str, str] = {}
        self._sounding: set[str] = set()
        self._tell: Tell | None = None
        self._kept: deque[VoiceEvent] = deque()
        self._has_begun = self._follows = self._will_follow = False
        # Asked for once: each time costs a system call (getpid).
        self._loop = asyncio.get_running_loop()
        self._alarm = Alarm(self._timer_due)
        self._failed = self._closed = False

    # -- the seam --

    def begin(self, briefing: SessionBriefing) -> None:
        """Dial before the call can hear; what there is to tell is kept until `open`."""
        self._has_begun = True
        self._do(self._protocol.open, briefing, clock.monotonic())

    def open(self, briefing: SessionBriefing, tell: Tell) -> None:
        """Dial, unless that was done early; from here on the call is told."""
        self._tell = tell
        if self._has_begun:
            self._loop.call_soon(self._give_kept)
        else:
            self.begin(briefing)

    def caller_audio(self, pcm: bytes) -> None:
        """Send the caller's sound on at once, if the model hears already."""
        if self._failed or self._closed:
            return
        try:
            message = self._protocol.caller_audio(pcm, clock.monotonic())
        except Exception:
            log.exception("model_protocol_failed", profile=self._parts.name)
            self._fail_soon()
            return
        self._sockets.send_sound(pcm, message)
        for event in self._meter.feed(pcm):  # nearly always none
            self._loop.call_soon(self._say, event)

    def look(self) -> None:
        """Look at what has only been gathered of both sides' sound."""
        if self._failed or self._closed:
            return
        for event in self._meter.look():
            self._loop.call_soon(self._say, event)
        fault = self._watchdog.look()
        if fault is not None:
            self._loop.call_soon(self._bark, fault)

    @property
    def unheard(self) -> bytes:
        """What the caller said last that it did not hear; whoever takes over has not either.

        Of somebody who is in the middle of speaking, all that is not written down yet.
        """
        return self._meter.unwritten if self._meter.is_speaking else self._sockets.unheard

    @property
    def unwritten(self) -> bytes:
        """The caller's last words, S16LE mono at 16 kHz, if it has not written them down."""
        return self._meter.unwritten

    def caller_digit(self, digit: str) -> None:
        """Tell the model of a key."""
        self._do(self._protocol.caller_digit, digit, clock.monotonic())

    def speak(self, text: str, item_id: str) -> None:
        """Have the model say a sentence of ours; if it does not, the local voice says it."""
        self._asked[item_id] = text
        if self._failed:
            self._mouth.say(item_id, text)
        else:
            self._do(self._protocol.speak, text, item_id, clock.monotonic())

    def say_ourselves(self, text: str, item_id: str) -> None:
        """Have the local voice say a sentence of ours, and let the model know."""
        self._mouth.say(item_id, text)
        self.told(text)

    def told(self, text: str) -> None:
        """Let the model know what we ourselves have said to the caller."""
        self._do(self._protocol.told, text, clock.monotonic())

    def reply_audible(self, item_id: str) -> None:
        """The caller begins to hear an item."""
        self._do(self._protocol.reply_audible, item_id, clock.monotonic())

    def cut_reply(self, item_id: str, heard_ms: int, heard_text: str) -> None:
        """The caller cut in: the model is told how much of the item was heard."""
        now = clock.monotonic()
        self._mouth.stop()
        self._watchdog.given_up(now, item_id)
        self._do(self._protocol.cut_reply, item_id, heard_ms, heard_text, now)

    def disregard_turn(self, turn_id: str) -> None:
        """Tell the model not to answer, if it can be told."""
        self._do(self._protocol.disregard_turn, turn_id, clock.monotonic())

    def answer_tool(self, tool_call_id: str, result: Mapping[str, Any]) -> None:
        """Give a tool's result."""
        now = clock.monotonic()
        self._watchdog.answered(tool_call_id, now)
        self._do(self._protocol.answer_tool, tool_call_id, result, now)

    def close(self) -> None:
        """End: nothing is told any more, and no connection stays."""
        if self._closed:
            return
        if not self._failed:
            self._parts.verdict.let_go()
            self._protocol.close(clock.monotonic())
            self._carry_out_orders()
        self._closed = True
        self._mouth.stop()
        self._quieten()

    def _quieten(self) -> None:
        """From here on nothing of it is open, and nothing of it wakes up."""
        self._sockets.hang_up()
        self._alarm.stop()

    # -- the sockets' side; see `mapokezi.bridge.model_sockets.SocketNews` --

    def opened(self, connection: int) -> None:
        """A connection is open."""
        self._try(self._protocol.socket_opened, connection, clock.monotonic())
        self._follow()

    def message(self, connection: int, message: bytes) -> None:
        """A message has come: the way of every piece of the model's sound."""
        self._meter.messages += 1
        if self._failed or self._closed:
            return
        try:
            is_more = self._protocol.receive(connection, message, clock.monotonic())
        except Exception:
            log.exception("model_protocol_failed", profile=self._parts.name)
            self._fail_soon()
            is_more = False
        self._follow(is_sound_alone=bool(is_more))

    def gone(self, connection: int, code: int, reason: str) -> None:
        """A connection is over, or could not be opened."""
        self._try(self._protocol.socket_closed, connection, code, reason, clock.monotonic())
        self._follow()

    # -- the protocol --

    def _do(self, deed: Callable[..., None], *arguments: Any) -> None:
        """Do what the call asks for; what comes of it is told a moment later."""
        self._try(deed, *arguments)
        self._carry_out_orders()
        if not self._will_follow:
            self._will_follow = True
            self._loop.call_soon(self._follow_later)

    def _try(self, deed: Callable[..., None], *arguments: Any) -> None:
        """Have the protocol do something; a fault in it is the session's end, not the call's."""
        if self._failed or self._closed:
            return
        try:
            deed(*arguments)
        except Exception:
            log.exception("model_protocol_failed", profile=self._parts.name)
            self._fail_soon()

    def _fail_soon(self) -> None:
        failed = VoiceFailed("a fault in the model's protocol", recoverable=False)
        self._loop.call_soon(self._fail, failed)

    def _carry_out_orders(self) -> bool:
        if self._failed or self._closed:
            return False
        orders = self._protocol.orders()
        for order in orders:
            self._sockets.carry_out(order)
        return bool(orders)

    # -- events --

    def _follow_later(self) -> None:
        self._will_follow = False
        self._follow()

    def _follow(self, *, is_sound_alone: bool = False) -> None:
        """Do what the protocol orders, tell what it tells, set the timer; or only the second."""
        if self._follows:
            return
        self._follows = True
        try:
            # Once is enough: what the call does about an event follows by itself (`_do`).
            if not is_sound_alone:
                self._carry_out_orders()
            for event in () if self._is_over else self._protocol.events():
                if type(event) is ReplyAudio:
                    self._pass_sound(event)
                else:
                    self._pass_on(event)
        finally:
            self._follows = False
        if not is_sound_alone:
            self._arm_timer()

    @property
    def _is_over(self) -> bool:
        return self._failed or self._closed

    def _pass_sound(self, audio: ReplyAudio) -> None:
        """Show the watchdog a piece of sound, and pass it on: the hot path."""
        if self._failed or self._closed:
            return
        self._sounding.add(audio.item_id)
        now, dog = clock.monotonic(), self._watchdog
        fault = dog.audio(audio.item_id, audio.pcm, audio.sample_rate_hz, now)
        if fault is not None:
            self._bark(fault)
        else:
            self._say(audio)

    def _pass_on(self, event: VoiceEvent) -> None:
        if self._failed or self._closed:
            return
        self._watch(event)
        if self._is_over:
            return
        if isinstance(event, VoiceFailed):
            # What a protocol can mend by dialling again, it has tried: the next voice is due.
            self._fail(replace(event, recoverable=False))
        elif not self._is_for_the_mouth(event):
            self._say(event)

    def _watch(self, event: VoiceEvent) -> None:
        """Show the watchdog what the model sends beside its sound."""
        now, dog = clock.monotonic(), self._watchdog
        match event:
            case ReplyText(item_id, text):
                dog.text(item_id, text, now)
            case ReplyStarted(item_id):
                dog.started(item_id, now)
            case ReplyEnded():
                self._reply_ended(event, now)
            case ReplyCancelled(item_id):
                dog.given_up(now, item_id)
            case ReplyInterrupted():
                dog.given_up(now)
                self._mouth.stop()
            case ToolCalled(tool_call_id):
                dog.waits_for_us(tool_call_id)
            case ToolWithdrawn(tool_call_id):
                dog.answered(tool_call_id, now)
            case CallerHeard(final=True):
                self._meter.written()
            case CallerVoiceStarted() | CallerVoiceStopped():
                self._meter.model_told(isinstance(event, CallerVoiceStarted))
            case _:
                pass

    def _reply_ended(self, ended: ReplyEnded, now: float) -> None:
        if ended.broke_off:  # then it is not the model's fault that words are missing
            self._watchdog.given_up(now, ended.item_id)
            return
        fault = self._watchdog.ended(ended.item_id, now)
        if fault is not None:
            self._bark(fault)
        elif ended.item_id in self._sounding:
            self._parts.verdict.worked()

    def _is_for_the_mouth(self, event: VoiceEvent) -> bool:
        """Whether the model has refused a sentence of ours, so that the local voice says it."""
        if type(event) is not ReplyCancelled or event.item_id not in self._asked:
            return False
        text = self._asked.pop(event.item_id)
        if event.item_id in self._sounding:
            return False
        self._mouth.say(event.item_id, text)
        return True

    def _told_by_mouth(self, event: VoiceEvent) -> None:
        """Let the local voice's events through; its own fault is not the model's."""
        if not isinstance(event, VoiceFailed):
            self._say(event)

    def _bark(self, fault: Fault) -> None:
        log.warning("model_watchdog", profile=self._parts.name, fault=fault.kind.value)
        reason = f"watchdog: {fault.kind.value}"
        drop = fault.kind.is_in_the_sound
        self._fail(VoiceFailed(reason, recoverable=False, unheard_is_bad=drop))

    def _fail(self, failed: VoiceFailed) -> None:
        """It is over: nothing more is told of it, and it costs nothing more."""
        if self._failed or self._closed:
            return
        log.warning("model_failed", profile=self._parts.name, reason=failed.reason)
        self._parts.verdict.failed(failed.reason)
        try:
            self._protocol.close(clock.monotonic())
            self._carry_out_orders()
        except Exception:  # it has failed already
            log.exception("model_not_closed", profile=self._parts.name)
        self._failed = True
        self._quieten()
        for event in self._meter.untold():
            self._say(event)
        self._say(failed)

    def _say(self, event: VoiceEvent) -> None:
        if self._kept or self._tell is None or self._closed:
            self._kept.append(event)
            self._give_kept()
        else:
            self._tell(event)

    def _give_kept(self) -> None:
        while self._kept and self._tell is not None and not self._closed:
            self._tell(self._kept.popleft())

    # -- time --

    def _arm_timer(self) -> None:
        """Wake in time for the protocol, and for the watchdog."""
        if self._failed or self._closed:
            return
        due = self._protocol.next_timer()
        dogs_due = self._watchdog.next_timer()
        if dogs_due is not None and (due is None or dogs_due < due):
            due = dogs_due
        if due is not None:
            self._alarm.ring_by(due)

    def _timer_due(self) -> None:
        now = clock.monotonic()
        fault = self._watchdog.handle_timer(now)
        if fault is not None:
            self._bark(fault)
            return
        self._try(self._protocol.handle_timer, now)
        self._follow()
