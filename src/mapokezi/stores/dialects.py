"""What differs between databases: the one place that knows SQLite from the rest.

SQLite is run so that a record, once committed, is still there after the power has failed:
write-ahead log with ``synchronous=FULL``, which waits for the disk at each commit. ``NORMAL``
would survive the death of the process all the same, but may lose the last transactions when the
machine goes dark, which in an office without a battery it does. The wait is the writer's alone,
several changes share one commit, and no call ever waits for it.

Postgres is run so that it behaves as SQLite does. Whoever writes takes one lock of the database
first: what reads a row and then writes it, in the line and in the desk, on one machine or several,
is never overtaken in between. Readers see one instant, and cannot write.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    InterfaceError,
    InternalError,
    OperationalError,
    ProgrammingError,
)
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from mapokezi.stores.errors import DatabaseUrlError

_SQLITE_DRIVER = "sqlite+aiosqlite"
_POSTGRES_DRIVER = "postgresql+psycopg"
APPLICATION_NAME = "mapokezi"
"""By what name a Postgres server knows our connections."""
WRITER_LOCK = 0x6D61706F6B657A69
"""The advisory lock that whoever writes to Postgres holds: "mapokezi" in ASCII."""
_IDLE_WRITER_S = 60
"""Postgres: a writer that is silent for so long, its machine gone, is cut off and its lock free."""
_WAL_KEPT_BYTES = 64 * 1024 * 1024
_READERS = 4  # each is a thread; the desk's pages are short


@dataclass(frozen=True, slots=True)
class ConnectionSettings:
    """How a database is spoken to."""

    synchronous: str = "FULL"
    """SQLite: ``FULL`` survives a power cut, ``NORMAL`` only the death of the process."""
    busy_timeout_ms: int = 5_000
    """How long to wait while another process writes (the desk marks messages read)."""


def read_url(text: str) -> URL:
    """Read a database's URL; ``sqlite:///path`` and ``postgresql://`` get asynchronous drivers.

    Raises:
        DatabaseUrlError: it is no such URL, SQLite without a file, or of another database.
    """
    try:
        url = make_url(text)
    except ArgumentError:
        raise DatabaseUrlError(
            "the database URL must look like sqlite:////path/to.db, or postgresql://user@host/name"
        ) from None
    backend = url.get_backend_name()
    if backend in {"postgresql", "postgres"}:
        return url.set(drivername=_POSTGRES_DRIVER)
    if backend != "sqlite":
        raise DatabaseUrlError(f"the database URL is of {backend}; SQLite and Postgres are known")
    if url.database in {None, "", ":memory:"}:
        raise DatabaseUrlError("the database URL needs a file: sqlite:////path/to.db")
    return url.set(drivername=_SQLITE_DRIVER)


def name_of(url: URL) -> str:
    """A database as an operator may be told of it: its file, or its server and name."""
    path = file_of(url)
    if path is not None:
        return str(path)
    return f"{url.database or url.username or 'postgres'} on {url.host or _queried_host(url)}"


def _queried_host(url: URL) -> str:
    host = url.query.get("host", "this machine")
    return host if isinstance(host, str) else ", ".join(host)


def file_of(url: URL) -> Path | None:
    """The database's file; None if it is a server."""
    if url.get_backend_name() != "sqlite" or url.database is None:
        return None
    return Path(url.database)


def make_file(url: URL) -> None:
    """Make an empty database file that only its owner may read: callers' words stand in it.

    SQLite gives its write-ahead log the rights of this file.
    """
    path = file_of(url)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def make_engine(url: URL, settings: ConnectionSettings, *, writes: bool) -> AsyncEngine:
    """An engine of one connection that writes, or of a few that cannot.

    Values never get into error texts, and the driver's own log, which would print every value
    at the debug level, is held at INFO.
    """
    is_sqlite = url.get_backend_name() == "sqlite"
    engine = create_async_engine(
        url,
        hide_parameters=True,
        json_serializer=to_json,
        pool_size=1 if writes else _READERS,
        max_overflow=0,
        **({} if is_sqlite else _postgres_options(writes=writes)),
    )
    if is_sqlite:
        logging.getLogger("aiosqlite").setLevel(logging.INFO)
        _prepare_sqlite(engine, settings, writes=writes)
    else:
        _prepare_postgres(engine, settings, writes=writes)
    return engine


