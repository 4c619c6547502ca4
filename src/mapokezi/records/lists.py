"""How records are listed: what is asked for, page by page, and by day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Self

from mapokezi.calls import CallId, OfficeId, Outcome
from mapokezi.errors import MapokeziError
from mapokezi.records.call_record import CallRecord
from mapokezi.records.instants import require_utc
from mapokezi.records.message_record import MessageRecord
from mapokezi.records.notices import Notice, NoticeState
from mapokezi.units import E164

PAGE_LIMIT = 50
"""As many as fit a screen or two."""


class PageMarkError(MapokeziError):
    """A page's mark, which came back from a browser, cannot be read."""


@dataclass(frozen=True, slots=True)
class PageMark:
    """Where a page ended: the next one goes on with what is older.

    A mark names a record and not a count, so a page neither repeats nor skips one when new
    records arrive in between, and the hundredth page costs as much as the first.
    """

    at: datetime
    id: str

    def __str__(self) -> str:
        """For a URL: ``2026-11-22T06:30:00.250000~call-7``."""
        return f"{self.at.astimezone(UTC).replace(tzinfo=None).isoformat()}~{self.id}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Read what ``str`` wrote.

        Raises:
            PageMarkError: it is not of that form.
        """
        instant, tilde, record_id = text.partition("~")
        try:
            at = datetime.fromisoformat(instant)
        except ValueError:
            raise PageMarkError("a page's mark begins with an instant") from None
        if not tilde or not record_id or at.tzinfo is not None:
            raise PageMarkError("a page's mark is an instant in UTC, a tilde and an id")
        return cls(at.replace(tzinfo=UTC), record_id)


@dataclass(frozen=True, slots=True)
class CallFilter:
    """Which calls are wanted; what is None does not matter."""

    office_id: OfficeId | None = None
    outcome: Outcome | None = None
    caller: E164 | None = None
    arrived_from: datetime | None = None
    """This instant included."""
    arrived_before: datetime | None = None
    """This instant excluded."""

    def __post_init__(self) -> None:
        """Check the instants."""
        require_utc(self.arrived_from, "CallFilter.arrived_from")
        require_utc(self.arrived_before, "CallFilter.arrived_before")


@dataclass(frozen=True, slots=True)
class MessageFilter:
    """Which messages are wanted; what is None or False does not matter."""

    office_id: OfficeId | None = None
    call_id: CallId | None = None
    unread_only: bool = False


@dataclass(frozen=True, slots=True)
class NoticeFilter:
    """Which notices are wanted; what is None or empty does not matter."""

    office_id: OfficeId | None = None
    call_id: CallId | None = None
    states: frozenset[NoticeState] = frozenset()


ALL_CALLS = CallFilter()
ALL_MESSAGES = MessageFilter()
ALL_NOTICES = NoticeFilter()


@dataclass(frozen=True, slots=True)
class CallPage:
    """Some calls, the latest first."""

    calls: tuple[CallRecord, ...]
    older: PageMark | None
    """Ask with it for the next page; None if there is none."""


@dataclass(frozen=True, slots=True)
class MessagePage:
    """Some messages, the latest first."""

    messages: tuple[MessageRecord, ...]
    older: PageMark | None
    """Ask with it for the next page; None if there is none."""


@dataclass(frozen=True, slots=True)
class NoticePage:
    """Some notices, the latest first."""

    notices: tuple[Notice, ...]
    older: PageMark | None
    """Ask with it for the next page; None if there is none."""


@dataclass(frozen=True, slots=True)
class DayCount:
    """How many calls a day saw, by what they came to."""

    day: date
    """In the office's time zone."""
    outcomes: dict[Outcome, int] = field(default_factory=dict)
    """Outcomes that did not occur are missing."""
    in_progress: int = 0

    @property
    def total(self) -> int:
        """All calls that arrived on the day."""
        return sum(self.outcomes.values()) + self.in_progress


def day_span(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """A local day as instants in UTC: its first, and the first after it.

    Days on which clocks change are 23 or 25 hours long.
    """
    first = datetime.combine(day, time.min, tzinfo=zone)
    after = datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone)
    return first.astimezone(UTC), after.astimezone(UTC)
