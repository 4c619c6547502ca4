"""A copy of one kind of database put into the other: from SQLite to Postgres, and back.

The tables are built in the other database's own way, as they were at the copy's revision, and
filled row by row; bringing them to this program's is `mapokezi.stores.upgrades`', as with every
restore. It is one transaction, or a file that gets its name once it is whole: all of it is there
afterwards, or nothing was changed.

Both keep a JSON value as the text that was written, and words as they are. They differ in instants
(SQLite: text in UTC without saying so) and in yes and no (SQLite: 1 and 0).
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa
from sqlalchemy import Connection, MetaData, Table
from sqlalchemy.engine import URL
from sqlalchemy.schema import DropTable

from mapokezi.stores.dialects import (
    APPLICATION_NAME,
    WRITER_LOCK,
    file_of,
    name_of,
    read_url,
    without_values,
)
from mapokezi.stores.dumps import (
    new_file_beside,
    our_tables,
    put_in_place,
    see_that_all_is_there,
    see_that_nobody_is_connected,
)
from mapokezi.stores.errors import BackupError
from mapokezi.stores.postgres_programs import fault_told, program
from mapokezi.stores.schema import metadata
from mapokezi.stores.upgrades import REVISION_TABLE, build

_AT_ONCE = 1_000
_COPY = re.compile(rb"COPY \S+ \((?P<columns>.*)\) FROM stdin;\n")
_ESCAPED = re.compile(r"\\(.)")
_CONTROLS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}

_Rows = Iterator[Sequence[Any]]
_Turned = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class DatabaseCopy:
    """What was copied of a database."""

    kind: str
    """``sqlite`` or ``postgresql``."""
    file: Path
    revision: str
    rows: Mapping[str, int]
    """How many each table has."""


async def move(url: str, copy: DatabaseCopy) -> None:
    """Put a copy of one kind of database in the place of a database of the other.

    Args:
        url: The database, which nobody uses.
        copy: What is put there.

    Raises:
        BackupError: It could not be put there, and nothing was changed; or it is not what it was.
        DatabaseInUseError: Somebody is connected to the server.
    """
    parsed = read_url(url)
    target = file_of(parsed)
    if target is None:
        await asyncio.to_thread(_into_postgres, parsed, copy)
    else:
        try:
            await asyncio.to_thread(_into_sqlite, target, copy)
        except (OSError, sqlite3.Error) as error:
            raise BackupError(f"{target} cannot be restored: {error}") from None
    await see_that_all_is_there(url, copy.rows)


def _into_postgres(url: URL, copy: DatabaseCopy) -> None:
    engine = sa.create_engine(
        url,
        hide_parameters=True,
        poolclass=sa.NullPool,
        connect_args={"application_name": APPLICATION_NAME},
    )
    sa.event.listen(engine, "handle_error", without_values)
    try:
        with (
            closing(
                sqlite3.connect(f"{copy.file.absolute().as_uri()}?mode=ro", uri=True)
            ) as source,
            engine.begin() as connection,
        ):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})")
            see_that_nobody_is_connected(connection)
            _take_down(connection)
            build(connection, copy.revision)
            for name in _in_order(copy.rows):
                _fill_postgres(connection, source, name)
    except sqlite3.Error as error:
        raise BackupError(f"{copy.file} cannot be read: {error}") from None
    except engine.dialect.loaded_dbapi.Error as error:
        told = getattr(error, "sqlstate", None) or type(error).__name__
        raise BackupError(f"{name_of(url)} does not take the rows: error {told}") from None
    finally:
        engine.dispose()


def _take_down(connection: Connection) -> None:
    found = our_tables(connection)
    for name in (*reversed(_in_order(found)), *({REVISION_TABLE} & found)):
        connection.execute(DropTable(Table(name, MetaData())))


def _in_order(names: Mapping[str, int] | set[str]) -> list[str]:
    """Tables that others hang on before those."""
    return [table.name for table in metadata.sorted_tables if table.name in names]


def _fill_postgres(connection: Connection, source: sqlite3.Connection, name: str) -> None:
    found = source.execute(f'SELECT * FROM "{name}"')  # noqa: S608  one of our own
    columns = [column[0] for column in found.description]
    turned = [_TO_POSTGRES.get(kind) for kind in _kinds(connection, name, columns)]
    written = ", ".join(f'"{column}"' for column in columns)
    cursor: Any = connection.connection.cursor()
    with cursor, cursor.copy(f'COPY "{name}" ({written}) FROM STDIN') as into:
        for row in found:
            into.write_row(_turn(row, turned))


def _into_sqlite(target: Path, copy: DatabaseCopy) -> None:
    beside = new_file_beside(target)
    try:
        engine = sa.create_engine(f"sqlite:///{beside}", poolclass=sa.NullPool)
        with engine.begin() as connection:
            build(connection, copy.revision)
        reads = program("pg_restore")
        with closing(sqlite3.connect(beside)) as into, engine.connect() as connection:
            for name in _in_order(copy.rows):
                with _rows_of_dump(reads, copy.file, name) as (columns, rows):
                    _fill_sqlite(into, name, columns, _kinds(connection, name, columns), rows)
            into.commit()
        put_in_place(beside, target)
    finally:
        beside.unlink(missing_ok=True)


def _fill_sqlite(
    into: sqlite3.Connection, name: str, columns: Sequence[str], kinds: Sequence[type], rows: _Rows
) -> None:
    turned = [_TO_SQLITE.get(kind) for kind in kinds]
    written = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join("?" * len(columns))
    statement = f'INSERT INTO "{name}" ({written}) VALUES ({marks})'  # noqa: S608  as above
    while some := [_turn(row, turned) for row in islice(rows, _AT_ONCE)]:
        into.executemany(statement, some)


@contextmanager
def _rows_of_dump(
    reads: str, file: Path, name: str
) -> Iterator[tuple[Sequence[str], Iterator[Sequence[str | None]]]]:
    """A table's columns and rows in what `pg_dump` wrote: `pg_restore` tells them line by line."""
    command = [reads, "--data-only", f"--table={name}", "--file=-", str(file)]
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said) as running,
    ):
        assert running.stdout is not None
        begun = next(filter(None, map(_COPY.fullmatch, running.stdout)), None)
        columns = begun["columns"].decode().replace('"', "").split(", ") if begun else []
        rows = _rows_until_the_end(running.stdout)
        yield columns, rows
        for _ in (*rows, *running.stdout):  # it waits for a reader to its last line
            continue
        if running.wait() or not begun:
            said.seek(0)
            raise BackupError(fault_told(reads, said.read() or b"it told no rows of a table"))


