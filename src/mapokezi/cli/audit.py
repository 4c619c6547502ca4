"""``mapokezi audit``: who has read, heard, exported or erased what."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from mapokezi.cli.settings import ConfigOption, load_for_work
from mapokezi.config import Settings
from mapokezi.errors import MapokeziError
from mapokezi.records.audit import AuditEntry, caller_tag

app = typer.Typer(help="Who has read, heard, exported or erased what.", no_args_is_help=True)


@app.callback()
def audit() -> None:
    """Who has read, heard, exported or erased what."""


@app.command("list")
def list_deeds(
    config: ConfigOption = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=5000, help="How many.")] = 50,
    call: Annotated[str, typer.Option("--call", help="Only what was done with one call.")] = "",
    caller: Annotated[
        str, typer.Option("--caller", help="Only what was done with one caller, by their number.")
    ] = "",
) -> None:
    """List the audit trail, the latest first."""
    found = asyncio.run(_page(load_for_work(config), limit, call, caller))
    if not found:
        print("Nothing is on the trail.")
    for entry in found:
        detail = " ".join(f"{key}={value}" for key, value in entry.detail.items())
        line = (
            f"{entry.at:%Y-%m-%d %H:%M:%S}  {entry.who:<16}  {entry.deed.value:<18}  "
            f"{entry.subject}  {detail}"
        )
        print(line.rstrip())


async def _page(settings: Settings, limit: int, call: str, caller: str) -> tuple[AuditEntry, ...]:
    from mapokezi.app.keeping import audit_secret
    from mapokezi.stores.database import open_for_reading
    from mapokezi.telephony.numbers import to_e164

    subject = call
    if caller:
        number = to_e164(caller)
        if number is None:
            raise MapokeziError(f'"{caller}" is no telephone number')
        subject = caller_tag(number, audit_secret(settings))
    async with open_for_reading(settings.database_url) as records:
        found, _ = await records.audit_trail.page(limit=limit, subject=subject)
        return found
