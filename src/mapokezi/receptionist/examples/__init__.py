"""Ways in which callers say things: those of any office's callers, and an office's own.

The general ones lie beside this file, a file for each kind of thing, a table for each label, one
way of saying it a line. They are data: to teach the clerk a wording, add a line.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from mapokezi.receptionist.office import Office, Person

_KINDS = ("wishes", "topics", "forbidden")
_ASKED_FOR = "I want to talk to somebody about {}."


@dataclass(frozen=True, slots=True)
class Example:
    """A way of saying something."""

    label: str
    """What it stands for."""
    text: str


@cache
def general_examples(kind: str) -> tuple[Example, ...]:
    """Give the examples of ``wishes``, ``topics`` or ``forbidden``, in the order of the file."""
    text = files(__name__).joinpath(f"{kind}.toml").read_text(encoding="utf-8")
    return tuple(
        Example(label, line.strip())
        for label, lines in tomllib.loads(text).items()
        for line in lines.strip().splitlines()
    )


MOST_TAUGHT = 300
"""Each way of asking is compared with each: of so many facts in 7 s and 480 MB, of 2,000 in two
minutes and 3 GB. The facts of an office with more are looked up, and not taught."""


def fact_examples(office: Office) -> Iterator[Example]:
    """Give the ways in which an office's facts are asked for, as it has written them.

    None if there are more than can be taught.
    """
    if len(office.facts) > MOST_TAUGHT:
        return
    for fact in office.facts:
        for text in (*fact.asked_as, fact.title):
            yield Example(fact.id, text)


def subject_examples(people: tuple[Person, ...]) -> Iterator[Example]:
    """Give the ways in which what people deal with is spoken of."""
    for person in people:
        role = person.role.partition(", for ")[2] or person.role
        for subject in dict.fromkeys((*person.subjects, *person.departments, role)):
            yield Example(person.id, subject)
            yield Example(person.id, _ASKED_FOR.format(subject))


@cache
def general_sentences() -> tuple[str, ...]:
    """Give the sentences of the general examples, each once."""
    texts = (example.text for kind in _KINDS for example in general_examples(kind))
    return tuple(dict.fromkeys(texts))


def sentences_of(office: Office) -> tuple[str, ...]:
    """Give all sentences whose meanings the clerk of an office needs, each once."""
    own = [*fact_examples(office), *subject_examples(office.people)]
    texts = (*general_sentences(), *(each.text for each in own), *office.forbidden_asked_as)
    return tuple(dict.fromkeys(texts))