def _rows_until_the_end(lines: IO[bytes]) -> Iterator[Sequence[str | None]]:
    """Rows in the text form of COPY (PostgreSQL's manual, "COPY", "Text Format")."""
    for line in lines:
        if line == b"\\.\n":
            return
        fields = line.decode().removesuffix("\n").split("\t")
        yield [None if field == "\\N" else _ESCAPED.sub(_control, field) for field in fields]


def _control(found: re.Match[str]) -> str:
    return _CONTROLS.get(found[1], found[1])


def _kinds(connection: Connection, name: str, columns: Sequence[str]) -> list[type]:
    """What the columns of a table hold."""
    found = {one["name"]: one["type"] for one in sa.inspect(connection).get_columns(name)}
    known = (sa.DateTime, sa.Boolean, sa.Integer)
    return [next((kind for kind in known if isinstance(found[one], kind)), str) for one in columns]


def _turn(row: Sequence[Any], turned: Sequence[_Turned | None]) -> list[Any]:
    return [
        value if turn is None or value is None else turn(value)
        for value, turn in zip(row, turned, strict=True)
    ]


def _instant_text(told: str) -> str:
    """An instant as SQLAlchemy writes it on SQLite."""
    return f"{datetime.fromisoformat(told).astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"


_TO_POSTGRES: Mapping[type, _Turned] = {
    sa.DateTime: lambda told: f"{told}+00",
    sa.Boolean: bool,
}
_TO_SQLITE: Mapping[type, _Turned] = {
    sa.DateTime: _instant_text,
    sa.Boolean: lambda told: int(told == "t"),
    sa.Integer: int,
}
