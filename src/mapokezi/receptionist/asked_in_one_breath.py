"""Several questions in one turn: "how much is the deposit, and how much notice do I give?"

A turn is understood as a whole, by which one of its questions mostly wins. Here it is cut where a
new question begins, and each part is understood by itself. Only what is asked counts (in "I have a
form to be stamped. Do you do that?" the form is what is asked about), only what leans on no other
part, only what is sure, and only if the whole was taken for one of them: a cut in the wrong place
makes no new question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mapokezi.receptionist.kinds import Kind
from mapokezi.receptionist.matter_told import is_question
from mapokezi.receptionist.replies import Reply
from mapokezi.receptionist.swahili import in_english
from mapokezi.receptionist.understanding import Choice
from mapokezi.receptionist.words import plain

_MOST = 2
"""Answers in one turn: more than that no caller keeps in mind."""
_FEWEST_WORDS = 3
_CUT = re.compile(
    r"(?<=[?.!;])\s+|,?\s+(?:and|also|then)\s+(?:also\s+)?"
    r"(?=(?:what|where|when|which|who|how|do|does|is|are|can|could|will|would)\b)",
    re.IGNORECASE,
)
_ANSWERED = frozenset({Kind.FACT, Kind.HOURS})
_LIKELY_TOGETHER = 0.27
_LEANS = re.compile(r"\b(?:that|it|this|those|these|them|they|one)\b")
"""A part with such a word in it asks about what stands in another."""


@dataclass(frozen=True, slots=True)
class AskedPart:
    """One question of a turn."""

    said: str
    """Plain."""
    choice: Choice


def asked_in_one_breath(reply: Reply, whole: Choice) -> tuple[AskedPart, ...]:
    """Give the questions of a turn, in their order, each once; fewer than two: it is one question.

    Args:
        reply: the reply so far, with what was heard.
        whole: what the turn was taken for as a whole.
    """
    heard = in_english(reply.heard.text)
    parts = [plain(part) for part in _CUT.split(heard)]
    asked = [part for part in parts if _stands_alone(part)]
    if len(asked) < 2:
        return ()
    found: dict[str, AskedPart] = {}
    for part in asked:
        understood = reply.known.understanding.of(part)
        if understood.is_sure and understood.kind in {Kind.FACT, Kind.HOURS}:
            found.setdefault(understood.best.key, AskedPart(part, understood.best))
    return tuple(found.values())[:_MOST] if whole.key in found else ()


_JOINED = re.compile(r",?\s+(?:and|also|plus|then)\s+(?:also\s+)?", re.IGNORECASE)


def asked_with_and(reply: Reply) -> tuple[AskedPart, ...]:
    """Give two questions that an *and* joins where the whole is as like the one as the other.

    Each must be the likest thing of its own part; else there are none.
    """
    understood = reply.understood
    whole = (understood.best, understood.next)
    likely = understood.next_score >= _LIKELY_TOGETHER
    if not likely or any(each is None or each.kind not in _ANSWERED for each in whole):
        return ()
    heard = in_english(reply.heard.text)
    for cut in _JOINED.finditer(heard):
        parts = [plain(heard[: cut.start()]), plain(heard[cut.end() :])]
        found = [AskedPart(part, reply.known.understanding.of(part).best) for part in parts if part]
        if {each.choice for each in found} == set(whole):
            return tuple(found)
    return ()


def _stands_alone(part: str) -> bool:
    """Say whether plain text is a question that leans on no other."""
    is_whole = len(part.split()) >= _FEWEST_WORDS
    return is_whole and is_question(part) and _LEANS.search(part) is None
