"""What voice models cost: the second meter of a call, beside the phone platform's.

Prices stand in a dated table (``model_prices.toml``), in US dollars for a million units; an
operator's own stand above it. What is not in either is *not known*: it is shown as such, with the
units that were counted, and never as nothing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_UP, Decimal
from functools import cache
from importlib.resources import files

from mapokezi.records.model_usage import ModelUsage
from mapokezi.units import Money

UNITS = (
    "audio_in",
    "audio_in_cached",
    "audio_out",
    "text_in",
    "text_in_cached",
    "text_out",
    "thought_out",
    "tokens_in",
    "tokens_out",
    "transcribed_tokens",
    "transcribed_ms",
    "characters_spoken",
)
"""The kinds of units that have a price, as `mapokezi.voice.events.UsageReported` names them."""

NOT_COUNTED = "not_counted"
"""In the place of a unit: a model was used, and has not told what that costs."""

_MILLION = 1_000_000
_DATED = re.compile(r"-(?:\d{4}-\d{2}-\d{2}|\d{8})$")
_CENT = Decimal("0.01")
_SMALLEST = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class ModelPrice:
    """What one model costs from a day on."""

    model: str
    """The vendor's name."""
    since: date
    """The first day; of the table shipped here, the day on which the price was read."""
    usd_per_million: Mapping[str, Decimal]
    """By kind of unit. One that is missing is not known."""


@dataclass(frozen=True, slots=True)
class ExchangeRate:
    """What a dollar is in the office's money, and when that was so."""

    per_usd: Decimal
    on: date | None = None
    """None: the operator has not said."""
    currency: str = "KES"


@dataclass(frozen=True, slots=True)
class BillLine:
    """One model's units of one kind."""

    profile: str
    model: str
    unit: str
    count: int
    usd: Decimal | None
    """None: its price is not known."""


@dataclass(frozen=True, slots=True)
class ModelBill:
    """What the voice models of a call cost."""

    lines: tuple[BillLine, ...] = ()
    rate: ExchangeRate | None = None

    @property
    def usd(self) -> Decimal:
        """The sum of what is known."""
        return sum((line.usd for line in self.lines if line.usd is not None), Decimal(0))

    @property
    def unknown(self) -> tuple[BillLine, ...]:
        """What has no price."""
        return tuple(line for line in self.lines if line.usd is None)

    @property
    def is_known(self) -> bool:
        """Whether all of it has a price."""
        return not self.unknown

    @property
    def converted(self) -> Money | None:
        """The sum in the office's money, rounded up; None without a rate."""
        if self.rate is None:
            return None
        minor = (self.usd * self.rate.per_usd / _CENT).to_integral_value(ROUND_UP)
        return Money(int(minor), self.rate.currency)

    def __str__(self) -> str:
        """As it is shown: ``about KES 4.10 (USD 0.0317)``, ``at least ...``, ``not known``."""
        if not self.lines:
            return ""
        if not any(line.usd is not None for line in self.lines):
            return "not known"
        usd = f"USD {self.usd.quantize(_SMALLEST, ROUND_UP)}"
        said = f"{self.converted} ({usd})" if self.converted is not None else usd
        return f"about {said}" if self.is_known else f"at least {said}"


@dataclass(frozen=True, slots=True)
class PriceTable:
    """Prices of models, an operator's own above those that are shipped."""

    prices: tuple[ModelPrice, ...] = ()
    own: tuple[ModelPrice, ...] = ()
    rate: ExchangeRate | None = None
    _found: dict[tuple[str, date], Mapping[str, Decimal]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def of(self, model: str, on: date) -> Mapping[str, Decimal]:
        """Give the prices of a model on a day, by kind of unit; empty if it is not known.

        A name with the vendor's date (``-2026-10-01``) and one without are the same model, unless
        the one with the date has prices of its own.
        """
        known = self._found.get((model, on))
        if known is None:
            known = dict(_of(self.prices, model, on)) | dict(_of(self.own, model, on))
            self._found[model, on] = known
        return known

    def bill(self, usage: Iterable[ModelUsage], on: date) -> ModelBill:
        """Price what the models of a call have counted.

        Args:
            usage: Of the call.
            on: The day of the call.
        """
        lines: list[BillLine] = []
        for one in usage:
            if not one.units:
                lines.append(BillLine(one.profile, one.model, NOT_COUNTED, 0, None))
            prices = self.of(one.model, on)
            lines += (
                BillLine(one.profile, one.model, unit, count, _priced(prices, unit, count))
                for unit, count in one.units.items()
                if count
            )
        return ModelBill(tuple(lines), self.rate)


def _priced(prices: Mapping[str, Decimal], unit: str, count: int) -> Decimal | None:
    price = prices.get(unit)
    return None if price is None else price * count / _MILLION


def _of(prices: tuple[ModelPrice, ...], model: str, on: date) -> Mapping[str, Decimal]:
    name = model.removeprefix("models/")
    for wanted in dict.fromkeys((name, _DATED.sub("", name))):
        of_model = sorted(
            (one for one in prices if wanted and one.model == wanted), key=lambda one: one.since
        )
        if of_model:
            # Of a call before the first entry its price is as near as one can come.
            held = [one for one in of_model if one.since <= on] or of_model[:1]
            return held[-1].usd_per_million
    return {}


@cache
def shipped_prices() -> tuple[ModelPrice, ...]:
    """Give the table of this package."""
    text = files("mapokezi.records").joinpath("model_prices.toml").read_text(encoding="utf-8")
    entries = tomllib.loads(text, parse_float=Decimal)["price"]
    return tuple(price_of(entry["model"], entry) for entry in entries)


def price_of(model: str, entry: Mapping[str, object]) -> ModelPrice:
    """Give the price that an entry of a table holds.

    Raises:
        ValueError: If a unit is none of `UNITS`, or a price is no number or negative.
    """
    since = entry.get("since", date.min)
    if not isinstance(since, date):
        raise ValueError("since is a date, as in 2026-11-22")  # noqa: TRY004  one error for all
    found: dict[str, Decimal] = {}
    for unit, price in entry.items():
        if unit in {"model", "since"}:
            continue
        if unit not in UNITS:
            raise ValueError(f"{unit} is no unit that models count; those are {', '.join(UNITS)}")
        if isinstance(price, bool) or not isinstance(price, int | float | Decimal) or price < 0:
            raise ValueError(f"{unit} is a number of US dollars for a million, not negative")
        found[unit] = Decimal(str(price))
    return ModelPrice(model, since, found)
