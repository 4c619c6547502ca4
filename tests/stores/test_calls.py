"""Calls in the database."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from mapokezi.calls import CallId, OfficeId, Outcome, TerminationReason, TerminationResult
from mapokezi.records.call_record import CallRecord, HandOffOutcome, HandOffSummary
from mapokezi.records.caller_notices import RecordingRefused, RefusedBy
from mapokezi.records.changes import (
    SaveArrival,
    SaveCost,
    SaveEnd,
    SaveMessage,
    SaveProgress,
    SaveTimeline,
    SaveTurn,
)
from mapokezi.records.ledger import Cost
from mapokezi.records.lists import CallFilter, PageMark
from mapokezi.records.ports import CallRecords
from mapokezi.stores.database import Database, DatabaseSettings, open_database
from mapokezi.units import E164, Milliseconds, Money

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.sample_records import Examples

pytestmark = pytest.mark.anyio


@pytest.fixture
async def database(settings: DatabaseSettings) -> AsyncIterator[Database]:
    async with open_database(settings) as opened:
        yield opened


async def call_of(database: Database, call_id: str) -> CallRecord:
    found = await database.calls.get(CallId(call_id))
    assert found is not None
    return found.call


async def test_a_whole_call_is_read_as_it_was_saved(database: Database, examples: Examples) -> None:
    for change in (
        SaveArrival(examples.arrival()),
        SaveTurn(examples.turn(number=1)),
        SaveTurn(examples.turn(number=0)),
        SaveTimeline(tuple(examples.entry(number=n) for n in (2, 0))),
        SaveTimeline((examples.entry(number=1),)),
        SaveEnd(examples.ended()),
    ):
        await database.writer.commit(change)
    reader: CallRecords = database.calls
    found = await reader.get(CallId("c-000000"))
    assert found is not None
    assert found.call == examples.ended()
    assert found.turns == (examples.turn(number=0), examples.turn(number=1))
    assert found.timeline == tuple(examples.entry(number=n) for n in range(3))
    assert found.call.arrived_at.tzinfo is UTC


async def test_that_a_caller_would_not_be_recorded_is_kept(
    database: Database, examples: Examples
) -> None:
    arrival = examples.arrival()
    at = arrival.arrived_at + timedelta(seconds=9, milliseconds=120)
    refused = RecordingRefused(at, RefusedBy.WORDS, Milliseconds(8_640))
    whole = replace(arrival, recording_refused=refused, notices=examples.ended().notices)
    await database.writer.commit(SaveProgress(whole))
    assert await call_of(database, "c-000000") == whole


async def test_what_is_not_known_stays_unknown(database: Database, examples: Examples) -> None:
    withheld = replace(examples.arrival(), caller=None)
    await database.writer.commit(SaveArrival(withheld))
    assert await call_of(database, "c-000000") == withheld
    assert await database.calls.get(CallId("c-1")) is None


async def test_progress_is_kept_but_never_reopens_a_call(
    database: Database, examples: Examples
) -> None:
    answered = replace(examples.arrival(), answered_at=examples.ended().answered_at, voice="local")
    await database.writer.commit(SaveProgress(answered))
    assert await call_of(database, "c-000000") == answered
    await database.writer.commit(SaveArrival(examples.arrival()))
    assert await call_of(database, "c-000000") == answered
    await database.writer.commit(SaveEnd(examples.ended()))
    await database.writer.commit(SaveProgress(answered))
    assert await call_of(database, "c-000000") == examples.ended()


async def test_a_turn_replaces_the_one_of_its_number(
    database: Database, examples: Examples
) -> None:
    await database.writer.commit(SaveArrival(examples.arrival()))
    await database.writer.commit(SaveTurn(examples.turn(text="I want")))
    await database.writer.commit(SaveTurn(examples.turn(text="I want to see a lawyer.")))
    found = await database.calls.get(CallId("c-000000"))
    assert found is not None
    assert [turn.text for turn in found.turns] == ["I want to see a lawyer."]


async def test_an_estimate_never_replaces_the_platforms_bill(
    database: Database, examples: Examples
) -> None:
    billed = Cost(Money(500), estimated=False)
    better = Cost(Money(130), estimated=True)
    await database.writer.commit(SaveArrival(examples.arrival()))
    for cost, stands in ((better, better), (billed, billed), (better, billed)):
        await database.writer.commit(SaveCost(CallId("c-000000"), cost))
        assert (await call_of(database, "c-000000")).cost == stands
    await database.writer.commit(SaveEnd(examples.ended()))
    assert await call_of(database, "c-000000") == replace(examples.ended(), cost=billed)


async def test_the_latest_call_of_a_session(database: Database, examples: Examples) -> None:
    again = replace(examples.arrival(1), session_id=examples.arrival(0).session_id)
    for record in (examples.arrival(0), again):
        await database.writer.commit(SaveArrival(record))
    assert await database.calls.of_session("HD_000000") == again
    assert await database.calls.of_session("HD_9") is None


# Lists.

OFFICES = [OfficeId("law-office"), OfficeId("clinic")]
CALLERS = [E164("+254722000001"), E164("+254722000002"), None]


def some_calls(examples: Examples, number: int) -> list[CallRecord]:
    """Calls of several offices, outcomes and callers, many of them at the same instant."""
    dice = random.Random(7)
    made = []
    for n in range(number):
        outcome = dice.choice([*Outcome, None])
        record = examples.arrival(n) if outcome is None else examples.ended(n, outcome)
        arrived = examples.arrival().arrived_at + timedelta(hours=dice.randrange(72))
        made.append(
            replace(
                record,
                arrived_at=arrived,
                office_id=dice.choice(OFFICES),
                caller=dice.choice(CALLERS),
            )
        )
    return made


async def keep(database: Database, records: list[CallRecord]) -> None:
    for record in records[:-1]:
        database.writer.put(SaveProgress(record))
    await database.writer.commit(SaveProgress(records[-1]))


@pytest.mark.parametrize(
    "wanted",
    [
        CallFilter(),
        CallFilter(office_id=OFFICES[1]),
        CallFilter(outcome=Outcome.MESSAGE),
        CallFilter(office_id=OFFICES[0], outcome=Outcome.FLASH),
        CallFilter(caller=CALLERS[1]),
        CallFilter(
            arrived_from=datetime(2026, 11, 21, tzinfo=UTC),
            arrived_before=datetime(2026, 11, 21, 12, tzinfo=UTC),
        ),
        CallFilter(OFFICES[0], Outcome.RESOLVED, CALLERS[0], datetime(2026, 11, 20, tzinfo=UTC)),
        CallFilter(office_id=OfficeId("nobody")),
    ],
)
async def test_pages_hold_every_wanted_call_once_the_latest_first(
    database: Database, examples: Examples, wanted: CallFilter
) -> None:
    records = some_calls(examples, 150)
    await keep(database, records)
    seen: list[CallRecord] = []
    page = await database.calls.page(wanted, limit=7)
    seen += page.calls
    while page.older is not None:
        page = await database.calls.page(wanted, PageMark.read(str(page.older)), limit=7)
        assert page.calls
        seen += page.calls
    expected = [record for record in records if fits(record, wanted)]
    expected.sort(key=lambda record: (record.arrived_at, record.call_id), reverse=True)
    assert seen == expected


def fits(record: CallRecord, wanted: CallFilter) -> bool:
    begins = wanted.arrived_from or record.arrived_at
    ends = wanted.arrived_before or record.arrived_at + timedelta(1)
    return (
        wanted.office_id in {None, record.office_id}
        and wanted.outcome in {None, record.outcome}
        and wanted.caller in {None, record.caller}
        and begins <= record.arrived_at < ends
    )


async def test_a_call_that_arrives_between_two_pages_moves_nothing(
    database: Database, examples: Examples
) -> None:
    await keep(database, [examples.arrival(n) for n in range(10)])
    first = await database.calls.page(limit=4)
    await database.writer.commit(SaveArrival(examples.arrival(10)))
    second = await database.calls.page(older_than=first.older, limit=4)
    assert [call.call_id for call in second.calls] == [f"c-00000{n}" for n in (5, 4, 3, 2)]


async def test_calls_are_counted_by_local_day_and_outcome(
    database: Database, examples: Examples
) -> None:
    zone = ZoneInfo("Africa/Nairobi")
    records = some_calls(examples, 200)
    await keep(database, records)
    first, last = date(2026, 11, 19), date(2026, 11, 24)
    for office in (None, *OFFICES):
        counts = await database.calls.counts_per_day(first, last, zone, office)
        assert [count.day for count in counts] == [first + timedelta(n) for n in range(6)]
        for count in counts:
            of_day = [
                record
                for record in records
                if record.arrived_at.astimezone(zone).date() == count.day
                and office in {None, record.office_id}
            ]
            assert count.total == len(of_day)
            assert count.in_progress == sum(record.outcome is None for record in of_day)
            for outcome, number in count.outcomes.items():
                assert number == sum(record.outcome is outcome for record in of_day) > 0


# After a kill.


async def test_calls_left_open_are_ended_as_interrupted(
    database: Database, examples: Examples
) -> None:
    at = examples.arrival().arrived_at
    connected = HandOffSummary("kamau", "dial", at, HandOffOutcome.CONNECTED, at)
    for change in (
        SaveArrival(examples.arrival(0)),
        SaveTimeline(tuple(examples.entry(0, n) for n in range(100))),
        SaveTurn(examples.turn(0, 3)),
        SaveArrival(examples.arrival(1)),
        SaveMessage(examples.message(1)),
        SaveArrival(replace(examples.arrival(2), hand_offs=(connected,))),
        SaveArrival(replace(examples.arrival(3), node="n-2")),
        SaveEnd(examples.ended(4)),
    ):
        await database.writer.commit(change)

    assert set(await database.mark_left_open_as_interrupted("n-1")) == {
        "c-000000",
        "c-000001",
        "c-000002",
    }
    failed, message, passed_on, elsewhere, ended = [
        await call_of(database, f"c-00000{n}") for n in range(5)
    ]
    assert failed.outcome is Outcome.FAILED
    assert failed.length_ms == 183_900  # the end of its last turn
    assert message.outcome is Outcome.MESSAGE
    assert message.length_ms == 0
    assert passed_on.outcome is Outcome.TRANSFERRED
    for call in (failed, message, passed_on):
        assert call.termination is not None
        assert call.termination.result is TerminationResult.FAILED
        assert call.termination.reason is TerminationReason.INTERRUPTED
    assert elsewhere.ended_at is None
    assert ended == examples.ended(4)
    assert await database.mark_left_open_as_interrupted("n-1") == ()


async def test_the_true_end_wins_over_the_one_that_was_assumed(
    database: Database, examples: Examples
) -> None:
    await database.writer.commit(SaveArrival(examples.arrival()))
    await database.mark_left_open_as_interrupted("n-1")
    await database.writer.commit(SaveEnd(examples.ended()))
    assert await call_of(database, "c-000000") == examples.ended()
