"""What differs between databases."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from mapokezi.errors import ConfigurationError
from mapokezi.stores.database import DatabaseSettings
from mapokezi.stores.dialects import (
    ConnectionSettings,
    fault_of,
    file_of,
    is_of_the_database,
    make_engine,
    make_file,
    name_of,
    read_url,
    to_json,
)
from mapokezi.stores.errors import DatabaseUrlError


@pytest.mark.parametrize("given", ["sqlite:////tmp/a b.db", "sqlite+aiosqlite:////tmp/a b.db"])
def test_a_sqlite_url_gets_the_asynchronous_driver(given: str) -> None:
    url = read_url(given)
    assert url.drivername == "sqlite+aiosqlite"
    assert file_of(url) == Path("/tmp/a b.db")


@pytest.mark.parametrize(
    "given", ["postgresql://m@db/records", "postgresql+psycopg://m@db/records"]
)
def test_a_postgres_url_gets_the_asynchronous_driver(given: str) -> None:
    url = read_url(given)
    assert url.drivername == "postgresql+psycopg"
    assert file_of(url) is None
    assert name_of(url) == "records on db"


def test_another_database_is_refused() -> None:
    with pytest.raises(DatabaseUrlError, match="mysql; SQLite and Postgres are known"):
        read_url("mysql://mapokezi@db/records")


@pytest.mark.parametrize("given", ["", "mapokezi.db", "sqlite://", "sqlite:///:memory:"])
def test_a_url_without_a_database_is_refused(given: str) -> None:
    with pytest.raises(DatabaseUrlError) as refused:
        read_url(given)
    assert isinstance(refused.value, ConfigurationError)


def test_only_the_owner_may_read_the_file(sqlite_file: Path) -> None:
    make_file(read_url(f"sqlite:///{sqlite_file}"))
    assert sqlite_file.stat().st_mode & 0o777 == 0o600


@pytest.mark.anyio
async def test_sqlite_is_set_up_for_power_cuts_and_several_processes(sqlite_file: Path) -> None:
    """SQLite's own."""
    url = read_url(f"sqlite:///{sqlite_file}")
    make_file(url)
    engine = make_engine(url, ConnectionSettings(busy_timeout_ms=1_234), writes=True)
    try:
        async with engine.connect() as connection:

            async def pragma(name: str) -> object:
                return await connection.scalar(text(f"PRAGMA {name}"))

            assert await pragma("journal_mode") == "wal"
            assert await pragma("synchronous") == 2  # FULL
            assert await pragma("busy_timeout") == 1_234
            assert await pragma("foreign_keys") == 1
    finally:
        await engine.dispose()
    assert sqlite_file.with_name("mapokezi.db-wal").exists() is False


@pytest.mark.anyio
async def test_readers_cannot_write_and_errors_hold_no_values(database_url: str) -> None:
    url = read_url(database_url)
    make_file(url)
    writing = make_engine(url, ConnectionSettings(), writes=True)
    reading = make_engine(url, ConnectionSettings(), writes=False)
    insert = text("INSERT INTO kept VALUES (:value)")
    try:
        async with writing.begin() as connection:
            await connection.execute(text("CREATE TABLE kept (value TEXT UNIQUE)"))
            await connection.execute(insert, {"value": "Achieng"})
        async with reading.connect() as connection:
            with pytest.raises(DBAPIError, match=r"read-?only"):
                await connection.execute(insert, {"value": "Otieno"})
        with pytest.raises(IntegrityError) as doubled:
            async with writing.begin() as connection:
                await connection.execute(insert, {"value": "Achieng"})
        for one in (doubled.value, doubled.value.orig):
            assert "Achieng" not in f"{one} {one!r}"
        assert fault_of(doubled.value) in {
            "IntegrityError SQLITE_CONSTRAINT_UNIQUE",
            "IntegrityError 23505",
        }
        assert not is_of_the_database(doubled.value)
    finally:
        await writing.dispose()
        await reading.dispose()


@pytest.mark.anyio
async def test_a_value_that_does_not_fit_is_not_repeated(
    postgres_settings: DatabaseSettings,
) -> None:
    """Postgres's own: it quotes the value."""
    engine = make_engine(read_url(postgres_settings.url), ConnectionSettings(), writes=True)
    try:
        with pytest.raises(DBAPIError) as refused:
            async with engine.begin() as connection:
                await connection.execute(text("SELECT CAST(:v AS INTEGER)"), {"v": "Achieng"})
        assert "Achieng" not in f"{refused.value} {refused.value.orig!r}"
        assert fault_of(refused.value) == "DataError 22P02"
    finally:
        await engine.dispose()


@pytest.mark.anyio
async def test_on_postgres_too_one_writes_at_a_time(postgres_settings: DatabaseSettings) -> None:
    """Of what two read and then write nothing is lost, from whichever process or machine."""
    url = read_url(postgres_settings.url)
    engines = [make_engine(url, ConnectionSettings(), writes=True) for _ in range(3)]

    async def add_one(engine: AsyncEngine) -> None:
        async with engine.begin() as connection:
            found = await connection.scalar(text("SELECT number FROM counted"))
            await asyncio.sleep(0.005)
            await connection.execute(text("UPDATE counted SET number = :n"), {"n": found + 1})

    async def add_five(engine: AsyncEngine) -> None:
        for _ in range(5):
            await add_one(engine)

    try:
        async with engines[0].begin() as connection:
            await connection.execute(text("CREATE TABLE counted (number INTEGER)"))
            await connection.execute(text("INSERT INTO counted VALUES (0)"))
        await asyncio.gather(*(add_five(engine) for engine in engines))
        async with engines[0].begin() as connection:
            assert await connection.scalar(text("SELECT number FROM counted")) == 15
    finally:
        for engine in engines:
            await engine.dispose()


@pytest.mark.anyio
async def test_a_server_that_was_started_anew_costs_nothing(
    postgres_settings: DatabaseSettings,
) -> None:
    """Its connections are gone, and nobody notices."""
    url = read_url(postgres_settings.url)
    engines = [make_engine(url, ConnectionSettings(), writes=writes) for writes in (True, False)]
    gone = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    other = make_engine(url, ConnectionSettings(), writes=False)
    try:
        for engine in engines:
            async with engine.connect() as connection:
                await connection.execute(text("SELECT 1"))
        async with other.connect() as connection:
            await connection.execute(gone)
        for engine in engines:
            async with engine.connect() as connection:
                assert await connection.scalar(text("SELECT 1")) == 1
    finally:
        for engine in (*engines, other):
            await engine.dispose()


def test_a_fault_is_named_without_its_text() -> None:
    assert fault_of(ValueError("+254722000001")) == "ValueError"


def test_json_takes_whatever_comes() -> None:
    assert (
        to_json({"a": Path("/x"), "b": [1, None, "\ud83d"]}) == '{"a":"/x","b":[1,null,"\\ud83d"]}'
    )
