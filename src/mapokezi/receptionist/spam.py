"""What a call came to, seen beside the other calls of its number: spam, or no flash after all."""

from __future__ import annotations

from mapokezi.calls import Outcome
from mapokezi.records.known_caller import KnownCaller

_NOT_OF_THOSE_RUNG_BACK = frozenset({Outcome.FLASH, Outcome.SPAM})
"""Whom we rang did not flash, nor trouble us: the staff are told that it came to nothing."""
_NOTHING_DONE = frozenset({Outcome.FLASH, Outcome.ABANDONED})


def outcome_in_view(
    outcome: Outcome,
    *,
    caller_ms: int,
    known: KnownCaller | None,
    spam_after: int,
    is_ring_back: bool,
) -> Outcome:
    """Decide what a call is recorded as.

    Many calls of one number within an hour, in none of which anybody said a word, are a machine's,
    or somebody's who plays: nobody need ring them back. One flash, or three, are none of it: in
    Kenya that asks to be called back. Nor is any call of a number with which somebody spoke.

    Args:
        outcome: What it came to by itself.
        caller_ms: For how long the caller's voice was heard in it.
        known: What was on record of the number as it rang.
        spam_after: So many silent calls of an hour are spam, this one with them; 0: never.
        is_ring_back: Whether it was we who rang.
    """
    if is_ring_back:
        return Outcome.ABANDONED if outcome in _NOT_OF_THOSE_RUNG_BACK else outcome
    if outcome not in _NOTHING_DONE or caller_ms or known is None or known.has_talked:
        return outcome
    is_spam = 0 < spam_after <= known.silent_lately + 1
    return Outcome.SPAM if is_spam else outcome
