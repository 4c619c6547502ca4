"""What is looked at first in every turn, whatever was asked: it steers the talk at any moment."""

from __future__ import annotations

import re
from datetime import datetime

from mapokezi.receptionist.answers import (
    answer_fact,
    answer_hours,
    answer_or_admit,
    ask_for_person,
    hand_over,
    identify,
    nearest_fact,
)
from mapokezi.receptionist.intake import IN_INTAKE, drop_message
from mapokezi.receptionist.kinds import Kind, Understood
from mapokezi.receptionist.knowledge import FORBIDDEN
from mapokezi.receptionist.replies import Reply
from mapokezi.receptionist.turns import Asked, ClerkTurn, Heard
from mapokezi.receptionist.understanding import asks_directly, understand

_YES_NO = frozenset(
    {
        Asked.OWN_NUMBER,
        Asked.CONFIRM_SLOT,
        Asked.CONFIRM_MESSAGE,
        Asked.TAKE_MESSAGE_OFFER,
        Asked.CONFIRM_PERSON,
        Asked.CONFIRM_FACT,
        Asked.TRY_SAVING_AGAIN,
    }
)
_OPEN = frozenset({Asked.HOW_CAN_I_HELP, Asked.ANYTHING_ELSE, Asked.NOTHING})
_FREE_SLOTS = frozenset({"reason"})
_STANDARD_SLOTS = frozenset({"name", "number", "best_time"})
_SAYS_BYE = re.compile(r"\b(?:good)?bye\b|\bhave a (?:good|nice|great)\b|\bkwaheri\b")
_PERSON_NOW = re.compile(
    r"^(?:(?:no|yes|okay|actually|sorry|please|wait|just|look|listen|but|i said) )*(?:can|could"
    r"|may|let|i (?:want|need|"
    r"would|prefer)|connect|put|transfer|give|get|speak|talk|a |an |person|human|is there|someone|"
    r"somebody|operator|reception|agent|real)"
)
_CONNECT_ME = re.compile(
    r"\b(?:connect|put|transfer|pass|let) me\b|\b(?:speak|talk) (?:to|with) (?:a|some|any)"
)
_LONGEST_STEERING = 12


def steer(reply: Reply, heard: Heard, said: str, now_wall: datetime) -> ClerkTurn | None:
    """Do what must be done at once, or give None if the words are for the present question."""
    keyed = _keys(reply, heard.digits) if heard.digits else None
    if keyed is not None or not said:
        return keyed
    if reply.known.urgent.found_in(said):
        return urgent(reply, said)
    understood = understand(said)
    steered = _talk(reply, understood, said)
    if steered is not None:
        return steered
    if reply.state.asked in _OPEN or not _may_interrupt(reply, understood, said):
        return None
    return _interruption(reply, understood, said, now_wall)


def _keys(reply: Reply, digits: str) -> ClerkTurn | None:
    """Key 0 is a person at any moment; except where a number is being typed."""
    asked_number = reply.state.slot == "number" and reply.state.asked in IN_INTAKE
    typing = asked_number and (
        reply.state.question in {"number_by_keys", "number_go_on"} or reply.draft.digits
    )
    if digits.strip("*#") == "0" and not typing:
        return hand_over(reply, reason="The caller pressed 0.")
    return None


def urgent(reply: Reply, said: str) -> ClerkTurn:
    """Tell where emergencies go, and get a person; the message, if one is taken, is urgent."""
    if not reply.state.emergency_said or reply.state.misses:
        reply.say("emergency")
    reply.set(emergency_said=True)
    if reply.state.draft is not None and reply.state.asked in IN_INTAKE:
        reply.set_draft(urgent=True)
        if reply.state.slot == "reason" and reply.state.asked is Asked.SLOT:
            reply.set(pending_reason=said)
    hand_over(reply, reason=said, urgent=True)
    reply.set(wants="urgent")
    return reply.done("urgent")


