"""A backup: the database, the recordings and the office's folder, in a folder of its own.

Database first, files behind it: what the records name was there at that instant, and a recording
never changes once it is sealed. Whatever is missing all the same, since retention or an erasure
removed it meanwhile, is told.

In it are, besides, what the data folder has that cannot be made again: the secret of the audit
trail's tags, the secret part of the voice URL, what was learned of the platform, and changes that
still wait in spill files. The keys of recordings are not: whoever finds the backup hears nothing.
Recordings that are still plain are left out for the same reason, where they are to be sealed.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from mapokezi.stores.backup_manifest import (
    BackedUpFile,
    BackedUpOffice,
    Manifest,
    copy_into,
    entry_of,
    make_folders,
    write_manifest,
)
from mapokezi.stores.dialects import fault_of, read_url
from mapokezi.stores.dumps import Contents, dump
from mapokezi.stores.errors import BackupError
from mapokezi.stores.kept_files import inside
from mapokezi.stores.language_packs import FOLDER as LANGUAGE_PACKS
from mapokezi.stores.upgrades import check_file, reachable

RECORDINGS = "recordings"
DATA = "data"
"""Under it, in the backup, stand files of the data folder."""
_OFFICES = "offices"
_FILES = (
    "audit-secret",
    "voice-url-secret",
    "learned-*.json",
    "spilled-*.jsonl*",
    f"{LANGUAGE_PACKS}/*/*/*",
)
_DATABASE_FILES = {"sqlite": "mapokezi.db", "postgresql": "mapokezi.dump"}


@dataclass(frozen=True, slots=True)
class BackupSource:
    """What is backed up."""

    url: str
    data_folder: Path
    office_folders: Sequence[Path]
    program: str
    """The version of this program."""
    seals: bool = True
    """Whether recordings are to be sealed: plain ones are left out then."""
    with_recordings: bool = True


async def make_backup(source: BackupSource, folder: Path, now: datetime) -> Manifest:
    """Make a backup, beside whoever uses the records. What it has begun is removed if it fails.

    Args:
        source: What is backed up.
        folder: Where to; it must not exist, or be empty.
        now: The instant.

    Raises:
        BackupError: It cannot be made.
        DatabaseMissingError: There is no database.
        DatabaseVersionError: The database is a newer program's, or has no tables.
    """
    check_file(source.url)
    _make_folder(folder)
    try:
        async with reachable(read_url(source.url)):
            return await _make(source, folder, now)
    except OSError as error:
        await asyncio.to_thread(_remove_what_is_in, folder)
        raise BackupError(f"{error.filename or folder}: {error.strerror}") from None
    except DBAPIError as error:
        await asyncio.to_thread(_remove_what_is_in, folder)
        raise BackupError(f"the database cannot be read: {fault_of(error)}") from None
    except BaseException:
        await asyncio.to_thread(_remove_what_is_in, folder)
        raise


def _make_folder(folder: Path) -> None:
    try:
        make_folders(folder)
        is_ours = not any(folder.iterdir())
    except OSError as error:
        raise BackupError(f"{folder} cannot be made: {error.strerror}") from None
    if not is_ours:
        raise BackupError(f"{folder} is not empty; a backup gets a folder of its own")


async def _make(source: BackupSource, folder: Path, now: datetime) -> Manifest:
    kind = read_url(source.url).get_backend_name()
    database_file = _DATABASE_FILES[kind]
    contents = await dump(source.url, folder / database_file)
    manifest = await asyncio.to_thread(
        _with_files, source, folder, contents, (kind, database_file), now
    )
    await asyncio.to_thread(write_manifest, manifest, folder)
    return manifest


def _with_files(
    source: BackupSource, folder: Path, contents: Contents, database: tuple[str, str], now: datetime
) -> Manifest:
    data_folder = source.data_folder
    files = [entry_of(folder, database[1])]
    small = sorted(path for pattern in _FILES for path in data_folder.glob(pattern))
    files += [
        copy_into(path, folder, f"{DATA}/{path.relative_to(data_folder).as_posix()}")
        for path in small
        if path.is_file()
    ]
    left_plain = contents.plain_files if source.seals else ()
    missing: list[str] = []
    if source.with_recordings:
        wanted = [*contents.kept_files, *(() if source.seals else contents.plain_files)]
        files += _recordings(data_folder, folder, wanted, missing)
    offices = tuple(_offices(source.office_folders))
    files += [one for office in offices for one in _office_files(office, folder)]
    return Manifest(
        program=source.program,
        made_at=now,
        database=database[0],
        database_file=database[1],
        revision=contents.revision,
        rows=dict(contents.rows),
        data_folder=str(data_folder),
        recordings=str(data_folder / RECORDINGS),
        recordings_copied=source.with_recordings,
        recordings_missing=tuple(missing),
        not_sealed_yet=sum((data_folder / path).is_file() for path in left_plain),
        key_ids=contents.key_ids,
        offices=offices,
        files=tuple(files),
    )


def _recordings(
    data_folder: Path, folder: Path, wanted: Iterable[str], missing: list[str]
) -> Iterator[BackedUpFile]:
    for relative in dict.fromkeys(wanted):
        path = inside(data_folder, relative)
        if path is None:
            missing.append(relative)
            continue
        try:
            yield copy_into(path, folder, f"{DATA}/{relative}")
        except FileNotFoundError:
            missing.append(relative)


def _offices(folders: Sequence[Path]) -> Iterator[BackedUpOffice]:
    for number, folder in enumerate(folders, start=1):
        path = folder.absolute()
        yield BackedUpOffice(folder=str(path), copy=f"{_OFFICES}/{number}-{path.name}")


def _office_files(office: BackedUpOffice, folder: Path) -> Iterator[BackedUpFile]:
    top = Path(office.folder)
    for path in sorted(top.rglob("*")):
        if path.is_file():
            yield copy_into(path, folder, f"{office.copy}/{path.relative_to(top)}")


def _remove_what_is_in(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
