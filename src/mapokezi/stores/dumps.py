"""A database copied out into one file, and put back in one go.

SQLite: by its own backup, which sees one instant and stops no writer, into a database file; put
back by a rename. Postgres: by its own programs, `pg_dump` and `pg_restore`, of the server's version
or a newer one; put back in one transaction. In either case what is put back is all there or
nothing of it is.

The tables of the durable work (`mapokezi.stores.work_database`) are left out, and taken away when a
copy is put back: what is done and what is not, our own tables tell, and the sweep begins the rest.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, MetaData, Table, func, inspect, select, text
from sqlalchemy.engine import URL
from sqlalchemy.schema import DropTable

from mapokezi.stores.dialects import (
    APPLICATION_NAME,
    ConnectionSettings,
    file_of,
    make_engine,
    name_of,
    read_url,
)
from mapokezi.stores.errors import BackupError, DatabaseInUseError
from mapokezi.stores.postgres_programs import program, run_on
from mapokezi.stores.schema import calls, metadata, recordings
from mapokezi.stores.upgrades import REVISION_TABLE, known_revision_of
from mapokezi.stores.work_database import forget_work

_PATIENT = ConnectionSettings(busy_timeout_ms=60_000)


@dataclass(frozen=True, slots=True)
class Contents:
    """What stands in a database."""

    revision: str
    rows: Mapping[str, int]
    """How many each table has."""
    kept_files: tuple[str, ...]
    """Recordings in their last form; relative to the data folder."""
    plain_files: tuple[str, ...]
    """Sound files that calls name and that have no last form yet."""
    key_ids: tuple[str, ...]


async def dump(url: str, to: Path) -> Contents:
    """Copy a database into a file, beside whoever uses it.

    Returns:
        What is in the copy.

    Raises:
        BackupError: It could not be copied.
        DatabaseVersionError: A newer program has written it, or it has no tables.
    """
    parsed = read_url(url)
    source = file_of(parsed)
    if source is None:
        return await _dump_postgres(parsed, to)
    try:
        await asyncio.to_thread(_copy_sqlite, source, to)
    except (OSError, sqlite3.Error) as error:
        raise BackupError(f"{source} cannot be copied: {error}") from None
    return await contents_of(f"sqlite:///{to}")


async def load(url: str, file: Path, rows: Mapping[str, int]) -> None:
    """Put a copy in the place of a database, which nobody uses.

    Args:
        url: The database.
        file: The copy.
        rows: How many each table has in it.

    Raises:
        BackupError: It could not be put back, and nothing was changed; or it is not what it was.
        DatabaseInUseError: Somebody is connected to the server.
    """
    parsed = read_url(url)
    target = file_of(parsed)
    if target is None:
        await _load_postgres(parsed, file, rows)
    else:
        try:
            await asyncio.to_thread(_put_sqlite, file, target)
        except (OSError, sqlite3.Error) as error:
            raise BackupError(f"{target} cannot be restored: {error}") from None
    await see_that_all_is_there(url, rows)


async def see_that_all_is_there(url: str, rows: Mapping[str, int]) -> None:
    """Count what was put back, and take away what the durable work knew of the database before.

    Raises:
        BackupError: It is not what it was.
    """
    await asyncio.to_thread(forget_work, url)
    found = (await contents_of(url)).rows
    if dict(found) != dict(rows):
        raise BackupError(
            f"{name_of(read_url(url))} was restored, but not with the rows of the backup"
        )


async def contents_of(url: str) -> Contents:
    """See what stands in a database.

    Raises:
        DatabaseVersionError: A newer program has written it, or it has no tables.
    """
    engine = make_engine(read_url(url), _PATIENT, writes=False)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_contents)
    finally:
        await engine.dispose()


async def is_empty(url: str) -> bool:
    """Whether there is no database yet, or none with tables of ours."""
    parsed = read_url(url)
    path = file_of(parsed)
    if path is not None:
        return not path.exists() or not path.stat().st_size
    engine = make_engine(parsed, _PATIENT, writes=False)
    try:
        async with engine.connect() as connection:
            return not await connection.run_sync(our_tables)
    finally:
        await engine.dispose()


def our_tables(connection: Connection) -> set[str]:
    """Which tables of ours a database has, that which tells its revision among them."""
    return set(inspect(connection).get_table_names()) & {*metadata.tables, REVISION_TABLE}


def _contents(connection: Connection) -> Contents:
    revision = known_revision_of(connection)
    names = sorted(our_tables(connection) - {REVISION_TABLE})
    rows = {
        name: connection.scalar(select(func.count()).select_from(metadata.tables[name])) or 0
        for name in names
    }
    kept = []
    if recordings.name in names:
        kept = list(connection.execute(select(recordings.c.call_id, recordings.c.path)))
    keys = select(recordings.c.key_id).distinct().where(recordings.c.key_id != "")
    named = select(calls.c.call_id, calls.c.recording).where(calls.c.recording.is_not(None))
    in_last_form = {row.call_id for row in kept}
    return Contents(
        revision=revision,
        rows=rows,
        kept_files=tuple(sorted(row.path for row in kept)),
        plain_files=tuple(
            sorted(
                row.recording
                for row in connection.execute(named)
                if row.call_id not in in_last_form
            )
        ),
        key_ids=tuple(sorted(connection.scalars(keys))) if kept else (),
    )


# SQLite.


def _copy_sqlite(source: Path, to: Path) -> None:
    os.close(os.open(to, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as reading,
        closing(sqlite3.connect(to)) as writing,
    ):
        reading.backup(writing)  # in one step, so that no writer makes it begin again
        writing.execute("PRAGMA journal_mode = DELETE")
    _check_sqlite(to)
    _on_disk(to)


def _check_sqlite(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise BackupError(f"{path} is damaged: {found}")


def _put_sqlite(file: Path, target: Path) -> None:
    beside = new_file_beside(target)
    with file.open("rb") as source, beside.open("wb") as copy:
        shutil.copyfileobj(source, copy)
    put_in_place(beside, target)


def new_file_beside(target: Path) -> Path:
    """Make an empty file for a database that is to come into the place of another."""
    beside = target.with_name(f"{target.name}.restoring")
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside.unlink(missing_ok=True)
    os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    return beside


def put_in_place(beside: Path, target: Path) -> None:
    """Put a whole database file into the place of another.

    Raises:
        BackupError: It is damaged; the other one stands.
    """
    _check_sqlite(beside)
    _on_disk(beside)
    # The old file's log would be played into the new one.
    for suffix in ("-wal", "-shm"):
        target.with_name(target.name + suffix).unlink(missing_ok=True)
    beside.replace(target)
    _on_disk(target.parent)


def _on_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# Postgres.


async def _dump_postgres(url: URL, to: Path) -> Contents:
    """Dump our tables as they were at one instant, at which they are counted, too."""
    command = program("pg_dump")
    engine = make_engine(url, _PATIENT, writes=False)
    try:
        async with engine.connect() as connection:
            contents = await connection.run_sync(_contents)
            snapshot = await connection.scalar(text("SELECT pg_export_snapshot()"))
            os.close(os.open(to, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            await run_on(
                url,
                command,
                "--format=custom",
                "--no-owner",
                "--no-privileges",
                f"--snapshot={snapshot}",
                f"--file={to}",
                *(f'--table="{name}"' for name in [*contents.rows, REVISION_TABLE]),
            )
    finally:
        await engine.dispose()
    _on_disk(to)
    return contents


async def _load_postgres(url: URL, file: Path, rows: Mapping[str, int]) -> None:
    command = program("pg_restore")
    await _make_room(url, rows)
    await run_on(
        url,
        command,
        "--clean",
        "--if-exists",
        "--no-owner",
        "--no-privileges",
        "--single-transaction",
        "--exit-on-error",
        str(file),
    )


async def _make_room(url: URL, rows: Mapping[str, int]) -> None:
    """See that nobody uses the database, and take away tables that the backup does not know."""
    engine = make_engine(url, _PATIENT, writes=True)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(see_that_nobody_is_connected)
            newer = await connection.run_sync(our_tables) - {*rows, REVISION_TABLE}
            for name in sorted(newer):
                await connection.execute(DropTable(Table(name, MetaData())))
    finally:
        await engine.dispose()


def see_that_nobody_is_connected(connection: Connection) -> None:
    """See that this is the only connection of this program to a Postgres, from whichever machine.

    Raises:
        DatabaseInUseError: There are others.
    """
    query = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND application_name = :name"
    )
    if others := connection.scalar(query, {"name": APPLICATION_NAME}) or 0:
        raise DatabaseInUseError(
            f"{others} others are connected to {name_of(connection.engine.url)}: stop "
            "`mapokezi serve` on every machine first"
        )
