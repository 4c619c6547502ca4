"""``mapokezi office``: the office's files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mapokezi.errors import MapokeziError

app = typer.Typer(help="The office's files.", no_args_is_help=True)


@app.callback()
def office() -> None:
    """The office's files."""


@app.command("check")
def check(
    folder: Annotated[Path, typer.Argument(help="The office's folder.")],
) -> None:
    """Check an office's folder: all that is wrong in it, each with file, line, key and mend."""
    from mapokezi.receptionist.telling import chain_of
    from mapokezi.stores.office_files import OfficeFilesWrong, read_office

    if not folder.is_dir():
        raise MapokeziError(f"{folder}: there is no such folder")
    try:
        found = read_office(folder)
    except OfficeFilesWrong as wrong:
        for error in wrong.errors:
            print(error)
        count = len(wrong.errors)
        print(f"\n{folder}: {count} thing{'s' if count != 1 else ''} to mend.")
        raise typer.Exit(1) from None
    print(
        f"{folder}: {found.name} is ready: answers {', '.join(found.numbers)}, "
        f"{len(found.people)} people, {len(found.facts)} facts, "
        f"{len(found.message_questions)} questions for a message."
    )
    told = chain_of(found)
    if told:
        print(f"Who is told first of what is for nobody in particular: {told[0].name}.")
    else:
        print("Nobody is told of messages: they only stand on the desk. Give people their ways.")
