"""A call's ledger: every second of each leg, and both ways of knowing its cost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.calls import CallId
from mapokezi.records.call_ledger import bill_of, ledger_of, with_ledger
from mapokezi.records.call_record import HandOffOutcome, HandOffSummary, SecondsAttributed
from mapokezi.records.ledger import (
    BillingStep,
    Cost,
    Direction,
    Leg,
    Rates,
    Spell,
    lines_of_leg,
    settle,
)
from mapokezi.records.model_prices import BillLine, ExchangeRate, ModelBill
from mapokezi.units import Milliseconds, Money

if TYPE_CHECKING:
    from tests.sample_records import Examples

PAID = Rates(inbound_per_minute=Money(60))
spells = st.dictionaries(st.sampled_from(Spell), st.integers(0, 400_000), max_size=6)


@given(spells, st.integers(0, 5_000), st.sampled_from(BillingStep))
def test_the_lines_of_a_leg_are_the_leg(
    taken: dict[Spell, int], per_minute: int, step: BillingStep
) -> None:
    rates = Rates(inbound_per_minute=Money(per_minute), step=step)
    lines = lines_of_leg(0, Direction.INBOUND, "", taken, rates)
    assert sum(line.length_ms for line in lines) == sum(taken.values())
    answered = sum(ms for spell, ms in taken.items() if spell is not Spell.RINGING)
    whole = settle([Leg(Direction.INBOUND, Milliseconds(answered))], rates)
    assert sum(line.price.minor for line in lines) == whole.amount.minor
    assert all(line.price.minor >= 0 for line in lines)
    assert all(line.price.minor == 0 for line in lines if line.spell is Spell.RINGING)


def test_every_second_of_the_callers_leg_is_in_a_line(examples: Examples) -> None:
    record = examples.ended()
    at = record.arrived_at
    record = replace(
        record,
        hand_offs=(
            HandOffSummary(
                "wanjiku-kamau", "dial", at + timedelta(seconds=20), HandOffOutcome.CONNECTED,
                at + timedelta(seconds=50), Milliseconds(25_000),
            ),
            HandOffSummary("", "dial", at + timedelta(seconds=52), HandOffOutcome.BUSY,
                           at + timedelta(seconds=53)),
        ),
    )  # fmt: skip
    lines = ledger_of(record, PAID)
    own = {line.spell: line.length_ms for line in lines if line.leg == 0}
    assert own == {
        Spell.RINGING: 250,
        Spell.CALLER: 9_000,
        Spell.RECEPTIONIST: 8_000,
        Spell.BOTH: 700,
        Spell.THINKING: 600,
        Spell.DEAD_AIR: 50,
        Spell.PASSED_ON: 31_000,
        Spell.REST: 15_400,
    }
    dialled = [(line.party, line.spell, line.length_ms, line.price.minor) for line in lines
               if line.leg]  # fmt: skip
    assert dialled == [
        ("wanjiku-kamau", Spell.RINGING, 5_000, 0),
        ("wanjiku-kamau", Spell.TALKED, 25_000, 125),
        ("", Spell.RINGING, 1_000, 0),
    ]
    assert with_ledger(record, PAID).cost == Cost(Money(65 + 125), estimated=True)


def test_a_talk_of_unknown_length_is_priced_from_the_ringing_on(examples: Examples) -> None:
    record = examples.ended()
    at = record.arrived_at
    talk = HandOffSummary("x", "dial", at, HandOffOutcome.CONNECTED, at + timedelta(seconds=30))
    lines = ledger_of(replace(record, hand_offs=(talk,)), Rates())
    assert [(line.spell, line.price.minor) for line in lines if line.leg] == [(Spell.TALKED, 150)]


def test_a_call_that_never_opened_only_rang(examples: Examples) -> None:
    record = replace(examples.ended(), answered_at=None, seconds=None, hand_offs=())
    (line,) = ledger_of(record, PAID)
    assert (line.spell, line.length_ms, line.price) == (Spell.RINGING, 65_000, Money(0))
    assert ledger_of(examples.arrival(), PAID) == ()


def test_clocks_that_disagree_are_made_up_for(examples: Examples) -> None:
    record = examples.ended()
    seconds = SecondsAttributed(caller_ms=Milliseconds(60_000), dead_air_ms=Milliseconds(5_000))
    lines = ledger_of(replace(record, seconds=seconds, hand_offs=()), PAID)
    assert sum(line.length_ms for line in lines) == record.length_ms == 65_000
    assert {line.spell: line.length_ms for line in lines}[Spell.CALLER] == 59_750


def test_the_platforms_word_stands_beside_the_estimate(examples: Examples) -> None:
    priced = with_ledger(replace(examples.ended(), hand_offs=()), PAID)
    before = bill_of(priced, ModelBill())
    assert (before.estimate, before.settled, before.difference) == (Money(65), None, None)
    assert not before.is_off
    for minor, off in ((65, False), (120, True), (0, True)):
        bill = bill_of(replace(priced, cost=Cost(Money(minor), estimated=False)), ModelBill())
        assert (bill.settled, bill.is_off) == (Money(minor), off)
        assert bill.difference == Money(minor - 65)
    rounded = bill_of(replace(priced, cost=Cost(Money(64), estimated=False)), ModelBill())
    assert rounded.is_off
    assert rounded.is_by_rounding
    assert not bill.is_by_rounding
    other = bill_of(replace(priced, cost=Cost(Money(65, "USD"), estimated=False)), ModelBill())
    assert other.is_off
    assert other.difference is None
    again = with_ledger(replace(priced, cost=Cost(Money(120), estimated=False)), PAID)
    assert again.cost == Cost(Money(120), estimated=False)


def test_dead_air_costs_its_share_of_both_meters(examples: Examples) -> None:
    seconds = SecondsAttributed(caller_ms=Milliseconds(30_000), dead_air_ms=Milliseconds(30_000))
    record = replace(examples.ended(), seconds=seconds, hand_offs=())
    priced = with_ledger(record, PAID)
    line = BillLine("live", "m", "audio_in", 100, Decimal("0.02"))
    models = ModelBill((line,), ExchangeRate(Decimal(130)))
    bill = bill_of(priced, models)
    assert bill.dead_air_ms == 30_000
    assert bill.dead_air_by_line == Money(30)
    assert bill.dead_air_by_models == Money(130)  # half of KES 2.60
    assert bill.dead_air == Money(160)
    assert bill_of(priced, ModelBill((line,))).dead_air == Money(30)  # dollars alone


def test_a_record_of_before_the_ledger_has_what_it_has(examples: Examples) -> None:
    old = replace(examples.ended(), ledger=())
    bill = bill_of(old, ModelBill())
    assert (bill.estimate, bill.settled, bill.dead_air) == (Money(125), None, None)


@pytest.mark.parametrize("step", BillingStep)
def test_free_legs_cost_nothing_however_long(examples: Examples, step: BillingStep) -> None:
    lines = ledger_of(replace(examples.ended(), hand_offs=()), Rates(step=step))
    assert sum(line.price.minor for line in lines) == 0


def test_a_call_that_we_placed_is_paid_for_as_one(examples: Examples) -> None:
    rang = replace(examples.ended(), hand_offs=(), cost=None)
    placed = replace(rang, rings_back=CallId("c-000009"))
    rates = Rates(inbound_per_minute=Money(0), outbound_per_minute=Money(300))
    assert sum(line.price.minor for line in ledger_of(rang, rates)) == 0
    lines = ledger_of(placed, rates)
    assert {line.direction for line in lines} == {Direction.OUTBOUND}
    assert sum(line.price.minor for line in lines) > 300
