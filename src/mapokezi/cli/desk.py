"""``mapokezi desk``: the pages for people."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

import typer

from mapokezi.cli.settings import ConfigOption, load, start_role
from mapokezi.errors import MapokeziError


def desk(
    config: ConfigOption = None,
    link: Annotated[
        bool, typer.Option("--link", help="Print a running desk's one-time link, and end.")
    ] = False,
) -> None:
    """Show calls and messages in a browser, behind a link that works once."""
    from mapokezi.app.desk import desk_link, link_file, run_desk
    from mapokezi.desk.door import read_link_key

    if link:
        settings = load(config)
        key = read_link_key(link_file(settings))
        if key is None:
            raise MapokeziError(
                f"no desk is up with the data folder {settings.data_folder}; "
                "`mapokezi serve` or `mapokezi desk` starts one"
            )
        print(desk_link(settings, key))
        return
    asyncio.run(run_desk(start_role(config), _show if sys.stdout.isatty() else None))


def _show(link: str) -> None:
    """Print the link for somebody who is looking; a log is no place for it."""
    print(f"The desk, by a link that works once:\n  {link}", flush=True)
