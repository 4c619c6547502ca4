"""What the caller's words mean as the answer to the question that was asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from mapokezi.receptionist import intake_name, intake_number
from mapokezi.receptionist.asking_earlier import take_change, take_code
from mapokezi.receptionist.at_once import goodbye
from mapokezi.receptionist.figures_noted import note_figures
from mapokezi.receptionist.intake import (
    IN_INTAKE,
    ask_next,
    propose_message,
    put_slot,
    questions_now,
    settle_slot,
    summary_of,
)
from mapokezi.receptionist.naming import Evidence
from mapokezi.receptionist.offers import connect_or_message, take_offer, which_person
from mapokezi.receptionist.replies import Reply
from mapokezi.receptionist.spoken import read_best_time
from mapokezi.receptionist.turns import Asked, ClerkTurn, Heard, SlotStatus
from mapokezi.receptionist.unanswered import PLEASANTRY, neither
from mapokezi.receptionist.waiting import after_a_wait
from mapokezi.receptionist.yes_no import read_answer

_KEYS = {"1": "yes", "2": "no"}
_NOTHING_TO_ADD = re.compile(
    r"^(?:no|nothing|none|not really|no thank you|no thanks|skip|no preference|i do not (?:know"
    r"|mind)|"
    r"it does not matter|does not matter)\b"
    r"|\b(?:no|not|not have an?|not have any) (?:particular|specific|special|preferred|certain"
    r"|exact"
    r"|preference|best)\b|^(?:whenever|any day)(?: .{0,25})?$"
)
_MESSAGE_LEAD = re.compile(
    r"^(?:(?:um|uh|well|yes|okay|so|please|just|it is|that is|the message is|my message is|hello)"
    r" )*"
    r"(?:(?:tell|inform) (?:him|her|them) (?:that )?|say that |it is (?:about|regarding"
    r"|concerning) |"
    r"about |(?:i am )?(?:calling|i called) (?:about|regarding|concerning) |regarding )?"
)


def take_answer(reply: Reply, heard: Heard, said: str, now_wall: datetime) -> ClerkTurn | None:
    """Take the words as the answer to what was asked, or give None if they are something new."""
    asked = reply.state.asked
    if asked in {Asked.HOW_CAN_I_HELP, Asked.NOTHING}:
        return None
    if not said and heard.digits and reply.state.expects.value == "yes_no":
        said = _KEYS.get(heard.digits.strip("*#"), "")
    if asked is Asked.ANYTHING_ELSE:
        return _more(reply, said)
    if asked is Asked.CODE:
        return take_code(reply, heard, said)
    if asked is Asked.CHANGE:
        return take_change(reply, said)
    if asked in IN_INTAKE:
        return _take_in_intake(reply, heard, said)
    if asked is Asked.CONNECT_OR_MESSAGE:
        return connect_or_message(reply, said)
    if asked is Asked.WHICH_PERSON:
        return which_person(reply, said)
    return take_offer(reply, said, now_wall)


def _more(reply: Reply, said: str) -> ClerkTurn | None:
    """Is there anything else?"""
    answer = read_answer(said, reply.sentences)
    if answer.yes is None or not PLEASANTRY.match(answer.rest):
        return None
    if answer.yes:
        reply.ask("yes_what", Asked.HOW_CAN_I_HELP)
        return reply.done("confirm")
    return goodbye(reply)


def _take_in_intake(reply: Reply, heard: Heard, said: str) -> ClerkTurn:
    asked, slot = reply.state.asked, reply.state.slot
    if asked is Asked.SLOT:
        return _take_slot(reply, heard, said, slot)
    if asked is Asked.SPELL_NAME:
        return intake_name.hear_spelling(reply, said)
    if asked is Asked.WHAT_TO_CHANGE:
        return _change(reply, heard, said)
    if asked is Asked.OWN_NUMBER:
        taken = intake_number.hear_own_number(reply, heard, said)
        return taken or neither(reply)
    if asked is Asked.CONFIRM_MESSAGE:
        return _confirm_message(reply, heard, said)
    return _confirm_slot(reply, heard, said, slot)


def _take_slot(reply: Reply, heard: Heard, said: str, slot: str) -> ClerkTurn:
    said = after_a_wait(said)
    if slot == "name":
        if intake_number.has_number(heard, said) and not intake_name.name_words(said):
            return intake_name.hear_name(reply, "")
        return intake_name.hear_name(reply, said)
    if slot == "number":
        return intake_number.hear_number(reply, heard, said)
    return _take_words(reply, heard, said, slot)


def _take_words(reply: Reply, heard: Heard, said: str, slot: str) -> ClerkTurn:
    """Take free words: the reason, the best time, a slot of the office's own."""
    question = next((q for q in questions_now(reply) if q.slot == slot), None)
    if question is not None and not question.required and _NOTHING_TO_ADD.search(said):
        put_slot(reply, slot, "", SlotStatus.SKIPPED)
        ask_next(reply)
        return reply.done(f"fill:{slot}=")
    value = read_best_time(said) if slot == "best_time" else _MESSAGE_LEAD.sub("", said)
    value = value or said
    if len(value) < 3 and not value.isdigit():
        return _words_missed(reply, slot)
    put_slot(reply, slot, value, SlotStatus.HEARD)
    if slot == "reason":
        note_figures(reply, heard.text)
        reply.say("thanks")
    ask_next(reply)
    return reply.done(f"fill:{slot}={value}")


