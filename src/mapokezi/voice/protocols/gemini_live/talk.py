"""The talk itself: the model's turns, the caller's and our own asking, on whatever connection."""

from __future__ import annotations

from collections.abc import Callable

from mapokezi.voice.events import ReplyCancelled, ReplyOwed, VoiceEvent, VoiceNoted
from mapokezi.voice.protocols.gemini_live import asking
from mapokezi.voice.protocols.gemini_live.asking import Asked, Asking
from mapokezi.voice.protocols.gemini_live.caller_words import CallerWords
from mapokezi.voice.protocols.gemini_live.deadlines import Deadline, Deadlines
from mapokezi.voice.protocols.gemini_live.incoming import ServerContent, sound_of
from mapokezi.voice.protocols.gemini_live.reply import Reply
from mapokezi.voice.protocols.gemini_live.said import Said

_CUT_BY_US_S = 30.0
"""What we cut short may be generated for this long, faster than it would be heard."""
_SUPERSEDED_S = 1.5
"""The server ends a turn that we ask over at once; what it says later is the answer to us."""
_UNWANTED_S = 5.0
"""A sentence that was taken back is not wanted, should it come after all."""
_NEVER = float("-inf")
_NOTHING_OWED = -1
_WAITS = "NEED_MORE_INPUT"
_NO_REASON = "TURN_COMPLETE_REASON_UNSPECIFIED"


