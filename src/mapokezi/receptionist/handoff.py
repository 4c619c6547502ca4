"""Whom to ring when a caller is to be passed on, or why nobody is rung."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import phonenumbers

from mapokezi.receptionist.hours import open_at
from mapokezi.receptionist.office import Office, Person
from mapokezi.units import E164

_SAME_SUBSCRIBER_DIGITS = 9
"""Two numbers with the same last nine digits are one subscriber, however they are written."""


class NoHandoff(StrEnum):
    """Why nobody is rung."""

    NO_SUCH_PERSON = "no_such_person"
    TAKES_NO_CALLS = "takes_no_calls"
    NO_NUMBER = "no_number"
    INVALID_NUMBER = "invalid_number"
    CALLERS_OWN_NUMBER = "callers_own_number"
    OFFICES_OWN_NUMBER = "offices_own_number"
    CLOSED = "closed"
    RUNG_ALREADY = "rung_already"


@dataclass(frozen=True, slots=True)
class Ring:
    """Somebody to ring."""

    person_id: str
    """Empty for the reception."""
    person_name: str
    """As callers know it; how the local voice says it is `pronunciation`'s."""
    destination: E164


@dataclass(frozen=True, slots=True)
class RingNobody:
    """A hand-off that is not tried."""

    why: NoHandoff
    for_staff: str
    """For the record and the model; never spoken."""
    say: str
    """What may be told to the caller."""


def whom_to_ring(
    office: Office,
    person_id: str,
    caller_number: E164 | None,
    now_wall: datetime,
    *,
    urgent: bool = False,
    not_again: Container[E164] = (),
) -> Ring | RingNobody:
    """Choose whom to ring.

    A person's own mobile comes first, then the reception. While the office is closed only an
    urgent call is passed on.

    Args:
        office: the office.
        person_id: who was asked for; empty for anybody.
        caller_number: as claimed; a call is never passed to its own caller.
        now_wall: the wall clock, aware.
        urgent: whether urgent words were heard.
        not_again: who was rung in this call without anybody being able to tell what came of it:
            they may have spoken, and are not rung a second time.
    """
    person = next((one for one in office.people if one.id == person_id), None)
    if person_id and person is None:
        text = f"There is nobody with the id {person_id!r}."
        return RingNobody(NoHandoff.NO_SUCH_PERSON, text, "I could not find that person.")
    if not urgent and not open_at(office.hours, now_wall).is_open:
        text = "The office is closed; only urgent calls are passed on."
        return RingNobody(NoHandoff.CLOSED, text, "The office is closed at the moment.")
    if person is not None and not person.takes_calls:
        text = f"{person.name} takes no calls."
        say = f"{person.name} is not taking calls."
        return RingNobody(NoHandoff.TAKES_NO_CALLS, text, say)
    choice = _checked(office, person, caller_number)
    if isinstance(choice, Ring) and choice.destination in not_again:
        text = f"{choice.person_name} was rung in this call, with an outcome that nobody can tell."
        say = f"I have rung {choice.person_name} already."
        return RingNobody(NoHandoff.RUNG_ALREADY, text, say)
    return choice


def _checked(office: Office, person: Person | None, caller: E164 | None) -> Ring | RingNobody:
    destination = (person.mobile if person else None) or office.reception
    who = person.name if person else "the reception"
    if destination is None:
        text = f"No number is set for {person.name if person else 'the reception'}."
        say = f"{who[:1].upper()}{who[1:]} cannot be reached by telephone."
        return RingNobody(NoHandoff.NO_NUMBER, text, say)
    if not _is_possible(destination):
        text = f"The number {destination} is not a telephone number."
        return RingNobody(NoHandoff.INVALID_NUMBER, text, f"I cannot reach {who} just now.")
    if caller is not None and is_same_subscriber(destination, caller):
        text = "The destination is the caller's own number."
        return RingNobody(NoHandoff.CALLERS_OWN_NUMBER, text, f"I cannot reach {who} just now.")
    if any(is_same_subscriber(destination, own) for own in office.numbers):
        text = "The destination is the number that this office answers."
        return RingNobody(NoHandoff.OFFICES_OWN_NUMBER, text, f"I cannot reach {who} just now.")
    return Ring(person.id if person else "", who, destination)


def is_same_subscriber(one: str, other: str) -> bool:
    """Say whether two numbers ring the same telephone."""
    return one[-_SAME_SUBSCRIBER_DIGITS:] == other[-_SAME_SUBSCRIBER_DIGITS:]


def _is_possible(number: E164) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False
