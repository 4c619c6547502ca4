"""Who is rung for a caller, in which order and for how long: the plan of a hand-off as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mapokezi.units import E164


class NoHandoff(StrEnum):
    """Why nobody is rung, or why one of several is not."""

    NO_SUCH_PERSON = "no_such_person"
    NO_SUCH_DEPARTMENT = "no_such_department"
    TAKES_NO_CALLS = "takes_no_calls"
    NO_NUMBER = "no_number"
    INVALID_NUMBER = "invalid_number"
    PREMIUM_NUMBER = "premium_number"
    COUNTRY_NOT_LISTED = "country_not_listed"
    CALLERS_OWN_NUMBER = "callers_own_number"
    OFFICES_OWN_NUMBER = "offices_own_number"
    CLOSED = "closed"
    RUNG_ALREADY = "rung_already"
    NOT_NOW = "not_now"
    """Outside the hours of the person: not before, not after."""
    AWAY = "away"
    ON_ANOTHER_CALL = "on_another_call"
    WALLET_EMPTY = "wallet_empty"
    CAP_REACHED = "cap_reached"
    CALLER_WITHHELD = "caller_withheld"


@dataclass(frozen=True, slots=True)
class Ring:
    """Somebody to ring."""

    person_id: str
    """Empty for the reception."""
    person_name: str
    """As callers know it; how the local voice says it is `pronunciation`'s."""
    destination: E164
    language: str = "en"
    """In which they are briefed: ``en`` or ``sw``."""


@dataclass(frozen=True, slots=True)
class RingRound:
    """Those who are rung at the same time, and for how long."""

    rings: tuple[Ring, ...]
    """At least one."""
    seconds: int
    """Of ringing, for each of them."""


@dataclass(frozen=True, slots=True)
class RingPlan:
    """Whom to ring, one round after another until somebody takes the call."""

    rounds: tuple[RingRound, ...]
    """At least one."""
    left_out: tuple[tuple[str, NoHandoff], ...] = ()
    """Who of the order is not rung, by id, and why; for the record and the staff."""

    @property
    def first(self) -> Ring:
        """Whom the caller is told about first."""
        return self.rounds[0].rings[0]

    @property
    def people(self) -> tuple[Ring, ...]:
        """Everybody in it, in order."""
        return tuple(ring for one in self.rounds for ring in one.rings)


@dataclass(frozen=True, slots=True)
class RingNobody:
    """A hand-off that is not tried."""

    why: NoHandoff
    for_staff: str
    """For the record and the model; never spoken."""
    say: str
    """What may be told to the caller."""
