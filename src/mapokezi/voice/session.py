"""The seam behind which every voice stands: what a call asks of its voice session.

`bridge.call_session` drives exactly one session at a time through this protocol. Sessions are
event-loop objects of the edge; the wire protocols that they speak are pure files in
``voice/protocols/``. None of these methods may block or raise for a fault of the far side: a
fault is told as `mapokezi.voice.events.VoiceFailed`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from mapokezi.voice.events import VoiceEvent

Tell = Callable[[VoiceEvent], None]
"""How a session tells its call what happened; called on the event loop, never re-entered."""


NOT_UNDERSTOOD = "[not understood]"
"""Stands in a history for a caller's turn of which no words are known: ask for it again."""


@dataclass(frozen=True, slots=True)
class PastTurn:
    """A turn of the conversation so far, to seed a session that takes over."""

    speaker: str
    """``caller`` or ``receptionist``."""
    text: str


@dataclass(frozen=True, slots=True)
class KnownField:
    """Something that the caller has told of themselves, or for a message."""

    slot: str
    """``name``, ``number``, ``reason``, ``best_time``, or a slot of the office's own."""
    value: str
    is_confirmed: bool
    """Whether it was read back and the caller said yes; then nobody asks for it again."""


class NotReached(StrEnum):
    """What is told a caller of a hand-off from which they have come back: no more, and not why."""

    NO_ANSWER = "no_answer"
    """Nobody picked up."""
    ENGAGED = "engaged"
    DECLINED = "declined"
    """They cannot take the call just now; a machine that answered for them counts as that."""
    FAILED = "failed"
    """They could not be reached, and the caller is told no more."""
    IN_DOUBT = "in_doubt"
    """Nobody can tell whether they were reached: nothing is claimed, they are not rung again."""

    def told_of(self, who: str) -> str:
        """Say it of somebody in a sentence, for a voice model to tell the caller."""
        match self:
            case NotReached.NO_ANSWER:
                return f"{who} did not pick up."
            case NotReached.ENGAGED:
                return f"The line to {who} is engaged just now."
            case NotReached.DECLINED:
                return f"{who} cannot take the call just now."
            case NotReached.FAILED:
                return f"{who} could not be reached."
            case NotReached.IN_DOUBT:
                return f"The call to {who} is over; nobody can tell whether they spoke."


@dataclass(frozen=True, slots=True)
class SessionBriefing:
    """What a session is told when it opens."""

    instructions: str
    caller_number: str | None
    history: tuple[PastTurn, ...] = ()
    """Empty on a first session. A session with a history must not greet again."""
    came_back_from: str | None = None
    """Whom a hand-off tried, if the caller has come back from one."""
    reply_owed: bool = False
    """Whether the caller waits for a reply to what the history ends with: take it up at once."""
    done: tuple[str, ...] = ()
    """What was done in this call so far, a sentence each; it stands in the instructions too."""
    fields: tuple[KnownField, ...] = ()
    """What is known of the caller, whichever voice asked; it stands in the instructions too."""
    pending_question: str = ""
    """What the caller was asked last, in the words that they heard; it stands in the instructions
    too, with whether the history ends with words that may answer it."""
    not_reached: NotReached = NotReached.FAILED
    """What came of ringing the person of ``came_back_from``."""


class VoiceSession(Protocol):
    """One conversation with one voice model, as its call sees it."""

    def open(self, briefing: SessionBriefing, tell: Tell) -> None:
        """Start; `VoiceReady` or `VoiceFailed` follows."""

    def caller_audio(self, pcm: bytes) -> None:
        """Feed caller sound: S16LE mono at 16 kHz, any even length, in real time.

        Feed all of it, silence too: the session counts time by it.
        """

    def caller_digit(self, digit: str) -> None:
        """Tell of a key that the caller pressed: one of ``0123456789*#``."""

    def speak(self, text: str, item_id: str) -> None:
        """Have a fixed sentence of ours spoken as an item of its own (a nudge, a goodbye)."""

    def reply_audible(self, item_id: str) -> None:
        """The caller has begun to hear an item: the turn before it can no longer be taken back."""

    def cut_reply(self, item_id: str, heard_ms: int, heard_text: str) -> None:
        """The caller cut in: nothing after ``heard_ms`` of the item was heard, nor will be."""

    def disregard_turn(self, turn_id: str) -> None:
        """What the caller just uttered was a backchannel or our own echo: do not answer it.

        ``turn_id`` is empty if the session had not named the turn yet. A session that ends turns
        by itself, on the far side, may be unable to; then it does nothing.
        """

    def answer_tool(self, tool_call_id: str, result: Mapping[str, Any]) -> None:
        """Give a tool's result. Every `ToolCalled` gets exactly one."""

    def close(self) -> None:
        """End. No event follows."""
