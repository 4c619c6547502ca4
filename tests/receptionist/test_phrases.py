"""The fixed sentences: speakable, whole, and their files held against the English one."""

from __future__ import annotations

import re

import pytest

from mapokezi.conversation.effects import Line
from mapokezi.receptionist.phrases import (
    PHRASES,
    PhrasesWrong,
    UnknownLanguage,
    UnknownPhrase,
    fields_of,
    lacking,
    languages,
    phrases_of,
    read_phrases,
)

ALL = [
    (language, section, key)
    for language in languages()
    for section, key in phrases_of(language).entries()
    if section != "told"
]


@pytest.mark.parametrize(("language", "section", "key"), ALL)
def test_sentences_can_be_spoken(language: str, section: str, key: str) -> None:
    for text in phrases_of(language).ways(section, key):
        assert section == "read_back" or text == " ".join(text.split())
        assert not re.search(r"[*_#<>\[\]/]", re.sub(r"\{\w+\}", "", text))
        assert "technical" not in text.lower()


@pytest.mark.parametrize(("language", "section", "key"), ALL)
def test_no_two_wordings_are_the_same(language: str, section: str, key: str) -> None:
    ways = phrases_of(language).ways(section, key)
    assert len(set(ways)) == len(ways)


def test_swahili_lacks_nothing() -> None:
    assert languages() == ("en", "sw")
    assert lacking("sw") == ()
    ours = {key for _, key in phrases_of("sw").entries()}
    assert {line.value for line in Line} - {"aside"} <= ours


def test_swahili_is_not_english_copied() -> None:
    for section, key in phrases_of("sw").entries():
        same = set(phrases_of("sw").ways(section, key)) & set(phrases_of("en").ways(section, key))
        assert not {text for text in same if not text.strip().startswith("{")}, key


def test_what_a_language_lacks_is_listed() -> None:
    known = read_phrases("xx", '[clerk]\nthanks = ["Mèrsi."]', phrases_of("en"))
    assert known.ways("clerk", "thanks") == ("Mèrsi.",)
    assert not known.has("clerk", "greeted")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            '[clerk]\nthansk = ["Asante."]',
            "line 2, [clerk] thansk: there is no such phrase in en.toml. Did you mean",
        ),
        ('[clerk]\nconfirm_name = ["Sawa?"]', "[clerk] confirm_name: lacks {name}, which is"),
        ('[clerk]\nthanks = ["Asante {name}."]', "nothing is filled in for {name}. Take it out"),
        ('[clerk]\nconfirm_name = ["{nam}?"]', "nothing is filled in for {nam}. Filled in is"),
        ('[clerk]\nconfirm_name = ["{name?"]', "has a brace out of place"),
        ("[clerk]\nthanks = []", "is empty. Write a sentence, or delete the line"),
        ('[clerks]\nthanks = ["Asante."]', "[clerks] thanks: there is no such phrase"),
        ('[clerk]\nthanks = "Asante', "xx.toml: "),
    ],
)
def test_a_wrong_file_is_told_with_line_key_and_mend(text: str, told: str) -> None:
    with pytest.raises(PhrasesWrong) as wrong:
        read_phrases("xx", text, phrases_of("en"))
    assert told in str(wrong.value)


def test_all_that_is_wrong_is_told_at_once() -> None:
    text = '[clerk]\nthansk = ["A."]\nthanks = ["B {c}."]'
    with pytest.raises(PhrasesWrong) as wrong:
        read_phrases("xx", text, phrases_of("en"))
    assert len(wrong.value.errors) == 2


def test_an_unknown_phrase_or_language_is_an_error() -> None:
    with pytest.raises(UnknownPhrase, match=r"no phrase \[clerk\] howdy in sw.toml"):
        phrases_of("sw").ways("clerk", "howdy")
    with pytest.raises(UnknownLanguage, match="no phrases in the language 'ws'"):
        phrases_of("ws")


def test_the_clerks_sentences_are_those_of_the_english_file() -> None:
    assert PHRASES["thanks"] == phrases_of("en").ways("clerk", "thanks")
    assert fields_of("{a} and {b}") == {"a", "b"}
