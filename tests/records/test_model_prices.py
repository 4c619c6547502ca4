"""What voice models cost: by a dated table, the operator's own above it, and unknown as unknown."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from mapokezi.records.model_prices import (
    ExchangeRate,
    ModelPrice,
    PriceTable,
    price_of,
    shipped_prices,
)
from mapokezi.records.model_usage import ModelUsage
from mapokezi.units import Money

DAY = date(2026, 11, 25)
SHIPPED = PriceTable(shipped_prices())


def used(model: str = "gpt-realtime-2.1", **units: int) -> ModelUsage:
    return ModelUsage("live", model, units)


def test_each_kind_of_unit_has_its_own_price() -> None:
    usage = [used(audio_in=1_000_000, audio_in_cached=500_000, audio_out=250_000)]
    bill = SHIPPED.bill(usage, DAY)
    assert [line.usd for line in bill.lines] == [Decimal(32), Decimal("0.2"), Decimal(16)]
    assert bill.usd == Decimal("48.2")
    assert bill.is_known
    assert str(bill) == "about USD 48.2000"


def test_what_has_no_price_is_not_known_and_never_nothing() -> None:
    bill = SHIPPED.bill([used(audio_in=1000, text_in=2000)], DAY)
    assert str(bill) == "at least USD 0.0320"
    assert [(line.unit, line.count, line.usd) for line in bill.unknown] == [("text_in", 2000, None)]
    unknown = SHIPPED.bill([used("gemini-3.8-live", audio_in=1000)], DAY)
    assert str(unknown) == "not known"
    assert unknown.usd == 0
    assert not unknown.is_known


def test_a_model_that_was_not_told_is_not_known() -> None:
    assert str(SHIPPED.bill([used("", audio_in=1)], DAY)) == "not known"


def test_a_model_that_counts_nothing_is_not_free() -> None:
    bill = SHIPPED.bill([ModelUsage("own", "")], DAY)
    assert str(bill) == "not known"
    assert [(line.profile, line.unit, line.usd) for line in bill.unknown] == [
        ("own", "not_counted", None)
    ]
    both = SHIPPED.bill([used(audio_out=1_000_000), ModelUsage("own", "")], DAY)
    assert str(both) == "at least USD 64.0000"


def test_nothing_used_costs_nothing_and_shows_nothing() -> None:
    assert str(SHIPPED.bill([], DAY)) == ""
    assert SHIPPED.bill([used(audio_in=0)], DAY).lines == ()


@pytest.mark.parametrize("name", ["gpt-realtime-2.1-2026-10-01", "models/gpt-realtime-2.1"])
def test_a_dated_name_is_the_same_model(name: str) -> None:
    assert str(SHIPPED.bill([used(name, audio_out=1_000_000)], DAY)) == "about USD 64.0000"


def test_a_model_of_a_like_name_is_another_one() -> None:
    prices = SHIPPED.of("gpt-realtime-2.1-mini", DAY)
    assert prices["audio_in"] == Decimal(10)
    assert SHIPPED.of("gpt-realtime-2.1-maxi", DAY) == {}


def test_an_operators_price_stands_above_the_table_unit_by_unit() -> None:
    own = price_of("gpt-realtime-2.1", {"audio_in": 30, "text_in": Decimal("4.5")})
    table = PriceTable(shipped_prices(), (own,))
    found = table.of("gpt-realtime-2.1", DAY)
    assert (found["audio_in"], found["text_in"], found["audio_out"]) == (
        Decimal(30),
        Decimal("4.5"),
        Decimal(64),
    )


def test_nothing_is_a_price_if_the_operator_says_so() -> None:
    table = PriceTable(own=(price_of("ours", {"text_in": 0}),))
    assert str(table.bill([used("ours", text_in=10)], DAY)) == "about USD 0.0000"


def test_a_call_is_priced_as_of_its_day() -> None:
    table = PriceTable(
        (
            ModelPrice("m", date(2026, 1, 1), {"audio_in": Decimal(1)}),
            ModelPrice("m", date(2026, 6, 1), {"audio_in": Decimal(2)}),
        )
    )
    prices = [table.of("m", date(2026, month, 15))["audio_in"] for month in (5, 6, 7)]
    assert prices == [1, 2, 2]
    assert table.of("m", date(2025, 1, 1))["audio_in"] == 1


def test_a_rate_gives_the_offices_money_rounded_up() -> None:
    table = PriceTable(shipped_prices(), rate=ExchangeRate(Decimal("129.2"), date(2026, 11, 20)))
    bill = table.bill([used(audio_in=1000)], DAY)
    assert bill.converted == Money(414)
    assert str(bill) == "about KES 4.14 (USD 0.0320)"


@pytest.mark.parametrize(
    "entry",
    [{"audio": 1}, {"audio_in": "3"}, {"audio_in": -1}, {"audio_in": True}, {"since": "2026"}],
)
def test_a_wrong_price_is_told(entry: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"unit|number|date"):
        price_of("m", entry)


def test_the_shipped_table_says_from_when_it_holds() -> None:
    assert shipped_prices()
    assert all(price.since >= date(2026, 1, 1) for price in shipped_prices())
