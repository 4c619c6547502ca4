"""Swahili numbers, amounts, times and days, pure and mixed with English."""

from __future__ import annotations

from datetime import date, time

import pytest

from mapokezi.receptionist.spoken import (
    Language,
    read_amounts,
    read_date,
    read_digits,
    read_number,
    read_numbers,
    read_time,
    say_date,
    say_digits,
    say_money,
    say_number,
    say_time,
)
from mapokezi.units import Money

SW = Language.SWAHILI
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "sifuri"),
        (11, "kumi na moja"),
        (45, "arobaini na tano"),
        (250, "mia mbili hamsini"),
        (105, "mia moja na tano"),
        (1_500, "elfu moja mia tano"),
        (2_026, "elfu mbili ishirini na sita"),
        (12_000, "elfu kumi na mbili"),
        (10_002, "kumi elfu na mbili"),
        (100_000, "laki moja"),
        (350_000, "laki tatu elfu hamsini"),
        (2_500_000, "milioni mbili laki tano"),
    ],
)
def test_numbers_as_they_are_said(number: int, said: str) -> None:
    assert say_number(number, SW) == said
    assert read_number(said) == number


def test_a_number_out_of_reach_is_refused() -> None:
    with pytest.raises(ValueError, match="out of what is spoken"):
        say_number(-1, SW)


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("elfu moja na mia tano", 1_500),
        ("elfu mia moja hamsini", 150_000),
        ("laki moja na nusu", 150_000),
        ("elfu mbili na nusu", 2_500),
        ("nusu milioni", 500_000),
        ("arubaini na mbili", 42),
        ("elfu five", 5_000),
        ("two hundred na hamsini", 250),
        ("mia five", 500),
        ("thao tano", 5_000),
        ("soo mbili", 200),
        ("elfu 5", 5_000),
        ("5k", 5_000),
        ("1.5 million", 1_500_000),
    ],
)
def test_numbers_as_people_say_and_mix_them(said: str, number: int) -> None:
    assert read_number(said) == number


@pytest.mark.parametrize(
    "said", ["habari", "mia mia", "mbili elfu tatu milioni", "elfu moja elfu", ""]
)
def test_what_is_no_number_is_not_read_as_one(said: str) -> None:
    assert read_number(said) is None


@pytest.mark.parametrize(
    ("said", "minor"),
    [
        ("Nililipa shilingi elfu moja mia tano.", 150_000),
        ("nimetuma elfu mbili bob", 200_000),
        ("It was two hundred bob", 20_000),
        ("shilingi mia tano na senti hamsini", 50_050),
        ("kodi ni KES 12,500", 1_250_000),
        ("ni shilingi elfu kumi na tano", 1_500_000),
        ("I paid sh 1,500/=", 150_000),
    ],
)
def test_amounts_in_what_callers_say(said: str, minor: int) -> None:
    (read,) = read_amounts(said)
    assert read.value == Money(minor)
    assert read.is_sure


@pytest.mark.parametrize(
    "said", ["elfu five hundred bob", "Dick Hundred Shilling", "nililipa elfu tatu"]
)
def test_amounts_that_may_be_something_else_are_unsure(said: str) -> None:
    (read,) = read_amounts(said)
    assert not read.is_sure


def test_two_amounts_are_two() -> None:
    amounts = read_amounts("I paid two hundred bob out of shilingi elfu moja")
    assert [read.value.minor for read in amounts] == [20_000, 100_000]
    assert say_money(Money(350_050), SW) == "shilingi elfu tatu mia tano na senti hamsini"


def test_numbers_within_a_sentence() -> None:
    assert [read.value for read in read_numbers("we are five, plot 213, na watoto watatu")] == [
        5,
        213,
    ]


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("sifuri saba mbili mbili, moja mbili tatu, nne tano sita", "0722123456"),
        ("Zero saba mbili mbili one two three nne tano sita", "0722123456"),
        ("sifuri saba ishirini na mbili moja mbili tatu nne tano sita", "0722123456"),
        ("sufuri saba kumi na moja", "0711"),
    ],
)
def test_digits_in_swahili(said: str, digits: str) -> None:
    assert read_digits(said) == digits
    assert say_digits("0722", SW) == "sifuri saba mbili mbili"


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (time(7), "saa moja asubuhi"),
        (time(12), "saa sita mchana"),
        (time(15), "saa tisa mchana"),
        (time(15, 15), "saa tisa na robo mchana"),
        (time(15, 30), "saa tisa na nusu mchana"),
        (time(15, 45), "saa kumi kasoro robo jioni"),
        (time(18, 20), "saa kumi na mbili na dakika ishirini jioni"),
        (time(21, 50), "saa nne kasoro dakika kumi usiku"),
        (time(5), "saa kumi na moja alfajiri"),
        (time(0), "saa sita usiku"),
    ],
)
def test_times_on_the_swahili_clock(at: time, said: str) -> None:
    assert say_time(at, SW) == said


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("Nipigie saa tatu asubuhi", time(9)),
        ("kesho saa nne na nusu asubuhi", time(10, 30)),
        ("saa mbili unusu usiku", time(20, 30)),
        ("saa tatu kasorobo asubuhi", time(8, 45)),
        ("saa tano mchana", time(11)),
        ("saa tisa ya mchana", time(15)),
        ("saa 9 mchana", time(15)),
        ("saa nine mchana", time(15)),
        ("saa three asubuhi", time(9)),
        ("saa three mchana", time(15)),
        ("three mchana", time(15)),
        ("nine asubuhi", time(9)),
        ("saa kumi jioni", time(16)),
        ("saa moja jioni", time(19)),
        ("saa 15:30", time(15, 30)),
    ],
)
def test_times_as_people_mix_the_clocks(said: str, at: time) -> None:
    read = read_time(said)
    assert read is not None
    assert read.at == at
    assert read.is_sure


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("saa tisa", time(15)),
        ("saa nane", time(14)),
        ("saa three", time(15)),
        ("saa 9", time(15)),
        ("baada ya saa moja", time(7)),
        ("at three", time(15)),
    ],
)
def test_times_that_may_be_another_are_unsure(said: str, at: time) -> None:
    read = read_time(said)
    assert read is not None
    assert read.at == at
    assert not read.is_sure


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("kesho", date(2026, 11, 24)),
        ("kesho kutwa", date(2026, 11, 25)),
        ("keshokutwa asubuhi", date(2026, 11, 25)),
        ("Jumamosi", date(2026, 11, 28)),
        ("juma tano", date(2026, 11, 25)),
        ("tarehe ishirini na tano Desemba", date(2026, 12, 25)),
        ("tarehe 25 mwezi wa 12", date(2026, 12, 25)),
        ("tarehe mosi mwezi wa kumi na mbili", date(2026, 12, 1)),
        ("tarehe 25 December", date(2026, 12, 25)),
        ("leo jioni", TODAY),
    ],
)
def test_days_as_callers_name_them(said: str, day: date) -> None:
    read = read_date(said, TODAY)
    assert read is not None
    assert read.day == day


def test_a_day_that_is_none_is_not_read() -> None:
    assert read_date("tarehe thelathini na moja Februari", TODAY) is None
    assert read_date("habari za asubuhi", TODAY) is None
    said = "Ijumaa tarehe ishirini na tano mwezi wa Desemba"
    assert say_date(date(2026, 12, 25), TODAY, SW) == said
