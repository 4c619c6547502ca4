"""One conversation with Gemini Live: what arrives, what the call wants, what is due.

Here stands only what is told to whom. The connections are `link`'s, the turns of both sides
`talk`'s, the tools `tool_calls`'.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mapokezi.voice.events import (
    ReplyCancelled,
    ToolWithdrawn,
    UsageReported,
    VoiceEvent,
    VoiceFailed,
    VoiceNoted,
    VoiceReady,
)
from mapokezi.voice.profile import ModelBriefing
from mapokezi.voice.protocols.gemini_live import asking, outgoing
from mapokezi.voice.protocols.gemini_live.deadlines import Deadline, Deadlines
from mapokezi.voice.protocols.gemini_live.incoming import (
    GoAway,
    ResumptionUpdate,
    ServerMessage,
    SoundMessages,
    ToolCall,
    decode,
    is_sound_alone,
    seconds_of,
)
from mapokezi.voice.protocols.gemini_live.link import Link
from mapokezi.voice.protocols.gemini_live.settings import GeminiSettings
from mapokezi.voice.protocols.gemini_live.talk import Talk
from mapokezi.voice.protocols.gemini_live.tool_calls import ToolCallBook
from mapokezi.voice.protocols.gemini_live.uplink import Uplink
from mapokezi.voice.protocols.gemini_live.usage import units_of
from mapokezi.voice.session import SessionBriefing
from mapokezi.voice.wire import Order

KEYS_PAUSE_S = 1.2
"""Keys that follow one another faster than this are told together."""
TOOL_SILENCE_S = 3.0
"""A model that says nothing this long after a tool's result is asked to go on."""
MOVE_MARGIN_S = 5.0
"""So long before the server's announced close we go by ourselves."""
GO_AWAY_S = 10.0
"""What a server that names no time is taken to mean."""
MOST_UNREAD = 8
"""So many messages in a row that are none: a server that is well sends not one."""
_NOTED_UNREAD = 3
_LONGEST_REASON = 200


