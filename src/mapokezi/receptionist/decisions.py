"""Whether a proposed deed may be done: decided here from the office's settings, never by a model.

A voice model, or the clerk, proposes by calling a tool. What it says about the caller is a claim;
what the call itself knows (the caller's number as the platform reports it) stands above it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import phonenumbers

from mapokezi.receptionist.handoff import NoHandoff, Ring, RingNobody, whom_to_ring
from mapokezi.receptionist.look_up import OfficeBook
from mapokezi.receptionist.office import Office, Person
from mapokezi.receptionist.phrases import PHRASES
from mapokezi.receptionist.spoken import read_digits, read_phone
from mapokezi.receptionist.tools import (
    END_CALL,
    HAND_OVER,
    LOOK_UP,
    REPORT_URGENCY,
    TAKE_MESSAGE,
    WANT_PERSON,
)
from mapokezi.receptionist.urgency import UrgentWords
from mapokezi.receptionist.words import plain
from mapokezi.units import E164

_LONGEST_TEXT = 2_000
"""A message longer than this is a model that runs away; a caller speaks some 150 words a minute."""
_LONGEST_RAW = 10_000
_LONGEST_NAME = 80
_COSTS_EXTRA = frozenset(
    {phonenumbers.PhoneNumberType.PREMIUM_RATE, phonenumbers.PhoneNumberType.SHARED_COST}
)
"""Numbers that a caller may leave so that calling back enriches somebody."""
_ANYBODY = re.compile(
    r"\b(?:person|human|somebody|someone|anybody|anyone|reception|receptionist|operator|agent"
    r"|lawyers?|advocates?|staff|people|representative|whoever|mtu)\b"
)
EMERGENCY = PHRASES["emergency"][0]
_STANDARD = frozenset(
    {"name", "number", "reason", "best_time", "for_person", "urgent", "unsure", "extra"}
)


@dataclass(frozen=True, slots=True)
class AboutCall:
    """What the call itself knows."""

    caller_number: E164 | None
    """As the platform reports it; a claim, never a proof."""
    dialled: E164 | None = None
    caller_said: tuple[str, ...] | None = None
    """What the caller said, as a recogniser wrote it. None: the proposal comes from rules of our
    own, which have weighed the words themselves."""
    caller_spoke: bool = True
    """Whether the caller's voice was heard at all, or a key."""
    is_connecting: bool = False
    """Whether a hand-off is under way."""
    rung_in_doubt: frozenset[E164] = frozenset()
    """Who was rung without anybody being able to tell what came of it."""


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
    is_emergency: bool = False
    """Whether the caller is to hear the emergency number first."""


@dataclass(frozen=True, slots=True)
class LookUp:
    """Give facts, hours or people of the office's; nothing is changed by it."""

    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EndCall:
    """Let the goodbye finish, then hang up."""


Deed = StoreMessage | HandOver | LookUp | EndCall


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
    is_emergency: bool = False
    """Whether the caller is to hear the emergency number all the same."""


@dataclass(frozen=True, slots=True)
class WhichPerson:
    """Several may be meant: the caller has to be asked."""

    people: tuple[Person, ...]


Decision = Allowed | Refused | WhichPerson


def decide(
    office: Office,
    name: str,
    arguments: Mapping[str, Any],
    about_call: AboutCall,
    now_wall: datetime,
    book: OfficeBook | None = None,
) -> Decision:
    """Decide on a proposal.

    Args:
        office: the office in whose name it would be done.
        name: the tool.
        arguments: as the model gave them: any shape, any type.
        about_call: what the call itself knows.
        now_wall: the wall clock, aware.
        book: the office prepared for being asked; prepared anew if there is none.
    """
    if name == LOOK_UP:
        return Allowed(LookUp(arguments))
    if name == TAKE_MESSAGE:
        return _message(office, arguments, about_call)
    if name == HAND_OVER:
        return _hand_over(office, arguments, about_call, now_wall)
    if name == WANT_PERSON:
        return _want_person(book or OfficeBook(office), arguments, about_call, now_wall)
    if name == REPORT_URGENCY:
        return _report_urgency(office, arguments, about_call, now_wall)
    if name == END_CALL:
        return _end_call(about_call)
    return Refused(f"There is no tool named {name[:_LONGEST_NAME]!r}.", "")


