"""What a promise hangs on: *if you leave your number, he will call you* promises nothing yet.

Only what is still the caller's, or ours, to do frees it. *When he is out of court he will call you*
and *after lunch he will call you* are promises with a time.
"""

from __future__ import annotations

import re

from mapokezi.receptionist.spoken_claims.assertions import Assertion
from mapokezi.receptionist.spoken_claims.auxiliaries import Tense
from mapokezi.receptionist.spoken_claims.commitment_rules import (
    NO_PROMISE,
    Commitment,
)
from mapokezi.receptionist.spoken_claims.sentence import Said

_IF = re.compile(
    r"\b(?:if|unless|in case|whether|provided|so that|wish|should you|would you like|shall i|can i"
    r"|may i|you may want)\b"
)
_OF_TALKING = (
    r"(?:leave|give|tell|say|let|hold|stay|wait|ask|spell|call|ring|mean|speak|repeat|confirm)"
)
_IF_LATER = re.compile(
    rf"\bif you (?!(?:would|want|wish|prefer|need|like|agree|choose|decide|think|know|remember"
    rf"|{_OF_TALKING}|(?:can|could|just|please|kindly) {_OF_TALKING}"
    r"|are (?:okay|ready|looking|calling|sure|willing|happy (?:with that|for)))\b)"
)
"""What is decided once the call is over: *if you come at ten she will see you*, *if you are not
satisfied we will refund it*. Somebody who says so has promised, whatever the caller does then."""
_ONCE = r"(?:once|when|whenever|until|as soon as|before|after|after which)"
_TEMPORAL = re.compile(rf"\b{_ONCE}\b")
_JUST_BEFORE = re.compile(rf"\b{_ONCE}(?: (?:that|exactly|precisely))?$")
_OF_THE_CALL = re.compile(
    r"\b(?:you|your|i|we|us|message|number|name|details|saved|done|it is|that is)\b"
)
_CONJUNCTION = re.compile(r"\b(?:and|but|so|then)\b(?! that)")
_IN_REST = re.compile(r"\b(?:if|once|when|unless|as soon as|in case|whether)\b")
_OFFERED = re.compile(
    r"\b(?:i can(?! (?:confirm|tell|assure|promise|see|guarantee|say))|i could|i would|leave"
    r"|let me take|so that|want me to|like me to|instead)\b"
)
"""Before a promise: what it depends on."""
_NOT_YET = frozenset({Tense.WILL, Tense.HABIT, Tense.CAN})


def last_part(lead: str) -> str:
    """Give what stands before a subject in its own part of the sentence."""
    return _CONJUNCTION.split(lead)[-1]


def hangs_on_something(one: Assertion, meant: Commitment, said: Said) -> bool:
    """Say whether an assertion holds only under a condition.

    Args:
        one: the assertion.
        meant: what it would commit to.
        said: the whole sentence.
    """
    before = last_part(one.lead).strip()
    is_soft = meant.needs is not None or meant is NO_PROMISE or meant.is_open
    if one.tense is Tense.WILL and not is_soft and _IF_LATER.search(before):
        return False
    if _IF.search(before) or _JUST_BEFORE.search(before):
        return True
    if one.tense in _NOT_YET and is_soft and _frees(before):
        return True
    if one.tense not in _NOT_YET or not is_soft:
        return False
    if any(_frees(" ".join(clause), at_start=True) for clause in said.clauses):
        return True
    if meant is NO_PROMISE or meant.is_open:
        return False
    return bool(_OFFERED.search(said.plain) or _IN_REST.search(one.rest))


def _frees(words: str, *, at_start: bool = False) -> bool:
    if _IF.match(words) if at_start else _IF.search(words):
        return True
    temporal = _TEMPORAL.match(words) if at_start else _TEMPORAL.search(words)
    return temporal is not None and _OF_THE_CALL.search(words, temporal.end()) is not None
