"""What the tests of the desk share: a desk over a real database, and a browser at its door."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from starlette.testclient import TestClient

from mapokezi.desk.app import build_desk
from mapokezi.desk.door import Door
from mapokezi.desk.settings import DeskParts
from mapokezi.records.changes import (
    Change,
)
from mapokezi.records.message_record import MessageId
from mapokezi.stores.database import (
    Database,
    DatabaseSettings,
    WriterSettings,
    open_database,
)
from mapokezi.stores.office_files import read_office

LAW_OFFICE = Path(__file__).parents[2] / "examples" / "law-office"
ARRIVED = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
HOST = "http://testserver"


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
    database: Database
    portal: BlockingPortal
    calls: int = field(default=0)

    def keep(self, *changes: Change) -> None:
        """Put changes into the database, as the line does, and wait until they stand."""
        for change in changes:
            self.portal.call(self.database.writer.commit, change)

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
def outside(tmp_path: Path) -> Iterator[Desk]:
    """A desk whose browser has not come in yet."""
    data_folder = tmp_path / "data"
    data_folder.mkdir()
    clock = DeskClock()
    door = Door(data_folder / "desk-link", clock)
    office = read_office(LAW_OFFICE)
    settings = DatabaseSettings(
        url=f"sqlite:///{data_folder / 'mapokezi.db'}",
        spill_file=data_folder / "spill.jsonl",
        writer=WriterSettings(linger_s=0.005),
    )
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(open_database(settings)) as database,
    ):
        parts = DeskParts(
            offices={office.id: office},
            calls=database.calls,
            messages=database.messages,
            keeper=database.writer,
            door=door,
            data_folder=data_folder,
        )
        browser = TestClient(build_desk(parts), base_url=HOST)
        browser.portal = portal  # the database's own event loop
        yield Desk(browser, door, clock, data_folder, database, portal)
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
