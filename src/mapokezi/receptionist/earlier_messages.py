"""What a caller wants of a message that they left before: how it stands, to cancel or change it.

Nothing of it is told or changed on the strength of a number. A code goes by SMS to the number on
file; whoever says or keys it holds that telephone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mapokezi.receptionist.phrases import PHRASES
from mapokezi.records.message_record import MessageRecord
from mapokezi.records.tasks import Task, TaskState


class EarlierWish(StrEnum):
    """What is wished of a message that was left before."""

    STATUS = "status"
    CANCEL = "cancel"
    CHANGE = "change"


class Came(StrEnum):
    """What came of a wish: the status that a voice is told, and the key of what is said."""

    CODE_SENT = "code_sent"
    WRONG_CODE = "wrong_code"
    NOT_PROVEN = "not_proven"
    """No code can be sent, or none was right: a person rings back."""
    NONE_LEFT = "none_left"
    STILL_OPEN = "still_open"
    TAKEN = "taken"
    DONE = "done"
    CANCELLED = "cancelled"
    WHAT_CHANGE = "what_change"
    CHANGED = "changed"
    FAILED = "failed"


AWAITS_CODE = frozenset({Came.CODE_SENT, Came.WRONG_CODE})
OPENED = frozenset(
    {*AWAITS_CODE, Came.STILL_OPEN, Came.TAKEN, Came.DONE, Came.CANCELLED, Came.CHANGED}
)
"""Something was done or told: a voice that says it in other words says what is so."""
_SERVES = (OPENED - AWAITS_CODE) | {Came.NONE_LEFT}
_OF_STATE = {
    TaskState.OPEN: Came.STILL_OPEN,
    TaskState.TAKEN: Came.TAKEN,
    TaskState.DONE: Came.DONE,
}


@dataclass(frozen=True, slots=True)
class AskEarlier:
    """Do what is wished of an earlier message, once the caller has proven their number."""

    wish: EarlierWish
    code: str = ""
    """The digits, if the caller has told any."""
    change: str = ""
    """What is to be put to the message."""


def came(what: Came) -> Mapping[str, Any]:
    """Write what a voice is told; ``served`` if the caller has got what they rang for."""
    told: dict[str, Any] = {"status": what.value, "say": said_of(what)}
    return {**told, "served": True} if what in _SERVES else told


def said_of(what: Came) -> str:
    """The English sentence for what came of it."""
    return PHRASES[f"earlier_{what.value}"][0]


def how_it_stands(task: Task | None) -> Came:
    """Say how far a message is; one whose task nobody has opened yet is open."""
    return Came.STILL_OPEN if task is None else _OF_STATE[task.state]


Left = tuple[MessageRecord, Task | None]


def meant(left: Sequence[Left]) -> Left | None:
    """Give the message that a caller means: the latest that is not done, else the latest."""
    still = (one for one in left if one[1] is None or one[1].done_at is None)
    return next(still, left[0] if left else None)


_OWN = r"(?:my|our|the|that|a) (?:last |earlier |previous |other )?(?:message|request)"
_ABOUT_EARLIER = re.compile(
    rf"\b{_OWN} (?:that |which )?(?:i|we) (?:have )?(?:left|gave|sent)\b"
    r"|\b(?:i|we) (?:have )?(?:already )?left (?:you |them |him |her )?(?:a|the|my) message\b"
    r"(?=.*\b(?:seen|read|got|gotten|received|dealt|done|happen\w*|open|cancel|change|reach\w*)\b)"
    r"|\b(?:is|was|has|did|have)\b.{0,30}\b(?:my|our) (?:last |earlier |previous )?message\b"
    r"|\b(?:cancel|withdraw|forget|delete|change|correct|add to)\b.{0,12}"
    r"\b(?:my|our) (?:last |earlier |previous )?(?:message|request)\b"
    r"|\bujumbe (?:(?:wangu|wetu) )?(?:nilioacha|niliouacha|tuliouacha)\b"
    r"|\bujumbe (?:wangu|wetu)\b(?=.{0,30}\b(?:ume|uli|uta|hauja|haku)\w+)"
    r"|\b(?:futa|ghairi|badilisha|rekebisha|ongeza|(?:m|u|a|wa)(?:li|me)\w+)\b.{0,20}"
    r"\bujumbe (?:wangu|wetu)\b"
)
_CANCELS = re.compile(r"\b(?:cancel|withdraw|forget|delete|futa|ghairi)\b")
_CHANGES = re.compile(r"\b(?:change|correct|add|badilisha|rekebisha|ongeza)\b")


def earlier_wish(said: str) -> EarlierWish | None:
    """Give what plain words wish of a message that was left before; None if they are not of one."""
    if not _ABOUT_EARLIER.search(said):
        return None
    if _CANCELS.search(said):
        return EarlierWish.CANCEL
    return EarlierWish.CHANGE if _CHANGES.search(said) else EarlierWish.STATUS
