"""Questions that callers put in different words, gathered by what they ask for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from mapokezi.receptionist.examples import general_examples
from mapokezi.receptionist.likeness import WordIndex
from mapokezi.receptionist.words import plain
from mapokezi.records.open_questions import OpenQuestion

_ALIKE = 0.35
"""By it 5 of 10 pairs that ask the same in other words find one another at once, some of the rest
through a third (tests/receptionist/test_asked_alike.py). Of 365 that do not, two were joined, one
of them "do you have wifi for visitors" and "a toilet for visitors": so who answers chooses."""


@dataclass(frozen=True, slots=True)
class AskedAlike:
    """Questions of one office that ask for the same, the latest first."""

    questions: tuple[OpenQuestion, ...]

    @property
    def latest(self) -> OpenQuestion:
        """The one that was asked last."""
        return self.questions[0]

    @property
    def calls(self) -> int:
        """In how many calls it was asked."""
        return len({one.call_id for one in self.questions})

    @property
    def ways(self) -> tuple[str, ...]:
        """The words in which it was asked, each once."""
        return tuple({plain(one.words): one.words for one in reversed(self.questions)}.values())


def asked_alike(questions: Sequence[OpenQuestion]) -> tuple[AskedAlike, ...]:
    """Gather questions: those asked in the most calls first, of as many the latest first.

    Each goes to the group that holds the question most like it, if that is like enough. The words
    of what callers ask of any office weigh in, so that "do you have" joins nothing.
    """
    usual = _usual()
    index = WordIndex([*(one.words for one in questions), *usual])
    groups: list[list[int]] = []
    for number, question in enumerate(questions):
        alike = index.to(question.words)
        fits = [
            (max(float(alike[at]) for at in group), place)
            for place, group in enumerate(groups)
            if questions[group[0]].office_id == question.office_id
        ]
        best, place = max(fits, default=(0.0, 0))
        if best >= _ALIKE:
            groups[place].append(number)
        else:
            groups.append([number])
    found = [AskedAlike(_latest_first([questions[at] for at in group])) for group in groups]
    latest_first = sorted(found, key=lambda group: group.latest.at, reverse=True)
    return tuple(sorted(latest_first, key=lambda group: -group.calls))


def _latest_first(questions: Sequence[OpenQuestion]) -> tuple[OpenQuestion, ...]:
    return tuple(sorted(questions, key=lambda one: one.at, reverse=True))


@lru_cache(maxsize=1)
def _usual() -> tuple[str, ...]:
    return tuple(each.text for each in general_examples("topics"))
