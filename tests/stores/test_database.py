"""The database of a process: opened, killed, opened again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import CompoundSelect, Select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from mapokezi.calls import CallId, OfficeId, Outcome
from mapokezi.records.changes import SaveArrival, SaveMessage
from mapokezi.records.lists import CallFilter, MessageFilter, PageMark
from mapokezi.stores import calls, messages
from mapokezi.stores.database import (
    DatabaseSettings,
    open_database,
    open_for_reading,
    upgrade,
)
from mapokezi.stores.dialects import ConnectionSettings, make_engine, make_file, read_url
from mapokezi.stores.errors import (
    DatabaseInUseError,
    DatabaseMissingError,
    DatabaseUnreachableError,
    DatabaseVersionError,
)
from mapokezi.stores.in_use import in_use_alone
from mapokezi.units import E164

if TYPE_CHECKING:
    from tests.sample_records import Examples

pytestmark = pytest.mark.anyio


async def test_a_command_reads_beside_the_process_that_writes(
    settings: DatabaseSettings, examples: Examples
) -> None:
    async with open_database(settings) as writing, open_for_reading(settings.url) as reading:
        await writing.writer.commit(SaveArrival(examples.arrival()))
        await writing.writer.commit(SaveMessage(examples.message()))
        assert (await reading.calls.page()).calls == (examples.arrival(),)
        assert (await reading.messages.page()).messages == (examples.message(),)


async def test_reading_makes_no_database(
    sqlite_settings: DatabaseSettings, sqlite_file: Path
) -> None:
    """SQLite's own."""
    with pytest.raises(DatabaseMissingError):
        async with open_for_reading(sqlite_settings.url):
            pass
    assert not sqlite_file.parent.exists()


async def test_reading_refuses_other_tables(database_url: str) -> None:
    make_file(read_url(database_url))
    with pytest.raises(DatabaseVersionError):
        async with open_for_reading(database_url):
            pass


async def test_a_server_that_is_not_there_is_told_in_one_line(tmp_path: Path) -> None:
    url = f"postgresql://mapokezi:s3cret@/records?host={tmp_path}"
    settings = DatabaseSettings(url=url, spill_file=tmp_path / "spill.jsonl")
    for opened in (open_for_reading(url), open_database(settings)):
        with pytest.raises(DatabaseUnreachableError) as told:
            async with opened:
                pass
        assert f"records on {tmp_path} cannot be reached" in str(told.value)
        assert "s3cret" not in str(told.value)
        assert "\n" not in str(told.value)


async def test_nobody_opens_it_while_it_is_restored(
    sqlite_settings: DatabaseSettings, sqlite_file: Path
) -> None:
    folder = sqlite_settings.spill_file.parent
    with in_use_alone(folder), pytest.raises(DatabaseInUseError, match="being restored"):
        async with open_database(sqlite_settings):
            pass
    assert not sqlite_file.exists()  # noqa: ASYNC240
    async with open_database(sqlite_settings):
        with pytest.raises(DatabaseInUseError, match="stop `mapokezi serve`"), in_use_alone(folder):
            pass
    with in_use_alone(folder):
        pass


KILLED = """
import asyncio, sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from mapokezi.calls import Outcome, Termination, TerminationReason, TerminationResult
from mapokezi.records.call_record import CallRecord, TimelineEntry
from mapokezi.records.changes import SaveArrival, SaveEnd, SaveTimeline
from mapokezi.stores.database import DatabaseSettings, open_database

async def main():
    settings = DatabaseSettings(url=sys.argv[1], spill_file=Path(sys.argv[2]))
    at = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
    async with open_database(settings) as database:
        number = 0
        while True:
            arrived = CallRecord(
                f"c-{number}", f"HD_{number}", "law-office", None, "+254209000000", at, "n-1"
            )
            database.writer.put(SaveArrival(arrived))
            entry = TimelineEntry(arrived.call_id, 0, 2_000, "media_opened")
            database.writer.put(SaveTimeline((entry,)))
            if number % 2:
                ended = replace(
                    arrived,
                    ended_at=at + timedelta(seconds=9),
                    outcome=Outcome.RESOLVED,
                    termination=Termination(
                        TerminationResult.COMPLETED, TerminationReason.CALLER_HUNG_UP
                    ),
                )
                await database.writer.commit(SaveEnd(ended))
                print(arrived.call_id, flush=True)
            number += 1

asyncio.run(main())
"""


def run_and_kill(settings: DatabaseSettings) -> set[str]:
    """The calls that a process says it has ended, until it is killed in the middle of others."""
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, settings.url, settings.spill_file],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout as said:
        finished = {said.readline().strip() for _ in range(15)}
        process.kill()
        finished |= {line.strip() for line in said if line.endswith("\n")}
    process.wait()
    return finished


