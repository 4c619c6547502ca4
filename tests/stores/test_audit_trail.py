"""The audit trail in the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mapokezi.records.audit import AuditEntry, Deed
from mapokezi.records.changes import NoteDeed
from mapokezi.records.lists import PageMark
from mapokezi.stores.audit_trail import forget_deeds, note_at_once
from mapokezi.stores.database import DatabaseSettings, open_database
from mapokezi.stores.errors import StoreError

pytestmark = pytest.mark.anyio
AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def entry(number: int, deed: Deed = Deed.LISTENED, subject: str = "c-1") -> AuditEntry:
    at = AT + timedelta(minutes=number)
    return AuditEntry(f"aud-{number}", at, "desk 3f9a2c", deed, subject, {"calls": number})


async def test_entries_are_listed_the_latest_first_page_by_page(
    settings: DatabaseSettings,
) -> None:
    async with open_database(settings) as database:
        entries = [entry(number) for number in range(5)]
        for one in (*entries, entries[0]):
            await database.writer.commit(NoteDeed(one))
        seen: list[AuditEntry] = []
        older: PageMark | None = None
        while True:
            page, older = await database.audit_trail.page(older, limit=2)
            seen += page
            if older is None:
                break
        assert seen == entries[::-1]


async def test_they_are_found_by_subject_and_deed(settings: DatabaseSettings) -> None:
    async with open_database(settings) as database:
        await database.writer.commit(NoteDeed(entry(0)))
        await database.writer.commit(NoteDeed(entry(1, subject="c-2")))
        await database.writer.commit(NoteDeed(entry(2, Deed.RETENTION_PLANNED, "")))
        found, _ = await database.audit_trail.page(subject="c-2")
        assert found == (entry(1, subject="c-2"),)
        found, _ = await database.audit_trail.page(deed=Deed.RETENTION_PLANNED)
        assert found == (entry(2, Deed.RETENTION_PLANNED, ""),)


async def test_old_entries_are_forgotten(settings: DatabaseSettings) -> None:
    async with open_database(settings) as database:
        for number in range(3):
            await database.writer.commit(NoteDeed(entry(number)))
        cut = AT + timedelta(minutes=2)
        assert await database.writer.transact(lambda c: forget_deeds(c, cut)) == 2
        found, _ = await database.audit_trail.page()
        assert found == (entry(2),)


async def test_a_command_writes_its_entry_beside_the_processes(
    settings: DatabaseSettings, tmp_path: Path
) -> None:
    async with open_database(settings) as database:
        await note_at_once(settings.url, entry(7))
        found, _ = await database.audit_trail.page()
        assert found == (entry(7),)
    with pytest.raises(StoreError):
        await note_at_once(f"sqlite:///{tmp_path / 'empty.db'}", entry(8))
