"""Swahili and mixed speech, put into English for what knows English only."""

from __future__ import annotations

import time
import tomllib
from collections import Counter
from importlib.resources import files

import pytest

from mapokezi.receptionist import swahili
from mapokezi.receptionist.swahili import in_english
from mapokezi.receptionist.swahili.gloss import _read
from mapokezi.receptionist.swahili.verbs import read_verb


@pytest.mark.parametrize(
    ("word", "english"),
    [
        ("ninalipa", "I pay"),
        ("alinipigia", "he has called me"),
        ("tutalipa", "we will pay"),
        ("hajalipa", "he have not paid"),
        ("sijui", "I do not know"),
        ("kulipa", "to pay"),
        ("nipigie", "call me"),
        ("anipigie", "let him call me"),
        ("nimefutwa", "I have been fired"),
        ("anayehusika", "who deal with"),
        ("ilipo", "where it is"),
        ("nika-book", "and I book"),
        ("ku-confirm", "to confirm"),
        ("mnaaccept", "do you accept"),
        ("wameniarrest", "they have arrested me"),
    ],
)
def test_verbs_are_read_by_their_build(word: str, english: str) -> None:
    read = read_verb(word.replace("-", ""))
    assert read is not None
    assert read.english == english


@pytest.mark.parametrize(
    ("said", "english"),
    [
        ("Kesi yangu ni ya ardhi.", "my case is of land."),
        ("Mnafungua saa ngapi?", "what time are you open?"),
        ("Njoo saa tisa kesho.", "come at three o'clock tomorrow."),
        ("Nataka kuongea na Madam Amina.", "I would like to speak with Madam Amina."),
        ("Naweza kuhudumiwa na binadamu?", "can I be served by a real person?"),
        ("Mwambie Fatuma nimefika", "tell Fatuma I have reached"),
        ("Nataka kuconfirm appointment yangu", "I would like to confirm my appointment"),
    ],
)
def test_a_sentence_comes_in_about_the_english_order(said: str, english: str) -> None:
    assert in_english(said) == english


@pytest.mark.parametrize(
    "said",
    [
        "I'd like to talk to one of the lawyers.",
        "Which matatu comes that side?",
        "Put me through to Wakili Otieno, please.",
        "My name is Jane Wambui.",
        "Asante sana, that is all I wanted and be blessed.",
        "Do you work on Jamhuri Day?",
        "",
    ],
)
def test_english_stays_untouched(said: str) -> None:
    assert in_english(said) == said


def test_names_come_through() -> None:
    for name in ("Achieng", "Wanjiku", "Kiprono", "Chebet", "Otieno", "Mutiso", "Halima", "Njeri"):
        assert name in in_english(f"Naomba kuongea na {name} tafadhali")


def test_no_form_is_listed_twice() -> None:
    text = files(swahili).joinpath("lexicon.toml").read_text(encoding="utf-8")
    for section, lines in tomllib.loads(text).items():
        if "=" not in lines:
            continue
        forms = Counter(
            form.strip()
            for line in lines.strip().splitlines()
            for form in line.partition("=")[0].split("|")
        )
        assert [form for form, count in forms.items() if count > 1] == [], section


def test_a_turn_is_put_into_english_at_once() -> None:
    said = "Habari, naomba kujua kama mnaweza kunisaidia na kesi yangu ya ardhi kwa sababu "
    in_english(said)
    started, count = time.process_time(), 50
    for number in range(count):
        for cached in (in_english, read_verb, _read):
            cached.cache_clear()
        in_english(f"{said} {number}")
    assert (time.process_time() - started) / count < 0.02
