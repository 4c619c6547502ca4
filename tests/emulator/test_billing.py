"""What a call costs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mapokezi.emulator.behaviour import Behaviour
from mapokezi.emulator.billing import Rates, billed_seconds
from mapokezi.emulator.call_detail import CallDetail, DialledLeg
from mapokezi.emulator.mode_values.account import Rounding
from mapokezi.units import Money


@pytest.mark.parametrize(
    ("connected_s", "seconds", "minor"),
    [(0.0, 0, 0), (0.001, 1, 5), (1.0, 1, 5), (1.0000001, 1, 5), (59.2, 60, 300), (61.0, 61, 305)],
)
def test_by_the_second_a_begun_one_counted(connected_s: float, seconds: int, minor: int) -> None:
    assert billed_seconds(connected_s) == seconds
    assert Rates().leg_cost(connected_s, 300) == Money(minor)


def test_an_odd_rate_is_rounded_half_up() -> None:
    assert [Rates().leg_cost(second, 150).minor for second in (1, 2, 3)] == [3, 5, 8]
    assert Rates().leg_cost(1, 30).minor == 1
    assert Rates().leg_cost(1, 29).minor == 0


def test_a_call_costs_both_its_legs() -> None:
    detail = CallDetail(
        "id",
        "HD_0",
        "+254722000001",
        "+254209000000",
        datetime(2026, 11, 22, tzinfo=UTC),
        Behaviour(inbound_per_min=60, outbound_per_min=300),
    )
    assert detail.cost == Money(0)
    detail.answered_s, detail.ended_s = 1.0, 31.0
    detail.legs = [
        DialledLeg("+254711000001", answered_s=10.0, ended_s=20.0),
        DialledLeg("+254711000002", ended_s=20.0),
    ]
    assert detail.cost == Money(30 + 50)
    assert detail.as_row()["cost_minor"] is None, "it is not settled yet"
    detail.is_settled = True
    row = detail.as_row()
    assert (row["duration_seconds"], row["cost_minor"], row["cost_currency"]) == (30, 80, "KES")
    assert [leg["cost_minor"] for leg in row["legs"]] == [50, 0]
    assert row["started_at"] == "2026-11-22T00:00:00.000Z"


@pytest.mark.parametrize(("connected_s", "minor"), [(0.0, 0), (0.5, 300), (60, 300), (60.5, 600)])
def test_started_minutes_are_counted_in_full_by_the_other_rule(
    connected_s: float, minor: int
) -> None:
    assert Rates(rounding=Rounding.MINUTE).leg_cost(connected_s, 300) == Money(minor)
