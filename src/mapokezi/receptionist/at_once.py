"""What is looked at first in every turn, whatever was asked: it steers the talk at any moment."""

from __future__ import annotations

import re
from datetime import datetime

from mapokezi.receptionist.answers import hand_over, identify
from mapokezi.receptionist.emergency_numbers import emergency_phrase
from mapokezi.receptionist.intake import IN_INTAKE, drop_message
from mapokezi.receptionist.intake_number import has_number
from mapokezi.receptionist.kinds import PEOPLE, Kind
from mapokezi.receptionist.not_recorded import refuses_recording
from mapokezi.receptionist.replies import Reply
from mapokezi.receptionist.tools import STOP_RECORDING
from mapokezi.receptionist.turns import Asked, ClerkTurn, Heard
from mapokezi.receptionist.urgency import Urgency
from mapokezi.receptionist.waiting import after_a_wait, asks_to_wait
from mapokezi.receptionist.wishes import fulfil
from mapokezi.receptionist.yes_no import read_answer

_YES_NO = frozenset(
    {
        Asked.OWN_NUMBER,
        Asked.CONFIRM_SLOT,
        Asked.CONFIRM_MESSAGE,
        Asked.TAKE_MESSAGE_OFFER,
        Asked.CONFIRM_PERSON,
        Asked.CONFIRM_WISH,
        Asked.TRY_SAVING_AGAIN,
    }
)
_OPEN = frozenset({Asked.HOW_CAN_I_HELP, Asked.ANYTHING_ELSE, Asked.NOTHING})
_STANDARD_SLOTS = frozenset({"name", "number", "best_time"})
_SAYS_BYE = re.compile(r"\b(?:good)?bye\b|\bhave a (?:good|nice|great|blessed)\b|\bkwaheri\b")
_PARTING = frozenset({Kind.GOODBYE, Kind.BACKCHANNEL, Kind.THANKS, Kind.GREETING})
_ASKS = re.compile(
    r"\b(?:what|where|when|which|who|how|why)(?: \w+){0,2} (?:do|does|did|is|are|can|could|should"
    r"|will|would)\b(?! not)|\b(?:do|are|can|could|will|would) (?:you|i|we)\b"
    r"|\b(?:is|are) (?:it|there|this|the|your)\b|\b(?:till|until) when$"
    r"|\byou (?:\w+ )?(?:are|have|do)$|^(?:give|tell|spell)\b"
)
"""A question put to us, not one that is told of: ``when my case will be heard``."""
_TALK_TO = re.compile(
    r"\b(?:speak|talk|connect|transfer|put|pass|give|get|want|need|human|person|somebody|someone)\b"
)
_FIRST = re.compile(
    r"^(?:(?:but|wait|sorry|okay|yes|no|and|just) )*(?:before|first|by the way|one question|quick"
    r" question|hold on before)\b"
)
"""Announces that something else comes before the answer."""
_LONGEST_STEERING = 12
_STEERS = 0.4
"""How likely words about the talk itself must be where something else was asked."""
_INTERRUPTS = 0.4
"""How likely a request must be to stand above the question that is open ..."""
_INTERRUPTS_OWN_WORDS = 0.6
"""... and above a caller who was asked for words of their own."""
_URGENT = 0.5
_TELLS_OF_OTHERS = re.compile(
    r"^(?:they|he|she|it|we|my|his|her|their|tell|wait for|in an?)\b"
    r"|\b(?:at|after|before|until|till) \w+$"
)
"""A story with a wait in it, or a time."""


def steer(reply: Reply, heard: Heard, said: str, now_wall: datetime) -> ClerkTurn | None:
    """Do what must be done at once, or give None if the words are for the present question."""
    keyed = _keys(reply, heard.digits) if heard.digits else None
    if keyed is not None or not said:
        return keyed
    understood = reply.understood
    urgency = reply.known.urgent.heard_in(heard.text)
    if urgency is not None or (understood.kind is Kind.URGENT and understood.score >= _URGENT):
        return urgent(reply, said, is_danger=urgency is not Urgency.OFFICE)
    if refuses_recording(heard.text):
        reply.propose(STOP_RECORDING)
        return reply.done("not_recorded")
    if asks_to_wait(said) and not has_number(heard, said):
        return wait(reply)
    if not understood.is_sure:
        return goodbye(reply) if _takes_leave(reply, said) else None
    if reply.state.asked in _OPEN:
        return _talk(reply, understood.kind, said)
    is_plain = understood.score >= _STEERS
    if is_plain and understood.kind is Kind.CANCEL and not _in_own_words(reply):
        return drop_message(reply)
    if has_number(heard, said) or _answers(reply, said):
        return None
    steered = _talk(reply, understood.kind, said) if is_plain else None
    if steered is not None or not _may_interrupt(reply, said):
        return steered
    return fulfil(reply, understood.best, said, now_wall)


def _keys(reply: Reply, digits: str) -> ClerkTurn | None:
    """Key 0 is a person at any moment; except where a number is being typed."""
    asked_number = reply.state.slot == "number" and reply.state.asked in IN_INTAKE
    typing = asked_number and (
        reply.state.question in {"number_by_keys", "number_go_on"} or reply.draft.digits
    )
    if digits.strip("*#") == "0" and not typing:
        return hand_over(reply, reason="The caller pressed 0.")
    return None


