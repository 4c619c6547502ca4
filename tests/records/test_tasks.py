"""What can be done with a task."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mapokezi.calls import CallId, OfficeId
from mapokezi.records.tasks import (
    PUT_BACK_TOLD_AFTER,
    MoveTask,
    Task,
    TaskDeed,
    TaskDeedRefused,
    TaskId,
    TaskKind,
    TaskState,
    moved,
    revised,
)

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TASK = Task(
    task_id=TaskId("c-1.grace"),
    office_id=OfficeId("law-office"),
    call_id=CallId("c-1"),
    kind=TaskKind.MESSAGE,
    opened_at=AT,
    due_at=AT + timedelta(hours=4),
    revised_at=AT,
    escalate_at=AT + timedelta(hours=1),
)


def move(task: Task, deed: TaskDeed, by: str = "grace", minutes: int = 5) -> Task:
    return moved(task, MoveTask(task.task_id, deed, by, AT + timedelta(minutes=minutes)))


def test_a_task_is_taken_and_done() -> None:
    taken = move(TASK, TaskDeed.TAKE)
    assert (taken.state, taken.taken_by, taken.escalate_at) == (TaskState.TAKEN, "grace", None)
    done = move(taken, TaskDeed.FINISH, "brian")
    assert (done.state, done.done_by, done.taken_by) == (TaskState.DONE, "brian", "grace")


def test_one_can_finish_what_nobody_has_taken() -> None:
    assert move(TASK, TaskDeed.FINISH).state is TaskState.DONE


def test_of_two_who_take_it_the_first_has_it() -> None:
    taken = move(TASK, TaskDeed.TAKE, "grace")
    with pytest.raises(TaskDeedRefused, match="somebody else"):
        move(taken, TaskDeed.TAKE, "brian")
    assert move(taken, TaskDeed.TAKE, "grace", minutes=6).state is TaskState.TAKEN


def test_what_is_done_is_neither_taken_nor_done_again() -> None:
    done = move(TASK, TaskDeed.FINISH)
    for deed in (TaskDeed.TAKE, TaskDeed.FINISH):
        with pytest.raises(TaskDeedRefused, match="done already"):
            move(done, deed)


def test_what_is_put_back_is_anybodys() -> None:
    for deed in (TaskDeed.TAKE, TaskDeed.FINISH):
        back = move(move(TASK, deed), TaskDeed.PUT_BACK)
        assert back.state is TaskState.OPEN
        assert (back.taken_by, back.done_by) == ("", "")
        assert move(back, TaskDeed.TAKE, "brian").taken_by == "brian"


def test_the_next_person_is_told_of_what_was_put_back_after_a_moment() -> None:
    back = move(move(TASK, TaskDeed.TAKE), TaskDeed.PUT_BACK, minutes=30)
    assert back.escalate_at == AT + timedelta(minutes=30) + PUT_BACK_TOLD_AFTER
    assert move(TASK, TaskDeed.PUT_BACK) == TASK, "nobody had it"


def test_it_is_late_from_the_moment_it_is_due_until_it_is_done() -> None:
    assert not TASK.is_late(AT)
    assert TASK.is_late(TASK.due_at)
    assert not move(TASK, TaskDeed.FINISH).is_late(TASK.due_at)


def test_a_correction_opens_what_was_done_and_leaves_who_has_taken_it() -> None:
    told = replace(TASK, revised_at=AT + timedelta(minutes=9), urgent=True)
    done = move(move(TASK, TaskDeed.TAKE), TaskDeed.FINISH)
    again = revised(done, told)
    assert again.state is TaskState.TAKEN
    assert again.taken_by == "grace"
    assert again.urgent
    assert again.escalate_at is None
    assert revised(TASK, told).escalate_at == told.escalate_at


def test_the_same_or_an_older_version_changes_nothing() -> None:
    for version in (AT, AT - timedelta(minutes=1), None):
        assert revised(TASK, replace(TASK, revised_at=version, urgent=True)) is TASK


def test_a_correction_makes_nothing_due_later() -> None:
    told = replace(TASK, revised_at=AT + timedelta(minutes=9), due_at=TASK.due_at + timedelta(1))
    assert revised(TASK, told).due_at == TASK.due_at


def test_instants_are_in_utc() -> None:
    with pytest.raises(ValueError, match=r"Task\.due_at"):
        replace(TASK, due_at=datetime(2026, 1, 1))  # noqa: DTZ001
