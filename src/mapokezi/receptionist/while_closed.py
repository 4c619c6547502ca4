"""What the clerk does while the office is closed and hears only messages, or only emergencies."""

from __future__ import annotations

from datetime import datetime

from mapokezi.receptionist.after_hours import callers_get, say_closed
from mapokezi.receptionist.answers import offer_message
from mapokezi.receptionist.kinds import Kind
from mapokezi.receptionist.office import AfterHours
from mapokezi.receptionist.replies import Reply
from mapokezi.receptionist.turns import Asked, ClerkTurn


def hears_only_emergencies(reply: Reply, now_wall: datetime) -> bool:
    """Say whether nothing is done just now for a caller whose matter is not urgent."""
    get = callers_get(reply.known.office.hours, now_wall)
    return get is AfterHours.EMERGENCIES and reply.state.draft is None


def takes_only_messages(reply: Reply, now_wall: datetime) -> bool:
    """Say whether questions are not answered just now, but for those about the hours."""
    only = reply.state.only_messages
    return only or callers_get(reply.known.office.hours, now_wall) is AfterHours.MESSAGE


def turn_away(reply: Reply, now_wall: datetime) -> ClerkTurn:
    """Say when the office opens, and that an emergency would be heard."""
    reply.set(candidates=(), pending_reason="", wants="")
    reply.tell(say_closed(reply.known.office.hours, now_wall), "hours")
    reply.ask("only_emergencies", Asked.HOW_CAN_I_HELP)
    return reply.done("closed")


def turn_away_unless_hours(reply: Reply, now_wall: datetime) -> ClerkTurn | None:
    """Turn a caller away while only emergencies are heard; None if the words may be answered."""
    if not hears_only_emergencies(reply, now_wall):
        return None
    understood = reply.understood
    if understood.kind is Kind.HOURS and understood.is_likely:
        return None
    return turn_away(reply, now_wall)


def offer_only_message(reply: Reply, said: str) -> ClerkTurn:
    """Say that no question is answered just now, and offer a message."""
    key = "message_only" if reply.state.only_messages else "only_messages"
    return offer_message(reply, key, said, "closed")
