"""``mapokezi db``: the database and what belongs to it, upgraded, backed up and restored."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mapokezi.cli.settings import ConfigOption, load_for_work
from mapokezi.config import Settings

if TYPE_CHECKING:
    from mapokezi.stores.backup_manifest import Manifest

app = typer.Typer(help="The database: upgraded, backed up, restored.", no_args_is_help=True)

FolderArgument = Annotated[Path, typer.Argument(help="The backup's folder.")]


@app.command("upgrade")
def upgrade(config: ConfigOption = None) -> None:
    """Bring the database to this program's tables. `serve` does it by itself when it starts."""
    from mapokezi.app.backups import upgrade_database

    done = asyncio.run(upgrade_database(load_for_work(config)))
    if done.before == done.now:
        print(f"the database is at revision {done.now}, as it was")
    else:
        print(f"the database is at revision {done.now}; it was at {done.before or 'none'}")


@app.command("backup")
def backup(
    folder: Annotated[Path, typer.Argument(help="The folder to make; it must not exist.")],
    config: ConfigOption = None,
    without_recordings: Annotated[
        bool,
        typer.Option("--without-recordings", help="Copy them yourself; the manifest names them."),
    ] = False,
) -> None:
    """Copy database, recordings and offices into a folder, while calls go on. Without the keys."""
    from mapokezi.app.backups import back_up

    settings = load_for_work(config)
    made, fault = asyncio.run(
        back_up(settings, folder.absolute(), with_recordings=not without_recordings)
    )
    print(f"{folder}: {_told(made)}")
    _not_noted(fault)
    if not made.recordings_copied:
        print(f"Recordings are not in it: copy {made.recordings} yourself.")
    if made.not_sealed_yet:
        print(f"{made.not_sealed_yet} recordings are not sealed yet and not in it.")
    if made.key_ids:
        print(f"Keys are not in it: keep {', '.join(made.key_ids)} somewhere else.")
    for path in made.recordings_missing:
        print(f"  not there any more: {path}")
    if made.recordings_missing:
        raise typer.Exit(1)


@app.command("restore")
def restore(
    folder: FolderArgument,
    config: ConfigOption = None,
    force: Annotated[
        bool, typer.Option("--force", help="Write over the database and files that are there.")
    ] = False,
) -> None:
    """Put a backup back. Nothing may run on the data folder, and nothing is written over."""
    from mapokezi.app.backups import put_back

    settings = load_for_work(config)
    done, fault = asyncio.run(put_back(settings, folder.absolute(), force=force))
    print(f"restored from {done.manifest.made_at:%Y-%m-%d %H:%M:%S} UTC: {_told(done.manifest)}")
    for path in done.offices:
        print(f"put back: {path}")
    _not_noted(fault)
    _tell_keys(settings, done.manifest)


def _told(manifest: Manifest) -> str:
    kept = [one for one in manifest.files if one.path.startswith("data/recordings/")]
    counts = f"{manifest.rows['calls']} calls, {manifest.rows['messages']} messages"
    return f"{counts}, {len(kept)} recordings, {manifest.size_bytes / 1e6:.1f} MB"


def _not_noted(fault: str) -> None:
    if fault:
        print(f"not noted on the audit trail: {fault}", file=sys.stderr)


def _tell_keys(settings: Settings, manifest: Manifest) -> None:
    from mapokezi.app.backups import keys_that_are_missing

    missing = keys_that_are_missing(settings, manifest)
    if missing:
        print(
            f"Recordings are sealed by {', '.join(missing)}, which is not at hand: put it into "
            "MAPOKEZI_RECORDING_KEYS, or `serve` does not start."
        )
        raise typer.Exit(1)
