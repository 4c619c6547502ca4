"""For how long what callers leave behind is kept, by kind; and what is due to go.

The defaults are those of the product's own notice; each office sets its own. Kenya's Data
Protection Act 2019 (section 39) wants personal data kept no longer than its purpose needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from mapokezi.calls import OfficeId
from mapokezi.records.instants import require_utc

ANNOUNCED_FOR = timedelta(hours=24)
"""What is removed by itself was shown in a plan for as long before."""
SHORTEST_DAYS, LONGEST_DAYS = 1, 3650


class Kind(StrEnum):
    """A kind of what is kept."""

    RECORDING = "recording"
    """Sound: ours, and the platform's second copy."""
    TRANSCRIPT = "transcript"
    """What was said, the timeline, and what was made of them."""
    MESSAGE = "message"
    """Messages, and the tasks and notices that came of them."""
    CALL = "call"
    """Who rang, and the platform's word of it. What is left of the call then is nobody's: when,
    how long, what came of it, what it cost."""


class KeptFor(msgspec.Struct, frozen=True, kw_only=True):
    """For how many days an office keeps each kind, from the day of the call."""

    recording_days: int = 30
    transcript_days: int = 90
    message_days: int = 365
    call_days: int = 365

    def days(self, kind: Kind) -> int:
        """How long one kind is kept."""
        found: int = getattr(self, f"{kind.value}_days")
        return found

    def due_before(self, kind: Kind, now: datetime) -> datetime:
        """What is older than this instant is due to go."""
        return now - timedelta(days=self.days(kind))


@dataclass(frozen=True, slots=True)
class Due:
    """What is due of one kind in one office."""

    office_id: OfficeId
    kind: Kind
    days: int
    """For how long it is kept."""
    before: datetime
    """What is older is due."""
    count: int
    """Calls that have some of it; of messages, messages."""
    oldest: datetime | None
    """The earliest of them."""

    def __post_init__(self) -> None:
        """Check the instants."""
        require_utc(self.before, "Due.before")
        require_utc(self.oldest, "Due.oldest")


@dataclass(frozen=True, slots=True)
class RetentionPlan:
    """All that is due at an instant."""

    at: datetime
    due: tuple[Due, ...]
    """Only what there is some of."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is due."""
        return not self.due

    def counts(self) -> dict[str, int]:
        """How many of each kind, over all offices; for the audit trail."""
        found: dict[str, int] = {}
        for one in self.due:
            found[one.kind.value] = found.get(one.kind.value, 0) + one.count
        return found
