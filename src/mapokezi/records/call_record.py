"""What is kept of a call: the visit itself, its turns, and every instant of its timeline.

Plain frozen values. They are filled by the bridge while the call goes on, kept by
`mapokezi.stores`, and read by the desk and the commands. Wall-clock instants are aware and in
UTC; instants within the call are milliseconds from its arrival.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from mapokezi.calls import CallId, OfficeId, Outcome, Speaker, Termination
from mapokezi.records.caller_notices import NoticeHeard, RecordingRefused
from mapokezi.records.claim_record import ClaimRecord
from mapokezi.records.instants import require_utc
from mapokezi.records.kept_recording import KeptRecording
from mapokezi.records.ledger import Cost, LedgerLine
from mapokezi.records.model_usage import ModelUsage
from mapokezi.records.platform_call import PlatformCall
from mapokezi.units import E164, Milliseconds

_NONE = Milliseconds(0)


@dataclass(frozen=True, slots=True)
class SecondsAttributed:
    """To whom each moment of a call belonged. The five do not overlap."""

    caller_ms: Milliseconds = _NONE
    receptionist_ms: Milliseconds = _NONE
    both_ms: Milliseconds = _NONE
    """Caller and receptionist at once."""
    thinking_ms: Milliseconds = _NONE
    """Silence while the caller waits for the reply that is being prepared."""
    dead_air_ms: Milliseconds = _NONE
    """Silence that nobody accounts for."""

    @property
    def total_ms(self) -> Milliseconds:
        """All five together: the length of the conversation."""
        return Milliseconds(
            self.caller_ms
            + self.receptionist_ms
            + self.both_ms
            + self.thinking_ms
            + self.dead_air_ms
        )


@dataclass(frozen=True, slots=True)
class NoticeGiven:
    """That the caller was told all that they must be: see `NoticeHeard` for each of it.

    The law asks for the wording and the time (Kenya, Data Protection Act 2019; `product.md`).
    """

    wording: str
    at: datetime
    """When all of it had been heard, and the opening was over."""

    def __post_init__(self) -> None:
        """Check the instant."""
        require_utc(self.at, "NoticeGiven.at")


class HandOffOutcome(StrEnum):
    """What came of trying to pass a caller on."""

    CONNECTED = "connected"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    DECLINED = "declined"
    FAILED = "failed"
    CALLER_GONE = "caller_gone"
    """The caller hung up, or gave up, while it rang."""
    NOT_SUPPORTED = "not_supported"
    """The platform did not do what it was asked for."""


@dataclass(frozen=True, slots=True)
class HandOffSummary:
    """One attempt to pass the caller to somebody of the office."""

    person_id: str
    """Of the office's directory; empty for the reception."""
    executor: str
    """How it was done: ``dial``, ``conference``, ``callback``."""
    started_at: datetime
    outcome: HandOffOutcome | None = None
    """None while it rings, and where nothing tells."""
    ended_at: datetime | None = None
    talked_ms: Milliseconds | None = None
    """How long they spoke; None: not known apart from the ringing."""
    is_one_of_several: bool = False
    """Several telephones rang at once, one of them took the call, and nothing tells which. Then
    the talk stands with the first of them, so that it is paid for once; with the others, 0."""

    @property
    def is_connected(self) -> bool:
        """Whether the caller spoke with somebody: this person, or one who was rung with them."""
        return self.is_one_of_several or self.outcome is HandOffOutcome.CONNECTED

    def __post_init__(self) -> None:
        """Check the instants."""
        require_utc(self.started_at, "HandOffSummary.started_at")
        require_utc(self.ended_at, "HandOffSummary.ended_at")


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One call, from its arrival to its end. Missing values are not known (yet)."""

    call_id: CallId
    session_id: str
    """The platform's id of the visit."""
    office_id: OfficeId
    caller: E164 | None
    """As the platform claims; None if withheld."""
    dialled: E164
    arrived_at: datetime
    node: str
    """The line process that holds the call."""
    office_version: int | None = None
    """The version of the office that it ran on; None: not kept."""
    answered_at: datetime | None = None
    """When the media socket opened: from here on the caller can be spoken with."""
    ended_at: datetime | None = None
    outcome: Outcome | None = None
    termination: Termination | None = None
    voice: str = ""
    """Which voice spoke last: ``local``, ``script``, a model profile's name."""
    recording: str | None = None
    """Path of the sound file, relative to the data folder; None if not recorded."""
    notice: NoticeGiven | None = None
    notices: tuple[NoticeHeard, ...] = ()
    """Each notice that the caller has heard, in order."""
    recording_refused: RecordingRefused | None = None
    """Set if the caller would not be recorded: then there is no recording of the call."""
    seconds: SecondsAttributed | None = None
    """Known when the call has ended."""
    cost: Cost | None = None
    """On the platform's meter: our estimate, then the platform's word."""
    ledger: tuple[LedgerLine, ...] = ()
    """The estimate in full; known when the call has ended. It stays beside the platform's word."""
    hand_offs: tuple[HandOffSummary, ...] = ()
    """Every attempt to pass the caller on, in order."""
    model_usage: tuple[ModelUsage, ...] = ()
    """What voice models counted; known when the call has ended."""
    rings_back: CallId | None = None
    """The flash for which it was we who rang; None: the caller did."""
    claims: tuple[ClaimRecord, ...] = ()
    """What voice models claimed without ground, and was put right, in order."""

    def __post_init__(self) -> None:
        """Check the instants."""
        require_utc(self.arrived_at, "CallRecord.arrived_at")
        require_utc(self.answered_at, "CallRecord.answered_at")
        require_utc(self.ended_at, "CallRecord.ended_at")

    @property
    def length_ms(self) -> Milliseconds | None:
        """From arrival to end, None while the call goes on."""
        if self.ended_at is None:
            return None
        return Milliseconds(round((self.ended_at - self.arrived_at) / timedelta(milliseconds=1)))


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """One party's say."""

    call_id: CallId
    number: int
    """Counts from 0 within its call. Saved again, a turn replaces the one of its number."""
    speaker: Speaker
    text: str
    """What was heard: of the receptionist's words, those that reached the caller."""
    started_ms: Milliseconds
    ended_ms: Milliseconds
    cut: bool = False
    """Whether the other party cut in."""
    unheard_text: str = ""
    """Words that were meant to be said and never reached the caller."""
    fact_ids: tuple[str, ...] = ()
    """The office's facts that the words rest on."""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One instant of a call: what happened, with its values."""

    call_id: CallId
    number: int
    """Counts from 0 within its call, so that an entry saved twice stands once."""
    at_ms: Milliseconds
    what: str
    """A past event's name: ``caller_voice_started``, ``playout_paused``."""
    values: Mapping[str, Any] = field(default_factory=dict)
    """Whatever JSON can hold."""


@dataclass(frozen=True, slots=True)
class CallInFull:
    """A call with everything that was kept of it."""

    call: CallRecord
    turns: tuple[TurnRecord, ...]
    """By their number."""
    timeline: tuple[TimelineEntry, ...]
    """By their instant, then their number."""
    platform: PlatformCall | None = None
    """What the phone platform has told of it; None: nothing."""
    kept: tuple[KeptRecording, ...] = ()
    """Its recordings in their last form, ours first."""
