"""An answer from the desk becomes a fact of the office's: in its files, and as a version.

It is written into ``facts.md`` in the office's folder, for a folder is what an office is: so it
is exported, compared and undone like any other change, and the line takes it up by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import structlog

from mapokezi.app.office_editing import OfficeEditing
from mapokezi.app.offices import StandingOffices
from mapokezi.bridge import clock
from mapokezi.config import Settings
from mapokezi.receptionist.hours import local_time
from mapokezi.receptionist.office import Fact, Office
from mapokezi.records.open_questions import Answer, SettleQuestions
from mapokezi.stores.database import Database
from mapokezi.stores.facts_added import FACTS_FILE, NewFact, add_fact
from mapokezi.stores.office_files import office_of_texts

log = structlog.get_logger("mapokezi.app.answering")


class Answering:
    """Makes facts of answers, one after the other."""

    def __init__(
        self,
        settings: Settings,
        records: Database,
        standing: StandingOffices | None = None,
        now: Callable[[], datetime] = clock.wall,
        editing: OfficeEditing | None = None,
    ) -> None:
        """Answer for the offices of these settings.

        Args:
            settings: The operator's settings.
            records: Where versions and questions are kept.
            standing: The offices of a running program, which then knows the fact at once.
            now: The wall clock, in UTC.
            editing: Whoever else changes them in this process does so by it, too.
        """
        self._records = records
        self._now = now
        self._editing = editing or OfficeEditing(settings, records, standing, now)

    async def answer(self, answer: Answer) -> str:
        """Make a fact of an answer, and settle the questions by it.

        Returns:
            The fact's id.

        Raises:
            ConfigurationError: If the folder is wrong, or none of this office's is known.
            FactNotAddedError: If what was written is no fact.
            OfficeNotWrittenError: If the disk does not take it.
        """
        office, fact_id = await self._add(answer)
        settled = SettleQuestions(answer.question_ids, answer.by, self._now(), fact_id)
        await self._records.writer.commit(settled)
        log.info("question_answered", office=office.id, fact=fact_id, version=office.version)
        return fact_id

    async def _add(self, answer: Answer) -> tuple[Office, str]:
        added: list[Fact] = []

        def with_fact(texts: Mapping[str, str]) -> Mapping[str, str]:
            before = office_of_texts(texts, answer.office_id)
            today = local_time(before.hours, self._now()).date()
            new = NewFact(answer.title, answer.answer, answer.asked_as, answer.by, today)
            whole, fact = add_fact(texts.get(FACTS_FILE, ""), new)
            added.append(fact)
            return {**texts, FACTS_FILE: whole}

        office = await self._editing.change(answer.office_id, with_fact, answer.who)
        return office, added[0].id
