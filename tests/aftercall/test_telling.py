"""The staff told: from a message on record to a notice that has arrived."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from mapokezi.calls import Outcome
from mapokezi.records.message_record import MessageId
from mapokezi.records.notices import NoticeKind, NoticeState
from mapokezi.records.tasks import MoveTask, TaskDeed, TaskId, TaskKind, TaskState

if TYPE_CHECKING:
    from tests.aftercall.conftest import Stage

pytestmark = pytest.mark.anyio


async def test_a_message_opens_a_task_and_tells_its_person_once(stage: Stage) -> None:
    await stage.leave(stage.message())
    await stage.look()
    found = await stage.records.tasks.get(TaskId("m-000000"))
    assert found is not None
    assert found.task.kind is TaskKind.MESSAGE
    assert found.task.owner == "wanjiku-kamau"
    # Four open hours: the office shuts for an hour at one.
    assert found.task.due_at == stage.clock() + timedelta(hours=5)
    (told,) = stage.receivers.taken
    assert told.address == "+254700000000"
    assert "The transfer of a plot in Kiambu" in told.text
    assert told.link == "/calls/c-000000"
    for _ in range(3):
        await stage.sweep()
    assert len(stage.receivers.tried) == 1


async def test_an_urgent_one_goes_at_once_by_all_ways_and_is_due_in_a_quarter_of_an_hour(
    stage: Stage,
) -> None:
    stage.clock.on(hours=14)  # in the night
    await stage.leave(replace(stage.message(), urgent=True))
    await stage.look()
    assert {notice.way for notice in stage.receivers.taken} == {"sms", "email"}
    found = await stage.records.tasks.get(TaskId("m-000000"))
    assert found is not None
    assert found.task.due_at == stage.clock() + timedelta(minutes=15)


async def test_what_the_caller_corrects_is_told_as_a_correction(stage: Stage) -> None:
    first = stage.message()
    await stage.leave(first)
    await stage.look()
    stage.clock.on(seconds=20)
    await stage.leave(replace(first, number="+254733111222", created_at=stage.clock()))
    await stage.look()
    told = stage.receivers.texts
    assert len(told) == 2
    assert "Corrected by the caller" in told[1]
    assert "+254733111222" in told[1]


async def test_a_correction_opens_a_task_again_that_was_done(stage: Stage) -> None:
    first = stage.message()
    await stage.leave(first)
    await stage.look()
    done = MoveTask(TaskId("m-000000"), TaskDeed.FINISH, "achieng-odhiambo", stage.clock())
    await stage.records.writer.commit(done)
    stage.clock.on(seconds=20)
    await stage.leave(replace(first, number="+254733111222", created_at=stage.clock()))
    await stage.look()
    found = await stage.records.tasks.get(TaskId("m-000000"))
    assert found is not None
    assert found.task.state is TaskState.OPEN


async def test_a_task_that_nobody_takes_goes_to_the_next_person(stage: Stage) -> None:
    await stage.leave(stage.message())
    await stage.look()
    stage.clock.on(minutes=59)
    await stage.sweep()
    assert len(stage.receivers.taken) == 1
    stage.clock.on(minutes=2)
    await stage.sweep()
    first, second = stage.receivers.taken
    assert second.kind is NoticeKind.NOT_TAKEN
    assert second.address != first.address
    stage.clock.on(minutes=61)
    await stage.sweep()
    assert len({notice.address for notice in stage.receivers.taken}) == 3
    for _ in range(5):
        stage.clock.on(hours=1)
        await stage.sweep()
    told = [notice.address for notice in stage.receivers.taken]
    assert len(told) == len(set(told)), "nobody is told twice"


async def test_a_task_that_is_taken_goes_to_nobody_else(stage: Stage) -> None:
    await stage.leave(stage.message())
    await stage.look()
    take = MoveTask(TaskId("m-000000"), TaskDeed.TAKE, "wanjiku-kamau", stage.clock())
    await stage.records.writer.commit(take)
    stage.clock.on(hours=3)
    await stage.sweep()
    assert len(stage.receivers.taken) == 1
    message = await stage.records.messages.get(MessageId("m-000000"))
    assert message is not None
    assert message.read_at == take.at


async def test_a_task_that_is_put_back_goes_to_the_next_person(stage: Stage) -> None:
    await stage.leave(stage.message())
    await stage.sweep()
    for deed in (TaskDeed.TAKE, TaskDeed.PUT_BACK):
        move = MoveTask(TaskId("m-000000"), deed, "wanjiku-kamau", stage.clock())
        await stage.records.writer.commit(move)
    await stage.sweep()
    assert {one.person_id for one in await stage.notices()} == {"wanjiku-kamau"}
    stage.clock.on(minutes=6)
    await stage.sweep()
    told = (await stage.notices())[-1]
    assert told.kind is NoticeKind.NOT_TAKEN
    assert told.person_id != "wanjiku-kamau"


async def test_who_takes_a_task_spares_the_others_what_waits(stage: Stage) -> None:
    stage.receivers.is_down = True
    await stage.leave(stage.message())
    await stage.look()
    assert len(await stage.notices(NoticeState.WAITING)) == 1
    take = MoveTask(TaskId("m-000000"), TaskDeed.TAKE, "achieng-odhiambo", stage.clock())
    await stage.records.writer.commit(take)
    stage.receivers.is_down = False
    stage.clock.on(hours=1)
    await stage.sweep()
    assert stage.receivers.taken == []
    assert len(await stage.notices(NoticeState.WITHDRAWN)) == 1


async def test_who_rang_once_and_hung_up_is_rung_back(stage: Stage) -> None:
    await stage.end(stage.ended(outcome=Outcome.FLASH))
    await stage.sweep()
    assert {notice.person_id for notice in stage.receivers.taken} == {"wanjiku-kamau"}
    for told in stage.receivers.taken:
        assert told.kind is NoticeKind.CALL_BACK
        assert "Rang once and hung up" in told.text
    (task,), _ = await stage.records.tasks.page()
    assert task.kind is TaskKind.CALL_BACK


async def test_who_rings_five_times_is_to_be_rung_back_once(stage: Stage) -> None:
    for number in range(5):
        await stage.end(stage.ended(number, Outcome.FLASH))
        await stage.sweep()
        stage.clock.on(minutes=1)
    assert {notice.call_id for notice in stage.receivers.taken} == {"c-000000"}
    (_only,), _ = await stage.records.tasks.page()


@pytest.mark.parametrize("outcome", [Outcome.RESOLVED, Outcome.TRANSFERRED, Outcome.MESSAGE])
async def test_who_was_served_is_not_rung_back(stage: Stage, outcome: Outcome) -> None:
    await stage.end(stage.ended(outcome=outcome))
    await stage.sweep()
    assert stage.receivers.taken == []


async def test_who_withheld_the_number_cannot_be_rung_back(stage: Stage) -> None:
    await stage.end(replace(stage.ended(outcome=Outcome.FLASH), caller=None))
    await stage.sweep()
    assert stage.receivers.taken == []


async def test_our_note_that_a_caller_was_let_down_says_so_and_not_that_a_message_was_left(
    stage: Stage,
) -> None:
    call = replace(stage.ended(outcome=Outcome.FAILED))
    note = replace(
        stage.message(for_person=""),
        message_id=MessageId(f"{call.call_id}.call-back"),
        call_id=call.call_id,
        name="",
        reason="Please call back: the receptionist could not take or finish this call.",
        urgent=True,
        unsure=("name", "reason"),
    )
    await stage.end(call)
    await stage.leave(note)
    await stage.sweep()
    told = stage.receivers.taken[0]
    assert told.kind is NoticeKind.CALL_BACK
    assert "The line was cut in the middle of the call" in told.text
    assert "Not sure" not in told.text


async def test_a_message_of_an_office_that_is_gone_is_kept_as_a_task(stage: Stage) -> None:
    from mapokezi.calls import OfficeId

    await stage.leave(replace(stage.message(), office_id=OfficeId("closed-down")))
    await stage.look()
    found = await stage.records.tasks.get(TaskId("m-000000"))
    assert found is not None
    assert stage.receivers.tried == []


async def test_messages_from_before_are_not_told_after_so_long(stage: Stage) -> None:
    await stage.leave(replace(stage.message(), created_at=stage.clock() - timedelta(days=9)))
    await stage.sweep()
    assert stage.receivers.tried == []


async def test_the_staff_read_how_often_the_number_rang_and_an_open_urgent_matter_stays_urgent(
    stage: Stage,
) -> None:
    await stage.end(stage.ended(0, Outcome.ABANDONED), stage.ended(1, Outcome.MESSAGE))
    await stage.leave(replace(stage.message(1), urgent=True))
    await stage.look()
    stage.receivers.taken.clear()
    stage.clock.on(minutes=5)
    await stage.end(stage.ended(2, Outcome.MESSAGE))
    await stage.leave(stage.message(2))
    await stage.look()
    told = {notice.way: notice for notice in stage.receivers.taken if notice.call_id == "c-000002"}
    assert set(told) == {"sms", "email"}, "by all ways, though this message alone is not urgent"
    assert "Has rung 3 times today" in told["email"].text
