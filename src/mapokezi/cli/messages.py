"""``mapokezi messages``: what callers left for the staff."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from mapokezi.cli.settings import ConfigOption, load
from mapokezi.cli.trail import note_reading
from mapokezi.config import Settings
from mapokezi.records.audit import Deed
from mapokezi.records.lists import MessageFilter, MessagePage
from mapokezi.records.message_record import MessageId
from mapokezi.records.tasks import Task

app = typer.Typer(help="What callers left for the staff.", no_args_is_help=True)


@app.callback()
def messages() -> None:
    """What callers left for the staff."""


@app.command("list")
def list_messages(
    config: ConfigOption = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help="How many.")] = 20,
    unread: Annotated[bool, typer.Option("--unread", help="Only those that nobody read.")] = False,
) -> None:
    """List messages, the latest first."""
    settings = load(config)
    listed, tasks = asyncio.run(_page(settings, MessageFilter(unread_only=unread), limit))
    note_reading(settings, Deed.READ_MESSAGES)
    if not listed.messages:
        print("No unread messages." if unread else "No messages yet.")
        return
    out = Console(highlight=False, soft_wrap=True)
    for message in listed.messages:
        mark = " " if message.read_at else "[bold green]•[/bold green]"
        urgent = " [red]urgent[/red]" if message.urgent else ""
        unsure = (
            f" [yellow](not sure: {', '.join(message.unsure)})[/yellow]" if message.unsure else ""
        )
        out.print(
            f"{mark} {message.created_at:%Y-%m-%d %H:%M} UTC  "
            f"for {message.for_person or 'the office'}:{urgent} "
            f"[bold]{escape(message.name or 'no name')}[/bold] "
            f"{escape(message.number or 'no number')}{unsure}\n"
            f"  {escape(message.reason or 'no reason given')}"
            + (f"; best time: {escape(message.best_time)}" if message.best_time else "")
            + f"  [dim]{message.call_id}[/dim]{_state(tasks.get(message.message_id))}"
        )


def _state(task: Task | None) -> str:
    """How far the message's task is, if it has one yet."""
    if task is None:
        return ""
    who = task.done_by or task.taken_by
    return f"  {task.state.value}{f' by {escape(who)}' if who else ''}"


async def _page(
    settings: Settings, wanted: MessageFilter, limit: int
) -> tuple[MessagePage, dict[MessageId, Task]]:
    from mapokezi.stores.database import open_for_reading

    async with open_for_reading(settings.database_url) as database:
        listed = await database.messages.page(wanted, limit=limit)
        ids = tuple(message.message_id for message in listed.messages)
        return listed, await database.tasks.of_messages(ids)
