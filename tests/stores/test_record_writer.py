"""The one task that writes the records."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from mapokezi.calls import CallId
from mapokezi.records.call_record import TimelineEntry
from mapokezi.records.changes import Change, SaveArrival, SaveEnd, SaveTimeline, SaveTurn
from mapokezi.records.ports import Kept, RecordKeeper
from mapokezi.stores.database import (
    Database,
    DatabaseSettings,
    RecordWriter,
    WriterSettings,
    open_database,
)
from mapokezi.stores.errors import RecordNotKeptError
from mapokezi.stores.spill import SpillFile
from mapokezi.units import Milliseconds

if TYPE_CHECKING:
    from tests.sample_records import Examples
    from tests.stores.conftest import Locked

pytestmark = pytest.mark.anyio


async def kept_calls(database: Database) -> list[str]:
    page = await database.calls.page(limit=10_000)
    return sorted(call.call_id for call in page.calls)


async def until(condition: Callable[[], bool]) -> None:
    """Let the loop run until the condition holds; the test's own time limit ends it."""
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - the writer tells nobody but its counts
            await asyncio.sleep(0.005)


async def test_what_was_put_is_there_after_closing(
    settings: DatabaseSettings, examples: Examples
) -> None:
    async with open_database(settings) as database:
        keeper: RecordKeeper = database.writer
        for number in range(500):
            keeper.put(SaveArrival(examples.arrival(number)))
    async with open_database(settings) as database:
        assert len(await kept_calls(database)) == 500


async def test_many_changes_share_a_transaction(
    settings: DatabaseSettings, examples: Examples
) -> None:
    async with open_database(settings) as database:
        for number in range(500):
            database.writer.put(SaveArrival(examples.arrival(number)))
        assert await database.writer.commit(SaveEnd(examples.ended(1))) is Kept.DATABASE
        counts = database.writer.counts
        assert counts.kept == 501
        assert counts.transactions <= 4


async def test_an_arrival_waits_for_few_transactions_under_load(
    settings: DatabaseSettings, examples: Examples
) -> None:
    """With the settings that the program ships with, and all the calls of a busy line talking."""
    settings = replace(settings, writer=WriterSettings())
    async with open_database(settings) as database:
        await database.writer.commit(SaveArrival(examples.arrival(0)))
        for number in range(300):
            database.writer.put(SaveTurn(examples.turn(0, number)))
            database.writer.put(
                SaveTimeline(tuple(examples.entry(0, number * 16 + n) for n in range(16)))
            )
        before = database.writer.counts.transactions
        database.writer.put(SaveArrival(examples.arrival(1)))
        async with asyncio.timeout(60):
            while len(await kept_calls(database)) < 2:  # noqa: ASYNC110 - as a reader sees it
                await asyncio.sleep(0.01)
        # bench/store_queries.py measures what a transaction takes: a few milliseconds.
        assert database.writer.counts.transactions - before <= 4


async def test_commit_does_not_wait_for_company(
    settings: DatabaseSettings, examples: Examples
) -> None:
    settings = replace(settings, writer=replace(settings.writer, linger_s=30.0))
    async with open_database(settings) as database, asyncio.timeout(30):
        database.writer.put(SaveArrival(examples.arrival(0)))
        await database.writer.commit(SaveTurn(examples.turn(0)))
        assert await kept_calls(database) == ["c-000000"]


async def test_a_change_that_fails_is_spilled_and_the_rest_goes_on(
    settings: DatabaseSettings, examples: Examples
) -> None:
    orphan = SaveTurn(examples.turn(call=7))
    async with open_database(settings) as database:
        database.writer.put(SaveArrival(examples.arrival(0)))
        database.writer.put(orphan)
        database.writer.put(SaveArrival(examples.arrival(1)))
        assert await database.writer.commit(SaveTurn(examples.turn(1))) is Kept.DATABASE
        counts = database.writer.counts
        assert await kept_calls(database) == ["c-000000", "c-000001"]
        await until(lambda: counts.spilled == 1)
        assert (counts.kept, counts.retried, counts.lost) == (3, 1, 0)
        # Its call comes late: then the turn goes in after all.
        await database.writer.commit(SaveArrival(examples.arrival(7)))
    async with open_database(settings) as database:
        found = await database.calls.get(CallId("c-000007"))
        assert found is not None
        assert found.turns in {(), (examples.turn(call=7),)}
        refused = settings.spill_file.with_name("line.spill.jsonl.refused")
        assert refused.exists() is (found.turns == ())


