"""Who is owed a call."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mapokezi.bridge.call_backs import call_back_owed
from mapokezi.calls import (
    CallId,
    OfficeId,
    Outcome,
    Termination,
    TerminationReason,
    TerminationResult,
)
from mapokezi.records.call_record import CallRecord
from mapokezi.units import E164

NOW = datetime(2026, 11, 22, 8, 15, tzinfo=UTC)
ARRIVED = CallRecord(
    call_id=CallId("20261122-081500-1"),
    session_id="HD_1",
    office_id=OfficeId("law-office"),
    caller=E164("+254722000001"),
    dialled=E164("+254209000000"),
    arrived_at=NOW,
    node="node-1",
)


def ended(outcome: Outcome, reason: TerminationReason) -> CallRecord:
    """A call that came to this."""
    termination = Termination(TerminationResult.FAILED, reason)
    return replace(ARRIVED, ended_at=NOW, outcome=outcome, termination=termination)


@pytest.mark.parametrize(
    ("outcome", "reason", "owed"),
    [
        (Outcome.FAILED, TerminationReason.VOICE_FAILED, True),
        (Outcome.FAILED, TerminationReason.INTERRUPTED, True),
        (Outcome.FALLBACK, TerminationReason.REFUSED, True),
        (Outcome.ABANDONED, TerminationReason.DRAINED, True),
        (Outcome.RESOLVED, TerminationReason.DRAINED, False),
        (Outcome.ABANDONED, TerminationReason.CALLER_HUNG_UP, False),
        (Outcome.FLASH, TerminationReason.CALLER_HUNG_UP, False),
        (Outcome.MESSAGE, TerminationReason.INTERRUPTED, False),
    ],
)
def test_who_was_let_down_is_to_be_rung(
    outcome: Outcome, reason: TerminationReason, owed: bool
) -> None:
    change = call_back_owed(ended(outcome, reason), NOW)
    assert (change is not None) is owed
    if change is not None:
        assert change.message.number == "+254722000001"
        assert change.message.urgent
        assert change.message.message_id == "20261122-081500-1.call-back"


def test_a_withheld_number_cannot_be_rung() -> None:
    record = replace(ended(Outcome.FAILED, TerminationReason.VOICE_FAILED), caller=None)
    assert call_back_owed(record, NOW) is None
