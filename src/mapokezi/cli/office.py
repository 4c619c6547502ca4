"""``mapokezi office``: the office's files, and the versions of them that are kept."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mapokezi.cli.settings import ConfigOption
from mapokezi.errors import MapokeziError

if TYPE_CHECKING:
    from mapokezi.receptionist.office import Office

app = typer.Typer(help="The office's files, and their versions.", no_args_is_help=True)

FolderArgument = Annotated[Path, typer.Argument(help="The office's folder.")]


class Trade(StrEnum):
    """For which there is a whole office to begin with."""

    LAW = "law"
    CLINIC = "clinic"
    PROPERTY = "property"
    ACCOUNTS = "accounts"
    GENERAL = "general"


@app.callback()
def office() -> None:
    """The office's files, and their versions."""


@app.command("new")
def new(
    folder: Annotated[Path, typer.Argument(help="Where; its name becomes the office's id.")],
    trade: Annotated[Trade, typer.Option("--trade", help="What the office does.")] = Trade.GENERAL,
    name: Annotated[str, typer.Option("--name", help="The office's name.")] = "",
    number: Annotated[
        str, typer.Option("--number", help="The number that callers dial, +254...")
    ] = "",
) -> None:
    """Write a whole office, good enough to be rung at once, to be made your own."""
    from mapokezi.stores.trades import write_new

    for path in write_new(folder, trade.value, name=name, number=number):
        print(path)
    print(f"\nNow change what is invented in them, and run: mapokezi office check {folder}")


@app.command("check")
def check(folder: FolderArgument, config: ConfigOption = None) -> None:
    """Check an office's folder: all that is wrong in it, each with file, line, key and mend."""
    from mapokezi.receptionist.hours import describe_week
    from mapokezi.receptionist.telling import chain_of

    found = read_or_tell(folder)
    tell_if_abroad_is_missing(folder, found, config)
    print(
        f"{folder}: {found.name} is ready: answers {', '.join(found.numbers)}, "
        f"{len(found.people)} people, {len(found.facts)} facts, "
        f"{len(found.message_questions)} questions for a message."
    )
    print(describe_week(found.hours))
    told = chain_of(found)
    if told:
        print(f"Who is told first of what is for nobody in particular: {told[0].name}.")
    else:
        print("Nobody is told of messages: they only stand on the desk. Give people their ways.")


def read_or_tell(folder: Path) -> Office:
    """Read an office's folder, or tell all that is wrong in it and end the command.

    Raises:
        MapokeziError: There is no such folder.
    """
    from mapokezi.stores.office_files import OfficeFilesWrong, read_office

    if not folder.is_dir():
        raise MapokeziError(f"{folder}: there is no such folder")
    try:
        return read_office(folder)
    except OfficeFilesWrong as wrong:
        for error in wrong.errors:
            print(error)
        count = len(wrong.errors)
        print(f"\n{folder}: {count} thing{'s' if count != 1 else ''} to mend.")
        raise typer.Exit(1) from None


def tell_if_abroad_is_missing(folder: Path, office: Office, config: Path | None) -> None:
    """Tell what the office's own notice lacks by the server's settings, and end the command.

    Raises:
        ConfigurationError: A setting is wrong.
    """
    from mapokezi.app.whereabouts import with_server
    from mapokezi.config import read_settings
    from mapokezi.stores.office_notices import lacks_abroad

    text = (folder / "office.toml").read_text(encoding="utf-8")
    lacks = lacks_abroad(with_server(read_settings(config), office), text)
    if lacks is not None:
        print(lacks)
        print(f"\n{folder}: 1 thing to mend. Until then callers are told it in our words.")
        raise typer.Exit(1)


