"""The words of `lexicon.toml`, as the readers of Swahili look them up."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Swahili words with their English."""

    phrases: Mapping[tuple[str, ...], str]
    """Several words, or one, that stand for something as a whole."""
    noun_phrases: frozenset[tuple[str, ...]]
    """Those that are things."""
    longest: int
    """Words in the longest phrase."""
    words: Mapping[str, str]
    nouns: Mapping[str, str]
    adjectives: Mapping[str, str]
    """By the stem."""
    verbs: Mapping[str, str]
    """By the stem without its last vowel."""
    english_verbs: frozenset[str]
    pasts: Mapping[str, str]
    """English participles that are not made with ``-ed``."""
    also_english: frozenset[str]
    """Words that may as well be English, or names."""
    never: frozenset[str]
    """English words that are built as Swahili verbs are."""


@cache
def lexicon() -> Lexicon:
    """Read the lexicon; once."""
    text = files(__package__).joinpath("lexicon.toml").read_text(encoding="utf-8")
    sections = tomllib.loads(text)
    listed = {name: _entries(sections[name]) for name in ("phrases", "words", "nouns")}
    phrases = {
        tuple(form.split()): english
        for name in ("nouns", "words", "phrases")
        for form, english in listed[name]
        if name == "phrases" or " " in form
    }
    things = {tuple(form.split()) for form, _ in listed["nouns"] if " " in form}
    return Lexicon(
        phrases=phrases,
        noun_phrases=frozenset(things - {tuple(form.split()) for form, _ in listed["phrases"]}),
        longest=max(map(len, phrases)),
        words=dict(listed["words"]),
        nouns=dict(listed["nouns"]),
        adjectives=dict(_entries(sections["adjectives"])),
        verbs=dict(_entries(sections["verbs"])),
        english_verbs=frozenset(sections["english_verbs"].split()),
        pasts=dict(_entries(sections["pasts"])),
        also_english=frozenset(sections["also_english"].split()),
        never=frozenset(sections["never"].split()),
    )


def _entries(lines: str) -> list[tuple[str, str]]:
    """Give each form with its English."""
    found = []
    for line in lines.strip().splitlines():
        forms, _, english = line.partition("=")
        found += [(form.strip().lower(), english.strip()) for form in forms.split("|")]
    return found
