"""What the tests of the work after calls share: records, an office, receivers, a clock."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from tests.postgres import PostgresServer
from tests.sample_records import Examples

from mapokezi.aftercall.after_call import AfterCall, AfterCallParts
from mapokezi.aftercall.durable import Durable
from mapokezi.aftercall.settings import AfterCallSettings
from mapokezi.calls import Outcome
from mapokezi.notify.results import Refused, Sent
from mapokezi.receptionist.office import Office, Telling, Way
from mapokezi.records.call_record import CallRecord
from mapokezi.records.changes import SaveArrival, SaveEnd, SaveMessage
from mapokezi.records.message_record import MessageRecord
from mapokezi.records.notices import Notice, NoticeState, WayKind
from mapokezi.stores.database import (
    Database,
    DatabaseSettings,
    WriterSettings,
    open_database,
    upgrade,
)
from mapokezi.stores.office_files import read_office

LAW_OFFICE = Path(__file__).parents[2] / "examples" / "law-office"
NOON = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday, noon in Nairobi: the office is open."""


@dataclass
class Clock:
    """The time of day, moved by hand."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at

    def on(self, **span: float) -> None:
        """Let time pass."""
        self.at += timedelta(**span)


@dataclass
class Receivers:
    """Where notices go: takes them, or is down, hangs, or fails in the middle."""

    taken: list[Notice] = field(default_factory=list)
    tried: list[Notice] = field(default_factory=list)
    is_down: bool = False
    refuses: str = ""
    """The ways by which nothing can be sent, ever."""
    hangs: str = ""
    """The ways that never answer."""
    at_each: Callable[[Notice], None] = lambda _notice: None
    held: asyncio.Event | None = None

    async def send(self, notice: Notice) -> Sent | Refused:
        self.tried.append(notice)
        self.at_each(notice)
        if self.held is not None:
            await self.held.wait()
        if notice.way in self.refuses.split():
            return Refused("this address is not known", may_retry=False)
        if notice.way in self.hangs.split():
            return Refused("it did not answer in time", maybe_arrived=True)
        if self.is_down:
            return Refused("it is not reached")
        self.taken.append(notice)
        return Sent("ok")

    @property
    def texts(self) -> list[str]:
        """What arrived."""
        return [notice.text for notice in self.taken]


@dataclass
class Stage:
    """The work after calls over a real database."""

    work: AfterCall
    records: Database
    clock: Clock
    receivers: Receivers
    examples: Examples = field(default_factory=Examples)

    def message(self, number: int = 0, for_person: str = "wanjiku-kamau") -> MessageRecord:
        """A message that has just been left, not urgent."""
        message = self.examples.message(number, for_person=for_person)
        return replace(message, created_at=self.clock(), urgent=False, unsure=())

    def ended(self, number: int = 0, outcome: Outcome = Outcome.RESOLVED) -> CallRecord:
        """A call that has just ended."""
        ended = self.examples.ended(number, outcome)
        later = self.clock() - ended.arrived_at - timedelta(seconds=65)
        return replace(
            ended,
            arrived_at=ended.arrived_at + later,
            answered_at=None if ended.answered_at is None else ended.answered_at + later,
            ended_at=None if ended.ended_at is None else ended.ended_at + later,
            hand_offs=(),
        )

    async def leave(self, *messages: MessageRecord) -> None:
        """Have messages on record, as the line puts them there."""
        for message in messages:
            await self.records.writer.commit(SaveMessage(message))

    async def end(self, *calls: CallRecord) -> None:
        """Have ended calls on record."""
        for call in calls:
            await self.records.writer.commit(SaveArrival(call))
            await self.records.writer.commit(SaveEnd(call))

    async def look(self) -> None:
        """Look once, and wait until all that was begun has ended; then look again for what came."""
        while await self.work.sweep.look() or self.work.durable.active:
            await self.rest()

    async def sweep(self) -> None:
        """Sweep once, look, and wait until all that was begun has ended."""
        while await self.work.sweep.sweep() or self.work.durable.active:
            await self.rest()
        await self.look()

    async def rest(self) -> None:
        """Wait until nothing is under way."""
        ends_at = time.monotonic() + 20.0
        while self.work.durable.active:
            assert time.monotonic() < ends_at, "the work does not end"
            await asyncio.sleep(0.01)

    async def notices(self, *states: NoticeState) -> list[Notice]:
        """The notices, as they were planned; of some states."""
        page = await self.records.notice_book.page(limit=500)
        return [one for one in reversed(page.notices) if not states or one.state in states]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def receivers() -> Receivers:
    return Receivers()


@pytest.fixture(scope="session")
def office() -> Office:
    """The example's office; its people are told by SMS, and one by e-mail besides."""
    found = read_office(LAW_OFFICE)
    people = tuple(
        msgspec.structs.replace(
            person,
            ways=(
                Way(way="sms", to=f"+25470000000{number}", kind=WayKind.SMS),
                *(
                    [Way(way="email", to="desk@example.co.ke", kind=WayKind.EMAIL)]
                    if not number
                    else []
                ),
            ),
            quiet=(),
            quiet_days=(),
        )
        for number, person in enumerate(found.people)
    )
    return msgspec.structs.replace(
        found, people=people, telling=Telling(take_within_minutes=60, urgent_within_minutes=10)
    )


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.long)])
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of database, for records and for the durable work's own tables."""
    return str(request.param)


@pytest.fixture
def database_url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database; on Postgres the tables are there already, the work's own, too."""
    if kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'mapokezi.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database("work", _with_the_works_tables) as url:
        yield url


async def _with_the_works_tables(url: str) -> None:
    await upgrade(url)
    durable = Durable(url, {})
    await durable.open()
    await durable.close()


@pytest.fixture
def database_settings(database_url: str, tmp_path: Path) -> DatabaseSettings:
    return DatabaseSettings(
        url=database_url,
        spill_file=tmp_path / "spill.jsonl",
        writer=WriterSettings(linger_s=0.005),
    )


@pytest.fixture
async def stage(
    database_settings: DatabaseSettings, office: Office, clock: Clock, receivers: Receivers
) -> AsyncIterator[Stage]:
    """The work after calls, opened, and nothing going on by itself."""
    async with staged(database_settings, office, clock, receivers) as found:
        yield found


@asynccontextmanager
async def staged(
    database: DatabaseSettings,
    office: Office,
    clock: Clock,
    receivers: Receivers,
    **more: object,
) -> AsyncIterator[Stage]:
    """Open the work after calls."""
    async with open_database(database) as records:
        parts = AfterCallParts(
            records=records,
            url=database.url,
            offices={office.id: office},
            sender=receivers,
            now=clock,
            settings=AfterCallSettings(digest_at=None),
        )
        work = AfterCall(replace(parts, **more))  # type: ignore[arg-type]
        await records.notice_book.free_left_open(clock())
        await work.durable.open()
        try:
            yield Stage(work, records, clock, receivers)
        finally:
            await work.durable.close()
