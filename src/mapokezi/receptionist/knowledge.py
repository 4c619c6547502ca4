"""An office prepared for the clerk: everything that can be worked out before the call."""

from __future__ import annotations

from dataclasses import dataclass

from mapokezi.receptionist.directory import Directory
from mapokezi.receptionist.finder import FactFinder
from mapokezi.receptionist.forbidden import ForbiddenTopics
from mapokezi.receptionist.office import Fact, Office, Person, Question
from mapokezi.receptionist.phrases import FIRST_THINGS, PHRASES
from mapokezi.receptionist.urgency import UrgentWords

FORBIDDEN = "!forbidden"
"""What the forbidden examples stand for among the facts."""

_USUAL_QUESTIONS = tuple(
    Question(slot=slot, ask=FIRST_THINGS[slot][0]) for slot in ("name", "number", "reason")
)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the clerk knows of its office."""

    office: Office
    directory: Directory
    finder: FactFinder
    facts: dict[str, Fact]
    urgent: UrgentWords
    forbidden: ForbiddenTopics
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


def knowledge_of(office: Office) -> Knowledge:
    """Prepare an office; done once, takes some milliseconds."""
    never = [(FORBIDDEN, text) for text in office.forbidden_asked_as]
    questions = office.message_questions or _USUAL_QUESTIONS
    own = {f"slot:{question.slot}": _ways_of_asking(question) for question in questions}
    return Knowledge(
        office=office,
        directory=Directory(office.people),
        finder=FactFinder(office.facts, never),
        facts={fact.id: fact for fact in office.facts},
        urgent=UrgentWords(office.urgent_words),
        forbidden=ForbiddenTopics(office.forbidden_topics),
        questions=questions,
        phrases=PHRASES | own,
    )


def _ways_of_asking(question: Question) -> tuple[str, ...]:
    usual = FIRST_THINGS.get(question.slot, ())
    others = [way for way in usual if way != question.ask]
    return (question.ask, others[-1] if others else f"Once more, please. {question.ask}")
