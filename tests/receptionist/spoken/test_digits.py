"""Numbers, telephone numbers and money: read(say(x)) == x, and what recognisers write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.receptionist.spoken import (
    has_digits,
    read_digits,
    read_money,
    read_number,
    read_phone,
    say_digits,
    say_ending,
    say_letters,
    say_money,
    say_number,
    say_phone,
)
from mapokezi.units import E164, Money

_KENYAN = st.from_regex(r"\+254(7|1)[0-9]{8}", fullmatch=True).map(E164)


@given(st.integers(0, 10**12 - 1))
def test_a_number_is_read_as_it_is_said(number: int) -> None:
    assert read_number(say_number(number)) == number


@given(st.integers(0, 10**12))
def test_an_amount_is_read_as_it_is_said(minor: int) -> None:
    assert read_money(say_money(Money(minor))) == Money(minor)


@given(_KENYAN)
def test_a_kenyan_number_is_read_as_it_is_said(number: E164) -> None:
    assert read_phone(read_digits(say_phone(number))).number == number


@given(_KENYAN)
def test_a_kenyan_number_is_read_in_each_of_its_forms(number: E164) -> None:
    for form in (
        number,
        number[1:],
        f"0{number[4:]}",
        f"0{number[4:7]}-{number[7:10]}-{number[10:]}",
    ):
        assert read_phone(read_digits(form)).number == number


@pytest.mark.parametrize("number", ["+447400123456", "+14155552671", "+256772123456"])
def test_a_foreign_number_is_read_as_it_is_said(number: str) -> None:
    assert read_phone(read_digits(say_phone(E164(number)))).number == number


@given(st.text("0123456789", min_size=2, max_size=15))
def test_digits_are_read_as_they_are_said(digits: str) -> None:
    assert read_digits(say_digits(digits)) == digits


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("0722-123-456.", "0722123456"),
        ("Plus 254722900111.", "254722900111"),
        ("Plus 254-733-810-992.", "254733810992"),
        ("Zero, seven, one, five, two, two, three, double four, one.", "0715223441"),
        ("oh seven double two, one two three, four five six", "0722123456"),
        ("Both seven double two, one two three, four five six.", "0722123456"),
        ("zero seven twenty two, one twenty three, four fifty six", "0722123456"),
        ("My number is 0722, 123, 456", "0722123456"),
        ("triple zero five", "0005"),
        ("call me, my number is one one zero", "110"),
        ("I have no number", ""),
    ],
)
def test_what_recognisers_write_for_digits(written: str, digits: str) -> None:
    assert read_digits(written) == digits


def test_a_number_with_a_digit_lost_is_not_made_whole() -> None:
    read = read_phone("071522341")
    assert read.number is None
    assert read.too_short


def test_a_number_with_a_digit_too_many_is_none() -> None:
    read = read_phone("07221234567")
    assert read.number is None
    assert not read.too_short


def test_the_groups_can_be_followed() -> None:
    assert say_digits("0722123456") == "0 7 2 2, 1 2 3, 4 5 6"
    assert say_digits("07152") == "0 7 1 5, 2"
    assert say_phone(E164("+254722123456")) == "0 7 2 2, 1 2 3, 4 5 6"
    assert say_ending(E164("+254722123456")) == "4 5 6"


def test_letters_are_spelled_with_commas() -> None:
    assert say_letters("Otieno") == "O, T, I, E, N, O"


def test_amounts_as_callers_and_offices_write_them() -> None:
    assert read_money("KES 3,500") == Money(350_000)
    assert read_money("5,000 shillings") == Money(500_000)
    assert read_money("five bananas") is None
    assert say_money(Money(350_050)) == "three thousand five hundred shillings and fifty cents"


def test_words_that_may_be_digits_count_only_among_digits() -> None:
    assert not has_digits("I want to speak to someone for a while")
    assert read_digits("seven to four") == "724"


def test_a_number_out_of_reach_is_refused() -> None:
    with pytest.raises(ValueError, match="out of what is spoken"):
        say_number(-1)
    assert read_number("many") is None


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        (
            "Zero seven two two, three three two, no wait, three three four, five six seven.",
            "0722334567",
        ),
        ("O715-332, no weight, it is 334-086.", "0715334086"),
        ("0733-810-992. No, I mean 993.", "0733810993"),
        ("0722 332, no wait, 334", "0722334"),
        ("0722 123 456, sorry, 0733 123 456", "0733123456"),
        ("0722 let me start again 0733 100 200", "0733100200"),
        ("plus 254 722, sorry, 733 100 200", "254733100200"),
        ("No, it's 0733-123-465.", "0733123465"),
        ("No, 0722 100 200, thank you, no more.", "0722100200"),
        ("Wait, 0722 100 200.", "0722100200"),
    ],
)
def test_digits_put_right_in_mid_sentence(said: str, digits: str) -> None:
    assert read_digits(said) == digits
