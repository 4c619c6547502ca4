"""An event of the platform's as it waits to be worked, and is known again if it comes twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from mapokezi.records.instants import require_utc

REMEMBERED = timedelta(days=8)
"""How long an event is known again: the platform's eighth attempt comes some 33 hours after the
first by one of its pages, and a week is what its dead letters may be replayed after."""


@dataclass(frozen=True, slots=True)
class EventRecord:
    """One event, however often it was delivered."""

    key: str
    """The same for every delivery of it."""
    kind: str
    received_at: datetime
    """Of the delivery that is being kept."""
    node: str
    """The line process that works it, unless its call is another's."""
    session_id: str = ""
    call_uuid: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """All that was read of it, in a form that JSON holds."""

    def __post_init__(self) -> None:
        """Check the key and the instant.

        Raises:
            ValueError: there is no key, or the instant is not in UTC.
        """
        if not self.key:
            raise ValueError("an event without a key cannot be known again")
        require_utc(self.received_at, "EventRecord.received_at")


@dataclass(frozen=True, slots=True)
class WaitingEvent:
    """An event that is still to be worked."""

    event: EventRecord
    tries: int
    """How often it was put off because nothing tells which session it is about."""
