"""A call's ledger: every second of each leg by what it was spent on, and what that costs.

The estimate stands as soon as a call has ended. The platform's own word comes later and counts;
the estimate stays beside it, so that a difference can be seen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from mapokezi.records.call_record import CallRecord, HandOffSummary
from mapokezi.records.ledger import Cost, Direction, LedgerLine, Rates, Spell, lines_of_leg
from mapokezi.records.model_prices import ModelBill
from mapokezi.units import Milliseconds, Money

_CENT = Decimal("0.01")


def callers_leg(record: CallRecord) -> Direction:
    """Say which way the caller's own leg goes: outbound where it is we who rang."""
    return Direction.OUTBOUND if record.rings_back is not None else Direction.INBOUND


def ledger_of(record: CallRecord, rates: Rates) -> tuple[LedgerLine, ...]:
    """Attribute and price every second of a call that has ended, and of the legs dialled in it.

    The caller's leg counts from the opening of the media, which is when the platform answers,
    to the end. A dialled leg counts from its answer; where nothing told when that was, from its
    ringing on, so that the estimate is not too low.
    """
    if record.ended_at is None:
        return ()
    lines = lines_of_leg(0, callers_leg(record), "", _callers_spells(record), rates)
    for number, attempt in enumerate(record.hand_offs, start=1):
        spells = _dialled_spells(attempt, record.ended_at)
        lines += lines_of_leg(number, Direction.OUTBOUND, attempt.person_id, spells, rates)
    return lines


def with_ledger(record: CallRecord, rates: Rates) -> CallRecord:
    """Give an ended call its ledger, and its estimate unless the platform has told the cost."""
    ledger = ledger_of(record, rates)
    if record.cost is not None and not record.cost.estimated:
        return replace(record, ledger=ledger)
    currency = rates.outbound_per_minute.currency
    estimate = Money(sum(line.price.minor for line in ledger), currency)
    return replace(record, ledger=ledger, cost=Cost(estimate, estimated=True))


def _callers_spells(record: CallRecord) -> dict[Spell, int]:
    assert record.ended_at is not None
    if record.answered_at is None:
        return {Spell.RINGING: _ms_between(record.arrived_at, record.ended_at)}
    spells = {Spell.RINGING: _ms_between(record.arrived_at, record.answered_at)}
    if (seconds := record.seconds) is not None:
        spells |= {
            Spell.CALLER: seconds.caller_ms,
            Spell.RECEPTIONIST: seconds.receptionist_ms,
            Spell.BOTH: seconds.both_ms,
            Spell.THINKING: seconds.thinking_ms,
            Spell.DEAD_AIR: seconds.dead_air_ms,
        }
    spells[Spell.PASSED_ON] = sum(
        _ms_between(attempt.started_at, attempt.ended_at or record.ended_at)
        for attempt in record.hand_offs
    )
    length = _ms_between(record.answered_at, record.ended_at)
    known = sum(spells.values()) - spells[Spell.RINGING]
    spells[Spell.REST] = max(0, length - known)
    _take_off(spells, known - length)
    return spells


def _take_off(spells: dict[Spell, int], over_ms: int) -> None:
    """Make up for clocks that do not agree to the millisecond: the longest spells give way."""
    for spell in sorted(spells, key=lambda one: -spells[one]):
        if over_ms <= 0:
            return
        if spell is not Spell.RINGING:
            taken = min(over_ms, spells[spell])
            spells[spell] -= taken
            over_ms -= taken


def _dialled_spells(attempt: HandOffSummary, call_ended_at: datetime) -> dict[Spell, int]:
    whole = _ms_between(attempt.started_at, attempt.ended_at or call_ended_at)
    if not attempt.is_connected:
        return {Spell.RINGING: whole}
    talked = whole if attempt.talked_ms is None else attempt.talked_ms
    return {Spell.RINGING: max(0, whole - talked), Spell.TALKED: talked}


def _ms_between(begins: datetime, ends: datetime) -> int:
    return max(0, round((ends - begins) / timedelta(milliseconds=1)))


@dataclass(frozen=True, slots=True)
class CallBill:
    """What a call costs on the platform's meter, both ways of knowing it; and its dead air."""

    estimate: Money | None
    """Ours, from the rates of the day; None: none was made."""
    settled: Money | None
    """The platform's; None: it has not said."""
    dead_air_ms: Milliseconds
    dead_air_by_line: Money | None = None
    """The part of the estimate that went into dead air."""
    dead_air_by_models: Money | None = None
    """The same of the voice models' bill, by length; None: not known in the office's money."""
    legs: int = 1
    """How many legs the estimate has; each is rounded to a whole minor unit."""

    @property
    def difference(self) -> Money | None:
        """By how much the platform's word is above the estimate; None: not to be told."""
        if self.estimate is None or self.settled is None:
            return None
        if self.estimate.currency != self.settled.currency:
            return None
        return Money(self.settled.minor - self.estimate.minor, self.settled.currency)

    @property
    def is_off(self) -> bool:
        """Whether the two disagree, in their amount or even in their currency."""
        return None not in (self.estimate, self.settled) and self.estimate != self.settled

    @property
    def is_by_rounding(self) -> bool:
        """Whether a difference is no more than rounding makes: a minor unit for each leg."""
        difference = self.difference
        return difference is not None and abs(difference.minor) <= self.legs

    @property
    def dead_air(self) -> Money | None:
        """What dead air cost, as far as it is known."""
        known = [part for part in (self.dead_air_by_line, self.dead_air_by_models) if part]
        if not known or len({part.currency for part in known}) > 1:
            return self.dead_air_by_line
        return Money(sum(part.minor for part in known), known[0].currency)


def bill_of(record: CallRecord, models: ModelBill) -> CallBill:
    """Put together what is known of a call's cost.

    Args:
        record: of the call.
        models: what its voice models cost, on their own meter.
    """
    cost, ledger = record.cost, record.ledger
    settled = cost.amount if cost is not None and not cost.estimated else None
    estimate = cost.amount if cost is not None and cost.estimated else None
    by_line = None
    if ledger:
        currency = ledger[0].price.currency
        estimate = Money(sum(line.price.minor for line in ledger), currency)
        dead = (line.price.minor for line in ledger if line.spell is Spell.DEAD_AIR)
        by_line = Money(sum(dead), currency)
    dead_ms = record.seconds.dead_air_ms if record.seconds is not None else Milliseconds(0)
    legs = len({line.leg for line in ledger}) or 1
    return CallBill(estimate, settled, dead_ms, by_line, _models_share(record, models), legs)


def _models_share(record: CallRecord, models: ModelBill) -> Money | None:
    """Models are paid for all sound, the silent too: dead air has its share by length."""
    cost, seconds = models.converted, record.seconds
    if cost is None or seconds is None or not seconds.total_ms or not models.lines:
        return None
    share = Decimal(cost.minor * seconds.dead_air_ms) / seconds.total_ms
    return Money(int(share.to_integral_value(ROUND_HALF_UP)), cost.currency)
