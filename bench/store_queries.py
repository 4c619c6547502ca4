"""How long the desk's lists take over many calls, and what keeping a call costs the event loop.

    python bench/store_queries.py [--calls 100000] [--folder FOLDER]

Fills a database, then asks each question many times, and prints
medians and 95th percentiles in milliseconds. The figures hold for one reader on a quiet machine.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert

from mapokezi.calls import (
    CallId,
    OfficeId,
    Outcome,
    Speaker,
    Termination,
    TerminationReason,
    TerminationResult,
)
from mapokezi.records.call_record import (
    CallRecord,
    NoticeGiven,
    SecondsAttributed,
    TimelineEntry,
    TurnRecord,
)
from mapokezi.records.changes import (
    Change,
    SaveArrival,
    SaveEnd,
    SaveMessage,
    SaveTimeline,
    SaveTurn,
)
from mapokezi.records.ledger import Direction, Leg, settle
from mapokezi.records.lists import CallFilter, MessageFilter, PageMark
from mapokezi.records.message_record import MessageId, MessageRecord
from mapokezi.stores import schema
from mapokezi.stores.call_rows import entry_row, row_of, turn_row
from mapokezi.stores.carry_out import carry_out_all
from mapokezi.stores.database import Database, DatabaseSettings, open_database
from mapokezi.stores.dialects import ConnectionSettings
from mapokezi.units import E164, Milliseconds

DAYS = 90
OFFICES = [OfficeId(name) for name in ("law-office", "clinic", "estates", "accounts")]
NAIROBI = ZoneInfo("Africa/Nairobi")
BEGAN = datetime(2026, 8, 1, tzinfo=UTC)
_OUTCOMES = {
    Outcome.RESOLVED: 50,
    Outcome.MESSAGE: 30,
    Outcome.TRANSFERRED: 10,
    Outcome.ABANDONED: 5,
    Outcome.FLASH: 3,
    Outcome.FALLBACK: 1,
    Outcome.FAILED: 1,
}
"""How often each is met, of a hundred and one."""


def some_call(number: int, of: int, dice: random.Random) -> CallRecord:
    """A call among ``of`` that are spread over the days."""
    at = BEGAN + timedelta(days=DAYS * number / of)
    length_s = dice.randrange(5, 240)
    return CallRecord(
        call_id=CallId(f"call-{number:08}"),
        session_id=f"HD_{number:012x}",
        office_id=dice.choice(OFFICES),
        caller=E164(f"+2547{dice.randrange(5_000):08}"),
        dialled=E164("+254209000000"),
        arrived_at=at,
        node="n-1",
        answered_at=at + timedelta(milliseconds=300),
        ended_at=at + timedelta(seconds=length_s),
        outcome=dice.choices(list(_OUTCOMES), weights=list(_OUTCOMES.values()))[0],
        termination=Termination(TerminationResult.COMPLETED, TerminationReason.CALLER_HUNG_UP),
        voice="local",
        recording=f"recordings/call-{number:08}.wav",
        notice=NoticeGiven("You are speaking with an automated receptionist.", at),
        seconds=SecondsAttributed(*(Milliseconds(length_s * 200) for _ in range(5))),
        cost=settle([Leg(Direction.OUTBOUND, Milliseconds(length_s * 1_000))]),
    )


def changes_of(call: CallRecord, dice: random.Random) -> Iterator[Change]:
    """What is kept of a call: itself, four turns, twenty instants, and now and then a message."""
    yield SaveEnd(call)
    for number in range(4):
        yield SaveTurn(
            TurnRecord(
                call_id=call.call_id,
                number=number,
                speaker=(Speaker.CALLER, Speaker.RECEPTIONIST)[number % 2],
                text="I would like to ask about the title deed of my plot in Kitengela, please.",
                started_ms=Milliseconds(number * 4_000),
                ended_ms=Milliseconds(number * 4_000 + 3_000),
                fact_ids=("hours-saturday",),
            )
        )
    yield SaveTimeline(
        tuple(
            TimelineEntry(
                call.call_id, n, Milliseconds(n * 400), "playout_started", {"item_id": f"i-{n}"}
            )
            for n in range(20)
        )
    )
    if dice.random() < 0.3:
        yield SaveMessage(
            MessageRecord(
                message_id=MessageId(f"m-{call.call_id}"),
                call_id=call.call_id,
                office_id=call.office_id,
                name="Achieng Otieno",
                number="+254722000001",
                reason="the title deed of a plot in Kitengela",
                created_at=call.arrived_at,
            )
        )


def insert_all(connection: Connection, calls: Sequence[CallRecord], dice: random.Random) -> None:
    """Insert calls and what belongs to them, many rows a statement: the writer would take long."""
    changes = [change for call in calls for change in changes_of(call, dice)]
    entries = [c.entries for c in changes if isinstance(c, SaveTimeline)]
    said = [turn_row(c.turn) for c in changes if isinstance(c, SaveTurn)]
    left = [c for c in changes if isinstance(c, SaveMessage)]
    connection.execute(insert(schema.calls), [row_of(call) for call in calls])
    connection.execute(insert(schema.turns), said)
    connection.execute(insert(schema.timeline), [entry_row(e) for batch in entries for e in batch])
    carry_out_all(connection, left)


async def fill(database: Database, calls: int, dice: random.Random) -> None:
    """Put the calls in, a thousand in each transaction."""
    for first in range(0, calls, 1_000):
        some = [some_call(n, calls, dice) for n in range(first, min(first + 1_000, calls))]
        await database.writer.transact(partial(insert_all, calls=some, dice=dice))
        print(f"\r  filling: {first + len(some):,} calls", end="", flush=True)
    print()


async def timed(label: str, times: int, ask: Callable[[int], Awaitable[object]]) -> None:
    """Ask ``times`` times and print the median and the 95th percentile."""
    took_ms = []
    await ask(0)
    for n in range(times):
        began = time.perf_counter()
        await ask(n)
        took_ms.append((time.perf_counter() - began) * 1_000)
    took_ms.sort()
    p95 = took_ms[int(len(took_ms) * 0.95)]
    print(f"  {label:58}{statistics.median(took_ms):9.2f}{p95:9.2f}")


async def ask_all(database: Database, calls: int, dice: random.Random) -> None:
    """The desk's questions."""
    store, messages = database.calls, database.messages
    middle = PageMark(BEGAN + timedelta(days=DAYS / 2), "")
    office = OFFICES[0]
    day = CallFilter(office, None, None, middle.at, middle.at + timedelta(days=1))
    flashes = CallFilter(office, outcome=Outcome.FALLBACK)
    last = date(2026, 10, 30)

    def anyone() -> CallId:
        return CallId(f"call-{dice.randrange(calls):08}")

    await timed("calls, first page", 100, lambda _: store.page())
    await timed("calls of an office, first page", 100, lambda _: store.page(CallFilter(office)))
    await timed(
        "calls of an office, page in the middle",
        100,
        lambda _: store.page(CallFilter(office), middle),
    )
    await timed("calls of an office, rare outcome", 100, lambda _: store.page(flashes))
    await timed(
        "calls, rare outcome", 100, lambda _: store.page(CallFilter(outcome=Outcome.FALLBACK))
    )
    await timed("calls of an office on one day", 100, lambda _: store.page(day))
    await timed(
        "calls of one caller",
        100,
        lambda n: store.page(CallFilter(caller=E164(f"+2547{n:08}"))),
    )
    await timed(
        "calls of one caller, no such outcome",
        100,
        lambda n: store.page(CallFilter(office, Outcome.FALLBACK, E164(f"+2547{n:08}"))),
    )
    await timed("one call with turns and timeline", 200, lambda _: store.get(anyone()))
    await timed("a platform session's call", 200, lambda n: store.of_session(f"HD_{n * 7:012x}"))
    await timed(
        "counts by outcome, one day, office",
        100,
        lambda _: store.counts_per_day(last, last, NAIROBI, office),
    )
    await timed(
        "counts by outcome, 30 days, office",
        20,
        lambda _: store.counts_per_day(last - timedelta(29), last, NAIROBI, office),
    )
    await timed(
        "counts by outcome, 90 days, all offices",
        5,
        lambda _: store.counts_per_day(last - timedelta(89), last, NAIROBI),
    )
    await timed("messages, first page", 100, lambda _: messages.page())
    await timed(
        "unread messages of an office",
        100,
        lambda _: messages.page(MessageFilter(office, unread_only=True)),
    )
    await timed("how many are unread", 100, lambda _: messages.unread(office))


