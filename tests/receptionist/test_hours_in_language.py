"""Opening hours in Swahili: on the Swahili clock, true, and whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest

from mapokezi.receptionist.clerk import Clerk
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.pieces import piece_key, to_record
from mapokezi.receptionist.spoken import Language
from mapokezi.receptionist.turns import Heard

NOW = datetime.fromisoformat("2026-11-23T10:00:00+03:00")
SPANS = "kuanzia saa mbili asubuhi hadi saa saba mchana na kuanzia saa nane mchana hadi saa kumi na moja jioni"  # noqa: E501


@dataclass
class Pack:
    """What is recorded; None: everything."""

    recorded: set[str] | None = None

    def can_say(self, language: Language, pieces: tuple[str, ...]) -> bool:
        return language is Language.ENGLISH or self.recorded is None or set(pieces) <= self.recorded


@pytest.fixture(scope="module")
def pack() -> Pack:
    return Pack()


@pytest.fixture(scope="module")
def clerk(law_office: Office, pack: Pack) -> Clerk:
    return Clerk(law_office, can_say=pack.can_say)


@pytest.fixture
def recorded(law_office: Office, pack: Pack) -> Iterator[set[str]]:
    """All that there is to record."""
    texts = to_record(Language.SWAHILI, law_office).values()
    pack.recorded = {piece_key(words) for words in texts}
    yield pack.recorded
    pack.recorded = None


def hear(clerk: Clerk, said: str) -> list[str]:
    turn = clerk.hear(clerk.begin(None, NOW), Heard(said), NOW)
    return [sentence.text for sentence in turn.say if "hours" in sentence.fact_ids]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            "Mnafungua saa ngapi?",
            [
                f"Jumatatu hadi Ijumaa tumefungua {SPANS}.",
                "Jumamosi tumefungua kuanzia saa tatu asubuhi hadi saa saba mchana.",
                "Jumapili tumefunga.",
            ],
        ),
        ("Mko wazi leo?", [f"Leo tumefungua {SPANS}.", "Sasa hivi tumefungua."]),
        (
            "Mko wazi Jumapili?",
            [
                "Jumapili tarehe ishirini na tisa mwezi wa Novemba tumefunga.",
                "Tutafungua tena Jumatatu tarehe thelathini mwezi wa Novemba, saa mbili asubuhi.",
            ],
        ),
    ],
)
def test_hours_are_told_in_swahili(clerk: Clerk, asked: str, said: list[str]) -> None:
    assert hear(clerk, asked) == said


def test_they_are_put_together_of_recorded_words(clerk: Clerk, recorded: set[str]) -> None:
    assert recorded
    assert hear(clerk, "Mko wazi Jumapili?")[0].startswith("Jumapili tarehe")


def test_where_a_word_of_them_is_not_recorded_the_whole_is_english(
    clerk: Clerk, recorded: set[str]
) -> None:
    recorded.remove("saa")
    said = hear(clerk, "Mko wazi leo?")
    assert said[0].startswith("Today we are open from eight")
    assert "Sasa hivi tumefungua." not in said
