"""The kinds of things that a caller says."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What a caller does by saying something."""

    REPEAT = "repeat"
    WAIT = "wait"
    BACKCHANNEL = "backchannel"
    GOODBYE = "goodbye"
    IDENTITY = "identity"
    GREETING = "greeting"
    THANKS = "thanks"
    CANCEL = "cancel"
    URGENT = "urgent"
    PERSON = "person"
    """Wants a person, nobody in particular."""
    NAMED = "named"
    """Wants a person by name or role."""
    CONCERNED = "concerned"
    """Wants the person who deals with a matter."""
    WHO_DEALS = "who_deals"
    """Asks who deals with a matter."""
    MATTER = "matter"
    """Tells of a matter, and does not say what is wanted."""
    MESSAGE = "message"
    MISSED_CALL = "missed_call"
    HOURS = "hours"
    FACT = "fact"
    FORBIDDEN = "forbidden"
    UNKNOWN = "unknown"
    """Asks what the office has not told."""
    INTRODUCTION = "introduction"
    """Says who they are."""
    ANSWER = "answer"
    """Answers a question of ours."""
    OTHER = "other"
    """Like nothing that we know."""


PEOPLE = frozenset({Kind.PERSON, Kind.NAMED, Kind.CONCERNED})
"""The wishes for a person."""