def urgent(reply: Reply, said: str, *, is_danger: bool) -> ClerkTurn:
    """Tell who is in danger whom to call, and get a person; a message that is taken is urgent."""
    if is_danger and (not reply.state.emergency_said or reply.state.misses):
        key, values = emergency_phrase(reply.known.office)
        reply.say(key, **values)
        reply.set(emergency_said=True)
    if reply.state.draft is not None and reply.state.asked in IN_INTAKE:
        reply.set_draft(urgent=True)
        if reply.state.slot == "reason" and reply.state.asked is Asked.SLOT:
            reply.set(pending_reason=said)
    hand_over(reply, reason=said, urgent=True)
    reply.set(wants="urgent")
    return reply.done("urgent")


def _talk(reply: Reply, kind: Kind, said: str) -> ClerkTurn | None:
    """Answer what is about the talk itself: again, wait, goodbye, thanks, hello."""
    asked = reply.state.asked
    is_short = len(said.split()) <= _LONGEST_STEERING
    if kind is Kind.REPEAT and is_short:
        return say_again(reply)
    if kind is Kind.WAIT and not _answers_after_all(reply, said):
        return wait(reply)
    if kind is Kind.GOODBYE:
        plainly = _SAYS_BYE.search(said) is not None and is_short
        return goodbye(reply) if asked in _OPEN or plainly else None
    if kind is Kind.IDENTITY and not _in_own_words(reply):
        return identify(reply)
    if asked in _YES_NO or asked is Asked.CONNECT_OR_MESSAGE:
        return None
    if kind is Kind.BACKCHANNEL:
        return reply.done("wait")
    if kind in {Kind.GREETING, Kind.THANKS}:
        return _politeness(reply, kind)
    return None


def wait(reply: Reply) -> ClerkTurn:
    """Let the caller have a moment; what was asked stays asked."""
    reply.say("take_your_time")
    return reply.done("wait")


def _politeness(reply: Reply, kind: Kind) -> ClerkTurn:
    if reply.state.asked not in _OPEN:
        reply.ask_again()
    elif kind is Kind.THANKS:
        reply.ask("welcome", Asked.ANYTHING_ELSE)
    else:
        reply.ask("greeted", Asked.HOW_CAN_I_HELP)
    return reply.done("greeting")


def say_again(reply: Reply) -> ClerkTurn:
    """Say the last reply again, its question in other words."""
    told = [sentence for sentence in reply.state.last if not sentence.text.endswith("?")]
    question = reply.state.question
    facts = [sentence for sentence in told if sentence.fact_ids]
    for place, sentence in enumerate(facts):
        if place == 0:
            reply.say_part("once_more", *sentence.fact_ids, sentence=sentence.text)
        else:
            reply.tell(sentence.text, *sentence.fact_ids)
    if question:
        reply.ask_again()
    elif not facts and reply.state.asked is Asked.HOW_CAN_I_HELP:
        name = reply.known.office.name
        reply.say_part("this_is", "office", office=name)
        reply.ask("yes_what", Asked.HOW_CAN_I_HELP)
    elif not facts:
        for sentence in told:
            reply.say_part("i_said", sentence=sentence.text)
    return reply.done("repeat")


def goodbye(reply: Reply) -> ClerkTurn:
    """Say goodbye and propose to end the call."""
    reply.say_goodbye()
    reply.propose("end_call")
    reply.set(ended=True, asked=Asked.NOTHING, question="")
    return reply.done("goodbye")


def _takes_leave(reply: Reply, said: str) -> bool:
    """Say whether a goodbye is said in short, and with nothing but politeness beside it."""
    understood = reply.understood
    kinds = {understood.best.kind, understood.next.kind if understood.next else Kind.GOODBYE}
    is_bare = Kind.GOODBYE in kinds and kinds <= _PARTING
    is_short = len(said.split()) <= _LONGEST_STEERING
    return reply.state.asked in _OPEN and is_bare and is_short and bool(_SAYS_BYE.search(said))


def _answers(reply: Reply, said: str) -> bool:
    """Say whether plain text is the yes or no that was asked for, and no farewell."""
    if reply.state.asked not in _YES_NO:
        return False
    yes = read_answer(said, reply.sentences).yes
    leaves = reply.understood.kind is Kind.GOODBYE and _SAYS_BYE.search(said) is not None
    return yes is True or (yes is False and not leaves)


def _answers_after_all(reply: Reply, said: str) -> bool:
    """Say whether an answer follows the wait, or the words are a story with a wait in it."""
    if reply.state.asked is not Asked.SLOT:
        return False
    tells = _in_own_words(reply) or reply.state.slot == "best_time"
    return after_a_wait(said) != said or (tells and _TELLS_OF_OTHERS.search(said) is not None)


def _in_own_words(reply: Reply) -> bool:
    """Say whether the caller has been asked for words of their own."""
    return reply.state.asked is Asked.SLOT and reply.state.slot not in _STANDARD_SLOTS


def _may_interrupt(reply: Reply, said: str) -> bool:
    """Say whether a request stands above the question that is open."""
    understood, own_words = reply.understood, _in_own_words(reply)
    is_question = understood.kind in {Kind.FACT, Kind.HOURS}
    if is_question and _FIRST.match(said):
        return True
    if understood.score < (_INTERRUPTS_OWN_WORDS if own_words else _INTERRUPTS):
        return False
    if is_question:
        return _ASKS.search(said) is not None
    if own_words:
        return understood.kind is Kind.PERSON
    if reply.state.slot == "name":  # a name is their own, unless they say what they want of it
        return understood.kind in PEOPLE and _TALK_TO.search(said) is not None
    if reply.state.asked in {Asked.WHICH_PERSON, Asked.CONFIRM_PERSON, Asked.CONNECT_OR_MESSAGE}:
        return understood.kind is Kind.PERSON and reply.state.asked is not Asked.CONNECT_OR_MESSAGE
    return understood.kind in PEOPLE
