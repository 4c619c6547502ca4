"""A cascade: recogniser, mind and synthesis, joined behind the seam of a voice session.

The caller's sound goes to the speech process, which says where voice begins and pauses; the
endpointer decides what is to be recognised and when a turn is over; the mind answers (the clerk,
or a chat model: `mapokezi.bridge.mind`); the answer is spoken sentence by sentence. While the
caller may still go on, the reply can be taken back.

A session that fails leaves its work to the one that follows: in the `CascadeMemory` the sound of
the turn that was not understood, with the mind the sentences that were not spoken.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import structlog

from mapokezi.bridge import clock
from mapokezi.bridge.caller_sound import CallerSound
from mapokezi.bridge.cascade_parts import CascadeParts
from mapokezi.bridge.checked_words import Objection
from mapokezi.bridge.errands import Errands
from mapokezi.bridge.keypad import Keypad
from mapokezi.bridge.listening import Listening
from mapokezi.bridge.mind import TurnWords
from mapokezi.bridge.recognition import Recognition
from mapokezi.bridge.speaking import Speaking
from mapokezi.bridge.turn_ends import TurnEnds, TurnFound
from mapokezi.conversation.completeness import Expectation
from mapokezi.conversation.endpointing import (
    EndTurn,
    NoTurn,
    Rejoin,
    TextIsLate,
    TurnHeard,
)
from mapokezi.receptionist.spoken_claims import Correction
from mapokezi.receptionist.turns import Sentence
from mapokezi.voice.events import (
    CallerHeard,
    CallerTurnEnded,
    CallerTurnRejoined,
    CallerVoiceStarted,
    CallerVoiceStopped,
    ReplyEnded,
    ReplyOwed,
    ToolCalled,
    VoiceEvent,
    VoiceFailed,
    VoiceReady,
)
from mapokezi.voice.session import SessionBriefing, Tell

log = structlog.get_logger("mapokezi.bridge.cascade")

_HEARD_AFTER_S = 0.25
"""A reply that has been audible for this long was heard: the turn before it stays as it is."""


@dataclass(slots=True)
class _LastTurn:
    """The caller's last turn, for as long as it may be taken back."""

    turn_id: str
    replies: set[str] = field(default_factory=set)
    """The items that answer it."""


