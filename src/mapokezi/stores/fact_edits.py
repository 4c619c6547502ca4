"""A fact of ``facts.md`` changed or taken out, and every other line left as it was written."""

from __future__ import annotations

import re

from mapokezi.stores.facts_added import FACTS_FILE, FactNotAddedError, NewFact
from mapokezi.stores.office_facts import fact_lines, read_facts, without_comments

_REMARK = re.compile(r"<!--(?:.|\n)*?-->|^# .*$", re.MULTILINE)


def change_fact(text: str, fact_id: str, new: NewFact) -> str:
    """Give a fact another title, answer or ways of asking; its id and its comments stay.

    What is wrong with it as a fact is for the reader of the file to say.

    Raises:
        FactNotAddedError: What was written is none, or would change another one.
    """
    first, last = _lines_of(text, fact_id)
    lines = text.split("\n")
    remarks = _REMARK.findall("\n".join(lines[first + 1 : last]))
    ways = [f"- {' '.join(way.split())}" for way in new.asked_as]
    title = " ".join(new.title.split())
    written = [f"## {title} {{#{fact_id}}}", ""]
    written += [line for remark in remarks for line in (*remark.split("\n"), "")]
    written += ["Asked as:", *ways, "", " ".join(new.answer.split())]
    whole = "\n".join([*lines[:first], *written, *lines[last:]])
    _check_others(text, whole, fact_id, {fact_id})
    return whole


def remove_fact(text: str, fact_id: str) -> str:
    """Take a fact out, with the comments in its midst.

    Raises:
        FactNotAddedError: It would change another one.
    """
    first, last = _lines_of(text, fact_id)
    lines = text.split("\n")
    behind = lines[last:]
    while behind and not behind[0].strip():
        behind.pop(0)
    whole = "\n".join([*lines[:first], *behind]).rstrip("\n") + "\n"
    _check_others(text, whole, fact_id, set())
    return whole


def _lines_of(text: str, fact_id: str) -> tuple[int, int]:
    """The lines of a fact, counted from 0: of its heading, and the one behind its last word.

    Comments and headings of the file behind that are about what follows, and are not its own.
    """
    lines = without_comments(text).split("\n")
    starts = fact_lines(text)
    for place, (number, found) in enumerate(starts):
        if found == fact_id:
            end = starts[place + 1][0] - 1 if place + 1 < len(starts) else len(lines)
            own = (at for at in range(number - 1, end) if _is_own(lines[at]))
            return number - 1, max(own) + 1
    raise FactNotAddedError(f'{FACTS_FILE} has no fact with the id "{fact_id}"')


def _is_own(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("# ")


def _check_others(before: str, after: str, fact_id: str, left: set[str]) -> None:
    """See that every other fact is what it was."""

    def others(text: str) -> list[tuple[str, str, str, tuple[str, ...]]]:
        facts = read_facts(FACTS_FILE, text, [])
        return [(one.id, one.title, one.answer, one.asked_as) for one in facts if one.id != fact_id]

    found = {one.id for one in read_facts(FACTS_FILE, after, []) if one.id == fact_id}
    if others(before) != others(after) or found != left:
        raise FactNotAddedError("it cannot be written as a fact. Write plain sentences, no signs")
