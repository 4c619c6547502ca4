"""An office prepared for the clerk: everything that can be worked out before the call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mapokezi.receptionist.call_types import CallTypes, questions_of
from mapokezi.receptionist.departments import Departments
from mapokezi.receptionist.directory import Directory
from mapokezi.receptionist.examples import MOST_TAUGHT
from mapokezi.receptionist.look_up import OfficeBook
from mapokezi.receptionist.meanings import Meanings
from mapokezi.receptionist.office import Fact, Office, Person, Question
from mapokezi.receptionist.phrases import PHRASES, Table, phrases_of
from mapokezi.receptionist.spoken import Language
from mapokezi.receptionist.subjects import Subjects
from mapokezi.receptionist.understanding import Understanding
from mapokezi.receptionist.urgency import UrgentWords

FIRST_THINGS = phrases_of("en").sections["questions"]
"""What is asked for a slot if the office has no question of its own, and the second wording."""

CanSay = Callable[[Language, tuple[str, ...]], bool]
"""Whether the voice can say pieces in a language that is not its own."""

_USUAL_QUESTIONS = tuple(
    Question(slot=slot, ask=FIRST_THINGS[slot][0]) for slot in ("name", "number", "reason")
)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the clerk knows of its office."""

    office: Office
    directory: Directory
    understanding: Understanding
    subjects: Subjects
    departments: Departments
    facts: dict[str, Fact]
    urgent: UrgentWords
    questions: tuple[Question, ...]
    types: CallTypes
    phrases: Mapping[str, tuple[str, ...]]
    """In English."""
    phrases_in: Mapping[Language, Table]
    """In the other languages."""
    can_say: CanSay
    book: OfficeBook | None = None
    """Of an office with more facts than can be taught: they are looked up in it."""

    def person(self, person_id: str) -> Person | None:
        """Give a person by id."""
        return self.directory.person(person_id)

    def said_name(self, person_id: str) -> str:
        """Give a person's name; the reception if nobody is meant."""
        person = self.person(person_id)
        if person is None:
            return person_id or "the reception"
        return person.name

    def title_of(self, fact_id: str) -> str:
        """Give a fact's title as it stands within a sentence."""
        title = self.facts[fact_id].title
        return title[:1].lower() + title[1:]


def english_only(language: Language, pieces: tuple[str, ...]) -> bool:
    """A voice that speaks English alone, without any recording."""
    del pieces
    return language is Language.ENGLISH


def knowledge_of(
    office: Office, meanings: Meanings | None = None, can_say: CanSay = english_only
) -> Knowledge:
    """Prepare an office; done once, and takes about a second."""
    questions = office.message_questions or _USUAL_QUESTIONS
    asked = (*questions, *questions_of(office))
    own = {f"slot:{question.slot}": _ways_of_asking(question) for question in asked}
    return Knowledge(
        office=office,
        directory=Directory(office.people),
        understanding=Understanding(office, meanings),
        subjects=Subjects(office.people, meanings),
        departments=Departments(office),
        facts={fact.id: fact for fact in office.facts},
        urgent=UrgentWords(office.urgent_words),
        questions=questions,
        types=CallTypes(office),
        phrases={**PHRASES, **own},
        phrases_in={Language.SWAHILI: _in(Language.SWAHILI)},
        can_say=can_say,
        book=OfficeBook(office) if len(office.facts) > MOST_TAUGHT else None,
    )


def _in(language: Language) -> Table:
    """Give the clerk's sentences of a language; the office's own questions are in its own."""
    sections = phrases_of(language.value).sections
    asked = {f"slot:{slot}": ways for slot, ways in sections.get("questions", {}).items()}
    return {**sections.get("clerk", {}), **asked}


def _ways_of_asking(question: Question) -> tuple[str, ...]:
    usual = FIRST_THINGS.get(question.slot, ())
    others = [way for way in usual if way != question.ask]
    again = phrases_of("en").word("parts", "ask_once_more").format(question=question.ask)
    return (question.ask, others[-1] if others else again)
