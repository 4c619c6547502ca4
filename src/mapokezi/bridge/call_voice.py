"""The voice of one call: the session in use, opened with what it must know, one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from mapokezi.audio.formats import FRAME_MS, SAMPLE_RATE_HZ, bytes_of
from mapokezi.bridge import clock
from mapokezi.bridge.briefing import taking_over
from mapokezi.bridge.call_keeping import CallKeeping
from mapokezi.bridge.cascade_session import CascadeSession
from mapokezi.bridge.claims_watch import ClaimsWatch, has_own_words
from mapokezi.bridge.model_socket import ModelSession
from mapokezi.conversation import effects, inputs
from mapokezi.voice.events import (
    CallerHeard,
    NotAnswered,
    ReplyAudio,
    ReplyText,
    UsageReported,
    VoiceEvent,
    VoiceFailed,
    VoiceReady,
)
from mapokezi.voice.session import NOT_UNDERSTOOD, PastTurn, SessionBriefing, VoiceSession

_FRAME_BYTES = bytes_of(FRAME_MS, SAMPLE_RATE_HZ)
_MOST_UNHEARD = bytes_of(8_000, SAMPLE_RATE_HZ)
"""The turn at which a voice died, and what was said until the next was ready, or the one after."""
_TOLD_LINES = frozenset({effects.Line.NUDGE, effects.Line.CAP_WARNING, effects.Line.ASIDE})
"""Lines of ours that a model must know of, for the caller may answer them."""


@dataclass(frozen=True, slots=True)
class CallVoiceParts:
    """What a call's voice is made of."""

    open_session: Callable[[int], VoiceSession | None]
    """Makes the session of a rung; None if the list has no such rung."""
    brief: Callable[[tuple[PastTurn, ...]], SessionBriefing]
    """Writes what every session of the call is told when it opens, given the talk so far."""
    keeping: CallKeeping
    publish: Callable[[Mapping[str, Any]], None]
    """Tells whoever watches live calls; what is said goes under ``pii_`` keys."""
    receive: Callable[[inputs.ConversationInput, float], None]
    """Tells the conversation."""
    watch: ClaimsWatch
    """Listens to the words of voices that find their own."""
    may_hear: Callable[[], bool] = lambda: True
    """Whether a voice that is elsewhere may hear the caller by now: who has heard the notices
    knows where their words go."""


