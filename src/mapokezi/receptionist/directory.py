"""Whom of the office a caller asks for by name, heard wrongly as it may be."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz import fuzz

from mapokezi.receptionist.misheard import misheard
from mapokezi.receptionist.names import family_names, known_by_spelling
from mapokezi.receptionist.office import Person
from mapokezi.receptionist.sounds import hearing_cost, sound_of
from mapokezi.receptionist.words import listed, plain

_SURE = 0.42
_MAYBE = 0.9
_MARGIN = 0.16
_SURE_ALONE = 0.55
_ALONE_MARGIN = 0.7
"""So much is enough where nobody else of the office is anywhere near, and no other name is said."""
_LEFT_OVER = 0.14
_OF_ANOTHER = 0.5
"""Another family name behind a first name that fits: it takes a question, if anything."""
_MISHEARD = 0.3
"""A form that the recogniser is known to write for the name."""
_HONORIFICS = frozenset(
    listed(
        """
    mr mrs ms miss mister missus misses dr doctor advocate wakili madam madame sir counsel
    lawyer prof professor bwana mama daktari commiser and an a the my our your one named called
    name is please today now there in available around at moment again by from for with this
    morning afternoon office if possible kindly him her directly back just of that who
    """
    )
)
_ROLE_WORDS = frozenset(
    listed(
        """
    lawyer advocate doctor attorney agent accountant manager partner clerk secretary nurse
    """
    )
)


_OF_ROLE = re.compile(r" (?:for|of|in|and) |,")
"""What a role's name ends before: ``managing partner, for land``."""


@dataclass(frozen=True, slots=True)
class Found:
    """Whom the words may mean."""

    people: tuple[Person, ...] = ()
    """The best first; several if it cannot be told apart."""
    is_sure: bool = False
    """Whether it is one person and plainly so; else it must be asked."""

    @property
    def person(self) -> Person | None:
        """The one person, if it is one, sure or not."""
        return self.people[0] if len(self.people) == 1 else None


NOBODY = Found()


@dataclass(frozen=True, slots=True)
class _Entry:
    person: Person
    exact: tuple[str, ...]
    """Whole forms in plain words: the name, aliases, known mishearings; longest first."""
    sounds: tuple[tuple[str, int], ...]
    """Sounds of the whole name, the family name, the first name, and of how many words."""
    parts: frozenset[str]
    """The parts of the name, as written."""


def _entry(person: Person) -> _Entry:
    forms = {plain(form) for form in (person.name, *person.aliases, *person.heard_as)}
    forms |= {_bare(form) for form in forms} - {""}
    forms.add(_OF_ROLE.split(plain(person.role))[0])
    parts = plain(person.name).split()
    names = [" ".join(parts), *(part for part in reversed(parts) if part not in _HONORIFICS)]
    sounds = tuple((sound_of(name), name.count(" ") + 1) for name in dict.fromkeys(names))
    usable = (form for form in forms if len(form) > 2 and form not in _ROLE_WORDS)
    return _Entry(
        person, tuple(sorted(usable, key=len, reverse=True)), sounds, frozenset(person.name.split())
    )


def _bare(said: str) -> str:
    return " ".join(word for word in said.split() if word not in _HONORIFICS)


def bare_of_titles(said: str) -> str:
    """Give plain words without titles, calls to somebody and what goes with them."""
    return _bare(said)


class Directory:
    """The office's people, prepared for being asked for."""

    def __init__(self, people: tuple[Person, ...]) -> None:
        """Prepare the people."""
        self._entries = tuple(_entry(person) for person in people)
        self._by_id = {person.id: person for person in people}

    def person(self, person_id: str) -> Person | None:
        """Give a person by id."""
        return self._by_id.get(person_id)

    def named(self, said: str) -> Found:
        """Find who is meant by the words that stand for a person: ``mr oceano please``."""
        bare = _bare(said)
        ranked = sorted(
            ((self._cost(entry, said, bare), entry.person) for entry in self._entries),
            key=lambda item: item[0],
        )
        if not ranked or ranked[0][0] > _MAYBE:
            return NOBODY
        best = ranked[0][0]
        near = tuple(person for cost, person in ranked if cost <= best + _MARGIN)
        if len(near) > 1:
            return Found(near[:3] if best <= _SURE else near[:1], is_sure=False)
        after = ranked[1][0] if len(ranked) > 1 else 9.0
        is_alone = best <= _SURE_ALONE and after - best >= _ALONE_MARGIN
        other = any(_is_of_others(near[0], word) for word in bare.split())
        return Found(near, is_sure=best <= _SURE or (is_alone and not other))

    def named_exactly(self, said: str) -> Found:
        """Find a person whose name, alias or known mishearing stands in the words as it is."""
        hits = [
            (form, entry.person)
            for entry in self._entries
            for form in entry.exact
            if _stands_in(form, said)
        ]
        if not hits:
            return NOBODY
        longest = max(len(form) for form, _ in hits)
        people = tuple({p.id: p for form, p in hits if len(form) == longest}.values())
        return Found(people, is_sure=len(people) == 1)

    def sole_of_role(self, word: str) -> Person | None:
        """Give the one person whose role has this plain word; None if it is nobody, or several."""
        people = [
            entry.person for entry in self._entries if word in plain(entry.person.role).split()
        ]
        return people[0] if len(people) == 1 and word in _ROLE_WORDS else None

    def mentioned(self, said: str) -> tuple[tuple[int, Person], ...]:
        """Give where each person's name stands as it is in plain words, in their order."""
        found = {}
        for entry in self._entries:
            places = [
                match.start()
                for form in entry.exact
                for match in re.finditer(rf"(?<!\w){re.escape(form)}(?!\w)", said)
            ]
            if places:
                found[min(places)] = entry.person
        return tuple(sorted(found.items(), key=lambda item: item[0]))

    def _cost(self, entry: _Entry, said: str, bare: str) -> float:
        for form in entry.exact:
            if _stands_in(form, said):
                left = max(0, len(bare.split()) - len(_bare(form).split()))
                return 0.02 + _LEFT_OVER * min(left, 3) * (2 if form.count(" ") == 0 else 1)
        words = bare.split()[:5]
        best = 9.0
        for first in range(len(words)):
            for last in range(first + 1, min(first + 3, len(words)) + 1):
                left = len(words) - (last - first)
                cost = self._heard_cost(entry, words[first:last])
                other = _OF_ANOTHER if _is_named_otherwise(entry, words[last:]) else 0.0
                best = min(best, cost + other + _LEFT_OVER * min(left, 3))
        return best

    @staticmethod
    def _heard_cost(entry: _Entry, words: list[str]) -> float:
        written_for = misheard().get(" ".join(words), ())
        best = _MISHEARD if entry.parts & set(written_for) else 9.0
        heard = sound_of("".join(words))
        for sound, _ in entry.sounds:
            if fuzz.ratio(sound, heard) >= 34:
                best = min(best, hearing_cost(sound, heard))
        return best


def _is_named_otherwise(entry: _Entry, after: list[str]) -> bool:
    """Say whether a family name follows that is not this person's: Peter Mwangi, not Kimani."""
    family = family_names().get(after[0]) if after else None
    return family is not None and family not in entry.parts


def _is_of_others(person: Person, word: str) -> bool:
    """Say whether a plain word is a name that people have, and not this person's."""
    name = known_by_spelling().get(word)
    return name is not None and name not in person.name.split()


def _stands_in(form: str, said: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(form)}(?!\w)", said) is not None
