"""What a call's conversation asks for, carried out: at the caller's ear, at the voice, at the desk.

One effect after another, each at once; only tools take time, and run beside the call.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import structlog

from mapokezi.audio.formats import ms_of
from mapokezi.bridge.call_in_progress import CallInProgress
from mapokezi.bridge.call_parts import RING_TONE, CallParts
from mapokezi.bridge.call_voice import CallVoice
from mapokezi.bridge.errands import Errands
from mapokezi.bridge.leg import Leg
from mapokezi.conversation import effects, inputs
from mapokezi.receptionist.language import language_of_talk
from mapokezi.receptionist.spoken import Language

log = structlog.get_logger("mapokezi.bridge.call")


class CallSide(Protocol):
    """The call, as far as what is wanted is done by it: `mapokezi.bridge.call_session`."""

    @property
    def leg(self) -> Leg | None:
        """The media socket that the caller is at just now."""

    def tell(self, event: inputs.ConversationInput) -> None:
        """Tell the conversation of something that was done."""

    def take_back(self, tried: str) -> None:
        """Open the voice for a caller who comes back from a hand-off."""

    def close(self, end: effects.CloseCall) -> None:
        """The call is over."""


class CarryingOut:
    """What one call's conversation wants, done."""

    def __init__(
        self, call: CallInProgress, parts: CallParts, voice: CallVoice, side: CallSide
    ) -> None:
        """Have nothing to do yet."""
        self._call, self._parts, self._voice, self._side = call, parts, voice, side
        self._own_lines: set[str] = set()
        self._ring_tones = 0
        self._errands = Errands()

    def is_line_of_ours(self, item_id: str) -> bool:
        """Whether an item was played by us, and is none of the voice's."""
        return item_id in self._own_lines

    def play_ring_tone(self, leg: Leg) -> None:
        """Have the caller hear that it rings."""
        self._ring_tones += 1
        item_id = f"ring-tone-{self._ring_tones}"
        self._own_lines.add(item_id)
        leg.sound.play(item_id, RING_TONE)

    def carry_out(self, effect: effects.Effect, now: float) -> None:  # noqa: C901, PLR0912
        """Do one thing. A table in the form of code: one short line for each effect."""
        leg = self._side.leg
        sound = leg.sound if leg is not None else None
        match effect:
            case effects.QueueAudio(item_id, pcm, rate_hz) if sound is not None:
                sound.playout.queue(item_id, pcm, rate_hz, now=now)
            case effects.BeginItem(item_id) if sound is not None:
                sound.playout.begin(item_id)
            case effects.EndItem(item_id) if sound is not None:
                sound.playout.end(item_id, now=now)
            case effects.PausePlayout() if sound is not None:
                self._kill_if(sound.playout.pause(now))
            case effects.ResumePlayout() if sound is not None:
                sound.playout.resume(now)
            case effects.DropPlayout():
                self.drop(now)
            case effects.GreetCaller(item_id):
                greeting = self._parts.phrases.greeting
                self._parts.notices.begin(item_id, self._parts.phrases.marks_of(greeting))
                self._play_phrase(item_id, greeting, now)
            case effects.SpeakLine(item_id, line, nth, words):
                book, language = self._parts.phrases, self._language()
                text = book.aside(words, language) if words else book.line(line, nth, language)
                if self._parts.notices.is_what_is_owed(text):
                    self._parts.notices.begin(item_id, self._parts.phrases.marks_of(text))
                self._play_phrase(item_id, text, now)
                self._voice.told(line, text)
            case effects.RunTool():
                self._errands.run(self._run_tool(effect))
            case effects.OpenVoice(rung, reason):
                log.warning("next_voice", call_id=self._call.call_id, rung=rung, reason=reason)
                self._voice.replace(effect, self._parts.conversation.history())
            case effects.CloseForHandOff():
                self._voice.close()
                self._parts.ladder.line_heard()
            case effects.CallOffHandOff():
                self._parts.ladder.call_off()
            case effects.TakeBack(tried):
                self._side.take_back(tried)
            case effects.CloseCall():
                self._side.close(effect)
            case _:
                self._voice.pass_on(effect)

    def _language(self) -> Language:
        """In which language the caller is answered by now."""
        turns = self._parts.conversation.history()
        return language_of_talk(turn.text for turn in turns if turn.speaker == "caller")

    def _play_phrase(self, item_id: str, text: str, now: float) -> None:
        """Play a sentence that was made into sound before any call."""
        sound = self._parts.phrases.sound(text)
        if sound is None:
            log.error("phrase_without_sound", call_id=self._call.call_id)
            if self._voice.speak(text, item_id):
                return
        self._own_lines.add(item_id)
        self._parts.publish({"event": "receptionist_says", "pii_text": text})
        length_ms = round(ms_of(len(sound or b"")))
        self._parts.conversation.receive(inputs.LineQueued(item_id, text, length_ms), now)
        if sound and (leg := self._side.leg) is not None:
            leg.sound.play(item_id, sound)

    def drop(self, now: float) -> None:
        """Silence the receptionist, and tell the conversation what was heard of what is dropped."""
        leg = self._side.leg
        if leg is None:
            return
        dropped = leg.sound.playout.drop(now)
        self._parts.notices.dropped(dropped.items)
        self._kill_if(dropped.must_kill)
        self._parts.conversation.receive(inputs.PlayoutDropped(dropped.items), now)

    def _kill_if(self, must_kill: bool) -> None:
        if must_kill and (leg := self._side.leg) is not None:
            leg.media.kill_audio()

    async def _run_tool(self, wanted: effects.RunTool) -> None:
        result: Mapping[str, Any]
        try:
            result = await self._parts.deeds.carry_out(wanted.name, wanted.arguments)
        except Exception:
            log.exception("deed_failed", call_id=self._call.call_id, deed=wanted.name)
            result = {"status": "failed", "reason": "it could not be done just now"}
        told = inputs.ToolResult(wanted.tool_call_id, wanted.name, result)
        self._side.tell(told)
