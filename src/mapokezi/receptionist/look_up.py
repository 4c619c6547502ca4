"""What a voice model may know of the office: asked for piece by piece, each with its id.

A speech-to-speech model is not told the office's facts beforehand; it asks for those that it is
about to say, by their ids or in words, and what it gets is on record as what its words rest on.
Nobody's own number is ever among it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from heapq import nlargest
from typing import Any

from mapokezi.receptionist.after_hours import say_away
from mapokezi.receptionist.departments import Departments
from mapokezi.receptionist.directory import Directory
from mapokezi.receptionist.hours import (
    describe_day,
    describe_week,
    local_time,
    read_day,
)
from mapokezi.receptionist.likeness import Likeness
from mapokezi.receptionist.meanings import Meaning, Meanings
from mapokezi.receptionist.office import Fact, Office, Person
from mapokezi.receptionist.spoken import DayRead
from mapokezi.receptionist.subjects import Subjects
from mapokezi.receptionist.words import plain

_MOST_FACTS = 3
"""For a question in words; by ids as many as are asked for."""
_MOST_IDS = 12
_LONGEST_QUESTION = 300
MOST_TITLES = 60
"""Of more facts a model is not told the titles: they would cost more than they help."""
_TITLES_NEAR = 12
"""Then those that come nearest to a question that was not answered."""
_ALIKE = 0.2
"""A fact less like the question than that is not what was asked for."""
_NEARLY_BEST = 0.6
"""Others are given too if they are at least this share as like it as the best."""
_ALIKE_IN_MEANING, _NEARLY_BEST_IN_MEANING = 0.12, 0.5
"""The same where meanings are known too: the mixture is lower and parts better. Of 40 questions in
other words than the office's, 35 are answered so, and 17 by words alone; of 8 to which it has no
answer, 5 and 6 are not found (tests/data/look_up_questions.toml)."""
_ASKS_HOURS = frozenset(
    {
        "open",
        "opened",
        "opening",
        "close",
        "closes",
        "closed",
        "closing",
        "hours",
        "hour",
        "holiday",
    }
)
_SURELY = 0.35
"""A fact so like what was said is answered by the clerk without asking whether it is meant."""
_WEEK_ID = "hours:week"


class OfficeBook:
    """An office's facts, hours and people, prepared for being asked for."""

    def __init__(self, office: Office, meanings: Meanings | None = None) -> None:
        """Prepare the office; takes some milliseconds.

        Args:
            office: whose.
            meanings: of the facts' titles and ways of asking, if they are known.
        """
        self.office = office
        self.directory = Directory(office.people)
        self.departments = Departments(office)
        self._subjects = Subjects(office.people, meanings)
        self._facts = {fact.id: fact for fact in office.facts}
        ways = [(fact.id, way) for fact in office.facts for way in (*fact.asked_as, fact.title)]
        self._of = [fact_id for fact_id, _ in ways]
        self._likeness = Likeness([way for _, way in ways], meanings)

    def look_up(
        self, arguments: Mapping[str, Any], now_wall: datetime, meaning: Meaning | None = None
    ) -> Mapping[str, Any]:
        """Give what the office has told about something.

        Args:
            arguments: ``question``, ``fact_ids``, ``day``, ``person``, as a model gave them: any
                shape, any type.
            now_wall: the wall clock, aware.
            meaning: of the question, if it is known.

        Returns:
            ``status`` (``found``, ``not_found``), and ``facts``, ``hours``, ``people``, each a list
            of objects with an ``id`` and a ``text``; if nothing was found, the ``titles`` of all
            that can be asked for.
        """
        question = _text(arguments.get("question"))[:_LONGEST_QUESTION]
        facts = self._facts_of(_ids(arguments.get("fact_ids")), question, meaning)
        hours = self._hours_of(_text(arguments.get("day")), question, now_wall)
        people = self._people_of(_text(arguments.get("person")), question)
        if not (facts or hours or people):
            titles = [{"id": fact.id, "title": fact.title} for fact in self._near(question)]
            return {"status": "not_found", "titles": titles, "say": "I don't know that."}
        return {
            "status": "found",
            "facts": [{"id": fact.id, "text": fact.answer} for fact in facts],
            "hours": hours,
            "people": [_told_of(one, say_away(one, self.office, now_wall)) for one in people],
        }

    @property
    def has_meanings(self) -> bool:
        """Whether the meanings of the facts are known, so that a question's is of use."""
        return self._likeness.has_meanings

    def asks_in_words(self, arguments: Mapping[str, Any]) -> str:
        """Give the question that facts are looked for by; empty if they are named by their ids."""
        question = _text(arguments.get("question"))[:_LONGEST_QUESTION]
        named = any(fact_id in self._facts for fact_id in _ids(arguments.get("fact_ids")))
        return "" if named else question

    def fact_asked_for(self, said: str) -> Fact | None:
        """Find the fact that surely is asked for, by words; None if none is."""
        best = self._alike(said[:_LONGEST_QUESTION], None) if self._of else {}
        likest = max(best, key=best.__getitem__, default="")
        return self._facts[likest] if likest and best[likest] >= _SURELY else None

    def people_meant(self, words: str) -> tuple[tuple[Person, ...], bool]:
        """Find whom words stand for, by name, else by what they deal with; and whether surely."""
        said = plain(words)
        by_id = self.directory.person(words.strip())
        if by_id is not None:
            return (by_id,), True
        named = self.directory.named_exactly(said)
        if not named.people:
            named = self.directory.named(said)
        if named.people:
            return named.people, named.is_sure
        return self.people_concerned(said)

    def people_concerned(self, words: str) -> tuple[tuple[Person, ...], bool]:
        """Find who deals with the matter that plain words tell of; and whether surely."""
        concerned = self._subjects.whose(words)
        return concerned.people, concerned.is_sure

    def _facts_of(
        self, ids: Sequence[str], question: str, meaning: Meaning | None
    ) -> tuple[Fact, ...]:
        found = [self._facts[fact_id] for fact_id in ids if fact_id in self._facts]
        if found or not question or not self._of:
            return tuple(found)
        best = self._alike(question, meaning)
        ranked = nlargest(_MOST_FACTS, best, key=best.__getitem__)
        alike, nearly = _ALIKE, _NEARLY_BEST
        if meaning is not None and self.has_meanings:
            alike, nearly = _ALIKE_IN_MEANING, _NEARLY_BEST_IN_MEANING
        least = max(alike, nearly * best[ranked[0]])
        return tuple(self._facts[of] for of in ranked if best[of] >= least)

    def _alike(self, question: str, meaning: Meaning | None) -> dict[str, float]:
        """Give how like each fact is to a question, by the likest way of asking for it."""
        best: dict[str, float] = {}
        for of, alike in zip(self._of, self._likeness.to(question, meaning).tolist(), strict=True):
            if alike > best.get(of, -1.0):
                best[of] = alike
        return best

    def _near(self, question: str) -> Sequence[Fact]:
        """Give the facts to choose from after a question in vain."""
        if len(self.office.facts) <= MOST_TITLES:
            return self.office.facts
        best = self._alike(question, None)
        return [self._facts[of] for of in nlargest(_TITLES_NEAR, best, key=best.__getitem__)]

    def _hours_of(self, day: str, question: str, now_wall: datetime) -> list[dict[str, str]]:
        hours = self.office.hours
        today = local_time(hours, now_wall).date()
        asks = day or (question if _ASKS_HOURS & set(plain(question).split()) else "")
        if not asks:
            return []
        if day.strip().lower() in {"week", "all", "every day"}:
            return [{"id": _WEEK_ID, "text": describe_week(hours)}]
        read = read_day(hours, asks, today)
        if read is None:
            return [{"id": _WEEK_ID, "text": describe_week(hours)}]
        ahead = {today: "today", today + timedelta(days=1): "tomorrow"}
        called = ahead.get(read.day, read.called)
        text = describe_day(hours, DayRead(read.day, called), now_wall)
        return [{"id": f"hours:{read.day.isoformat()}", "text": text}]

    def _people_of(self, words: str, question: str) -> tuple[Person, ...]:
        if words:
            return self.people_meant(words)[0]
        return self.directory.named_exactly(plain(question)).people if question else ()


def hours_asked_for(arguments: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Give what a question asks of the hours, and that alone; None if it asks nothing of them."""
    day = _text(arguments.get("day"))
    question = _text(arguments.get("question"))[:_LONGEST_QUESTION]
    if not day and _ASKS_HOURS & set(plain(question).split()):
        day = question
    return {"day": day} if day else None


def _told_of(person: Person, away: str) -> dict[str, Any]:
    """Tell of a person what a caller may know."""
    text = f"{person.name} is our {person.role}. {away}".strip()
    if not person.takes_calls or person.mobile is None:
        text += f" {person.name} takes messages only."
    return {"id": f"person:{person.id}", "person_id": person.id, "text": text}


def _text(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _ids(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, list | tuple):
        return ()
    named = [str(one).strip().removeprefix("fact:") for one in value[:_MOST_IDS]]
    return tuple(dict.fromkeys(named))
