"""What callers asked and the receptionist could not answer, until the office has answered it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from mapokezi.calls import CallId, OfficeId
from mapokezi.records.instants import require_utc
from mapokezi.units import Milliseconds

QuestionId = NewType("QuestionId", str)


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """One question of one call. Answered, it stays until its call's transcript goes."""

    question_id: QuestionId
    call_id: CallId
    office_id: OfficeId
    at: datetime
    at_ms: Milliseconds
    """From the call's arrival: the instant at which it was not answered."""
    words: str
    """The caller's; where a model looked it up in its own, the model's. Empty: it never was."""
    turn: int | None = None
    """The number of the caller's turn; None if that is not known."""
    settled_at: datetime | None = None
    settled_by: str = ""
    fact_id: str = ""
    """The fact that answers it; empty of one that was put aside."""

    def __post_init__(self) -> None:
        """Check the instants."""
        require_utc(self.at, "OpenQuestion.at")
        require_utc(self.settled_at, "OpenQuestion.settled_at")

    @property
    def is_open(self) -> bool:
        """Whether nobody of the office has looked at it."""
        return self.settled_at is None


@dataclass(frozen=True, slots=True)
class SaveQuestion:
    """A caller asked what could not be answered; with no words in it, they did not after all."""

    question: OpenQuestion

    @property
    def call_id(self) -> CallId:
        """The call that it concerns."""
        return self.question.call_id


@dataclass(frozen=True, slots=True)
class SettleQuestions:
    """Somebody of the office has answered these questions, or put them aside."""

    question_ids: tuple[QuestionId, ...]
    by: str
    at: datetime
    fact_id: str = ""
    """Empty: they are not to be answered."""

    def __post_init__(self) -> None:
        """Check the instant."""
        require_utc(self.at, "SettleQuestions.at")


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody of the office answers; it becomes a fact."""

    office_id: OfficeId
    question_ids: tuple[QuestionId, ...]
    """The questions that it answers."""
    title: str
    answer: str
    """As it is said to callers."""
    asked_as: tuple[str, ...]
    """Ways in which callers ask for it, two at least."""
    by: str
    """Who answers, as they say themselves."""
    who: str
    """Who it was for the office's history: ``desk 3f9a2c Brian``, ``command jane``."""
