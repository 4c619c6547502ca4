"""How the clerk goes on with a message that another voice was taking.

What the caller has confirmed stands; a name that was only heard is read back, and the rest is read
back with the whole message, as ever. The question that the caller has heard and not answered is
not asked again: their next words are taken as its answer.
"""

from __future__ import annotations

from dataclasses import replace

from mapokezi.receptionist.intake import (
    ask_next,
    propose_message,
    put_slot,
    say_value,
    summary_of,
)
from mapokezi.receptionist.known_fields import Gathered
from mapokezi.receptionist.naming import Evidence
from mapokezi.receptionist.replies import Reply
from mapokezi.receptionist.slot_questions import offers_own_number, slots_asked_for
from mapokezi.receptionist.spoken import say_ending
from mapokezi.receptionist.turns import Asked, ClerkTurn, SlotStatus
from mapokezi.receptionist.words import plain


def lay_fields(reply: Reply, gathered: Gathered) -> None:
    """Put what is known into the message that is being taken; what else was there goes."""
    reply.set(draft=replace(reply.draft, slots=(), evidence=Evidence(), digits=""))
    asked_for = {question.slot for question in reply.known.questions}
    for field in gathered.fields:
        if field.slot not in asked_for:
            continue
        if not field.value:
            put_slot(reply, field.slot, "", SlotStatus.SKIPPED)
        elif field.is_confirmed:
            put_slot(reply, field.slot, field.value, SlotStatus.CONFIRMED)
        elif field.slot == "name":
            reply.set_draft(evidence=Evidence(heard=(plain(field.value),)))
        else:
            put_slot(reply, field.slot, field.value, SlotStatus.HEARD)


def is_of_a_message(reply: Reply, gathered: Gathered) -> bool:
    """Say whether a message seems to be under way, by what was asked last and what is known."""
    asked = slots_asked_for(gathered.question, reply.known.questions)
    known = {field.slot for field in gathered.fields}
    return bool(asked) or len(known) > 1 or bool(known - {"name"})


def await_answer(reply: Reply, gathered: Gathered) -> None:
    """Take the caller's next words as the answer to what the other voice has asked; say nothing."""
    for field in gathered.read_back:
        if (known := reply.draft.slot(field.slot)) is None or known.value != field.value:
            put_slot(reply, field.slot, field.value, SlotStatus.HEARD)
    own = reply.state.caller_number
    slots = [field.slot for field in gathered.read_back]
    asked = slots_asked_for(gathered.question, reply.known.questions)
    if own and offers_own_number(gathered.question) and slots in ([], ["number"]):
        reply.ask("own_number", Asked.OWN_NUMBER, slot="number", ending=say_ending(own))
    elif slots == ["name"]:
        name = reply.draft.value("name")
        reply.ask("confirm_name", Asked.CONFIRM_SLOT, slot="name", name=name)
    elif slots == ["number"]:
        said = say_value("number", reply.draft.value("number"))
        reply.ask("confirm_number", Asked.CONFIRM_SLOT, slot="number", digits=said)
    elif slots:
        reply.ask("read_back", Asked.CONFIRM_MESSAGE, summary=summary_of(reply))
    elif asked and asked[0] in {one.slot for one in reply.known.questions}:
        reply.ask(f"slot:{asked[0]}", Asked.SLOT, slot=asked[0])


def go_on_with_message(reply: Reply, gathered: Gathered) -> ClerkTurn:
    """Go on after an answer: save what was confirmed as a whole, else ask for what is missing."""
    reply.say("thanks")
    missing = [one for one in reply.known.questions if one.required and not _has(reply, one.slot)]
    if gathered.has_confirmed_message and not missing:
        propose_message(reply)
    else:
        ask_next(reply)
    return reply.done("told")


def _has(reply: Reply, slot: str) -> bool:
    return reply.draft.slot(slot) is not None
