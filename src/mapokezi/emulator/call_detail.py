"""The platform's record of one call (CDR): its legs, its status, what it cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from mapokezi.emulator.behaviour import DEFAULTS, Behaviour
from mapokezi.emulator.billing import Rates, billed_seconds, rates_of
from mapokezi.emulator.callees import DialOutcome
from mapokezi.emulator.clock import stamp
from mapokezi.emulator.stream_counts import StreamCounts
from mapokezi.units import Money

WORKSPACE = "workspace-emulator"


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
    answered_s: float | None = None
    ended_s: float | None = None
    outcome: DialOutcome | None = None
    per_min_minor: int | None = None
    """Its price, if it is not that of an outbound leg."""

    @property
    def talked_s(self) -> float:
        """How long the caller and this person were joined."""
        if self.answered_s is None or self.ended_s is None:
            return 0.0
        return self.ended_s - self.answered_s


@dataclass(frozen=True, slots=True)
class KeptRecording:
    """Something that was recorded in a call."""

    name: str
    """Of its WAV file."""
    url: str
    ready_at: float
    """On the event loop's clock: when it can be had."""
    duration_s: float
    size_bytes: int


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
    modes: Behaviour = DEFAULTS
    """How the platform behaves toward it."""
    direction: str = "inbound"
    """Or ``outbound``: then ``caller`` is the platform's own number."""
    client_request_id: str = ""
    status: CallStatus = CallStatus.RINGING
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    answered_s: float | None = None
    ended_s: float | None = None
    hung_up_by: str = ""
    """``caller``, ``callee``, ``platform`` or ``api``; empty while it is up."""
    hangup_cause: str = ""
    failure_code: str = ""
    is_settled: bool = False
    """Whether its cost is known to those who ask."""
    legs: list[DialledLeg] = field(default_factory=list)
    supervisors: list[DialledLeg] = field(default_factory=list)
    """Who listened in, or spoke."""
    streams: list[StreamCounts] = field(default_factory=list)
    """What passed over each stream."""
    recordings: list[KeptRecording] = field(default_factory=list)
    sounds: dict[str, str] = field(default_factory=dict)
    """Files of what each leg heard, by the leg's name."""
    events: list[dict[str, Any]] = field(default_factory=list)
    """What happened, in order; each with ``type`` and ``t_ms``."""

    @property
    def is_over(self) -> bool:
        """Whether the call has ended."""
        return self.ended_s is not None

    @property
    def is_outbound(self) -> bool:
        """Whether the platform rang somebody."""
        return self.direction == "outbound"

    def change_modes(self, changes: Mapping[str, Any]) -> None:
        """Have the platform behave otherwise toward it."""
        self.modes = replace(self.modes, **changes)

    @property
    def remote(self) -> str:
        """The number of whoever is at the call's own telephone."""
        return self.dialled if self.is_outbound else self.caller

    @property
    def connected_s(self) -> float:
        """From answer to end; 0 until it has ended."""
        if self.answered_s is None or self.ended_s is None:
            return 0.0
        return self.ended_s - self.answered_s

    @property
    def rates(self) -> Rates:
        """Its prices."""
        return rates_of(self.modes)

    @property
    def per_min_minor(self) -> int:
        """The price of the call's own leg."""
        rates = self.rates
        return rates.outbound_per_min_minor if self.is_outbound else rates.inbound_per_min_minor

    @property
    def cost(self) -> Money:
        """All meters: the call's own leg from its answer, further legs from theirs."""
        own = self.rates.leg_cost(self.connected_s, self.per_min_minor)
        further = sum(map(self._leg_minor, [*self.legs, *self.supervisors]))
        return Money(own.minor + further, own.currency)

    def _leg_minor(self, leg: DialledLeg) -> int:
        rates = self.rates
        own = leg.per_min_minor
        price = rates.outbound_per_min_minor if own is None else own
        return rates.leg_cost(leg.talked_s, price).minor

    def as_row(self, *, settled: bool | None = None) -> dict[str, Any]:
        """The row of ``GET /v1/calls``, with the dialled legs beside the documented fields.

        Args:
            settled: Whether to tell the cost; None: only if it is known by now.
        """
        told = self.is_settled if settled is None else settled
        remote = self.remote
        return {
            "id": self.call_id,
            "workspace_id": WORKSPACE,
            "session_id": self.session_id,
            "direction": self.direction,
            "local_e164": self.caller if self.is_outbound else self.dialled,
            "remote_e164": remote,
            "country": "KE" if remote.startswith("+254") else "",
            "started_at": stamp(self.started_at),
            "answered_at": stamp(self.answered_at),
            "ended_at": stamp(self.ended_at),
            "duration_seconds": billed_seconds(self.connected_s),
            "status": self.status.value,
            "cost_minor": self.cost.minor if told else None,
            "cost_currency": self.rates.currency,
            "rate_per_minute_minor": self.per_min_minor,
            "failure_code": self.failure_code or None,
            "hangup_cause": self.hangup_cause or None,
            "hung_up_by": self.hung_up_by or None,
            "metadata": self._metadata(),
            "created_at": stamp(self.started_at),
            "updated_at": stamp(self.ended_at or self.answered_at or self.started_at),
            "legs": [self._leg_row(leg, told=told) for leg in self.legs],
        }

    def _metadata(self) -> dict[str, str]:
        return {"client_request_id": self.client_request_id} if self.client_request_id else {}

    def _leg_row(self, leg: DialledLeg, *, told: bool) -> dict[str, Any]:
        return {
            "number": leg.number,
            "outcome": leg.outcome.value if leg.outcome else None,
            "duration_seconds": billed_seconds(leg.talked_s),
            "cost_minor": self._leg_minor(leg) if told else None,
        }