def _talk(reply: Reply, understood: Understood, said: str) -> ClerkTurn | None:
    """Answer what is about the talk itself: again, wait, goodbye, thanks, hello."""
    asked, kind = reply.state.asked, understood.kind
    if kind is Kind.REPEAT and len(said.split()) <= _LONGEST_STEERING:
        return say_again(reply)
    if kind is Kind.WAIT:
        reply.say("take_your_time")
        return reply.done("wait")
    if kind is Kind.GOODBYE:
        plainly = _SAYS_BYE.search(said) and len(said.split()) <= _LONGEST_STEERING
        if asked in _OPEN or plainly:
            return goodbye(reply)
        return None
    if kind is Kind.IDENTITY and not _in_free_slot(reply):
        return identify(reply)
    if kind is Kind.BACKCHANNEL and asked not in _YES_NO and asked is not Asked.CONNECT_OR_MESSAGE:
        return reply.done("wait")
    if kind in {Kind.GREETING, Kind.THANKS, Kind.HOW_ARE_YOU}:
        return _politeness(reply, kind)
    if kind is Kind.CANCEL and asked not in _OPEN and not _in_free_slot(reply):
        return drop_message(reply)
    return None


def _politeness(reply: Reply, kind: Kind) -> ClerkTurn | None:
    asked = reply.state.asked
    if asked not in _OPEN:
        if asked in _YES_NO:
            return None
        reply.ask_again()
        return reply.done("greeting")
    if kind is Kind.THANKS:
        reply.ask("welcome", Asked.ANYTHING_ELSE)
    elif kind is Kind.HOW_ARE_YOU:
        reply.ask("fine", Asked.HOW_CAN_I_HELP)
    else:
        reply.ask("greeted", Asked.HOW_CAN_I_HELP)
    return reply.done("greeting")


def say_again(reply: Reply) -> ClerkTurn:
    """Say the last reply again, its question in other words."""
    told = [sentence for sentence in reply.state.last if not sentence.text.endswith("?")]
    question = reply.state.question
    facts = [sentence for sentence in told if sentence.fact_ids]
    for place, sentence in enumerate(facts):
        text = f"Once more: {sentence.text}" if place == 0 else sentence.text
        reply.tell(text, *sentence.fact_ids)
    if question:
        reply.ask_again()
    elif not facts and reply.state.asked is Asked.HOW_CAN_I_HELP:
        name = reply.known.office.name
        reply.tell(f"This is the automated receptionist of {name}.", "office")
        reply.ask("yes_what", Asked.HOW_CAN_I_HELP)
    elif not facts:
        for sentence in told:
            reply.tell(f"I said: {sentence.text}")
    return reply.done("repeat")


def goodbye(reply: Reply) -> ClerkTurn:
    """Say goodbye and propose to end the call."""
    reply.tell(reply.known.office.goodbye, "office")
    reply.propose("end_call")
    reply.set(ended=True, asked=Asked.NOTHING, question="")
    return reply.done("goodbye")


def _in_free_slot(reply: Reply) -> bool:
    """Say whether the caller has been asked for words of their own."""
    if reply.state.asked is not Asked.SLOT:
        return False
    return reply.state.slot in _FREE_SLOTS or reply.state.slot not in _STANDARD_SLOTS


def _may_interrupt(reply: Reply, understood: Understood, said: str) -> bool:
    """Say whether a request stands above the question that is open."""
    kind, words = understood.kind, len(said.split())
    if kind in {Kind.PERSON, Kind.NAMED_PERSON}:
        if _in_free_slot(reply):
            limit = 9 if kind is Kind.PERSON else 0
            return words <= limit and bool(_PERSON_NOW.match(said))
        if reply.state.asked is Asked.SLOT and reply.state.slot == "name":
            return bool(_PERSON_NOW.match(said) or _CONNECT_ME.search(said))
        return True
    return asks_directly(said)


def _interruption(
    reply: Reply, understood: Understood, said: str, now_wall: datetime
) -> ClerkTurn | None:
    """Answer a request in the middle of another question, and come back to that."""
    if understood.kind is Kind.PERSON:
        return hand_over(reply, reason="")
    if understood.kind is Kind.NAMED_PERSON:
        if reply.state.asked in {Asked.WHICH_PERSON, Asked.CONFIRM_PERSON}:
            return None
        return ask_for_person(reply, understood, said, "hand_over")
    if understood.kind is Kind.HOURS:
        return answer_hours(reply, said, now_wall)
    nearest = nearest_fact(reply, said)
    if reply.state.asked not in IN_INTAKE:
        return None
    if nearest.is_sure and nearest.of != FORBIDDEN:
        return answer_fact(reply, nearest.of)
    return None if _in_free_slot(reply) else answer_or_admit(reply, said)
