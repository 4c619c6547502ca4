"""Where changes wait that the database would not take."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.calls import CallId, OfficeId
from mapokezi.records.audit import AuditEntry, Deed
from mapokezi.records.call_record import TimelineEntry, TurnRecord
from mapokezi.records.changes import (
    Change,
    MarkMessage,
    NoteDeed,
    SaveArrival,
    SaveCost,
    SaveEnd,
    SaveEvent,
    SaveMessage,
    SavePlatformCall,
    SaveProgress,
    SaveTimeline,
    SaveTurn,
)
from mapokezi.records.ledger import Cost
from mapokezi.records.message_record import MessageId
from mapokezi.records.open_questions import (
    OpenQuestion,
    QuestionId,
    SaveQuestion,
    SettleQuestions,
)
from mapokezi.records.tasks import CommentTask, MoveTask, TaskDeed, TaskId
from mapokezi.stores.spill import KINDS, SpillFile, decode, encode
from mapokezi.units import Milliseconds, Money

if TYPE_CHECKING:
    from tests.sample_records import Examples


ARRIVED = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
QUESTION = OpenQuestion(
    QuestionId("q-1"),
    CallId("c-000000"),
    OfficeId("law-office"),
    ARRIVED,
    Milliseconds(9_000),
    "Do you have parking?",
    turn=2,
)


@pytest.fixture
def changes(examples: Examples) -> list[Change]:
    """One change of each kind."""
    return [
        SaveArrival(examples.arrival()),
        SaveProgress(examples.arrival(1)),
        SaveEnd(examples.ended()),
        SaveTurn(examples.turn()),
        SaveTimeline((examples.entry(), examples.entry(number=1))),
        SaveCost(CallId("c-000000"), Cost(Money(5), estimated=False)),
        SaveMessage(examples.message()),
        MarkMessage(MessageId("m-000000"), None),
        SaveEvent(examples.event()),
        SavePlatformCall(examples.platform_call()),
        MoveTask(TaskId("task-1"), TaskDeed.TAKE, "Brian", ARRIVED),
        CommentTask(TaskId("task-1"), "Brian", "I rang her.", ARRIVED),
        SaveQuestion(QUESTION),
        SettleQuestions((QUESTION.question_id,), "Brian", ARRIVED, "parking"),
        NoteDeed(AuditEntry("aud-1", ARRIVED, "desk 3f9a2c", Deed.LISTENED, "c-1", {"calls": 1})),
    ]


def read(file: SpillFile) -> list[Change | None]:
    return [line.change for line in file.read()]


def test_every_kind_of_change_is_read_as_it_was_written(changes: list[Change]) -> None:
    assert {type(change).__name__ for change in changes} == set(KINDS)
    for change in changes:
        line = encode(change)
        assert "\n" not in line
        assert decode(line) == change


texts = st.text(st.characters(codec=None, exclude_categories=()))  # halves of emoji too


@given(
    st.builds(
        TurnRecord,
        number=st.integers(0),
        text=texts,
        unheard_text=texts,
        started_ms=st.integers().map(Milliseconds),
        ended_ms=st.integers().map(Milliseconds),
        fact_ids=st.tuples(texts),
    )
)
def test_any_words_survive(turn: TurnRecord) -> None:
    assert decode(encode(SaveTurn(turn))) == SaveTurn(turn)


@given(st.text() | st.recursive(st.none() | st.integers(), st.lists).map(str))
def test_a_line_of_anything_is_read_or_left(line: str) -> None:
    assert decode(line) is None


def entry_with(values: Mapping[str, Any]) -> SaveTimeline:
    return SaveTimeline(
        (TimelineEntry(CallId("c-000000"), 0, Milliseconds(0), "tool_called", values),)
    )


def test_values_that_json_does_not_know_become_text() -> None:
    line = encode(entry_with(MappingProxyType({"path": Path("/x"), "zone": UTC})))
    assert decode(line) == entry_with({"path": "/x", "zone": "UTC"})


def test_it_keeps_order_and_waits_until_forgotten(tmp_path: Path, changes: list[Change]) -> None:
    file = SpillFile(tmp_path / "new" / "line.spill.jsonl")
    assert read(file) == []
    assert file.append(changes[:3]) == []
    assert file.append(changes[3:]) == []
    for _ in range(2):
        assert read(file) == changes
    file.forget()
    assert read(file) == []


def test_only_the_owner_may_read_it(tmp_path: Path, changes: list[Change]) -> None:
    SpillFile(tmp_path / "s").append(changes)
    assert (tmp_path / "s").stat().st_mode & 0o777 == 0o600


def test_what_comes_while_reading_back_is_not_forgotten(
    tmp_path: Path, changes: list[Change]
) -> None:
    file = SpillFile(tmp_path / "s")
    file.append(changes[:2])
    file.read()
    file.append(changes[2:4])
    file.forget()
    assert read(file) == changes[2:4]


def test_after_a_kill_while_reading_back_nothing_is_missing(
    tmp_path: Path, changes: list[Change]
) -> None:
    SpillFile(tmp_path / "s").append(changes[:2])
    SpillFile(tmp_path / "s").read()
    SpillFile(tmp_path / "s").append(changes[2:])
    assert read(SpillFile(tmp_path / "s")) == changes


def test_a_line_that_a_kill_has_cut_spoils_no_other(tmp_path: Path, changes: list[Change]) -> None:
    file = SpillFile(tmp_path / "s")
    file.append(changes[:2])
    whole = (tmp_path / "s").read_bytes()
    (tmp_path / "s").write_bytes(whole[:-10])
    file.append(changes[2:3])
    assert read(file) == [changes[0], None, changes[2]]
    file.refuse([line for line in file.read() if line.change is None])
    assert (tmp_path / "s.refused").read_text().count("SaveProgress") == 1


def test_a_change_that_contains_itself_is_given_back(tmp_path: Path, changes: list[Change]) -> None:
    endless: dict[str, Any] = {}
    endless["self"] = endless
    file = SpillFile(tmp_path / "s")
    bad = entry_with(endless)
    unfit = file.append([changes[0], bad, changes[1]])
    assert len(unfit) == 1
    assert unfit[0] is bad
    assert read(file) == changes[:2]


FULL_DISK = """
import resource, sys
from pathlib import Path
from mapokezi.stores.spill import SpillFile, decode
file = SpillFile(Path(sys.argv[1]))
line = Path(sys.argv[2]).read_text()
change = decode(line)
file.append([change])
resource.setrlimit(resource.RLIMIT_FSIZE, (len(line) + 50, resource.RLIM_INFINITY))
try:
    file.append([change])
except OSError as error:
    print("refused", error.errno)
"""


def test_a_full_disk_leaves_whole_lines_only(tmp_path: Path, changes: list[Change]) -> None:
    (tmp_path / "line").write_text(encode(changes[0]))
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, tmp_path / "s", tmp_path / "line"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("refused")
    assert read(SpillFile(tmp_path / "s")) == [changes[0]]
