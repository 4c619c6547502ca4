"""Whom of the office a caller asks for: by name, by role, or by the matter spoken of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mapokezi.receptionist.directory import NOBODY, Found
from mapokezi.receptionist.kinds import Kind
from mapokezi.receptionist.replies import Reply
from mapokezi.receptionist.swahili import in_english
from mapokezi.receptionist.words import listed, plain

_BEFORE_A_NAME = re.compile(
    r"\b(?:mr|mrs|ms|miss|mister|madam|madame|wakili|doctor|dr|nurse|sister|advocate|lawyer|know"
    r"|bwana|with|to|for|is|are|tell|ask|inform|remind|get|give me|give|send|put|want|wanted|find"
    r"|reach|by|from|see|pass|through|let|have|hi|if) (?:an? |the )?"
)
_BEFORE_AN_ADDRESSEE = re.compile(
    r"\b(?:mr|mrs|ms|miss|mister|madam|madame|wakili|bwana|doctor|dr|nurse)"
    r"|\b(?:message|massage|word|note|information|something)(?: down)? (?:for|to|from|with)"
    r" (?:an? |the )?"
    r"|\b(?:tell|ask|inform|remind|notify) (?:an? |the )?"
)
_NO_NAME = frozenset(
    listed(
        """
    a an the that this and or who whom which please about in on at to for with of is was are know
    he she they i you we it me him her them us my your his their our if when then so not no do can
    today tomorrow tonight now around there here back call calling ring speak talk see leave send
    tell ask get give put take someone somebody anyone anybody one person human people lawyer
    advocate lawyers advocates office reception receptionist message massage note word information
    someone something anything whoever machine robot computer real any some all just by through
    from up
    be have has had will would could should want need like mr mrs ms miss mister madam madame
    wakili bwana firm company number phone day time later right line hold hands
    """
    )
)
_ANYBODY = re.compile(
    r"\b(?:anyone|anybody|someone|somebody|whoever|one of you|any person)\b"
    r"(?!.*\b(?:about|regarding|concerning|on|for|over|who|that|whose)\b)"
)
"""Somebody, and no matter told behind it: "anyone in the office" is not the office manager."""
_LONGEST_NAME = 3


def _names_after(cues: re.Pattern[str], said: str) -> Iterator[str]:
    """Give the words in plain text that stand behind a cue and may be a name."""
    for cue in cues.finditer(said):
        words = said[cue.end() :].split()
        length = next((at for at, word in enumerate(words) if word in _NO_NAME), len(words))
        if length:
            yield " ".join(words[: min(length, _LONGEST_NAME)])


def _names_perhaps(said: str) -> Iterator[str]:
    """Give the words in plain text that stand where a name would."""
    whole = said.removesuffix(" please").split()
    if len(whole) <= _LONGEST_NAME and whole[:1] and whole[0] not in _NO_NAME:
        yield " ".join(whole)
    yield from _names_after(_BEFORE_A_NAME, said)


def person_named(reply: Reply, said: str) -> Found:
    """Find whom plain text names, heard wrongly as it may be."""
    said = plain(in_english(said))
    directory = reply.known.directory
    exact = directory.named_exactly(said)
    if exact.people:
        return exact
    found = [directory.named(name) for name in _names_perhaps(said)]
    sure = next((each for each in found if each.is_sure), None)
    return sure or next((each for each in found if each.people), NOBODY)


def person_concerned(reply: Reply, said: str) -> Found:
    """Find who deals with the matter that plain text speaks of."""
    heard = reply.heard
    meaning = heard.meaning if plain(heard.text) == said else None
    return reply.known.subjects.whose(said, meaning)


def person_wanted(reply: Reply, kind: Kind, said: str) -> Found:
    """Find whom the caller wants, by name or else by the matter.

    A name that is only like one of ours counts where a name was expected, not elsewhere.
    """
    named = person_named(reply, said)
    if named.is_sure or (named.people and kind in {Kind.NAMED, Kind.PERSON}):
        return named
    if kind is Kind.PERSON and _ANYBODY.search(plain(in_english(said))):
        return NOBODY
    concerned = person_concerned(reply, said)
    return concerned if concerned.is_sure else NOBODY


def addresses_somebody(said: str) -> bool:
    """Say whether plain text has a word where the name of a message's addressee would stand."""
    english = plain(in_english(said))
    return any(True for _ in _names_after(_BEFORE_AN_ADDRESSEE, english))
