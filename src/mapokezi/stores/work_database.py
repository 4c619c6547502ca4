"""Where the durable work after a call keeps its own tables: beside ours, never among them.

SQLite: a file of its own in the same folder, so that its many small commits never hold the lock
that a live call's record waits for. Postgres: a schema of its own in the same database.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from time import time as wall_clock
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.pool import ConnectionPoolEntry

from mapokezi.stores.dialects import (
    APPLICATION_NAME,
    file_of,
    make_file,
    read_url,
    without_values,
)

_PROGRAM = "mapokezi"
SCHEMA = f"{_PROGRAM}_work"
"""On Postgres."""
_BUSY_MS = 30_000
_CONNECTIONS = 5


@dataclass(frozen=True, slots=True)
class WorkDatabase:
    """An engine for the work's own tables, and the URL that it is of."""

    engine: sa.Engine
    url: str
    """Without its password."""
    _is_over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        """Look after connections that come back late."""
        sa.event.listen(self.engine, "checkin", self._take_back)

    def close(self) -> None:
        """Close all connections; one that a thread still has, as soon as it gives it back.

        The work's threads are not waited for when it ends: one of them may be in the middle of a
        query, and its connection would lie open in a pool that nobody has any more.
        """
        self._is_over.set()
        self.engine.dispose()

    def _take_back(self, _connection: object, record: ConnectionPoolEntry) -> None:
        if self._is_over.is_set():
            record.invalidate()


def open_work_database(url: str) -> WorkDatabase:
    """Make ready what the work keeps its state in.

    Values never get into error texts. On SQLite a commit does not wait for the disk: what a power
    cut takes of it is done anew, and what must not be done twice is known by our own tables.

    Args:
        url: of our own database.

    Raises:
        DatabaseUrlError: the URL cannot be used.
    """
    ours = read_url(url)
    beside = _beside(ours)
    if beside is None:
        theirs = ours
        engine = sa.create_engine(
            theirs,
            hide_parameters=True,
            pool_size=_CONNECTIONS,
            pool_pre_ping=True,
            connect_args={"application_name": APPLICATION_NAME},
        )
        sa.event.listen(engine, "handle_error", without_values)
        return WorkDatabase(engine, theirs.render_as_string())
    make_file(beside)
    engine = sa.create_engine(beside, hide_parameters=True, pool_size=_CONNECTIONS)
    sa.event.listen(engine, "connect", _prepare)
    return WorkDatabase(engine, str(beside))


def forget_work(url: str) -> None:
    """Take away the work's own tables: our own tell what is done, and the rest is begun anew.

    Raises:
        OSError: A file cannot be removed.
        SQLAlchemyError: The server does not take the schema away.
    """
    ours = read_url(url)
    beside = _beside(ours)
    if beside is None:
        engine = sa.create_engine(ours, hide_parameters=True, poolclass=sa.NullPool)
        with engine.begin() as connection:
            connection.execute(sa.schema.DropSchema(SCHEMA, cascade=True, if_exists=True))
        engine.dispose()
        return
    path = file_of(beside)
    assert path is not None
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _beside(ours: URL) -> URL | None:
    path = file_of(ours)
    if path is None:
        return None
    return URL.create("sqlite", database=str(path.with_name(f"{path.stem}-work{path.suffix}")))


def _prepare(connection: Any, _record: object) -> None:
    # The first change to WAL of a new file does not wait for a lock; nobody else opens this one.
    connection.isolation_level = "IMMEDIATE"
    if connection.execute("SELECT unixepoch('subsec')").fetchone()[0] is None:
        # SQLite before 3.42 (Debian 12's is 3.40) knows no 'subsec', by which DBOS dates its rows.
        connection.create_function("unixepoch", -1, _unixepoch)
    for pragma in (
        f"busy_timeout = {_BUSY_MS}",
        "foreign_keys = ON",
        "journal_mode = WAL",
        "synchronous = NORMAL",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _unixepoch(*_asked: str) -> float:
    """Give the seconds of the epoch with their fraction, as a newer SQLite does."""
    return wall_clock()
