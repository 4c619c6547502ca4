"""The kinds of things that a caller says, and what is kept of one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a caller does by saying something."""

    REPEAT = "repeat"
    WAIT = "wait"
    BACKCHANNEL = "backchannel"
    GOODBYE = "goodbye"
    IDENTITY = "identity"
    PERSON = "person"
    """Wants a person, nobody in particular."""
    NAMED_PERSON = "named_person"
    """Wants the person that ``who`` stands for."""
    WHO_DEALS = "who_deals"
    """Asks who deals with the subject in ``who``."""
    MESSAGE = "message"
    HOURS = "hours"
    GREETING = "greeting"
    HOW_ARE_YOU = "how_are_you"
    THANKS = "thanks"
    CANCEL = "cancel"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Understood:
    """The kind of an utterance and the words that matter in it."""

    kind: Kind
    who: str = ""
    """The words that stand for a person, plain."""
    reason: str = ""
    """The words of the message itself, if they were said at once."""
    is_plain: bool = True
    """Whether it is a plain request; else ``who`` must be a name of the office's to make it one:
    ``can I have ...`` may go on with anything."""
