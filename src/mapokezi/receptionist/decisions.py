"""Whether a proposed deed may be done: decided here from the office's settings, never by a model.

A voice model, or the clerk, proposes by calling a tool. What it says about the caller is a claim;
what the call itself knows (the caller's number as the platform reports it) stands above it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import phonenumbers

from mapokezi.receptionist.after_hours import callers_get, say_closed
from mapokezi.receptionist.barred_numbers import COSTS_EXTRA
from mapokezi.receptionist.call_types import KIND, questions_of
from mapokezi.receptionist.deciding import (
    AboutCall,
    Allowed,
    Decision,
    Deed,
    EndCall,
    HandOver,
    LookUp,
    Refused,
    StopRecording,
    StoreMessage,
    WhichPerson,
)
from mapokezi.receptionist.earlier_messages import AskEarlier, Came, EarlierWish, said_of
from mapokezi.receptionist.figures_noted import FIGURES
from mapokezi.receptionist.handoff import NoHandoff, RingNobody, RingPlan, RingWish, plan_rings
from mapokezi.receptionist.handoff_briefing import ASKED_FOR_A_PERSON
from mapokezi.receptionist.known_callers import is_one_of
from mapokezi.receptionist.look_up import OfficeBook, hours_asked_for
from mapokezi.receptionist.office import AfterHours, Office
from mapokezi.receptionist.phrases import PHRASES
from mapokezi.receptionist.spoken import read_digits, read_phone
from mapokezi.receptionist.tools import (
    EARLIER_MESSAGE,
    END_CALL,
    HAND_OVER,
    LOOK_UP,
    REPORT_URGENCY,
    STOP_RECORDING,
    TAKE_MESSAGE,
    WANT_PERSON,
)
from mapokezi.receptionist.urgency import Urgency, UrgentWords
from mapokezi.receptionist.words import plain
from mapokezi.units import E164

__all__ = [
    "AboutCall",
    "Allowed",
    "Decision",
    "Deed",
    "EndCall",
    "HandOver",
    "LookUp",
    "Refused",
    "StopRecording",
    "StoreMessage",
    "WhichPerson",
    "decide",
    "not_proven",
]

_LONGEST_TEXT = 2_000
"""A message longer than this is a model that runs away; a caller speaks some 150 words a minute."""
_LONGEST_RAW = 10_000
_LONGEST_NAME = 80
_ANYBODY = re.compile(
    r"\b(?:person|human|somebody|someone|anybody|anyone|reception|receptionist|operator|agent"
    r"|lawyers?|advocates?|staff|people|representative|whoever|mtu)\b"
)
_ONLY_MESSAGES = PHRASES["message_only"][0]
_NOT_FOR_ALL = frozenset({LOOK_UP, HAND_OVER, WANT_PERSON, EARLIER_MESSAGE})
"""What is not done for a caller of whom the office takes no more than a message."""
_ASKED_ABOUT_EARLIER = (
    "Asked about a message of an earlier call. Nothing was told, for whose telephone it is was not "
    "proven. Please call back."
)
_STANDARD = frozenset(
    {"name", "number", "reason", "best_time", "for_person", "urgent", "unsure", "extra"}
)


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
    if about_call.only_messages and name in _NOT_FOR_ALL:
        return Refused("From this caller no more than a message is taken.", _ONLY_MESSAGES)
    if name == LOOK_UP:
        return _look_up(office, arguments, now_wall)
    if name == TAKE_MESSAGE:
        return _no_message(office, arguments, about_call, now_wall) or _message(
            office, arguments, about_call
        )
    if name == HAND_OVER:
        return _hand_over(office, arguments, about_call, now_wall)
    if name == WANT_PERSON:
        return _want_person(book or OfficeBook(office), arguments, about_call, now_wall)
    if name == REPORT_URGENCY:
        return _report_urgency(office, arguments, about_call, now_wall)
    if name == EARLIER_MESSAGE:
        return _earlier_message(arguments, about_call)
    if name == STOP_RECORDING:  # whatever the words were: nobody is recorded who may not want it
        return Allowed(StopRecording(by_rule=about_call.caller_said is None))
    if name == END_CALL:
        return _end_call(about_call)
    return Refused(f"There is no tool named {name[:_LONGEST_NAME]!r}.", "")


def _earlier_message(arguments: Mapping[str, Any], about_call: AboutCall) -> Allowed | Refused:
    """Let a code be sent and tried; the number alone opens nothing."""
    wish = _text(arguments, "wish") or EarlierWish.STATUS.value
    if wish not in set(EarlierWish):
        known = ", ".join(EarlierWish)
        return Refused(f"The wish is one of {known}.", "")
    if not about_call.can_prove:
        return not_proven(about_call.caller_number)
    code = read_digits(_text(arguments, "code"))
    return Allowed(AskEarlier(EarlierWish(wish), code, _text(arguments, "change")))


def not_proven(caller: E164 | None) -> Refused:
    """Refuse what would rest on a number alone; the staff are told to ring back."""
    note = StoreMessage(
        name="",
        number=caller,
        number_as_heard="",
        reason=_ASKED_ABOUT_EARLIER,
        best_time="",
        for_person="",
        urgent=False,
        unsure=("name",),
    )
    return Refused(
        "Whose telephone it is was not proven by a code; the staff are told to call back.",
        said_of(Came.NOT_PROVEN),
        note,
    )


def _end_call(about_call: AboutCall) -> Decision:
    if about_call.is_connecting:
        return Refused("The caller is being connected: the call is not to be ended.", "")
    if not about_call.caller_spoke:
        return Refused("The caller has said nothing yet: the call is not to be ended.", "")
    return Allowed(EndCall())


def _look_up(office: Office, arguments: Mapping[str, Any], now_wall: datetime) -> Allowed | Refused:
    """Give what is asked for; while only messages or emergencies are heard, the hours alone."""
    if callers_get(office.hours, now_wall) in {None, AfterHours.ANSWER}:
        return Allowed(LookUp(arguments))
    of_hours = hours_asked_for(arguments)
    if of_hours is not None:
        return Allowed(LookUp(of_hours))
    return Refused(
        "While the office is closed it answers no questions but those about its hours.",
        say_closed(office.hours, now_wall),
    )


def _no_message(
    office: Office, arguments: Mapping[str, Any], about_call: AboutCall, now_wall: datetime
) -> Refused | None:
    """Refuse a message where only emergencies are heard; None if it may be taken."""
    if callers_get(office.hours, now_wall) is not AfterHours.EMERGENCIES:
        return None
    told = _text(arguments, "reason")
    if arguments.get("urgent") is True and _is_urgent(office, told, about_call):
        return None
    return Refused(
        "While the office is closed it takes no message that is not urgent.",
        say_closed(office.hours, now_wall),
    )


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
    return None if kind in COSTS_EXTRA else number


def _hand_over(
    office: Office, arguments: Mapping[str, Any], about_call: AboutCall, now_wall: datetime
) -> Allowed | Refused:
    person_id, reason = _text(arguments, "person_id"), _text(arguments, "reason")
    urgent = arguments.get("urgent") is True and _is_urgent(office, reason, about_call)
    caller = about_call.caller_number
    urgent = urgent or (caller is not None and is_one_of(caller, office.vips))
    wish = RingWish(person_id, _text(arguments, "department"), urgent)
    choice = _planned(office, wish, about_call, now_wall)
    note = _note(office, arguments, about_call)
    if isinstance(choice, RingNobody):
        return Refused(choice.for_staff, choice.say, note)
    return Allowed(HandOver(choice, reason, note))


def _planned(
    office: Office, wish: RingWish, about_call: AboutCall, now_wall: datetime
) -> RingPlan | RingNobody:
    return plan_rings(
        office,
        wish,
        about_call.caller_number,
        now_wall,
        not_again=about_call.rung_in_doubt,
        just_now=about_call.just_now,
    )


def _note(office: Office, arguments: Mapping[str, Any], about_call: AboutCall) -> StoreMessage:
    """Write what the staff are told before anything is tried."""
    person_id = _text(arguments, "person_id")
    return StoreMessage(
        name=_text(arguments, "name")[:_LONGEST_NAME],
        number=about_call.caller_number,
        number_as_heard="",
        reason=_text(arguments, "reason") or ASKED_FOR_A_PERSON,
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
    if department := book.departments.meant(who):
        person_id = book.departments.sole_person(department)
        wanted = {"person_id": person_id, "department": department, "reason": reason}
        return _hand_over(book.office, wanted, about_call, now_wall)
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
    heard = _heard(office, what, about_call)
    urgent = heard is not None or about_call.caller_said is None
    at_any_rate = replace(about_call, rung_in_doubt=frozenset())  # rung again, for it is urgent
    choice = _planned(office, RingWish(person_id, "", urgent), at_any_rate, now_wall)
    if isinstance(choice, RingNobody) and person_id and choice.why is not NoHandoff.CLOSED:
        choice = _planned(office, RingWish("", "", urgent), at_any_rate, now_wall)
    reason = what or "The caller reported an emergency."
    note = _note(office, {"person_id": person_id, "reason": reason, "urgent": True}, about_call)
    is_emergency = _is_danger(heard, arguments.get("danger"))
    if isinstance(choice, RingNobody):
        return Refused(choice.for_staff, choice.say, note, is_emergency=is_emergency)
    return Allowed(HandOver(choice, reason, replace(note, urgent=True), is_emergency=is_emergency))


def _is_danger(heard: Urgency | None, claimed: Any) -> bool:
    """Say whether the caller is to hear the emergency number.

    It is but a sentence, and one that may save a life: so the model's word is enough for it, and
    so are words of which the rules can make nothing, unless the model says that nobody is in
    danger. Only what the rules know as the office's own matter goes without.
    """
    if heard is Urgency.DANGER or claimed is True:
        return True
    return heard is None and claimed is not False


def _is_urgent(office: Office, told: str, about_call: AboutCall) -> bool:
    """Say whether an emergency is told in words, not only claimed by a model.

    The caller's transcript may have lost them, so what the model gives as their words counts too:
    an emergency that is not passed on is worse than one that is none.
    """
    return about_call.caller_said is None or _heard(office, told, about_call) is not None


def _heard(office: Office, told: str, about_call: AboutCall) -> Urgency | None:
    """Give the gravest that is told, by the caller or in what a model gives as their words."""
    words = UrgentWords(office.urgent_words)
    found = {words.heard_in(text) for text in (told, *(about_call.caller_said or ()))}
    return next((kind for kind in Urgency if kind in found), None)


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
    own = {question.slot for question in questions_of(office)} - _STANDARD
    own.update(FIGURES)
    if office.call_types:
        own.add(KIND)
    nested = arguments.get("extra")
    given: Mapping[str, Any] = {**arguments, **(nested if isinstance(nested, dict) else {})}
    return {slot: _text(given, slot) for slot in sorted(own) if _text(given, slot)}