def _words_missed(reply: Reply, slot: str) -> ClerkTurn:
    if reply.failed() < 3:
        key = "reason_again" if slot == "reason" else f"slot:{slot}"
        reply.ask(key, Asked.SLOT, slot=slot)
    else:
        put_slot(reply, slot, "", SlotStatus.SKIPPED)
        reply.say("reason_unsure")
        ask_next(reply)
    return reply.done("unclear", missed=True)


def _confirm_slot(reply: Reply, heard: Heard, said: str, slot: str) -> ClerkTurn:
    answer = read_answer(said, reply.sentences)
    if slot == "number" and intake_number.has_number(heard, answer.rest) and not answer.yes:
        return intake_number.number_denied(reply, heard, answer.rest)
    if answer.yes:
        settle_slot(reply, slot, SlotStatus.CONFIRMED)
        reply.say("thanks")
        ask_next(reply)
        return reply.done("confirm")
    if answer.yes is False:
        if slot == "name":
            return intake_name.name_denied(reply, answer.rest)
        return intake_number.number_denied(reply, heard, answer.rest)
    if slot == "name":
        again = intake_name.confirm_name(reply, said)
        if again is not None:
            return again
    return neither(reply)


def _confirm_message(reply: Reply, heard: Heard, said: str) -> ClerkTurn:
    answer = read_answer(said, reply.sentences)
    if answer.yes:
        reply.say("thanks")
        propose_message(reply)
        return reply.done("confirm")
    changed = _named_change(reply, heard, answer.rest or said)
    if changed is not None:
        return changed
    if answer.yes is False:
        if reply.failed() > 2:
            reply.say("thanks")
            propose_message(reply, all_unsure=True)
        else:
            reply.ask("what_to_change", Asked.WHAT_TO_CHANGE)
        return reply.done("deny")
    return neither(reply)


_WHICH_SLOT = (
    ("name", re.compile(r"\b(?:name|names)\b")),
    ("number", re.compile(r"\b(?:number|phone|digits)\b")),
    ("best_time", re.compile(r"\b(?:time|when)\b")),
    ("reason", re.compile(r"\b(?:message|massage|reason|about|text|content|words)\b")),
)


def _named_change(reply: Reply, heard: Heard, said: str) -> ClerkTurn | None:
    """Change the slot that is named, at once if the right value was said with it."""
    if len(intake_number.digits_of(heard, said)) >= 7:
        return _again(reply, "number", lambda: intake_number.hear_number(reply, heard, said))
    given = re.search(r"\b(?:my name is|the name is|name (?:should be|to|is)) (.+)$", said)
    if given and not re.fullmatch(r"(?:wrong|incorrect|not .*)", given[1]):
        return _again(reply, "name", lambda: intake_name.hear_name(reply, given[1]))
    for slot, pattern in _WHICH_SLOT:
        if pattern.search(said) and any(q.slot == slot for q in reply.known.questions):
            _forget(reply, slot)
            reply.ask(_question_for(slot), Asked.SLOT, slot=slot)
            return reply.done("deny")
    return None


def _question_for(slot: str) -> str:
    return "which_number" if slot == "number" else f"slot:{slot}"


def _again(reply: Reply, slot: str, fill: Callable[[], ClerkTurn]) -> ClerkTurn:
    """Fill a slot anew with what was said along with the request to change it."""
    _forget(reply, slot)
    reply.set(slot=slot, asked=Asked.SLOT, tries=0)
    return fill()


def _forget(reply: Reply, slot: str) -> None:
    """Forget what was heard for a slot that is given anew."""
    if slot == "name":
        reply.set_draft(evidence=Evidence())
    if slot == "number":
        reply.set_draft(digits="")


def _change(reply: Reply, heard: Heard, said: str) -> ClerkTurn:
    """What should be changed?"""
    changed = _named_change(reply, heard, said)
    if changed is not None:
        return changed
    answer = read_answer(said, reply.sentences)
    if answer.yes is False and not answer.rest:
        reply.ask("read_back", Asked.CONFIRM_MESSAGE, summary=summary_of(reply))
        return reply.done("deny")
    tries = reply.failed()
    if tries == 1:
        reply.ask_again()
    else:
        reply.say("thanks")
        propose_message(reply, all_unsure=True)
    return reply.done("unclear", missed=True)
