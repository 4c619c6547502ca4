"""A fact added to ``facts.md``, as anybody would write it there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from mapokezi.errors import MapokeziError
from mapokezi.receptionist.office import Fact
from mapokezi.stores.office_facts import read_facts
from mapokezi.stores.office_toml import OfficeFileError

FACTS_FILE = "facts.md"
_LONGEST_ID = 40


@dataclass(frozen=True, slots=True)
class NewFact:
    """What the office answers, and to what."""

    title: str
    answer: str
    asked_as: tuple[str, ...]
    """Two ways at least in which callers ask."""
    by: str
    """Who has answered; stands beside the fact, and is never said."""
    on: date


class FactNotAddedError(MapokeziError):
    """What was written is no fact; its text says why, and what to do."""


def add_fact(text: str, new: NewFact) -> tuple[str, Fact]:
    """Add a fact at the end of a file's text.

    Returns:
        The whole text, and the fact as it is read from it.

    Raises:
        FactNotAddedError: if the file would no longer be read as it was, with this fact besides.
    """
    before_errors: list[OfficeFileError] = []
    before = read_facts(FACTS_FILE, text, before_errors)
    if before_errors:
        raise FactNotAddedError(f"{FACTS_FILE} has an error: {before_errors[0]}")
    title, answer = _line(new.title), _line(new.answer)
    ways = tuple(dict.fromkeys(way for one in new.asked_as if (way := _line(one))))
    fact_id = _free_id(title, {fact.id for fact in before})
    added = [f"## {title} {{#{fact_id}}}", f"<!-- Answered on the desk: {_remark(new)} -->"]
    added += ["Asked as:", "\n".join(f"- {way}" for way in ways), answer]
    whole = "\n\n".join([text.rstrip("\n"), *added]).lstrip("\n") + "\n"
    errors: list[OfficeFileError] = []
    facts = read_facts(FACTS_FILE, whole, errors)
    if errors:
        raise FactNotAddedError("; ".join(f"{one.what}. {one.mend}" for one in errors))
    fact = facts[-1] if facts else None
    is_as_meant = fact is not None and (fact.title, fact.answer, fact.asked_as) == (
        title,
        answer,
        ways,
    )
    if fact is None or not is_as_meant or facts[:-1] != before:
        raise FactNotAddedError("it cannot be written as a fact. Write plain sentences, no signs")
    return whole, fact


def _line(text: str) -> str:
    return " ".join(text.split())


def _remark(new: NewFact) -> str:
    by = re.sub(r"[^\w .,'@+]", "", _line(new.by)) or "somebody"
    return f"{by}, {new.on.isoformat()}"


def _free_id(title: str, taken: set[str]) -> str:
    words = "-".join(re.findall(r"[a-z0-9]+", title.lower()))[:_LONGEST_ID].strip("-") or "answer"
    numbered = (f"{words}-{number}" for number in range(2, len(taken) + 3))
    return next(one for one in (words, *numbered) if one not in taken)
