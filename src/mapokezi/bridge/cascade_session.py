"""The local voice: recogniser, clerk and synthesis, joined behind the seam of a voice session.

The caller's sound goes to the speech process, which says where voice begins and pauses; the
endpointer decides what is to be recognised and when a turn is over; the clerk answers; the answer
is spoken sentence by sentence. While the caller may still go on, the reply can be taken back: the
clerk's state is a value, so the one from before the turn simply stands again.

A session that fails leaves its work to the one that follows, in the `ClerkMemory` of the call: the
sentences that were not spoken, and the turn that was not understood.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog

from mapokezi.bridge import clock
from mapokezi.bridge.caller_sound import CallerSound
from mapokezi.bridge.clerk_memory import ClerkMemory, LastTurn
from mapokezi.bridge.errands import Errands
from mapokezi.bridge.keypad import Keypad
from mapokezi.bridge.speaking import SentenceSounds, Speaking
from mapokezi.conversation.completeness import Expectation
from mapokezi.conversation.endpointing import (
    CancelTranscription,
    Endpointer,
    EndpointerEffect,
    EndTurn,
    NoTurn,
    Rejoin,
    TextIsLate,
    Transcribe,
    TurnHeard,
)
from mapokezi.errors import MapokeziError
from mapokezi.receptionist.turns import ClerkTurn, Expects, Heard, Sentence
from mapokezi.speech.client import SpeechClient
from mapokezi.speech.hearing import Hearing
from mapokezi.speech.voice_edges import VoiceEdge
from mapokezi.voice.events import (
    CallerHeard,
    CallerTurnEnded,
    CallerTurnRejoined,
    CallerVoiceStarted,
    CallerVoiceStopped,
    ToolCalled,
    VoiceEvent,
    VoiceFailed,
    VoiceReady,
)
from mapokezi.voice.session import SessionBriefing, Tell

log = structlog.get_logger("mapokezi.bridge.cascade")

_HEARING_PAUSES_S = (0.2, 0.4, 0.8, 1.6)
"""Before each try to open the caller's stream to the speech process again: together the 3 s that
a speech process needs to be started again with its models."""
_FAILURES_IN_A_ROW = 4
"""So many failures to recognise (each turn is tried twice) end the session: the caller is not
being heard, and the next rung of the ladder is due."""
_HEARD_AFTER_S = 0.25
"""A reply that has been audible for this long was heard: the turn before it stays as it is."""


class CascadeSession:
    """One caller, one clerk, one speech process. See `mapokezi.voice.session.VoiceSession`."""

    def __init__(self, speech: SpeechClient, memory: ClerkMemory, sounds: SentenceSounds) -> None:
        """Prepare; `open` begins."""
        self._speech = speech
        self._memory = memory
        self._sound = CallerSound()
        self._endpointer = Endpointer()
        self._keypad = Keypad(self._keyed)
        self._speaking = Speaking(speech, sounds, self._say, memory.pronounce)
        self._timer: asyncio.TimerHandle | None = None
        self._heard_timer: asyncio.TimerHandle | None = None
        self._errands = Errands()
        self._transcriptions: dict[str, asyncio.Task[None]] = {}
        self._hearing: Hearing | None = None
        self._hearing_began_ms = 0
        self._hearing_losses = 0
        self._is_voice_on = False
        self._last: LastTurn | None = None
        self._disregarded = ""
        self._late = ""
        self._closed = False
        memory.sessions += 1
        self._prefix = f"{memory.sessions}-"
        self._tools: dict[str, str] = {}

    # -- the seam --

    def open(self, briefing: SessionBriefing, tell: Tell) -> None:
        """Start to listen."""
        self._tell = tell
        self._expect(self._memory.state.expects)
        self._listen()
        self._errands.run(self._open(briefing))

    def caller_audio(self, pcm: bytes) -> None:
        """Feed caller sound."""
        if not self._sound.end_ms:
            self._endpointer.hearing_began(clock.monotonic())
        self._sound.add(pcm)
        if self._hearing is not None:
            self._hearing.feed(pcm)

    def caller_digit(self, digit: str) -> None:
        """Tell of a key: kept until a number is whole, or given to the clerk at once."""
        self._keypad.press(digit)

    def speak(self, text: str, item_id: str) -> None:
        """Have a fixed sentence spoken."""
        self._speaking.say(item_id, [Sentence(text)])

    def reply_audible(self, item_id: str) -> None:
        """The caller begins to hear the reply; soon the turn stays as it was understood."""
        if self._last is None or item_id not in self._last.replies:
            return  # a filler, or the reply to an earlier turn
        self._stop_heard_timer()
        loop = asyncio.get_running_loop()
        self._heard_timer = loop.call_later(_HEARD_AFTER_S, self._settle_turn)

    def cut_reply(self, item_id: str, heard_ms: int, heard_text: str) -> None:
        """Say no more: what was to come belongs to what was cut."""
        self._speaking.take_back()
        if self._last is not None and item_id in self._last.replies:
            self._settle_turn()

    def disregard_turn(self, turn_id: str) -> None:
        """Forget what was just uttered; its end, if it is known already, is not told."""
        self._disregarded = turn_id
        self._endpointer.disregard(clock.monotonic())
        self._arm_timer()
        if self._late:
            asyncio.get_running_loop().call_soon(self._follow_endpointer)

    def answer_tool(self, tool_call_id: str, result: Mapping[str, Any]) -> None:
        """Tell the clerk what came of the deed; the clerk may have something to say on it."""
        name = self._tools.pop(tool_call_id, None)
        if name is None:
            return
        # What the clerk is told now must not be undone by a caller who goes on.
        self._settle_turn()
        turn = self._memory.clerk.told(self._memory.state, name, result, clock.wall())
        self._take(turn, in_reply_to="")

    def close(self) -> None:
        """End: nothing is told any more."""
        self._closed = True
        self._memory.unsaid = self._speaking.unsaid()
        self._speaking.stop()
        self._keypad.close()
        self._stop_heard_timer()
        if self._timer is not None:
            self._timer.cancel()
        if self._hearing is not None:
            self._hearing.close()
        self._errands.cancel()

    # -- opening and hearing --

    async def _open(self, briefing: SessionBriefing) -> None:
        """Be ready, and take up what the session before has left."""
        memory = self._memory
        self._say(VoiceReady("local"))
        unsaid, memory.unsaid = memory.unsaid, ()
        unheard, memory.unheard = memory.unheard, b""
        if briefing.came_back_from is not None:
            self._take(memory.clerk.came_back(memory.state, briefing.came_back_from))
        elif unsaid:
            self._speaking.say(memory.new_reply_id(), unsaid)
        if unheard:
            await self._hear_again(unheard)

    async def _hear_again(self, pcm: bytes) -> None:
        """Try once more to understand the turn at which the session before gave up."""
        turn_id = f"{self._prefix}again"
        text = await self._recognise(pcm)
        if text:
            self._say(CallerHeard(turn_id, text, final=True))
            self._hear(Heard(text), turn_id)

    def _listen(self) -> None:
        self._hearing_began_ms = self._sound.end_ms
        self._hearing = self._speech.hearing(self._edge, self._hearing_lost)

    def _edge(self, edge: VoiceEdge) -> None:
        if self._closed:
            return
        self._hearing_losses = 0
        self._voice(edge.is_voice, self._hearing_began_ms + edge.at_ms)

    def _voice(self, is_voice: bool, at_ms: int) -> None:
        now = clock.monotonic()
        self._is_voice_on = is_voice
        if is_voice:
            self._endpointer.voice_started(at_ms, now)
            self._say(CallerVoiceStarted(at_ms))
        else:
            self._endpointer.voice_stopped(at_ms, now)
            self._say(CallerVoiceStopped(at_ms))
        self._follow_endpointer()

    def _hearing_lost(self, reason: str) -> None:
        self._hearing = None
        if self._closed:
            return
        if self._is_voice_on:
            # Nobody would ever tell that it stopped, so what was said up to here is taken.
            self._voice(False, self._sound.end_ms)
        losses, self._hearing_losses = self._hearing_losses, self._hearing_losses + 1
        log.warning("hearing_lost", reason=reason, times=self._hearing_losses)
        if losses >= len(_HEARING_PAUSES_S):
            self._say(VoiceFailed(f"voice detection: {reason}"))
        else:
            self._errands.run(self._listen_again(_HEARING_PAUSES_S[losses]))

    async def _listen_again(self, after_s: float) -> None:
        await asyncio.sleep(after_s)
        self._listen()

    # -- turns --

    def _follow_endpointer(self) -> None:
        for effect in self._endpointer.effects():
            if self._closed:
                return
            self._carry_out(effect)
        self._arm_timer()

    def _carry_out(self, effect: EndpointerEffect) -> None:
        match effect:
            case Transcribe():
                task = self._errands.run(self._transcribe(effect))
                self._transcriptions[effect.segment_id] = task
            case CancelTranscription():
                if found := self._transcriptions.pop(effect.segment_id, None):
                    found.cancel()
            case TurnHeard():
                self._tell_heard(effect, final=False)
            case TextIsLate(turn_id, ended_ms):
                # The caller waits already, whatever it was that they said.
                self._late = self._prefix + turn_id
                self._say(CallerTurnEnded(self._late, ended_ms))
            case NoTurn(turn_id):
                self._nobody_waits(self._prefix + turn_id)
            case EndTurn():
                self._end_turn(effect)
            case Rejoin():
                self._rejoin(effect)

    def _arm_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due = self._endpointer.next_timer()
        if due is not None and not self._closed:
            self._timer = asyncio.get_running_loop().call_at(due, self._timer_due)

    def _timer_due(self) -> None:
        self._timer = None
        self._endpointer.handle_timer(clock.monotonic())
        self._follow_endpointer()

    async def _transcribe(self, wanted: Transcribe) -> None:
        text = await self._recognise(self._sound.between(wanted.start_ms, wanted.end_ms))
        self._transcriptions.pop(wanted.segment_id, None)
        if self._closed:
            return
        now = clock.monotonic()
        if text is None:
            self._endpointer.transcription_failed(wanted.segment_id, now)
        else:
            self._endpointer.transcribed(wanted.segment_id, text, now)
        self._follow_endpointer()

    async def _recognise(self, pcm: bytes) -> str | None:
        """Have sound written down; None if that failed. Too many failures end the session."""
        memory = self._memory
        try:
            text = (await self._speech.transcribe(pcm)).text
        except MapokeziError as error:
            log.warning("not_transcribed", reason=str(error))
            memory.failures += 1
            if memory.failures >= _FAILURES_IN_A_ROW and not self._closed:
                memory.unheard = pcm
                self._say(VoiceFailed(f"speech recognition: {error}"))
            return None
        memory.failures = 0
        return text

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
            self._nobody_waits(turn_id)
            self._endpointer.reply_heard(clock.monotonic())
            return
        if self._closed:
            return
        self._last = LastTurn(turn_id, self._memory.state)
        self._hear(Heard(ended.text), turn_id, ended.ended_ms)

    def _settle_turn(self) -> None:
        """From now on a voice is a new turn: the last one can no longer be taken back."""
        self._stop_heard_timer()
        self._last = None
        self._endpointer.reply_heard(clock.monotonic())
        self._follow_endpointer()

    def _stop_heard_timer(self) -> None:
        if self._heard_timer is not None:
            self._heard_timer.cancel()
            self._heard_timer = None

    def _rejoin(self, rejoined: Rejoin) -> None:
        """The caller goes on: what the clerk made of the first half never was."""
        self._stop_heard_timer()
        self._speaking.take_back()
        if self._last is not None:
            self._memory.state = self._last.state_before
            self._expect(self._memory.state.expects)
            self._last = None
        self._say(CallerTurnRejoined(self._prefix + rejoined.turn_id))

    # -- the clerk --

    def _keyed(self, digits: str) -> None:
        self._settle_turn()
        self._hear(Heard("", digits=digits), "")

    def _hear(self, heard: Heard, turn_id: str, ended_ms: int = 0) -> None:
        turn = self._memory.clerk.hear(self._memory.state, heard, clock.wall())
        if turn_id and (turn.say or turn.proposals):
            # Of a turn that wants no answer ("mm-hm") no end is told: nobody waits for one.
            self._say(CallerTurnEnded(turn_id, ended_ms))
        else:
            self._nobody_waits(turn_id)
        self._take(turn, in_reply_to=turn_id)

    def _nobody_waits(self, turn_id: str) -> None:
        """Of a turn whose end was told too soon nobody expects an answer."""
        if turn_id and turn_id == self._late:
            self._late = ""
            self._say(CallerTurnRejoined(turn_id))

    def _take(self, turn: ClerkTurn, *, in_reply_to: str = "") -> None:
        """Take over the clerk's new state, say its sentences, propose its deeds."""
        if self._closed:
            return  # by what was told just now
        self._memory.state = turn.state
        self._expect(turn.expects)
        if turn.say:
            item_id = self._memory.new_reply_id()
            if self._last is not None and in_reply_to == self._last.turn_id:
                self._last.replies.add(item_id)
            self._speaking.say(item_id, turn.say, in_reply_to)
        if turn.proposals:
            # A deed is not taken back: what the caller adds from here on is a turn of its own.
            self._last = None
            self._endpointer.reply_heard(clock.monotonic())
        for proposal in turn.proposals:
            tool_call_id = clock.new_id("tool")
            self._tools[tool_call_id] = proposal.name
            # After this, so that a session is never re-entered from within its own method.
            asyncio.get_running_loop().call_soon(
                self._say, ToolCalled(tool_call_id, proposal.name, proposal.arguments)
            )

    def _expect(self, expects: Expects) -> None:
        expectation = Expectation(expects.value)
        self._endpointer.expect(expectation)
        self._keypad.expect_number(expectation is Expectation.NUMBER)

    def _say(self, event: VoiceEvent) -> None:
        """Tell the call, unless it has closed this session."""
        if not self._closed:
            self._tell(event)
