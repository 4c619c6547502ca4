"""What the clerk answers of itself: facts, hours, people; and what it does when it cannot."""

from __future__ import annotations

import re
from datetime import datetime

from mapokezi.receptionist.asked_for import (
    addresses_somebody,
    department_wanted,
    person_concerned,
    person_named,
    person_wanted,
)
from mapokezi.receptionist.hours import describe_day, describe_week, local_time, read_day
from mapokezi.receptionist.hours_in_language import say_hours
from mapokezi.receptionist.intake import IN_INTAKE, start_message
from mapokezi.receptionist.kinds import Kind
from mapokezi.receptionist.matter_told import matter_told, offer_for_matter
from mapokezi.receptionist.office import Person
from mapokezi.receptionist.price_rules import on_request
from mapokezi.receptionist.replies import Reply
from mapokezi.receptionist.swahili import in_english
from mapokezi.receptionist.turned_down import turned_down
from mapokezi.receptionist.turns import Asked, ClerkTurn

_SENTENCE_END = re.compile(r"(?<=[.!?]) +(?=[A-Z])")
_LONGEST_REASON_WORDS = 60


def in_message(reply: Reply) -> bool:
    """Say whether a message is being taken just now."""
    return reply.state.draft is not None and reply.state.asked in IN_INTAKE


def go_on(reply: Reply) -> None:
    """After an answer: ask the open question of a message again, or whether there is more."""
    if in_message(reply):
        reply.ask_again()
    else:
        reply.ask("anything_else", Asked.ANYTHING_ELSE)


def tell_fact(reply: Reply, fact_id: str) -> None:
    """Say a fact as the office wrote it, sentence by sentence, each with its source."""
    for sentence in _SENTENCE_END.split(reply.known.facts[fact_id].answer.strip()):
        reply.tell(sentence, fact_id)
    reply.set(about=fact_id, candidates=())


def answer_fact(reply: Reply, fact_id: str, said: str = "") -> ClerkTurn:
    """Say a fact; a message is offered to who told a matter, or asked for a price on request."""
    tell_fact(reply, fact_id)
    is_more = fact_id in on_request(reply.known.office) and not in_message(reply)
    if said and (is_more or matter_told(reply, said) is not None):
        offer_for_matter(reply, said)
    else:
        go_on(reply)
    return reply.done(f"answer:{fact_id}")


def answer_from_book(reply: Reply, said: str) -> ClerkTurn | None:
    """Answer with a fact of many, which are looked up; None if none is surely asked for."""
    book, understood = reply.known.book, reply.understood
    if book is None or (understood.is_sure and understood.kind is not Kind.UNKNOWN):
        return None
    fact = book.fact_asked_for(said)
    return answer_fact(reply, fact.id) if fact is not None else None


_NOW = re.compile(
    r"\b(?:still|yet|already|right now|now|at the moment|as we speak|currently)\b"
    r"|^(?:\w+ )?(?:are|have) you (?:open|closed|opened)(?: please| there)?$"
)


_NOT_THAT_DAY = re.compile(r"\b(?:instead of|rather than|and not|but not) (?:\w+ )?[a-z]+day\b")
_FROM_DAY_TO_DAY = re.compile(r"\b[a-z]+day (?:up ?)?(?:to|until|till|through) [a-z]+day\b")
"""From one day of the week to another: the whole week is asked for."""


def answer_hours(reply: Reply, said: str, now_wall: datetime) -> ClerkTurn:
    """Say the hours of the day that is named, or the week's, and go on."""
    of = tell_hours(reply, said, now_wall)
    go_on(reply)
    return reply.done(f"hours:{of}")


