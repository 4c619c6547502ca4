"""Who does the work after calls of a database: one process at a time.

Two would each take the other's attempts for cut short, and tell people twice. So whoever does the
work holds a lease for as long as it lives: of SQLite's file a lock of the kernel's, on Postgres an
advisory lock of a connection of its own. Both are free again when their process ends, however it
ends; where the whole machine goes dark, Postgres frees it within a minute.
"""

from __future__ import annotations

import fcntl
import os
import socket
import threading
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from mapokezi.stores.dialects import APPLICATION_NAME, file_of, name_of, read_url, without_values
from mapokezi.stores.errors import WorkTakenError

log = structlog.get_logger("mapokezi.stores")

_LOCK = 0x6D70776F
"""The advisory lock: "mpwo" in ASCII; of two halves, so that it is none of the writers'."""
_GONE = "-c tcp_keepalives_idle=20 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3"
"""By which the server finds out that the machine of a holder has gone dark."""
_MOST_NAME = 60
"""Characters of a connection's name that Postgres keeps."""
_WHOSE = sa.text(
    "SELECT a.application_name, a.backend_start FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
    " WHERE l.locktype = 'advisory' AND l.granted AND l.classid = :lock AND l.objid = 0"
    " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


class WorkLease:
    """Holds, or asks for, the work after the calls of one database. Blocks: use it in a thread.

    Of any thread: who frees it waits for who is just taking it.
    """

    def __init__(self, url: str) -> None:
        """Ask for nothing yet.

        Args:
            url: of our own database.

        Raises:
            DatabaseUrlError: it cannot be used.
        """
        self._url = read_url(url)
        self._file = file_of(self._url)
        self._one_at_a_time = threading.Lock()
        self._is_over = False
        self._held: int | None = None
        self._engine: sa.Engine | None = None
        self._connection: sa.Connection | None = None

    def take(self) -> None:
        """Take the lease, or see that it is still held.

        Raises:
            WorkTakenError: another process has it; says which, where, and since when.
            SQLAlchemyError: the server cannot be asked.
        """
        with self._one_at_a_time:
            if self._is_over:
                return
            if self._file is not None:
                self._take_file(self._file)
            elif not self._is_held_on_server():
                self._take_on_server()

    def keep(self) -> None:
        """See that the lease is still held, and take it anew if the server has lost it.

        A server that does not answer is no reason to stop: nobody else can work there either.

        Raises:
            WorkTakenError: another process has it by now.
        """
        try:
            self.take()
        except SQLAlchemyError as error:
            log.warning("work_lease_not_seen", fault=type(error).__name__)

    def free(self) -> None:
        """Give it back, for good."""
        with self._one_at_a_time:
            self._is_over = True
            if self._held is not None:
                os.close(self._held)
                self._held = None
            self._leave_server()

    def _take_file(self, database: Path) -> None:
        if self._held is not None:
            return
        path = database.with_name(f"{database.stem}-work.lock")
        try:
            held = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        except OSError as error:  # a full disk: people are told all the same
            log.warning("work_lease_not_guarded", fault=type(error).__name__)
            return
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            whose = os.read(held, 200).decode("utf-8", "replace").strip()
            os.close(held)
            raise _taken(self._url, whose) from None
        self._held = held
        os.ftruncate(held, 0)
        os.write(held, f"{_who()}, since {_instant(datetime.now(UTC))}\n".encode())  # noqa: TID251

    def _is_held_on_server(self) -> bool:
        if self._connection is None:
            return False
        try:
            self._connection.execute(sa.text("SELECT 1"))
        except SQLAlchemyError:
            self._leave_server()
            return False
        return True

    def _take_on_server(self) -> None:
        name = f"{APPLICATION_NAME} {_who()}"[:_MOST_NAME]
        engine = sa.create_engine(
            self._url,
            hide_parameters=True,
            poolclass=sa.NullPool,
            isolation_level="AUTOCOMMIT",
            connect_args={"application_name": name, "options": _GONE},
        )
        sa.event.listen(engine, "handle_error", without_values)
        self._engine, self._connection = engine, engine.connect()
        asked = sa.text("SELECT pg_try_advisory_lock(:lock, 0)")
        if not self._connection.scalar(asked, {"lock": _LOCK}):
            row = self._connection.execute(_WHOSE, {"lock": _LOCK}).first()
            self._leave_server()
            whose = "" if row is None else f"{row[0]}, since {_instant(row[1])}"
            raise _taken(self._url, whose.removeprefix(f"{APPLICATION_NAME} "))

    def _leave_server(self) -> None:
        if self._connection is not None:
            self._connection.close()
        if self._engine is not None:
            self._engine.dispose()
        self._connection = self._engine = None


def _who() -> str:
    return f"process {os.getpid()} on {socket.gethostname()}"


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _taken(url: URL, whose: str) -> WorkTakenError:
    return WorkTakenError(
        f"the work after the calls in {name_of(url)} is done by another desk "
        f"({whose or 'which is just starting'}); this one leaves it to that, and shows its pages"
    )
