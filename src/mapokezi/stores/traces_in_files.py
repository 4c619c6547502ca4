"""What of a caller lies in files: spilled changes, and whatever else holds their number."""

from __future__ import annotations

import asyncio
import mmap
import os
import sqlite3
import stat
import time
from collections.abc import Collection, Iterator
from contextlib import closing
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from mapokezi.stores.dialects import fault_of, file_of, read_url
from mapokezi.stores.errors import StoreError
from mapokezi.stores.schema import metadata
from mapokezi.stores.spill import decode

_SPILLED = "spilled-*.jsonl*"
_COMPACTS_WITHIN_S = 60.0
_TRIES_EVERY_S = 0.2


def blank_spilled(folder: Path, ids: Collection[str], numbers: Collection[str]) -> int:
    """Blank the lines of spill files that name one of these ids, or hold one of these numbers.

    A line is written over with spaces in its place: processes that add to the file, or take it
    away to read it back, are not disturbed, and a kill in the middle costs no other line.

    Returns:
        How many lines.

    Raises:
        OSError: A file cannot be read or written.
    """
    blanked = 0
    for path in sorted(folder.glob(_SPILLED)):
        with path.open("r+b") as file:
            at = 0
            for line in file.readlines():
                if _is_theirs(line, ids, numbers):
                    body = len(line.rstrip(b"\n"))
                    os.pwrite(file.fileno(), b" " * body, at)
                    blanked += 1
                at += len(line)
            os.fsync(file.fileno())
    return blanked


def _is_theirs(line: bytes, ids: Collection[str], numbers: Collection[str]) -> bool:
    written = line.decode("ascii", "backslashreplace")
    if decode(written) is not None:
        ids = [f'"{one}"' for one in ids]  # whole: one id may begin with another
    return any(one in written for one in (*ids, *numbers))


async def compact(url: str) -> None:
    """Have the database give up what was removed from it: pages, free space, write-ahead log.

    SQLite writes the whole file anew, some seconds for a hundred thousand calls; Postgres each of
    our tables. Whoever else wants to write meanwhile waits, or spills and reads back; nobody loses
    anything. Postgres's own log of changes, its replicas and its archives are the server's: they
    forget in their time.

    Raises:
        StoreError: It could not be done: no room on the disk, or somebody keeps it busy.
    """
    parsed = read_url(url)
    path = file_of(parsed)
    if path is None:
        await _compact_tables(parsed)
        return
    await asyncio.to_thread(_compact_file, path)


async def _compact_tables(url: URL) -> None:
    engine = create_async_engine(url, hide_parameters=True, isolation_level="AUTOCOMMIT")
    names = ", ".join(table.name for table in metadata.sorted_tables)
    try:
        async with engine.connect() as connection:
            await connection.execute(text(f"SET lock_timeout = '{_COMPACTS_WITHIN_S:.0f}s'"))
            await connection.execute(text(f"VACUUM (FULL) {names}"))
    except DBAPIError as error:
        raise StoreError(f"the database could not be written anew: {fault_of(error)}") from None
    finally:
        await engine.dispose()


def _compact_file(path: Path) -> None:
    until = time.monotonic() + _COMPACTS_WITHIN_S
    try:
        with closing(sqlite3.connect(path, timeout=_COMPACTS_WITHIN_S)) as connection:
            connection.isolation_level = None
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("VACUUM")
            # A reader that is under way keeps old pages in the log; it will be over soon.
            while connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                if time.monotonic() > until:
                    raise StoreError("the database's log is kept busy and still holds old pages")
                time.sleep(_TRIES_EVERY_S)
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", type(error).__name__)
        raise StoreError(f"the database could not be written anew: {name}") from None


def files_with(folder: Path, sought: Collection[str]) -> tuple[Path, ...]:
    """Which files under a folder hold any of these texts, byte for byte."""
    needles = [one.encode() for one in sought if one]
    return tuple(path for path in _files(folder) if _holds(path, needles))


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        try:
            found = path.lstat()
        except OSError:  # it went away meanwhile
            continue
        if stat.S_ISREG(found.st_mode) and found.st_size:
            yield path


def _holds(path: Path, needles: Collection[bytes]) -> bool:
    try:
        with (
            path.open("rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
        ):
            return any(content.find(needle) >= 0 for needle in needles)
    except (OSError, ValueError):  # emptied or gone since it was listed
        return False
