"""What the local recogniser wrote of figures is read rightly, marked unsure, or not read at all."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from mapokezi.receptionist.spoken import (
    read_account,
    read_amounts,
    read_date,
    read_digits,
    read_numbers,
    read_phone,
    read_time,
)

TODAY = date(2026, 11, 23)
_FILE = Path(__file__).parents[2] / "data" / "figures_heard.toml"
HEARD = tomllib.loads(_FILE.read_text(encoding="utf-8"))["heard"]


def made_of(kind: str, written: str) -> tuple[str, bool] | None:
    """Give what is made of the words, as the table writes it, and whether it is sure."""
    if kind == "phone":
        phone = read_phone(read_digits(written))
        return (phone.number, True) if phone.number else None
    if kind == "time":
        at = read_time(written)
        return (at.at.strftime("%H:%M"), at.is_sure) if at else None
    if kind == "date":
        day = read_date(written, TODAY)
        return (day.day.isoformat(), True) if day else None
    if kind == "till":
        account = read_account(written)
        return (account.value.digits, account.is_sure) if account else None
    if kind == "amount":
        amounts = read_amounts(written)
        return (str(amounts[0].value.minor), amounts[0].is_sure) if amounts else None
    numbers = read_numbers(written)
    return (str(numbers[0].value), numbers[0].is_sure) if numbers else None


@pytest.mark.parametrize("heard", HEARD, ids=lambda heard: heard["written"])
def test_what_the_recogniser_wrote_is_right_or_unsure(heard: dict[str, str]) -> None:
    made = made_of(heard["kind"], heard["written"])
    assert made is None or made == (heard["meant"], made[1]) or not made[1]


def test_most_of_it_is_right() -> None:
    made = [(made_of(one["kind"], one["written"]), one["meant"]) for one in HEARD]
    right = sum(got is not None and got[0] == meant for got, meant in made)
    assert len(HEARD) >= 60
    assert right >= 0.9 * len(HEARD)
