"""Copying a database out, and putting it back."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.postgres import PostgresServer
from tests.sample_records import Examples

from mapokezi.records.changes import SaveArrival
from mapokezi.stores.database import DatabaseSettings, open_database
from mapokezi.stores.dumps import contents_of, dump, is_empty, load
from mapokezi.stores.errors import BackupError

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("postgres_programs")]


async def test_a_database_is_empty_until_it_has_tables(
    database_url: str, settings: DatabaseSettings
) -> None:
    assert await is_empty(database_url)
    async with open_database(settings):
        assert not await is_empty(settings.url)


async def test_a_copy_that_is_damaged_changes_nothing(
    settings: DatabaseSettings, examples: Examples, tmp_path: Path
) -> None:
    async with open_database(settings) as database:
        await database.writer.commit(SaveArrival(examples.arrival()))
    copy = tmp_path / "copy"
    contents = await dump(settings.url, copy)
    with copy.open("r+b") as file:
        file.truncate(copy.stat().st_size // 2)
    with pytest.raises(BackupError, match=r"cannot be restored|is damaged|pg_restore failed"):
        await load(settings.url, copy, contents.rows)
    assert (await contents_of(settings.url)).rows == contents.rows


async def test_what_was_put_back_is_counted(
    settings: DatabaseSettings, examples: Examples, tmp_path: Path
) -> None:
    async with open_database(settings) as database:
        await database.writer.commit(SaveArrival(examples.arrival()))
    contents = await dump(settings.url, tmp_path / "copy")
    with pytest.raises(BackupError, match="not with the rows of the backup"):
        await load(settings.url, tmp_path / "copy", {**contents.rows, "calls": 2})


async def test_the_old_log_is_not_played_into_the_new_file(
    sqlite_settings: DatabaseSettings, sqlite_file: Path, examples: Examples, tmp_path: Path
) -> None:
    """SQLite's own: a killed program leaves a write-ahead log with pages of the old file."""
    async with open_database(sqlite_settings) as database:
        await database.writer.commit(SaveArrival(examples.arrival(0)))
    contents = await dump(sqlite_settings.url, tmp_path / "copy")
    with closing(sqlite3.connect(sqlite_file, isolation_level=None)) as killed:
        killed.execute("PRAGMA wal_autocheckpoint = 0")
        killed.execute("UPDATE calls SET office_id = 'after the backup'")
        left = {
            suffix: sqlite_file.with_name(sqlite_file.name + suffix).read_bytes()
            for suffix in ("-wal", "-shm")
        }
    for suffix, content in left.items():
        sqlite_file.with_name(sqlite_file.name + suffix).write_bytes(content)
    await load(sqlite_settings.url, tmp_path / "copy", contents.rows)
    async with open_database(sqlite_settings) as database:
        assert (await database.calls.page()).calls == (examples.arrival(0),)


async def test_what_others_keep_in_the_same_database_is_left_alone(
    postgres_settings: DatabaseSettings, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    """Postgres's own."""
    async with open_database(postgres_settings) as database:
        await database.writer.transact(
            lambda c: c.execute(text("SELECT 'theirs' AS word INTO others")).close()
        )
    contents = await dump(postgres_settings.url, tmp_path / "copy")
    assert b"theirs" not in (tmp_path / "copy").read_bytes()
    await load(postgres_settings.url, tmp_path / "copy", contents.rows)
    assert "theirs" in postgres_server.dumped(postgres_settings.url)


async def test_the_password_is_in_no_argument(
    postgres_settings: DatabaseSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Arguments can be read by everybody on the machine."""
    program = tmp_path / "pg_dump"
    program.write_text(
        f'#!/bin/sh\nprintf "%s " "$@" > {tmp_path}/arguments\n'
        f'printf "%s" "$PGPASSWORD" > {tmp_path}/password\necho pg_dump: error: no >&2\nexit 1\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    url = postgres_settings.url.replace("mapokezi@", "mapokezi:s3cret@")
    with pytest.raises(BackupError, match="pg_dump failed: pg_dump: error: no"):
        await dump(url, tmp_path / "copy")
    assert "s3cret" not in (tmp_path / "arguments").read_text()
    assert "--snapshot=" in (tmp_path / "arguments").read_text()
    assert (tmp_path / "password").read_text() == "s3cret"
