"""What differs between databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from mapokezi.errors import ConfigurationError
from mapokezi.stores.dialects import (
    ConnectionSettings,
    fault_of,
    file_of,
    make_engine,
    make_file,
    read_url,
    to_json,
)
from mapokezi.stores.errors import DatabaseUrlError


@pytest.mark.parametrize("given", ["sqlite:////tmp/a b.db", "sqlite+aiosqlite:////tmp/a b.db"])
def test_a_sqlite_url_gets_the_asynchronous_driver(given: str) -> None:
    url = read_url(given)
    assert url.drivername == "sqlite+aiosqlite"
    assert file_of(url) == Path("/tmp/a b.db")


def test_another_database_is_left_as_it_is() -> None:
    url = read_url("postgresql+psycopg://mapokezi@db/records")
    assert url.drivername == "postgresql+psycopg"
    assert file_of(url) is None


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
async def test_readers_cannot_write_and_errors_hold_no_values(sqlite_file: Path) -> None:
    """SQLite's own."""
    url = read_url(f"sqlite:///{sqlite_file}")
    make_file(url)
    writing = make_engine(url, ConnectionSettings(), writes=True)
    reading = make_engine(url, ConnectionSettings(), writes=False)
    insert = text("INSERT INTO kept VALUES (:value)")
    try:
        async with writing.begin() as connection:
            await connection.execute(text("CREATE TABLE kept (value TEXT UNIQUE)"))
            await connection.execute(insert, {"value": "Achieng"})
        async with reading.connect() as connection:
            with pytest.raises(OperationalError, match="readonly"):
                await connection.execute(insert, {"value": "Otieno"})
        with pytest.raises(IntegrityError) as doubled:
            async with writing.begin() as connection:
                await connection.execute(insert, {"value": "Achieng"})
        assert "Achieng" not in str(doubled.value)
        assert fault_of(doubled.value) == "IntegrityError SQLITE_CONSTRAINT_UNIQUE"
    finally:
        await writing.dispose()
        await reading.dispose()


def test_a_fault_is_named_without_its_text() -> None:
    assert fault_of(ValueError("+254722000001")) == "ValueError"


def test_json_takes_whatever_comes() -> None:
    assert (
        to_json({"a": Path("/x"), "b": [1, None, "\ud83d"]}) == '{"a":"/x","b":[1,null,"\\ud83d"]}'
    )
