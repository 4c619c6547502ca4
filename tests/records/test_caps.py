"""Caps on what calls may cost."""

from __future__ import annotations

import pytest

from mapokezi.records.caps import Cap, Capped, Caps, Used
from mapokezi.units import Milliseconds


def used(minutes: float = 0, minor: int = 0) -> Used:
    return Used(Milliseconds(round(minutes * 60_000)), minor)


def test_without_caps_nothing_is_reached() -> None:
    assert not Caps()
    assert Caps().reached({Capped.CALL: used(10_000, 10**9)}) == ""


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (used(9.99, 4_999), ""),
        (used(10, 0), "the cap of 10 minutes a call"),
        (used(0, 5_000), "the cap of KES 50.00 a call"),
    ],
)
def test_minutes_or_money_whichever_is_first(amount: Used, said: str) -> None:
    caps = Caps(call=Cap(minutes=10, minor=5_000))
    assert caps
    assert caps.reached({Capped.CALL: amount, Capped.DAY: used(10**6, 10**6)}) == said


def test_each_of_the_three_has_its_own() -> None:
    caps = Caps(day=Cap(minutes=60), number=Cap(minor=100))
    assert caps.reached({Capped.CALL: used(100), Capped.DAY: used(59)}) == ""
    assert caps.reached({Capped.DAY: used(60)}) == "the cap of 60 minutes a day"
    assert caps.reached({Capped.NUMBER: used(0, 100)}) == "the cap of KES 1.00 a number and day"


def test_what_was_used_adds_up() -> None:
    assert used(1, 5) + used(2, 6) == used(3, 11)
    assert used(3, 11) - used(1, 5) == used(2, 6)


def test_a_negative_cap_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        Cap(minor=-1)
