"""``mapokezi callers``: what is kept of one caller, given to them or erased."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mapokezi.cli.agreeing import YesOption, is_wanted
from mapokezi.cli.settings import ConfigOption, load_for_work
from mapokezi.config import Settings
from mapokezi.errors import MapokeziError
from mapokezi.records.audit import Deed, caller_tag
from mapokezi.units import E164

if TYPE_CHECKING:
    from mapokezi.aftercall.caller_export import Exported
    from mapokezi.aftercall.erasing import Erased
    from mapokezi.stores.erasure import CallerTraces

app = typer.Typer(
    help="What is kept of one caller: given to them, or erased.", no_args_is_help=True
)

NumberArgument = Annotated[
    str, typer.Argument(help="Their number: +254722000100, or at home 0722000100.")
]


@app.command("export")
def export(
    number: NumberArgument,
    file: Annotated[Path, typer.Argument(help="The ZIP file to write; it must not exist.")],
    config: ConfigOption = None,
) -> None:
    """Write everything of one caller into a ZIP file: records as JSON, and the recordings."""
    done = asyncio.run(_export(load_for_work(config), _number(number), file))
    print(f"{file}: {done.rows} records, {done.recordings} recordings")
    for what in done.missing:
        print(f"  not in it: {what}")
    if done.missing:
        raise typer.Exit(1)


@app.command("erase")
def erase(number: NumberArgument, config: ConfigOption = None, yes: YesOption = False) -> None:
    """Erase everything of one caller: shows what there is, and asks first. There is no way back."""
    done = asyncio.run(_erase(load_for_work(config), _number(number), yes=yes))
    print(f"erased: {done.rows} records, {done.files} files, {done.spilled} spilled changes")
    print("The phone platform keeps records of its own: ask it to erase them, too.")
    for path in done.left_in:
        print(f"  the number still stands in {path}")
    if done.left_in:
        raise typer.Exit(1)


def _number(text: str) -> E164:
    from mapokezi.telephony.numbers import to_e164

    number = to_e164(text)
    if number is None:
        raise MapokeziError(f'"{text}" is no telephone number; write it as +254722000100')
    return number


async def _export(settings: Settings, number: E164, file: Path) -> Exported:
    from mapokezi.aftercall.caller_export import export_caller
    from mapokezi.app.keeping import audit_secret, keeping_opened
    from mapokezi.bridge import clock

    async with keeping_opened(settings) as keeping:
        traces = await keeping.records.erasures.traces(number)
        if traces.is_empty:
            raise MapokeziError(f"nothing is kept of {number}")
        rows = await keeping.records.erasures.rows(traces)
        tag = caller_tag(number, audit_secret(settings))
        await keeping.note(Deed.EXPORTED_CALLER, tag, calls=len(traces.whose.calls))
        sources = (settings.data_folder, keeping.keys)
        try:
            return await asyncio.to_thread(export_caller, traces, rows, clock.wall(), file, sources)
        except OSError as error:
            raise MapokeziError(f"{file} cannot be written: {error.strerror}") from None


async def _erase(settings: Settings, number: E164, *, yes: bool) -> Erased:
    from mapokezi.aftercall.erasing import erase_caller
    from mapokezi.app.keeping import erasing_parts, keeping_opened, whoever

    async with keeping_opened(settings) as keeping:
        traces = await keeping.records.erasures.traces(number)
        _show(traces)
        if not is_wanted(f"Erase all of {number}?", yes):
            raise MapokeziError("nothing was erased; --yes does it without asking")
        return await erase_caller(traces, whoever(), erasing_parts(settings, keeping.records))


def _show(traces: CallerTraces) -> None:
    if traces.is_empty:
        print(f"Nothing is on record of {traces.number}; files are looked through all the same.")
        return
    for table, count in traces.counts.items():
        if count:
            print(f"{count:6}  {table.replace('_', ' ')}")
