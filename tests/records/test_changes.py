"""What can be done to the records, as values."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mapokezi.calls import (
    CallId,
    OfficeId,
    Outcome,
    Termination,
    TerminationReason,
    TerminationResult,
)
from mapokezi.records.call_record import CallRecord, TimelineEntry
from mapokezi.records.changes import MarkMessage, SaveEnd, SaveTimeline
from mapokezi.records.message_record import MessageId
from mapokezi.units import E164, Milliseconds

NAIVE = datetime(2026, 11, 22, tzinfo=UTC).replace(tzinfo=None)
ENDED = CallRecord(
    call_id=CallId("c-1"),
    session_id="HD_1",
    office_id=OfficeId("law-office"),
    caller=None,
    dialled=E164("+254209000000"),
    arrived_at=datetime(2026, 11, 22, 6, 30, tzinfo=UTC),
    node="n-1",
    ended_at=datetime(2026, 11, 22, 6, 31, tzinfo=UTC),
    outcome=Outcome.RESOLVED,
    termination=Termination(TerminationResult.COMPLETED, TerminationReason.CALLER_HUNG_UP),
)


def test_an_ended_call_has_its_end_its_outcome_and_its_termination() -> None:
    assert SaveEnd(ENDED).call_id == "c-1"
    for name in ("ended_at", "outcome", "termination"):
        with pytest.raises(ValueError, match="ended call"):
            SaveEnd(replace(ENDED, **{name: None}))  # type: ignore[arg-type]


def test_a_batch_of_the_timeline_is_of_one_call() -> None:
    first = TimelineEntry(CallId("c-1"), 0, Milliseconds(0), "call_arrived")
    assert SaveTimeline((first, replace(first, number=1))).call_id == "c-1"
    with pytest.raises(ValueError, match="one call"):
        SaveTimeline(())
    with pytest.raises(ValueError, match="one call"):
        SaveTimeline((first, replace(first, call_id=CallId("c-2"))))


def test_a_message_is_marked_in_utc() -> None:
    with pytest.raises(ValueError, match="read_at"):
        MarkMessage(MessageId("m-1"), NAIVE)
