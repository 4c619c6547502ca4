"""The tools that a voice model may call: their names, what they are for, their arguments.

Plain JSON Schema of the smallest kind (objects, strings, booleans, arrays of strings), because a
cloud model's own subset knows little more: no ``$ref``, no ``const``, no
``additionalProperties``. The clerk's proposals have the same names and arguments.

Every result is an object with a ``status``; what may be told to the caller is under ``say``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mapokezi.receptionist.call_types import KIND, questions_of
from mapokezi.receptionist.earlier_messages import EarlierWish
from mapokezi.receptionist.look_up import MOST_TITLES
from mapokezi.receptionist.office import Office

LOOK_UP = "look_up"
TAKE_MESSAGE = "take_message"
WANT_PERSON = "want_person"
HAND_OVER = "hand_over"
REPORT_URGENCY = "report_urgency"
EARLIER_MESSAGE = "earlier_message"
END_CALL = "end_call"
STOP_RECORDING = "stop_recording"

HAND_OFFS = frozenset({WANT_PERSON, HAND_OVER, REPORT_URGENCY})
"""The tools by which a caller may come to be passed on."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool as a model is told of it."""

    name: str
    description: str
    parameters: dict[str, Any]
    """A JSON Schema of type object."""
    is_slow: bool = False
    """Whether it waits for the disk, so that the talk should go on meanwhile."""


def _text(description: str) -> dict[str, Any]:
    return {"type": "string", "description": description}


_URGENT = {"type": "boolean", "description": "Whether the caller tells of an emergency."}


def tools_for(office: Office) -> tuple[Tool, ...]:
    """Give the tools for an office, with its people's ids and its own message questions."""
    return (
        _look_up(office),
        _take_message(office),
        _want_person(),
        _hand_over(office),
        _report_urgency(),
        _earlier_message(),
        _stop_recording(),
        _end_call(),
    )


def _look_up(office: Office) -> Tool:
    few = office.facts if len(office.facts) <= MOST_TITLES else ()
    ids = ", ".join(fact.id for fact in few)
    wanted = f": {ids}" if ids else ""
    return Tool(
        LOOK_UP,
        "Look up what the office says about itself. Call it before you state any fact, price, "
        "place, number, opening hour or person's duty, and say only what the result holds. With "
        "the status not_found say that you do not know, and offer a message.",
        {
            "type": "object",
            "properties": {
                "question": _text("What the caller wants to know, in a few words."),
                "fact_ids": {
                    "type": "array",
                    "items": {"type": "string"},
                    "description": f"The facts that are wanted, if you know which{wanted}.",
                },
                "day": _text(
                    "For opening hours: week, today, tomorrow, a weekday, a date or a holiday."
                ),
                "person": _text("A name, a role or a matter, to learn who deals with it."),
            },
        },
    )


def _take_message(office: Office) -> Tool:
    standard = {
        "name": _text("The caller's name, confirmed with the caller."),
        "number": _text("The number to call back, with country code, read back and confirmed."),
        "reason": _text("The message itself, in the caller's words."),
        "best_time": _text("When to call back; empty if the caller has no preference."),
        "for_person": _text(f"Whom it is for; empty for the office. {_ids(office)}"),
        "urgent": {"type": "boolean", "description": "Whether somebody must act at once."},
        "unsure": {
            "type": "array",
            "items": {"type": "string"},
            "description": "The names of the fields that the caller did not confirm.",
        },
    }
    own = {
        question.slot: _text(question.ask)
        for question in questions_of(office)
        if question.slot not in standard
    }
    if office.call_types:
        kinds = ", ".join(one.name for one in office.call_types)
        own[KIND] = _text(f"Which kind of call it was, if one of these: {kinds}.")
    return Tool(
        TAKE_MESSAGE,
        "Save a message for the staff. Call it only after reading everything back to the caller "
        "and hearing yes. Say that the message is saved only when the result has a message_id.",
        {"type": "object", "properties": standard | own, "required": ["name", "reason"]},
        is_slow=True,
    )


def _want_person() -> Tool:
    return Tool(
        WANT_PERSON,
        "The caller wants a person: call it at once, whatever else was going on, with the caller's "
        "own words for whom. Say that you are connecting only when the result's status is "
        "connecting; with which_person ask which of them is meant.",
        {
            "type": "object",
            "properties": {
                "who": _text(
                    "A name, a role, a department or a matter as the caller put it; empty for "
                    "anybody."
                ),
                "reason": _text("In a few words, what the caller wants."),
            },
        },
        is_slow=True,
    )


def _hand_over(office: Office) -> Tool:
    return Tool(
        HAND_OVER,
        "Pass the caller to a person whose id you know. Say that you are connecting only when the "
        "result's status is connecting.",
        {
            "type": "object",
            "properties": {
                "person_id": _text(f"Who; empty for the reception. {_ids(office)}"),
                "reason": _text("In a few words, what the caller wants."),
                "urgent": _URGENT,
            },
            "required": ["reason"],
        },
        is_slow=True,
    )


def _report_urgency() -> Tool:
    return Tool(
        REPORT_URGENCY,
        "The caller tells of something that cannot wait: call it at once, with the caller's own "
        "words. Then say the result's say, word for word.",
        {
            "type": "object",
            "properties": {
                "what": _text("What has happened, in the caller's own words."),
                "danger": {
                    "type": "boolean",
                    "description": "Whether anybody's life or safety is in danger.",
                },
                "person_id": _text("Whom they asked for by id; empty for whoever is on call."),
            },
            "required": ["what"],
        },
        is_slow=True,
    )


def _earlier_message() -> Tool:
    wishes = ", ".join(EarlierWish)
    return Tool(
        EARLIER_MESSAGE,
        "The caller asks about a message that they left in an earlier call, or wants it cancelled "
        "or changed. Call it first without a code; then say the result's say. With the status "
        "code_sent or wrong_code ask for the six digits and call it again with them. Tell nothing "
        "of an earlier message but what the result says.",
        {
            "type": "object",
            "properties": {
                "wish": _text(f"What is wished: {wishes}."),
                "code": _text("The six digits of the text message, as the caller told them."),
                "change": _text("What is to be added to the message, in the caller's words."),
            },
            "required": ["wish"],
        },
        is_slow=True,
    )


def _stop_recording() -> Tool:
    return Tool(
        STOP_RECORDING,
        "The caller does not want to be recorded: call it at once. What was recorded is deleted, "
        "and the call goes on. Then say the result's say.",
        {"type": "object", "properties": {}},
    )


def _end_call() -> Tool:
    return Tool(
        END_CALL,
        "End the call. Call it after the goodbye was said and the caller wants nothing more.",
        {"type": "object", "properties": {}},
    )


def _ids(office: Office) -> str:
    if not office.people:
        return ""
    return "Ids: " + "; ".join(f"{one.id} ({one.name}, {one.role})" for one in office.people) + "."
