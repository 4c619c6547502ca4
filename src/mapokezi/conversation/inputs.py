"""What a conversation is told, besides the events of its voice (`mapokezi.voice.events`).

Each is a past event of the line, the playout (`PlayoutStarted` and `PlayoutFinished` of
`mapokezi.audio.playout`, as they are), the tools or the office. The bridge gives each to
`mapokezi.conversation.machine.Conversation.receive` with the instant at which it came.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mapokezi.audio.playout import Heard, PlayoutFinished, PlayoutStarted
from mapokezi.calls import TerminationReason
from mapokezi.voice.events import VoiceEvent


@dataclass(frozen=True, slots=True)
class MediaOpened:
    """The caller can hear us and be heard from now on."""

    came_back_from: str | None = None
    """Whom a hand-off tried in vain. Then the caller is not greeted again."""


@dataclass(frozen=True, slots=True)
class HearingBegan:
    """The voice session in use was fed its first sample of caller sound now.

    Optional: it makes the instants of voice edges exact. Without it they are worked out from
    when the edges arrive.
    """


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """The caller pressed a key: one of ``0123456789*#``."""

    digit: str


@dataclass(frozen=True, slots=True)
class CallerHungUp:
    """The caller is gone, or the media with them. Not told of a close that we made ourselves."""

    reason: TerminationReason = TerminationReason.CALLER_HUNG_UP
    """`CALLER_HUNG_UP`, or whose fault it was: `MEDIA_LOST`, `MEDIA_MUTE`, ..."""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PlayoutDropped:
    """The answer to `mapokezi.conversation.effects.DropPlayout`: what had been heard by then."""

    items: tuple[Heard, ...] = ()
    """Every item that was in the playout, in order: ``Dropped.items``."""


@dataclass(frozen=True, slots=True)
class LineQueued:
    """A line of ours, or the greeting, is in the playout: the answer to `SpeakLine`.

    If the line cannot be spoken at all, its ``total_ms`` is 0 and the conversation goes on
    without it. A line given to the voice session's ``speak`` needs none: its own events follow.
    """

    item_id: str
    text: str
    total_ms: int


@dataclass(frozen=True, slots=True)
class ToolResult:
    """A tool has run."""

    tool_call_id: str
    name: str
    result: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EchoNoticed:
    """Whether the caller's sound is, just now, our own voice coming back from the line."""

    is_echo: bool


@dataclass(frozen=True, slots=True)
class DrainRequested:
    """This node is stopping and cannot wait for the call any longer."""


@dataclass(frozen=True, slots=True)
class EndRequested:
    """The call is to end: by our own decision, the voice's, or that of a person at the desk."""

    reason: TerminationReason = TerminationReason.RECEPTIONIST_SAID_GOODBYE
    goodbye_said: bool = True
    """Whether the goodbye is in what the voice says just now. If not, a line of ours says it."""
    detail: str = ""
    """More of the reason, for the record."""


@dataclass(frozen=True, slots=True)
class HandOffSettled:
    """After `CloseForHandOff`: how the dialled leg ended."""

    talked: bool
    """Whether the caller spoke with a person. If not, the caller comes back to us."""
    tried: str = ""
    """Whom we tried, as callers know them; empty if the caller gave up."""


@dataclass(frozen=True, slots=True)
class HandOffJoined:
    """While we stayed with the caller, somebody has taken the call: they hear each other."""


@dataclass(frozen=True, slots=True)
class HandOffStepped:
    """Something has happened on the way of a hand-off; for the timeline."""

    kind: str
    executor: str
    person_id: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class AsideWanted:
    """The caller is to hear a sentence about how the hand-off stands."""

    text: str


ConversationInput = (
    VoiceEvent
    | MediaOpened
    | HearingBegan
    | KeyPressed
    | CallerHungUp
    | PlayoutStarted
    | PlayoutFinished
    | PlayoutDropped
    | LineQueued
    | ToolResult
    | EchoNoticed
    | DrainRequested
    | EndRequested
    | HandOffSettled
    | HandOffJoined
    | HandOffStepped
    | AsideWanted
)
