"""In which language an utterance is, and in which it is answered."""

from __future__ import annotations

import pytest

from mapokezi.receptionist.language import (
    Tongue,
    instruction_for,
    language_of_talk,
    language_to_answer,
    tongue_of,
)
from mapokezi.receptionist.spoken import Language

EN, SW = Language.ENGLISH, Language.SWAHILI


@pytest.mark.parametrize(
    ("said", "tongue"),
    [
        ("Nataka kuongea na wakili", Tongue.SWAHILI),
        ("Mnafungua saa ngapi kesho?", Tongue.SWAHILI),
        ("Nimepoteza hati ya shamba", Tongue.SWAHILI),
        ("Ningependa kujua bei ya kuandikisha kampuni", Tongue.SWAHILI),
        ("Tafadhali mwambie anipigie", Tongue.SWAHILI),
        ("Niaje, nataka kuongea na mzee", Tongue.SWAHILI),
        ("Hello, I want to speak to Mr Kamau", Tongue.ENGLISH),
        ("It is America and Italian law.", Tongue.ENGLISH),
        ("I was unable to analyse the minute details", Tongue.ENGLISH),
        ("What time do you close on Saturday?", Tongue.ENGLISH),
        ("Naomba kuongea na manager please", Tongue.MIXED),
        ("Nimepoteza title deed yangu", Tongue.MIXED),
        ("Sasa, I want to book appointment kesho asubuhi", Tongue.MIXED),
        ("Otieno", None),
        ("0722 123 456", None),
        ("", None),
    ],
)
def test_what_an_utterance_is_in(said: str, tongue: Tongue | None) -> None:
    assert tongue_of(said) is tongue


@pytest.mark.parametrize(
    ("said", "before", "answered"),
    [
        ("Nataka kuacha ujumbe", EN, SW),
        ("I want to leave a message", SW, EN),
        ("Naomba kuongea na manager please", EN, SW),
        ("what time do you open kesho", EN, EN),
        ("asante", EN, EN),
        ("okay", SW, SW),
        ("Otieno", SW, SW),
        ("English please", SW, EN),
        ("Kiingereza tafadhali", SW, EN),
        ("I don't understand English", EN, SW),
        ("Sijui Kiingereza", EN, SW),
        ("Can you speak Swahili?", EN, SW),
    ],
)
def test_the_reply_follows_the_caller(said: str, before: Language, answered: Language) -> None:
    assert language_to_answer(said, before) is answered


def test_a_talk_keeps_its_language_until_the_caller_changes_it() -> None:
    talk = ["Habari, nataka kuacha ujumbe", "Mary Wanjiku", "ndiyo", "0722 123 456"]
    assert language_of_talk(talk) is SW
    assert language_of_talk([*talk, "Sorry, can we do this in English please"]) is EN
    assert language_of_talk([]) is EN


def test_a_model_that_comes_into_a_talk_is_told() -> None:
    assert instruction_for(["Nataka kuongea na wakili"]).endswith("answer in Swahili.")
    assert "mixes" in instruction_for(["I want an appointment please kesho asubuhi tafadhali"])
    assert instruction_for(["I want to speak to a lawyer"]) == ""
    assert instruction_for([]) == ""
