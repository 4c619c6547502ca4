"""Puts a backup back: all of it is looked through before anything is changed.

Then the database, in one go, then the files, each by a rename. A kill in between is mended by
restoring again, with ``force``. What the data folder has beyond the backup stays: recordings of
calls that the backup does not know, and changes that wait in spill files, which are read back into
the restored database when the program starts.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from mapokezi.records.notices import NoticeState, WayKind
from mapokezi.stores.backup import DATA
from mapokezi.stores.backup_manifest import (
    BackedUpFile,
    Manifest,
    check_files,
    copy_into,
    digest_of,
    make_folders,
    read_manifest,
)
from mapokezi.stores.dialects import (
    ConnectionSettings,
    fault_of,
    file_of,
    make_engine,
    name_of,
    read_url,
)
from mapokezi.stores.dumps import is_empty, load
from mapokezi.stores.errors import BackupError, DatabaseVersionError
from mapokezi.stores.in_use import in_use_alone
from mapokezi.stores.kept_files import inside
from mapokezi.stores.moving import DatabaseCopy, move
from mapokezi.stores.schema import notices
from mapokezi.stores.sealed_files import sync_folder
from mapokezi.stores.upgrades import is_known, newest_revision, reachable, upgrade

_SPILLED = "spilled-"
_UNFINISHED = ".restoring"


@dataclass(frozen=True, slots=True)
class RestoreTarget:
    """Where a backup is put back."""

    url: str
    data_folder: Path
    office_folders: Sequence[Path]
    force: bool = False
    """Write over what is there."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of it."""

    manifest: Manifest
    files: int
    """Of the data folder, that were put back; what stood there already is not counted."""
    offices: tuple[Path, ...]
    """Folders that were put back; one that exists is left alone."""


async def restore(target: RestoreTarget, folder: Path) -> Restored:
    """Put a backup back, and bring the database to this program's tables.

    Raises:
        BackupError: It is not whole, or could not be put back.
        DatabaseInUseError: The line, the desk or a command is running.
        DatabaseVersionError: It was made by a newer program.
    """
    manifest = await asyncio.to_thread(read_manifest, folder)
    url = read_url(target.url)
    if not is_known(manifest.revision):
        raise DatabaseVersionError(manifest.revision, newest_revision(), newer=True)
    try:
        with in_use_alone(target.data_folder):
            await asyncio.to_thread(check_files, manifest, folder)
            async with reachable(url):
                await _see_that_nothing_is_lost(target, manifest)
                await _put_database(target.url, manifest, folder)
                await upgrade(target.url)
                await _mark_what_may_have_gone_out(target.url)
            files = await asyncio.to_thread(_put_files, target, manifest, folder)
            offices = await asyncio.to_thread(_put_offices, target, manifest, folder)
    except OSError as error:
        raise BackupError(f"{error.filename or target.data_folder}: {error.strerror}") from None
    except DBAPIError as error:
        raise BackupError(f"the database cannot be restored: {fault_of(error)}") from None
    return Restored(manifest, files, offices)


async def _put_database(url: str, manifest: Manifest, folder: Path) -> None:
    """As it was; or into the other kind of database."""
    file = folder / manifest.database_file
    if manifest.database == read_url(url).get_backend_name():
        await load(url, file, manifest.rows)
    else:
        await move(url, DatabaseCopy(manifest.database, file, manifest.revision, manifest.rows))


async def _see_that_nothing_is_lost(target: RestoreTarget, manifest: Manifest) -> None:
    if target.force:
        return
    if not await is_empty(target.url):
        where = name_of(read_url(target.url))
        raise BackupError(f"there is a database at {where} already; --force puts the backup there")
    for one, path in _of_data_folder(target, manifest):
        if path.exists() and not _is_spilled(path) and digest_of(path) != one.sha256:
            raise BackupError(f"{path} is another one than in the backup; --force writes over it")


async def _mark_what_may_have_gone_out(url: str) -> None:
    """What waited at the backup's instant may have been sent since: it is worded as a repeat."""
    ways = [kind.value for kind in WayKind if not kind.knows_repeats]
    engine = make_engine(read_url(url), ConnectionSettings(), writes=True)
    try:
        async with engine.begin() as connection:
            await connection.execute(
                update(notices)
                .where(notices.c.state == NoticeState.WAITING.value, notices.c.way_kind.in_(ways))
                .values(is_repeat=True)
            )
    finally:
        await engine.dispose()


def _of_data_folder(target: RestoreTarget, manifest: Manifest) -> list[tuple[BackedUpFile, Path]]:
    """The backup's files of the data folder, and where each goes."""
    database = file_of(read_url(target.url))
    found = []
    for one in manifest.files:
        if not one.path.startswith(f"{DATA}/"):
            continue
        path = inside(target.data_folder, one.path.removeprefix(f"{DATA}/"))
        if path is None or path == database:
            raise BackupError(f"{one.path} leads out of the data folder")
        found.append((one, path))
    return found


def _put_files(target: RestoreTarget, manifest: Manifest, folder: Path) -> int:
    put = 0
    folders = set()
    for one, path in _of_data_folder(target, manifest):
        source = folder / one.path
        if path.exists() and digest_of(path) == one.sha256:
            continue
        if _is_spilled(path) and path.exists():
            _add_lines(source, path)
        else:
            _put(source, path)
        folders.add(path.parent)
        put += 1
    for each in folders:
        sync_folder(each)
    return put


def _put(source: Path, path: Path) -> None:
    make_folders(path.parent)
    part = path.with_name(path.name + _UNFINISHED)
    part.unlink(missing_ok=True)
    copy_into(source, part.parent, part.name)
    part.replace(path)


def _is_spilled(path: Path) -> bool:
    """Whether changes wait in it: these are put to those that wait here, and none is written over.
    Read back twice they come to the same."""
    return path.name.startswith(_SPILLED)


def _add_lines(source: Path, path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"\n" + source.read_bytes())
        file.flush()
        os.fsync(file.fileno())


def _put_offices(target: RestoreTarget, manifest: Manifest, folder: Path) -> tuple[Path, ...]:
    """Put back the folders of offices that are answered for and are not there any more."""
    wanted = {str(path.absolute()) for path in target.office_folders}
    put = []
    for office in manifest.offices:
        top = Path(office.folder)
        if office.folder not in wanted or top.exists():
            continue
        for one in manifest.files:
            if one.path.startswith(f"{office.copy}/"):
                relative = inside(top, one.path.removeprefix(f"{office.copy}/"))
                if relative is None:
                    raise BackupError(f"{one.path} leads out of the office's folder")
                _put(folder / one.path, relative)
        put.append(top)
    return tuple(put)
