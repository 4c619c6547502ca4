"""Where the durable work keeps its own tables."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from mapokezi.stores.work_database import _prepare, open_work_database


def test_on_sqlite_it_is_a_file_of_its_own_that_only_its_owner_reads(tmp_path: Path) -> None:
    work = open_work_database(f"sqlite+aiosqlite:///{tmp_path / 'mapokezi.db'}")
    try:
        with work.engine.connect() as connection:
            mode = connection.execute(sa.text("PRAGMA journal_mode")).scalar()
        assert mode == "wal"
    finally:
        work.close()
    file = tmp_path / "mapokezi-work.db"
    assert file.stat().st_mode & 0o777 == 0o600
    assert not (tmp_path / "mapokezi.db").exists()


def test_on_postgres_it_is_the_same_database_and_its_password_is_told_to_nobody() -> None:
    work = open_work_database("postgresql+psycopg://mapokezi:s3cret@db.example.co.ke/mapokezi")
    assert work.engine.dialect.name == "postgresql"
    assert work.engine.url.password == "s3cret"
    assert "s3cret" not in work.url
    assert "s3cret" not in repr(work)
    work.close()


def test_its_rows_are_dated_whatever_sqlite_knows(tmp_path: Path) -> None:
    """DBOS dates them by ``unixepoch('subsec')``, which SQLite knows from 3.42 on only."""
    work = open_work_database(f"sqlite:///{tmp_path / 'mapokezi.db'}")
    try:
        with work.engine.connect() as connection:
            at = connection.execute(sa.text("SELECT unixepoch('subsec')")).scalar()
    finally:
        work.close()
    assert isinstance(at, float)
    assert abs(at - time.time()) < 60


def test_where_sqlite_is_old_ours_takes_its_place() -> None:
    """Of a newer SQLite, too, this can be tried: it is made to answer as an old one does."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.create_function("unixepoch", -1, lambda *_asked: None)
        _prepare(connection, None)
        (at,) = connection.execute("SELECT unixepoch('subsec')").fetchone()
    assert abs(at - time.time()) < 60


def test_a_connection_that_comes_back_late_is_closed(tmp_path: Path) -> None:
    """As that of a thread which was in the middle of a query when the work ended."""
    work = open_work_database(f"sqlite:///{tmp_path / 'mapokezi.db'}")
    late = work.engine.raw_connection()
    driver = late.dbapi_connection
    assert driver is not None
    work.close()
    driver.execute("SELECT 1")
    late.close()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        driver.execute("SELECT 1")
