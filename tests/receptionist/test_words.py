"""One plain form of what recognisers write in many."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.receptionist.words import plain, stem, without_fillers


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("I'd like to know.", "i would like to know"),
        ("What's your name?", "what is your name"),
        ("Can't you?", "cannot you"),
        ("Can I pay by M. Pesa?", "can i pay by mpesa"),
        ("by MPECER", "by mpesa"),
        ("at 10:30, please", "at 10:30 please"),
        ("3 p.m.", "3 pm"),
        ("Otieno\u2019s office", "otieno office"),
        ("A.R.A.S.A.", "a r a s a"),
        ("O K E L L O", "o k e l l o"),
    ],
)
def test_plain(written: str, said: str) -> None:
    assert plain(written) == said


@given(st.text(max_size=80))
def test_plain_text_stays_plain(text: str) -> None:
    once = plain(text)
    assert once == " ".join(once.split())
    assert once == once.lower()


def test_fillers_at_the_beginning_are_dropped() -> None:
    assert without_fillers("um hello so where are you") == "where are you"
    assert without_fillers("hello") == "hello"


def test_stems() -> None:
    assert stem("charges") == stem("charged") == stem("charging")
    assert stem("is") == "is"