def _postgres_options(*, writes: bool) -> dict[str, Any]:
    options: dict[str, Any] = {
        "pool_pre_ping": True,  # a server that was started anew costs no record a detour
        "connect_args": {
            "application_name": APPLICATION_NAME,
            "connect_timeout": 10,
            "keepalives_idle": 30,
        },
    }
    if not writes:
        options["isolation_level"] = "REPEATABLE READ"
        options["execution_options"] = {"postgresql_readonly": True}
    return options


def _prepare_postgres(engine: AsyncEngine, settings: ConnectionSettings, *, writes: bool) -> None:
    def connected(dbapi_connection: Any, _record: object) -> None:
        cursor = dbapi_connection.cursor()
        cursor.execute(f"SET lock_timeout = {int(settings.busy_timeout_ms)}")
        cursor.execute(f"SET idle_in_transaction_session_timeout = '{_IDLE_WRITER_S}s'")
        cursor.close()
        dbapi_connection.commit()

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})")

    if writes:
        event.listen(engine.sync_engine, "connect", connected)
        event.listen(engine.sync_engine, "begin", begun)
    event.listen(engine.sync_engine, "handle_error", without_values)


def without_values(context: ExceptionContext) -> None:
    """Take out of an error of Postgres what its server repeats of values.

    Its details quote rows and keys, and what it says of a value that does not fit quotes that.
    """
    told, wrapped = context.original_exception, context.sqlalchemy_exception
    diagnosis, state = getattr(told, "diag", None), getattr(told, "sqlstate", None)
    if diagnosis is None or state is None:  # of the driver, or of the way to the server
        return
    is_about_a_value = state.startswith("22")
    text = f"error {state}" if is_about_a_value else str(diagnosis.message_primary)
    told.args = (text,)
    if wrapped is not None:
        wrapped.args = (f"({type(told).__module__}.{type(told).__name__}) {text}",)


def _prepare_sqlite(engine: AsyncEngine, settings: ConnectionSettings, *, writes: bool) -> None:
    pragmas = [f"busy_timeout = {int(settings.busy_timeout_ms)}", "foreign_keys = ON"]
    if writes:
        pragmas += [
            "journal_mode = WAL",
            f"synchronous = {settings.synchronous}",
            f"journal_size_limit = {_WAL_KEPT_BYTES}",
        ]
    else:
        pragmas.append("query_only = ON")
    begin = "BEGIN IMMEDIATE" if writes else "BEGIN"

    def connected(dbapi_connection: Any, _record: object) -> None:
        # The driver must not begin transactions of its own: it would not do so before DDL and
        # SELECT, and a writer must hold its lock from the start so that it can wait for it.
        dbapi_connection.isolation_level = None
        cursor = dbapi_connection.cursor()
        for pragma in pragmas:
            _set(cursor, pragma, settings.busy_timeout_ms / 1000)
        cursor.close()

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine.sync_engine, "connect", connected)
    event.listen(engine.sync_engine, "begin", begun)


def _set(cursor: Any, pragma: str, patience_s: float) -> None:
    """Set a pragma. A new file's first change to WAL does not wait for its lock: SQLite never
    calls the busy handler for it, so of several processes that start at once all but one fail."""
    ends_at = time.monotonic() + patience_s
    while True:
        try:
            cursor.execute(f"PRAGMA {pragma}")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() >= ends_at:
                raise
            time.sleep(0.01)  # at the first start only, before anything is served
        else:
            return


def insert_into(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ``on_conflict_do_update``, which is the same in both dialects."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


def to_json(value: Any) -> str:
    """JSON in plain ASCII. What JSON does not know is written as its text, never refused."""
    return json.dumps(value, default=str, separators=(",", ":"))


def is_of_the_database(error: BaseException) -> bool:
    """Whether a fault is the database's own and not that of one value: locked, full, no table."""
    if not isinstance(error, DBAPIError):
        return False
    kinds = (OperationalError, ProgrammingError, InternalError, InterfaceError)
    return error.connection_invalidated or isinstance(error, kinds)


def fault_of(error: BaseException) -> str:
    """A fault's name for the log, without the values that a database's own text may repeat."""
    if isinstance(error, DBAPIError):
        origin = error.orig
        code = getattr(origin, "sqlite_errorname", None) or getattr(origin, "sqlstate", None)
        return f"{type(error).__name__} {code}" if code else type(error).__name__
    return type(error).__name__
