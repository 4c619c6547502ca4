"""Through what the bridge and the desk use the records: `mapokezi.stores` stands behind it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from enum import StrEnum
from typing import Protocol

from mapokezi.calls import CallId, OfficeId
from mapokezi.records.call_notes import CallNotes
from mapokezi.records.call_record import CallInFull, CallRecord
from mapokezi.records.changes import Change
from mapokezi.records.lists import (
    ALL_CALLS,
    ALL_MESSAGES,
    ALL_NOTICES,
    PAGE_LIMIT,
    CallFilter,
    CallPage,
    DayCount,
    MessageFilter,
    MessagePage,
    NoticeFilter,
    NoticePage,
    PageMark,
)
from mapokezi.records.message_record import MessageId, MessageRecord
from mapokezi.records.notices import Notice, NoticeAttempt, NoticeId
from mapokezi.records.tasks import (
    ALL_OPEN,
    Task,
    TaskCounts,
    TaskFilter,
    TaskId,
    TaskInFull,
)


class Kept(StrEnum):
    """Where a change is safe, once `RecordKeeper.commit` has returned."""

    DATABASE = "database"
    SPILL_FILE = "spill_file"
    """The database would not take it; it is on the disk beside it and goes in later."""


class RecordKeeper(Protocol):
    """Takes changes to the records. Used on the event loop of a live call."""

    def put(self, change: Change) -> None:
        """Have a change carried out soon, within a second as a rule. Never blocks or raises."""

    async def commit(self, change: Change) -> Kept:
        """Have a change carried out and wait until a kill cannot undo it.

        Raises:
            mapokezi.errors.MapokeziError: it could not be kept anywhere.
        """


class CallRecords(Protocol):
    """Reads calls."""

    async def page(
        self,
        wanted: CallFilter = ALL_CALLS,
        older_than: PageMark | None = None,
        limit: int = PAGE_LIMIT,
    ) -> CallPage:
        """List calls, the latest arrival first."""

    async def get(self, call_id: CallId) -> CallInFull | None:
        """One call with its turns and timeline; None if there is none of that id."""

    async def of_session(self, session_id: str) -> CallRecord | None:
        """The latest call of the platform's session; None if there is none."""

    async def counts_per_day(
        self, first: date, last: date, zone: tzinfo, office_id: OfficeId | None = None
    ) -> tuple[DayCount, ...]:
        """Count calls by outcome for each local day from ``first`` to ``last``, both included."""


class MessageRecords(Protocol):
    """Reads messages."""

    async def page(
        self,
        wanted: MessageFilter = ALL_MESSAGES,
        older_than: PageMark | None = None,
        limit: int = PAGE_LIMIT,
    ) -> MessagePage:
        """List messages, the latest first."""

    async def get(self, message_id: MessageId) -> MessageRecord | None:
        """One message; None if there is none of that id."""

    async def unread(self, office_id: OfficeId | None = None) -> int:
        """How many messages nobody has read yet."""


class NoticeRecords(Protocol):
    """Reads notices, and has one sent again."""

    async def page(
        self,
        wanted: NoticeFilter = ALL_NOTICES,
        older_than: PageMark | None = None,
        limit: int = PAGE_LIMIT,
    ) -> NoticePage:
        """List notices, the latest first."""

    async def get(self, notice_id: NoticeId) -> Notice | None:
        """One notice; None if there is none of that id."""

    async def of_call(self, call_id: CallId) -> tuple[Notice, ...]:
        """The notices of a call, as they were planned."""

    async def attempts(self, notice_id: NoticeId) -> tuple[NoticeAttempt, ...]:
        """The attempts at a notice, the first one first."""

    async def in_trouble(self) -> int:
        """How many notices people must look at: failed, or not known to have arrived."""

    async def resend(self, notice_id: NoticeId, now: datetime) -> Notice | None:
        """Have it sent (again), now; None if there is none of that id."""


class TaskRecords(Protocol):
    """Reads tasks."""

    async def page(
        self,
        wanted: TaskFilter = ALL_OPEN,
        after: PageMark | None = None,
        limit: int = PAGE_LIMIT,
    ) -> tuple[tuple[Task, ...], PageMark | None]:
        """List tasks: those to be done by when they are due, those done the latest first."""

    async def get(self, task_id: TaskId) -> TaskInFull | None:
        """One task with its comments; None if there is none of that id."""

    async def of_messages(self, message_ids: tuple[MessageId, ...]) -> dict[MessageId, Task]:
        """The tasks of some messages, by the message."""

    async def counts(
        self, now: datetime, office_id: OfficeId | None = None, since: datetime | None = None
    ) -> TaskCounts:
        """Count tasks; what is late is late by ``now``, those done count from ``since`` on."""


class CallNotesRecords(Protocol):
    """Reads notes of calls."""

    async def get(self, call_id: CallId) -> CallNotes | None:
        """A call's notes; None if there are none."""

    async def of_calls(self, call_ids: Iterable[CallId]) -> dict[CallId, CallNotes]:
        """The notes of some calls, by the call; those without are missing."""
