"""What one live call is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mapokezi.audio.tones import RINGBACK_HZ, tone
from mapokezi.bridge.call_in_progress import CallInProgress
from mapokezi.bridge.call_keeping import CallKeeping
from mapokezi.bridge.claims_watch import ClaimsWatch
from mapokezi.bridge.deeds import Deeds
from mapokezi.bridge.handing_over.ladder import Ladder
from mapokezi.bridge.media_socket import MediaEnd
from mapokezi.bridge.notices_heard import NoticesHeard
from mapokezi.bridge.phrase_book import PhraseBook
from mapokezi.bridge.recording import Recording
from mapokezi.bridge.rounds import Rounds
from mapokezi.calls import TerminationReason
from mapokezi.conversation import effects
from mapokezi.conversation.machine import Conversation
from mapokezi.voice.session import PastTurn, SessionBriefing, VoiceSession

OpenVoiceSession = Callable[[CallInProgress, int], VoiceSession | None]
"""Makes the voice session of a rung for a call; None if the list has no such rung."""

RING_TONE = tone(RINGBACK_HZ, 1000, level_dbfs=-22.0)
"""What a caller hears who waits with us while it rings: as on any telephone, and not loud, for they
may be spoken with meanwhile."""
MEDIA_ENDS = {
    MediaEnd.PLATFORM_CLOSED: TerminationReason.CALLER_HUNG_UP,
    MediaEnd.LOST: TerminationReason.MEDIA_LOST,
    MediaEnd.HALF_OPEN: TerminationReason.MEDIA_LOST,
    MediaEnd.FAULT: TerminationReason.MEDIA_LOST,
    MediaEnd.MUTE: TerminationReason.MEDIA_MUTE,
    MediaEnd.WE_CLOSED: TerminationReason.MEDIA_LOST,
}
"""Why a call ends whose socket is gone. Our own close is in it for a line that is being stopped: a
socket that the call itself closed is not the call's any more, and tells it nothing."""


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
    notices: NoticesHeard
    """What the law wants told, as far as the caller has heard it."""
    ladder: Ladder
    """Passes the caller on."""
    ended: Callable[[effects.CloseCall], None]
    """The conversation is over; hang up and let go of the call."""
    publish: Callable[[Mapping[str, Any]], None]
    """Tells whoever watches live calls; what is said goes under ``pii_`` keys."""
    watch: ClaimsWatch
    """Listens to what voice models claim."""
    keys: Callable[[Sequence[str]], Sequence[str]] = list
    """Takes the keys that the caller pressed, and gives those that are passed on."""
    rounds: Rounds = field(default_factory=Rounds)
    """Of all calls of the line."""
