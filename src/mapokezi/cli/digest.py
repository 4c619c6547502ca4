"""``mapokezi digest``: an office's day in short."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from mapokezi.cli.settings import ConfigOption, load
from mapokezi.config import Settings
from mapokezi.errors import MapokeziError
from mapokezi.receptionist.digest import Digest, digest_of
from mapokezi.receptionist.office import Office


def digest(
    config: ConfigOption = None,
    day: Annotated[
        datetime | None,
        typer.Option("--day", formats=["%Y-%m-%d"], help="Which day; today if not given."),
    ] = None,
    office: Annotated[str, typer.Option("--office", help="Only this office's.")] = "",
    language: Annotated[
        str, typer.Option("--language", help="`en` or `sw`; the office's own if not given.")
    ] = "",
) -> None:
    """Show each office's day in short: its calls, its tasks, what it cost."""
    from mapokezi.app.offices import read_offices

    settings = load(config)
    chosen = [one for one in read_offices(settings).values() if not office or one.id == office]
    if not chosen:
        raise MapokeziError(f"there is no office {office}")
    wanted = day.date() if day is not None else None
    for found in asyncio.run(_digests(settings, chosen, wanted, language)):
        print(found.title)
        for line in found.lines:
            print(f"  {line}")


async def _digests(
    settings: Settings, offices: Sequence[Office], day: date | None, language: str
) -> list[Digest]:
    from mapokezi.aftercall.digest import facts_of
    from mapokezi.bridge import clock
    from mapokezi.stores.database import open_for_reading

    now = clock.wall()
    found = []
    async with open_for_reading(settings.database_url) as database:
        for office in offices:
            of_day = day or now.astimezone(ZoneInfo(office.hours.timezone)).date()
            facts = await facts_of(database, office, of_day, now)
            found.append(digest_of(facts, language or office.telling.language))
    return found
