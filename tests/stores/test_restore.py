"""A backup is put back."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from alembic import command
from sqlalchemy import Connection, inspect, text
from sqlalchemy.schema import CreateSchema
from tests.sample_records import Examples
from tests.stores.backup_stage import KEY_ID, BackupStage

from mapokezi.calls import CallId
from mapokezi.stores.backup_manifest import FILE, Manifest
from mapokezi.stores.database import Database, DatabaseSettings, open_database
from mapokezi.stores.dialects import file_of, read_url
from mapokezi.stores.errors import BackupError, DatabaseInUseError, DatabaseVersionError
from mapokezi.stores.upgrades import _config, newest_revision
from mapokezi.stores.work_database import SCHEMA, open_work_database

pytestmark = pytest.mark.anyio


async def all_of(database: Database) -> list[object]:
    """All that is kept of all calls."""
    page = await database.calls.page(limit=1_000)
    found: list[object] = [await database.calls.get(one.call_id) for one in page.calls]
    return [*found, *(await database.messages.page(limit=1_000)).messages]


async def test_elsewhere_everything_is_as_it_was(
    backup_stage: BackupStage, database_url: str, tmp_path: Path
) -> None:
    """On another machine: an empty server, or no file yet, and an empty data folder."""
    stage = backup_stage
    await stage.fill()
    async with open_database(stage.settings) as database:
        before = await all_of(database)
    await stage.back_up()
    sealed = [stage.sealed(number).read_bytes() for number in range(3)]
    shutil.rmtree(stage.office)
    elsewhere = tmp_path / "elsewhere"
    url = database_url
    if file_of(read_url(url)) is not None:
        url = f"sqlite:///{elsewhere / 'mapokezi.db'}"
    done = await stage.put_back(url, elsewhere)
    settings = replace(stage.settings, url=url, spill_file=elsewhere / "spilled-desk.jsonl")
    async with open_database(settings) as database:
        assert await all_of(database) == before
        (kept,) = await database.recordings.of_call(CallId("c-000001"))
        assert kept.key_id == KEY_ID
    for number, content in enumerate(sealed):
        there = elsewhere / "recordings" / "2026-11" / f"c-{number:06}.flac.sealed"
        assert there.read_bytes() == content
        assert there.stat().st_mode & 0o777 == 0o600
    assert (elsewhere / "audit-secret").read_text() == "5ec7e7\n"
    assert (elsewhere / "spilled-n-1.jsonl").read_text() == '{"waits": 1}\n'
    assert not (elsewhere / "recording-key").exists()
    assert done.files == 8
    assert done.offices == (stage.office,)
    assert (stage.office / "facts" / "parking.md").read_text() == "In the basement.\n"


async def test_in_its_place_it_writes_over_nothing_unless_told(backup_stage: BackupStage) -> None:
    stage = backup_stage
    await stage.fill()
    await stage.back_up()
    async with open_database(stage.settings) as database:
        await stage.keep(database, 7)
    stage.sealed(0).write_bytes(b"spoilt")
    with pytest.raises(BackupError, match=r"there is a database at .* already; --force"):
        await stage.put_back(stage.settings.url, stage.data_folder)
    assert stage.sealed(0).read_bytes() == b"spoilt"
    async with open_database(stage.settings) as database:
        assert await database.calls.get(CallId("c-000007")) is not None
    done = await stage.put_back(stage.settings.url, stage.data_folder, force=True)
    assert stage.sealed(0).read_bytes() == bytes(70_000)
    assert done.files == 1
    assert done.offices == ()
    async with open_database(stage.settings) as database:
        assert await database.calls.get(CallId("c-000007")) is None
        assert await database.calls.get(CallId("c-000002")) is not None


async def test_another_file_in_the_way_is_told_before_anything_is_done(
    backup_stage: BackupStage, database_url: str, tmp_path: Path
) -> None:
    await backup_stage.fill(1)
    await backup_stage.back_up()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "audit-secret").write_text("another\n")
    url = database_url
    if file_of(read_url(url)) is not None:
        url = f"sqlite:///{elsewhere / 'mapokezi.db'}"
    with pytest.raises(BackupError, match="audit-secret is another one"):
        await backup_stage.put_back(url, elsewhere)
    assert {path.name for path in elsewhere.iterdir()} == {"audit-secret", "in-use"}


async def test_changes_that_wait_are_put_to_those_that_wait_here(
    backup_stage: BackupStage,
) -> None:
    await backup_stage.fill(1)
    await backup_stage.back_up()
    waiting = backup_stage.data_folder / "spilled-n-1.jsonl"
    waiting.write_text('{"waits": 2}')
    await backup_stage.put_back(backup_stage.settings.url, backup_stage.data_folder, force=True)
    assert waiting.read_text().splitlines() == ['{"waits": 2}', '{"waits": 1}']


async def test_refused_while_somebody_uses_it(backup_stage: BackupStage) -> None:
    await backup_stage.fill(1)
    await backup_stage.back_up()
    async with open_database(backup_stage.settings) as database:
        with pytest.raises(DatabaseInUseError, match="stop `mapokezi serve` first"):
            await backup_stage.put_back(
                backup_stage.settings.url, backup_stage.data_folder, force=True
            )
        assert len((await database.calls.page()).calls) == 2


async def test_on_postgres_refused_while_another_machine_uses_it(
    postgres_stage: BackupStage, tmp_path: Path
) -> None:
    """Its data folder is another one: only the server knows of it."""
    stage = postgres_stage
    await stage.fill(1)
    await stage.back_up()
    there = replace(stage.settings, spill_file=tmp_path / "there" / "spilled.jsonl")
    async with open_database(there) as database:
        assert (await database.calls.page()).calls
        with pytest.raises(DatabaseInUseError, match="on every machine"):
            await stage.put_back(stage.settings.url, stage.data_folder, force=True)
        assert len((await database.calls.page()).calls) == 2


async def test_the_durable_works_own_tables_are_begun_anew(backup_stage: BackupStage) -> None:
    """What they say is done may not be, in the database of before."""
    stage = backup_stage
    await stage.fill(1)
    await stage.back_up()

    def tables(statement: str) -> list[str]:
        work = open_work_database(stage.settings.url)
        schema = SCHEMA if work.engine.dialect.name == "postgresql" else None
        with work.engine.begin() as connection:
            if statement and schema:
                connection.execute(CreateSchema(schema))
                connection.execute(text(f"SET LOCAL search_path = {schema}"))
            if statement:
                connection.execute(text(statement))
            names = inspect(connection).get_table_names(schema)
        work.engine.dispose()
        return names

    assert tables("CREATE TABLE done (id TEXT)") == ["done"]
    await stage.put_back(stage.settings.url, stage.data_folder, force=True)
    assert tables("") == []


def take_down(connection: Connection) -> None:
    """Take a database down to the tables of an older program."""
    config = _config()
    config.attributes["connection"] = connection
    command.downgrade(config, "0006")


async def test_a_backup_from_before_an_upgrade_is_brought_up(backup_stage: BackupStage) -> None:
    """Of a program whose tables were fewer; a table that came since is built anew, empty."""
    stage = backup_stage
    await stage.fill(1)
    async with open_database(stage.settings) as database:
        await database.writer.transact(take_down)
    older = await stage.back_up()
    assert older.revision == "0006"
    assert not {"erased_calls", "audit_trail", "recordings"} & set(older.rows)
    async with open_database(stage.settings) as database:
        await stage.keep(database, 7)
    await stage.put_back(stage.settings.url, stage.data_folder, force=True)
    async with open_database(stage.settings) as database:
        assert len((await database.calls.page()).calls) == 2
        assert (await database.audit_trail.page())[0] == ()


def change_manifest(stage: BackupStage, **values: object) -> None:
    path = stage.folder / FILE
    found = msgspec.json.decode(path.read_bytes(), type=Manifest)
    path.write_bytes(msgspec.json.encode(msgspec.structs.replace(found, **values)))


@pytest.fixture
async def sqlite_stage(
    sqlite_settings: DatabaseSettings, office_folder: Path, tmp_path: Path
) -> BackupStage:
    """A backup of SQLite that was made."""
    stage = BackupStage(sqlite_settings, tmp_path / "backup", office_folder, Examples())
    await stage.fill(1)
    await stage.back_up()
    return stage


async def refusal(stage: BackupStage, tmp_path: Path) -> str:
    """What is said of a restore that is refused, and that it changed nothing."""
    elsewhere = tmp_path / "elsewhere"
    with pytest.raises((BackupError, DatabaseVersionError)) as refused:
        await stage.put_back(f"sqlite:///{elsewhere / 'mapokezi.db'}", elsewhere)
    left = {path.name for path in elsewhere.iterdir()} if elsewhere.exists() else set()
    assert left <= {"in-use"}
    return str(refused.value)


async def test_a_file_that_was_changed_is_found(sqlite_stage: BackupStage, tmp_path: Path) -> None:
    path = sqlite_stage.folder / "data" / "recordings" / "2026-11" / "c-000000.flac.sealed"
    with path.open("r+b") as file:
        file.seek(60_000)
        file.write(b"?")
    assert "is not what was backed up" in await refusal(sqlite_stage, tmp_path)


async def test_a_file_that_is_missing_is_found(sqlite_stage: BackupStage, tmp_path: Path) -> None:
    (sqlite_stage.folder / "data" / "audit-secret").unlink()
    assert "cannot be read: No such file" in await refusal(sqlite_stage, tmp_path)


async def test_one_that_was_not_finished_is_none(sqlite_stage: BackupStage, tmp_path: Path) -> None:
    (sqlite_stage.folder / FILE).unlink()
    assert "no backup, or not a whole one" in await refusal(sqlite_stage, tmp_path)


async def test_one_of_a_newer_program_is_refused(sqlite_stage: BackupStage, tmp_path: Path) -> None:
    change_manifest(sqlite_stage, revision="9999")
    assert "newer Mapokezi" in await refusal(sqlite_stage, tmp_path)
    change_manifest(sqlite_stage, revision=newest_revision(), format=2)
    assert "of form 2" in await refusal(sqlite_stage, tmp_path)


async def test_nothing_is_put_outside_the_data_folder(
    sqlite_stage: BackupStage, tmp_path: Path
) -> None:
    found = msgspec.json.decode((sqlite_stage.folder / FILE).read_bytes(), type=Manifest)
    secret = next(one for one in found.files if one.path == "data/audit-secret")
    out = msgspec.structs.replace(secret, path="data/../audit-secret")
    shutil.copy(sqlite_stage.folder / "data" / "audit-secret", sqlite_stage.folder)
    change_manifest(sqlite_stage, files=(*found.files, out))
    assert "leads out of the data folder" in await refusal(sqlite_stage, tmp_path)
    assert not (tmp_path / "audit-secret").exists()
