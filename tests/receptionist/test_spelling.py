"""Letters in the forms that recognisers write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.receptionist.spelling import force_letters, letters_cost, read_letters
from mapokezi.receptionist.words import plain


@pytest.mark.parametrize(
    ("written", "letters"),
    [
        ("O-t-i-e-n-o.", "otieno"),
        ("Oti-i-e-n-o.", "otiieno"),
        ("It fell w a nj i k u.", "wanjiku"),
        ("It's spelled K, A, M, A, U.", "kamau"),
        ("B is in Brian A.R.A.S.A.", "barasa"),
        ("Mary Akinyi, that's A K I N Y I.", "akinyi"),
        ("And w-a-n-g-i.", "mwangi"),
        ("O K E double L O", "okello"),
        (
            "Over-orange, pea for tango, i for India, e for eves, and for Nairobi, over-orange.",
            "otieno",
        ),
    ],
)
def test_spelled_names(written: str, letters: str) -> None:
    assert read_letters(plain(written)) == letters


@pytest.mark.parametrize(
    "written", ["My name is Otieno.", "I am a lawyer", "yes", "It's a matter of land", "Grace"]
)
def test_words_are_not_letters(written: str) -> None:
    assert read_letters(plain(written)) == ""


def test_where_letters_were_asked_for_any_writing_is_letters() -> None:
    assert force_letters(plain("Otae nl")) == "otaenl"
    assert force_letters(plain("Each AFFAM")) == "haffam"


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=12))
def test_the_same_letters_cost_nothing(name: str) -> None:
    assert letters_cost(name, name) == 0.0


def test_rhyming_letters_cost_less_than_others() -> None:
    assert letters_cost("peter", "deter") < letters_cost("peter", "reter")
    assert letters_cost("ann", "wanjiku") > 5