def tell_hours(reply: Reply, said: str, now_wall: datetime) -> str:
    """Say the hours of the day that is named, or the week's, and give which."""
    hours = reply.known.office.hours
    today = local_time(hours, now_wall).date()
    said = _NOT_THAT_DAY.sub("", said)
    day = read_day(hours, said, today) or read_day(hours, in_english(said), today)
    said = in_english(said)
    if _FROM_DAY_TO_DAY.search(said.lower()):
        day = None
    elif day is None and re.search(r"\bweekends?\b", said):
        day = read_day(hours, "saturday", today)
        sunday = read_day(hours, "sunday", today)
        if sunday:
            reply.tell(describe_day(hours, sunday, now_wall), "hours")
    if day is None and _NOW.search(said):
        day = read_day(hours, "today", today)
    if not say_hours(reply, day, now_wall):
        told = describe_day(hours, day, now_wall) if day else describe_week(hours)
        for sentence in _SENTENCE_END.split(told):
            reply.tell(sentence, "hours")
    reply.set(about="hours", candidates=())
    return day.called if day else "week"


def names_a_day(reply: Reply, said: str, now_wall: datetime) -> bool:
    """Say whether plain text names a day, as in ``and on sunday``."""
    hours = reply.known.office.hours
    return read_day(hours, said, local_time(hours, now_wall).date()) is not None


def identify(reply: Reply) -> ClerkTurn:
    """Say that the caller speaks with a machine."""
    name = reply.known.office.name
    if in_message(reply):
        reply.say_part("of_the_office", "office", office=name)
        reply.ask_again()
    else:
        reply.ask("identity", Asked.HOW_CAN_I_HELP, office=name)
    return reply.done("identity")


def hand_over(
    reply: Reply, person_id: str = "", reason: str = "", *, department: str = "", **more: bool
) -> ClerkTurn:
    """Propose to pass the caller on; what becomes of it is told later.

    Args:
        reply: in the making.
        person_id: to whom; empty for a department, or the office's order and the reception.
        reason: why, in the caller's words.
        department: to whom, if it is rung in an order of its own.
        more: further arguments of the proposal.
    """
    reply.set(
        wants="hand_over",
        pending_reason=reply.state.pending_reason or reason,
        candidates=(person_id,) if person_id else (),
    )
    reply.say("connect_try", who=department or reply.known.said_name(person_id))
    to_whom = {"person_id": person_id, **({"department": department} if department else {})}
    reply.propose("hand_over", **to_whom, reason=reason, **more)
    return reply.done(f"hand_over:{person_id or department or 'reception'}")


_ASKS_FOR_SOMEBODY = re.compile(
    r"\b(?:speak|talk|word with|connect\w*|transfer|put|through|pass|who|whom|whoever|which|give me"
    r"|get me|let me have|phone|line|kuongea|niongee)\b"
)
"""Without any of these a matter was told, and whether to be connected is asked first."""


def connect(reply: Reply, kind: Kind, said: str) -> ClerkTurn:
    """Pass the caller on to the person wanted, or find out who that is."""
    said = turned_down(in_english(said)).rest or said
    found = person_wanted(reply, kind, said)
    is_matter = kind is Kind.CONCERNED
    if is_matter and not _ASKS_FOR_SOMEBODY.search(in_english(said)):
        return hear_matter(reply, said)
    if department := department_wanted(reply, said):
        return hand_over(reply, "", _as_reason(said) if is_matter else "", department=department)
    if found.person and found.is_sure:
        return hand_over(reply, found.person.id, _as_reason(said) if is_matter else "")
    reply.set(wants="hand_over")
    if found.people:
        return ask_which(reply, found.people)
    if kind is Kind.PERSON:
        return hand_over(reply)
    if is_matter:
        reply.set(candidates=(), pending_reason=_as_reason(said))
        reply.ask("which_of_two", Asked.CONNECT_OR_MESSAGE)
        return reply.done("unclear")
    return no_such_person(reply)


def no_such_person(reply: Reply) -> ClerkTurn:
    """Say that nobody of that name is known, and ask again."""
    reply.set(candidates=())
    reply.ask("no_such_person", Asked.WHICH_PERSON)
    if reply.failed() >= 2:
        reply.set(asked=Asked.CONNECT_OR_MESSAGE, question="which_of_two")
    return reply.done("unclear", missed=True)


