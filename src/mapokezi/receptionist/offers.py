"""Replies to what the clerk has offered: a message, a person, one fact or another."""

from __future__ import annotations

import re
from datetime import datetime

from mapokezi.receptionist import intake_name
from mapokezi.receptionist.answers import (
    ask_which,
    do_for_person,
    hand_over,
    no_such_person,
    not_understood,
    take_message,
)
from mapokezi.receptionist.asked_for import person_concerned, person_named
from mapokezi.receptionist.directory import NOBODY
from mapokezi.receptionist.intake import (
    drop_message,
    propose_message,
    start_message,
)
from mapokezi.receptionist.kinds import PEOPLE, Kind
from mapokezi.receptionist.replies import Reply
from mapokezi.receptionist.turned_down import turned_down
from mapokezi.receptionist.turns import Asked, ClerkTurn
from mapokezi.receptionist.unanswered import PLEASANTRY, neither
from mapokezi.receptionist.understanding import Choice
from mapokezi.receptionist.wishes import fulfil
from mapokezi.receptionist.yes_no import Answer, read_answer, without_correction_lead

_A_FEW_WORDS = 3
_WILL_DO = re.compile(
    r"^(?:thank you |thanks |it is (?:okay|fine) |then )*(?:i (?:will|shall|can|would rather"
    r"|prefer to)|let me) (?:just )?(?:call|try"
    r"|come|go|visit"
    r"|send|write|email|think|check|wait|ring|pass)\b(?!.*\b(?:speak|talk|person|somebody)\b)"
)


_TALK = frozenset(
    {Kind.OTHER, Kind.GREETING, Kind.THANKS, Kind.BACKCHANNEL, Kind.ANSWER, Kind.INTRODUCTION}
)


def take_offer(reply: Reply, said: str, now_wall: datetime) -> ClerkTurn | None:
    """Take yes or no to an offer; None if the caller says something else altogether."""
    if reply.state.asked is Asked.CONFIRM_WISH:
        chosen = _which_wish(reply, said, now_wall)
        if chosen is not None:
            return chosen
    answer = read_answer(said, reply.sentences)
    if answer.yes is None:
        if reply.understood.kind not in _TALK or len(said.split()) > _A_FEW_WORDS:
            return None
        return neither(reply)
    asked = reply.state.asked
    if asked is Asked.TAKE_MESSAGE_OFFER:
        return _message_offer(reply, answer)
    if asked is Asked.CONFIRM_PERSON:
        return _person_confirmed(reply, answer)
    if asked is Asked.CONFIRM_WISH:
        return _wish_confirmed(reply, answer, now_wall)
    if answer.yes:
        propose_message(reply)
        return reply.done("confirm")
    return drop_message(reply)


_DECLINES = frozenset({Kind.GOODBYE, Kind.CANCEL, Kind.THANKS})


def _message_offer(reply: Reply, answer: Answer) -> ClerkTurn | None:
    declines = answer.yes is False and reply.understood.kind in _DECLINES
    if declines or not answer.yes or _WILL_DO.match(answer.rest):
        if (
            not declines
            and answer.rest
            and not (PLEASANTRY.match(answer.rest) or _WILL_DO.match(answer.rest))
        ):
            return None
        reply.set(pending_reason="", candidates=(), wants="")
        reply.ask("anything_else", Asked.ANYTHING_ELSE)
        return reply.done("deny")
    given = intake_name.name_given_unasked(answer.rest)
    if given:
        reply.set(name_heard=given)
    named = person_named(reply, answer.rest) if not given else NOBODY
    if named.person and named.is_sure:
        return do_for_person(reply, named.person, "message", "")
    person = next((p for p in reply.state.candidates if reply.known.person(p)), "")
    start_message(reply, person, urgent=reply.state.wants == "urgent")
    return reply.done("confirm")


def _person_confirmed(reply: Reply, answer: Answer) -> ClerkTurn | None:
    person = reply.known.person(reply.state.candidates[0]) if reply.state.candidates else None
    if answer.yes and person:
        return do_for_person(reply, person, reply.state.wants, reply.state.pending_reason)
    rest = without_correction_lead(answer.rest)
    if rest and not PLEASANTRY.match(rest):
        return which_person(reply, rest)
    reply.ask("no_such_person", Asked.WHICH_PERSON)
    return reply.done("deny")


