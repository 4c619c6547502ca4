"""What the reception works with, and what serves each of its calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mapokezi.bridge.call_in_progress import CallInProgress
from mapokezi.bridge.call_keeping import CallKeeping
from mapokezi.bridge.call_parts import OpenVoiceSession
from mapokezi.bridge.call_session import CallSession
from mapokezi.bridge.cap_watch import CapWatch
from mapokezi.bridge.claims_watch import ClaimsWatch
from mapokezi.bridge.deeds import Deeds
from mapokezi.bridge.earlier import EarlierParts
from mapokezi.bridge.handing_over.forwarding import Forwarded
from mapokezi.bridge.handing_over.ladder import Ladder
from mapokezi.bridge.handing_over.ways import HandOffWays
from mapokezi.bridge.known_numbers import CallerRecords
from mapokezi.bridge.media_socket import MediaSocket
from mapokezi.bridge.model_voices import ModelVoices
from mapokezi.bridge.phrase_book import PhraseBook
from mapokezi.bridge.recording import Recording, RecordingWriter
from mapokezi.calls import OfficeId
from mapokezi.carrier import SautiKit
from mapokezi.conversation.machine import Conversation
from mapokezi.conversation.settings import ConversationSettings
from mapokezi.records.ledger import Rates
from mapokezi.records.ports import RecordKeeper


@dataclass(frozen=True, slots=True)
class ReceptionParts:
    """What the reception works with, put together by `mapokezi.app`."""

    keeper: RecordKeeper
    phrases: Mapping[OfficeId, PhraseBook]
    open_voice: OpenVoiceSession
    forget_voice: Callable[[CallInProgress], None]
    """The call is over: what the voices remembered of it may go."""
    voice_name: str
    recordings: RecordingWriter | None
    data_folder: Path
    carrier: SautiKit | None
    """None if there is no key: then a call ends by closing its socket."""
    node: str
    rates: Rates = field(default_factory=Rates)
    conversation: ConversationSettings = field(default_factory=ConversationSettings)
    """How conversations are kept; the office's own call cap stands above it."""
    models: ModelVoices | None = None
    """The voices, if they may be models: these know how many there are for a call."""
    hand_offs: HandOffWays = field(default_factory=HandOffWays)
    """By which callers are passed on."""
    earlier: EarlierParts | None = None
    """By what a caller proves a number, and learns of messages that they left before."""
    callers: CallerRecords | None = None
    """What is on record of the numbers that ring; None: nothing is looked up."""
    caps: CapWatch | None = None
    """Ends calls that have cost enough."""


@dataclass(slots=True)
class CallInHand:
    """One call of this line, and all that serves it."""

    call: CallInProgress
    keeping: CallKeeping
    session: CallSession | None = None
    conversation: Conversation | None = None
    ladder: Ladder | None = None
    forwarded: Forwarded | None = None
    """Set if the call goes to somebody's own telephone before we answer."""
    media: MediaSocket | None = None
    deeds: Deeds | None = None
    watch: ClaimsWatch | None = None
    recording: Recording | None = None
    cap: str = ""
    """Which cap is reached first, for the record."""
    must_hang_up: bool = False
    """The caller is not to be left with the platform, whatever it does."""
