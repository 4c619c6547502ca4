"""In English and in Swahili: what is said is read as it was meant; 500 of each kind."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapokezi.receptionist.spoken import (
    Account,
    Language,
    read_account,
    read_date,
    read_digits,
    read_money,
    read_number,
    read_phone,
    read_time,
    say_date,
    say_digits,
    say_money,
    say_number,
    say_phone,
    say_time,
    say_time_on_both_clocks,
)
from mapokezi.units import E164, Money

LANGUAGES = list(Language)
_KENYAN = st.from_regex(r"\+254(7|1)[0-9]{8}", fullmatch=True).map(E164)
_NUMBERS = st.integers(0, 10**12 - 1) | st.integers(0, 99_999) | st.sampled_from(
    [10_002, 12_000, 100_002, 110_002, 10_000_002, 200_000_005, 100, 1_000, 101, 1_100]
)  # fmt: skip
_MINUTES = st.times().map(lambda at: at.replace(second=0, microsecond=0))
many = settings(max_examples=500, deadline=None)


@pytest.mark.parametrize("language", LANGUAGES)
@many
@given(number=_NUMBERS)
def test_a_number_is_read_as_it_is_said(number: int, language: Language) -> None:
    assert read_number(say_number(number, language)) == number


@pytest.mark.parametrize("language", LANGUAGES)
@many
@given(minor=st.integers(0, 10**11) | st.integers(0, 99_999))
def test_an_amount_is_read_as_it_is_said(minor: int, language: Language) -> None:
    assert read_money(say_money(Money(minor), language)) == Money(minor)


@pytest.mark.parametrize("language", LANGUAGES)
@many
@given(number=_KENYAN)
def test_a_telephone_number_is_read_as_it_is_said(number: E164, language: Language) -> None:
    assert read_phone(read_digits(say_phone(number, language))).number == number


@pytest.mark.parametrize("language", LANGUAGES)
@many
@given(digits=st.from_regex(r"[1-9][0-9]{4,6}", fullmatch=True))
def test_a_till_or_paybill_is_read_as_it_is_said(digits: str, language: Language) -> None:
    for kind, words in (("till", "till number"), ("paybill", "paybill")):
        read = read_account(f"{words} {say_digits(digits, language)}")
        assert read is not None
        assert read.is_sure
        assert read.value == Account(kind, digits)


@pytest.mark.parametrize("language", LANGUAGES)
@many
@given(at=_MINUTES)
def test_a_time_is_read_as_it_is_said(at: time, language: Language) -> None:
    read = read_time(say_time(at, language))
    assert read is not None
    assert read.at == at
    assert read.is_sure


@pytest.mark.parametrize("language", LANGUAGES)
@many
@given(ahead=st.integers(-3000, 3000), start=st.integers(0, 3000))
def test_a_date_is_read_as_it_is_said(ahead: int, start: int, language: Language) -> None:
    today = date(2026, 11, 23) + timedelta(days=start)
    day = today + timedelta(days=ahead)
    read = read_date(say_date(day, today, language), today)
    assert read is not None
    assert read.day == day


@many
@given(at=_MINUTES)
def test_a_time_on_both_clocks_is_one_time(at: time) -> None:
    for language in LANGUAGES:
        read = read_time(say_time_on_both_clocks(at, language))
        assert read is not None
        assert read.at == at


def test_the_clocks_are_six_hours_apart() -> None:
    both = say_time_on_both_clocks(time(15), Language.ENGLISH)
    assert both == "three in the afternoon, saa tisa mchana"
    both = say_time_on_both_clocks(time(8, 30), Language.SWAHILI)
    assert both == "saa mbili na nusu asubuhi, half past eight in the morning"
