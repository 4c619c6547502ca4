"""Of what recorded pieces a sentence is put together, and what there is to record.

A phrase is cut where something is filled in; figures are put together from single words (*sifuri*,
*saba*, *saa*, *nusu*), letters from letters, people by their names. A caller's own words cannot be
recorded beforehand: a sentence with them is not said in a recorded language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from string import Formatter, ascii_lowercase

from mapokezi.receptionist.language import spoken_in
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.opening_notices import opening_of, text_of
from mapokezi.receptionist.phrases import phrases_of
from mapokezi.receptionist.spoken import Language, in_words, words_of_figures

_SPOKEN_SECTIONS = ("lines", "clerk", "questions", "hours")
WORDS_FILLED_IN = ("reception", "our_team", "part_of_name", "first_name", "last_name")
"""Words of ours that are filled in, by their keys among the parts."""
_SPOKEN_PARTS = (*WORDS_FILLED_IN, "of_the_office", "this_is", "not_just_now")


@lru_cache(maxsize=4096)
def piece_key(text: str) -> str:
    """Bring a piece's words to the form by which its recording is found."""
    return " ".join(re.sub(r"[^a-z0-9' ]+", " ", text.lower().replace("\u2019", "'")).split())


def pieces_of(way: str, values: Mapping[str, str], language: Language) -> tuple[str, ...]:
    """Cut a wording into its pieces, in the order in which they are heard.

    Args:
        way: The wording, with ``{...}`` where something is filled in.
        values: What is filled in.
        language: Of the wording.
    """
    pieces: list[str] = []
    for literal, name, _, _ in Formatter().parse(way):
        pieces += _whole(literal, language)
        if name is not None:
            pieces += _value_pieces(values[name], language)
    return tuple(key for piece in pieces if (key := piece_key(piece)))


def _whole(literal: str, language: Language) -> Iterator[str]:
    """A literal stays whole, but that figures in it (``9 9 9``) are words of their own."""
    for part in re.split(r"(\d)", literal):
        yield in_words(part, language) if part.isdigit() else part


def _value_pieces(value: str, language: Language) -> list[str]:
    words = piece_key(in_words(value, language)).split()
    single = words_of_figures(language) | set(ascii_lowercase)
    return words if words and all(word in single for word in words) else [value]


def to_record(language: Language, office: Office) -> dict[str, str]:
    """Give what an office has to record in a language, by the names of the files.

    Returns:
        The words of each file, without its ending; what is alike is recorded once.
    """
    found: dict[str, str] = {}
    known: set[str] = set()
    for name, text in _all(language, office):
        key = piece_key(text)
        if key and key not in known:
            known.add(key)
            found[name] = " ".join(text.split()).strip(" .,:;")
    return found


def _all(language: Language, office: Office) -> Iterator[tuple[str, str]]:
    greeting = text_of(opening_of(office))
    if spoken_in(greeting).swahili > 1:  # else the voice can say it
        yield "greeting", greeting
        yield "greeting-closed", text_of(opening_of(office, is_open=False))
    yield from _phrases(language)
    for person in office.people:
        yield f"name-{person.id}", person.name
        yield f"role-{person.id}", person.role
    yield "name-office", office.name
    for word in sorted(words_of_figures(language)):
        yield f"word-{word}", word
    for letter in ascii_lowercase:
        yield f"letter-{letter}", letter


def _phrases(language: Language) -> Iterator[tuple[str, str]]:
    phrases = phrases_of(language)
    for section, key in phrases.entries():
        if section in _SPOKEN_SECTIONS or (
            section == "parts" and (key in _SPOKEN_PARTS or key.startswith("wish_"))
        ):
            for number, way in enumerate(phrases.ways(section, key), 1):
                yield from _named(f"{section}-{key}-{number}".replace("_", "-"), _literals(way))


def _literals(way: str) -> Iterator[str]:
    for literal, _, _, _ in Formatter().parse(way):
        yield from (part for part in re.split(r"\d", literal) if piece_key(part))


def _named(name: str, literals: Iterable[str]) -> Iterator[tuple[str, str]]:
    for place, literal in enumerate(literals):
        yield (f"{name}{ascii_lowercase[place]}" if place else name), literal