class GeminiLive:
    """A `mapokezi.voice.wire.ModelProtocol` of Gemini Live. Pure: no I/O, no clock."""

    def __init__(self, settings: GeminiSettings, briefing: ModelBriefing, prefix: str) -> None:
        """Begin unopened; ids told to the call begin with ``prefix``."""
        self._settings = settings
        self._briefing = briefing
        self._instructions = ""
        self._events: list[VoiceEvent] = []
        self._orders: list[Order] = []
        deadlines = self._deadlines = Deadlines()
        self._link = Link(settings, self._orders.append, deadlines)
        self._sounds = SoundMessages()
        self._uplink = uplink = Uplink(settings.chunk_ms)
        scheduling = "" if settings.is_vertex else settings.slow_tool_scheduling
        self._tools = tools = ToolCallBook(prefix, briefing.tools, scheduling)
        self._talk = Talk(
            prefix, self._tell, deadlines, lambda: uplink.fed_ms, lambda: tools.any_open
        )
        self._is_closed = self._is_leaving = self._is_seeding = False
        self._keys = ""
        self._unread = 0
        """How many messages in a row could not be read."""
        self._untold: list[str] = []
        self._late: list[tuple[str, str]] = []
        """What came of tools whose connection is gone, while others of them still run."""

    # -- the socket's side --

    def socket_opened(self, connection: int, now: float) -> None:
        """The handshake is done: send the setup, and nothing else until it is accepted."""
        link = self._link
        if not link.is_current(connection) or link.is_ready:
            return
        self._is_seeding = not link.is_resuming and bool(self._talk.said.turns())
        link.opened(
            outgoing.setup(
                self._settings,
                self._briefing,
                self._instructions,
                handle=link.handle,
                has_history=self._is_seeding,
            )
        )

    def socket_closed(self, connection: int, code: int, reason: str, now: float) -> None:
        """Go on over another connection, if that can help."""
        if not self._link.is_current(connection):
            return
        was_ready = self._link.is_ready
        self._tell(VoiceNoted("connection lost", f"{code} {reason}".strip()[:_LONGEST_REASON]))
        failed = self._link.lost(code, reason, now)
        if was_ready:
            self._let_go(now)
        if failed is not None:
            self._fail(failed, now)

    def receive(self, connection: int, message: bytes, now: float) -> bool:
        """Take in one message; what it says of a turn's end comes after all that it holds."""
        if not self._link.is_current(connection):
            return False
        if self._talk.may_go_on:
            sound = self._sounds.sound(message)
            if sound is not None:  # nearly always: nothing but more of the item under way
                self._unread = 0
                self._talk.goes_on(*sound)
                return True
        told = decode(message)
        if told is None:
            self._not_read(message, now)
        else:
            self._unread = 0
            self._read(told, now)
            if is_sound_alone(told):
                self._sounds.learn(message, told)
        return False

    def _read(self, told: ServerMessage, now: float) -> None:
        content = told.server_content
        if content is not None:
            self._talk.content(content, now)
        self._rarer(told, now)
        if content is not None:
            self._talk.ends(content, now)
        self._go_on(now)

    # -- the call's side --

    def open(self, briefing: SessionBriefing, now: float) -> None:
        """Begin to dial."""
        if self._link.connection or self._is_closed:
            return
        self._instructions = briefing.instructions
        self._talk.said.brief(briefing.history)
        if briefing.came_back_from is not None:
            self._talk.ask(asking.came_back(briefing), now)
        elif briefing.reply_owed:
            self._talk.ask(asking.TAKE_UP, now)
        self._link.dial(now)

    def caller_audio(self, pcm: bytes, now: float) -> bytes | None:
        """Give the message with the caller's sound, or keep the sound for the next connection."""
        if self._link.is_ready:
            return self._uplink.message(pcm)
        self._uplink.keep(pcm)
        return None

    def caller_digit(self, digit: str, now: float) -> None:
        """Gather keys; they are told when no other follows."""
        if not self._link.is_over:
            self._keys += digit
            self._deadlines.set(Deadline.KEYS, now + KEYS_PAUSE_S)

    def speak(self, text: str, item_id: str, now: float) -> None:
        """Ask the model for a sentence of ours, over whatever it is saying."""
        self._talk.said.ours(item_id, text)
        if self._link.is_over:
            self._tell(ReplyCancelled(item_id))
            return
        self._talk.asking.add(asking.sentence(text, item_id), now)
        self._go_on(now)

    def told(self, text: str, now: float) -> None:
        """Tell what we have said, as soon as that does not cut the model short."""
        self._talk.said.told(text)
        self._untold.append(text)
        self._go_on(now)

    def reply_audible(self, item_id: str, now: float) -> None:
        """Do nothing: the server's turns cannot be taken back."""

    def cut_reply(self, item_id: str, heard_ms: int, heard_text: str, now: float) -> None:
        """Keep what was heard, for a fresh session: there is no message to truncate with."""
        self._talk.cut(item_id, heard_text, now)

    def disregard_turn(self, turn_id: str, now: float) -> None:
        """Do nothing: the server has ended the turn by itself."""

    def answer_tool(self, tool_call_id: str, result: Mapping[str, Any], now: float) -> None:
        """Send a result, if its connection is the one in use."""
        name = self._tools.name_of(tool_call_id)
        answers = self._tools.answer(tool_call_id, result)
        if name:
            self._talk.said.answered(name, outgoing.in_json(result))
        else:
            self._answered_late(tool_call_id, result, now)
        if answers:
            self._talk.reply.tool_answered()
            self._link.send(outgoing.tool_response(answers))
            if not any(answer.scheduling == "SILENT" for answer in answers):
                self._deadlines.set(Deadline.TOOL, now + TOOL_SILENCE_S)
                self._talk.owes()

    def _answered_late(self, tool_call_id: str, result: Mapping[str, Any], now: float) -> None:
        """Tell a result in words if its connection is gone; nothing is done twice for that."""
        name = self._tools.late(tool_call_id)
        if not name:
            return
        told = outgoing.in_json(result)
        self._talk.said.answered(name, told)
        if not self._tools.is_silent(name):
            self._late.append((name, told))
        if self._late and not self._tools.any_lost:
            self._talk.ask(asking.late_results(self._late), now)
            self._late.clear()
            self._go_on(now)

    def close(self, now: float) -> None:
        """Close the socket; no event follows."""
        self._is_closed = True
        self._link.end()
        self._events.clear()

    # -- what it wants --

    def events(self) -> list[VoiceEvent]:
        """Take what there is to tell."""
        if not self._events:
            return []
        taken = self._events.copy()
        self._events.clear()
        return taken

    def orders(self) -> list[Order]:
        """Take what the socket is to do."""
        if not self._orders:
            return []
        taken = self._orders.copy()
        self._orders.clear()
        return taken

    def next_timer(self) -> float | None:
        """Give the earliest deadline."""
        return self._deadlines.next()

    def handle_timer(self, now: float) -> None:
        """Act on what is due."""
        for which in self._deadlines.take_due(now):
            if not self._link.is_over:
                self._due(which, now)
        self._go_on(now)

    # -- what is due --

    def _due(self, which: Deadline, now: float) -> None:
        match which:
            case Deadline.WORDS:
                self._talk.caller_paused(now)
            case Deadline.NUDGE:
                self._link.send(outgoing.NUDGE)
            case Deadline.PROMPT:
                self._talk.asking.give_up_other()
            case Deadline.ASKED:
                self._talk.asked_in_vain(now)
            case Deadline.TOOL:
                self._talk.tool_brought_nothing(now)
            case Deadline.KEYS:
                self._talk.said.keys(self._keys)
                self._talk.ask(asking.keys(self._keys), now)
                self._keys = ""
            case Deadline.MOVE:
                self._move(now)
            case Deadline.RETRY:
                self._link.retry(now)
            case Deadline.ATTEMPT:
                self._link.attempt_too_long(now)
            case Deadline.LIMIT:
                self._fail(VoiceFailed("not ready in time"), now)

    # -- what arrives now and then --

    def _not_read(self, message: bytes, now: float) -> None:
        """Pass over what is no message; a server that says nothing else is of no use."""
        self._unread += 1
        if self._unread <= _NOTED_UNREAD:
            self._tell(VoiceNoted("unreadable message", f"{len(message)} bytes"))
        if self._unread == MOST_UNREAD:
            self._fail(VoiceFailed("nothing that it says can be read"), now)

    def _rarer(self, told: ServerMessage, now: float) -> None:
        if told.setup_complete is not None:
            self._ready(now)
        if told.tool_call is not None:
            self._tool_called(told.tool_call, now)
        if told.tool_call_cancellation is not None:
            for tool_call_id in self._tools.withdraw(told.tool_call_cancellation.ids or []):
                self._tell(ToolWithdrawn(tool_call_id))
        if told.usage_metadata is not None:
            units = units_of(told.usage_metadata)
            if units:
                self._tell(UsageReported(units, self._settings.priced_as))
        if told.session_resumption_update is not None:
            self._resumable(told.session_resumption_update)
        if told.go_away is not None:
            self._told_to_go(told.go_away, now)

    def _ready(self, now: float) -> None:
        link = self._link
        if link.is_ready:
            return
        is_first = not link.has_been_ready
        link.ready(now)
        if self._is_seeding:
            self._untold.clear()  # they are part of the history
            link.send(outgoing.history(self._talk.said.turns(), is_vertex=self._settings.is_vertex))
        elif link.is_resuming:
            missed = self._talk.said.not_kept(self._talk.asking.unsaid_ids)
            if missed:
                link.send(outgoing.content(asking.not_kept(missed), asks=False))
                told = {turn.text for turn in missed}
                self._untold = [text for text in self._untold if text not in told]
        for message in self._uplink.catch_up():
            link.send(message)
        if is_first:
            self._tell(VoiceReady(self._settings.name, leads_turns=True))
        else:
            how = "resumed" if link.is_resuming else "a fresh session"
            self._tell(VoiceNoted("connection renewed", how))

    def _tool_called(self, call: ToolCall, now: float) -> None:
        taken = self._tools.take(call.function_calls or [])
        if taken.refusals:
            self._link.send(outgoing.tool_response(taken.refusals))
            for refusal in taken.refusals:
                self._tell(VoiceNoted("tool call refused", refusal.name[:64]))
            self._talk.owes()
        if taken.proposals:
            self._talk.tool_called(now, talk_waits=taken.talk_waits)
            for proposal in taken.proposals:
                self._tell(proposal)

    def _resumable(self, update: ResumptionUpdate) -> None:
        if update.resumable and update.new_handle:
            self._link.keep_handle(update.new_handle)
            self._talk.said.is_kept()

    def _told_to_go(self, told: GoAway, now: float) -> None:
        """Go by our own timer: after this the server may say nothing any more."""
        left_s = seconds_of(told.time_left, GO_AWAY_S)
        self._tell(VoiceNoted("told to go", told.time_left or ""))
        self._deadlines.set(Deadline.MOVE, now + max(left_s - MOVE_MARGIN_S, left_s / 2))
        self._is_leaving = True

    # -- what follows --

    def _go_on(self, now: float) -> None:
        """Do what had to wait for the model to be silent, or for a connection."""
        if not self._link.is_ready:
            return
        talk = self._talk
        if self._untold and not (talk.reply.is_turn_open or talk.asking.is_asked):
            for text in self._untold:
                self._link.send(outgoing.content(text, role="model", asks=False))
            self._untold.clear()
        asked = talk.next_question(now)
        if asked is not None:
            self._link.send(asked.message)
        if self._is_leaving and self._link.can_resume and talk.is_idle:
            self._move(now)

    def _move(self, now: float) -> None:
        """Change to another connection before the server closes this one."""
        if self._link.is_ready:
            self._tell(VoiceNoted("moving to another connection"))
            self._link.move(now)
            self._let_go(now)

    def _let_go(self, now: float) -> None:
        """Forget what belonged to the connection that is gone."""
        self._is_leaving = False
        self._talk.connection_lost(now)
        self._tools.lose()

    def _fail(self, failed: VoiceFailed, now: float) -> None:
        self._talk.failed(now)
        self._tools.forget()
        self._link.end()
        self._tell(failed)

    def _tell(self, event: VoiceEvent) -> None:
        if not self._is_closed:
            self._events.append(event)
