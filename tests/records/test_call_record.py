"""What is kept of a call."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from mapokezi.calls import CallId, OfficeId
from mapokezi.records.call_record import (
    CallRecord,
    HandOffSummary,
    NoticeGiven,
    SecondsAttributed,
)
from mapokezi.units import E164, Milliseconds

ARRIVED = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
CALL = CallRecord(
    call_id=CallId("c-1"),
    session_id="HD_1",
    office_id=OfficeId("law-office"),
    caller=E164("+254722000000"),
    dialled=E164("+254209000000"),
    arrived_at=ARRIVED,
    node="n-1",
)


def test_its_length_is_from_arrival_to_end() -> None:
    assert CALL.length_ms is None
    assert replace(CALL, ended_at=ARRIVED + timedelta(seconds=61.5)).length_ms == 61_500


def test_attributed_seconds_add_up() -> None:
    parts = [Milliseconds(n) for n in (1, 20, 300, 4_000, 50_000)]
    assert SecondsAttributed(*parts).total_ms == 54_321
    assert SecondsAttributed().total_ms == 0


@pytest.mark.parametrize(
    "at", [ARRIVED.replace(tzinfo=None), ARRIVED.astimezone(timezone(timedelta(hours=3)))]
)
def test_an_instant_without_utc_is_refused(at: datetime) -> None:
    for name in ("arrived_at", "answered_at", "ended_at"):
        with pytest.raises(ValueError, match=name):
            replace(CALL, **{name: at})  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="NoticeGiven"):
        NoticeGiven("This call is recorded.", at)
    with pytest.raises(ValueError, match="HandOffSummary"):
        HandOffSummary("kamau", "dial", at)