_SAYING = re.compile(r"\b(?:that|saying|about|regarding|to say|kwamba|kuhusu) (?P<reason>.+)$")
_BARE_REASONS = frozenset({"i called", "i rang", "i phoned", "i was looking for him"})


def take_message(reply: Reply, said: str) -> ClerkTurn:
    """Begin a message, for whomever it is meant."""
    found = person_named(reply, said)
    saying = _SAYING.search(said)
    reason = saying["reason"] if saying else ""
    if found.person and found.is_sure:
        return do_for_person(reply, found.person, "message", reason)
    if found.people or (addresses_somebody(said) and not reply.state.misses):
        reply.set(wants="message", pending_reason=reason)
        return ask_which(reply, found.people) if found.people else no_such_person(reply)
    start_message(reply, reason=reason)
    return reply.done("start_message")


def ask_which(reply: Reply, people: tuple[Person, ...]) -> ClerkTurn:
    """Ask which of several people is meant, or whether it is the one."""
    reply.set(candidates=tuple(person.id for person in people))
    names = [reply.known.said_name(person.id) for person in people]
    if len(names) == 1:
        reply.ask("did_you_mean_person", Asked.CONFIRM_PERSON, who=names[0])
    else:
        choices = f"{', '.join(names[:-1])} or {names[-1]}"
        reply.ask("which_person", Asked.WHICH_PERSON, choices=choices)
    return reply.done("unclear")


def do_for_person(reply: Reply, person: Person, wants: str, reason: str) -> ClerkTurn:
    """Connect to a person, or start a message for them."""
    if wants == "message":
        start_message(reply, person.id, reason=reason)
        return reply.done(f"start_message:{person.id}")
    return hand_over(reply, person.id, reason)


def hear_matter(reply: Reply, said: str) -> ClerkTurn:
    """Say who deals with a matter that was told, and offer to connect or take a message."""
    found = person_concerned(reply, said)
    if found.person is None or not found.is_sure or in_message(reply):
        return admit(reply, said)
    person = found.person
    reply.set(candidates=(person.id,), about=person.id, pending_reason=_as_reason(said))
    who = reply.known.said_name(person.id)
    reply.ask("person_is", Asked.CONNECT_OR_MESSAGE, who=who, role=person.role)
    return reply.done(f"answer:{person.id}")


def _as_reason(said: str) -> str:
    return " ".join(said.split()[:_LONGEST_REASON_WORDS])


def refuse(reply: Reply, said: str) -> ClerkTurn:
    """Say nothing about what the office never answers, and offer a message."""
    return offer_message(reply, "no_advice", said, "refuse")


def admit(reply: Reply, said: str) -> ClerkTurn:
    """Say that the office has not told us that, and offer a message."""
    return offer_message(reply, "dont_know", said, "dont_know")


def offer_message(reply: Reply, key: str, said: str, deed: str) -> ClerkTurn:
    """Say a fixed sentence that offers a message about what was said; not within a message."""
    if in_message(reply):
        reply.say("not_now")
        reply.ask_again()
        return reply.done(deed)
    reply.set(pending_reason=_as_reason(said), candidates=())
    reply.ask(key, Asked.TAKE_MESSAGE_OFFER)
    return reply.done(deed)


def not_understood(reply: Reply) -> ClerkTurn:
    """Go down the ladder: other words, choices, a message, a person."""
    misses = reply.state.misses
    if not reply.speaks_the_callers_language():
        reply.say_part("only_english")
        reply.ask("shall_i_take_one", Asked.TAKE_MESSAGE_OFFER)
    elif misses == 0:
        reply.ask("unclear_1", Asked.HOW_CAN_I_HELP)
    elif misses == 1:
        reply.ask("unclear_2", Asked.HOW_CAN_I_HELP)
    elif misses == 2:
        reply.ask("unclear_3", Asked.TAKE_MESSAGE_OFFER)
    else:
        reply.say("trouble_hand_over")
        reply.propose("hand_over", person_id="", reason="The caller could not be understood.")
        reply.set(wants="hand_over", candidates=())
    return reply.done("unclear", missed=True)
