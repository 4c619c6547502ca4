"""``mapokezi calls``: who called, and what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from mapokezi.calls import CallId, Outcome, Speaker
from mapokezi.cli.settings import ConfigOption, load
from mapokezi.config import Settings
from mapokezi.errors import MapokeziError
from mapokezi.records.call_record import CallInFull, CallRecord
from mapokezi.records.lists import CallFilter, CallPage, MessageFilter, MessagePage

app = typer.Typer(help="Who called, and what came of it.", no_args_is_help=True)


@app.command("list")
def list_calls(
    config: ConfigOption = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help="How many.")] = 20,
    outcome: Annotated[
        Outcome | None, typer.Option("--outcome", help="Only calls that came to this.")
    ] = None,
) -> None:
    """List calls, the latest first."""
    listed = asyncio.run(_page(load(config), CallFilter(outcome=outcome), limit))
    if not listed.calls:
        print("No calls yet." if outcome is None else f"No call has come to {outcome.value} yet.")
        return
    rows = [("call", "arrived (UTC)", "caller", "outcome", "length", "cost")]
    rows += [
        (
            call.call_id,
            f"{call.arrived_at:%Y-%m-%d %H:%M:%S}",
            call.caller or "withheld",
            call.outcome.value if call.outcome else "on the line",
            length_of(call),
            str(call.cost or ""),
        )
        for call in listed.calls
    ]
    print_columns(rows)


def print_columns(rows: Sequence[tuple[str, ...]]) -> None:
    """Print rows under their headings, whole on however narrow a terminal, the last two right."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    last = len(widths) - 2
    for row in rows:
        cells = (
            cell.rjust(width) if place >= last else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        print("  ".join(cells).rstrip())


@app.command("show")
def show_call(
    call_id: Annotated[str, typer.Argument(help="The call's id, or `last`.")],
    config: ConfigOption = None,
    timeline: Annotated[
        bool, typer.Option("--timeline", help="Every instant of the call, too.")
    ] = False,
) -> None:
    """Show one call: its conversation as it was heard, its message, its seconds and its cost."""
    settings = load(config)
    found, left = asyncio.run(_one(settings, call_id))
    if found is None:
        raise MapokeziError(f"there is no call {call_id}; `mapokezi calls list` shows them")
    print_call(found, left, settings.data_folder, with_timeline=timeline)


def length_of(call: CallRecord) -> str:
    """How long a call was: ``1:05``; empty while it goes on."""
    if call.length_ms is None:
        return ""
    return f"{call.length_ms // 60_000}:{call.length_ms // 1000 % 60:02d}"


def print_call(
    found: CallInFull, left: MessagePage, data_folder: Path, *, with_timeline: bool = False
) -> None:
    """Print a call with all that is known of it."""
    call = found.call
    out = Console(highlight=False, soft_wrap=True)
    out.print(f"[bold]{call.call_id}[/bold]  {call.caller or 'withheld'} → {call.dialled}")
    out.print(
        f"{call.arrived_at:%Y-%m-%d %H:%M:%S} UTC, {length_of(call) or 'on the line'}, "
        f"outcome [bold]{call.outcome.value if call.outcome else 'not yet'}[/bold]"
        + (f", ended: {call.termination.reason.value}" if call.termination else "")
        + (f", cost {call.cost}" if call.cost else "")
    )
    for turn in found.turns:
        ours = turn.speaker is Speaker.RECEPTIONIST
        who = "receptionist" if ours else "caller"
        facts = f"  [dim]({', '.join(turn.fact_ids)})[/dim]" if turn.fact_ids else ""
        cut = f" [dim strike]{escape(turn.unheard_text)}[/dim strike]" if turn.unheard_text else ""
        colour = "green" if ours else "cyan"
        out.print(
            f"[dim]{turn.started_ms / 1000:7.1f}[/dim]  [{colour}]{who:>12}[/{colour}]  "
            f"{escape(turn.text)}{cut}{facts}"
        )
    for message in left.messages:
        unsure = (
            f"  [yellow]not sure: {', '.join(message.unsure)}[/yellow]" if message.unsure else ""
        )
        out.print(
            f"[bold]message[/bold] {message.message_id} for {message.for_person or 'the office'}"
            f"{' (urgent)' if message.urgent else ''}: {escape(message.name or 'no name')}, "
            f"{escape(message.number or 'no number')}: {escape(message.reason)}"
            + (f", best time {escape(message.best_time)}" if message.best_time else "")
            + unsure
        )
    for hand_off in call.hand_offs:
        came = hand_off.outcome.value if hand_off.outcome else "ringing"
        out.print(f"[bold]passed on[/bold] to {hand_off.person_id or 'the reception'}: {came}")
    if call.seconds is not None:
        parts = {
            "caller": call.seconds.caller_ms,
            "receptionist": call.seconds.receptionist_ms,
            "both": call.seconds.both_ms,
            "thinking": call.seconds.thinking_ms,
            "dead air": call.seconds.dead_air_ms,
        }
        out.print("seconds: " + ", ".join(f"{name} {ms / 1000:.1f}" for name, ms in parts.items()))
    if call.recording:
        out.print(f"recording: {data_folder / call.recording}")
    if with_timeline:
        for entry in found.timeline:
            values = escape(" ".join(f"{key}={value}" for key, value in entry.values.items()))
            out.print(f"[dim]{entry.at_ms / 1000:8.2f}[/dim]  {entry.what}  [dim]{values}[/dim]")


async def _page(settings: Settings, wanted: CallFilter, limit: int) -> CallPage:
    from mapokezi.stores.database import open_for_reading

    async with open_for_reading(settings.database_url) as database:
        return await database.calls.page(wanted, limit=limit)


async def _one(settings: Settings, call_id: str) -> tuple[CallInFull | None, MessagePage]:
    from mapokezi.stores.database import open_for_reading

    async with open_for_reading(settings.database_url) as database:
        wanted = CallId(call_id)
        if call_id == "last":
            latest = await database.calls.page(limit=1)
            wanted = latest.calls[0].call_id if latest.calls else wanted
        found = await database.calls.get(wanted)
        left = await database.messages.page(MessageFilter(call_id=wanted))
        return found, left
