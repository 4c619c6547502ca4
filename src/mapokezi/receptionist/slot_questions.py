"""What a question of the receptionist's asks for, told by its words alone.

Cloud and chat models ask in words of their own, so that nobody but the words tells which field of
a message an answer fills, or that something was read back. English only: in another language
nothing is recognised, and then no field counts as confirmed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from mapokezi.receptionist.office import Question
from mapokezi.receptionist.words import plain

_QUESTION = re.compile(r"[^.!?]*(?:[.](?=\S)[^.!?]*)*\?")
_IS_NO_QUESTION = re.compile(r"\b(?:are you (?:still )?there|can you hear me|hello)\b")
_READS_BACK = re.compile(
    r"\b(?:right|correct|okay|ok|yes|good|fine|accurate|sound right)$"
    r"|^(?:and |so |okay |great |then )*(?:is|was) (?:that|this|it|everything|all|your|the)\b"
    r"|\b(?:did i|have i|do i have) (?:get|got|gotten|hear|heard|have|spell|spelled|note|noted|all)"
    r"\b|\bdo i have (?:that|this|it|your)\b"
    r"|\b(?:shall|should|can|may) i (?:save|send|pass|submit|go ahead)\b"
    r"|\bcan you confirm\b|\bplease confirm\b|\bdoes that (?:sound|look)\b"
)
_ASKS = (
    (
        "best_time",
        re.compile(
            r"\b(?:when|what time|which time|which day|what day|good time|best time)\b"
            r".*\b(?:call|reach|ring|phone|back|contact)\b"
        ),
    ),
    (
        "number",
        re.compile(
            r"\b(?:phone|telephone|mobile|cell|contact|call ?back|calling|call|best|which|what|your"
            r"|a|good|same|this) (?:number|digits)\b|\bdigit by digit\b"
            r"|\b(?:reach|call|ring) you (?:back )?(?:on|at)\b"
        ),
    ),
    (
        "name",
        re.compile(
            r"\b(?:your|full|first|last|second|family|the|a|whose) names?\b"
            r"|\bwho (?:is|am i) (?:this|it|calling|speaking|talking)|\bwho i am\b"
            r"|\b(?:may|can|could) i (?:know|ask|get) who\b|\bspell (?:it|that|your)\b"
        ),
    ),
    (
        "reason",
        re.compile(
            r"\b(?:what|which)\b.*\b(?:about|regarding|concerning|message|matter|reason|note"
            r"|pass on|tell (?:him|her|them)|write down|purpose)\b|\b(?:the|your) reason\b"
        ),
    ),
)
_CALLERS_OWN = re.compile(
    r"\b(?:number|one) (?:that )?you(?: are| have)? (?:calling|called|call|using)\b"
    r"|\b(?:on|at|use|this is|is this|is it) (?:this|the same|the) (?:same )?number\b"
    r"|\b(?:number|one|line) (?:that )?(?:is )?ending\b|\bthis (?:same )?number\b"
)
_LIKE_THE_OFFICES = 80.0


def last_question(said: str) -> str:
    """Give the last question in what was said, as it was said; empty if there is none."""
    found = [one.strip() for one in _QUESTION.findall(said)]
    asked = [one for one in found if not _IS_NO_QUESTION.search(plain(one))]
    return asked[-1] if asked else ""


def reads_back(question: str) -> bool:
    """Say whether a question wants a yes to something that was said with it."""
    return _READS_BACK.search(plain(question)) is not None


def slots_asked_for(question: str, questions: Sequence[Question]) -> tuple[str, ...]:
    """Give the slots that a question asks for; none if it asks for something else.

    Args:
        question: As it was spoken.
        questions: The office's, for a message.
    """
    asked = plain(question)
    for own in questions:
        named = own.slot.replace("_", " ")
        is_like = fuzz.token_set_ratio(asked, plain(own.ask)) >= _LIKE_THE_OFFICES
        is_own = own.slot not in {slot for slot, _ in _ASKS}
        if is_own and (is_like or re.search(rf"\b{re.escape(named)}\b", asked)):
            return (own.slot,)
    found = tuple(slot for slot, pattern in _ASKS if pattern.search(asked))
    return found if set(found) <= {"name", "number"} else found[:1]


def offers_own_number(question: str) -> bool:
    """Say whether a question offers the number that the caller is calling from."""
    return _CALLERS_OWN.search(plain(question)) is not None
