"""What the server says, given to the part that it is about: a table of event types."""

from __future__ import annotations

from collections.abc import Callable

from mapokezi.voice.events import (
    CallerTurnRejoined,
    ReplyCancelled,
    ReplyInterrupted,
    UsageReported,
    VoiceNoted,
)
from mapokezi.voice.protocols.openai_realtime import faults, usage
from mapokezi.voice.protocols.openai_realtime.memory import NOTE
from mapokezi.voice.protocols.openai_realtime.outbox import Purpose
from mapokezi.voice.protocols.openai_realtime.parts import Connection, Parts
from mapokezi.voice.protocols.openai_realtime.replies import Response
from mapokezi.voice.protocols.openai_realtime.server_messages import (
    ResponseInfo,
    ServerMessage,
    read,
)

MOST_FAILED = 2
"""So many responses in a row that failed: the model is not well."""
MOST_EMPTY = 3
"""So many responses in a row with nothing in them. To the caller's turn one is the model's way of
staying quiet; to a tool's result, to keys or to a call that was taken up it is a failure."""
MOST_UNREAD = 8
"""So many messages in a row that are none: a server that is well sends not one."""
_NOTED_UNREAD = 3

_TRANSCRIPTION = "conversation.item.input_audio_transcription"


class Reading:
    """The reading side of one session."""

    def __init__(self, parts: Parts, connection: Connection, models: tuple[str, str]) -> None:
        """Begin to read.

        Args:
            parts: The parts of the session.
            connection: Is told what concerns the connection.
            models: The names by which responses and transcriptions are priced.
        """
        self._parts = parts
        self._connection = connection
        self._model, self._transcriber = models
        self._failed = 0
        self._empty = 0
        self._unread = 0
        """How many messages in a row could not be read."""
        turns = parts.turns
        self._on: dict[str, Callable[[ServerMessage, float], None]] = {
            "session.created": self._session_created,
            "session.updated": lambda _, now: connection.ready(now),
            "error": self._error,
            "input_audio_buffer.speech_started": self._speech_started,
            "input_audio_buffer.speech_stopped": self._speech_stopped,
            "input_audio_buffer.committed": self._committed,
            "input_audio_buffer.timeout_triggered": lambda m, _: turns.timed_out(m.item_id),
            "conversation.item.added": self._item_added,
            f"{_TRANSCRIPTION}.delta": lambda m, _: turns.words(m.item_id, m.delta or ""),
            f"{_TRANSCRIPTION}.completed": self._transcribed,
            f"{_TRANSCRIPTION}.failed": lambda m, now: turns.no_words(m.item_id, now),
            "response.created": self._response_created,
            "response.output_item.added": self._output_item_added,
            "response.output_audio.delta": self._audio,
            "response.output_audio_transcript.delta": self._words,
            "response.output_audio_transcript.done": self._all_words,
            "response.output_text.delta": self._words,
            "response.output_text.done": self._all_words,
            "response.function_call_arguments.done": lambda m, _: parts.tools.written(m),
            "response.output_item.done": self._output_item_done,
            "response.done": self._response_done,
        }

    def take(self, message: bytes, now: float) -> None:
        """Take in a message; one that nobody understands is passed over."""
        event = read(message)
        if event is None:
            self._not_read(message)
            return
        if self._unread:
            self._unread = 0
        on = self._on.get(event.type)
        if on is not None:
            on(event, now)

    def _not_read(self, message: bytes) -> None:
        """Pass over what is no message; a server that says nothing else is of no use."""
        self._unread += 1
        if self._unread <= _NOTED_UNREAD:
            self._parts.outbox.tell(VoiceNoted("unreadable message", f"{len(message)} bytes"))
        if self._unread == MOST_UNREAD:
            self._connection.fail("nothing that it says can be read", recoverable=True)

    # -- the session --

    def _session_created(self, message: ServerMessage, now: float) -> None:
        if message.session is not None and message.session.model:
            self._model = message.session.model
        self._connection.created(now)

    def _error(self, message: ServerMessage, now: float) -> None:
        """Take in a complaint. Most leave the session as it was, and what they are about undone."""
        error = faults.error_of(message.error)
        purpose = self._parts.outbox.purpose_of(error.event_id)
        told = faults.describe(error)
        if faults.is_fatal(error):
            self._connection.fail(told, recoverable=False)
        elif error.code == faults.SESSION_EXPIRED:
            self._connection.expired(now)
        elif purpose is Purpose.SESSION:
            # It would go on without our instructions and tools.
            why = f"the session was refused: {error.message or told}"
            self._connection.fail(why, recoverable=False)
        elif purpose is Purpose.RESPONSE or error.code == faults.ACTIVE_RESPONSE:
            for response in self._parts.replies.running():
                if response.mark == error.event_id and not response.replies:
                    response.line_item = ""  # it was the server's own
            refused = self._parts.gate.refused(error.event_id, error.code, now)
            if refused is not None and refused.line_item:
                self._parts.give_line_up(refused)
            elif refused is not None and not refused.is_void:
                self._failed_again(told, now)

    # -- the caller --

    def _speech_started(self, message: ServerMessage, now: float) -> None:
        parts = self._parts
        parts.turns.voice_started(message.audio_start_ms, message.item_id)
        parts.gate.caller_speaks = True
        if not parts.leads_turns:
            return
        self._interrupted()
        for line in parts.gate.interrupt():
            parts.outbox.tell(ReplyCancelled(line.line_item))

    def _interrupted(self) -> None:
        """What the caller has not heard is void; the server cancels what runs by itself."""
        self._parts.outbox.tell(ReplyInterrupted())
        for response in self._parts.replies.running():
            self._parts.replies.void(response)

    def _speech_stopped(self, message: ServerMessage, now: float) -> None:
        self._parts.turns.voice_stopped(message.audio_end_ms, message.item_id)
        self._parts.gate.caller_speaks = False
        self._parts.gate.turn_committed(now)

    def _committed(self, message: ServerMessage, now: float) -> None:
        parts = self._parts
        parts.turns.committed(message.item_id, message.previous_item_id)
        if parts.options.server_vad:
            parts.gate.caller_speaks = False
            parts.gate.turn_committed(now)

    def _item_added(self, message: ServerMessage, now: float) -> None:
        item = message.item
        if item is None:
            return
        if item.type == "function_call_output" and item.call_id:
            self._parts.gate.output_seen(item.call_id)
        if item.id:
            self._parts.memory.place(item.id, item.role or NOTE, message.previous_item_id)

    def _transcribed(self, message: ServerMessage, now: float) -> None:
        self._parts.turns.all_words(message.item_id, message.transcript or "", now)
        if message.usage is not None:
            units = usage.units_of_transcription(message.usage)
            self._report(units, self._transcriber)

    # -- the model --

    def _response_created(self, message: ServerMessage, now: float) -> None:
        told = message.response or ResponseInfo()
        response_id = told.id or message.response_id or ""
        known = self._parts.replies.response(response_id)
        if known is None or known.is_done:
            self._begin(response_id, told, now)

    def _begin(self, response_id: str, told: ResponseInfo, now: float) -> Response:
        parts = self._parts
        request = parts.gate.created(response_id, told.metadata, now)
        response = Response(response_id, is_owed=parts.gate.answers_given)
        turn = parts.turns.latest
        if request is not None:
            response.mark, response.line_item = request.mark, request.line_item
        if turn is not None and not (turn.has_reply or response.line_item):
            response.turn_id = turn.turn_id
        parts.replies.begin(response)
        overtaken = parts.leads_turns and parts.turns.is_voice_on
        disregarded = turn is not None and turn.is_disregarded and request is None
        if overtaken or disregarded or (request is not None and request.is_void):
            parts.cancel(response)
        return response

    def _response_of(self, message: ServerMessage, now: float) -> Response:
        """Find the response of an event; it may never have been announced."""
        response = self._parts.replies.response(message.response_id)
        if response is None:
            response = self._begin(message.response_id or "", ResponseInfo(), now)
        return response

    def _audio(self, message: ServerMessage, now: float) -> None:
        response = self._response_of(message, now)
        self._parts.gate.alive(now)
        if not self._parts.replies.audio(message, response):
            return
        self._failed = self._empty = 0
        if response.line_item:
            self._parts.gate.line_began()
        turn = self._parts.turns.find(response.turn_id)
        if turn is not None:
            turn.has_reply = True

    def _words(self, message: ServerMessage, now: float) -> None:
        self._parts.replies.words(message, self._response_of(message, now))

    def _all_words(self, message: ServerMessage, now: float) -> None:
        self._parts.replies.all_words(message, self._response_of(message, now))

    def _output_item_added(self, message: ServerMessage, now: float) -> None:
        if message.item is not None and message.item.type == "function_call":
            self._parts.tools.announced(message.item)

    def _output_item_done(self, message: ServerMessage, now: float) -> None:
        item = message.item
        if item is None:
            return
        response = self._response_of(message, now)
        if item.type == "function_call":
            self._parts.tools.completed(item, response, now)
        elif not response.is_void:
            self._parts.replies.item_done(item.id, item.status)
        elif self._parts.options.truncate:
            self._parts.replies.unheard_item(message)

    def _response_done(self, message: ServerMessage, now: float) -> None:
        parts, told = self._parts, message.response or ResponseInfo()
        if told.usage is not None:
            self._report(usage.units_of_response(told.usage), self._model)
        response_id = told.id or message.response_id
        response = parts.replies.response(response_id)
        if response is None or response.is_done:
            parts.gate.done(response_id or "", told.metadata, now, began=False)
            return
        was_void, cancelled = response.is_void, told.status == "cancelled"
        details = told.status_details
        if cancelled and not was_void and details and details.reason == "turn_detected":
            self._interrupted()
        if told.status in {None, "completed"}:
            parts.tools.response_done(message, response, now)
        parts.replies.done(response, cancelled=cancelled)
        parts.gate.done(response.response_id, told.metadata, now, began=True)
        if not (was_void or cancelled):
            self._judge(response, told, now)

    def _judge(self, response: Response, told: ResponseInfo, now: float) -> None:
        """See whether a response that was not cancelled gave the caller anything."""
        error = faults.error_of(told.status_details.error if told.status_details else None)
        if faults.is_fatal(error):
            self._connection.fail(faults.describe(error), recoverable=False)
        elif response.brought:
            return  # the counts go back with its sound: tools may be called without end
        elif response.line_item:
            return  # the gate gives the line up
        elif told.status not in {None, "completed"} or response.replies:
            self._failed_again(f"a response {told.status}: {faults.describe(error)}", now)
        elif response.is_owed:
            self._failed_again("nothing in a response that was owed", now)
        else:
            self._stayed_quiet(response)

    def _failed_again(self, reason: str, now: float) -> None:
        """Ask once more, or give the model up."""
        self._failed += 1
        if self._failed >= MOST_FAILED:
            self._connection.fail(reason, recoverable=True)
        else:
            self._parts.gate.owe(now)

    def _stayed_quiet(self, response: Response) -> None:
        """The model has nothing to say to the caller's turn, so nobody waits for an answer."""
        self._empty += 1
        if self._empty >= MOST_EMPTY:
            self._connection.fail("the model answers nothing", recoverable=True)
        elif response.turn_id:
            self._parts.turns.not_answered(response.turn_id)
            self._parts.outbox.tell(CallerTurnRejoined(response.turn_id))

    def _report(self, units: dict[str, int], model: str) -> None:
        if units:
            self._parts.outbox.tell(UsageReported(units, model))
