"""What the office's own systems are told."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from tests.sample_notices import NOW, OFFICE
from tests.sample_records import Examples

from mapokezi.calls import CallId, Outcome
from mapokezi.receptionist.webhook_events import (
    EVENT_TYPES,
    EventType,
    call_data,
    event_json,
    message_data,
    plan_webhooks,
)
from mapokezi.records.notices import NoticeKind, WayKind


def test_each_webhook_that_wants_the_type_gets_one(examples: Examples) -> None:
    message = examples.message()
    (only,) = plan_webhooks(
        EventType.MESSAGE_STORED,
        message.message_id,
        message_data(message),
        OFFICE,
        NOW,
        call_id=message.call_id,
        caller="+254722000100",
    )
    assert only.key == "m-000000:message.stored:webhook-case-files:0"
    assert (only.kind, only.way_kind) == (NoticeKind.EVENT, WayKind.WEBHOOK)
    assert (only.way, only.address, only.person_id) == ("webhook", "case-files", None)
    assert only.caller == "+254722000100"
    both = plan_webhooks(EventType.CALL_ENDED, "c-1", {}, OFFICE, NOW, call_id=CallId("c-1"))
    assert [one.address for one in both] == ["case-files", "calls-only"]


def test_a_message_as_it_is_told(examples: Examples) -> None:
    message = examples.message()
    told = event_json(EventType.MESSAGE_STORED, NOW, OFFICE, message_data(message))
    assert json.loads(told) == {
        "type": "message.stored",
        "timestamp": "2026-11-20T06:30:00Z",
        "data": {
            "office": "law-office",
            "message_id": "m-000000",
            "call_id": "c-000000",
            "name": "Grace Njeri",
            "number": "+254722000100",
            "reason": "The transfer of a plot in Kiambu.",
            "best_time": "tomorrow at ten",
            "for_person": "wanjiku-kamau",
            "urgent": True,
            "unsure": ["name"],
            "at": "2026-11-20T06:30:50Z",
        },
    }


def test_a_call_as_it_is_told(examples: Examples) -> None:
    call = examples.ended(outcome=Outcome.MESSAGE)
    data = json.loads(event_json(EventType.CALL_ENDED, NOW, OFFICE, call_data(call)))["data"]
    assert data == {
        "office": "law-office",
        "call_id": "c-000000",
        "caller": "+254722000100",
        "dialled": "+254209000000",
        "arrived_at": "2026-11-20T06:30:00Z",
        "answered_at": "2026-11-20T06:30:00.250000Z",
        "ended_at": "2026-11-20T06:31:05Z",
        "length_s": 65.0,
        "outcome": "message",
        "reason": "caller_hung_up",
    }


def test_a_call_that_goes_on_has_no_end(examples: Examples) -> None:
    data = call_data(examples.arrival())
    assert (data["ended_at"], data["length_s"], data["outcome"], data["reason"]) == (None,) * 4


def test_the_instant_of_the_event_is_told_not_that_of_the_telling() -> None:
    (told, _) = plan_webhooks(
        EventType.CALL_ENDED, "c-1", {}, OFFICE, NOW, happened_at=NOW - timedelta(hours=1)
    )
    assert json.loads(told.text)["timestamp"] == "2026-11-20T05:30:00Z"


@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_types_are_named_by_noun_and_deed(kind: str) -> None:
    noun, _, deed = kind.partition(".")
    assert noun.isalpha()
    assert deed.isalpha()
