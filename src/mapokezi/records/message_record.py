"""What is kept of a message that a caller left for the staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from mapokezi.calls import CallId, OfficeId
from mapokezi.records.instants import require_utc

MessageId = NewType("MessageId", str)
"""Our own id of a message."""

CALL_BACK = "call-back"
"""Behind the call's id it makes the id of the note that a caller was let down and is to be rung."""


@dataclass(frozen=True, slots=True)
class MessageRecord:
    """A message for the staff.

    A call leaves at most one message for each person (``for_person``, empty for the office at
    large): told again, corrected or sent twice by a model, it replaces the former and keeps the
    former's id.
    """

    message_id: MessageId
    call_id: CallId
    office_id: OfficeId
    name: str
    """As the caller gave it, empty if they did not."""
    number: str
    """Where to call back: in full form where it is sure, otherwise what was heard."""
    reason: str
    created_at: datetime
    best_time: str = ""
    for_person: str = ""
    """The person's id in the office's directory."""
    urgent: bool = False
    unsure: tuple[str, ...] = ()
    """The slots that the caller did not confirm: ``name``, ``number``."""
    read_at: datetime | None = None
    """When somebody of the staff marked it read."""

    def __post_init__(self) -> None:
        """Check the instants."""
        require_utc(self.created_at, "MessageRecord.created_at")
        require_utc(self.read_at, "MessageRecord.read_at")

    @property
    def is_call_back(self) -> bool:
        """Whether it is our own note that the caller is to be rung, and not of the caller's."""
        return self.message_id == f"{self.call_id}.{CALL_BACK}"
