"""What calls cost and may cost: the platform's prices and the caps, as the operator set them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from mapokezi.app.prices import price_table
from mapokezi.config import Settings
from mapokezi.conversation.settings import ConversationSettings
from mapokezi.errors import ConfigurationError
from mapokezi.records.caps import Cap, Caps
from mapokezi.records.ledger import BillingStep, Rates
from mapokezi.records.model_prices import PriceTable
from mapokezi.units import Money


@dataclass(frozen=True, slots=True)
class Costs:
    """Both meters, and their caps."""

    rates: Rates
    """Of the phone platform."""
    prices: PriceTable
    """Of voice models."""
    caps: Caps


def costs_of(settings: Settings) -> Costs:
    """Put together what the operator has set.

    Raises:
        ConfigurationError: If a price or a cap cannot be; names the key.
    """
    return Costs(rates_of(settings), price_table(settings), caps_of(settings))


def within(conversation: ConversationSettings, caps: Caps) -> ConversationSettings:
    """Let a conversation end, with its own warning before, where the cap on a call's minutes is."""
    if not caps.call.minutes:
        return conversation
    cap_s = min(conversation.call_cap_s, caps.call.minutes * 60.0)
    return replace(conversation, call_cap_s=cap_s)


def rates_of(settings: Settings) -> Rates:
    """The phone platform's prices.

    Raises:
        ConfigurationError: If one is negative.
    """
    ledger = settings.ledger
    return Rates(
        inbound_per_minute=_money(ledger.inbound_kes_per_minute, "ledger.inbound_kes_per_minute"),
        outbound_per_minute=_money(
            ledger.outbound_kes_per_minute, "ledger.outbound_kes_per_minute"
        ),
        step=BillingStep(ledger.rounding),
    )


def caps_of(settings: Settings) -> Caps:
    """The caps.

    Raises:
        ConfigurationError: If one is negative, or is of money that cannot be told.
    """
    caps = settings.caps
    return Caps(
        call=_cap("call", caps.call_minutes, caps.call_kes),
        day=_cap("day", caps.day_minutes, caps.day_kes),
        number=_cap("number", caps.number_minutes, caps.number_kes),
    )


def _cap(on: str, minutes: int, kes: float) -> Cap:
    if minutes < 0:
        raise ConfigurationError(f"caps.{on}_minutes: a cap cannot be negative; 0 is none")
    return Cap(minutes, _money(kes, f"caps.{on}_kes").minor)


def _money(kes: float, key: str) -> Money:
    if not 0 <= kes < 1e9:
        raise ConfigurationError(f"{key}: {kes:g} is no amount of shillings")
    return Money(int((Decimal(str(kes)) * 100).to_integral_value(ROUND_HALF_UP)))
