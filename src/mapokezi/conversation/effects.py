"""What a conversation asks of its bridge, in the order in which it is to be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from mapokezi.calls import Termination
from mapokezi.conversation.outcome import OutcomeFacts


class Line(StrEnum):
    """A sentence of ours that does not come from the voice; cached as sound before the call."""

    NUDGE = "nudge"
    """The caller has been silent: "Are you still there?", asked at most twice."""
    GOODBYE = "goodbye"
    """Ends the call kindly, whatever the reason."""
    STILL_HERE = "still_here"
    """A thing of ours takes long: "Thank you for waiting, I am still here"."""
    FILLER = "filler"
    """A reply takes a moment: "One moment, please"."""
    CAP_WARNING = "cap_warning"
    """The call has nearly reached its longest length."""
    SORRY_FAULT = "sorry_fault"
    """No voice is left to speak with: an apology that names no vendor, and a goodbye."""
    ASIDE = "aside"
    """How a hand-off stands, in words that come with it: "I am ringing her now"."""


@dataclass(frozen=True, slots=True)
class GreetCaller:
    """Play the greeting from the cache under this id; answer with `LineQueued`."""

    item_id: str


@dataclass(frozen=True, slots=True)
class SpeakLine:
    """Play a line from the cache under this id; answer with `LineQueued`."""

    item_id: str
    line: Line
    nth: int = 1
    """The how-manieth of its kind in a row, from 1: nobody likes the same prompt twice."""
    text: str = ""
    """What is said, of `Line.ASIDE`."""


@dataclass(frozen=True, slots=True)
class BeginItem:
    """Begin an item of the voice's speech in the playout, behind what is there."""

    item_id: str


@dataclass(frozen=True, slots=True)
class QueueAudio:
    """Queue sound of an item that has begun."""

    item_id: str
    pcm: bytes
    """S16LE mono."""
    sample_rate_hz: int


@dataclass(frozen=True, slots=True)
class EndItem:
    """No more sound of this item will come."""

    item_id: str


@dataclass(frozen=True, slots=True)
class PausePlayout:
    """Fall silent within a tick, keep what is unheard."""


@dataclass(frozen=True, slots=True)
class ResumePlayout:
    """Go on from the start of the word at which we paused."""


@dataclass(frozen=True, slots=True)
class DropPlayout:
    """Fall silent and forget all that is unheard; answer with `PlayoutDropped`."""


@dataclass(frozen=True, slots=True)
class CutReply:
    """Tell the voice that an item was cut: ``VoiceSession.cut_reply``."""

    item_id: str
    heard_ms: int
    heard_text: str


@dataclass(frozen=True, slots=True)
class DisregardTurn:
    """Tell the voice, if it can be told, not to answer what the caller just uttered.

    It was a backchannel or our own echo. A session that ends turns by itself may ignore this.
    """

    turn_id: str
    """Empty if the voice had named no turn yet."""


@dataclass(frozen=True, slots=True)
class PassDigit:
    """Tell the voice of a key: ``VoiceSession.caller_digit``."""

    digit: str


@dataclass(frozen=True, slots=True)
class RunTool:
    """Have the receptionist decide on a proposal, do it, and answer with `ToolResult`."""

    tool_call_id: str
    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AnswerTool:
    """Give the voice the result of its proposal: ``VoiceSession.answer_tool``. Once for each."""

    tool_call_id: str
    result: Mapping[str, Any]


MUTE = "mute"
"""The reason of `OpenVoice` for a voice that says nothing while the caller waits."""


@dataclass(frozen=True, slots=True)
class OpenVoice:
    """Close the voice session in use and open another, seeded with the conversation."""

    rung: int
    """Its place in the office's list of voices, from 0. The bridge opens 0 by itself."""
    reason: str
    """For the operator."""
    reply_owed: bool = False
    """Whether the caller waits for a reply, which the next session has to give."""
    turn_unknown: bool = False
    """Whether what the caller said last is not known: the session before did not notice it."""


@dataclass(frozen=True, slots=True)
class CloseForHandOff:
    """The caller has heard that they are being connected: close the media, let it happen.

    The conversation is then away. It ends with `HandOffSettled` or `CallerHungUp`, or goes on
    with `MediaOpened(came_back_from=...)`.
    """


@dataclass(frozen=True, slots=True)
class CallOffHandOff:
    """The caller said "wait" while being told of the connection: disarm it, we go on.

    So too if the call is bid goodbye while somebody is being rung for it.
    """


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Somebody was rung in vain while we stayed with the caller: tell the voice, which goes on."""

    tried: str
    """Whom, as callers know them."""


@dataclass(frozen=True, slots=True)
class CloseCall:
    """The end. Nothing follows, and whatever is still received is ignored."""

    termination: Termination
    facts: OutcomeFacts


Effect = (
    GreetCaller
    | SpeakLine
    | BeginItem
    | QueueAudio
    | EndItem
    | PausePlayout
    | ResumePlayout
    | DropPlayout
    | CutReply
    | DisregardTurn
    | PassDigit
    | RunTool
    | AnswerTool
    | OpenVoice
    | CloseForHandOff
    | CallOffHandOff
    | TakeBack
    | CloseCall
)
