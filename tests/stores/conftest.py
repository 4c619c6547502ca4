"""What the tests of the stores share: a database to use.

The suite runs once for each kind of database. Postgres joins the list when the program supports
it; tests of what is SQLite's own take `sqlite_file` and say so.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mapokezi.stores.database import DatabaseSettings, WriterSettings
from mapokezi.stores.dialects import ConnectionSettings


@pytest.fixture
def sqlite_file(tmp_path: Path) -> Path:
    """Where the SQLite database is, once there is one."""
    return tmp_path / "data" / "mapokezi.db"


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest, sqlite_file: Path) -> str:
    """The URL of a database that does not exist yet, of each kind that the program supports."""
    assert request.param == "sqlite"
    return f"sqlite:///{sqlite_file}"


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> DatabaseSettings:
    """Settings with short waits."""
    return DatabaseSettings(
        url=database_url,
        spill_file=tmp_path / "data" / "line.spill.jsonl",
        connection=ConnectionSettings(busy_timeout_ms=100),
        writer=WriterSettings(linger_s=0.01, retry_s=0.05, read_back_s=0.05),
    )


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
