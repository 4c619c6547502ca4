"""What is done for a caller's wish, and what is asked if it is not plain which it is."""

from __future__ import annotations

from datetime import datetime

from mapokezi.receptionist.answers import (
    admit,
    answer_fact,
    answer_hours,
    connect,
    go_on,
    hand_over,
    hear_matter,
    identify,
    not_understood,
    refuse,
    take_message,
    tell_fact,
    tell_hours,
)
from mapokezi.receptionist.asked_for import (
    department_asked_for,
    order_asked_for,
    person_asked_for,
    person_concerned,
)
from mapokezi.receptionist.asked_in_one_breath import (
    AskedPart,
    asked_in_one_breath,
    asked_with_and,
)
from mapokezi.receptionist.intake import start_message
from mapokezi.receptionist.kinds import PEOPLE, Kind
from mapokezi.receptionist.matter_told import answer_matter, matter_told
from mapokezi.receptionist.phrases import WHOLE, phrases_of
from mapokezi.receptionist.replies import Reply
from mapokezi.receptionist.sidestepped import (
    asks_for_a_price,
    is_sidestepped,
    takes_back_appointment,
)
from mapokezi.receptionist.swahili import in_english
from mapokezi.receptionist.turned_down import turned_down
from mapokezi.receptionist.turns import Asked, ClerkTurn
from mapokezi.receptionist.understanding import LIKELY_SCORE, Choice, Understood
from mapokezi.receptionist.while_closed import offer_only_message, takes_only_messages
from mapokezi.receptionist.words import plain

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
_NOTHING_TOLD = frozenset(
    {Kind.UNKNOWN, Kind.MATTER, Kind.INTRODUCTION, Kind.MISSED_CALL, Kind.OTHER, Kind.ANSWER}
)
"""What has no answer of its own: a matter of which the office has a kind of call stands above."""
_OF_APPOINTMENTS = frozenset(
    {
        Kind.FACT,
        Kind.MESSAGE,
        Kind.HOURS,
        Kind.UNKNOWN,
        Kind.MATTER,
        Kind.CANCEL,
        Kind.CONCERNED,
        Kind.OTHER,
    }
)
"""What an appointment that is taken back may be like; none of them says no to its being moved."""
_PLAINLY = 0.05
"""By how much one of these must be likelier than an answer for that not to be offered."""


def fulfil(reply: Reply, wish: Choice, said: str, now_wall: datetime) -> ClerkTurn:
    """Do what is wished."""
    kind = wish.kind
    if kind is Kind.FACT and (unsaid := _unsaid(reply, wish.fact, said, now_wall)) is not None:
        return unsaid
    if kind is Kind.FACT:
        return answer_fact(reply, wish.fact, said)
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


def _unsaid(reply: Reply, fact_id: str, said: str, now_wall: datetime) -> ClerkTurn | None:
    """Offer a message where a fact is not to be told, or would be no answer."""
    if takes_only_messages(reply, now_wall):
        return offer_only_message(reply, said)
    if is_sidestepped(reply.known.facts[fact_id], said):
        return admit(reply, said)
    return None


def _answer_each(reply: Reply, asked: tuple[AskedPart, ...], now_wall: datetime) -> ClerkTurn:
    """Answer several questions that were asked together, in their order."""
    deed = ""
    for part in asked:
        if part.choice.kind is Kind.HOURS:
            deed = f"hours:{tell_hours(reply, part.said, now_wall)}"
        elif not takes_only_messages(reply, now_wall):
            tell_fact(reply, part.choice.fact)
            deed = f"answer:{part.choice.fact}"
    go_on(reply)
    return reply.done(deed)


def fulfil_or_ask(reply: Reply, said: str, now_wall: datetime) -> ClerkTurn:
    """Do what is wished if it is plain; else ask whether it is that."""
    understood = reply.understood
    tells = turned_down(plain(in_english(said))).tells
    if understood.kind in _OF_APPOINTMENTS and takes_back_appointment(said) and not tells:
        start_message(reply, reason=said)  # for whoever keeps the diary
        return reply.done("start_message")
    if (put_through := _to_who_is_asked_for(reply, said)) is not None:
        return put_through
    asked = asked_in_one_breath(reply, understood.best)
    if len(asked) < 2 and not understood.is_sure:
        asked = asked_with_and(reply)
    if len(asked) > 1 and not takes_only_messages(reply, now_wall):
        return _answer_each(reply, asked, now_wall)
    if _is_for_a_message(reply, said):
        is_somebodys = person_concerned(reply, said).is_sure
        return hear_matter(reply, said) if is_somebodys else answer_matter(reply, said, "offer")
    likely = understood.next_score >= LIKELY_SCORE and understood.next is not None
    others = [understood.next] if likely and understood.next else []
    if _is_price_untold(reply, said):
        return admit(reply, said)
    if understood.kind in _NOTHING_DONE:
        others = [each for each in others if each.kind is not Kind.MESSAGE]  # is offered anyhow
        offers = _askable(reply, others) if understood.margin < _PLAINLY else []
    elif understood.kind is Kind.MESSAGE and _is_nothing_else(understood):
        return admit(reply, said)
    elif understood.is_sure:
        offers = []
    else:
        offers = _askable(reply, [understood.best, *others])
        if not offers:
            return not_understood(reply)
    if not offers:
        return fulfil(reply, understood.best, said, now_wall)
    return _ask_which(reply, offers, said)


def _to_who_is_asked_for(reply: Reply, said: str) -> ClerkTurn | None:
    """Pass the caller on who asks for a department, in its order, or for a person in few words."""
    if department := order_asked_for(reply, said):
        return hand_over(reply, department=department)
    person = department_asked_for(reply, said)
    if person is None and not reply.understood.is_sure:
        person = person_asked_for(reply, said)
    return hand_over(reply, person.id) if person is not None else None


def _is_nothing_else(understood: Understood) -> bool:
    """Say whether a message that is doubtful may else be what ends in the offer of one."""
    after = understood.next
    is_near = after is not None and understood.next_score >= LIKELY_SCORE
    return is_near and not understood.is_sure and after is not None and after.kind in _NOTHING_DONE


def _is_price_untold(reply: Reply, said: str) -> bool:
    """Say whether a price was asked for, and what it is like tells none."""
    understood = reply.understood
    if understood.is_sure or not asks_for_a_price(said):
        return False
    likest = [understood.best, *([understood.next] if understood.next else [])]
    facts = [reply.known.facts[each.fact] for each in likest if each.kind is Kind.FACT]
    if any(not is_sidestepped(fact, said) for fact in facts):
        return False
    return bool(facts) or any(each.kind in {Kind.UNKNOWN, Kind.FORBIDDEN} for each in likest)


def _is_for_a_message(reply: Reply, said: str) -> bool:
    """Say whether a matter was told that the office takes messages about, and nothing plainer."""
    understood = reply.understood
    if understood.is_sure and understood.kind not in _NOTHING_TOLD:
        return False
    return matter_told(reply, said) is not None


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