async def test_what_is_spilled_at_the_end_is_there_at_the_next_start(
    settings: DatabaseSettings, examples: Examples
) -> None:
    settings = replace(settings, writer=replace(settings.writer, read_back_s=1_000.0))
    async with open_database(settings) as database:
        assert await database.writer.commit(SaveTurn(examples.turn(7))) is Kept.SPILL_FILE
        await database.writer.commit(SaveArrival(examples.arrival(7)))
    async with open_database(settings) as database:
        assert database.writer.counts.read_back == 1
        found = await database.calls.get(CallId("c-000007"))
        assert found is not None
        assert found.turns == (examples.turn(7),)
    assert not list(settings.spill_file.parent.glob("*.spill*"))


async def test_what_can_never_be_carried_out_is_kept_for_the_operator(
    settings: DatabaseSettings, examples: Examples
) -> None:
    spill = SpillFile(settings.spill_file)
    spill.append([SaveTurn(examples.turn(7)), SaveArrival(examples.arrival(1))])
    with settings.spill_file.open("a") as file:
        file.write("{half a li")
    async with open_database(settings) as database:
        assert await kept_calls(database) == ["c-000001"]
        assert database.writer.counts.refused == 2
    refused = settings.spill_file.with_name("line.spill.jsonl.refused").read_text()
    assert refused.splitlines()[0] == "{half a li"
    assert "SaveTurn" in refused.splitlines()[1]


# A database that takes nothing for a while: another process holds its lock.


async def test_a_locked_database_costs_nothing(
    settings: DatabaseSettings, locked: Locked, examples: Examples
) -> None:
    async with open_database(settings) as database:
        with locked():
            kept = await database.writer.commit(SaveArrival(examples.arrival(0)))
            assert kept is Kept.SPILL_FILE
            assert await kept_calls(database) == []
        counts = database.writer.counts
        await until(lambda: counts.read_back == 1)  # while the program runs
        assert await kept_calls(database) == ["c-000000"]
        assert counts.lost == counts.refused == 0


async def test_a_full_queue_spills_and_never_blocks(
    settings: DatabaseSettings, locked: Locked, examples: Examples
) -> None:
    few = replace(settings.writer, queue_limit=5, read_back_s=1_000.0)
    settings = replace(
        settings, writer=few, connection=replace(settings.connection, busy_timeout_ms=500)
    )
    async with open_database(settings) as database:
        with locked():
            began = time.monotonic()
            for number in range(100):
                database.writer.put(SaveArrival(examples.arrival(number)))
            assert time.monotonic() - began < 10  # blocked, each would take half a second
            await until(lambda: database.writer.counts.spilled >= 90)
            late = await database.writer.commit(SaveArrival(examples.arrival(100)))
            assert late is Kept.SPILL_FILE
    async with open_database(settings) as database:
        assert len(await kept_calls(database)) == 101


async def test_a_change_after_the_end_is_spilled(
    settings: DatabaseSettings, examples: Examples
) -> None:
    async with open_database(settings) as database:
        pass
    database.writer.put(SaveArrival(examples.arrival(0)))
    assert await database.writer.commit(SaveArrival(examples.arrival(1))) is Kept.SPILL_FILE
    async with open_database(settings) as database:
        assert await kept_calls(database) == ["c-000000", "c-000001"]


async def test_closing_has_a_limit_and_spills_what_is_left(
    settings: DatabaseSettings, locked: Locked, examples: Examples
) -> None:
    settings = replace(settings, connection=replace(settings.connection, busy_timeout_ms=1_500))
    async with open_database(settings) as database:
        with locked():
            for number in range(10):
                database.writer.put(SaveArrival(examples.arrival(number)))
            await database.writer.close(limit_s=0.1)
    async with open_database(settings) as database:
        assert len(await kept_calls(database)) == 10


class FullDisk(SpillFile):
    """A spill file on a disk that takes nothing while ``full``."""

    full = True

    def append(self, changes: Any) -> list[Change]:
        if self.full:
            raise OSError(28, "No space left on device")
        return super().append(changes)


