"""The local voice: recogniser, clerk and synthesis, joined behind the seam of a voice session.

The caller's sound goes to the speech process, which says where voice begins and pauses; the
endpointer decides what is to be recognised and when a turn is over; the clerk answers; the answer
is spoken sentence by sentence. While the caller may still go on, the reply can be taken back: the
clerk's state is a value, so the one from before the turn simply stands again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from mapokezi.bridge import clock
from mapokezi.bridge.caller_sound import CallerSound
from mapokezi.bridge.keypad import Keypad
from mapokezi.bridge.speaking import SentenceSounds, Speaking
from mapokezi.conversation.completeness import Expectation
from mapokezi.conversation.endpointing import (
    CancelTranscription,
    Endpointer,
    EndTurn,
    Rejoin,
    Transcribe,
    TurnHeard,
)
from mapokezi.errors import MapokeziError
from mapokezi.receptionist.clerk import Clerk
from mapokezi.receptionist.turns import ClerkState, ClerkTurn, Heard, Sentence
from mapokezi.speech.client import SpeechClient
from mapokezi.speech.hearing import Hearing
from mapokezi.speech.voice_edges import VoiceEdge
from mapokezi.units import E164
from mapokezi.voice.events import (
    CallerHeard,
    CallerTurnEnded,
    CallerTurnRejoined,
    CallerVoiceStarted,
    CallerVoiceStopped,
    ToolCalled,
    VoiceFailed,
    VoiceReady,
)
from mapokezi.voice.session import SessionBriefing, Tell

log = structlog.get_logger("mapokezi.bridge.cascade")

_HEARING_TRIES = 3
_HEARING_PAUSE_S = 0.4
_FAILURES_IN_A_ROW = 4
"""So many failures to recognise (each turn is tried twice) end the session: the caller is not
being heard, and the next rung of the ladder is due."""
_HEARD_AFTER_S = 0.25
"""A reply that has been audible for this long was heard: the turn before it stays as it is."""


class ClerkMemory:
    """What the clerk knows of one call; it outlives the sessions of that call."""

    def __init__(self, clerk: Clerk, caller: E164 | None) -> None:
        self.clerk = clerk
        self.state: ClerkState = clerk.begin(caller, clock.wall())
        self.sessions = 0
        """How many there were; their turns' ids begin with it."""
        self.replies = 0
        """How many there were; their ids are new for the whole call."""


@dataclass(slots=True)
class _LastTurn:
    """The caller's last turn, for as long as it may be taken back."""

    turn_id: str
    state_before: ClerkState


