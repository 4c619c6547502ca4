"""``mapokezi messages``: what callers left for the staff."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from mapokezi.cli.settings import ConfigOption, load
from mapokezi.config import Settings
from mapokezi.records.lists import MessageFilter, MessagePage

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
    listed = asyncio.run(_page(load(config), MessageFilter(unread_only=unread), limit))
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
            + f"  [dim]{message.call_id}[/dim]"
        )


async def _page(settings: Settings, wanted: MessageFilter, limit: int) -> MessagePage:
    from mapokezi.stores.database import open_for_reading

    async with open_for_reading(settings.database_url) as database:
        return await database.messages.page(wanted, limit=limit)
