"""What a call costs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.records.ledger import BillingStep, Cost, Direction, Leg, Rates, settle
from mapokezi.units import Milliseconds, Money


def inbound(ms: int) -> Leg:
    return Leg(Direction.INBOUND, Milliseconds(ms))


def outbound(ms: int) -> Leg:
    return Leg(Direction.OUTBOUND, Milliseconds(ms))


@pytest.mark.parametrize(
    ("legs", "minor"),
    [
        ((), 0),
        ((inbound(95_000),), 0),
        ((inbound(95_000), outbound(60_000)), 300),
        ((outbound(1_000),), 5),
        ((outbound(1_001),), 10),
        ((outbound(0),), 0),
        ((outbound(20_000), outbound(40_000)), 300),
    ],
)
def test_published_rates_are_by_the_second(legs: tuple[Leg, ...], minor: int) -> None:
    assert settle(legs) == Cost(Money(minor), estimated=True)


def test_rates_and_rounding_are_settings() -> None:
    rates = Rates(Money(60), Money(400), BillingStep.MINUTE)
    assert settle((inbound(61_000), outbound(1)), rates) == Cost(Money(520), estimated=True)


def test_the_platforms_own_word_wins() -> None:
    cost = settle((outbound(60_000),), platform_cost=Money(150))
    assert cost == Cost(Money(150), estimated=False)


def test_estimates_are_shown_as_estimates() -> None:
    assert str(Cost(Money(1250), estimated=True)) == "about KES 12.50"
    assert str(Cost(Money(1250), estimated=False)) == "KES 12.50"


def test_rates_that_cannot_be_added_are_refused() -> None:
    with pytest.raises(ValueError, match="one currency"):
        Rates(Money(0, "KES"), Money(3, "USD"))
    with pytest.raises(ValueError, match="negative"):
        Rates(Money(-1))


@given(
    st.lists(st.builds(outbound, st.integers(-10, 10_000_000)), max_size=5),
    st.integers(0, 10_000),
    st.sampled_from(BillingStep),
)
def test_an_estimate_is_never_below_the_exact_price(
    legs: list[Leg], per_minute: int, step: BillingStep
) -> None:
    cost = settle(legs, Rates(outbound_per_minute=Money(per_minute), step=step))
    exact = sum(max(0, leg.answered_ms) * per_minute / 60_000 for leg in legs)
    assert exact - 1e-6 <= cost.amount.minor
    if step is BillingStep.SECOND:
        assert cost.amount.minor <= exact + len(legs) * (per_minute / 60 + 1)
