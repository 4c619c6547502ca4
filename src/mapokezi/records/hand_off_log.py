"""Hand-offs as the staff look at them: those of each call with their steps, and how each fares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from mapokezi.calls import CallId, OfficeId
from mapokezi.records.call_record import HandOffOutcome, HandOffSummary, TimelineEntry
from mapokezi.units import E164

STEP = "hand_off_step"
"""What a step of a hand-off is called on the timeline."""


@dataclass(frozen=True, slots=True)
class CallHandOffs:
    """The hand-offs of one call."""

    call_id: CallId
    office_id: OfficeId
    caller: E164 | None
    arrived_at: datetime
    is_over: bool
    """Whether the call is on record as ended."""
    tries: tuple[HandOffSummary, ...]
    """In the order in which they were begun."""
    steps: tuple[TimelineEntry, ...] = ()
    """Named `STEP`, in order; empty once the timeline was erased, or before it is written."""

    @property
    def is_in_progress(self) -> bool:
        """Whether somebody is being rung just now, or speaks with the caller."""
        return not self.is_over and any(one.ended_at is None for one in self.tries)

    @property
    def is_connected(self) -> bool:
        """Whether the caller spoke with somebody."""
        return any(one.is_connected for one in self.tries)


@dataclass(slots=True)
class Reached:
    """How often one person was reached."""

    tried: int = 0
    connected: int = 0
    outcomes: Counter[HandOffOutcome] = field(default_factory=Counter)
    """Of the tries whose outcome is known."""
    last_at: datetime | None = None

    @property
    def share(self) -> float | None:
        """Of the tries, those that were connected; None: nobody has tried."""
        return self.connected / self.tried if self.tried else None


def reached(tries: Iterable[HandOffSummary]) -> dict[str, Reached]:
    """Count tries by person, each leg for itself; the reception is ``""``.

    Where one of several took the call and nothing tells which, it counts for none of them.
    """
    found: dict[str, Reached] = {}
    for one in tries:
        if one.is_one_of_several:
            continue
        of_person = found.setdefault(one.person_id, Reached())
        of_person.tried += 1
        if one.outcome is not None:
            of_person.outcomes[one.outcome] += 1
        of_person.connected += one.outcome is HandOffOutcome.CONNECTED
        if of_person.last_at is None or one.started_at > of_person.last_at:
            of_person.last_at = one.started_at
    return found
