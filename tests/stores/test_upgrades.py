"""Bringing a database to this program's tables."""

from __future__ import annotations

import asyncio
from importlib.resources import files
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

from mapokezi.stores.dialects import ConnectionSettings, make_engine, make_file, read_url
from mapokezi.stores.errors import DatabaseMissingError, DatabaseVersionError
from mapokezi.stores.schema import metadata
from mapokezi.stores.upgrades import check, check_file, newest_revision, upgrade

pytestmark = pytest.mark.anyio


def engine_of(url: str) -> AsyncEngine:
    return make_engine(read_url(url), ConnectionSettings(), writes=True)


async def test_the_migrations_build_the_tables_of_the_schema(database_url: str) -> None:
    await upgrade(database_url)

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        return list(compare_metadata(context, metadata))

    def indexes(connection: Connection) -> set[str]:
        found = inspect(connection)
        return {
            str(index["name"])
            for name in metadata.tables
            for index in found.get_indexes(name)
            if not index.get("duplicates_constraint")  # Postgres lists what holds a rule, too
        }

    engine = engine_of(database_url)
    try:
        async with engine.begin() as connection:
            assert await connection.run_sync(differences) == []
            expected = {index.name for table in metadata.sorted_tables for index in table.indexes}
            assert await connection.run_sync(indexes) == expected
            await check(connection)
    finally:
        await engine.dispose()


async def test_the_comparison_would_see_a_difference(database_url: str) -> None:
    await upgrade(database_url)
    engine = engine_of(database_url)
    try:
        async with engine.begin() as connection:
            await connection.execute(text("ALTER TABLE calls ADD COLUMN planted TEXT"))
            found = await connection.run_sync(
                lambda c: compare_metadata(MigrationContext.configure(c), metadata)
            )
        assert len(found) == 1
    finally:
        await engine.dispose()


async def test_upgrading_again_changes_nothing(database_url: str) -> None:
    assert await upgrade(database_url) is None
    assert await upgrade(database_url) == newest_revision()


async def test_two_processes_may_upgrade_at_once(database_url: str) -> None:
    await asyncio.gather(*(upgrade(database_url) for _ in range(4)))
    engine = engine_of(database_url)
    try:
        async with engine.connect() as connection:
            await check(connection)
    finally:
        await engine.dispose()


async def test_a_database_of_a_newer_program_is_refused(database_url: str) -> None:
    await upgrade(database_url)
    engine = engine_of(database_url)
    try:
        async with engine.begin() as connection:
            await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(DatabaseVersionError, match="newer Mapokezi") as refused:
            await upgrade(database_url)
        assert refused.value.newer
        assert (refused.value.found, refused.value.wanted) == ("9999", newest_revision())
        async with engine.connect() as connection:
            with pytest.raises(DatabaseVersionError, match="newer Mapokezi"):
                await check(connection)
    finally:
        await engine.dispose()


async def test_a_database_that_was_not_upgraded_is_not_read(database_url: str) -> None:
    make_file(read_url(database_url))
    engine = engine_of(database_url)
    try:
        async with engine.connect() as connection:
            with pytest.raises(DatabaseVersionError, match="mapokezi serve") as refused:
                await check(connection)
        assert not refused.value.newer
        assert refused.value.found is None
    finally:
        await engine.dispose()


async def test_a_failed_upgrade_leaves_the_database_as_it_was(database_url: str) -> None:
    make_file(read_url(database_url))
    engine = engine_of(database_url)
    try:
        async with engine.begin() as connection:
            await connection.execute(text("CREATE TABLE messages (taken TEXT)"))
        with pytest.raises(Exception, match=r"messages.* already exists"):
            await upgrade(database_url)
        async with engine.connect() as connection:
            tables = await connection.run_sync(lambda c: inspect(c).get_table_names())
        assert tables == ["messages"]
    finally:
        await engine.dispose()


def test_there_must_be_a_file_to_read(tmp_path: Path) -> None:
    with pytest.raises(DatabaseMissingError, match="mapokezi serve"):
        check_file(f"sqlite:///{tmp_path}/none.db")


def test_the_migrations_are_part_of_the_package() -> None:
    folder = files("mapokezi.stores") / "migrations"
    assert (folder / "env.py").is_file()
    assert (folder / "versions" / "v0001_records.py").is_file()
