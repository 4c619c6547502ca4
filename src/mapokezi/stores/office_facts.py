"""Reading ``facts.md``: what the office tells its callers.

The structure is small on purpose, so that a fact can be written by anybody::

    # Any title                        the file may start with words for the office's own eyes

    ## Parking {#parking}              a fact: its title, and its id in {#...}

    Asked as:                          ways in which callers ask for it, two at least
    - is there parking
    - where can I park

    Yes, in the basement of ...        the answer, word for word as it is said; its lines are
                                       joined, and a blank line ends a paragraph, not the answer

A fact without ``{#id}`` gets one from its title. HTML comments are left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from mapokezi.receptionist.office import Fact
from mapokezi.stores.office_toml import OfficeFileError

LONGEST_ANSWER_CHARACTERS = 400
"""About 25 seconds of speech: more than that no caller keeps in mind."""

_HEADING = re.compile(r"^##\s+(?P<title>.*?)\s*(?:\{#(?P<id>[^}]*)\})?\s*$")
_ASKED_AS = re.compile(r"^\*{0,2}asked\s+as\s*:?\s*\*{0,2}\s*:?\s*$", re.IGNORECASE)
_BULLET = re.compile(r"^\s*[-*+]\s+(?P<words>.*?)\s*$")
_FACT_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(slots=True)
class _Draft:
    """A fact while its lines are being read."""

    line: int
    title: str
    fact_id: str
    asked_as: list[tuple[int, str]] = field(default_factory=list)
    answer: list[str] = field(default_factory=list)
    answer_line: int = 0
    has_list: bool = False
    in_list: bool = False


def read_facts(file: str, text: str, errors: list[OfficeFileError]) -> tuple[Fact, ...]:
    """Read the facts of a Markdown text, noting everything that is wrong in ``errors``.

    Args:
        file: the file's name, for errors and for each fact's source.
        text: the whole text.
        errors: gets one entry for each thing that is wrong.
    """
    drafts: list[_Draft] = []
    for number, line in enumerate(without_comments(text).split("\n"), start=1):
        heading = _HEADING.match(line)
        if heading:
            title = heading["title"]
            drafts.append(_Draft(number, title, heading["id"] or _id_from(title)))
        elif drafts and not line.startswith("# "):
            _read_line(drafts[-1], number, line)
    _check_structure(file, text, errors)
    for draft in drafts:
        _check(file, draft, errors)
    _check_together(file, drafts, errors)
    return tuple(
        Fact(
            id=draft.fact_id,
            title=draft.title,
            answer=" ".join(draft.answer),
            asked_as=tuple(words for _, words in draft.asked_as),
            source=f"{file}, line {draft.answer_line or draft.line}",
        )
        for draft in drafts
    )


def fact_lines(text: str) -> list[tuple[int, str]]:
    """Give where each fact begins: its heading's line, counted from 1, and its id."""
    found: list[tuple[int, str]] = []
    for number, line in enumerate(without_comments(text).split("\n"), start=1):
        if heading := _HEADING.match(line):
            found.append((number, heading["id"] or _id_from(heading["title"])))
    return found


def without_comments(text: str) -> str:
    """Blank HTML comments out, keeping their lines so that line numbers stay true."""
    return re.sub(
        r"<!--.*?(-->|\Z)", lambda found: "\n" * found[0].count("\n"), text, flags=re.DOTALL
    )


def _read_line(draft: _Draft, number: int, line: str) -> None:
    bullet = _BULLET.match(line)
    if _ASKED_AS.match(line) and not draft.has_list:
        draft.has_list = draft.in_list = True
    elif bullet and draft.in_list:
        draft.asked_as.append((number, bullet["words"]))
    elif line.strip():
        draft.in_list = False
        draft.answer.append(" ".join(line.split()))
        draft.answer_line = draft.answer_line or number


def _id_from(title: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", title.lower()))


def _check_structure(file: str, text: str, errors: list[OfficeFileError]) -> None:
    """Find headings that look like a fact's but are none."""
    for number, line in enumerate(without_comments(text).split("\n"), start=1):
        if re.match(r"#{3,}\s|##[^#\s]", line):
            errors.append(
                OfficeFileError(
                    file,
                    number,
                    "",
                    f'the heading "{line.strip()}" starts no fact',
                    "Start a fact with two # and a space: ## Title {#id}",
                )
            )


def _check(file: str, draft: _Draft, errors: list[OfficeFileError]) -> None:
    """Note what is wrong in one fact."""

    def wrong(line: int, what: str, mend: str) -> None:
        errors.append(OfficeFileError(file, line, draft.fact_id, what, mend))

    if not draft.title:
        wrong(draft.line, "the fact has no title", "Write ## Title {#id}")
    elif not _FACT_ID.fullmatch(draft.fact_id):
        mend = f"Write {{#{_id_from(draft.fact_id) or 'an-id'}}}: small letters, digits, hyphens"
        wrong(draft.line, f'"{draft.fact_id}" cannot be an id', mend)
    if len(draft.asked_as) < 2:
        what = f"the fact is asked in {len(draft.asked_as)} ways, and two at least are needed"
        if not draft.has_list:
            what = 'there is no "Asked as:" list'
        wrong(draft.line, what, 'Below the title write "Asked as:" and a "- " line for each way')
    for line, words in draft.asked_as:
        if not words:
            wrong(line, 'an entry of "Asked as:" is empty', "Write the words, or delete the line")
    if not draft.answer:
        wrong(draft.line, "there is no answer", "Write it below the list, after an empty line")
    spoken = " ".join(draft.answer)
    if len(spoken) > LONGEST_ANSWER_CHARACTERS:
        what = f"the answer has {len(spoken)} characters, too many to be listened to"
        mend = f"Keep it under {LONGEST_ANSWER_CHARACTERS}, or make two facts of it"
        wrong(draft.answer_line, what, mend)
    written = re.search(r"https?://|\]\(|[*_`|<>]{1,2}\w", spoken)
    if written:
        what = f'the answer holds "{written[0]}", which cannot be said'
        wrong(draft.answer_line, what, "Write it as it is to be said, in plain words")


def _check_together(file: str, drafts: list[_Draft], errors: list[OfficeFileError]) -> None:
    """Note ids and ways of asking that stand twice."""
    ids: dict[str, int] = {}
    asked: dict[str, tuple[str, int]] = {}
    for draft in drafts:
        if draft.fact_id in ids:
            what = f"the id stands at line {ids[draft.fact_id]} too"
            errors.append(
                OfficeFileError(
                    file, draft.line, draft.fact_id, what, "Give each fact an id of its own"
                )
            )
        ids.setdefault(draft.fact_id, draft.line)
        for line, words in draft.asked_as:
            plain = " ".join(re.findall(r"\w+", words.lower()))
            if plain in asked:
                other, at = asked[plain]
                what = f'"{words}" also asks for "{other}" (line {at})'
                errors.append(
                    OfficeFileError(file, line, draft.fact_id, what, "Delete one of the two")
                )
            elif plain:
                asked[plain] = (draft.fact_id, line)
