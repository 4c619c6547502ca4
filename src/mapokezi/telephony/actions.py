"""The verbs that the phone platform obeys, as plain values (contract section 4).

An answer to a voice callback is a tuple of actions, carried out in order. `markup` writes them as
XML or JSON and reads them back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

MAX_ACTIONS = 50
"""``MaxActionSteps`` of the platform's own documentation: a longer document is refused."""


class ActionError(ValueError):
    """An action that the platform would not accept."""


class Track(StrEnum):
    """Which leg of the call a stream forks."""

    INBOUND = "inbound_track"
    OUTBOUND = "outbound_track"
    BOTH = "both_tracks"


class RejectReason(StrEnum):
    """What a rejected caller's phone is told."""

    REJECTED = "rejected"
    BUSY = "busy"


class DialRecording(StrEnum):
    """From when on the platform records a dialled call."""

    FROM_ANSWER = "record-from-answer"
    FROM_RINGING = "record-from-ringing"


@dataclass(frozen=True, slots=True)
class Say:
    """Speak a text with the platform's own voice."""

    text: str
    voice: str | None = None
    """``alice``, ``man`` or ``woman``."""
    language: str | None = None
    """BCP-47: ``en-KE``, ``sw-KE``, ``en-US``."""
    loop: int | None = None
    """0 says it once, as the SDK's documentation has it."""


@dataclass(frozen=True, slots=True)
class Play:
    """Play a sound file; its host must be on the workspace's list."""

    url: str
    loop: int | None = None


@dataclass(frozen=True, slots=True)
class GetDigits:
    """Collect keys, while saying or playing something. The keys come to the voice URL."""

    timeout_s: int | None = None
    num_digits: int | None = None
    """``numDigits`` in JSON, ``maxDigits`` in XML; 0 is unlimited."""
    finish_on_key: str | None = None
    nested: tuple[Say | Play, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what the platform's validator refuses."""
        if not all(isinstance(action, Say | Play) for action in self.nested):
            raise ActionError("getDigits may hold only say and play")


@dataclass(frozen=True, slots=True)
class Dial:
    """Ring somebody and join them to the caller: exactly one of ``numbers`` and ``sip``."""

    numbers: tuple[str, ...] = ()
    sip: str | None = None
    caller_id: str | None = None
    timeout_s: int | None = None
    record: DialRecording | None = None

    def __post_init__(self) -> None:
        """Refuse what the platform's validator refuses."""
        if bool(self.numbers) == bool(self.sip):
            raise ActionError("dial needs numbers or a sip address, and not both")


@dataclass(frozen=True, slots=True)
class Conference:
    """Put the caller into a conference room, which holds the call."""

    name: str
    flags: str | None = None
    """The PBX's own words for a member, as they are."""
    muted: bool | None = None
    start_on_enter: bool | None = None
    end_on_exit: bool | None = None
    beep: bool | None = None
    record: bool | None = None
    max_participants: int | None = None
    wait_url: str | None = None
    status_events_callback_url: str | None = None
    status_events: str | None = None
    """Of ``start end join leave mute unmute``, parted by spaces."""
    collect_digits: bool | None = None
    finish_on_key: str | None = None
    num_digits: int | None = None
    digits_callback_url: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """Record what the caller says: the platform's own voicemail."""

    action: str | None = None
    method: str | None = None
    timeout_s: int | None = None
    """Seconds of silence that end it."""
    max_length_s: int | None = None
    finish_on_key: str | None = None
    transcribe: bool | None = None
    transcribe_callback: str | None = None
    play_beep: bool | None = None
    """XML only."""
    trim_silence: bool | None = None
    """XML only: ``trim="trim-silence"``."""


@dataclass(frozen=True, slots=True)
class Redirect:
    """Ask another URL what to do next."""

    url: str
    method: str | None = None


@dataclass(frozen=True, slots=True)
class Reject:
    """Turn the call away before it is answered."""

    reason: RejectReason | None = None


@dataclass(frozen=True, slots=True)
class Hangup:
    """End the call."""


@dataclass(frozen=True, slots=True)
class Stream:
    """Fork the call's sound to a WebSocket (contract section 5).

    ``connect`` answers and holds the leg for the fork's lifetime: without it the document is over
    at once and the call hangs up in about a second. Without ``bidirectional_sampling_rate_hz``
    nothing that we send is heard.
    """

    url: str
    name: str | None = None
    track: Track | None = None
    connect: bool | None = None
    output_sampling_rate_hz: int | None = None
    """Toward us."""
    bidirectional_sampling_rate_hz: int | None = None
    """Of what we send back."""
    input_sampling_rate_hz: int | None = None
    """Informational, as the SDK has it."""
    status_callback: str | None = None
    status_events: str | None = None
    header_metadata: str | None = None
    """A flat JSON object as text; comes back in the first message as ``headers``."""
    open_metadata: str | None = None


class Unavailable(StrEnum):
    """What the platform does if its own agent is not there."""

    HANGUP = "hangup"
    VOICEMAIL = "voicemail"
    FORWARD = "forward"
    CALLBACK = "callback"


@dataclass(frozen=True, slots=True)
class Handover:
    """Where the platform's own agent lets a caller go to: exactly one of the three."""

    callback_url: str | None = None
    forward: str | None = None
    voicemail: str | None = None

    def __post_init__(self) -> None:
        """Refuse what the platform's validator refuses."""
        if sum(map(bool, (self.callback_url, self.forward, self.voicemail))) != 1:
            raise ActionError("a handover has exactly one of callbackUrl, forward and voicemail")


@dataclass(frozen=True, slots=True)
class AiAgent:
    """Hand the call to an agent that the platform hosts. JSON only, and the last of a document.

    Known and not used: it is another product's receptionist. What its targets are called when it
    is not available is not documented (contract section 4).
    """

    agent_id: str
    revision: int | None = None
    variables: Mapping[str, str] | None = None
    handover: Handover | None = None
    on_unavailable: Unavailable | None = None


Action = (
    Say
    | Play
    | GetDigits
    | Dial
    | Conference
    | Record
    | Redirect
    | Reject
    | Hangup
    | Stream
    | AiAgent
)
"""Any verb."""
