"""What the tests of the stores share: a database to use.

The suite runs once for each kind of database that the program supports; tests of what is SQLite's
own take `sqlite_file` or `sqlite_settings`, and say so.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import psycopg
import pytest
from tests.postgres import PostgresServer
from tests.sample_records import Examples
from tests.stores.backup_stage import BackupStage

from mapokezi.stores.database import DatabaseSettings, WriterSettings, upgrade
from mapokezi.stores.dialects import WRITER_LOCK, ConnectionSettings

Locked = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def sqlite_file(tmp_path: Path) -> Path:
    """Where the SQLite database is, once there is one."""
    return tmp_path / "data" / "mapokezi.db"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.long)])
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of database."""
    return str(request.param)


@pytest.fixture
def database_url(kind: str, request: pytest.FixtureRequest, sqlite_file: Path) -> Iterator[str]:
    """The URL of a database without tables, of each kind."""
    if kind == "sqlite":
        yield f"sqlite:///{sqlite_file}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database() as url:
        yield url


@pytest.fixture
def settings(
    kind: str, request: pytest.FixtureRequest, sqlite_file: Path, tmp_path: Path
) -> Iterator[DatabaseSettings]:
    """Settings for each kind of database; Postgres has its tables already.

    Short waits where somebody holds the lock; elsewhere it is waited for, on a busy machine too.
    """
    waits_ms = _SHORT_WAIT_MS if "locked" in request.fixturenames else 30_000
    if kind == "sqlite":
        yield _settings(f"sqlite:///{sqlite_file}", tmp_path, waits_ms)
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database("records", upgrade) as url:
        yield _settings(url, tmp_path, waits_ms)


@pytest.fixture
def sqlite_settings(sqlite_file: Path, tmp_path: Path) -> DatabaseSettings:
    """Settings with short waits, for what is SQLite's own."""
    return _settings(f"sqlite:///{sqlite_file}", tmp_path)


@pytest.fixture
def postgres_settings(
    postgres_server: PostgresServer, tmp_path: Path
) -> Iterator[DatabaseSettings]:
    """Settings with short waits, for what is the server's own."""
    with postgres_server.database("records", upgrade) as url:
        yield _settings(url, tmp_path)


_SHORT_WAIT_MS = 100


def _settings(url: str, tmp_path: Path, waits_ms: int = _SHORT_WAIT_MS) -> DatabaseSettings:
    return DatabaseSettings(
        url=url,
        spill_file=tmp_path / "data" / "line.spill.jsonl",
        connection=ConnectionSettings(busy_timeout_ms=waits_ms),
        writer=WriterSettings(linger_s=0.01, retry_s=0.05, read_back_s=0.05),
    )


@pytest.fixture
def locked(kind: str, settings: DatabaseSettings, sqlite_file: Path) -> Locked:
    """Another process writes meanwhile, and takes long."""

    @contextmanager
    def by_another() -> Iterator[None]:
        if kind == "sqlite":
            other = sqlite3.connect(sqlite_file, isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            try:
                yield
            finally:
                other.close()
        else:
            with psycopg.connect(settings.url) as server:
                server.execute("SELECT pg_advisory_xact_lock(%s)", [WRITER_LOCK])
                yield

    return by_another


@pytest.fixture
def postgres_programs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put `pg_dump` and `pg_restore` at hand, where the test is of Postgres."""
    wanted = request.node.callspec.params if hasattr(request.node, "callspec") else {}
    if wanted.get("kind") == "postgres" or "postgres_settings" in request.fixturenames:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        monkeypatch.setenv("PATH", f"{server.bin_folder}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def office_folder(tmp_path: Path) -> Path:
    """An office's folder."""
    folder = tmp_path / "law-office"
    (folder / "facts").mkdir(parents=True)
    (folder / "office.toml").write_text('name = "Law"\n')
    (folder / "facts" / "parking.md").write_text("In the basement.\n")
    return folder


@pytest.fixture
def backup_stage(
    settings: DatabaseSettings, office_folder: Path, tmp_path: Path, postgres_programs: None
) -> BackupStage:
    """A deployment to back up, on each kind of database."""
    return BackupStage(settings, tmp_path / "backup", office_folder, Examples())


@pytest.fixture
def postgres_stage(
    postgres_settings: DatabaseSettings,
    office_folder: Path,
    tmp_path: Path,
    postgres_programs: None,
) -> BackupStage:
    """One on Postgres."""
    return BackupStage(postgres_settings, tmp_path / "backup", office_folder, Examples())


@pytest.fixture
def log_texts(monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """All that was logged so far, in whichever way, down to the debug level."""
    import io
    import logging

    import structlog

    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [*root.handlers, handler])
    monkeypatch.setattr(root, "level", logging.DEBUG)
    with_stream = structlog.PrintLoggerFactory(stream)
    for module in ("record_writer", "database"):
        logger = structlog.wrap_logger(
            with_stream(), processors=[structlog.processors.JSONRenderer()]
        )
        monkeypatch.setattr(f"mapokezi.stores.{module}._log", logger)
    return stream.getvalue