async def test_when_nothing_takes_changes_they_stay_in_memory(
    settings: DatabaseSettings, locked: Locked, examples: Examples
) -> None:
    async with open_database(settings) as database:
        await database.writer.commit(SaveArrival(examples.arrival(0)))
        database.writer._spill = FullDisk(settings.spill_file)
        with locked():
            with pytest.raises(RecordNotKeptError):
                await database.writer.commit(SaveArrival(examples.arrival(1)))
            database.writer.put(SaveArrival(examples.arrival(2)))
            assert database.writer.counts.lost == 0
        await until(lambda: database.writer.counts.kept == 3)
        assert await kept_calls(database) == ["c-000000", "c-000001", "c-000002"]


async def test_what_is_lost_in_the_end_is_counted_and_logged(
    settings: DatabaseSettings,
    locked: Locked,
    examples: Examples,
    log_texts: Callable[[], str],
) -> None:
    settings = replace(settings, writer=replace(settings.writer, queue_limit=2, overflow_limit=2))
    async with open_database(settings) as database:
        database.writer._spill = FullDisk(settings.spill_file)
        with locked():
            for number in range(10):
                database.writer.put(SaveArrival(examples.arrival(number)))
            await until(lambda: database.writer.counts.lost >= 6)
            await database.writer.close(limit_s=0.1)
        counts = database.writer.counts
        assert counts.lost + counts.kept == 10
    assert "records lost" in log_texts()


async def test_the_writer_outlives_a_change_that_cannot_be_written_at_all(
    settings: DatabaseSettings, examples: Examples
) -> None:
    endless: dict[str, Any] = {}
    endless["self"] = endless
    entry = TimelineEntry(CallId("c-000000"), 0, Milliseconds(0), "tool_called", endless)
    async with open_database(settings) as database:
        await database.writer.commit(SaveArrival(examples.arrival(0)))
        with pytest.raises(RecordNotKeptError):
            await database.writer.commit(SaveTimeline((entry,)))
        assert database.writer.counts.lost == 1
        assert await database.writer.commit(SaveEnd(examples.ended(0))) is Kept.DATABASE


async def test_the_log_holds_nothing_personal(
    settings: DatabaseSettings,
    locked: Locked,
    examples: Examples,
    log_texts: Callable[[], str],
) -> None:
    """Even at the debug level, and with every kind of fault."""
    secret = "Wairimu Njeri"
    async with open_database(settings) as database:
        await database.writer.commit(SaveArrival(examples.arrival(0)))
        await database.writer.commit(SaveTurn(examples.turn(0, text=secret)))
        await database.writer.commit(SaveTurn(examples.turn(7, text=secret)))
        with locked():
            await database.writer.commit(SaveTurn(examples.turn(0, 1, text=secret)))
        await database.mark_left_open_as_interrupted("n-1")
        await database.writer.transact(lambda c: c.execute(text("DROP TABLE turns")).close())
        await database.writer.commit(SaveTurn(examples.turn(0, 2, text=secret)))
    logged = log_texts()
    assert "record refused" in logged
    assert "records spilled" in logged
    assert "SaveTurn" in logged
    assert "found open" in logged
    for personal in (secret, "Wairimu", "254722", "722000001"):
        assert personal not in logged


async def test_a_waiter_who_gave_up_does_no_harm(
    settings: DatabaseSettings, examples: Examples
) -> None:
    async with open_database(settings) as database:
        writer: RecordWriter = database.writer
        waiter = asyncio.ensure_future(writer.commit(SaveArrival(examples.arrival(0))))
        await asyncio.sleep(0)
        waiter.cancel()
        await writer.commit(SaveArrival(examples.arrival(1)))
        assert await kept_calls(database) == ["c-000000", "c-000001"]


async def test_what_nobody_should_keep_is_taken_out_before_it_is_stored(
    settings: DatabaseSettings, examples: Examples
) -> None:
    turn = examples.turn(text="My card is 4111 1111 1111 1111.")
    async with open_database(settings) as database:
        await database.writer.commit(SaveArrival(examples.arrival()))
        database.writer.put(SaveTurn(turn))
        await database.writer.commit(SaveTurn(replace(turn, number=1)))
        found = await database.calls.get(turn.call_id)
    assert found is not None
    assert {one.text for one in found.turns} == {"My card is [card number]."}
