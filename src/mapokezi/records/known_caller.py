"""What is on record of a number that rings (again): counts and instants, and no words.

A number is a claim, never a proof: whoever rings under it may be another. So this holds nothing
that could be told to them by mistake.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mapokezi.calls import Outcome
from mapokezi.records.instants import require_utc

IN_VAIN = frozenset({Outcome.ABANDONED, Outcome.FAILED, Outcome.FALLBACK})
"""Calls in which nothing was done for the caller, though they had not only flashed."""
AGAIN_IN_VAIN = 2
"""Who rang so often today and got nothing is not to go through it all once more."""


@dataclass(frozen=True, slots=True)
class KnownCaller:
    """The calls of a number with one office, the present one apart."""

    calls_before: int = 0
    calls_today: int = 0
    """On the office's local day."""
    in_vain_today: int = 0
    """Of these, those in which nothing was done for the caller."""
    last_at: datetime | None = None
    open_tasks: int = 0
    """What the staff have still to do for this number."""
    open_urgent: int = 0
    has_talked: bool = False
    """Whether a call of this number was ever passed on to a person, or a message was left in it,
    or a question answered: somebody spoke."""
    silent_lately: int = 0
    """Calls of the last hour in which nobody said a word."""

    def __post_init__(self) -> None:
        """Check the instant."""
        require_utc(self.last_at, "KnownCaller.last_at")

    @property
    def is_known(self) -> bool:
        """Whether the number has rung before."""
        return self.calls_before > 0

    @property
    def comes_in_vain(self) -> bool:
        """Whether it has rung several times today, and nothing was done."""
        return self.in_vain_today >= AGAIN_IN_VAIN


NEVER_RANG = KnownCaller()