def _end_call(about_call: AboutCall) -> Decision:
    if about_call.is_connecting:
        return Refused("The caller is being connected: the call is not to be ended.", "")
    if not about_call.caller_spoke:
        return Refused("The caller has said nothing yet: the call is not to be ended.", "")
    return Allowed(EndCall())


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
    number = _to_call_back(given) if given else about_call.caller_number
    reason, name = _text(arguments, "reason"), _text(arguments, "name")[:_LONGEST_NAME]
    if not reason and not name and number is None:
        return Refused("The message is empty: it needs a name, a number or a reason.", "")
    unsure = [one for one in _list(arguments.get("unsure")) if one]
    if given and number is None and "number" not in unsure:
        unsure.append("number")
    return Allowed(
        StoreMessage(
            name=name,
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


def _to_call_back(given: str) -> E164 | None:
    """Give the number that was left, unless calling it costs extra."""
    number = read_phone(read_digits(given)).number
    if number is None:
        return None
    kind = phonenumbers.number_type(phonenumbers.parse(number))
    return None if kind in _COSTS_EXTRA else number


def _hand_over(
    office: Office, arguments: Mapping[str, Any], about_call: AboutCall, now_wall: datetime
) -> Allowed | Refused:
    person_id, reason = _text(arguments, "person_id"), _text(arguments, "reason")
    urgent = arguments.get("urgent") is True and _is_urgent(office, reason, about_call)
    choice = whom_to_ring(
        office,
        person_id,
        about_call.caller_number,
        now_wall,
        urgent=urgent,
        not_again=about_call.rung_in_doubt,
    )
    note = _note(office, arguments, about_call)
    if isinstance(choice, RingNobody):
        return Refused(choice.for_staff, choice.say, note)
    return Allowed(HandOver(choice, reason, note))


def _note(office: Office, arguments: Mapping[str, Any], about_call: AboutCall) -> StoreMessage:
    """Write what the staff are told before anything is tried."""
    person_id = _text(arguments, "person_id")
    return StoreMessage(
        name=_text(arguments, "name")[:_LONGEST_NAME],
        number=about_call.caller_number,
        number_as_heard="",
        reason=_text(arguments, "reason") or "The caller asked to be connected.",
        best_time="",
        for_person=person_id if _is_of(office, person_id) else "",
        urgent=arguments.get("urgent") is True,
        unsure=(),
    )


def _want_person(
    book: OfficeBook, arguments: Mapping[str, Any], about_call: AboutCall, now_wall: datetime
) -> Decision:
    """Find whom the caller's words mean, and pass them on by the rules of any hand-off."""
    who, reason = _text(arguments, "who")[:_LONGEST_NAME], _text(arguments, "reason")
    people, is_sure = book.people_meant(who) if who else ((), True)
    is_anybody = not is_sure and _ANYBODY.search(plain(who)) is not None
    if people and not (is_sure and len(people) == 1) and not is_anybody:
        return WhichPerson(people)
    if not people and who and not is_anybody:
        note = _note(book.office, {"reason": f"Asked for {who}. {reason}".strip()}, about_call)
        return Refused(f"There is nobody like {who!r}.", "I could not find that person.", note)
    person_id = people[0].id if people and not is_anybody else ""
    wanted = {"person_id": person_id, "reason": reason}
    return _hand_over(book.office, wanted, about_call, now_wall)


def _report_urgency(
    office: Office, arguments: Mapping[str, Any], about_call: AboutCall, now_wall: datetime
) -> Allowed | Refused:
    """Pass an emergency on: to whom was asked for, else to the reception."""
    what, asked_for = _text(arguments, "what"), _text(arguments, "person_id")
    person_id = asked_for if _is_of(office, asked_for) else ""
    urgent = _is_urgent(office, what, about_call)
    caller = about_call.caller_number
    choice = whom_to_ring(office, person_id, caller, now_wall, urgent=urgent)
    if isinstance(choice, RingNobody) and person_id and choice.why is not NoHandoff.CLOSED:
        choice = whom_to_ring(office, "", caller, now_wall, urgent=urgent)
    reason = what or "The caller reported an emergency."
    note = _note(office, {"person_id": person_id, "reason": reason, "urgent": True}, about_call)
    if isinstance(choice, RingNobody):
        return Refused(choice.for_staff, choice.say, note, is_emergency=True)
    return Allowed(HandOver(choice, reason, replace(note, urgent=True), is_emergency=True))


def _is_urgent(office: Office, told: str, about_call: AboutCall) -> bool:
    """Say whether an emergency is told in words, not only claimed by a model.

    The caller's transcript may have lost them, so what the model gives as their words counts too:
    an emergency that is not passed on is worse than one that is none.
    """
    if about_call.caller_said is None:
        return True
    words = UrgentWords(office.urgent_words)
    return any(words.found_in(plain(text)) for text in (told, *about_call.caller_said))


def _is_of(office: Office, person_id: str) -> bool:
    return any(person.id == person_id for person in office.people)


def _text(arguments: Mapping[str, Any], key: str) -> str:
    value = arguments.get(key)
    if value is None or isinstance(value, bool | list | tuple | dict):
        return ""
    kept = "".join(
        sign if unicodedata.category(sign)[0] != "C" else " " for sign in str(value)[:_LONGEST_RAW]
    )
    return " ".join(kept.split())[:_LONGEST_TEXT]


def _list(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else []


def _extra(office: Office, arguments: Mapping[str, Any]) -> dict[str, str]:
    """Give the answers to the office's own questions, wherever the model has put them."""
    own = {question.slot for question in office.message_questions} - _STANDARD
    nested = arguments.get("extra")
    given: Mapping[str, Any] = {**arguments, **(nested if isinstance(nested, dict) else {})}
    return {slot: _text(given, slot) for slot in sorted(own) if _text(given, slot)}