async def keep_some(database: Database, dice: random.Random) -> None:
    """What keeping costs: a commit that is waited for, and the loop's lag while many are put."""

    async def commit(n: int) -> None:
        call = some_call(n, 1_000, dice)
        late = replace(call, call_id=CallId(f"late-{time.monotonic_ns()}"))
        await database.writer.commit(SaveArrival(late))

    await timed("commit of an arrival, waited for", 200, commit)
    lags_ms: list[float] = []
    stopped = asyncio.Event()

    async def watch() -> None:
        while not stopped.is_set():
            began = time.perf_counter()
            await asyncio.sleep(0.001)
            lags_ms.append((time.perf_counter() - began) * 1_000 - 1)

    watching = asyncio.create_task(watch())
    for n in range(100):  # 20 calls, each with two turns and two batches of instants a second
        call = some_call(n, 1_000, dice)
        for change in changes_of(call, dice):
            database.writer.put(change)
        await asyncio.sleep(0.05)
    began = time.perf_counter()
    await database.writer.commit(SaveEnd(some_call(0, 1_000, dice)))
    drained_ms = (time.perf_counter() - began) * 1_000
    stopped.set()
    await watching
    print(f"  {'last commit of it':58}{drained_ms:9.2f}")
    lags_ms.sort()
    p99 = lags_ms[int(len(lags_ms) * 0.99)]
    print(f"  {'lag of the loop while 120 changes a second are kept, p99':58}{p99:9.2f}")


async def main() -> None:
    """Fill, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, help="keep the database here, and use it again")
    parser.add_argument("--synchronous", default="FULL", choices=["FULL", "NORMAL"])
    options = parser.parse_args()
    dice = random.Random(20_261_122)
    with tempfile.TemporaryDirectory() as temporary:
        folder: Path = options.folder or Path(temporary)
        file = folder / "bench.db"
        settings = DatabaseSettings(
            url=f"sqlite:///{file}",
            spill_file=folder / "bench.spill.jsonl",
            connection=ConnectionSettings(synchronous=options.synchronous),
        )
        filled = file.exists()
        async with open_database(settings) as database:
            if not filled:
                began = time.perf_counter()
                await fill(database, options.calls, dice)
                took_s = time.perf_counter() - began
                size_mb = file.stat().st_size / 1e6
                print(f"  {options.calls:,} calls in {took_s:.0f} s, {size_mb:,.0f} MB")
            print(f"  {'':58}{'median':>9}{'p95':>9}  ms")
            await ask_all(database, options.calls, dice)
            await keep_some(database, dice)


if __name__ == "__main__":
    asyncio.run(main())