class Talk:
    """Who says what to whom."""

    def __init__(
        self,
        prefix: str,
        tell: Callable[[VoiceEvent], None],
        deadlines: Deadlines,
        heard_ms: Callable[[], int],
        has_open_tools: Callable[[], bool],
    ) -> None:
        """Begin with nothing said.

        Args:
            prefix: Of every id.
            tell: Takes the events for the call.
            deadlines: The session's.
            heard_ms: How much caller sound was fed so far.
            has_open_tools: Whether the model waits for a result.
        """
        self._tell = tell
        self._deadlines = deadlines
        self._has_open_tools = has_open_tools
        self.said = Said()
        self.asking = Asking(deadlines)
        self.words = CallerWords(prefix, tell, deadlines, self.said, heard_ms)
        self.reply = Reply(prefix, tell, self.said, self._turn_begins)
        self._is_in_progress = self._has_tried_again = self._has_noted_kind = False
        self._owed_from = _NOTHING_OWED
        """How many items had begun when the model was last given something to answer."""
        self._was_turn_cut = False
        """Whether the caller was speaking when the last connection was lost."""
        self._own_interruption_until = _NEVER

    @property
    def _owes(self) -> bool:
        """Whether the model was given something to answer, and no item has begun since."""
        return self._owed_from == self.reply.begun

    @property
    def is_idle(self) -> bool:
        """Whether nobody says anything or is about to."""
        return not (
            self.reply.is_turn_open
            or self._is_in_progress
            or self._has_open_tools()
            or self.asking.any
            or self.words.is_open
            or self.words.is_owed
        )

    # -- what the server says --

    def content(self, content: ServerContent, now: float) -> None:
        """Take in words and sound, and that the caller cut in."""
        if content.interim_input_transcription is not None:
            self.words.running_view(content.interim_input_transcription, now)
        if content.input_transcription is not None:
            self.reply.next_is_wanted()
            self._was_turn_cut = False
            self.words.fragment(content.input_transcription, now)
        reply = self.reply
        turn = content.model_turn
        if turn is not None and turn.parts and not content.interrupted:
            for part in turn.parts:
                sound = sound_of(part)
                if sound is not None:
                    reply.audio(*sound, now)
                elif part.inline_data is not None and not part.thought:
                    self._not_sound(part.inline_data.mime_type or "")
        if content.output_transcription is not None and content.output_transcription.text:
            reply.words(content.output_transcription.text, now)
        if reply.is_generating:
            self._deadlines.clear(Deadline.TOOL)
            self._follow(now)
        if content.interrupted:
            self._interrupted(now)

    def _not_sound(self, mime_type: str) -> None:
        """Say once of data that is no sound we know: the caller hears nothing of it."""
        if not self._has_noted_kind:
            self._has_noted_kind = True
            self._tell(VoiceNoted("data that is no PCM", mime_type[:64]))

    @property
    def may_go_on(self) -> bool:
        """Whether sound alone could mean nothing but more of the item under way."""
        return self.reply.goes_on and not self.asking.any

    def goes_on(self, pcm: bytes, rate_hz: int) -> None:
        """Take in more of the item under way: the hot path. Only if it `may_go_on`."""
        self._deadlines.clear(Deadline.TOOL)
        self.reply.more(pcm, rate_hz)

    def ends(self, content: ServerContent, now: float) -> None:
        """Take in which ends have come; to be told after all else that a message holds."""
        if content.interaction_status is not None:
            self._is_in_progress = content.interaction_status == "IN_PROGRESS"
        if content.generation_complete:
            self.reply.generation_complete(now)
        if content.waiting_for_input:
            self._model_waits()
        if content.turn_complete:
            self._turn_complete(content.turn_complete_reason or "", now)
        self._follow(now)

    def tool_called(self, now: float, *, talk_waits: bool) -> None:
        """The model has called a tool, which may be all that it does in this turn."""
        self._deadlines.clear(Deadline.TOOL)
        self.reply.begin_turn(now)
        if talk_waits:
            self.reply.tool_waits(now)
            self._follow(now)

    # -- what we want --

    def ask(self, asked: Asked, now: float) -> None:
        """Have the model go on from something that is no turn of the caller's: they wait for it."""
        self.asking.add(asked, now)
        self.owes()

    def owes(self) -> None:
        """The caller waits for the model, who has something to answer."""
        self._owed_from = self.reply.begun
        self._tell(ReplyOwed())

    def cut(self, item_id: str, heard_text: str, now: float) -> None:
        """The caller heard no more of an item than this, nor will."""
        if item_id == self.reply.item_id:
            self.reply.drop_rest(now, _CUT_BY_US_S)
            self._follow(now)
        self.reply.heard(item_id, heard_text, now)

    def next_question(self, now: float) -> Asked | None:
        """Take what is to be asked now; it supersedes what the model is saying."""
        if self.reply.is_generating and self.asking.is_answering:
            return None  # it is answering us: the next question waits for the end
        asked = self.asking.take(now)
        if asked is not None:
            if self.reply.is_turn_open:
                self._own_interruption_until = now + _SUPERSEDED_S
            self.reply.superseded(now, _SUPERSEDED_S)
        return asked

    def asked_in_vain(self, now: float) -> None:
        """A sentence of ours was not heard in time: another voice says it."""
        item_id = self.asking.give_up_sentence(now)
        if item_id and not self.reply.take_back(item_id, now):
            self._tell(ReplyCancelled(item_id))
            self.reply.next_is_unwanted(now + _UNWANTED_S)

    def tool_brought_nothing(self, now: float) -> None:
        """The model was given a result and has not gone on."""
        if not (self.reply.is_generating or self._has_open_tools()):
            self.ask(asking.TOOL_ANSWERED, now)

    def connection_lost(self, now: float) -> None:
        """Forget what was under way; see to it that the talk goes on over the next connection.

        While a tool runs nothing is asked for: that would have it done twice. Its result, when it
        is there, gives the model cause to go on.
        """
        is_owed = self._owes or self._is_in_progress or self.words.is_owed
        was_cut = self.reply.is_generating or (is_owed and not self._has_open_tools())
        self._was_turn_cut = self.words.is_open
        unsaid_id = self.asking.lost()
        if unsaid_id and not self.reply.take_back(unsaid_id, now):
            self._tell(ReplyCancelled(unsaid_id))
        self.reply.lost(now)
        self._is_in_progress = False
        self._own_interruption_until = _NEVER
        self._deadlines.clear(Deadline.TOOL)
        if was_cut and not self.asking.has_question:
            self.ask(asking.LINE_RENEWED, now)

    def caller_paused(self, now: float) -> None:
        """The caller's words have paused; a turn that the server has lost it will not answer."""
        self.words.quiet()
        was_cut, self._was_turn_cut = self._was_turn_cut, False
        if was_cut and self.words.is_owed and not self.asking.has_question:
            self.ask(asking.LINE_RENEWED, now)

    def failed(self, now: float) -> None:
        """There will be no further connection: what the model was to say, others must."""
        self.reply.lost(now)
        self._follow(now)
        for item_id in self.asking.give_all_up():
            self._tell(ReplyCancelled(item_id))

    # -- what follows --

    def _follow(self, now: float) -> None:
        self.asking.follow(self.reply.item_id, now, has_sound=self.reply.has_sound)

    def _interrupted(self, now: float) -> None:
        by_caller = now >= self._own_interruption_until
        self._own_interruption_until = _NEVER
        self.reply.interrupted(now, by_caller=by_caller)
        if by_caller:
            self.words.caller_cut_in()

    def _turn_complete(self, reason: str, now: float) -> None:
        brought_sound = self.reply.brought_sound
        self.reply.turn_complete(now)
        if brought_sound:
            self._has_tried_again = False
        if reason in {"", _NO_REASON}:
            return
        self._tell(VoiceNoted("turn complete", reason))
        if reason == _WAITS:
            self._model_waits()
        elif not (brought_sound or self._has_tried_again or self.asking.any):
            self._has_tried_again = True  # once: a second refusal would be followed by a third
            self.ask(asking.TRY_AGAIN, now)

    def _model_waits(self) -> None:
        """The model is silent on purpose: it expects the caller to go on."""
        self.words.model_waits()
        if self._owes:
            self._owed_from = _NOTHING_OWED
            self._tell(ReplyOwed(is_owed=False))

    def _turn_begins(self, now: float) -> tuple[str, str]:
        """The model's turn begins: find out what it answers."""
        asked = self.asking.began()
        self._was_turn_cut = False
        self._deadlines.clear(Deadline.TOOL)
        self._own_interruption_until = _NEVER
        if asked is not None and asked.item_id:
            return asked.item_id, ""
        goes_on = asked is not None or self._has_open_tools() or self._is_in_progress
        return "", self.words.model_begins(now, is_asked=goes_on)
