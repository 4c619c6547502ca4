"""What the tests of the commands share: a shell to type them into, and records to show."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mapokezi import cli
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
from mapokezi.stores.database import DatabaseSettings, open_database
from mapokezi.units import E164, Milliseconds, Money

ROOT = Path(__file__).parents[2]
ARRIVED = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Said:
    """What a command wrote, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def fault(self) -> str:
        """The one line that a foreseen error is."""
        assert self.code == 1, self
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        assert lines[0].startswith("mapokezi: ")
        return lines[0].removeprefix("mapokezi: ")


@dataclass
class Shell:
    """Types commands, as they are run from a terminal 60 columns wide that is no terminal."""

    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    folder: Path

    def run(self, *arguments: str) -> Said:
        """Run ``mapokezi`` with these arguments."""
        self.monkeypatch.setattr(sys, "argv", ["mapokezi", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = self.capsys.readouterr()
        code = ended.value.code
        return Said(code if isinstance(code, int) else 0, out, err)

    def set(self, **variables: str) -> None:
        """Set variables of the environment."""
        for name, value in variables.items():
            self.monkeypatch.setenv(name, value)

    @property
    def data_folder(self) -> Path:
        """Where the commands keep their data."""
        return self.folder / "var"

    def keep(self, changes: Sequence[Change]) -> None:
        """Fill the database, as the line does."""
        self.data_folder.mkdir(exist_ok=True)

        async def fill() -> None:
            settings = DatabaseSettings(
                url=f"sqlite:///{self.data_folder / 'mapokezi.db'}",
                spill_file=self.data_folder / "spill.jsonl",
            )
            async with open_database(settings) as database:
                for change in changes:
                    await database.writer.commit(change)

        asyncio.run(fill())


@pytest.fixture
def shell(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Shell:
    """A shell in an empty folder, with no variables of ours set."""
    for name in list(os.environ):
        if name.startswith(("MAPOKEZI_", "SAUTIKIT_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("MAPOKEZI_OFFICE_FOLDERS", str(ROOT / "examples" / "law-office"))
    monkeypatch.chdir(tmp_path)
    return Shell(monkeypatch, capsys, tmp_path)


@pytest.fixture
def a_call() -> tuple[Change, ...]:
    """A call with everything: turns, a cut, facts, a message, a hand-off, a recording."""
    call_id, office_id = CallId("20261120-063000-aaaaaaaa"), OfficeId("law-office")
    arrival = CallRecord(
        call_id=call_id,
        session_id="HD_1",
        office_id=office_id,
        caller=E164("+254722000100"),
        dialled=E164("+254209000000"),
        arrived_at=ARRIVED,
        node="n-1",
    )
    ended = CallRecord(
        call_id=call_id,
        session_id="HD_1",
        office_id=office_id,
        caller=E164("+254722000100"),
        dialled=E164("+254209000000"),
        arrived_at=ARRIVED,
        node="n-1",
        answered_at=ARRIVED,
        ended_at=ARRIVED + timedelta(seconds=65),
        outcome=Outcome.MESSAGE,
        termination=Termination(
            TerminationResult.COMPLETED, TerminationReason.RECEPTIONIST_SAID_GOODBYE
        ),
        voice="local",
        recording="recordings/2026-11/20261120-063000-aaaaaaaa.wav",
        seconds=SecondsAttributed(*(Milliseconds(ms) for ms in (9000, 8000, 700, 600, 50))),
        cost=Cost(Money(125), estimated=True),
        hand_offs=(
            HandOffSummary("wanjiku-kamau", "dial", ARRIVED, HandOffOutcome.NO_ANSWER, ARRIVED),
            HandOffSummary("", "dial", ARRIVED),
        ),
    )
    turns = (
        TurnRecord(
            call_id=call_id,
            number=0,
            speaker=Speaker.RECEPTIONIST,
            text="Yes, in the basement.",
            started_ms=Milliseconds(1500),
            ended_ms=Milliseconds(2500),
            cut=True,
            unheard_text="Tell the guard.",
            fact_ids=("parking",),
        ),
        TurnRecord(
            call_id=call_id,
            number=1,
            speaker=Speaker.CALLER,
            text="[bold]I have[/bold] a matter with a name so long that sixty columns are few.",
            started_ms=Milliseconds(61_000),
            ended_ms=Milliseconds(62_000),
        ),
    )
    message = MessageRecord(
        message_id=MessageId("m-1"),
        call_id=call_id,
        office_id=office_id,
        name="Grace [/red] Njeri",
        number="+254722000100",
        reason="The transfer of a plot in Kiambu, which is a long and complicated matter.",
        created_at=ARRIVED,
        best_time="tomorrow at ten",
        for_person="wanjiku-kamau",
        urgent=True,
        unsure=("name",),
    )
    entry = TimelineEntry(call_id, 0, Milliseconds(1250), "playout_paused", {"heard_ms": 480})
    return (
        SaveArrival(arrival),
        *(SaveTurn(turn) for turn in turns),
        SaveTimeline((entry,)),
        SaveMessage(message),
        SaveEnd(ended),
    )
