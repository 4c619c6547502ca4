"""Taking messages, what is never answered, what is urgent: ``messages.toml``."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from mapokezi.receptionist.call_types import KIND
from mapokezi.receptionist.emergency_numbers import MOST_NUMBERS
from mapokezi.receptionist.office import CallType, Office, Person, Question
from mapokezi.stores.office_people import ID
from mapokezi.stores.office_toml import TomlTable, TomlText
from mapokezi.toml_lines import did_you_mean

USUAL_QUESTIONS = (
    Question(slot="name", ask="May I have your full name, please?"),
    Question(slot="number", ask="What is the best number to reach you on?"),
    Question(slot="reason", ask="What is the message about?"),
)
"""What is asked for a message if the office has no ``messages.toml`` or no questions in it."""

_SLOT = re.compile(r"[a-z][a-z0-9_]*")
_LEAST_WAYS = 2
_TO_DIAL = re.compile(r"\+?[0-9]{2,15}")


def read_messages(source: TomlText, office: Office) -> Office:
    """Read ``messages.toml`` into an office whose people are known."""
    table = source.parse()
    questions = _read_questions(table, ())
    types = _read_types(table, questions or USUAL_QUESTIONS, office.people)
    forbidden, urgent = table.table("forbidden"), table.table("urgent")
    read = msgspec.structs.replace(
        office,
        message_questions=questions or USUAL_QUESTIONS,
        call_types=types,
        forbidden_topics=forbidden.texts("topics"),
        forbidden_asked_as=forbidden.texts("asked_as"),
        urgent_words=urgent.texts("words"),
        emergency_numbers=_emergency_numbers(urgent),
    )
    for part in (forbidden, urgent, table):
        part.finish()
    return read


def _emergency_numbers(urgent: TomlTable) -> tuple[str, ...]:
    numbers = urgent.texts("emergency_numbers")
    if len(numbers) > MOST_NUMBERS:
        what, mend = f"holds {len(numbers)} numbers", f"Keep {MOST_NUMBERS}: nobody remembers more"
        urgent.wrong("emergency_numbers", what, mend)
    for place, number in enumerate(numbers):
        if not _TO_DIAL.fullmatch(number):
            what, mend = f'"{number}" cannot be dialled', 'Write digits alone, as in "999"'
            urgent.wrong("emergency_numbers", what, mend, place)
    return numbers


def _read_questions(table: TomlTable, before: Sequence[Question]) -> tuple[Question, ...]:
    """Read ``[[questions]]`` of the file or of a kind of call.

    Args:
        table: the file, or the kind of call.
        before: what is asked for any message; it is not asked again.
    """
    questions: list[Question] = []
    for entry in table.tables("questions"):
        question = Question(
            slot=entry.text("slot"),
            ask=entry.text("ask"),
            required=entry.flag("required", default=True),
        )
        if question.slot and question.slot in {other.slot for other in (*before, *questions)}:
            entry.wrong("slot", f'"{question.slot}" is asked twice', "Delete one of the questions")
        if question.slot and not _SLOT.fullmatch(question.slot):
            mend = "Write small letters and underscores, as in best_time"
            entry.wrong("slot", f'"{question.slot}" cannot be a slot', mend)
        if question.slot == KIND:
            what = f'"{KIND}" is where a message tells what kind of call it was'
            entry.wrong("slot", what, "Write another word")
        entry.finish()
        questions.append(question)
    return tuple(questions)


def _read_types(
    table: TomlTable, usual: Sequence[Question], people: Sequence[Person]
) -> tuple[CallType, ...]:
    types: list[CallType] = []
    asked: dict[str, str] = {}
    asks: dict[str, str] = {}
    for entry in table.tables("types"):
        one = CallType(
            id=entry.text("id"),
            name=entry.text("name"),
            asked_as=entry.texts("asked_as"),
            questions=_read_questions(entry, usual),
            for_person=entry.text("for_person", ""),
        )
        _check_type(entry, one, types, people)
        for place, words in enumerate(one.asked_as):
            if (other := asked.setdefault(words.lower(), one.id)) != one.id:
                what = f'"{words}" stands with "{other}" too'
                entry.wrong("asked_as", what, "Delete one of the two", place)
        for question in one.questions:
            if asks.setdefault(question.slot, question.ask) != question.ask:
                what = f'another kind of call asks for "{question.slot}" in other words'
                entry.wrong("questions", what, "Ask in the same words, or give it another slot")
        entry.finish()
        types.append(one)
    return tuple(types)


def _check_type(
    entry: TomlTable, one: CallType, before: Sequence[CallType], people: Sequence[Person]
) -> None:
    if one.id and not ID.fullmatch(one.id):
        mend = "Write small letters, digits and hyphens, as in new-matter"
        entry.wrong("id", f'"{one.id}" cannot be an id', mend)
    if one.id and one.id in {other.id for other in before}:
        entry.wrong("id", f'"{one.id}" stands twice', "Give each kind of call its own id")
    if len(one.asked_as) < _LEAST_WAYS:
        what = f"callers put it in {len(one.asked_as)} ways, and two at least are needed"
        entry.wrong("asked_as", what, 'Write asked_as = ["...", "..."], in callers\' words')
    ids = [person.id for person in people]
    if one.for_person and one.for_person not in ids:
        what = f'nobody in people.toml has the id "{one.for_person}"'
        entry.wrong("for_person", what, did_you_mean(one.for_person, ids))
