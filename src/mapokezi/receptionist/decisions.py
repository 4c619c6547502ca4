"""Whether a proposed deed may be done: decided here from the office's settings, never by a model.

A voice model, or the clerk, proposes by calling a tool. What it says about the caller is a claim;
what the call itself knows (the caller's number as the platform reports it) stands above it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mapokezi.receptionist.handoff import Ring, RingNobody, whom_to_ring
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.spoken import read_digits, read_phone
from mapokezi.receptionist.tools import END_CALL, HAND_OVER, TAKE_MESSAGE
from mapokezi.units import E164

_LONGEST_TEXT = 2_000
"""A message longer than this is a model that runs away; a caller speaks some 150 words a minute."""
_STANDARD = frozenset(
    {"name", "number", "reason", "best_time", "for_person", "urgent", "unsure", "extra"}
)


@dataclass(frozen=True, slots=True)
class AboutCall:
    """What the call itself knows."""

    caller_number: E164 | None
    """As the platform reports it; a claim, never a proof."""
    dialled: E164 | None = None


@dataclass(frozen=True, slots=True)
class StoreMessage:
    """Store a message for the staff."""

    name: str
    number: E164 | None
    """The number to call back; the caller's own if none was given."""
    number_as_heard: str
    """What was given, if it is not a whole telephone number."""
    reason: str
    best_time: str
    for_person: str
    """A person's id, or empty for the office."""
    urgent: bool
    unsure: tuple[str, ...]
    """The fields that were not confirmed."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """The office's own questions, answered."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """Pass the caller on; ``note`` is stored before anything is tried."""

    ring: Ring
    reason: str
    note: StoreMessage


@dataclass(frozen=True, slots=True)
class EndCall:
    """Let the goodbye finish, then hang up."""


Deed = StoreMessage | HandOver | EndCall


@dataclass(frozen=True, slots=True)
class Allowed:
    """The deed may be done."""

    deed: Deed


@dataclass(frozen=True, slots=True)
class Refused:
    """The deed may not be done."""

    reason: str
    """For the model and the record; never spoken as it is."""
    say: str
    """What may be told to the caller; empty if nothing need be."""
    note: StoreMessage | None = None
    """What to store all the same: a refused hand-off leaves a note that it was wanted."""


def decide(
    office: Office,
    name: str,
    arguments: Mapping[str, Any],
    about_call: AboutCall,
    now_wall: datetime,
) -> Allowed | Refused:
    """Decide on a proposal.

    Args:
        office: the office in whose name it would be done.
        name: the tool.
        arguments: as the model gave them: any shape, any type.
        about_call: what the call itself knows.
        now_wall: the wall clock, aware.
    """
    if name == TAKE_MESSAGE:
        return _message(office, arguments, about_call)
    if name == HAND_OVER:
        return _hand_over(office, arguments, about_call, now_wall)
    if name == END_CALL:
        return Allowed(EndCall())
    return Refused(f"There is no tool named {name!r}.", "")


def _message(
    office: Office, arguments: Mapping[str, Any], about_call: AboutCall
) -> Allowed | Refused:
    for_person = _text(arguments, "for_person")
    if for_person and not _is_of(office, for_person):
        return Refused(
            f"There is nobody with the id {for_person!r}; leave for_person empty for the office.",
            "I could not find that person.",
        )
    given = _text(arguments, "number")
    number = read_phone(read_digits(given)).number if given else about_call.caller_number
    reason = _text(arguments, "reason")
    if not reason and not _text(arguments, "name") and number is None:
        return Refused("The message is empty: it needs a name, a number or a reason.", "")
    unsure = [one for one in _list(arguments.get("unsure")) if one]
    if given and number is None and "number" not in unsure:
        unsure.append("number")
    return Allowed(
        StoreMessage(
            name=_text(arguments, "name"),
            number=number or about_call.caller_number,
            number_as_heard="" if number else given,
            reason=reason,
            best_time=_text(arguments, "best_time"),
            for_person=for_person,
            urgent=arguments.get("urgent") is True,
            unsure=tuple(unsure),
            extra=_extra(office, arguments),
        )
    )


def _hand_over(
    office: Office, arguments: Mapping[str, Any], about_call: AboutCall, now_wall: datetime
) -> Allowed | Refused:
    person_id, reason = _text(arguments, "person_id"), _text(arguments, "reason")
    urgent = arguments.get("urgent") is True
    choice = whom_to_ring(office, person_id, about_call.caller_number, now_wall, urgent=urgent)
    note = StoreMessage(
        name=_text(arguments, "name"),
        number=about_call.caller_number,
        number_as_heard="",
        reason=reason or "The caller asked to be connected.",
        best_time="",
        for_person=person_id if _is_of(office, person_id) else "",
        urgent=urgent,
        unsure=(),
    )
    if isinstance(choice, RingNobody):
        return Refused(choice.for_staff, choice.say, note)
    return Allowed(HandOver(choice, reason, note))


def _is_of(office: Office, person_id: str) -> bool:
    return any(person.id == person_id for person in office.people)


def _text(arguments: Mapping[str, Any], key: str) -> str:
    value = arguments.get(key)
    if value is None or isinstance(value, bool | list | tuple | dict):
        return ""
    return " ".join(str(value).split())[:_LONGEST_TEXT]


def _list(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else []


def _extra(office: Office, arguments: Mapping[str, Any]) -> dict[str, str]:
    """Give the answers to the office's own questions, wherever the model has put them."""
    own = {question.slot for question in office.message_questions} - _STANDARD
    nested = arguments.get("extra")
    given: Mapping[str, Any] = {**arguments, **(nested if isinstance(nested, dict) else {})}
    return {slot: _text(given, slot) for slot in sorted(own) if _text(given, slot)}
