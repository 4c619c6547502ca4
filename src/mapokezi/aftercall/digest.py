"""The day in short, for each office in the evening of its own clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mapokezi.aftercall.effects import NOT_NEEDED, Clock, Effect, Step
from mapokezi.aftercall.rounds import Round
from mapokezi.calls import OfficeId
from mapokezi.receptionist.digest import DayFacts, Digest, digest_of
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.telling import plan_notices
from mapokezi.receptionist.telling_event import TellingEvent
from mapokezi.records.lists import CallFilter, day_span
from mapokezi.records.notices import NoticeKind
from mapokezi.stores.database import Database, ReadOnlyDatabase
from mapokezi.stores.effects import DueEffect
from mapokezi.units import Money

DIGEST = "digest"
_STILL_WORTH = timedelta(hours=16)
"""A desk that comes up the next morning still tells of the day before."""


@dataclass(frozen=True, slots=True)
class DigestParts:
    """What digests are made with."""

    records: Database
    offices: Mapping[OfficeId, Office]
    now: Clock
    at: time
    """On each office's own clock."""
    planned: Callable[[], None]


class Digests:
    """Tells each office of its day."""

    def __init__(self, parts: DigestParts) -> None:
        """Take the records and the offices."""
        self._parts = parts

    def effect(self) -> Effect:
        """What is done once a day for each office."""
        return Effect(DIGEST, (Step("tell_digest", self.tell),))

    def round(self) -> Round:
        """When it is done, and for which days."""
        return Round(DIGEST, self._subjects)

    async def tell(self, due: DueEffect) -> str:
        """Plan an office's digest of a day; a day without calls and tasks is not told."""
        found = self._read(due.subject)
        if found is None:
            return NOT_NEEDED
        office, day = found
        facts = await facts_of(self._parts.records, office, day, self._parts.now())
        if not facts.calls.total and not facts.tasks.open and not facts.tasks.taken:
            return NOT_NEEDED
        digest = digest_of(facts, office.telling.language)
        event = TellingEvent(
            kind=NoticeKind.DIGEST,
            subject=due.subject,
            office_id=office.id,
            at=self._parts.now(),
            title=digest.title,
            text=digest.text,
        )
        planned = plan_notices(event, office, self._parts.now())
        if planned and await self._parts.records.notice_book.plan(planned):
            self._parts.planned()
        return ""

    def _subjects(self, now: datetime) -> tuple[str, ...]:
        """One for each office whose hour has come, today or, this morning, yesterday."""
        found = []
        for office in self._parts.offices.values():
            local = now.astimezone(ZoneInfo(office.hours.timezone))
            told_at = datetime.combine(local.date(), self._parts.at, local.tzinfo)
            if local < told_at:
                told_at -= timedelta(days=1)
            if local - told_at < _STILL_WORTH:
                found.append(f"{DIGEST}.{told_at:%Y%m%d}.{office.id}")
        return tuple(found)

    def _read(self, subject: str) -> tuple[Office, date] | None:
        _, day, office_id = subject.split(".", 2)
        office = self._parts.offices.get(OfficeId(office_id))
        return None if office is None else (office, datetime.strptime(day, "%Y%m%d").date())  # noqa: DTZ007


async def facts_of(records: ReadOnlyDatabase, office: Office, day: date, now: datetime) -> DayFacts:
    """Gather what is known of an office's day."""
    zone = ZoneInfo(office.hours.timezone)
    begins, ends = day_span(day, zone)
    (counts,) = await records.calls.counts_per_day(day, day, zone, office.id)
    tasks = await records.tasks.counts(now, office.id, begins)
    cost, is_estimated = await _cost(
        records, CallFilter(office_id=office.id, arrived_from=begins, arrived_before=ends)
    )
    return DayFacts(office.name, counts, tasks, cost, is_estimated)


async def _cost(records: ReadOnlyDatabase, wanted: CallFilter) -> tuple[Money | None, bool]:
    sums: dict[str, int] = {}
    is_estimated, older = False, None
    while True:
        page = await records.calls.page(wanted, older, limit=200)
        for call in page.calls:
            if call.cost is not None:
                amount = call.cost.amount
                sums[amount.currency] = sums.get(amount.currency, 0) + amount.minor
                is_estimated = is_estimated or call.cost.estimated
        older = page.older
        if older is None:
            break
    if len(sums) != 1:  # none, or two that nobody can add
        return None, is_estimated
    ((currency, minor),) = sums.items()
    return Money(minor, currency), is_estimated


__all__ = ["DIGEST", "Digest", "DigestParts", "Digests", "facts_of"]
