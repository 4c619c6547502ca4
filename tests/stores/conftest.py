"""What the tests of the stores share: a database to use, and records to put into it.

The suite runs once for each kind of database. Postgres joins the list when the program supports
it; tests of what is SQLite's own take `sqlite_file` and say so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mapokezi.calls import (
    CallId,
    OfficeId,
    Outcome,
    Speaker,
    Termination,
    TerminationReason,
    TerminationResult,
)
from mapokezi.records.call_record import (
    CallRecord,
    HandOffOutcome,
    HandOffSummary,
    NoticeGiven,
    SecondsAttributed,
    TimelineEntry,
    TurnRecord,
)
from mapokezi.records.ledger import Cost
from mapokezi.records.message_record import MessageId, MessageRecord
from mapokezi.stores.database import DatabaseSettings, WriterSettings
from mapokezi.stores.dialects import ConnectionSettings
from mapokezi.units import E164, Milliseconds, Money

ARRIVED = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)


@pytest.fixture
def sqlite_file(tmp_path: Path) -> Path:
    """Where the SQLite database is, once there is one."""
    return tmp_path / "data" / "mapokezi.db"


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest, sqlite_file: Path) -> str:
    """The URL of a database that does not exist yet, of each kind that the program supports."""
    assert request.param == "sqlite"
    return f"sqlite:///{sqlite_file}"


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> DatabaseSettings:
    """Settings with short waits."""
    return DatabaseSettings(
        url=database_url,
        spill_file=tmp_path / "data" / "line.spill.jsonl",
        connection=ConnectionSettings(busy_timeout_ms=100),
        writer=WriterSettings(linger_s=0.01, retry_s=0.05, read_back_s=0.05),
    )


@dataclass(frozen=True)
class Examples:
    """Records with every field filled, numbered."""

    def arrival(self, number: int = 0) -> CallRecord:
        """A call that has just arrived, a minute after the one before."""
        return CallRecord(
            call_id=CallId(f"c-{number:06}"),
            session_id=f"HD_{number:06}",
            office_id=OfficeId("law-office"),
            caller=E164("+254722000001"),
            dialled=E164("+254209000000"),
            arrived_at=ARRIVED + timedelta(minutes=number),
            node="n-1",
        )

    def ended(self, number: int = 0, outcome: Outcome = Outcome.RESOLVED) -> CallRecord:
        """The same call at its end."""
        arrival = self.arrival(number)
        at = arrival.arrived_at
        return CallRecord(
            call_id=arrival.call_id,
            session_id=arrival.session_id,
            office_id=arrival.office_id,
            caller=arrival.caller,
            dialled=arrival.dialled,
            arrived_at=at,
            node=arrival.node,
            answered_at=at + timedelta(milliseconds=250),
            ended_at=at + timedelta(seconds=42),
            outcome=outcome,
            termination=Termination(
                TerminationResult.COMPLETED, TerminationReason.CALLER_HUNG_UP, "as usual"
            ),
            voice="local",
            recording=f"recordings/{arrival.call_id}.wav",
            notice=NoticeGiven("You speak to an automated receptionist.", at),
            seconds=SecondsAttributed(*(Milliseconds(n) for n in (9_000, 8_000, 700, 600, 50))),
            cost=Cost(Money(125), estimated=True),
            hand_offs=(
                HandOffSummary("kamau", "dial", at, HandOffOutcome.NO_ANSWER, at),
                HandOffSummary("", "dial", at),
            ),
        )

    def turn(self, call: int = 0, number: int = 0, text: str = "Good morning.") -> TurnRecord:
        """A turn of a call."""
        return TurnRecord(
            call_id=CallId(f"c-{call:06}"),
            number=number,
            speaker=Speaker.RECEPTIONIST,
            text=text,
            started_ms=Milliseconds(1_000 * number),
            ended_ms=Milliseconds(1_000 * number + 900),
            cut=True,
            unheard_text="How may I help you?",
            fact_ids=("hours-saturday", "parking"),
        )

    def entry(self, call: int = 0, number: int = 0) -> TimelineEntry:
        """An instant of a call."""
        return TimelineEntry(
            call_id=CallId(f"c-{call:06}"),
            number=number,
            at_ms=Milliseconds(20 * number),
            what="playout_paused",
            values={"item_id": "i-1", "heard_ms": 480, "parts": [1, 2.5, None, True]},
        )

    def message(self, call: int = 0, number: int = 0, for_person: str = "kamau") -> MessageRecord:
        """A message left in a call."""
        return MessageRecord(
            message_id=MessageId(f"m-{number:06}"),
            call_id=CallId(f"c-{call:06}"),
            office_id=OfficeId("law-office"),
            name="Achieng Otieno",
            number="+254722000001",
            reason="the title deed of plot 17",
            created_at=ARRIVED + timedelta(minutes=number),
            best_time="tomorrow at ten",
            for_person=for_person,
            urgent=True,
            unsure=("name",),
        )


@pytest.fixture
def examples() -> Examples:
    """Records to keep."""
    return Examples()


@pytest.fixture
def log_texts(monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """All that was logged so far, in whichever way, down to the debug level."""
    import io
    import logging

    import structlog

    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [*root.handlers, handler])
    monkeypatch.setattr(root, "level", logging.DEBUG)
    with_stream = structlog.PrintLoggerFactory(stream)
    for module in ("record_writer", "database"):
        logger = structlog.wrap_logger(
            with_stream(), processors=[structlog.processors.JSONRenderer()]
        )
        monkeypatch.setattr(f"mapokezi.stores.{module}._log", logger)
    return stream.getvalue
