"""Everything that callers could hear of an office, as it is spoken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from mapokezi.receptionist.after_hours import say_away, say_closed
from mapokezi.receptionist.hours import describe_day, describe_week, hours_on, local_time
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.opening_notices import notices_of
from mapokezi.receptionist.phrases import WHOLE, phrases_of
from mapokezi.receptionist.pronunciation import Pronunciation
from mapokezi.receptionist.spoken import DayRead

_A_YEAR_DAYS = 366


@dataclass(frozen=True, slots=True)
class Heading:
    """Over sentences that belong together."""

    title: str
    is_fixed: bool = False
    """Whether they are the same for every office."""


def said_of(
    office: Office, now_wall: datetime, *, is_spelled: bool
) -> Iterator[tuple[Heading, list[str]]]:
    """Give every sentence that callers could hear, under headings.

    Args:
        office: whose.
        now_wall: the wall clock, aware: hours and absences are said as they are then.
        is_spelled: whether names stand in the spellings that the local voice is given.
    """
    spell = Pronunciation(office).of if is_spelled else str
    for heading, sentences in _all(office, now_wall):
        if sentences:
            yield heading, [spell(sentence) for sentence in sentences]


def _all(office: Office, now_wall: datetime) -> Iterator[tuple[Heading, list[str]]]:
    closed = [office.hours.closed_words] if office.hours.closed_words else []
    notices = [part.text for part in notices_of(office)]
    yield Heading("At the beginning"), [office.greeting, *closed, *notices]
    yield Heading("At the end"), [office.goodbye]
    yield Heading("If the receptionist cannot take the call"), [office.fallback.say]
    yield Heading("Hours"), _hours(office, now_wall)
    for fact in office.facts:
        yield Heading(f"{fact.title} ({fact.source})"), [fact.answer]
    yield Heading("People"), _people(office, now_wall)
    yield Heading("For a message"), [question.ask for question in office.message_questions]
    if office.forbidden_topics:
        topics = "; ".join(office.forbidden_topics)
        yield Heading(f"Asked about: {topics}"), list(phrases_of(WHOLE).ways("clerk", "no_advice"))
    for section in ("lines", "clerk"):
        table = phrases_of(WHOLE).sections[section]
        for key, ways in table.items():
            yield Heading(f"{section}: {key}", is_fixed=True), list(ways)


def _hours(office: Office, now_wall: datetime) -> list[str]:
    hours = office.hours
    today = local_time(hours, now_wall).date()
    said = [describe_week(hours), describe_day(hours, DayRead(today, "today"), now_wall)]
    for closure in hours.closures:
        if closure.last >= today:
            day = max(closure.first, today)
            said.append(describe_day(hours, DayRead(day, day.isoformat()), now_wall))
    if hours.holidays_of:
        ahead = (today + timedelta(days=days) for days in range(_A_YEAR_DAYS))
        holiday = next((day for day in ahead if hours_on(hours, day).is_holiday), None)
        if holiday is not None:
            said.append(describe_day(hours, DayRead(holiday, holiday.isoformat()), now_wall))
    closed = say_closed(hours, now_wall)
    return list(dict.fromkeys([*said, closed] if closed else said))


def _people(office: Office, now_wall: datetime) -> list[str]:
    said = []
    for person in office.people:
        said.append(f"{person.name} is our {person.role}.")
        if not person.takes_calls or person.mobile is None:
            said.append(f"{person.name} takes messages only.")
        if away := say_away(person, office, now_wall):
            said.append(away)
    return said
