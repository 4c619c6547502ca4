"""The tools that a voice model may call: their names, what they are for, their arguments.

Plain JSON Schema of the smallest kind (objects, strings, booleans, arrays of strings), because a
cloud model's own subset knows little more: no ``$ref``, no ``const``, no
``additionalProperties``. The clerk's proposals have the same names and arguments.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mapokezi.receptionist.office import Office

TAKE_MESSAGE = "take_message"
HAND_OVER = "hand_over"
END_CALL = "end_call"


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool as a model is told of it."""

    name: str
    description: str
    parameters: dict[str, Any]
    """A JSON Schema of type object."""


def _text(description: str) -> dict[str, Any]:
    return {"type": "string", "description": description}


def tools_for(office: Office) -> tuple[Tool, ...]:
    """Give the tools for an office, with its people's ids and its own message questions."""
    return (_take_message(office), _hand_over(office), _end_call())


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
        for question in office.message_questions
        if question.slot not in standard
    }
    return Tool(
        TAKE_MESSAGE,
        "Save a message for the staff. Call it only after reading everything back to the caller "
        "and hearing yes. Say that the message is saved only when the result has a message_id.",
        {"type": "object", "properties": standard | own, "required": ["name", "reason"]},
    )


def _hand_over(office: Office) -> Tool:
    return Tool(
        HAND_OVER,
        "Pass the caller to a person. Call it at once whenever the caller wants a person. Say that "
        "you are connecting only when the result's status is connecting.",
        {
            "type": "object",
            "properties": {
                "person_id": _text(f"Who; empty for the reception. {_ids(office)}"),
                "reason": _text("In a few words, what the caller wants."),
                "urgent": {"type": "boolean", "description": "Whether it is an emergency."},
            },
            "required": ["reason"],
        },
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
