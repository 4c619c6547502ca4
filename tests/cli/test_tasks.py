"""``mapokezi tasks``."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest
from tests.sample_records import ARRIVED

from mapokezi.calls import CallId, OfficeId
from mapokezi.records.changes import Change
from mapokezi.records.message_record import MessageId
from mapokezi.records.tasks import Task, TaskId, TaskKind
from mapokezi.stores.database import DatabaseSettings, open_database
from mapokezi.stores.tasks import open_task

if TYPE_CHECKING:
    from tests.cli.conftest import Shell


def put(shell: Shell, task: Task) -> None:
    """Have a task on record."""

    async def do() -> None:
        settings = DatabaseSettings(
            url=f"sqlite:///{shell.data_folder / 'mapokezi.db'}",
            spill_file=shell.data_folder / "spill.jsonl",
        )
        async with open_database(settings) as records:
            await records.writer.transact(partial(open_task, task=task))

    asyncio.run(do())


@pytest.fixture
def with_task(shell: Shell, a_call: tuple[Change, ...]) -> Shell:
    """A shell over records with a message and its task."""
    shell.keep(a_call)
    task = Task(
        task_id=TaskId("m-000000"),
        office_id=OfficeId("law-office"),
        call_id=CallId("c-000000"),
        kind=TaskKind.MESSAGE,
        opened_at=ARRIVED,
        due_at=ARRIVED + timedelta(hours=4),
        message_id=MessageId("m-000000"),
        owner="wanjiku-kamau",
        urgent=True,
    )

    put(shell, task)
    return shell


def test_with_nothing_to_do_it_says_so(shell: Shell) -> None:
    shell.keep(())
    assert shell.run("tasks", "list").out == "Nothing to do.\n"
    assert shell.run("tasks", "list", "--done").out == "Nothing done yet.\n"


def test_a_task_is_two_lines(with_task: Shell) -> None:
    first, second = with_task.run("tasks", "list").out.splitlines()
    assert first == "message for wanjiku-kamau, by 2026-11-20 10:30 UTC urgent late"
    assert second == (
        "  Grace [/red] Njeri +254722000100: The transfer of a plot in Kiambu, which is a long and "
        "complicated matter.  m-000000"
    )
    assert with_task.run("tasks", "list", "--owner", "brian-otieno").out == "Nothing to do.\n"


def test_who_left_nothing_is_rung_by_the_number_that_rang(with_task: Shell) -> None:
    task = Task(
        task_id=TaskId("c-000000.flash"),
        office_id=OfficeId("law-office"),
        call_id=CallId("c-000000"),
        kind=TaskKind.CALL_BACK,
        opened_at=ARRIVED,
        due_at=ARRIVED,
    )
    put(with_task, task)
    first, second, *_ = with_task.run("tasks", "list").out.splitlines()
    assert first == "call back for anybody, by 2026-11-20 06:30 UTC late"
    assert second == "  +254722000100: rang and left nothing  c-000000.flash"
    assert "+254722000100: rang" in with_task.run("tasks", "show", "c-000000.flash").out


def test_it_is_taken_commented_put_back_and_done(with_task: Shell) -> None:
    shell = with_task
    assert shell.run("tasks", "take", "m-000000", "--by", "grace").out == "m-000000: taken\n"
    assert "somebody else has taken" in shell.run("tasks", "take", "m-000000", "--by", "b").fault
    assert shell.run("tasks", "comment", "m-000000", "No [b]answer[/b].", "--by", "grace").code == 0
    shown = shell.run("tasks", "show", "m-000000").out
    assert "grace does it" in shown
    assert "grace: No [b]answer[/b]." in shown
    assert "taken by grace" in shell.run("messages", "list").out
    assert shell.run("tasks", "put-back", "m-000000", "--by", "grace").out == "m-000000: open\n"
    assert shell.run("tasks", "done", "m-000000", "--by", "brian").out == "m-000000: done\n"
    assert "done by brian" in shell.run("tasks", "list", "--done").out
    assert "done already" in shell.run("tasks", "done", "m-000000", "--by", "grace").fault


def test_one_that_is_not_there(with_task: Shell) -> None:
    for arguments in (
        ("show", "none"),
        ("take", "none", "--by", "x"),
        ("comment", "none", "x", "--by", "x"),
    ):
        assert "there is no task none" in with_task.run("tasks", *arguments).fault
