"""A caller who did not mean to ring this office at all."""

from __future__ import annotations

import re

from mapokezi.receptionist.swahili import in_english
from mapokezi.receptionist.words import plain

_MOST_WORDS = 16
"""In more words something else is told of."""
_WRONG = r"w?rong (?:number|line)"
"""The small recogniser leaves the first letter out."""
_DIALLED = re.compile(
    rf"^(?:(?:oh|so|okay|no|hello|three|pole|very|i am|it is|this is|it seems|i think|a|the|sorry)"
    rf" )*{_WRONG}\b(?! (?:for|of|on|in)\b)"
    rf"|\b{_WRONG}(?: (?:sorry|then|bye|goodbye|please))*$"
    r"|\bi (?:have |must have |think i |may have |just )*(?:got|dial\w*|call\w*|rung|rang|reached"
    rf"|have) (?:the |a )?(?:wrong\b|{_WRONG})|\b(?:mis ?dial\w*|dial\w* (?:it )?wrong)\b"
)
_OTHERS = re.compile(
    r"\b(?:gave|give|wrote|put|printed|took|noted|my receipt|records?|correct|change|was"
    r"|is (?:it|this|that))\b.{0,20}\bw?rong\b|\bw?rong (?:number|line) (?:was|is|that|which)\b"
)
"""A number that is wrong in a message, or in the office's papers; or a question."""


def has_dialled_wrong(said: str) -> bool:
    """Say whether plain text tells that the caller has dialled another number than they meant."""
    english = plain(in_english(said))
    found = _DIALLED.search(english)
    is_told = found is not None and len(english.split()) <= _MOST_WORDS
    return is_told and _OTHERS.search(english) is None
