"""Events of a number's ``events_url``: both envelopes, the raw body, both families of headers."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.telephony.callbacks import BadCallback, CallState
from mapokezi.telephony.events import (
    Envelope,
    EventKind,
    PlatformEvent,
    RecordingTold,
    read_event,
    read_kind,
)
from mapokezi.units import E164

UUID = "0193a5f2-7c11-7d3a-9b1e-2f6d8a4c0e55"
SESSION = "HD_1f2e3d4c5b6a"
OURS = E164("+254209000000")
COMPLETED_A: dict[str, Any] = {
    "kind": "call.completed",
    "event_id": "evt_1",
    "workspace_id": "ws_1",
    "occurred_at": "2026-11-22T08:16:05Z",
    "data": {
        "call_id": UUID,
        "pbx_call_id": SESSION,
        "direction": "inbound",
        "from": "+254722000001",
        "to": OURS,
        "status": "completed",
        "duration_seconds": 65,
        "answered_at": "2026-11-22T08:15:00Z",
        "ended_at": "2026-11-22T08:16:05Z",
        "hangup_cause": "NORMAL_CLEARING",
    },
}
RECORDING_B: dict[str, Any] = {
    "event_kind": "call.recording.ready",
    "event_id": "evt_2",
    "payload": {
        "call_id": UUID,
        "recording_duration_seconds": 12,
        "recording_size_bytes": 192_044,
        "occurred_at": "2026-11-22T08:20:00Z",
    },
}
RAW: dict[str, Any] = {
    "sessionId": SESSION,
    "callerNumber": "+254722000001",
    "destinationNumber": OURS,
    "callSessionState": "Completed",
    "isActive": "0",
    "direction": "Inbound",
    "durationInSeconds": "65",
}


def read(body: dict[str, Any], **headers: str) -> PlatformEvent:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return read_event("application/json", json.dumps(body).encode(), named)


def test_envelope_a() -> None:
    event = read(COMPLETED_A)
    assert (event.kind, event.envelope, event.key) == (
        EventKind.CALL_COMPLETED,
        Envelope.A,
        "id:evt_1",
    )
    assert (event.callback.session_id, event.callback.call_uuid) == (SESSION, UUID)
    assert event.callback.duration_s == 65
    assert event.callback.direction == "inbound"
    assert event.ended_at == event.occurred_at == datetime(2026, 11, 22, 8, 16, 5, tzinfo=UTC)
    assert event.hangup_cause == "NORMAL_CLEARING"
    assert event.is_end
    assert event.recording is None


def test_envelope_b_tells_a_recording_without_a_link() -> None:
    event = read(RECORDING_B)
    assert (event.kind, event.envelope) == (EventKind.RECORDING_READY, Envelope.B)
    assert event.recording == RecordingTold(duration_s=12, size_bytes=192_044)
    assert (event.callback.session_id, event.callback.call_uuid) == ("", UUID)
    assert event.occurred_at == datetime(2026, 11, 22, 8, 20, tzinfo=UTC)
    assert not event.is_end


def test_recording_ready_in_envelope_a() -> None:
    told: dict[str, Any] = {
        "recording_id": "rec_1",
        "duration_seconds": 12,
        "size_bytes": 5,
        "download_url": "https://storage.example/r?sig=x",
        "expires_at": 1_795_000_000,
        "call_id": UUID,
    }
    event = read({"kind": "recording.ready", "event_id": "e", "data": told})
    assert event.recording == RecordingTold(
        "rec_1", 12, 5, told["download_url"], datetime.fromtimestamp(1_795_000_000, UTC)
    )
    assert "sig=x" not in repr(event)


def test_the_raw_body_of_the_pbx() -> None:
    event = read(RAW)
    assert (event.kind, event.kind_text) == (EventKind.CALL_COMPLETED, "Completed")
    assert event.envelope is Envelope.RAW
    assert (event.callback.session_id, event.callback.call_uuid) == (SESSION, "")
    assert event.key.startswith("body:")
    assert event.is_end


@pytest.mark.parametrize("header", ["X-Sautikit-Event-Kind", "x-sautikit-event"])
def test_a_raw_body_without_a_state_has_its_kind_of_either_header(header: str) -> None:
    body = {"sessionId": SESSION, "type": "pbx"}
    event = read_event("application/json", json.dumps(body).encode(), {header: "call.completed"})
    assert event.kind is EventKind.CALL_COMPLETED
    assert event.callback.state is CallState.COMPLETED
    assert event.is_end


def test_a_header_does_not_change_what_the_signed_body_says() -> None:
    assert read(RAW | {"callSessionState": "Ringing", "isActive": "1"},
                X_Sautikit_Event_Kind="call.completed").kind is EventKind.CALL_STARTED  # fmt: skip
    strange = {"kind": "number.provisioned", "event_id": "e", "data": {}}
    assert read(strange, X_Sautikit_Event="call.completed").kind is EventKind.UNKNOWN
    both = read(COMPLETED_A, X_Sautikit_Event_Id="evt_9", X_Sautikit_Idempotency_Key="once")
    assert both.key == "id:evt_1"


@pytest.mark.parametrize(
    ("headers", "key"),
    [
        ({"X-Sautikit-Event-Id": "evt_7"}, "id:evt_7"),
        ({"x-sautikit-idempotency-key": "k1"}, "once:k1"),
        ({"X-Sautikit-Event-Id": "evt_7", "X-Sautikit-Idempotency-Key": "k1"}, "id:evt_7"),
    ],
)
def test_the_id_of_either_header(headers: dict[str, str], key: str) -> None:
    assert read_event("application/json", json.dumps(RAW).encode(), headers).key == key


def test_a_raw_bodys_key_is_the_same_however_often_it_is_sent_and_another_for_another() -> None:
    first = read(RAW).key
    turned = dict(reversed(list(RAW.items())))
    assert read(turned).key == first
    assert read(RAW | {"attempt": 2, "sentAt": "later"}).key == first
    for name in RAW:
        assert read(RAW | {name: "other"}).key != first
    assert read(RAW | {"unheard": {"of": ["x"]}}).key != read(RAW | {"unheard": {"of": ["y"]}}).key


def test_an_id_that_is_too_long_or_unprintable_has_a_key_all_the_same() -> None:
    keys = {read(RAW, X_Sautikit_Event_Id=text).key for text in ("x" * 300, "x" * 301, "a\x01b")}
    assert len(keys) == 3
    assert all(len(key) < 80 and key.isprintable() for key in keys)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("call.started", EventKind.CALL_STARTED),
        ("CallAnswered", EventKind.CALL_ANSWERED),
        ("call_completed", EventKind.CALL_COMPLETED),
        ("completed", EventKind.CALL_COMPLETED),
        ("call.failed", EventKind.CALL_FAILED),
        ("call.recording.ready", EventKind.RECORDING_READY),
        ("recording.ready", EventKind.RECORDING_READY),
        ("stream-stopped", EventKind.STREAM_STOPPED),
        ("StreamStarted", EventKind.STREAM_STARTED),
        ("wallet.low_balance", EventKind.UNKNOWN),
        ("call.supervision.started", EventKind.UNKNOWN),
        ("", EventKind.UNKNOWN),
    ],
)
def test_kinds_in_their_spellings(text: str, kind: EventKind) -> None:
    assert read_kind(text) is kind


@pytest.mark.parametrize("name", ["kind", "event_kind", "event_type", "event", "type"])
def test_every_name_of_the_kind(name: str) -> None:
    assert read({name: "call.answered", "call_id": UUID}).kind is EventKind.CALL_ANSWERED


def test_a_raw_body_that_may_be_the_dialled_legs_ends_nothing() -> None:
    busy = {"sessionId": SESSION, "callSessionState": "busy"}
    assert read(busy).kind is EventKind.CALL_FAILED
    assert not read(busy).is_end
    assert read(busy | {"isActive": "0"}).is_end
    assert not read(RAW | {"isActive": "1"}).is_end
    assert read({"kind": "call.failed", "event_id": "e", "data": {"call_id": UUID}}).is_end


def test_swapped_numbers_are_put_right() -> None:
    swapped = RAW | {"callerNumber": OURS, "destinationNumber": "0722000001"}
    event = read_event("", json.dumps(swapped).encode(), {}, [OURS])
    assert (event.callback.caller, event.callback.dialled) == ("+254722000001", OURS)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-11-22T11:16:05+03:00", datetime(2026, 11, 22, 8, 16, 5, tzinfo=UTC)),
        ("2026-11-22T08:16:05", datetime(2026, 11, 22, 8, 16, 5, tzinfo=UTC)),
        (1_795_000_000_500, datetime.fromtimestamp(1_795_000_000.5, UTC)),
        ("yesterday", None),
        ("", None),
        ("9" * 400, None),
    ],
)
def test_instants_in_their_forms(text: str | int, at: datetime | None) -> None:
    assert read(COMPLETED_A | {"occurred_at": text}).occurred_at == at


def test_an_empty_body_is_an_event_of_no_kind_and_rubbish_is_none() -> None:
    assert read_event("", b"", {}).kind is EventKind.UNKNOWN
    with pytest.raises(BadCallback):
        read_event("application/json", b"{", {})


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
names = st.sampled_from([*COMPLETED_A, *COMPLETED_A["data"], *RAW, "payload", "event", "call"])


@given(st.dictionaries(names | st.text(), json_values, max_size=8))
def test_any_object_is_read(body: dict[str, Any]) -> None:
    event = read(body)
    assert event.key == read(body).key
    assert 0 < len(event.key) <= 220


@given(st.binary(max_size=200), st.sampled_from(["", "application/json", "text/xml"]))
def test_any_bytes_are_read_or_refused(body: bytes, content_type: str) -> None:
    try:
        read_event(content_type, body, {})
    except BadCallback:
        return
