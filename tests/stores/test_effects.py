"""What has been done after each call, in the database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from tests.sample_records import ARRIVED

from mapokezi.calls import CallId
from mapokezi.records.changes import SaveArrival, SaveEnd, SaveMessage
from mapokezi.stores.database import Database, DatabaseSettings, open_database
from mapokezi.stores.effects import DueEffect

if TYPE_CHECKING:
    from tests.sample_records import Examples

pytestmark = pytest.mark.anyio

NOW = ARRIVED + timedelta(hours=1)
SINCE = ARRIVED - timedelta(days=8)


@pytest.fixture
async def records(settings: DatabaseSettings) -> AsyncIterator[Database]:
    async with open_database(settings) as found:
        yield found


def due(number: int = 0, tries: int = 0) -> DueEffect:
    return DueEffect(f"c-{number:06}", "note", CallId(f"c-{number:06}"), tries)


async def test_calls_that_have_ended_are_due_until_it_is_done(
    records: Database, examples: Examples
) -> None:
    await records.writer.commit(SaveArrival(examples.arrival(0)))
    await records.writer.commit(SaveEnd(examples.ended(2)))
    await records.writer.commit(SaveEnd(examples.ended(1)))
    store = records.effects
    assert await store.due_after_calls(("note",), SINCE, NOW, 10) == (due(1), due(2))
    assert await store.due_after_calls(("note",), SINCE, NOW, 1) == (due(1),)
    assert await store.due_after_calls(("note",), NOW, NOW, 10) == (), "too long ago"
    assert await store.due_after_calls((), SINCE, NOW, 10) == ()
    both = await store.due_after_calls(("note", "event"), SINCE, NOW, 10)
    assert len(both) == 4
    await store.finish(due(1), NOW)
    assert await store.due_after_calls(("note",), SINCE, NOW, 10) == (due(2),)


async def test_what_is_put_off_is_due_in_its_time_and_counts_its_tries(
    records: Database, examples: Examples
) -> None:
    await records.writer.commit(SaveEnd(examples.ended(0)))
    store = records.effects
    await store.put_off(due(), NOW + timedelta(minutes=5), "no_bill_yet")
    assert await store.due_after_calls(("note",), SINCE, NOW, 10) == ()
    assert await store.open_ones() == 1
    later = NOW + timedelta(minutes=6)
    assert await store.due_after_calls(("note",), SINCE, later, 10) == (due(0, 1),)
    await store.finish(due(0, 1), later)
    assert await store.due_after_calls(("note",), SINCE, later, 10) == ()


async def test_what_is_done_is_not_undone_by_an_older_try(records: Database) -> None:
    store = records.effects
    await store.put_off(due(), NOW, "fault")
    await store.finish(due(0, 1), NOW)
    for stale in (due(), due(0, 1), due(0, 2)):
        await store.put_off(stale, NOW, "late")
    state = await store.state("c-000000", "note")
    assert state is not None
    assert (state.done_at, state.tries, state.why) == (NOW, 2, "")
    assert state.is_past(due(0, 1))


async def test_a_message_is_due_again_when_it_is_corrected(
    records: Database, examples: Examples
) -> None:
    message = examples.message()
    await records.writer.commit(SaveMessage(message))
    store = records.effects
    (first,) = await store.due_of_messages("tell", SINCE, NOW, 10)
    assert (first.subject, first.version) == ("m-000000", message.created_at)
    await store.put_off(first, NOW + timedelta(hours=1), "fault")
    assert await store.due_of_messages("tell", SINCE, NOW, 10) == ()
    corrected = replace(
        message, number="+254733000000", created_at=message.created_at + timedelta(seconds=9)
    )
    await records.writer.commit(SaveMessage(corrected))
    (second,) = await store.due_of_messages("tell", SINCE, NOW, 10)
    assert (second.version, second.tries) == (corrected.created_at, 0)
    await store.finish(second, NOW)
    await store.put_off(first, NOW, "of the version before")
    assert await store.due_of_messages("tell", SINCE, NOW, 10) == ()


async def test_the_longest_waiting_message_comes_first(
    records: Database, examples: Examples
) -> None:
    for number in (2, 0, 1):
        await records.writer.commit(SaveMessage(examples.message(number)))
    found = await records.effects.due_of_messages("tell", SINCE, NOW, 2)
    assert [one.subject for one in found] == ["m-000000", "m-000001"]


async def test_what_was_given_up_stands_there_with_its_reason(records: Database) -> None:
    await records.effects.finish(due(0), NOW, "no_bill_yet")
    await records.effects.finish(due(1), NOW)
    (state,) = await records.effects.of_call(CallId("c-000000"))
    assert (state.effect, state.why, state.done_at) == ("note", "no_bill_yet", NOW)


async def test_what_was_done_long_ago_is_forgotten(records: Database) -> None:
    await records.effects.finish(due(0), NOW - timedelta(days=40))
    await records.effects.finish(due(1), NOW)
    assert await records.effects.forget_old(NOW - timedelta(days=30)) == 1
    assert await records.effects.state("c-000000", "note") is None
    assert await records.effects.state("c-000001", "note") is not None
