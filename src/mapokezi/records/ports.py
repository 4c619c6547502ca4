"""Through what the bridge and the desk use the records: `mapokezi.stores` stands behind it."""

from __future__ import annotations

from datetime import date, tzinfo
from enum import StrEnum
from typing import Protocol

from mapokezi.calls import CallId, OfficeId
from mapokezi.records.call_record import CallInFull, CallRecord
from mapokezi.records.changes import Change
from mapokezi.records.lists import (
    ALL_CALLS,
    ALL_MESSAGES,
    PAGE_LIMIT,
    CallFilter,
    CallPage,
    DayCount,
    MessageFilter,
    MessagePage,
    PageMark,
)
from mapokezi.records.message_record import MessageId, MessageRecord


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
