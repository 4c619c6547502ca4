"""The database of a process, opened: its tables upgraded, its one writer running, its readers.

The line opens it with ``node`` and so ends the calls that a killed predecessor left open; the
desk opens it for itself, with a spill file of its own; a command that only lists opens it for
reading, which changes nothing, not even the tables.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from mapokezi.calls import CallId
from mapokezi.stores import calls
from mapokezi.stores.audit_trail import AuditTrail
from mapokezi.stores.call_notes import CallNotesStore
from mapokezi.stores.calls import CallStore
from mapokezi.stores.dialects import ConnectionSettings, make_engine, read_url
from mapokezi.stores.effects import EffectStore
from mapokezi.stores.erasure import ErasureStore
from mapokezi.stores.event_log import EventLog
from mapokezi.stores.hand_offs import HandOffStore
from mapokezi.stores.in_use import in_use
from mapokezi.stores.known_callers import KnownCallers
from mapokezi.stores.messages import MessageStore
from mapokezi.stores.notices import NoticeBook, NoticeStore
from mapokezi.stores.office_versions import OfficeVersionReader, OfficeVersionStore
from mapokezi.stores.open_questions import QuestionStore
from mapokezi.stores.platform_calls import PlatformCallStore
from mapokezi.stores.platform_events import EventStore
from mapokezi.stores.reachability import ReachabilityBook, ReachabilityStore
from mapokezi.stores.record_writer import RecordWriter, WriterSettings
from mapokezi.stores.recordings import RecordingStore
from mapokezi.stores.retention import RetentionStore
from mapokezi.stores.ringing_back import RingBackStore
from mapokezi.stores.spill import SpillFile
from mapokezi.stores.tasks import TaskStore
from mapokezi.stores.upgrades import check, check_file, reachable, upgrade

__all__ = [
    "Database",
    "DatabaseSettings",
    "ReadOnlyDatabase",
    "RecordWriter",
    "WriterSettings",
    "open_database",
    "open_for_reading",
    "upgrade",
]

_log = structlog.get_logger("mapokezi.stores")


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """Where the database is, and how it is used."""

    url: str
    """``sqlite:////path/to/mapokezi.db``, or ``postgresql://user@host/name``."""
    spill_file: Path
    """Where changes wait that the database would not take. One for each process that writes; in
    the data folder."""
    connection: ConnectionSettings = field(default_factory=ConnectionSettings)
    writer: WriterSettings = field(default_factory=WriterSettings)


class ReadOnlyDatabase:
    """The records, to be read."""

    def __init__(self, readers: AsyncEngine) -> None:
        """Read through ``readers``."""
        self.calls = CallStore(readers)
        self.messages = MessageStore(readers)
        self.notices = NoticeStore(readers)
        self.platform_calls = PlatformCallStore(readers)
        self.event_log = EventLog(readers)
        self.tasks = TaskStore(readers)
        self.call_notes = CallNotesStore(readers)
        self.recordings = RecordingStore(readers)
        self.audit_trail = AuditTrail(readers)
        self.office_versions = OfficeVersionReader(readers)
        self.reachability = ReachabilityStore(readers)
        self.hand_offs = HandOffStore(readers)
        self.questions = QuestionStore(readers)
        self.known_callers = KnownCallers(readers)
        self.ring_backs = RingBackStore(readers)


class Database(ReadOnlyDatabase):
    """The records, to be read and written."""

    def __init__(self, readers: AsyncEngine, writer: RecordWriter) -> None:
        """Read through ``readers``, write through ``writer``."""
        super().__init__(readers)
        self.writer = writer
        self.events = EventStore(readers, writer)
        self.effects = EffectStore(readers, writer)
        self.notice_book = NoticeBook(readers, writer)
        self.retention = RetentionStore(readers, writer)
        self.erasures = ErasureStore(readers, writer)
        self.office_book = OfficeVersionStore(readers, writer)
        self.reachability: ReachabilityBook = ReachabilityBook(readers, writer)

    async def mark_left_open_as_interrupted(self, node: str) -> tuple[CallId, ...]:
        """End the calls of ``node`` that a killed program left open. Before the first new call."""
        ended = await self.writer.transact(
            lambda connection: calls.mark_left_open_as_interrupted(connection, node)
        )
        if ended:
            _log.warning("calls found open and ended as interrupted", number=len(ended))
        return ended


@asynccontextmanager
async def open_database(settings: DatabaseSettings) -> AsyncIterator[Database]:
    """Open the database to read and write; on leaving, what waits is written.

    The tables are created or upgraded, and a spill file is read back, before it is handed out.

    Raises:
        DatabaseUrlError: the URL cannot be used.
        DatabaseUnreachableError: its server does not answer, or does not let us in.
        DatabaseInUseError: it is just being restored or upgraded.
        DatabaseVersionError: the database was written by a newer program.
    """
    with in_use(settings.spill_file.parent):
        await upgrade(settings.url, settings.connection)
        url = read_url(settings.url)
        writing = make_engine(url, settings.connection, writes=True)
        reading = make_engine(url, settings.connection, writes=False)
        writer = RecordWriter(writing, SpillFile(settings.spill_file), settings.writer)
        try:
            await writer.read_back()
            writer.start()
            yield Database(reading, writer)
        finally:
            await writer.close()
            await writing.dispose()
            await reading.dispose()


@asynccontextmanager
async def open_for_reading(
    url: str, connection: ConnectionSettings | None = None
) -> AsyncIterator[ReadOnlyDatabase]:
    """Open a database to read it, beside whatever process writes it.

    Raises:
        DatabaseUrlError: the URL cannot be used.
        DatabaseMissingError: there is none yet.
        DatabaseUnreachableError: its server does not answer, or does not let us in.
        DatabaseVersionError: its tables are older or newer than this program's.
    """
    check_file(url)
    parsed = read_url(url)
    engine = make_engine(parsed, connection or ConnectionSettings(), writes=False)
    try:
        async with reachable(parsed), engine.connect() as found:
            await check(found)
        yield ReadOnlyDatabase(engine)
    finally:
        await engine.dispose()
