"""Callers whom the office treats apart by their number, which is a claim and never a proof."""

from __future__ import annotations

from collections.abc import Collection

from mapokezi.receptionist.barred_numbers import is_same_subscriber
from mapokezi.receptionist.caller_rules import CallersGet
from mapokezi.receptionist.office import Office
from mapokezi.records.known_caller import KnownCaller
from mapokezi.units import E164

_RANG_BEFORE = (
    "This number has rung the office before. Whoever holds the telephone may be another: never say "
    "that it has rung, and tell, change or cancel nothing on the strength of the number."
)
_IN_VAIN = (
    "It has rung several times today and nothing was done: be brief, and with your first answer "
    "offer to connect a person or to take a message."
)


def is_one_of(caller: E164, numbers: Collection[E164]) -> bool:
    """Say whether a caller's number is one of these, however they are written."""
    return any(is_same_subscriber(caller, number) for number in numbers)


def caller_gets(office: Office, caller: E164 | None) -> CallersGet:
    """Say what the office has chosen for a number; None is one that is withheld."""
    if caller is None:
        return office.callers.withheld_get
    blocked = is_one_of(caller, office.blocked)
    return office.callers.blocked_get if blocked else CallersGet.ANSWER


ONLY_MESSAGES = (
    "From this caller no more than a message is taken: answer no questions, put them through to "
    "nobody, say that you can take a message, and take it. Tell of an emergency as always."
)
"""What a model is told of a caller to whom the office gives no more."""

RANG_BACK = (
    "It is we who have rung: this number rang the office once and hung up, which asks to be called "
    "back. Say so with your first words, and ask how you can help."
)
"""What a model is told of a call that we have placed."""


def rang_before(known: KnownCaller | None) -> str:
    """Tell a model how to treat a number that rings again; empty if it never did.

    It is told no more than that: what a model does not know, it cannot be talked into telling.
    """
    if known is None or not known.is_known:
        return ""
    if not known.comes_in_vain:
        return _RANG_BEFORE
    return f"{_RANG_BEFORE} {_IN_VAIN}"
