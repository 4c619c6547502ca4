"""What is done for a caller's wish, and what is asked if it is not plain which it is."""

from __future__ import annotations

from datetime import datetime

from mapokezi.receptionist.answers import (
    admit,
    answer_fact,
    answer_hours,
    connect,
    hear_matter,
    identify,
    not_understood,
    refuse,
    take_message,
)
from mapokezi.receptionist.kinds import PEOPLE, Kind
from mapokezi.receptionist.phrases import WHOLE, phrases_of
from mapokezi.receptionist.replies import Reply
from mapokezi.receptionist.turns import Asked, ClerkTurn
from mapokezi.receptionist.understanding import LIKELY_SCORE, Choice
from mapokezi.receptionist.while_closed import offer_only_message, takes_only_messages

_OFFERED = {
    kind: phrases_of(WHOLE).word("parts", f"wish_{kind.value}")
    for kind in (Kind.HOURS, Kind.MESSAGE, Kind.PERSON, Kind.NAMED, Kind.CONCERNED)
}
"""What can be asked for again in a word, facts apart."""
_NOTHING_DONE = frozenset(
    {
        Kind.FORBIDDEN,
        Kind.UNKNOWN,
        Kind.MATTER,
        Kind.WHO_DEALS,
        Kind.MISSED_CALL,
        Kind.INTRODUCTION,
        Kind.ANSWER,
    }
)
"""What ends in the offer of a message: it costs the caller a turn at worst, so it need not be
asked for first."""
_PLAINLY = 0.05
"""By how much one of these must be likelier than an answer for that not to be offered."""


def fulfil(reply: Reply, wish: Choice, said: str, now_wall: datetime) -> ClerkTurn:
    """Do what is wished."""
    kind = wish.kind
    if kind is Kind.FACT and takes_only_messages(reply, now_wall):
        return offer_only_message(reply, said)
    if kind is Kind.FACT:
        return answer_fact(reply, wish.fact)
    if kind is Kind.HOURS:
        return answer_hours(reply, said, now_wall)
    if kind in PEOPLE:
        return connect(reply, kind, said)
    if kind is Kind.MESSAGE:
        return take_message(reply, said)
    if kind is Kind.IDENTITY:
        return identify(reply)
    if kind is Kind.FORBIDDEN:
        return refuse(reply, said)
    if kind in {Kind.MATTER, Kind.WHO_DEALS}:
        return hear_matter(reply, said)
    if kind in {Kind.UNKNOWN, Kind.MISSED_CALL}:
        return admit(reply, said)
    if kind is Kind.INTRODUCTION:
        reply.ask("name_noted", Asked.HOW_CAN_I_HELP, name="")
        return reply.done("greeting")
    return not_understood(reply)


def fulfil_or_ask(reply: Reply, said: str, now_wall: datetime) -> ClerkTurn:
    """Do what is wished if it is plain; else ask whether it is that."""
    understood = reply.understood
    likely = understood.next_score >= LIKELY_SCORE and understood.next is not None
    others = [understood.next] if likely and understood.next else []
    if understood.kind in _NOTHING_DONE:
        offers = _askable(reply, others) if understood.margin < _PLAINLY else []
    elif understood.is_sure:
        offers = []
    else:
        offers = _askable(reply, [understood.best, *others])
        if not offers:
            return not_understood(reply)
    if not offers:
        return fulfil(reply, understood.best, said, now_wall)
    return _ask_which(reply, offers, said)


def _askable(reply: Reply, wishes: list[Choice]) -> list[Choice]:
    return [wish for wish in wishes if _in_words(reply, wish)]


def _in_words(reply: Reply, wish: Choice) -> str:
    if wish.kind is Kind.FACT:
        return f"to know about {reply.known.title_of(wish.fact)}"
    return _OFFERED.get(wish.kind, "")


def _ask_which(reply: Reply, wishes: list[Choice], said: str) -> ClerkTurn:
    reply.set(candidates=tuple(wish.key for wish in wishes), pending_reason=said)
    one, *more = [_in_words(reply, wish) for wish in wishes]
    if more:
        reply.ask("which_wish", Asked.CONFIRM_WISH, one=one, other=more[0])
    else:
        reply.ask("did_you_want", Asked.CONFIRM_WISH, one=one)
    return reply.done("unclear")