_ORDER = (
    re.compile(r"\b(?:first|former)\b"),
    re.compile(r"\b(?:second|latter|last|other)\b"),
)


def _wish_confirmed(reply: Reply, answer: Answer, now_wall: datetime) -> ClerkTurn | None:
    wishes = reply.state.candidates
    if answer.yes and len(wishes) == 1:
        return fulfil(reply, Choice.of_key(wishes[0]), reply.state.pending_reason, now_wall)
    if answer.yes and not answer.rest:
        return neither(reply)
    if answer.rest and not PLEASANTRY.match(answer.rest):
        return None
    reply.ask("dont_know", Asked.TAKE_MESSAGE_OFFER)
    return reply.done("dont_know")


def _which_wish(reply: Reply, said: str, now_wall: datetime) -> ClerkTurn | None:
    """Take the choice between two wishes that were named, if one is chosen."""
    wishes = [Choice.of_key(key) for key in reply.state.candidates]
    asked_before = reply.state.pending_reason
    for wish, place in zip(wishes, _ORDER, strict=False):
        if len(wishes) > 1 and place.search(said):
            return fulfil(reply, wish, asked_before, now_wall)
    best = reply.understood.best
    if len(wishes) > 1 and best in wishes:
        return fulfil(reply, best, f"{asked_before} {said}", now_wall)
    return None


def which_person(reply: Reply, said: str) -> ClerkTurn | None:
    """Take a name as the answer to whom the caller means."""
    kind = reply.understood.kind
    wants = reply.state.wants or "hand_over"
    if kind is Kind.MESSAGE:
        return take_message(reply, said)
    if re.search(r"\b(?:reception|receptionist|anyone|anybody|any of them|either|whoever)\b", said):
        return hand_over(reply)
    if read_answer(said).yes is False and len(said.split()) <= _A_FEW_WORDS:
        reply.ask("shall_i_take_one", Asked.TAKE_MESSAGE_OFFER)
        return reply.done("deny")
    chosen = person_named(reply, said)
    among = [p for p in chosen.people if p.id in reply.state.candidates]
    if len(among) == 1 or (chosen.person and chosen.is_sure):
        return do_for_person(reply, (among or chosen.people)[0], wants, reply.state.pending_reason)
    if chosen.people:
        return ask_which(reply, chosen.people)
    concerned = person_concerned(reply, said)
    if concerned.person and concerned.is_sure:
        return do_for_person(reply, concerned.person, wants, reply.state.pending_reason)
    if kind not in {*PEOPLE, *_TALK}:
        return None
    return not_understood(reply) if reply.state.misses >= 2 else no_such_person(reply)


def connect_or_message(reply: Reply, said: str) -> ClerkTurn | None:
    """Take the choice between being connected and leaving a message."""
    person_id = next((p for p in reply.state.candidates if reply.known.person(p)), "")
    besides = turned_down(said)
    if besides.talk and not besides.rest:
        reply.ask("shall_i_take_one", Asked.TAKE_MESSAGE_OFFER)
        return reply.done("deny")
    said = besides.rest or said
    if besides.tells or re.search(r"\b(?:message|massage|second|latter|call me|call back)\b", said):
        start_message(reply, person_id)
        return reply.done(f"start_message:{person_id}" if person_id else "start_message")
    if re.search(
        r"\b(?:connect|connected|put me|through|speak|talk|transfer|first|former|reception)\b", said
    ):
        return hand_over(reply, person_id)
    answer = read_answer(said, reply.sentences)
    if answer.yes is False and PLEASANTRY.match(answer.rest):
        reply.ask("anything_else", Asked.ANYTHING_ELSE)
        return reply.done("deny")
    if answer.yes is not None and len(said.split()) <= 3:
        reply.set(question="which_of_two", question_values=())
        reply.ask_again()
        return reply.done("unclear", missed=True)
    return None