async def test_no_finished_record_is_lost_when_the_program_is_killed(
    settings: DatabaseSettings,
) -> None:
    """Another process ends calls, and says so as soon as it may; it is killed in the middle."""
    finished = set()
    for _ in range(3):
        finished |= run_and_kill(settings)
    assert len(finished) >= 15
    async with open_database(settings) as database:
        interrupted = await database.mark_left_open_as_interrupted("n-1")
        page = await database.calls.page(limit=100_000)
        by_id = {call.call_id: call for call in page.calls}
        assert finished <= set(by_id)
        for call_id in finished:
            assert by_id[CallId(call_id)].outcome is Outcome.RESOLVED
        assert interrupted
        for call_id in interrupted:
            assert by_id[call_id].outcome is Outcome.FAILED
            assert by_id[call_id].length_ms in {0, 2_000}
        assert all(call.ended_at is not None for call in page.calls)


MARK = PageMark.read("2026-11-22T06:30:00~c-1")
LAW = OfficeId("law-office")
PAGES = [
    calls.page_query(CallFilter(), MARK, 50),
    calls.page_query(CallFilter(office_id=LAW), MARK, 50),
    calls.page_query(CallFilter(outcome=Outcome.FLASH), MARK, 50),
    calls.page_query(CallFilter(LAW, Outcome.FLASH), MARK, 50),
    calls.page_query(CallFilter(caller=E164("+254722000001")), MARK, 50),
    calls.page_query(CallFilter(LAW, arrived_from=MARK.at), None, 50),
    messages.page_query(MessageFilter(), MARK, 50),
    messages.page_query(MessageFilter(LAW), MARK, 50),
    messages.page_query(MessageFilter(LAW, unread_only=True), MARK, 50),
    messages.page_query(MessageFilter(unread_only=True), MARK, 50),
    messages.page_query(MessageFilter(call_id=CallId("c-1")), None, 50),
]


@pytest.mark.parametrize("query", PAGES)
async def test_a_page_is_read_along_an_index(
    sqlite_settings: DatabaseSettings, query: Select[Any]
) -> None:
    """SQLite's own: its plan neither walks a whole table nor sorts."""
    await upgrade(sqlite_settings.url)
    engine = make_engine(read_url(sqlite_settings.url), ConnectionSettings(), writes=False)
    try:
        async with engine.connect() as connection:
            plan = await plan_of(connection, query)
    finally:
        await engine.dispose()
    assert "SEARCH" in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize(
    ("office", "index"), [(LAW, "ix_calls_office_arrived"), (None, "ix_calls_arrived")]
)
async def test_a_day_is_counted_from_the_index_alone(
    sqlite_settings: DatabaseSettings, office: OfficeId | None, index: str
) -> None:
    """SQLite's own: of the calls of other days it sees nothing."""
    await upgrade(sqlite_settings.url)
    engine = make_engine(read_url(sqlite_settings.url), ConnectionSettings(), writes=False)
    try:
        async with engine.connect() as connection:
            query = calls.count_query([MARK.at.date()] * 2, ZoneInfo("Africa/Nairobi"), office)
            plan = await plan_of(connection, query)
    finally:
        await engine.dispose()
    assert plan.count(f"COVERING INDEX {index} ") == 2
    assert plan.count("arrived_at>? AND arrived_at<?") == 2


async def plan_of(connection: AsyncConnection, query: Select[Any] | CompoundSelect[Any]) -> str:
    compiled = query.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    rows = (await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}")).mappings()
    return " | ".join(str(row["detail"]) for row in rows)


@pytest.mark.parametrize("query", PAGES)
async def test_postgres_reads_a_page_along_an_index(
    postgres_settings: DatabaseSettings, query: Select[Any]
) -> None:
    """Postgres's own: where it may neither walk a table nor sort, it still need do neither.

    A list of what is not read yet it sorts: it does not see that all of one index's first column
    are alike when they are NULL. They are few.
    """
    engine = make_engine(read_url(postgres_settings.url), ConnectionSettings(), writes=False)
    compiled = query.compile(
        dialect=postgresql.dialect(),  # type: ignore[no-untyped-call]
        compile_kwargs={"literal_binds": True},
    )
    sorts = "read_at IS NULL" in str(compiled)
    try:
        async with engine.connect() as connection:
            for way in ("seqscan", "bitmapscan") if sorts else ("seqscan", "bitmapscan", "sort"):
                await connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
            rows = (await connection.exec_driver_sql(f"EXPLAIN {compiled}")).scalars()
            plan = " | ".join(rows)
    finally:
        await engine.dispose()
    assert "Index" in plan
    assert "Seq Scan" not in plan
    assert sorts or "Sort" not in plan
