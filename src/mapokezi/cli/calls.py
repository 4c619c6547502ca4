"""``mapokezi calls``: who called, and what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from typing import Annotated

import typer

from mapokezi.calls import CallId, Outcome
from mapokezi.cli.call_sheet import length_of, print_call
from mapokezi.cli.settings import ConfigOption, load
from mapokezi.cli.trail import note_reading
from mapokezi.config import Settings
from mapokezi.errors import MapokeziError
from mapokezi.records.audit import Deed
from mapokezi.records.call_ledger import bill_of
from mapokezi.records.call_record import CallInFull, CallRecord
from mapokezi.records.lists import CallFilter, CallPage, MessageFilter, MessagePage
from mapokezi.records.model_prices import ModelBill

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
    headings = ("call", "arrived (UTC)", "caller", "outcome", "length", "estimate", "bill", "")
    rows = [headings]
    rows += [
        (
            call.call_id,
            f"{call.arrived_at:%Y-%m-%d %H:%M:%S}",
            call.caller or "withheld",
            call.outcome.value if call.outcome else "on the line",
            length_of(call),
            *_costs(call),
        )
        for call in listed.calls
    ]
    print_columns(rows, right=(4, 5, 6))


def _costs(call: CallRecord) -> tuple[str, str, str]:
    """Our estimate, the platform's bill, and whether they differ by more than rounding."""
    if call.ended_at is None:
        return "", "", ""
    bill = bill_of(call, ModelBill())
    differ = bill.is_off and not bill.is_by_rounding
    by = f"by {bill.difference}" if bill.difference else "in their currency"
    return (
        str(bill.estimate or ""),
        str(bill.settled or "not yet"),
        f"they differ {by}" if differ else "",
    )


def print_columns(rows: Sequence[tuple[str, ...]], right: Collection[int]) -> None:
    """Print rows under their headings, whole on however narrow a terminal.

    Args:
        rows: The headings first.
        right: The columns that are set to the right.
    """
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    for row in rows:
        cells = (
            cell.rjust(width) if place in right else cell.ljust(width)
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
    from mapokezi.app.prices import price_table

    settings = load(config)
    prices = price_table(settings)
    found, left = asyncio.run(_one(settings, call_id))
    if found is None:
        raise MapokeziError(f"there is no call {call_id}; `mapokezi calls list` shows them")
    note_reading(settings, Deed.READ_CALL, found.call.call_id)
    print_call(found, left, settings.data_folder, prices, with_timeline=timeline)


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
