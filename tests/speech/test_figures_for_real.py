"""Figures said by the real voice over the telephone's band, and written by the real recogniser."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from tests.receptionist.spoken.test_as_recognised import made_of
from tests.speech.test_speech_for_real import over_the_telephone

from mapokezi.speech.engines.hibari import Hibari
from mapokezi.speech.engines.moonshine import Moonshine

_FILE = Path(__file__).parents[1] / "data" / "figures_heard.toml"
HEARD = tomllib.loads(_FILE.read_text(encoding="utf-8"))["heard"]


def wrong_of(heard: list[tuple[int, dict[str, str]]]) -> list[tuple[str, str]]:
    """Give what was written and read wrongly without being marked unsure."""
    voice, recogniser = Hibari(), Moonshine()
    wrong = []
    for seed, one in heard:
        written = recogniser.transcribe(over_the_telephone(voice.speak(one["said"]), seed=seed))
        made = made_of(one["kind"], written)
        if made is not None and made[1] and made[0] != one["meant"]:
            wrong.append((one["said"], written))
    return wrong


def test_some_of_each_kind_are_right_or_unsure() -> None:
    assert wrong_of(list(enumerate(HEARD))[::12]) == []


@pytest.mark.proof
def test_all_of_them_are_right_or_unsure() -> None:
    assert len(HEARD) >= 60
    assert wrong_of(list(enumerate(HEARD))) == []
