"""The prices of voice models: the shipped table, the operator's own, and what a dollar is worth."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from mapokezi.config import Settings
from mapokezi.errors import ConfigurationError
from mapokezi.records.model_prices import (
    ExchangeRate,
    ModelPrice,
    PriceTable,
    price_of,
    shipped_prices,
)


def price_table(settings: Settings) -> PriceTable:
    """Put the prices together.

    Raises:
        ConfigurationError: If a price of the operator's, or the rate, cannot be; names the key.
    """
    own = tuple(_own(model, settings) for model in settings.price)
    return PriceTable(shipped_prices(), own, _rate(settings))


def _own(model: str, settings: Settings) -> ModelPrice:
    try:
        return price_of(model, settings.price[model])
    except ValueError as error:
        raise ConfigurationError(f'price."{model}": {error}') from None


def _rate(settings: Settings) -> ExchangeRate | None:
    exchange = settings.exchange
    if not exchange.kes_per_usd:
        return None
    if exchange.kes_per_usd < 0:
        raise ConfigurationError("exchange.kes_per_usd: a rate is not negative")
    try:
        on = date.fromisoformat(exchange.on) if exchange.on else None
    except ValueError:
        raise ConfigurationError("exchange.on: a day, as in 2026-11-20") from None
    return ExchangeRate(Decimal(str(exchange.kes_per_usd)), on)
