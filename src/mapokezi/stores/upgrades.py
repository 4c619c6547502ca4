"""Brings a database to the tables of this program, and refuses one that is beyond it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from mapokezi.stores.dialects import (
    ConnectionSettings,
    file_of,
    make_engine,
    make_file,
    name_of,
    read_url,
)
from mapokezi.stores.errors import (
    DatabaseMissingError,
    DatabaseUnreachableError,
    DatabaseVersionError,
)

_FOLDER = Path(__file__).parent / "migrations"
REVISION_TABLE = "alembic_version"
"""In which a database tells its revision."""


def newest_revision() -> str:
    """The revision that this program works with."""
    head = _scripts().get_current_head()
    if head is None:  # a wheel without its migrations; a test looks for them
        raise RuntimeError("the migrations are missing from this installation")
    return head


async def upgrade(url: str, settings: ConnectionSettings | None = None) -> str | None:
    """Create the database if there is none, and bring its tables to this program's revision.

    All steps are one transaction: a kill in the middle leaves the database as it was. Two
    processes may do this at once; the second waits, and finds it done.

    Returns:
        The revision that was found; None if there were no tables.

    Raises:
        DatabaseUrlError: the URL cannot be used.
        DatabaseUnreachableError: the server does not answer, or does not let us in.
        DatabaseVersionError: the database was written by a newer program.
    """
    parsed = read_url(url)
    make_file(parsed)
    engine = make_engine(parsed, settings or ConnectionSettings(), writes=True)
    try:
        async with reachable(parsed), engine.begin() as connection:
            return await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()


@asynccontextmanager
async def reachable(url: URL) -> AsyncIterator[None]:
    """Tell in plain words that a database's server cannot be reached.

    Raises:
        DatabaseUnreachableError: in the place of the driver's own error.
    """
    try:
        yield
    except DBAPIError as error:
        if url.get_backend_name() == "sqlite" or getattr(error.orig, "sqlstate", None):
            raise
        raise DatabaseUnreachableError(
            f"the database {name_of(url)} cannot be reached: {_first_line(error)}"
        ) from None


def _first_line(error: DBAPIError) -> str:
    """What the driver says of a connection that failed; it repeats no password."""
    return str(error.orig).partition("\n")[0]


async def check(connection: AsyncConnection) -> None:
    """See that a database is at this program's revision, without changing it.

    Raises:
        DatabaseVersionError: it is older or newer.
    """
    found = await connection.run_sync(_revision_of)
    wanted = newest_revision()
    if found != wanted:
        raise DatabaseVersionError(found, wanted, newer=_is_beyond(found))


def check_file(url: str) -> None:
    """See that a database's file is there.

    Raises:
        DatabaseMissingError: it is not.
    """
    path = file_of(read_url(url))
    if path is not None and not path.exists():
        raise DatabaseMissingError(f"there is no database at {path} yet; `mapokezi serve` makes it")


def known_revision_of(connection: Connection) -> str:
    """The revision of a database, of this program or an older one.

    Raises:
        DatabaseVersionError: it is newer, or there is none.
    """
    found = _revision_of(connection)
    if found is None or not is_known(found):
        raise DatabaseVersionError(found, newest_revision(), newer=found is not None)
    return found


def _upgrade(connection: Connection) -> str | None:
    found = _revision_of(connection)
    wanted = newest_revision()
    if _is_beyond(found):
        raise DatabaseVersionError(found, wanted, newer=True)
    if found != wanted:
        build(connection, wanted)
    return found


def build(connection: Connection, revision: str) -> None:
    """Bring a database that is not beyond it to the tables of a revision."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _revision_of(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def is_known(revision: str) -> bool:
    """Whether a revision is this program's or one of those before it."""
    return revision in {script.revision for script in _scripts().walk_revisions()}


def _is_beyond(revision: str | None) -> bool:
    return revision is not None and not is_known(revision)


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    # A percent sign in a path would be taken as the start of an interpolation.
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config
