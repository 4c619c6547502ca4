"""Replies to what the clerk has offered: a message, a person, one fact or another."""

from __future__ import annotations

import re

from mapokezi.receptionist import intake_name
from mapokezi.receptionist.answers import (
    answer_fact,
    ask_for_person,
    do_for_person,
    find_person,
    hand_over,
    not_understood,
)
from mapokezi.receptionist.intake import (
    drop_message,
    propose_message,
    start_message,
)
from mapokezi.receptionist.kinds import Kind, Understood
from mapokezi.receptionist.replies import Reply
from mapokezi.receptionist.turns import Asked, ClerkTurn
from mapokezi.receptionist.unanswered import PLEASANTRY, neither
from mapokezi.receptionist.understanding import understand
from mapokezi.receptionist.yes_no import Answer, read_answer, without_correction_lead

_WILL_DO = re.compile(
    r"^(?:thank you |thanks |it is (?:okay|fine) |then )*(?:i (?:will|shall|can|would rather"
    r"|prefer to)|let me) (?:just )?(?:call|try"
    r"|come|go|visit"
    r"|send|write|email|think|check|wait|ring|pass)\b(?!.*\b(?:speak|talk|person|somebody)\b)"
)


def take_offer(reply: Reply, said: str) -> ClerkTurn | None:
    """Take yes or no to an offer; None if the caller says something else altogether."""
    if reply.state.asked is Asked.CONFIRM_FACT:
        chosen = _which_fact(reply, said)
        if chosen is not None:
            return chosen
    answer = read_answer(said, reply.sentences)
    if answer.yes is None:
        understood = understand(said)
        if understood.kind not in {Kind.OTHER, Kind.GREETING, Kind.THANKS, Kind.BACKCHANNEL}:
            return None
        if len(said.split()) >= 4:
            reply.set(misses=0)
            return None
        return neither(reply)
    asked = reply.state.asked
    if asked is Asked.TAKE_MESSAGE_OFFER:
        return _message_offer(reply, answer)
    if asked is Asked.CONFIRM_PERSON:
        return _person_confirmed(reply, answer)
    if asked is Asked.CONFIRM_FACT:
        return _fact_confirmed(reply, answer)
    if answer.yes:
        propose_message(reply)
        return reply.done("confirm")
    return drop_message(reply)


def _message_offer(reply: Reply, answer: Answer) -> ClerkTurn | None:
    if not answer.yes or _WILL_DO.match(answer.rest):
        if answer.rest and not (PLEASANTRY.match(answer.rest) or _WILL_DO.match(answer.rest)):
            return None
        reply.set(pending_reason="", candidates=(), wants="")
        reply.ask("anything_else", Asked.ANYTHING_ELSE)
        return reply.done("deny")
    given = intake_name.name_given_unasked(answer.rest)
    if given:
        reply.set(name_heard=given)
    about = understand(answer.rest)
    if about.kind in {Kind.MESSAGE, Kind.NAMED_PERSON} and about.who:
        return ask_for_person(reply, about, answer.rest, "message")
    exact = reply.known.directory.named_exactly(answer.rest)
    if exact.person:
        return do_for_person(reply, exact.person, "message", "")
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


def _fact_confirmed(reply: Reply, answer: Answer) -> ClerkTurn | None:
    facts = reply.state.candidates
    if answer.yes and len(facts) == 1:
        return answer_fact(reply, facts[0])
    if answer.yes and not answer.rest:
        return neither(reply)
    if answer.rest and not PLEASANTRY.match(answer.rest):
        return None
    reply.ask("dont_know", Asked.TAKE_MESSAGE_OFFER)
    return reply.done("dont_know")


def _which_fact(reply: Reply, said: str) -> ClerkTurn | None:
    """Take the choice between two facts that were named, if one is chosen."""
    facts = reply.state.candidates
    for fact_id, place in zip(facts, _ORDER, strict=False):
        if len(facts) > 1 and place.search(said):
            return answer_fact(reply, fact_id)
    chosen = reply.known.finder.nearest(said)
    if len(facts) > 1 and chosen.of in facts and (chosen.is_likely or len(said.split()) <= 4):
        return answer_fact(reply, chosen.of) if chosen.score else None
    return None


def which_person(reply: Reply, said: str) -> ClerkTurn | None:
    """Take a name as the answer to whom the caller means."""
    understood = understand(said)
    wants = reply.state.wants or "hand_over"
    if understood.kind is Kind.MESSAGE:
        return ask_for_person(reply, understood, said, "message")
    if understood.kind not in {Kind.OTHER, Kind.NAMED_PERSON, Kind.PERSON}:
        return None
    if re.search(r"\b(?:reception|receptionist|anyone|anybody|any of them|either|whoever)\b", said):
        return hand_over(reply, reason="")
    if read_answer(said).yes is False and len(said.split()) <= 3:
        reply.ask("shall_i_take_one", Asked.TAKE_MESSAGE_OFFER)
        return reply.done("deny")
    who = understood.who or said
    chosen = find_person(reply, who)
    among = [p for p in chosen.people if p.id in reply.state.candidates]
    if len(among) == 1:
        return do_for_person(reply, among[0], wants, reply.state.pending_reason)
    if reply.state.misses >= 2:
        return not_understood(reply)
    return ask_for_person(reply, Understood(Kind.OTHER, who=who), said, wants)


def connect_or_message(reply: Reply, said: str) -> ClerkTurn | None:
    """Take the choice between being connected and leaving a message."""
    person_id = next((p for p in reply.state.candidates if reply.known.person(p)), "")
    if re.search(r"\b(?:message|massage|second|latter|call me|call back)\b", said):
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
