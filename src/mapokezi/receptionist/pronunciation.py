"""How the local voice should say names: the office's spellings for it, put in only for the voice.

Transcripts, records and what a caller is told in writing keep the real names; only the text that
goes to a local synthesiser passes through here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mapokezi.receptionist.office import Office, Person
from mapokezi.receptionist.spoken import in_words


class Pronunciation:
    """Puts an office's names into the spellings by which the local voice says them well."""

    def __init__(self, office: Office) -> None:
        """Collect the names of the office and of its people that have a ``said_as``."""
        said: dict[str, str] = {}
        names = dict(_names_of_office(office))
        for person in office.people:
            for name, spelling in _names_of_person(person):
                names.setdefault(name, spelling)
        for name, spelling in names.items():
            if name != spelling:
                said[name.lower()] = spelling
        self._said = said
        longest_first = sorted(said, key=len, reverse=True)
        choices = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in longest_first)
        self._pattern = re.compile(rf"(?<!\w)(?:{choices})(?!\w)", re.IGNORECASE) if said else None

    def of(self, text: str) -> str:
        """Give ``text`` with its figures in words, and its names, as whole words, as spelled."""
        text = in_words(text)
        return self._pattern.sub(self._spell, text) if self._pattern else text

    def _spell(self, match: re.Match[str]) -> str:
        found = match[0]
        spelling = self._said[" ".join(found.lower().split())]
        return spelling.upper() if found.isupper() and len(found) > 1 else spelling


def _names_of_office(office: Office) -> Iterator[tuple[str, str]]:
    if office.said_as:
        yield office.name, office.said_as


def _names_of_person(person: Person) -> Iterator[tuple[str, str]]:
    """Give the whole name, its parts, and the aliases made of them, each with its spelling.

    A part of the name has a spelling of its own if name and spelling have as many words; only a
    part that is spelled otherwise is replaced, and only if it is not an ordinary word.
    """
    if not person.said_as:
        return
    yield person.name, person.said_as
    parts, spellings = person.name.split(), person.said_as.split()
    if len(parts) != len(spellings):
        return
    by_part = dict(zip(parts, spellings, strict=True))
    for alias in person.aliases:
        words = alias.split()
        if any(word in by_part for word in words):
            yield alias, " ".join(by_part.get(word, word) for word in words)
    yield from by_part.items()
