"""What can be done to the records, as values: they queue, they are spilled, they are repeated.

A change says all that is needed to carry it out, and carrying it out twice comes to the same as
once: the store may repeat one after a fault, and a program that was killed repeats those it had
put aside.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mapokezi.calls import CallId
from mapokezi.records.audit import AuditEntry
from mapokezi.records.call_record import CallRecord, TimelineEntry, TurnRecord
from mapokezi.records.event_record import EventRecord
from mapokezi.records.instants import require_utc
from mapokezi.records.ledger import Cost
from mapokezi.records.message_record import MessageId, MessageRecord
from mapokezi.records.open_questions import SaveQuestion, SettleQuestions
from mapokezi.records.platform_call import PlatformCall
from mapokezi.records.tasks import CommentTask, MoveTask


@dataclass(frozen=True, slots=True)
class SaveArrival:
    """A call has arrived. Does nothing if the call is known already."""

    record: CallRecord

    @property
    def call_id(self) -> CallId:
        """The call that it concerns."""
        return self.record.call_id


@dataclass(frozen=True, slots=True)
class SaveProgress:
    """More is known of a call in progress: answered, recorded, noticed. Never reopens one."""

    record: CallRecord

    @property
    def call_id(self) -> CallId:
        """The call that it concerns."""
        return self.record.call_id


@dataclass(frozen=True, slots=True)
class SaveEnd:
    """A call has ended; its record is whole. Replaces what stood, save a cost surer than its own.

    Raises:
        ValueError: the record lacks the end, the outcome or the termination.
    """

    record: CallRecord

    def __post_init__(self) -> None:
        """Every ended call has exactly one outcome."""
        if self.record.ended_at is None or self.record.outcome is None:
            raise ValueError("an ended call needs its end and its outcome")
        if self.record.termination is None:
            raise ValueError("an ended call needs its termination")

    @property
    def call_id(self) -> CallId:
        """The call that it concerns."""
        return self.record.call_id


@dataclass(frozen=True, slots=True)
class SaveTurn:
    """A turn is over, or is known better than before."""

    turn: TurnRecord

    @property
    def call_id(self) -> CallId:
        """The call that it concerns."""
        return self.turn.call_id


@dataclass(frozen=True, slots=True)
class SaveTimeline:
    """Some instants of one call's timeline; give them in batches, not one by one.

    Raises:
        ValueError: there are none, or they belong to several calls.
    """

    entries: tuple[TimelineEntry, ...]

    def __post_init__(self) -> None:
        """Check that the entries belong together."""
        if len({entry.call_id for entry in self.entries}) != 1:
            raise ValueError("a batch of the timeline holds one call's entries, at least one")

    @property
    def call_id(self) -> CallId:
        """The call that it concerns."""
        return self.entries[0].call_id


@dataclass(frozen=True, slots=True)
class SaveCost:
    """What a call costs has become known. An estimate never replaces the platform's word."""

    call_id: CallId
    cost: Cost


@dataclass(frozen=True, slots=True)
class SaveMessage:
    """A caller has left a message, or corrected it."""

    message: MessageRecord

    @property
    def call_id(self) -> CallId:
        """The call that it concerns."""
        return self.message.call_id


@dataclass(frozen=True, slots=True)
class MarkMessage:
    """Somebody of the staff has read a message, or put it back among the unread."""

    message_id: MessageId
    read_at: datetime | None

    def __post_init__(self) -> None:
        """Check the instant."""
        require_utc(self.read_at, "MarkMessage.read_at")


@dataclass(frozen=True, slots=True)
class SaveEvent:
    """The platform has delivered an event. One that is known already is not worked again."""

    event: EventRecord


@dataclass(frozen=True, slots=True)
class SavePlatformCall:
    """The platform has told something of a session; it is put to what it told before."""

    told: PlatformCall


@dataclass(frozen=True, slots=True)
class NoteDeed:
    """Somebody has read, heard, exported or erased something; it goes on the audit trail."""

    entry: AuditEntry


Change = (
    SaveArrival
    | SaveProgress
    | SaveEnd
    | SaveTurn
    | SaveTimeline
    | SaveCost
    | SaveMessage
    | MarkMessage
    | SaveEvent
    | SavePlatformCall
    | SaveQuestion
    | SettleQuestions
    | MoveTask
    | CommentTask
    | NoteDeed
)
"""Any of them."""
