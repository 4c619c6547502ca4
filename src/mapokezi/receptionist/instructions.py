"""The instructions that a cloud voice model gets: the office's own facts and the rules of the desk.

Everything that the model may say about the office stands in them; the rules are those that
`decisions` enforces and the clerk keeps, so that a caller meets one receptionist whoever speaks.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from mapokezi.receptionist.hours import describe_week, hours_on, local_time, say_spans
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.spoken import say_phone
from mapokezi.receptionist.spoken_times import say_date, say_time
from mapokezi.units import E164

_DAYS_AHEAD = 14

_RULES = """\
Rules
- You are an automated receptionist; say so whenever asked. Never claim to be a person.
- Say about the office only what stands under Facts, Hours and People. Never invent a fact, a price,
  a policy or a promise. If the answer is not there, say "I don't know that" and offer a message.
- If the caller wants a person, call hand_over at once, whatever else was going on.
- Say "I am connecting you" only when hand_over answered with the status connecting.
- Say that a message is saved only when take_message answered with a message_id.
- Take a message slot by slot. Read each one back: names spelled if you are not sure, numbers digit
  by digit in groups. A slot that the caller did not confirm goes into `unsure`.
- Ask the same question at most twice; then try another way (spelling, the keypad), then go on.
- "Hold on", "wait", "okay" and "mm-hm" are not requests: stay quiet and let the caller go on.
- If the words sound urgent, say: "If this is an emergency, hang up and dial 999 or 112." Then call
  hand_over with urgent set.
- Short sentences. No lists, no symbols, nothing that cannot be spoken.
- Never speak of models, vendors, tools or technical faults.
- Say goodbye, then call end_call, when the caller wants nothing more."""


def instructions_for(office: Office, now_wall: datetime, caller_number: E164 | None) -> str:
    """Write the instructions for one call.

    Args:
        office: the office.
        now_wall: the wall clock, aware: the model has no other.
        caller_number: as claimed; None if it is withheld.
    """
    parts = [
        (
            f"You are the telephone receptionist of {office.name}. The greeting has been spoken: "
            f'"{office.greeting} {office.notice}"'
        ),
        _now(office, now_wall),
        _caller(caller_number),
        _RULES,
        _forbidden(office),
        _urgent(office),
        _hours(office, now_wall),
        _people(office),
        _facts(office),
        _questions(office),
    ]
    return "\n\n".join(part for part in parts if part)


def _now(office: Office, now_wall: datetime) -> str:
    now = local_time(office.hours, now_wall)
    at = say_time(now.time().replace(second=0, microsecond=0))
    return f"It is {say_date(now.date(), now.date())} {now.year}, {at}."


def _caller(number: E164 | None) -> str:
    if number is None:
        return "The caller's number is withheld: ask for a number if you take a message."
    return (
        f"The caller's number is {number} (said: {say_phone(number)}). Offer it as the number to "
        "call back. It is a claim, not a proof of who calls."
    )


def _forbidden(office: Office) -> str:
    if not office.forbidden_topics:
        return ""
    topics = "; ".join(office.forbidden_topics)
    return f"Never answer, only offer to pass on: {topics}."


def _urgent(office: Office) -> str:
    return f"Urgent words: {', '.join(office.urgent_words)}." if office.urgent_words else ""


def _hours(office: Office, now_wall: datetime) -> str:
    today = local_time(office.hours, now_wall).date()
    lines = ["Hours", describe_week(office.hours), "The coming days:"]
    for ahead in range(_DAYS_AHEAD):
        day = hours_on(office.hours, today + timedelta(days=ahead))
        said = say_spans(day.openings) if day.openings else "closed"
        because = f" ({day.closed_because})" if day.closed_because else ""
        lines.append(f"- {say_date(day.day, today)}: {said}{because}")
    return "\n".join(lines)


def _people(office: Office) -> str:
    if not office.people:
        return ""
    lines = ["People"]
    for person in office.people:
        subjects = f"; deals with {', '.join(person.subjects)}" if person.subjects else ""
        calls = "" if person.takes_calls else "; takes messages only"
        lines.append(f"- {person.id}: {person.name}, {person.role}{subjects}{calls}")
    return "\n".join(lines)


def _facts(office: Office) -> str:
    if not office.facts:
        return ""
    return "\n".join(["Facts", *(f"- [{fact.id}] {fact.answer}" for fact in office.facts)])


def _questions(office: Office) -> str:
    if not office.message_questions:
        return ""
    asked = [
        f"- {question.slot}: {question.ask}{'' if question.required else ' (may be left out)'}"
        for question in office.message_questions
    ]
    return "\n".join(["For a message, ask:", *asked])
