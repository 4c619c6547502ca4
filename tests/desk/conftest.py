"""What the tests of the desk share: a desk over a real database, and a browser at its door."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from starlette.testclient import TestClient

from mapokezi.audio.wav import wav_bytes
from mapokezi.calls import (
    CallId,
    OfficeId,
    Outcome,
    Speaker,
    Termination,
    TerminationReason,
    TerminationResult,
)
from mapokezi.desk.app import build_desk
from mapokezi.desk.door import Door
from mapokezi.desk.settings import DeskParts
from mapokezi.records.call_record import (
    CallRecord,
    HandOffOutcome,
    HandOffSummary,
    SecondsAttributed,
    TimelineEntry,
    TurnRecord,
)
from mapokezi.records.changes import (
    Change,
    SaveArrival,
    SaveEnd,
    SaveMessage,
    SaveTimeline,
    SaveTurn,
)
from mapokezi.records.ledger import Cost
from mapokezi.records.message_record import MessageId, MessageRecord
from mapokezi.stores.database import (
    Database,
    DatabaseSettings,
    WriterSettings,
    open_database,
)
from mapokezi.stores.office_files import read_office
from mapokezi.units import E164, Milliseconds, Money

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

    def read_at(self, message_id: str = "m-0") -> datetime | None:
        """When a message was marked as read."""
        found = self.portal.call(self.database.messages.get, MessageId(message_id))
        assert found is not None
        return found.read_at


@dataclass(frozen=True)
class Examples:
    """Records to show, numbered; each call a minute after the one before."""

    def arrival(self, number: int = 0) -> CallRecord:
        """A call on the line."""
        return CallRecord(
            call_id=CallId(f"c-{number:04}"),
            session_id=f"HD_{number:04}",
            office_id=OfficeId("law-office"),
            caller=E164("+254722000100"),
            dialled=E164("+254209000000"),
            arrived_at=ARRIVED + timedelta(minutes=number),
            node="n-1",
        )

    def ended(self, number: int = 0, outcome: Outcome = Outcome.RESOLVED) -> CallRecord:
        """The same call at its end, 65 seconds later."""
        arrival = self.arrival(number)
        ended = TerminationReason.CALLER_HUNG_UP
        return replace(
            arrival,
            answered_at=arrival.arrived_at,
            ended_at=arrival.arrived_at + timedelta(seconds=65),
            outcome=outcome,
            termination=Termination(TerminationResult.COMPLETED, ended),
            voice="local",
            seconds=SecondsAttributed(*(Milliseconds(ms) for ms in (9000, 8000, 700, 600, 50))),
            cost=Cost(Money(125), estimated=True),
            hand_offs=(
                HandOffSummary("wanjiku-kamau", "dial", ARRIVED, HandOffOutcome.NO_ANSWER, ARRIVED),
            ),
        )

    def turn(self, number: int, text: str, *, ours: bool = False, unheard: str = "") -> TurnRecord:
        """A turn of the first call."""
        return TurnRecord(
            call_id=CallId("c-0000"),
            number=number,
            speaker=Speaker.RECEPTIONIST if ours else Speaker.CALLER,
            text=text,
            started_ms=Milliseconds(61_000 * number),
            ended_ms=Milliseconds(61_000 * number + 900),
            cut=bool(unheard),
            unheard_text=unheard,
            fact_ids=("parking", "no-longer-there") if ours else (),
        )

    def entry(self) -> TimelineEntry:
        """An instant of the first call."""
        values = {"heard_ms": 480}
        return TimelineEntry(CallId("c-0000"), 0, Milliseconds(1250), "playout_paused", values)

    def message(self, number: int = 0, for_person: str = "wanjiku-kamau") -> MessageRecord:
        """A message of the call of that number."""
        return MessageRecord(
            message_id=MessageId(f"m-{number}"),
            call_id=CallId(f"c-{number:04}"),
            office_id=OfficeId("law-office"),
            name="Grace Njeri",
            number="+254722000100",
            reason="The transfer of a plot in Kiambu.",
            created_at=ARRIVED + timedelta(minutes=number, seconds=50),
            best_time="tomorrow at ten",
            for_person=for_person,
        )

    def whole_call(self) -> tuple[Change, ...]:
        """A call with everything."""
        return (
            SaveArrival(self.arrival()),
            SaveTurn(self.turn(0, "Good day.", ours=True, unheard="How can I help you?")),
            SaveTurn(self.turn(1, "I want to leave a message.")),
            SaveTimeline((self.entry(),)),
            SaveMessage(self.message()),
            SaveEnd(self.ended(outcome=Outcome.MESSAGE)),
        )

    def recorded(self, data_folder: Path, sound: bytes = bytes(6400)) -> CallRecord:
        """The first call at its end, with a recording that is there."""
        path = data_folder / "recordings" / "c-0000.wav"
        path.parent.mkdir(parents=True)
        path.write_bytes(wav_bytes(sound, 16_000, channels=2))
        return replace(self.ended(), recording="recordings/c-0000.wav")


@pytest.fixture
def examples() -> Examples:
    """Records to show."""
    return Examples()


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
