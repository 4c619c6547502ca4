"""The sounds of names and what it costs to mishear them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mapokezi.receptionist.misheard import misheard
from mapokezi.receptionist.names import sounds_of_names
from mapokezi.receptionist.sounds import hearing_cost, sound_of


def test_spellings_of_one_sound_are_one() -> None:
    assert sound_of("Philip") == sound_of("Filip")
    assert sound_of("Ochieng") == "oCing"
    assert sound_of("a b-c") == sound_of("abc")
    assert sound_of("") == ""


def test_likely_mishearings_are_cheap() -> None:
    heard = sound_of("oceano")
    assert hearing_cost(sound_of("otieno"), heard) < hearing_cost(sound_of("onyango"), heard)


@given(st.sampled_from(sorted(sounds_of_names().values())))
def test_a_sound_is_heard_as_itself_for_next_to_nothing(sound: str) -> None:
    assert hearing_cost(sound, sound) < 0.11


@given(st.text(max_size=20), st.text(max_size=20))
def test_costs_are_never_negative(one: str, other: str) -> None:
    assert hearing_cost(sound_of(one), sound_of(other)) >= 0.0


def test_what_was_measured_points_to_known_names() -> None:
    assert {name for names in misheard().values() for name in names} <= set(sounds_of_names())
    assert "Otieno" in misheard()["oceano"]
