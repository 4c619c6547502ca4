"""The protocol as its carrier and its call see it, and its connections, one after another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mapokezi.audio.level import VoiceRose
from mapokezi.voice.events import VoiceEvent, VoiceFailed, VoiceReady
from mapokezi.voice.profile import ModelBriefing, ModelProfile
from mapokezi.voice.protocols.openai_realtime import client_messages as write
from mapokezi.voice.protocols.openai_realtime import faults
from mapokezi.voice.protocols.openai_realtime.keys import KeysPressed
from mapokezi.voice.protocols.openai_realtime.lifecycle import Lifecycle, Stage
from mapokezi.voice.protocols.openai_realtime.memory import CALLER, NOTE, RECEPTIONIST
from mapokezi.voice.protocols.openai_realtime.options import (
    RealtimeOptions,
    address_of,
    headers_of,
    model_of,
)
from mapokezi.voice.protocols.openai_realtime.outbox import Purpose
from mapokezi.voice.protocols.openai_realtime.own_ear import OwnEar
from mapokezi.voice.protocols.openai_realtime.parts import parts_for
from mapokezi.voice.protocols.openai_realtime.reading import Reading
from mapokezi.voice.protocols.openai_realtime.session_shape import session_for, transcription_of
from mapokezi.voice.session import NOT_UNDERSTOOD, NotReached, SessionBriefing
from mapokezi.voice.wire import CloseSocket, OpenSocket, Order

_LOST_WORDS = (
    "The caller's last words were lost on the line. Ask the caller kindly to say that again."
)
_CAME_BACK = (
    "You tried to connect the caller, in vain: {1} The caller is with you again: tell them just "
    "that, not why, say that you are sorry, and offer to take a message."
)
_BACK_IN_DOUBT = (
    "{1} The caller is with you again: say that you are back and offer to take a message, without "
    "claiming that {0} answered or did not. Do not ring {0} again."
)


class OpenAIRealtime:
    """One call's conversation with one Realtime server. See `mapokezi.voice.wire`."""

    def __init__(
        self, profile: ModelProfile, briefing: ModelBriefing, options: RealtimeOptions, prefix: str
    ) -> None:
        """Prepare; `open` begins."""
        self._profile = profile
        self._briefing = briefing
        self._options = options
        self._instructions = ""
        self._life = Lifecycle(options.recycle_after_s)
        self._ear = None if options.server_vad else OwnEar(options.silence_duration_ms)
        self._keys = KeysPressed()
        last_tools = [tool.name for tool in briefing.tools if tool.is_last]
        parts = parts_for(options, prefix, last_tools)
        models = (model_of(profile), transcription_of(profile, options))
        self._parts = parts
        self._outbox, self._memory, self._uplink = parts.outbox, parts.memory, parts.uplink
        self._gate, self._turns = parts.gate, parts.turns
        self._replies, self._tools = parts.replies, parts.tools
        self._reading = Reading(parts, self, models)

    # -- the socket's side --

    def socket_opened(self, connection: int, now: float) -> None:
        """Set the session up at once: waiting for ``session.created`` would cost a round trip."""
        if connection != self._life.connection or self._life.stage is not Stage.DIALLING:
            return
        self._life.opened()
        self._outbox.connection, self._outbox.is_open = connection, True
        session = session_for(self._profile, self._briefing, self._options, self._instructions)
        self._outbox.send(write.session_update(session), Purpose.SESSION)

    def socket_closed(self, connection: int, code: int, reason: str, now: float) -> None:
        """Go on over another connection, if there is any use in that."""
        if connection != self._life.connection or not self._life.has_socket:
            return
        why = faults.describe_close(code, reason)
        self._let_connection_go(now)
        may_come_back = self._life.lost(now)
        if faults.close_is_fatal(code, reason):
            self.fail(why, recoverable=False)
        elif not may_come_back:
            self.fail(why, recoverable=True)
        else:
            self._go_on(now)

    def receive(self, connection: int, message: bytes, now: float) -> None:
        """Take in one whole message."""
        if connection == self._outbox.connection and self._outbox.is_open:
            self._reading.take(message, now)

    # -- the call's side --

    def open(self, briefing: SessionBriefing, now: float) -> None:
        """Dial."""
        if self._life.stage is not Stage.NEW:
            return
        self._instructions = briefing.instructions
        if self._ear is not None:
            self._ear.begin(now)
        for turn in briefing.history:
            if turn.text == NOT_UNDERSTOOD:
                self._memory.add(NOTE, _LOST_WORDS)
            else:
                self._memory.add(CALLER if turn.speaker == "caller" else RECEPTIONIST, turn.text)
        if briefing.came_back_from is not None:
            who, came = briefing.came_back_from or "a colleague", briefing.not_reached
            note = _BACK_IN_DOUBT if came is NotReached.IN_DOUBT else _CAME_BACK
            self._memory.add(NOTE, note.format(who, came.told_of(who)))
        if briefing.reply_owed or briefing.came_back_from is not None:
            self._gate.owe(now)
        self._dial()

    def caller_audio(self, pcm: bytes, now: float) -> bytes | None:
        """Give the message that carries this sound. The hot path."""
        if self._ear is not None:
            self._ear.feed(pcm)
        return self._uplink.take(pcm)

    def caller_digit(self, digit: str, now: float) -> None:
        """Gather the keys of one number; the model is told of them together."""
        self._keys.press(digit, now)

    def speak(self, text: str, item_id: str, now: float) -> None:
        """Have a line of ours spoken in the model's voice."""
        if self._life.stage is not Stage.OVER:
            self._gate.say(text, item_id, now)

    def told(self, text: str, now: float) -> None:
        """Put what we said ourselves into the conversation."""
        self._put_in(RECEPTIONIST, text)

    def reply_audible(self, item_id: str, now: float) -> None:
        """The caller hears an item: the turn before it is answered."""
        turn = self._turns.find(self._replies.audible(item_id, now))
        if turn is not None:
            turn.is_answered = True

    def cut_reply(self, item_id: str, heard_ms: int, heard_text: str, now: float) -> None:
        """Have the model forget what was not heard, and stop the response if it still runs."""
        response = self._replies.response_with(item_id)
        if response is None:
            return
        if not response.is_done:
            self._parts.cancel(response)
        self._replies.cut(item_id, heard_ms, heard_text, tell=self._options.truncate)

    def disregard_turn(self, turn_id: str, now: float) -> None:
        """Take back the answer to what was no turn, unless it is heard already."""
        turn = self._turns.disregard(turn_id)
        if turn is None:
            return
        for response in self._replies.running():
            if response.turn_id == turn.turn_id:
                self._parts.cancel(response)
        if turn.item_id and turn.is_ended and self._options.truncate:
            self._outbox.send(write.delete(turn.item_id), Purpose.CUT)

    def answer_tool(self, tool_call_id: str, result: Mapping[str, Any], now: float) -> None:
        """Give a tool's result."""
        self._tools.answer(tool_call_id, result, now)

    def close(self, now: float) -> None:
        """End."""
        self._hang_up()
        self._end()
        self._outbox.forget_events()

    # -- what it wants --

    def events(self) -> list[VoiceEvent]:
        """Take the events for the call."""
        return self._outbox.take_events()

    def orders(self) -> list[Order]:
        """Take the orders for the socket."""
        return self._outbox.take_orders()

    def next_timer(self) -> float | None:
        """Give the instant at which `handle_timer` is due."""
        if self._life.stage is Stage.OVER:
            return None
        due = [
            self._life.next_timer(),
            self._gate.next_timer(),
            self._turns.next_timer(),
            self._keys.next_timer(),
            self._ear.next_timer() if self._ear is not None else None,
        ]
        return min((at for at in due if at is not None), default=None)

    def handle_timer(self, now: float) -> None:
        """Act on the deadlines that have come."""
        if self._life.stage is Stage.OVER:
            return
        self._turns.handle_timer(now)
        keyed = self._keys.take(now)
        if keyed:
            self._put_in(CALLER, f"(The caller pressed these keys: {keyed})")
            self._gate.owe(now)
        if self._ear is not None:
            self._listen(self._ear, now)
        for line in self._gate.handle_timer(now):
            self._parts.give_line_up(line)
        self._go_on(now)

    # -- what was read of the connection --

    def created(self, now: float) -> None:
        """The server has a session for us."""
        self._life.created(now)

    def ready(self, now: float) -> None:
        """The session is set up: tell it what was said so far, then what the caller says."""
        if self._life.stage is not Stage.SHAPING:
            return
        is_first = not self._life.was_ready
        self._life.ready(now)
        for role, text in self._memory.seeds():
            self._outbox.send(write.text_item(role, text, self._options.dialect), Purpose.ITEM)
        for message in self._uplink.open():
            self._outbox.send_raw(message)
        self._gate.is_open = True
        if is_first:
            self._outbox.tell(VoiceReady(self._profile.name, self._parts.leads_turns))
        self._gate.settle(now)

    def expired(self, now: float) -> None:
        """Go over to a fresh connection, quiet or not."""
        self._hang_up()
        self._let_connection_go(now)
        self._life.lost(now, planned=True)
        self._go_on(now)

    def fail(self, reason: str, *, recoverable: bool) -> None:
        """Give the session up."""
        if self._life.stage is Stage.OVER:
            return
        self._hang_up()
        self._end()
        self._outbox.tell(VoiceFailed(f"{self._profile.name}: {reason}", recoverable))

    # -- within --

    def _go_on(self, now: float) -> None:
        """Do what is due for the connection."""
        life = self._life
        if life.is_too_late(now):
            self.fail("the connection was lost and is not back", recoverable=True)
        elif life.is_dialling_due(now):
            self._dial()
        elif life.is_set_up(now):
            self.ready(now)
        elif life.is_recycling_due(now, is_quiet=self._is_quiet(now)):
            self.expired(now)

    def _dial(self) -> None:
        connection = self._life.dialled()
        headers = headers_of(self._profile, self._options)
        self._outbox.order(OpenSocket(connection, address_of(self._profile), headers))

    def _hang_up(self) -> None:
        if self._life.has_socket:
            self._outbox.order(CloseSocket(self._life.connection))

    def _end(self) -> None:
        self._life.over()
        self._outbox.is_open = self._gate.is_open = False
        self._uplink.shut()

    def _let_connection_go(self, now: float) -> None:
        """End what ran on a connection; keep what is still to be done for the next."""
        if not self._outbox.is_open:
            return
        self._outbox.is_open = self._gate.is_open = False
        self._uplink.shut()
        # A response whose tool still runs is not asked for again: its result is told when it is
        # there, and brings the reply.
        running = [
            one
            for one in self._replies.running()
            if not (one.line_item or self._tools.is_open(one.response_id))
        ]
        is_owed = bool(running) or (self._turns.is_latest_unanswered and self._tools.is_idle)
        if is_owed and self._turns.is_latest_unanswered and self._turns.is_latest_lost:
            self._memory.add(NOTE, _LOST_WORDS)
        self._turns.new_connection()
        self._replies.new_connection()
        self._tools.new_connection()
        self._memory.new_connection()
        self._gate.reset()
        if is_owed:
            self._gate.owe(now)

    def _is_quiet(self, now: float) -> bool:
        """Whether nobody would notice if the connection were exchanged now."""
        return (
            not (self._turns.is_voice_on or self._turns.is_latest_unanswered)
            and self._gate.is_idle
            and self._tools.is_idle
            and self._replies.is_quiet(now)
        )

    def _put_in(self, role: str, text: str) -> None:
        """Put a text into the conversation, or keep it for when there is one."""
        self._memory.add(role, text)
        if self._life.stage is Stage.READY:
            self._outbox.send(write.text_item(role, text, self._options.dialect), Purpose.ITEM)

    def _listen(self, ear: OwnEar, now: float) -> None:
        """Do a detector's work for a server without one."""
        for edge in ear.edges(now):
            if isinstance(edge, VoiceRose):
                self._turns.voice_started_at(edge.at_ms)
                self._gate.caller_speaks = True
            else:
                self._turns.voice_stopped_at(edge.at_ms)
                self._gate.caller_speaks = False
                self._outbox.send(write.commit(), Purpose.COMMIT)
                self._gate.owe(now, may_stay_quiet=True)
