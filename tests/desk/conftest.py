"""What the tests of the desk share: a desk over a real database, and a browser at its door."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import soundfile
from anyio.from_thread import BlockingPortal, start_blocking_portal
from starlette.testclient import TestClient
from tests.postgres import PostgresServer

from mapokezi.app.answering import Answering
from mapokezi.app.office_editing import OfficeEditing
from mapokezi.app.offices import StandingOffices
from mapokezi.app.processing import documents_of
from mapokezi.calls import CallId
from mapokezi.config import OfficeConfig, Settings
from mapokezi.desk.app import build_desk
from mapokezi.desk.door import Door
from mapokezi.desk.settings import DeskParts
from mapokezi.records.changes import (
    Change,
)
from mapokezi.records.kept_recording import Copy, KeptRecording
from mapokezi.records.message_record import MessageId
from mapokezi.stores.database import (
    Database,
    DatabaseSettings,
    WriterSettings,
    open_database,
    upgrade,
)
from mapokezi.stores.office_files import read_office
from mapokezi.stores.recordings import save_recording
from mapokezi.stores.seal_keys import Keyring, SealKey
from mapokezi.stores.sealed_files import seal_file
from mapokezi.units import Milliseconds

LAW_OFFICE = Path(__file__).parents[2] / "examples" / "law-office"
ARRIVED = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
HOST = "http://testserver"
KEY = SealKey(bytes(range(32)))
"""What the desk opens recordings with."""


@dataclass
class DeskClock:
    """Monotonic seconds, moved by hand."""

    now: float = 1_000.0

    def __call__(self) -> float:
        """Give the present instant."""
        return self.now


@dataclass
class Desk:
    """A desk with its database, and a browser."""

    browser: TestClient
    door: Door
    clock: DeskClock
    data_folder: Path
    office_folder: Path
    database: Database
    portal: BlockingPortal
    calls: int = field(default=0)

    def keep(self, *changes: Change) -> None:
        """Put changes into the database, as the line does, and wait until they stand."""
        for change in changes:
            self.portal.call(self.database.writer.commit, change)

    def kept_recording(self, seconds: float = 3.0, key: SealKey | None = None) -> KeptRecording:
        """Put the first call's recording where it is kept: FLAC, sealed."""
        at = np.arange(int(16_000 * seconds)) / 16_000
        noise = np.random.default_rng(1).normal(0, 2_000, at.size)
        samples = np.stack([np.sin(2 * np.pi * 220 * at) * 4_000, noise], 1).astype("<i2")
        content = io.BytesIO()
        soundfile.write(content, samples, 16_000, format="FLAC", subtype="PCM_16")
        content.seek(0)
        path = "recordings/2026-11/c-000000.flac.sealed"
        (self.data_folder / path).parent.mkdir(parents=True, exist_ok=True)
        name = path.rpartition("/")[2]
        about = seal_file(content, self.data_folder / path, name, key or KEY)
        kept = KeptRecording(
            call_id=CallId("c-000000"),
            copy=Copy.OURS,
            path=path,
            media_type="audio/flac",
            length_ms=Milliseconds(round(seconds * 1000)),
            size_bytes=about.size_bytes,
            sha256=about.sha256,
            key_id=about.key_id,
            kept_at=ARRIVED,
        )
        self.portal.call(self.database.writer.transact, partial(save_recording, kept=kept))
        return kept

    def deeds(self) -> list[tuple[str, str]]:
        """What stands on the audit trail, the latest first: deed and subject."""
        entries, _ = self.portal.call(self.database.audit_trail.page)
        return [(entry.deed.value, entry.subject) for entry in entries]

    def come_in(self) -> None:
        """Open the present one-time link."""
        assert self.browser.get("/enter", params={"key": self.door.key}).status_code == 200

    def send(self, path: str, origin: str | None = HOST) -> int:
        """Send an empty form; give the status, redirects not followed."""
        headers = {} if origin is None else {"origin": origin}
        return self.browser.post(path, headers=headers, follow_redirects=False).status_code

    def read_at(self, message_id: str = "m-000000") -> datetime | None:
        """When a message was marked as read."""
        found = self.portal.call(self.database.messages.get, MessageId(message_id))
        assert found is not None
        return found.read_at


@pytest.fixture
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The desk's database: a file, or with `on_each_database` also a Postgres."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield f"sqlite:///{tmp_path / 'data' / 'mapokezi.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database("records", upgrade) as url:
        yield url


@pytest.fixture
def outside(tmp_path: Path, store_url: str) -> Iterator[Desk]:
    """A desk whose browser has not come in yet."""
    data_folder = tmp_path / "data"
    data_folder.mkdir()
    clock = DeskClock()
    door = Door(data_folder / "desk-link", clock)
    office = read_office(LAW_OFFICE)
    settings = DatabaseSettings(
        url=store_url,
        spill_file=data_folder / "spill.jsonl",
        writer=WriterSettings(linger_s=0.005),
    )
    folder = tmp_path / "law-office"
    shutil.copytree(LAW_OFFICE, folder)
    of_the_server = Settings(office=OfficeConfig(folders=(str(folder),)))
    offices = {office.id: office}
    standing = StandingOffices(offices)
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(open_database(settings)) as database,
    ):
        editing = OfficeEditing(of_the_server, database, standing)
        parts = DeskParts(
            offices=offices,
            calls=database.calls,
            messages=database.messages,
            notices=database.notice_book,
            tasks=database.tasks,
            call_notes=database.call_notes,
            effects=database.effects,
            keeper=database.writer,
            door=door,
            data_folder=data_folder,
            recordings=database.recordings,
            trail=database.audit_trail,
            hand_offs=database.hand_offs,
            reachability=database.reachability,
            questions=database.questions,
            versions=database.office_versions,
            answer=Answering(of_the_server, database, editing=editing).answer,
            editing=editing,
            keys=Keyring([KEY]),
            documents=documents_of(of_the_server),
        )
        browser = TestClient(build_desk(parts), base_url=HOST)
        browser.portal = portal  # the database's own event loop
        yield Desk(browser, door, clock, data_folder, folder, database, portal)
        browser.close()


@pytest.fixture
def desk(outside: Desk) -> Desk:
    """A desk whose browser has come in."""
    outside.come_in()
    return outside


@pytest.fixture
def text_of(desk: Desk) -> Callable[[str], str]:
    """Opens a page and gives its text with spaces evened out."""

    def open_page(path: str) -> str:
        answer = desk.browser.get(path)
        assert answer.status_code == 200, answer.text
        return " ".join(answer.text.split())

    return open_page
