"""What callers asked and could not be answered, in the database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, RowMapping, delete, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from mapokezi.calls import CallId
from mapokezi.records.open_questions import (
    OpenQuestion,
    QuestionId,
    SaveQuestion,
    SettleQuestions,
)
from mapokezi.stores.column_types import storable
from mapokezi.stores.dialects import insert_into
from mapokezi.stores.schema import open_questions
from mapokezi.units import Milliseconds

MOST = 500
"""Questions in one list; more nobody reads, and each is compared with each."""
_HEARD = ("at", "at_ms", "turn", "words")
"""What a call may still correct; who has settled the question is never undone by it."""


def save_question(connection: Connection, change: SaveQuestion) -> None:
    """Write a question over what stood of it; one without words goes, unless it is settled."""
    question = change.question
    same = open_questions.c.question_id == question.question_id
    if not question.words:
        is_open = open_questions.c.settled_at.is_(None)
        connection.execute(delete(open_questions).where(same, is_open))
        return
    row = _row(question)
    connection.execute(
        insert_into(connection, open_questions)
        .values(row)
        .on_conflict_do_update(
            index_elements=[open_questions.c.question_id],
            set_={name: row[name] for name in _HEARD},
        )
    )


def settle_questions(connection: Connection, change: SettleQuestions) -> None:
    """Write who has answered questions, or put them aside; the first one stands."""
    connection.execute(
        update(open_questions)
        .where(
            open_questions.c.question_id.in_(change.question_ids),
            open_questions.c.settled_at.is_(None),
        )
        .values(settled_at=change.at, settled_by=change.by, fact_id=change.fact_id)
    )


class QuestionStore:
    """Reads questions."""

    def __init__(self, readers: AsyncEngine) -> None:
        """Read through an engine whose connections cannot write."""
        self._readers = readers

    async def open(self, limit: int = MOST) -> tuple[OpenQuestion, ...]:
        """List those that nobody has settled, the latest first."""
        table = open_questions.c
        return await self._list(
            select(open_questions)
            .where(table.settled_at.is_(None))
            .order_by(table.at.desc(), table.question_id)
            .limit(limit)
        )

    async def settled(self, limit: int = 50) -> tuple[OpenQuestion, ...]:
        """List those that were answered or put aside, the latest first."""
        table = open_questions.c
        return await self._list(
            select(open_questions)
            .where(table.settled_at.is_not(None))
            .order_by(table.settled_at.desc(), table.question_id)
            .limit(limit)
        )

    async def of_call(self, call_id: CallId) -> tuple[OpenQuestion, ...]:
        """List those of a call, in their order."""
        wanted = select(open_questions).where(open_questions.c.call_id == call_id)
        return await self._list(wanted.order_by(open_questions.c.at_ms))

    async def _list(self, query: Any) -> tuple[OpenQuestion, ...]:
        async with self._readers.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return tuple(map(_question, rows))


def _row(question: OpenQuestion) -> dict[str, Any]:
    return {
        "question_id": question.question_id,
        "call_id": question.call_id,
        "office_id": question.office_id,
        "at": question.at,
        "at_ms": question.at_ms,
        "turn": question.turn,
        "words": storable(question.words),
        "settled_at": question.settled_at,
        "settled_by": question.settled_by,
        "fact_id": question.fact_id,
    }


def _question(row: RowMapping) -> OpenQuestion:
    return OpenQuestion(
        question_id=QuestionId(row["question_id"]),
        call_id=row["call_id"],
        office_id=row["office_id"],
        at=row["at"],
        at_ms=Milliseconds(row["at_ms"]),
        turn=row["turn"],
        words=row["words"],
        settled_at=row["settled_at"],
        settled_by=row["settled_by"],
        fact_id=row["fact_id"],
    )
