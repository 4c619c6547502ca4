"""Prices and caps, as the operator sets them."""

from __future__ import annotations

import pytest

from mapokezi.app.costs import caps_of, costs_of, rates_of, within
from mapokezi.config import CapsConfig, LedgerConfig, Settings
from mapokezi.conversation.settings import ConversationSettings
from mapokezi.errors import ConfigurationError
from mapokezi.records.caps import Cap, Caps
from mapokezi.records.ledger import BillingStep, Rates
from mapokezi.units import Money


def test_by_default_the_published_prices_and_no_caps() -> None:
    costs = costs_of(Settings())
    assert costs.rates == Rates()
    assert not costs.caps
    assert within(ConversationSettings(), costs.caps) == ConversationSettings()


def test_what_the_operator_sets() -> None:
    ledger = LedgerConfig(
        inbound_kes_per_minute=0.6, outbound_kes_per_minute=4.125, rounding="minute"
    )
    assert rates_of(Settings(ledger=ledger)) == Rates(Money(60), Money(413), BillingStep.MINUTE)
    caps = CapsConfig(call_minutes=10, day_kes=500.5, number_minutes=30, number_kes=20)
    assert caps_of(Settings(caps=caps)) == Caps(Cap(10), Cap(minor=50_050), Cap(30, 2_000))


def test_the_cap_of_a_calls_minutes_has_the_conversations_own_warning() -> None:
    assert within(ConversationSettings(), Caps(call=Cap(minutes=2))).call_cap_s == 120.0
    assert within(ConversationSettings(call_cap_s=60), Caps(call=Cap(minutes=2))).call_cap_s == 60


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        (Settings(caps=CapsConfig(call_minutes=-1)), "caps.call_minutes"),
        (Settings(caps=CapsConfig(day_kes=-0.5)), "caps.day_kes"),
        (Settings(caps=CapsConfig(number_kes=float("nan"))), "caps.number_kes"),
        (
            Settings(ledger=LedgerConfig(inbound_kes_per_minute=-1)),
            "ledger.inbound_kes_per_minute",
        ),
        (
            Settings(ledger=LedgerConfig(outbound_kes_per_minute=float("inf"))),
            "ledger.outbound_kes_per_minute",
        ),
    ],
)
def test_what_cannot_be_is_told_by_its_key(settings: Settings, key: str) -> None:
    with pytest.raises(ConfigurationError, match=key):
        costs_of(settings)
