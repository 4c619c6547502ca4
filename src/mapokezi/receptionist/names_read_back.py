"""A caller's name found in what the receptionist has read back."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from mapokezi.receptionist.office import Office
from mapokezi.receptionist.words import listed, plain

_RUN = re.compile(r"[A-Z][\w'’]+(?:[ -](?:[A-Z]\.? )?[A-Z][\w'’]+){0,3}")
_SPELLED = re.compile(r"\b(?:[A-Za-z](?:[-. ,]+|$)){2,}")
_NO_NAME = frozenset(
    listed(
        """
        a all alright am an and anything are at but can correct could did dial do does everything
        excellent for from good got great have he hello here hi how i if in is it just lastly let
        let's may message miss mr mrs ms my name no noted now of oh ok okay on one our perfect
        phone please regarding right say shall she so sorry sure thank thanks that that's the then
        there they this to urgent very was we well what when which who will would wonderful yes you
        your january february march april june july august september october november december
        monday tuesday wednesday thursday friday saturday sunday nairobi kenya mombasa kisumu
        """
    )
)
_LIKE = 60.0
"""A name so like the one that was heard is that name, written better."""


class NameReader:
    """Finds names, but not those of the office and its people."""

    def __init__(self, office: Office) -> None:
        """Prepare the names that are nobody's answer."""
        names = [office.name, *(name for one in office.people for name in (one.name, *one.aliases))]
        self._ours = {plain(name) for name in names}

    def find(self, said: str, heard: str) -> str:
        """Give the caller's name as it stands in what was said; empty if it does not.

        Args:
            said: What the receptionist said.
            heard: What the caller's own words made of it; empty if they never said it.
        """
        runs = [run for run in map(_bare, _RUN.findall(_SPELLED.sub(" ", said))) if run]
        if heard:
            likest = max(runs, key=lambda run: _likeness(run, heard), default="")
            if likest and _likeness(likest, heard) >= _LIKE:
                return likest
            return heard if f" {plain(heard)} " in f" {plain(said)} " else ""
        theirs = [run for run in runs if plain(run) not in self._ours]
        if len(theirs) == 1 and re.search(r"\bname\b", plain(said)):
            return theirs[0]
        return ""


def _likeness(run: str, heard: str) -> float:
    if set(plain(heard).split()) <= set(plain(run).split()):
        return 100.0
    return fuzz.token_sort_ratio(plain(run), plain(heard))


def _bare(run: str) -> str:
    """Drop the words at both ends that begin a sentence and no name."""
    words = run.split()
    while words and words[0].lower() in _NO_NAME:
        words.pop(0)
    while words and words[-1].lower() in _NO_NAME:
        words.pop()
    return " ".join(words)