class CallVoice:
    """The voice that a call has just now, if any."""

    def __init__(self, parts: CallVoiceParts) -> None:
        """Begin with none."""
        self._parts = parts
        parts.watch.propose = lambda proposal: parts.receive(proposal, clock.monotonic())
        self._session: VoiceSession | None = None
        self._is_fed = self._is_ready = False
        self._is_kept_off = self._is_ear_kept_off = False
        self._unheard = b""
        self.rung = 0
        """Its place in the office's list."""
        self.leads_turns = False
        """Whether it decides when the caller speaks: see `VoiceReady`."""

    @property
    def is_open(self) -> bool:
        """Whether there is one."""
        return self._session is not None

    def replace(self, by: effects.OpenVoice, history: tuple[PastTurn, ...]) -> None:
        """Close the session in use and open the next, which takes up what the caller waits for.

        Args:
            by: What the conversation asks for.
            history: The talk so far.
        """
        if by.reply_owed:
            history = _up_to_the_caller(history)
        before = self._session
        # A voice that has died had no time for the words; of one that falls silent over them nobody
        # knows that the next would do better, and the caller has waited long.
        sound = b""
        if by.turn_unknown and by.reason != effects.MUTE and isinstance(before, ModelSession):
            sound = before.unwritten
        if by.turn_unknown and not sound:
            history = (*history, PastTurn("caller", NOT_UNDERSTOOD))
        # Given as sound, the words are the next one's to notice: nothing is owed before that.
        self.open(by.rung, history, reply_owed=by.reply_owed and not sound)
        if sound:
            self._unheard = sound

    def open(
        self,
        rung: int,
        history: tuple[PastTurn, ...],
        *,
        came_back_from: str | None = None,
        reply_owed: bool = False,
    ) -> None:
        """Close the session in use and open that of a rung.

        Args:
            rung: Its place in the office's list.
            history: The talk so far.
            came_back_from: Whom a hand-off tried in vain.
            reply_owed: Whether the caller waits for a reply.
        """
        before = self._session
        # What was said while it dialled again in vain, the next is the first to hear.
        if came_back_from is not None:
            self._unheard = b""  # that was said before the hand-off
        if not self._unheard:
            self._unheard = before.unheard if isinstance(before, ModelSession) else b""
        self.close()
        self.rung = rung
        self._is_fed = self._is_ready = self.leads_turns = False
        session = self._session = self._parts.open_session(rung)
        if session is None:
            failed = VoiceFailed("no further voice", recoverable=False)
            loop = asyncio.get_running_loop()
            loop.call_soon(self._parts.receive, failed, clock.monotonic())
            return
        briefing = taking_over(
            replace(
                self._parts.brief(history), came_back_from=came_back_from, reply_owed=reply_owed
            )
        )
        self._parts.watch.opened(session)
        may_hear = self._parts.may_hear()
        self._is_kept_off = is_elsewhere(session) and not may_hear
        self._is_ear_kept_off = self._parts.watch.listens_elsewhere and not may_hear
        if self._is_kept_off:
            self._unheard = b""  # what a voice on this machine has heard stays here
        session.open(briefing, partial(self._told, session))

    def close(self) -> None:
        """Be without a voice."""
        session, self._session = self._session, None
        self._parts.watch.closed()
        if session is not None:
            session.close()

    def hear(self, pcm: bytes) -> bool:
        """Feed it caller sound; True if that is the first that it hears.

        Nothing leaves this machine before the caller was told that it does, neither for the voice
        nor for the recogniser that listens beside it. What they say until then is not kept for
        later either: they did not know.
        """
        if self._session is None:
            return False
        if not self._is_ear_kept_off:
            self._parts.watch.caller_audio(pcm)
        if self._is_kept_off:
            return False
        is_first, self._is_fed = not self._is_fed, True
        if self._unheard:
            self._hear_late(pcm)
        else:
            self._session.caller_audio(pcm)
        return is_first

    @property
    def is_kept_off(self) -> bool:
        """Whether it does not hear the caller yet."""
        return self._is_kept_off

    def let_hear(self) -> None:
        """The caller has heard what they must be told: whoever speaks may hear them."""
        self._is_kept_off = self._is_ear_kept_off = False

    def _hear_late(self, pcm: bytes) -> None:
        """Give it first what the one before has missed: a model once it is ready to hear."""
        self._unheard += pcm
        if self._session is None or (
            isinstance(self._session, ModelSession) and not self._is_ready
        ):
            self._unheard = self._unheard[-_MOST_UNHEARD:]
            return
        unheard, self._unheard = self._unheard, b""
        for at in range(0, len(unheard), _FRAME_BYTES):
            self._session.caller_audio(unheard[at : at + _FRAME_BYTES])

    def look(self) -> None:
        """Have it look at what it has only gathered."""
        if isinstance(self._session, ModelSession):
            self._session.look()

    def reply_audible(self, item_id: str) -> None:
        """The caller begins to hear an item of it."""
        if self._session is not None:
            self._session.reply_audible(item_id)

    def speak(self, text: str, item_id: str) -> bool:
        """Have a sentence of ours spoken; False if there is nobody to speak it."""
        if self._session is None:
            return False
        self._session.speak(text, item_id)
        return True

    def told(self, line: effects.Line, text: str) -> None:
        """Let a model know of a line of ours, if the caller may answer it."""
        if line in _TOLD_LINES and isinstance(self._session, ModelSession | CascadeSession):
            self._session.told(text)

    def pass_on(self, effect: effects.Effect) -> None:
        """Tell it what is for it alone."""
        if self._session is None:
            return
        match effect:
            case effects.CutReply(item_id, heard_ms, heard_text):
                self._session.cut_reply(item_id, heard_ms, heard_text)
                self._parts.watch.cut(item_id, heard_text)
            case effects.DisregardTurn(turn_id):
                self._session.disregard_turn(turn_id)
            case effects.PassDigit(digit):
                self._parts.watch.pressed(digit)
                self._session.caller_digit(digit)
            case effects.AnswerTool(tool_call_id, result):
                self._session.answer_tool(tool_call_id, result)
                self._parts.watch.tool_closed(tool_call_id)

    def _told(self, session: VoiceSession, event: VoiceEvent) -> None:
        """What a session says counts only while it is the one in use."""
        if self._session is not session:
            return
        if type(event) is ReplyAudio:  # the hot path: sound concerns nobody but the conversation
            self._parts.receive(event, clock.monotonic())
            return
        watch = self._parts.watch
        event = watch.with_sources(event)
        match event:
            case UsageReported():
                self._parts.keeping.used(event)
                return
            case NotAnswered(turn_id, text):
                self._parts.keeping.not_answered(turn_id, text)
                return
            case CallerHeard(text=text, final=True):
                self._parts.publish({"event": "caller_said", "pii_text": text})
            case ReplyText(text=text):
                self._parts.publish({"event": "receptionist_says", "pii_text": text})
            case VoiceReady(name, leads):
                self.leads_turns, self._is_ready = leads, True
                self._parts.keeping.spoken_by(name)
                if has_own_words(session):
                    self._parts.keeping.used(UsageReported({}))  # it costs, counted or not
            case _:
                pass
        self._parts.receive(event, clock.monotonic())
        watch.heard(event)


def is_elsewhere(session: VoiceSession) -> bool:
    """Say whether what a voice hears leaves this machine and its network."""
    return bool(getattr(session, "is_elsewhere", False))


def _up_to_the_caller(history: tuple[PastTurn, ...]) -> tuple[PastTurn, ...]:
    """End with what the caller said last: the reply to it, cut short, is to be given anew."""
    last = max((n for n, turn in enumerate(history) if turn.speaker == "caller"), default=-1)
    return history[: last + 1] if last >= 0 else history
