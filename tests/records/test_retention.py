"""For how long what is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mapokezi.calls import OfficeId
from mapokezi.records.retention import Due, KeptFor, Kind, RetentionPlan

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def due(office: str, kind: Kind, count: int) -> Due:
    return Due(OfficeId(office), kind, 30, NOW, count, None)


def test_the_defaults_are_those_of_the_notice() -> None:
    usual = KeptFor()
    assert {kind: usual.days(kind) for kind in Kind} == {
        Kind.RECORDING: 30,
        Kind.TRANSCRIPT: 90,
        Kind.MESSAGE: 365,
        Kind.CALL: 365,
    }


def test_what_is_older_than_its_days_is_due() -> None:
    keeps = KeptFor(recording_days=7)
    assert keeps.due_before(Kind.RECORDING, NOW) == NOW - timedelta(days=7)
    assert keeps.due_before(Kind.TRANSCRIPT, NOW) == NOW - timedelta(days=90)


def test_a_plan_counts_over_offices() -> None:
    plan = RetentionPlan(
        NOW,
        (due("a", Kind.RECORDING, 3), due("b", Kind.RECORDING, 4), due("b", Kind.MESSAGE, 1)),
    )
    assert plan.counts() == {"recording": 7, "message": 1}
    assert not plan.is_empty
    assert RetentionPlan(NOW, ()).is_empty


def test_instants_are_in_utc() -> None:
    with pytest.raises(ValueError, match="UTC"):
        Due(OfficeId("a"), Kind.CALL, 1, datetime(2026, 1, 1), 1, None)  # noqa: DTZ001
