"""What one live call is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mapokezi.bridge.call_in_progress import CallInProgress
from mapokezi.bridge.call_keeping import CallKeeping
from mapokezi.bridge.claims_watch import ClaimsWatch
from mapokezi.bridge.deeds import Deeds
from mapokezi.bridge.phrase_book import PhraseBook
from mapokezi.bridge.recording import Recording
from mapokezi.bridge.rounds import Rounds
from mapokezi.conversation import effects
from mapokezi.conversation.machine import Conversation
from mapokezi.voice.session import PastTurn, SessionBriefing, VoiceSession

OpenVoiceSession = Callable[[CallInProgress, int], VoiceSession | None]
"""Makes the voice session of a rung for a call; None if the list has no such rung."""


@dataclass(frozen=True, slots=True)
class CallParts:
    """What a call session is made of; `mapokezi.bridge.reception` puts it together."""

    conversation: Conversation
    phrases: PhraseBook
    open_voice: OpenVoiceSession
    deeds: Deeds
    keeping: CallKeeping
    recording: Recording | None
    brief: Callable[[tuple[PastTurn, ...]], SessionBriefing]
    """Writes what every session of the call is told when it opens, given the talk so far."""
    notice: str
    """What the law wants said, which is a part of the greeting."""
    hand_off_due: Callable[[], None]
    """The caller has heard that they are being connected, and the media is being closed."""
    hand_off_called_off: Callable[[], None]
    ended: Callable[[effects.CloseCall], None]
    """The conversation is over; hang up and let go of the call."""
    publish: Callable[[Mapping[str, Any]], None]
    """Tells whoever watches live calls; what is said goes under ``pii_`` keys."""
    watch: ClaimsWatch
    """Listens to what voice models claim."""
    rounds: Rounds = field(default_factory=Rounds)
    """Of all calls of the line."""
