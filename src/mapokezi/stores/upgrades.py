"""Brings a database to the tables of this program, and refuses one that is beyond it."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from mapokezi.stores.dialects import (
    ConnectionSettings,
    file_of,
    make_engine,
    make_file,
    read_url,
)
from mapokezi.stores.errors import DatabaseMissingError, DatabaseVersionError

_FOLDER = Path(__file__).parent / "migrations"


def newest_revision() -> str:
    """The revision that this program works with."""
    head = _scripts().get_current_head()
    if head is None:  # a wheel without its migrations; a test looks for them
        raise RuntimeError("the migrations are missing from this installation")
    return head


async def upgrade(url: str, settings: ConnectionSettings | None = None) -> None:
    """Create the database if there is none, and bring its tables to this program's revision.

    All steps are one transaction: a kill in the middle leaves the database as it was. Two
    processes may do this at once; the second waits, and finds it done.

    Raises:
        DatabaseUrlError: the URL cannot be used.
        DatabaseVersionError: the database was written by a newer program.
    """
    parsed = read_url(url)
    make_file(parsed)
    engine = make_engine(parsed, settings or ConnectionSettings(), writes=True)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()


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


def _upgrade(connection: Connection) -> None:
    found = _revision_of(connection)
    wanted = newest_revision()
    if _is_beyond(found):
        raise DatabaseVersionError(found, wanted, newer=True)
    if found != wanted:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _revision_of(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _is_beyond(revision: str | None) -> bool:
    """Whether a revision is none of those that this program knows."""
    known = {script.revision for script in _scripts().walk_revisions()}
    return revision is not None and revision not in known


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    # A percent sign in a path would be taken as the start of an interpolation.
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config
