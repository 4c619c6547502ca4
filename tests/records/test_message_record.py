"""What is kept of a message."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mapokezi.calls import CallId, OfficeId
from mapokezi.records.message_record import MessageId, MessageRecord

NAIVE = datetime(2026, 11, 22, tzinfo=UTC).replace(tzinfo=None)


def test_an_instant_without_utc_is_refused() -> None:
    def message(created_at: datetime, read_at: datetime | None = None) -> MessageRecord:
        return MessageRecord(
            message_id=MessageId("m-1"),
            call_id=CallId("c-1"),
            office_id=OfficeId("law-office"),
            name="Achieng",
            number="+254722000000",
            reason="a title deed",
            created_at=created_at,
            read_at=read_at,
        )

    assert message(datetime(2026, 11, 22, tzinfo=UTC)).read_at is None
    with pytest.raises(ValueError, match="created_at"):
        message(NAIVE)
    with pytest.raises(ValueError, match="read_at"):
        message(datetime(2026, 11, 22, tzinfo=UTC), NAIVE)
