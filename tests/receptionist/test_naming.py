"""Names from what a recogniser wrote, and from letters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.receptionist.names import common_names, sounds_of_names
from mapokezi.receptionist.naming import Evidence, guess_name


@pytest.mark.parametrize(
    ("heard", "name"),
    [
        ("oceano", "Otieno"),
        ("wanjuku", "Wanjiku"),
        ("wanjaro", "Wanjiru"),
        ("odeambo", "Odhiambo"),
        ("oteambel", "Odhiambo"),
        ("a cheating oatmeal", "Achieng Odhiambo"),
        ("wanjiku kamel", "Wanjiku Kamau"),
        ("grace wanderer", "Grace Wanjiru"),
        ("m wangy", "Mwangi"),
        ("enjoyge", "Njoroge"),
        ("peter mudua", "Peter Mutua"),
    ],
)
def test_misheard_names_are_righted(heard: str, name: str) -> None:
    assert guess_name(Evidence(heard=(heard,))).name == name


@given(st.sampled_from(sorted(sounds_of_names())))
def test_a_name_of_the_gazetteer_is_itself(name: str) -> None:
    guess = guess_name(Evidence(heard=(name.lower(),)))
    assert guess.name == name
    assert guess.is_sure


@given(st.sampled_from(sorted(sounds_of_names())))
def test_a_spelled_name_is_itself(name: str) -> None:
    assert guess_name(Evidence(spelled=(name.lower(),))).name == name


def test_a_name_that_is_not_known_is_kept_and_never_sure() -> None:
    guess = guess_name(Evidence(heard=("zbigniew",)))
    assert not guess.is_sure


def test_what_was_denied_is_not_offered_again() -> None:
    first = guess_name(Evidence(heard=("oceano",)))
    second = guess_name(Evidence(heard=("oceano",), denied=(first.name,)))
    assert second.name not in {"", first.name}


def test_letters_overrule_a_denial() -> None:
    """A "no" may itself have been misheard; the very letters are not."""
    evidence = Evidence(heard=("grace wanderer",), spelled=("wanjiru",), denied=("Grace Wanjiru",))
    assert guess_name(evidence).name == "Grace Wanjiru"


@pytest.mark.parametrize(
    ("letters", "name"),
    [
        ("otiieno", "Otieno"),
        ("avhieng", "Achieng"),
        ("ovhiambo", "Odhiambo"),
        ("haffam", "Hassan"),
        ("njorote", "Njoroge"),
        ("kipropiph", "Kiprotich"),
    ],
)
def test_letters_that_rhyme_are_forgiven(letters: str, name: str) -> None:
    assert guess_name(Evidence(spelled=(letters,))).name == name


def test_letters_of_an_unknown_name_are_taken_as_they_are() -> None:
    guess = guess_name(Evidence(spelled=("zbigniewski",)))
    assert guess.name == "Zbigniewski"
    assert not guess.is_sure


def test_letters_of_the_last_name_leave_the_first() -> None:
    guess = guess_name(Evidence(heard=("peter canjo",), spelled=("kamau",)))
    assert guess.name == "Peter Kamau"


def test_nothing_comes_of_nothing() -> None:
    assert guess_name(Evidence()).name == ""


def test_the_doubtful_part_is_named() -> None:
    assert guess_name(Evidence(heard=("grace zdrovko",))).unsure_part == "last name"


def test_common_names_are_of_the_gazetteer() -> None:
    assert common_names() <= set(sounds_of_names())


@pytest.mark.parametrize(
    ("letters", "name"), [("jumamupua", "Juma Mutua"), ("ahmebmupai", "Ahmed Mutai")]
)
def test_letters_of_both_names_are_cut_between_them(letters: str, name: str) -> None:
    assert guess_name(Evidence(heard=("auckandeyudai",), spelled=(letters,))).name == name
