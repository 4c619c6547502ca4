"""Messages in the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from mapokezi.calls import CallId, OfficeId
from mapokezi.records.changes import MarkMessage, SaveMessage
from mapokezi.records.lists import MessageFilter
from mapokezi.records.message_record import MessageId, MessageRecord
from mapokezi.records.ports import MessageRecords
from mapokezi.stores.database import Database, DatabaseSettings, open_database

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.sample_records import Examples

pytestmark = pytest.mark.anyio


@pytest.fixture
async def database(settings: DatabaseSettings) -> AsyncIterator[Database]:
    async with open_database(settings) as opened:
        yield opened


async def all_of(database: Database) -> tuple[MessageRecord, ...]:
    return (await database.messages.page()).messages


async def test_a_message_is_read_as_it_was_saved(database: Database, examples: Examples) -> None:
    await database.writer.commit(SaveMessage(examples.message()))
    reader: MessageRecords = database.messages
    assert await reader.get(MessageId("m-000000")) == examples.message()
    assert await reader.get(MessageId("m-1")) is None


async def test_a_message_stands_without_the_record_of_its_call(
    database: Database, examples: Examples
) -> None:
    assert await database.calls.get(CallId("c-000000")) is None
    await database.writer.commit(SaveMessage(examples.message()))
    assert await all_of(database) == (examples.message(),)


async def test_a_message_saved_twice_stands_once_and_stays_read(
    database: Database, examples: Examples
) -> None:
    read_at = examples.arrival(5).arrived_at
    await database.writer.commit(SaveMessage(examples.message()))
    await database.writer.commit(MarkMessage(MessageId("m-000000"), read_at))
    await database.writer.commit(SaveMessage(examples.message()))
    again = replace(examples.message(number=1), message_id=MessageId("m-other"))
    await database.writer.commit(SaveMessage(again))
    assert await all_of(database) == (replace(examples.message(), read_at=read_at),)


async def test_a_corrected_message_replaces_the_former_and_is_unread_again(
    database: Database, examples: Examples
) -> None:
    await database.writer.commit(SaveMessage(examples.message()))
    await database.writer.commit(MarkMessage(MessageId("m-000000"), examples.arrival().arrived_at))
    corrected = replace(examples.message(number=1), reason="the lease of plot 18", unsure=())
    await database.writer.commit(SaveMessage(corrected))
    assert await all_of(database) == (replace(corrected, message_id=MessageId("m-000000")),)
    # What was put aside before the correction and comes late does not undo it.
    await database.writer.commit(SaveMessage(examples.message()))
    assert (await all_of(database))[0].reason == "the lease of plot 18"


async def test_a_call_may_leave_a_message_for_each_person(
    database: Database, examples: Examples
) -> None:
    for number, person in enumerate(("kamau", "", "wanjiku")):
        message = examples.message(number=number, for_person=person)
        await database.writer.commit(SaveMessage(message))
    assert [message.for_person for message in await all_of(database)] == ["wanjiku", "", "kamau"]


async def test_a_message_may_change_its_person_unless_that_one_has_one(
    database: Database, examples: Examples
) -> None:
    await database.writer.commit(SaveMessage(examples.message(number=0, for_person="kamau")))
    moved = replace(
        examples.message(number=0, for_person="wanjiku"),
        created_at=examples.message().created_at + timedelta(seconds=1),
    )
    await database.writer.commit(SaveMessage(moved))
    assert await all_of(database) == (moved,)


async def test_messages_are_listed_by_page_and_what_is_wanted(
    database: Database, examples: Examples
) -> None:
    clinic = OfficeId("clinic")
    records = [
        replace(
            examples.message(call=n, number=n),
            office_id=clinic if n % 3 else OfficeId("law-office"),
        )
        for n in range(30)
    ]
    for record in records:
        await database.writer.commit(SaveMessage(record))
    for n in range(0, 30, 2):
        await database.writer.commit(
            MarkMessage(records[n].message_id, examples.arrival().arrived_at)
        )

    async def numbers(wanted: MessageFilter) -> list[int]:
        found: list[MessageRecord] = []
        page = await database.messages.page(wanted, limit=4)
        found += page.messages
        while page.older is not None:
            page = await database.messages.page(wanted, page.older, limit=4)
            found += page.messages
        return [int(record.message_id[2:]) for record in found]

    newest_first = range(29, -1, -1)
    assert await numbers(MessageFilter()) == list(newest_first)
    assert await numbers(MessageFilter(office_id=clinic)) == [n for n in newest_first if n % 3]
    assert await numbers(MessageFilter(unread_only=True)) == [n for n in newest_first if n % 2]
    assert await numbers(MessageFilter(clinic, unread_only=True)) == [
        n for n in newest_first if n % 3 and n % 2
    ]
    assert await numbers(MessageFilter(call_id=CallId("c-000007"))) == [7]
    assert await database.messages.unread() == 15
    assert await database.messages.unread(clinic) == 10


async def test_a_message_is_put_back_among_the_unread(
    database: Database, examples: Examples
) -> None:
    await database.writer.commit(SaveMessage(examples.message()))
    for read_at in (examples.arrival().arrived_at, None):
        await database.writer.commit(MarkMessage(MessageId("m-000000"), read_at))
        assert (await all_of(database))[0].read_at == read_at
    await database.writer.commit(MarkMessage(MessageId("m-unknown"), None))
