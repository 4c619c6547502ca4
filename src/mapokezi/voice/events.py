"""What a voice model tells us, whichever model it is.

One small frozen dataclass an event, named in the past. The same events come from a cloud model's
socket, from the local cascade (speech recognition, clerk, speech synthesis) and from a script
file, so that `conversation.machine` need not know who speaks.

Instants that a voice session reports are milliseconds of caller audio, counted from the first
sample that the session was fed (``at_ms``): the session has no clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class VoiceReady:
    """The session is set up and hears the caller from now on."""

    name: str
    """Which model answers: ``local``, ``script``, a profile's name."""
    leads_turns: bool = False
    """Whether the far side decides when the caller cuts in (`ReplyInterrupted`). The voice edges
    that it or a level meter of ours reports then time the talk, but pause nothing."""


@dataclass(frozen=True, slots=True)
class VoiceFailed:
    """The session cannot go on: the next rung of the ladder is due."""

    reason: str
    """For the operator; never spoken."""
    recoverable: bool = True
    """Whether a new session of the same kind may be tried."""
    unheard_is_bad: bool = False
    """Whether what it has sent and the caller has not heard must not be heard: a tone, a hiss."""


@dataclass(frozen=True, slots=True)
class CallerVoiceStarted:
    """A voice is heard on the caller's side; it may prove to be a cough."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class CallerVoiceStopped:
    """The voice on the caller's side has paused; the turn may go on."""

    at_ms: int
    """When the voice stopped, not when that was noticed."""


@dataclass(frozen=True, slots=True)
class CallerHeard:
    """What the recogniser makes of the caller's current turn."""

    turn_id: str
    text: str
    final: bool
    """False while the turn is under way; then a later event replaces the text."""
    started_ms: int = 0
    ended_ms: int = 0
    """When the caller's voice last stopped in this turn."""


@dataclass(frozen=True, slots=True)
class CallerTurnEnded:
    """The session takes the caller's turn as finished and prepares the reply."""

    turn_id: str
    at_ms: int
    """The instant the caller's voice stopped."""


@dataclass(frozen=True, slots=True)
class CallerTurnRejoined:
    """A turn was ended too early: the caller went on, so it is joined with what follows."""

    turn_id: str
    """The turn that goes on."""


@dataclass(frozen=True, slots=True)
class ReplyStarted:
    """The model begins an item of speech. Items are spoken in the order of their events."""

    item_id: str
    in_reply_to: str = ""
    """The caller's ``turn_id``, empty if the model speaks of itself (a greeting, a nudge)."""


@dataclass(frozen=True, slots=True)
class ReplyAudio:
    """A piece of an item's sound."""

    item_id: str
    pcm: bytes
    """S16LE mono at ``sample_rate_hz``; an even number of bytes."""
    sample_rate_hz: int = 16_000


@dataclass(frozen=True, slots=True)
class ReplyText:
    """A further piece of an item's words, in order; may come before or after its sound.

    Where a model's words come from a recogniser of its own, even after the item's end.
    """

    item_id: str
    text: str
    starts_ms: int | None = None
    """Where in the item's sound these words begin, if the model knows."""
    fact_ids: tuple[str, ...] = ()
    """The office facts that the words rest on."""


@dataclass(frozen=True, slots=True)
class ReplyEnded:
    """The item is complete; nothing more of it will come. It may not be played out yet."""

    item_id: str
    broke_off: bool = False
    """Whether it ends where it should not: a connection was lost in it, or a voice has failed."""


@dataclass(frozen=True, slots=True)
class ReplyOwed:
    """The model has something to answer though no turn of the caller's has ended just now.

    Keys were pressed, a tool has answered, a conversation was taken up, a connection broke off in
    a reply. From here on the caller waits: a filler comes in time, then the next voice.
    """

    is_owed: bool = True
    """False: the model chooses to wait for the caller after all."""


@dataclass(frozen=True, slots=True)
class ReplyCancelled:
    """The model took the rest of an item back."""

    item_id: str


@dataclass(frozen=True, slots=True)
class ReplyInterrupted:
    """The model says that the caller cut in: whatever the caller has not heard is void.

    It may come after the model's turn has ended, when all that remains is in the playout.
    """


@dataclass(frozen=True, slots=True)
class ToolWithdrawn:
    """The model takes a proposal back, because the caller cut in: its result is not wanted."""

    tool_call_id: str


@dataclass(frozen=True, slots=True)
class ToolCalled:
    """The model proposes a deed. Whether it may be done is decided on our side."""

    tool_call_id: str
    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UsageReported:
    """What the model's maker has counted since the last such event, by kind of unit.

    Kinds: ``audio_in``, ``audio_in_cached``, ``audio_out``, ``text_in``, ``text_in_cached``,
    ``text_out``, ``thought_out``, ``tokens_in``, ``tokens_out`` (where no modality is told),
    ``transcribed_tokens``, ``transcribed_ms``, ``characters_spoken``.
    """

    units: Mapping[str, int]
    model: str = ""
    """The vendor's name of the model, by which it is priced."""


@dataclass(frozen=True, slots=True)
class VoiceNoted:
    """Something about the session for the operator's eyes; it means nothing to the call."""

    what: str
    """A static text: ``connection renewed``, ``turn complete``."""
    detail: str = ""
    """The vendor's code or reason; never anything that was said."""


@dataclass(frozen=True, slots=True)
class NotAnswered:
    """The voice has not been able to answer what the caller asked: the office is to be asked."""

    turn_id: str
    text: str
    """What was asked. Empty: what was told of this turn before is taken back."""


VoiceEvent = (
    VoiceReady
    | VoiceFailed
    | CallerVoiceStarted
    | CallerVoiceStopped
    | CallerHeard
    | CallerTurnEnded
    | CallerTurnRejoined
    | ReplyStarted
    | ReplyAudio
    | ReplyText
    | ReplyEnded
    | ReplyOwed
    | ReplyCancelled
    | ReplyInterrupted
    | ToolCalled
    | ToolWithdrawn
    | UsageReported
    | NotAnswered
    | VoiceNoted
)
