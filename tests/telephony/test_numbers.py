"""Telephone numbers in the platform's forms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.telephony.numbers import country_of, same_subscriber, subscriber_of, to_e164
from mapokezi.units import E164


@pytest.mark.parametrize(
    "raw",
    [
        "+254722000000",
        "254722000000",
        "0722000000",
        " 254722000000",
        "0722 000 000",
        "00254722000000",
        "000254722000000",
        "tel:+254722000000",
        "sip:+254722000000@webrtc.example;transport=wss",
        "722000000",
    ],
)
def test_all_forms_of_one_number(raw: str) -> None:
    assert to_e164(raw) == "+254722000000"


@pytest.mark.parametrize(
    "raw", ["", "anonymous", "Restricted", "agent1", "sip:agent@x", "12", "+", "9" * 50, "+254"]
)
def test_what_is_no_number(raw: str) -> None:
    assert to_e164(raw) is None


def test_a_foreign_number_without_its_plus() -> None:
    assert to_e164("447911123456") == "+447911123456"
    assert to_e164("+447911123456") == "+447911123456"


def test_numbers_are_compared_by_nine_digits() -> None:
    assert same_subscriber("+254722000000", "0722000000")
    assert same_subscriber("254722000000", "722 000 000")
    assert not same_subscriber("+254722000000", "+254722000001")
    assert same_subscriber("999", "999")
    assert not same_subscriber("", "")
    assert not same_subscriber("999", "0722000999")
    assert subscriber_of("+254722000000") == "722000000"


def test_the_country() -> None:
    assert country_of(E164("+254722000000")) == "KE"
    assert country_of(E164("+255712345678")) == "TZ"
    assert country_of(E164("rubbish")) is None


@given(st.text(max_size=60))
def test_any_text_is_a_number_in_full_form_or_none(raw: str) -> None:
    number = to_e164(raw)
    assert number is None or (number.startswith("+") and number[1:].isdigit())
    if number is not None:
        assert to_e164(number) == number
