"""The platform's record of one call (CDR): its legs, its status, what it cost."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from mapokezi.emulator.billing import Rates, billed_seconds, leg_cost
from mapokezi.emulator.callees import DialOutcome
from mapokezi.units import Money


class CallStatus(StrEnum):
    """Where a call stands, in the words of ``GET /v1/calls`` (contract section 7)."""

    RINGING = "ringing"
    ANSWERED = "answered"
    COMPLETED = "completed"
    FAILED = "failed"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    CANCELED = "canceled"


@dataclass(slots=True)
class DialledLeg:
    """One person dialled for the caller. Seconds count from the call's start."""

    number: str
    started_s: float
    answered_s: float | None = None
    ended_s: float | None = None
    outcome: DialOutcome | None = None

    @property
    def talked_s(self) -> float:
        """How long the caller and this person were joined."""
        if self.answered_s is None or self.ended_s is None:
            return 0.0
        return self.ended_s - self.answered_s


@dataclass(slots=True)
class CallDetail:
    """One call, from ring to end. Seconds count from its start on a steady clock."""

    call_id: str
    """The row's UUID."""
    session_id: str
    """The PBX session: ``HD_`` and 12 hex digits."""
    caller: str
    dialled: str
    started_at: datetime
    rates: Rates
    status: CallStatus = CallStatus.RINGING
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    answered_s: float | None = None
    ended_s: float | None = None
    hung_up_by: str = ""
    """``caller``, ``platform`` or ``api``; empty while it is up."""
    hangup_cause: str = ""
    failure_code: str = ""
    legs: list[DialledLeg] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    """What happened, in order; each with ``type`` and ``t_ms``."""

    @property
    def is_over(self) -> bool:
        """Whether the call has ended."""
        return self.ended_s is not None

    @property
    def connected_s(self) -> float:
        """From answer to end; 0 until it has ended."""
        if self.answered_s is None or self.ended_s is None:
            return 0.0
        return self.ended_s - self.answered_s

    @property
    def cost(self) -> Money:
        """Both meters: the inbound leg from its answer, dialled legs from theirs."""
        rates = self.rates
        inbound = leg_cost(self.connected_s, rates.inbound_per_min_minor, rates.currency)
        outbound = (
            leg_cost(leg.talked_s, rates.outbound_per_min_minor, rates.currency).minor
            for leg in self.legs
        )
        return Money(inbound.minor + sum(outbound), rates.currency)

    def as_row(self) -> dict[str, Any]:
        """The row of ``GET /v1/calls``, with the dialled legs beside the documented fields."""
        return {
            "id": self.call_id,
            "workspace_id": "workspace-emulator",
            "session_id": self.session_id,
            "direction": "inbound",
            "local_e164": self.dialled,
            "remote_e164": self.caller,
            "country": "KE" if self.caller.startswith("+254") else "",
            "started_at": _stamp(self.started_at),
            "answered_at": _stamp(self.answered_at),
            "ended_at": _stamp(self.ended_at),
            "duration_seconds": billed_seconds(self.connected_s),
            "status": self.status.value,
            "cost_minor": self.cost.minor,
            "cost_currency": self.cost.currency,
            "rate_per_minute_minor": self.rates.inbound_per_min_minor,
            "failure_code": self.failure_code or None,
            "hangup_cause": self.hangup_cause or None,
            "hung_up_by": self.hung_up_by or None,
            "metadata": {},
            "created_at": _stamp(self.started_at),
            "updated_at": _stamp(self.ended_at or self.answered_at or self.started_at),
            "legs": [self._leg_row(leg) for leg in self.legs],
        }

    def _leg_row(self, leg: DialledLeg) -> dict[str, Any]:
        cost = leg_cost(leg.talked_s, self.rates.outbound_per_min_minor, self.rates.currency)
        return {
            "number": leg.number,
            "outcome": leg.outcome.value if leg.outcome else None,
            "duration_seconds": billed_seconds(leg.talked_s),
            "cost_minor": cost.minor,
        }


def _stamp(at: datetime | None) -> str | None:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None
