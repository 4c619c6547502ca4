"""A backup of one kind of database put into the other."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic import command
from psycopg import sql
from sqlalchemy import Connection, select, text
from tests.postgres import PostgresServer
from tests.stores.backup_stage import BackupStage

from mapokezi.records.audit import AuditEntry, Deed
from mapokezi.records.changes import NoteDeed, SaveTurn
from mapokezi.stores.database import Database, DatabaseSettings, open_database
from mapokezi.stores.errors import BackupError, DatabaseInUseError
from mapokezi.stores.moving import DatabaseCopy, move
from mapokezi.stores.schema import metadata
from mapokezi.stores.upgrades import _config, newest_revision

pytestmark = pytest.mark.anyio

AWKWARD = "Tab\there, line\nthere, \\N and \\. and \\t, 'quoted' \"twice\", Wanjirũ, 😀, \x01\x0b"


@dataclass
class Move:
    """A deployment, and the database of the other kind that it moves to."""

    stage: BackupStage
    url: str
    folder: Path

    @property
    def settings(self) -> DatabaseSettings:
        """Those of the database it moves to."""
        spill = self.folder / "spilled-desk.jsonl"
        return replace(self.stage.settings, url=self.url, spill_file=spill)

    async def move(self, *, force: bool = False) -> None:
        """Put the backup there."""
        await self.stage.put_back(self.url, self.folder, force=force)


@pytest.fixture
def there(
    kind: str,
    backup_stage: BackupStage,
    postgres_server: PostgresServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Move]:
    """From each kind of database to the other."""
    monkeypatch.setenv("PATH", f"{postgres_server.bin_folder}{os.pathsep}{os.environ['PATH']}")
    folder = tmp_path / "there"
    if kind == "postgres":
        live_in_nairobi(backup_stage.settings.url)
        yield Move(backup_stage, f"sqlite:///{folder / 'mapokezi.db'}", folder)
        return
    with postgres_server.database() as url:
        live_in_nairobi(url)
        yield Move(backup_stage, url, folder)


def live_in_nairobi(url: str) -> None:
    """Have a server tell instants, and read those that do not say so, three hours from UTC."""
    name = sql.Identifier(url.partition("@/")[2].partition("?")[0])
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(sql.SQL("ALTER DATABASE {} SET timezone TO 'Africa/Nairobi'").format(name))


async def rows_of(database: Database) -> dict[str, list[Any]]:
    """Every row of every table, as the program reads it."""

    def found(connection: Connection) -> dict[str, list[Any]]:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in metadata.sorted_tables
        }

    return await database.writer.transact(found)


async def test_every_row_is_there_as_it_was(there: Move) -> None:
    await there.stage.fill()
    at = datetime(2026, 11, 22, 6, 30, 0, 120, UTC)
    entry = AuditEntry("aud-1", at, AWKWARD, Deed.MADE_BACKUP, "", {"why": AWKWARD})
    async with open_database(there.stage.settings) as database:
        turn = there.stage.examples.turn(0)
        await database.writer.commit(SaveTurn(replace(turn, text=AWKWARD, cut=True)))
        await database.writer.commit(NoteDeed(entry))
        before = await rows_of(database)
    assert {name for name, rows in before.items() if rows} >= {"calls", "turns", "audit_trail"}
    assert AWKWARD in {row[3] for row in before["turns"]}
    await there.stage.back_up()
    await there.move()
    async with open_database(there.settings) as database:
        assert await rows_of(database) == before
        # And it is one that can be written to, as if it had never been another.
        await there.stage.keep(database, 9)
        newest = (await database.calls.page(limit=1)).calls[0]
        assert newest.arrived_at.utcoffset() == timedelta(0)


async def test_one_from_before_an_upgrade_is_brought_up_there(there: Move) -> None:
    def take_down(connection: Connection) -> None:
        config = _config()
        config.attributes["connection"] = connection
        command.downgrade(config, "0006")

    await there.stage.fill(1)
    async with open_database(there.stage.settings) as database:
        # Before that, no call named the version of its office, or the notices one by one.
        kept = (await database.calls.page()).calls
        calls = tuple(replace(call, office_version=None, notices=()) for call in kept)
        await database.writer.transact(take_down)
    assert (await there.stage.back_up()).revision == "0006"
    await there.move()
    async with open_database(there.settings) as database:
        assert (await database.calls.page()).calls == calls
        revision = await database.writer.transact(
            lambda c: c.scalar(text("SELECT version_num FROM alembic_version"))
        )
    assert revision == newest_revision()


async def test_what_is_there_is_written_over_only_if_told(there: Move) -> None:
    await there.stage.fill(1)
    await there.stage.back_up()
    async with open_database(there.settings) as database:
        await there.stage.keep(database, 7)
    with pytest.raises(BackupError, match=r"there is a database at .* already; --force"):
        await there.move()
    await there.move(force=True)
    async with open_database(there.settings) as database:
        found = {one.call_id for one in (await database.calls.page()).calls}
    assert found == {"c-000000", "c-000001"}


async def test_what_cannot_be_put_there_changes_nothing(there: Move) -> None:
    """A row is missing: what stood there stands."""
    await there.stage.fill(1)
    manifest = await there.stage.back_up()
    file = there.stage.folder / manifest.database_file
    async with open_database(there.settings) as database:
        await there.stage.keep(database, 7)
        before = await rows_of(database)
    with file.open("r+b") as copy:
        copy.truncate(file.stat().st_size * 3 // 4)
    copied = DatabaseCopy(manifest.database, file, manifest.revision, manifest.rows)
    with pytest.raises(BackupError, match=r"cannot be read|pg_restore failed|cannot be restored"):
        await move(there.url, copied)
    async with open_database(there.settings) as database:
        assert await rows_of(database) == before
    assert not list(there.folder.glob("*.restoring"))


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_not_while_another_machine_uses_the_server(there: Move, tmp_path: Path) -> None:
    """Its data folder is another one: only the server knows of it."""
    await there.stage.fill(1)
    await there.stage.back_up()
    other = replace(there.settings, spill_file=tmp_path / "other" / "spilled.jsonl")
    async with open_database(other) as database:
        assert (await database.calls.page()).calls == ()
        with pytest.raises(DatabaseInUseError, match="on every machine"):
            await there.move(force=True)
        assert (await database.calls.page()).calls == ()