class CascadeSession:
    """One caller, one mind. See `mapokezi.voice.session.VoiceSession`."""

    def __init__(self, parts: CascadeParts) -> None:
        """Prepare; `open` begins."""
        self._parts = parts
        self.has_own_words = parts.has_own_words
        """Whether what it says was found by a model, and was checked by nobody beforehand."""
        self.is_elsewhere = parts.is_elsewhere or parts.detector.is_elsewhere
        """Whether what callers say leaves this machine and its network for it."""
        self._objection: Objection | None = None
        self._memory = parts.memory
        self._sound = CallerSound()
        self._errands = Errands()
        self._listening = Listening(
            parts.detector,
            self._sound,
            partial(self._guarded, self._voice),
            self._fail,
            self._errands,
        )
        self._recognition = Recognition(
            parts.recogniser,
            parts.memory,
            self._not_recognised,
            with_meaning=not parts.has_own_words,
        )
        self._turns = TurnEnds(
            self._sound,
            self._listening,
            self._recognition,
            self._errands,
            self._turn_found,
            self._guarded,
        )
        self._keypad = Keypad(partial(self._guarded, self._keyed))
        self._speaking = Speaking(
            parts.voice,
            parts.sounds,
            self._say,
            parts.memory.pronounce,
            parts.memory.recorded,
        )
        self._heard_timer: asyncio.TimerHandle | None = None
        self._last: _LastTurn | None = None
        self._disregarded = ""
        self._late = ""
        self._closed = False
        self._prefix = parts.memory.new_session()
        self._tools: dict[str, str] = {}
        self._lines: set[str] = set()
        """Fixed sentences of ours, by their items."""
        self._mind = parts.mind(self)

    def check_words_with(self, objection: Objection) -> None:
        """Have what a model says judged before it is spoken."""
        self._objection = objection

    # -- the seam --

    def open(self, briefing: SessionBriefing, tell: Tell) -> None:
        """Start to listen."""
        self._tell = tell
        self._listening.open()
        self._errands.run(self._open(briefing))

    def caller_audio(self, pcm: bytes) -> None:
        """Feed caller sound."""
        if not self._sound.end_ms:
            self._turns.hearing_began()
        self._sound.add(pcm)
        self._listening.feed(pcm)

    def caller_digit(self, digit: str) -> None:
        """Tell of a key: kept until a number is whole, or given to the mind at once."""
        self._keypad.press(digit)

    def speak(self, text: str, item_id: str) -> None:
        """Have a fixed sentence spoken."""
        self._lines.add(item_id)
        self._speaking.say(item_id, [Sentence(text)])

    def told(self, text: str) -> None:
        """Let the mind know what we ourselves have said to the caller."""
        self._mind.told(text)

    def reply_audible(self, item_id: str) -> None:
        """The caller begins to hear the reply; soon the turn stays as it was understood."""
        if self._last is None or item_id not in self._last.replies:
            return  # a filler, or the reply to an earlier turn
        self._stop_heard_timer()
        loop = asyncio.get_running_loop()
        self._heard_timer = loop.call_later(_HEARD_AFTER_S, self._guarded, self._settle_turn)

    def cut_reply(self, item_id: str, heard_ms: int, heard_text: str) -> None:
        """Say no more: what was to come belongs to what was cut."""
        self._speaking.take_back()
        self._mind.cut(item_id, heard_text)
        if self._last is not None and item_id in self._last.replies:
            self._settle_turn()

    def disregard_turn(self, turn_id: str) -> None:
        """Forget what was just uttered; its end, if it is known already, is not told."""
        self._disregarded = turn_id
        self._mind.turn_goes_on()
        self._turns.disregard()
        if self._late:
            asyncio.get_running_loop().call_soon(self._guarded, self._turns.follow)

    def answer_tool(self, tool_call_id: str, result: Mapping[str, Any]) -> None:
        """Tell the mind what came of the deed; there may be something to say on it."""
        name = self._tools.pop(tool_call_id, None)
        if name is None or self._closed:
            return
        # What the mind is told now must not be undone by a caller who goes on.
        self._settle_turn()
        self._mind.tool_answered(tool_call_id, name, result)

    def close(self) -> None:
        """End: nothing is told any more."""
        if self._closed:
            return
        self._closed = True
        self._mind.close(self._speaking.unsaid())
        self._speaking.stop()
        self._keypad.close()
        self._stop_heard_timer()
        self._turns.close()
        self._listening.close()
        self._errands.cancel()
        if self._parts.trial is not None:
            self._parts.trial.let_go()

    # -- opening and hearing --

    async def _open(self, briefing: SessionBriefing) -> None:
        """Be ready, and take up what the session before has left."""
        self._say(VoiceReady(self._parts.name))
        unheard, self._memory.unheard = self._memory.unheard, b""
        if not self._closed:
            self._guarded(self._mind.open, briefing)
        if unheard:
            await self._hear_again(unheard)

    async def _hear_again(self, pcm: bytes) -> None:
        """Try once more to understand the turn at which the session before gave up."""
        turn_id = f"{self._prefix}again"
        text = await self._recognition.write_down(pcm)
        if text:
            self._say(CallerHeard(turn_id, text, final=True))
            self._guarded(self._hear, turn_id, text)

    def _voice(self, is_voice: bool, at_ms: int) -> None:
        if is_voice:
            self._mind.turn_goes_on()
        self._turns.voice(is_voice, at_ms)
        self._say(CallerVoiceStarted(at_ms) if is_voice else CallerVoiceStopped(at_ms))
        self._turns.follow()

    def _not_recognised(self, pcm: bytes, reason: str) -> None:
        if not self._closed:
            self._memory.unheard = pcm
            self._fail(reason)

    def _guarded(self, deed: Callable[..., None], *arguments: Any) -> None:
        """Do what no caller of ours waits for; the call must not be left in silence by a fault."""
        try:
            deed(*arguments)
        except Exception as error:
            log.exception("cascade_failed", voice=self._parts.name)
            self._say(ReplyOwed())  # it may have been the caller's turn that was to be answered
            self._fail(f"a fault in {deed.__name__}: {type(error).__name__}")

    def _fail(self, reason: str, *, recoverable: bool = True) -> None:
        self._say(VoiceFailed(reason, recoverable=recoverable))

    # -- turns --

    def _turn_found(self, found: TurnFound) -> None:
        match found:
            case TurnHeard(turn_id, text):
                self._tell_heard(found, final=False)
                if not self._closed and self._prefix + turn_id != self._disregarded:
                    self._mind.turn_is_likely(self._prefix + turn_id, text)
            case TextIsLate(turn_id, ended_ms):
                # The caller waits already, whatever it was that they said.
                self._late = self._prefix + turn_id
                self._say(CallerTurnEnded(self._late, ended_ms))
            case NoTurn(turn_id):
                self._mind.turn_goes_on()
                self.nobody_waits(self._prefix + turn_id)
            case EndTurn():
                self._end_turn(found)
            case Rejoin():
                self._rejoin(found)

    def _tell_heard(self, heard: TurnHeard | EndTurn, *, final: bool) -> None:
        self._say(
            CallerHeard(
                self._prefix + heard.turn_id,
                heard.text,
                final=final,
                started_ms=heard.started_ms,
                ended_ms=heard.ended_ms,
            )
        )

    def _end_turn(self, ended: EndTurn) -> None:
        turn_id = self._prefix + ended.turn_id
        if turn_id != self._disregarded:
            self._tell_heard(ended, final=True)
        if turn_id == self._disregarded:  # just now, or while its last words were recognised
            self.nobody_waits(turn_id)
            self._turns.settle()
            return
        if self._closed:
            return
        self._last = _LastTurn(turn_id)
        self._hear(turn_id, ended.text, ended.ended_ms)

    def _settle_turn(self) -> None:
        """From now on a voice is a new turn: the last one can no longer be taken back."""
        self._stop_heard_timer()
        self._last = None
        self._turns.settle()
        self._turns.follow()

    def _stop_heard_timer(self) -> None:
        if self._heard_timer is not None:
            self._heard_timer.cancel()
            self._heard_timer = None

    def _rejoin(self, rejoined: Rejoin) -> None:
        """The caller goes on: what the mind made of the first half never was."""
        self._stop_heard_timer()
        self._speaking.take_back()
        if self._last is not None:
            self._last = None
            self._mind.take_back()
        self._say(CallerTurnRejoined(self._prefix + rejoined.turn_id))

    # -- the mind --

    def _keyed(self, digits: str) -> None:
        self._settle_turn()
        if not self._closed:
            self._mind.hear(TurnWords("", "", digits=digits))

    def _hear(self, turn_id: str, text: str, ended_ms: int = 0) -> None:
        if not self._closed:
            meaning = self._recognition.meaning_of(text)
            self._mind.hear(TurnWords(turn_id, text, ended_ms, meaning))

    # -- what the mind may do; see `mapokezi.bridge.mind.Outlet` --

    def turn_ended(self, words: TurnWords) -> bool:
        """Tell that the caller waits for a reply."""
        self._say(CallerTurnEnded(words.turn_id, words.ended_ms))
        return not self._closed and words.turn_id != self._disregarded

    def nobody_waits(self, turn_id: str) -> None:
        """Of a turn whose end was told too soon nobody expects an answer."""
        if turn_id and turn_id == self._late:
            self._late = ""
            self._say(CallerTurnRejoined(turn_id))

    def say(
        self, sentences: Sequence[Sentence], in_reply_to: str = "", *, more: bool = False
    ) -> str:
        """Have an item spoken."""
        item_id = self._memory.new_reply_id()
        if not self._closed:
            if self._last is not None and in_reply_to == self._last.turn_id:
                self._last.replies.add(item_id)
            self._speaking.say(item_id, sentences, in_reply_to, more=more)
        return item_id

    def say_more(self, item_id: str, sentence: Sentence) -> None:
        """Add to an item."""
        self._speaking.add(item_id, sentence)

    def said_all(self, item_id: str) -> None:
        """An item is whole."""
        self._speaking.end(item_id)

    def objection(self, sentence: str, before: str) -> Correction | None:
        """Have words judged before they are spoken."""
        return self._objection(sentence, before) if self._objection is not None else None

    def propose(self, name: str, arguments: Mapping[str, Any]) -> str:
        """Propose a deed; it is not taken back, so what the caller adds is a turn of its own."""
        self._last = None
        self._turns.settle()
        tool_call_id = clock.new_id("tool")
        self._tools[tool_call_id] = name
        # After this, so that a session is never re-entered from within its own method.
        called = ToolCalled(tool_call_id, name, arguments)
        asyncio.get_running_loop().call_soon(self._say, called)
        return tool_call_id

    def expect(self, expectation: Expectation) -> None:
        """The caller was asked for something."""
        self._turns.expect(expectation)
        self._keypad.expect_number(expectation is Expectation.NUMBER)

    def tell(self, event: VoiceEvent) -> None:
        """Tell the call, unless it has closed this session."""
        self._say(event)

    def fail(self, reason: str, *, recoverable: bool = True) -> None:
        """The mind gives up."""
        self._fail(reason, recoverable=recoverable)

    def _is_minds(self, ended: ReplyEnded) -> bool:
        """Whether the mind has spoken, and whole: a line of ours says nothing about its model."""
        return not ended.broke_off and ended.item_id not in self._lines

    def _say(self, event: VoiceEvent) -> None:
        """Tell the call, unless it has closed this session."""
        if self._closed:
            return
        trial = self._parts.trial
        if trial is not None and isinstance(event, VoiceFailed):
            trial.failed(event.reason)
        elif trial is not None and isinstance(event, ReplyEnded) and self._is_minds(event):
            trial.worked()
        self._tell(event)
