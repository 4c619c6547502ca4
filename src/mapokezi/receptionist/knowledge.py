"""An office prepared for the clerk: everything that can be worked out before the call."""

from __future__ import annotations

from dataclasses import dataclass

from mapokezi.receptionist.directory import Directory
from mapokezi.receptionist.meanings import Meanings
from mapokezi.receptionist.office import Fact, Office, Person, Question
from mapokezi.receptionist.phrases import FIRST_THINGS, PHRASES
from mapokezi.receptionist.subjects import Subjects
from mapokezi.receptionist.understanding import Understanding
from mapokezi.receptionist.urgency import UrgentWords

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
    facts: dict[str, Fact]
    urgent: UrgentWords
    questions: tuple[Question, ...]
    phrases: dict[str, tuple[str, ...]]

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


def knowledge_of(office: Office, meanings: Meanings | None = None) -> Knowledge:
    """Prepare an office; done once, and takes about a second."""
    questions = office.message_questions or _USUAL_QUESTIONS
    own = {f"slot:{question.slot}": _ways_of_asking(question) for question in questions}
    return Knowledge(
        office=office,
        directory=Directory(office.people),
        understanding=Understanding(office, meanings),
        subjects=Subjects(office.people, meanings),
        facts={fact.id: fact for fact in office.facts},
        urgent=UrgentWords(office.urgent_words),
        questions=questions,
        phrases=PHRASES | own,
    )


def _ways_of_asking(question: Question) -> tuple[str, ...]:
    usual = FIRST_THINGS.get(question.slot, ())
    others = [way for way in usual if way != question.ask]
    return (question.ask, others[-1] if others else f"Once more, please. {question.ask}")
