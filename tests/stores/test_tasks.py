"""Tasks in the database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from mapokezi.calls import CallId, OfficeId
from mapokezi.records.changes import SaveArrival, SaveMessage
from mapokezi.records.message_record import MessageId
from mapokezi.records.tasks import (
    CommentTask,
    MoveTask,
    Task,
    TaskCounts,
    TaskDeed,
    TaskFilter,
    TaskId,
    TaskKind,
    TaskState,
)
from mapokezi.stores.database import Database, DatabaseSettings, open_database
from mapokezi.stores.tasks import note_escalation, open_task
from mapokezi.units import E164

if TYPE_CHECKING:
    from tests.sample_records import Examples

pytestmark = pytest.mark.anyio

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def a_task(number: int = 0, **more: object) -> Task:
    at = AT + timedelta(minutes=number)
    task = Task(
        task_id=TaskId(f"m-{number:06}"),
        office_id=OfficeId("law-office"),
        call_id=CallId(f"c-{number:06}"),
        kind=TaskKind.MESSAGE,
        opened_at=at,
        due_at=at + timedelta(hours=4),
        message_id=MessageId(f"m-{number:06}"),
        owner="wanjiku-kamau",
        revised_at=at,
        escalate_at=at + timedelta(hours=1),
    )
    return replace(task, **more)  # type: ignore[arg-type]


@pytest.fixture
async def records(settings: DatabaseSettings) -> AsyncIterator[Database]:
    async with open_database(settings) as found:
        yield found


async def put(records: Database, *tasks: Task) -> None:
    for task in tasks:
        await records.writer.transact(partial(open_task, task=task))


async def test_a_task_comes_back_as_it_was(records: Database) -> None:
    whole = a_task(urgent=True, taken_by="grace", taken_at=AT, done_by="brian", done_at=AT)
    await put(records, whole)
    found = await records.tasks.get(whole.task_id)
    assert found is not None
    assert found.task == whole
    assert await records.tasks.get(TaskId("none")) is None


async def test_opened_twice_it_stands_once_and_what_was_done_to_it_stays(records: Database) -> None:
    await put(records, a_task())
    await records.writer.commit(MoveTask(TaskId("m-000000"), TaskDeed.TAKE, "grace", AT))
    await put(records, a_task())
    found = await records.tasks.get(TaskId("m-000000"))
    assert found is not None
    assert found.task.state is TaskState.TAKEN


async def test_of_two_who_take_it_at_once_the_first_has_it(records: Database) -> None:
    await put(records, a_task())
    for by in ("grace", "brian"):
        await records.writer.commit(MoveTask(TaskId("m-000000"), TaskDeed.TAKE, by, AT))
    found = await records.tasks.get(TaskId("m-000000"))
    assert found is not None
    assert found.task.taken_by == "grace"


async def test_who_takes_it_has_read_the_message(records: Database, examples: Examples) -> None:
    await records.writer.commit(SaveMessage(examples.message()))
    await put(records, a_task())
    await records.writer.commit(MoveTask(TaskId("m-000000"), TaskDeed.TAKE, "grace", AT))
    message = await records.messages.get(MessageId("m-000000"))
    assert message is not None
    assert message.read_at == AT


async def test_comments_stand_in_order_and_each_once(records: Database) -> None:
    await put(records, a_task())
    first = CommentTask(TaskId("m-000000"), "grace", "No answer.\x00", AT)
    second = CommentTask(TaskId("m-000000"), "brian", "Rang again.", AT + timedelta(hours=1))
    for comment in (first, first, second, first):
        await records.writer.commit(comment)
    await records.writer.commit(replace(first, task_id=TaskId("none")))
    found = await records.tasks.get(TaskId("m-000000"))
    assert found is not None
    assert [(one.by, one.text) for one in found.comments] == [
        ("grace", "No answer."),
        ("brian", "Rang again."),
    ]


async def test_what_is_to_be_done_is_listed_by_when_it_is_due(records: Database) -> None:
    await put(records, *(a_task(number) for number in (3, 1, 2, 0)))
    await records.writer.commit(MoveTask(TaskId("m-000001"), TaskDeed.FINISH, "grace", AT))
    first, mark = await records.tasks.page(limit=2)
    second, last = await records.tasks.page(after=mark, limit=2)
    assert [task.task_id for task in (*first, *second)] == ["m-000000", "m-000002", "m-000003"]
    assert last is None
    done, _ = await records.tasks.page(TaskFilter(is_open=False))
    assert [task.task_id for task in done] == ["m-000001"]
    every, _ = await records.tasks.page(TaskFilter(is_open=None))
    assert len(every) == 4


async def test_what_is_done_is_listed_the_latest_first(records: Database) -> None:
    await put(records, *(a_task(number) for number in range(5)))
    for number in (2, 0, 4):
        at = AT + timedelta(minutes=number)
        task_id = TaskId(f"m-{number:06}")
        await records.writer.commit(MoveTask(task_id, TaskDeed.FINISH, "grace", at))
    wanted = TaskFilter(is_open=False)
    first, mark = await records.tasks.page(wanted, limit=2)
    second, _ = await records.tasks.page(wanted, mark, limit=2)
    assert [task.task_id[-1] for task in (*first, *second)] == ["4", "2", "0"]


async def test_filters(records: Database) -> None:
    await put(records, a_task(0), a_task(1, owner=""), a_task(2, office_id=OfficeId("clinic")))
    for wanted, ids in (
        (TaskFilter(owner=""), ["m-000001"]),
        (TaskFilter(office_id=OfficeId("clinic")), ["m-000002"]),
        (TaskFilter(call_id=CallId("c-000000")), ["m-000000"]),
    ):
        found, _ = await records.tasks.page(wanted)
        assert [task.task_id for task in found] == ids


async def test_counts(records: Database) -> None:
    await put(records, *(a_task(number) for number in range(4)))
    await put(records, a_task(9, office_id=OfficeId("clinic")))
    await records.writer.commit(MoveTask(TaskId("m-000000"), TaskDeed.TAKE, "grace", AT))
    await records.writer.commit(MoveTask(TaskId("m-000001"), TaskDeed.FINISH, "grace", AT))
    late = AT + timedelta(hours=4, minutes=2)
    office = OfficeId("law-office")
    assert await records.tasks.counts(late, office, AT) == TaskCounts(2, 1, 2, 1)
    assert await records.tasks.counts(late, office) == TaskCounts(2, 1, 2, 0)
    assert (await records.tasks.counts(late)).open == 3


async def test_what_nobody_takes_is_found_when_its_time_has_come_and_counted_on(
    records: Database,
) -> None:
    await put(records, *(a_task(number) for number in range(3)))
    await records.writer.commit(MoveTask(TaskId("m-000001"), TaskDeed.TAKE, "grace", AT))
    now = AT + timedelta(hours=1, minutes=5)
    assert [one.task_id for one in await records.tasks.to_escalate(now, 10)] == [
        "m-000000",
        "m-000002",
    ]
    for _ in range(2):  # done twice it counts once
        await records.writer.transact(
            partial(note_escalation, task_id=TaskId("m-000000"), nth=1, next_at=None)
        )
    assert len(await records.tasks.to_escalate(now, 10)) == 1


async def test_who_is_to_be_rung_back_already(records: Database, examples: Examples) -> None:
    await records.writer.commit(SaveArrival(examples.arrival()))
    office, caller = OfficeId("law-office"), E164("+254722000100")
    assert not await records.tasks.is_owed_a_call(office, caller, "other")
    await put(records, a_task())
    assert await records.tasks.is_owed_a_call(office, caller, "other")
    assert not await records.tasks.is_owed_a_call(office, caller, "c-000000"), "that call itself"
    assert not await records.tasks.is_owed_a_call(OfficeId("clinic"), caller, "other")
    await records.writer.commit(MoveTask(TaskId("m-000000"), TaskDeed.FINISH, "grace", AT))
    assert not await records.tasks.is_owed_a_call(office, caller, "other")


async def test_the_tasks_of_messages(records: Database) -> None:
    await put(records, a_task(0), a_task(1))
    found = await records.tasks.of_messages((MessageId("m-000001"), MessageId("m-000009")))
    assert list(found) == ["m-000001"]
