"""What a caller asked not to pass on: read from the caller's own words, in English and Swahili.

It is meant to err to the safe side: what it takes for such a wish is not told to a colleague by
voice; the stored message, which the caller has dictated, is not touched by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from mapokezi.voice.session import PastTurn

NAME, NUMBER, REASON = "name", "number", "reason"

_WISH = re.compile(
    r"\b(?:(?:do not|don'?t|please not|never|without|rather not|not to|no need to) (?:you )?"
    r"(?:tell(?:ing)?|say(?:ing)?|mention(?:ing)?|pass(?:ing)?|give|giving|share|sharing"
    r"|reveal(?:ing)?|let)\b"
    r"|keep (?:it|this|that|my \w+|the \w+)[^.?!]* (?:between us|to yourself|private|confidential"
    r"|secret|out of it)"
    r"|(?:this|that|it) (?:is|stays|remains)[^.?!]* (?:between us|confidential|private|secret)"
    r"|between (?:you and me|us)|in confidence|off the record"
    r"|u?si(?:m|wa|tu)?w?(?:ambi|semi|taji|pe)\w*|ni siri|iwe siri|baina yetu|kati yetu)",
    re.IGNORECASE,
)
_OF_NAME = re.compile(r"\b(?:my name|who i am|who is calling|who'?s calling|jina)\b", re.IGNORECASE)
_OF_NUMBER = re.compile(r"\b(?:my (?:phone )?number|my phone|namba|nambari)\b", re.IGNORECASE)
_OF_MATTER = re.compile(
    r"\b(?:what (?:it|this) is about|why i|the reason|my case|my matter|about (?:my|the|this|it)"
    r"|anything|the details|sababu|kuhusu|kesi)\b",
    re.IGNORECASE,
)


def kept_back_in(history: Iterable[PastTurn]) -> frozenset[str]:
    """Read which of `NAME`, `NUMBER` and `REASON` the caller wants kept back.

    A wish that names none of them is of the reason: that is what is mostly meant, and the colleague
    must be able to tell who it is.
    """
    kept: set[str] = set()
    for turn in history:
        if turn.speaker != "caller":
            continue
        for sentence in re.split(r"[.?!;]+", turn.text):
            if _WISH.search(sentence):
                kept |= _named_in(sentence)
    return frozenset(kept)


def _named_in(sentence: str) -> set[str]:
    named = set()
    if _OF_NAME.search(sentence):
        named.add(NAME)
    if _OF_NUMBER.search(sentence):
        named.add(NUMBER)
    if _OF_MATTER.search(sentence) or not named:
        named.add(REASON)
    return named
