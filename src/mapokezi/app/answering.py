"""An answer from the desk becomes a fact of the office's: in its files, and as a version.

It is written into ``facts.md`` in the office's folder, for a folder is what an office is: so it
is exported, compared and undone like any other change, and the line takes it up by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import structlog

from mapokezi.app.offices import StandingOffices, keep_version, office_id_of, read_folder
from mapokezi.bridge import clock
from mapokezi.calls import OfficeId
from mapokezi.config import Settings
from mapokezi.errors import ConfigurationError
from mapokezi.receptionist.hours import local_time
from mapokezi.receptionist.office import Office
from mapokezi.records.open_questions import Answer, SettleQuestions
from mapokezi.stores.database import Database
from mapokezi.stores.facts_added import FACTS_FILE, NewFact, add_fact
from mapokezi.stores.office_folder import write_texts

log = structlog.get_logger("mapokezi.app.answering")


class Answering:
    """Makes facts of answers, one after the other."""

    def __init__(
        self,
        settings: Settings,
        records: Database,
        standing: StandingOffices | None = None,
        now: Callable[[], datetime] = clock.wall,
    ) -> None:
        """Answer for the offices of these settings.

        Args:
            settings: The operator's settings.
            records: Where versions and questions are kept.
            standing: The offices of a running program, which then knows the fact at once.
            now: The wall clock, in UTC.
        """
        self._settings = settings
        self._records = records
        self._standing = standing
        self._now = now
        self._one_at_a_time = asyncio.Lock()

    async def answer(self, answer: Answer) -> str:
        """Make a fact of an answer, and settle the questions by it.

        Returns:
            The fact's id.

        Raises:
            ConfigurationError: If the folder is wrong, or none of this office's is known.
            FactNotAddedError: If what was written is no fact.
            OfficeNotWrittenError: If the disk does not take it.
        """
        async with self._one_at_a_time:
            office, fact_id = await self._add(answer)
        if self._standing is not None:
            self._standing.offices[office.id] = office
        settled = SettleQuestions(answer.question_ids, answer.by, self._now(), fact_id)
        await self._records.writer.commit(settled)
        log.info("question_answered", office=office.id, fact=fact_id, version=office.version)
        return fact_id

    async def _add(self, answer: Answer) -> tuple[Office, str]:
        folder, now = self._folder_of(answer.office_id), self._now()
        before, texts = await asyncio.to_thread(read_folder, self._settings, folder)
        today = local_time(before.hours, now).date()
        new = NewFact(answer.title, answer.answer, answer.asked_as, answer.by, today)
        whole, fact = add_fact(texts.get(FACTS_FILE, ""), new)
        texts = {**texts, FACTS_FILE: whole}
        await asyncio.to_thread(write_texts, folder, texts)
        office, _ = await asyncio.to_thread(read_folder, self._settings, folder)
        return await keep_version(self._records, office, texts, now, answer.who), fact.id

    def _folder_of(self, office_id: OfficeId) -> Path:
        for folder in self._settings.office.folders:
            if office_id_of(folder) == office_id:
                return Path(folder)
        raise ConfigurationError(f"office.folders names no folder called {office_id}")