class CascadeSession:
    """One caller, one clerk, one speech process. See `mapokezi.voice.session.VoiceSession`."""

    def __init__(self, speech: SpeechClient, memory: ClerkMemory, sounds: SentenceSounds) -> None:
        self._speech = speech
        self._memory = memory
        self._sounds = sounds
        self._sound = CallerSound()
        self._endpointer = Endpointer()
        self._keypad = Keypad(self._keyed)
        self._timer: asyncio.TimerHandle | None = None
        self._heard_timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._transcriptions: dict[str, asyncio.Task[None]] = {}
        self._hearing: Hearing | None = None
        self._hearing_began_ms = 0
        self._hearing_losses = 0
        self._failures = 0
        self._last: _LastTurn | None = None
        self._closed = False
        memory.sessions += 1
        self._prefix = f"{memory.sessions}-"
        self._tools: dict[str, str] = {}

    # -- the seam --

    def open(self, briefing: SessionBriefing, tell: Tell) -> None:
        """Start to listen."""
        self._tell = tell
        self._speaking = Speaking(self._speech, self._sounds, tell)
        self._listen()
        self._spawn(self._open(briefing))

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
        loop = asyncio.get_running_loop()
        if self._heard_timer is not None:
            self._heard_timer.cancel()
        self._heard_timer = loop.call_later(_HEARD_AFTER_S, self._settle_turn)

    def cut_reply(self, item_id: str, heard_ms: int, heard_text: str) -> None:
        """Say no more of what was cut."""
        self._speaking.stop()
        self._settle_turn()

    def disregard_turn(self, turn_id: str) -> None:
        """Forget what was just uttered, and what the clerk may have made of it already."""
        self._endpointer.disregard(clock.monotonic())
        last = self._last
        if turn_id and last is not None and last.turn_id == turn_id:
            self._speaking.stop()
            self._memory.state = last.state_before
            self._last = None
        self._arm_timer()

    def answer_tool(self, tool_call_id: str, result: Mapping[str, Any]) -> None:
        """Tell the clerk what came of the deed; the clerk may have something to say on it."""
        name = self._tools.pop(tool_call_id)
        turn = self._memory.clerk.told(self._memory.state, name, result, clock.wall())
        self._take(turn, in_reply_to="")

    def close(self) -> None:
        """End: nothing is told any more."""
        self._closed = True
        self._speaking.stop()
        self._keypad.close()
        for timer in (self._timer, self._heard_timer):
            if timer is not None:
                timer.cancel()
        if self._hearing is not None:
            self._hearing.close()
        for task in self._tasks:
            task.cancel()

    # -- opening and hearing --

    async def _open(self, briefing: SessionBriefing) -> None:
        self._tell(VoiceReady("local"))
        if briefing.came_back_from is not None:
            turn = self._memory.clerk.came_back(self._memory.state, briefing.came_back_from)
            self._take(turn, in_reply_to="")

    def _listen(self) -> None:
        self._hearing_began_ms = self._sound.end_ms
        self._hearing = self._speech.hearing(self._edge, self._hearing_lost)

    def _edge(self, edge: VoiceEdge) -> None:
        if self._closed:
            return
        at_ms = self._hearing_began_ms + edge.at_ms
        now = clock.monotonic()
        if edge.is_voice:
            self._endpointer.voice_started(at_ms, now)
            self._tell(CallerVoiceStarted(at_ms))
        else:
            self._endpointer.voice_stopped(at_ms, now)
            self._tell(CallerVoiceStopped(at_ms))
        self._follow_endpointer()

    def _hearing_lost(self, reason: str) -> None:
        self._hearing = None
        if self._closed:
            return
        self._hearing_losses += 1
        log.warning("hearing_lost", reason=reason, times=self._hearing_losses)
        if self._hearing_losses > _HEARING_TRIES:
            self._fail(f"voice detection: {reason}")
            return
        self._spawn(self._listen_again())

    async def _listen_again(self) -> None:
        await asyncio.sleep(_HEARING_PAUSE_S)
        self._listen()

    # -- turns --

    def _follow_endpointer(self) -> None:
        for effect in self._endpointer.effects():
            match effect:
                case Transcribe():
                    task = self._spawn(self._transcribe(effect))
                    self._transcriptions[effect.segment_id] = task
                case CancelTranscription():
                    if found := self._transcriptions.pop(effect.segment_id, None):
                        found.cancel()
                case TurnHeard():
                    self._tell_heard(effect, final=False)
                case EndTurn():
                    self._end_turn(effect)
                case Rejoin():
                    self._rejoin(effect)
        self._arm_timer()

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
        pcm = self._sound.between(wanted.start_ms, wanted.end_ms)
        try:
            text = (await self._speech.transcribe(pcm)).text
        except MapokeziError as error:
            log.warning("not_transcribed", reason=str(error))
            self._failures += 1
            if self._failures >= _FAILURES_IN_A_ROW:
                self._fail(f"speech recognition: {error}")
                return
            self._endpointer.transcription_failed(wanted.segment_id, clock.monotonic())
        else:
            self._failures = 0
            self._endpointer.transcribed(wanted.segment_id, text, clock.monotonic())
        self._transcriptions.pop(wanted.segment_id, None)
        self._follow_endpointer()

    def _tell_heard(self, heard: TurnHeard | EndTurn, *, final: bool) -> None:
        turn_id = self._prefix + heard.turn_id
        self._tell(
            CallerHeard(
                turn_id,
                heard.text,
                final=final,
                started_ms=heard.started_ms,
                ended_ms=heard.ended_ms,
            )
        )

    def _end_turn(self, ended: EndTurn) -> None:
        turn_id = self._prefix + ended.turn_id
        self._tell_heard(ended, final=True)
        self._tell(CallerTurnEnded(turn_id, ended.ended_ms))
        self._last = _LastTurn(turn_id, self._memory.state)
        self._hear(Heard(ended.text), turn_id)

    def _settle_turn(self) -> None:
        """From now on a voice is a new turn: the last one can no longer be taken back."""
        self._last = None
        self._endpointer.reply_heard(clock.monotonic())
        self._follow_endpointer()

    def _rejoin(self, rejoined: Rejoin) -> None:
        """The caller goes on: what the clerk made of the first half never was."""
        self._speaking.take_back()
        if self._last is not None:
            self._memory.state = self._last.state_before
        self._tell(CallerTurnRejoined(self._prefix + rejoined.turn_id))

    def _keyed(self, digits: str) -> None:
        self._hear(Heard("", digits=digits), "")

    def _hear(self, heard: Heard, turn_id: str) -> None:
        turn = self._memory.clerk.hear(self._memory.state, heard, clock.wall())
        self._take(turn, in_reply_to=turn_id)

    def _take(self, turn: ClerkTurn, *, in_reply_to: str) -> None:
        """Take over the clerk's new state, say its sentences, propose its deeds."""
        self._memory.state = turn.state
        expectation = Expectation(turn.expects.value)
        self._endpointer.expect(expectation)
        self._keypad.expect_number(expectation is Expectation.NUMBER)
        if turn.say:
            self._memory.replies += 1
            self._speaking.say(f"reply-{self._memory.replies}", turn.say, in_reply_to)
        if turn.proposals:
            # A deed is not taken back: what the caller adds from here on is a turn of its own.
            self._last = None
            self._endpointer.reply_heard(clock.monotonic())
        for proposal in turn.proposals:
            tool_call_id = clock.new_id("tool")
            self._tools[tool_call_id] = proposal.name
            # After this, so that a session is never re-entered from within its own method.
            asyncio.get_running_loop().call_soon(
                self._propose, ToolCalled(tool_call_id, proposal.name, proposal.arguments)
            )

    def _propose(self, called: ToolCalled) -> None:
        if not self._closed:
            self._tell(called)

    def _fail(self, reason: str) -> None:
        if not self._closed:
            self._tell(VoiceFailed(reason))

    def _spawn(self, work: Any) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
