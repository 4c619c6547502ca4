"""``mapokezi tasks``: what the staff have to do."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from mapokezi.cli.settings import ConfigOption, load
from mapokezi.cli.trail import note_reading
from mapokezi.config import Settings
from mapokezi.errors import MapokeziError
from mapokezi.records.audit import Deed
from mapokezi.records.message_record import MessageRecord
from mapokezi.records.tasks import (
    CommentTask,
    MoveTask,
    Task,
    TaskDeed,
    TaskFilter,
    TaskId,
    TaskInFull,
    moved,
)

if TYPE_CHECKING:
    from mapokezi.stores.database import ReadOnlyDatabase

app = typer.Typer(help="What the staff have to do.", no_args_is_help=True)

TaskArgument = Annotated[str, typer.Argument(help="The task's id, as `tasks list` shows it.")]
ByOption = Annotated[
    str, typer.Option("--by", help="Who: their id in the office's files, or a name.")
]


@app.callback()
def tasks() -> None:
    """What the staff have to do."""


@app.command("list")
def list_tasks(
    config: ConfigOption = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help="How many.")] = 20,
    done: Annotated[bool, typer.Option("--done", help="Those that are done.")] = False,
    owner: Annotated[str, typer.Option("--owner", help="Only those of this person's id.")] = "",
) -> None:
    """List tasks: those to be done by when they are due, those done the latest first."""
    from mapokezi.bridge import clock

    settings = load(config)
    wanted = TaskFilter(owner=owner or None, is_open=not done)
    found = asyncio.run(_page(settings, wanted, limit))
    note_reading(settings, Deed.READ_MESSAGES)
    if not found:
        print("Nothing done yet." if done else "Nothing to do.")
        return
    out = Console(highlight=False, soft_wrap=True)
    for task, about in found:
        _show(out, task, about, clock.wall())


@app.command("show")
def show_task(task_id: TaskArgument, config: ConfigOption = None) -> None:
    """Show a task, and what the staff have written to it."""
    from mapokezi.bridge import clock

    settings = load(config)
    found, about = asyncio.run(_one(settings, TaskId(task_id)))
    note_reading(settings, Deed.READ_MESSAGES, found.task.call_id)
    out = Console(highlight=False, soft_wrap=True)
    _show(out, found.task, about, clock.wall())
    for comment in found.comments:
        out.print(
            f"  {comment.at:%Y-%m-%d %H:%M} UTC  {escape(comment.by)}: {escape(comment.text)}"
        )


@app.command("take")
def take_task(task_id: TaskArgument, by: ByOption, config: ConfigOption = None) -> None:
    """Say that somebody does a task; nobody else is told of it any more."""
    _move(load(config), TaskId(task_id), TaskDeed.TAKE, by)


@app.command("done")
def finish_task(task_id: TaskArgument, by: ByOption, config: ConfigOption = None) -> None:
    """Say that a task is done."""
    _move(load(config), TaskId(task_id), TaskDeed.FINISH, by)


@app.command("put-back")
def put_task_back(task_id: TaskArgument, by: ByOption, config: ConfigOption = None) -> None:
    """Say that nobody does a task just now, or that it was not done after all."""
    _move(load(config), TaskId(task_id), TaskDeed.PUT_BACK, by)


@app.command("comment")
def comment_task(
    task_id: TaskArgument,
    text: Annotated[str, typer.Argument(help="What is to be known.")],
    by: ByOption,
    config: ConfigOption = None,
) -> None:
    """Write something to a task."""
    from mapokezi.bridge import clock

    settings = load(config)
    asyncio.run(_one(settings, TaskId(task_id)))
    asyncio.run(_commit(settings, CommentTask(TaskId(task_id), by, text, clock.wall())))


def _move(settings: Settings, task_id: TaskId, deed: TaskDeed, by: str) -> None:
    """Carry out a deed.

    Raises:
        TaskDeedRefused: somebody else was quicker.
    """
    from mapokezi.bridge import clock

    found, _ = asyncio.run(_one(settings, task_id))
    move = MoveTask(task_id, deed, by, clock.wall())
    after = moved(found.task, move)
    asyncio.run(_commit(settings, move))
    print(f"{task_id}: {after.state.value}")


def _show(out: Console, task: Task, about: MessageRecord | str, now: datetime) -> None:
    """Show a task with what it is about: its message, or the number of who left none."""
    late = " [red]late[/red]" if task.is_late(now) else ""
    urgent = " [red]urgent[/red]" if task.urgent else ""
    state = f"by {task.due_at:%Y-%m-%d %H:%M} UTC"
    if task.taken_by:
        state += f", {escape(task.taken_by)} does it"
    if task.done_at is not None:
        state = f"done by {escape(task.done_by)}, {task.done_at:%Y-%m-%d %H:%M} UTC"
    if isinstance(about, str):
        what = f"{about or 'number withheld'}: rang and left nothing"
    else:
        name = escape(about.name or "no name")
        number = escape(about.number or "no number")
        what = f"[bold]{name}[/bold] {number}: {escape(about.reason or 'no reason given')}"
    out.print(
        f"{task.kind.value.replace('_', ' ')} for {task.owner or 'anybody'}, {state}"
        f"{urgent}{late}\n"
        f"  {what}  [dim]{task.task_id}[/dim]"
    )


async def _page(
    settings: Settings, wanted: TaskFilter, limit: int
) -> list[tuple[Task, MessageRecord | str]]:
    from mapokezi.stores.database import open_for_reading

    async with open_for_reading(settings.database_url) as database:
        found, _ = await database.tasks.page(wanted, limit=limit)
        return [(task, await _about(database, task)) for task in found]


async def _one(settings: Settings, task_id: TaskId) -> tuple[TaskInFull, MessageRecord | str]:
    from mapokezi.stores.database import open_for_reading

    async with open_for_reading(settings.database_url) as database:
        found = await database.tasks.get(task_id)
        if found is None:
            raise MapokeziError(f"there is no task {task_id}; `mapokezi tasks list` shows them")
        return found, await _about(database, found.task)


async def _about(database: ReadOnlyDatabase, task: Task) -> MessageRecord | str:
    """What a task is about: its message; of a caller who left none, the number that rang."""
    if task.message_id is not None:
        message = await database.messages.get(task.message_id)
        if message is not None:
            return message
    call = await database.calls.get(task.call_id)
    return (call.call.caller or "") if call is not None else ""


async def _commit(settings: Settings, change: MoveTask | CommentTask) -> None:
    from mapokezi.stores.database import DatabaseSettings, open_database

    database = DatabaseSettings(
        url=settings.database_url, spill_file=settings.data_folder / "spilled-command.jsonl"
    )
    async with open_database(database) as records:
        await records.writer.commit(change)
