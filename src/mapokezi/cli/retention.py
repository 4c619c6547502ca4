"""``mapokezi retention``: what was kept for long enough, shown and removed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import typer

from mapokezi.cli.agreeing import YesOption, is_wanted
from mapokezi.cli.settings import ConfigOption, load_for_work
from mapokezi.config import Settings
from mapokezi.errors import MapokeziError

if TYPE_CHECKING:
    from mapokezi.records.retention import RetentionPlan

app = typer.Typer(help="What was kept for long enough: shown, removed.", no_args_is_help=True)


@app.command("plan")
def plan(config: ConfigOption = None) -> None:
    """Show what is due to go, by office and kind. Nothing is removed."""
    asyncio.run(_plan(load_for_work(config)))


@app.command("run")
def run(config: ConfigOption = None, yes: YesOption = False) -> None:
    """Remove what is due: shows it, and asks first. The desk does it by itself once a day."""
    removed = asyncio.run(_run(load_for_work(config), yes=yes))
    print("removed: " + (", ".join(f"{kind} {count}" for kind, count in removed.items()) or "none"))


async def _plan(settings: Settings) -> None:
    from mapokezi.aftercall.retaining import note_plan, plan_retention
    from mapokezi.app.keeping import keeping_opened, whoever

    async with keeping_opened(settings) as keeping:
        found = await plan_retention(keeping.retention)
        if not found.is_empty:
            await note_plan(keeping.retention, found, whoever())
    _show(found)


async def _run(settings: Settings, *, yes: bool) -> dict[str, int]:
    from mapokezi.aftercall.retaining import plan_retention, run_retention
    from mapokezi.app.keeping import keeping_opened, whoever

    async with keeping_opened(settings) as keeping:
        found = await plan_retention(keeping.retention)
        _show(found)
        if found.is_empty:
            return {}
        if not is_wanted("Remove it?", yes):
            raise MapokeziError("nothing was removed; --yes does it without asking")
        return await run_retention(keeping.retention, found, whoever())


def _show(found: RetentionPlan) -> None:
    from mapokezi.cli.tables import print_table

    if found.is_empty:
        print("Nothing is due.")
        return
    rows = [
        (
            due.office_id,
            due.kind.value,
            f"{due.days} days",
            f"{due.before:%Y-%m-%d}",
            f"{due.oldest:%Y-%m-%d}" if due.oldest is not None else "",
            str(due.count),
        )
        for due in found.due
    ]
    print_table(("office", "kind", "kept for", "due before", "oldest", "number"), rows, right=(5,))