@app.command("show")
def show(
    folder: FolderArgument,
    as_heard: Annotated[
        bool, typer.Option("--as-heard", help="Every sentence that it could say, as it is spoken.")
    ] = False,
) -> None:
    """Show what an office's folder holds; with --as-heard all that callers could hear of it."""
    from mapokezi.bridge import clock
    from mapokezi.receptionist.as_heard import said_of

    found = read_or_tell(folder)
    for heading, sentences in said_of(found, clock.wall(), is_spelled=as_heard):
        if not as_heard and heading.is_fixed:
            continue
        print(f"{heading.title}\n")
        for sentence in sentences:
            print(f"  {sentence}")
        print()


@app.command("instructions")
def instructions(
    folder: FolderArgument,
    at: Annotated[
        datetime | None,
        typer.Option("--at", help="As if it were then, on the office's clock; else now."),
    ] = None,
    caller: Annotated[
        str, typer.Option("--caller", help="The caller's number; withheld without it.")
    ] = "",
) -> None:
    """Show what a voice model is told of an office at the beginning of a call."""
    from zoneinfo import ZoneInfo

    from mapokezi.bridge import clock
    from mapokezi.receptionist.instructions import instructions_for
    from mapokezi.telephony.numbers import to_e164

    found = read_or_tell(folder)
    number = to_e164(caller) if caller else None
    if caller and number is None:
        raise MapokeziError(f'"{caller}" is no telephone number')
    now = at.replace(tzinfo=ZoneInfo(found.hours.timezone)) if at else clock.wall()
    print(instructions_for(found, now, number))


OfficeArgument = Annotated[str, typer.Argument(help="The office's id: its folder's name.")]
OnlyOfficeArgument = Annotated[
    str,
    typer.Argument(help="The office's id; not needed if there is one alone.", show_default=False),
]
FileOption = Annotated[
    Path | None, typer.Option("--file", help="Where to; by default to the terminal.")
]


@app.command("processing-record")
def processing_record(
    office_id: OnlyOfficeArgument = "", config: ConfigOption = None, file: FileOption = None
) -> None:
    """Write the record of processing of an office, as Markdown, from its own settings."""
    from mapokezi.cli.processing import write_document

    write_document(config, office_id, file, "processing-record")


@app.command("dpia")
def dpia(
    office_id: OnlyOfficeArgument = "", config: ConfigOption = None, file: FileOption = None
) -> None:
    """Draft a data protection impact assessment of an office, as Markdown, from its settings."""
    from mapokezi.cli.processing import write_document

    write_document(config, office_id, file, "dpia")


@app.command("history")
def history(
    office_id: OfficeArgument,
    config: ConfigOption = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many.")] = 20,
) -> None:
    """List an office's versions, the latest first: when, who, and what was changed."""
    from mapokezi.cli.office_versions import list_versions

    list_versions(config, office_id, limit)


@app.command("diff")
def diff(
    office_id: OfficeArgument,
    before: Annotated[
        int | None, typer.Argument(help="A version; by default the latest.", show_default=False)
    ] = None,
    after: Annotated[
        int | None,
        typer.Argument(help="A later one; by default the folder as it is now.", show_default=False),
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Show what differs between two versions of an office, or a version and its folder."""
    from mapokezi.cli.office_versions import show_difference

    show_difference(config, office_id, before, after)


@app.command("export")
def export(
    office_id: OfficeArgument,
    folder: Annotated[Path, typer.Argument(help="A folder that is not there yet.")],
    version: Annotated[
        int | None, typer.Option("--version", help="By default the latest.", show_default=False)
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Write a version's files into a folder."""
    from mapokezi.cli.office_versions import export_version

    export_version(config, office_id, folder, version)


@app.command("import")
def import_(
    folder: Annotated[Path, typer.Argument(help="A folder with an office's files.")],
    office_id: Annotated[
        str, typer.Option("--as", help="The office's id; by default the folder's name.")
    ] = "",
    config: ConfigOption = None,
) -> None:
    """Put a folder's files in the place of an office's, once they are found right."""
    from mapokezi.cli.office_versions import import_folder

    import_folder(config, folder, office_id)
