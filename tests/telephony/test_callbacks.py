"""Callbacks in every spelling."""

from __future__ import annotations

import contextlib
import json
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.telephony.callbacks import (
    BadCallback,
    CallState,
    DialOutcome,
    VoiceCallback,
    read_callback,
    read_state,
)
from mapokezi.units import E164

FORM = "application/x-www-form-urlencoded"
REAL = {
    "sessionId": "HD_1f2e3d4c5b6a",
    "callerNumber": "+254700000001",
    "destinationNumber": "+254209000000",
    "callSessionState": "Ringing",
    "isActive": "1",
    "direction": "Inbound",
    "durationInSeconds": "0",
}
OURS = frozenset({E164("+254209000000")})


def read(fields: dict[str, object]) -> VoiceCallback:
    return read_callback("application/json", json.dumps(fields).encode(), {}, OURS)


def test_the_real_body_as_json_and_as_form_reads_alike() -> None:
    as_json = read_callback("application/json", json.dumps(REAL).encode(), {})
    as_form = read_callback(FORM, urlencode(REAL).encode(), {})
    assert as_json == as_form
    assert as_json.session_id == "HD_1f2e3d4c5b6a"
    assert as_json.caller == "+254700000001"
    assert as_json.dialled == "+254209000000"
    assert as_json.state is CallState.RINGING
    assert as_json.is_active is True
    assert as_json.direction == "inbound"
    assert as_json.duration_s == 0
    assert as_json.raw_keys == tuple(REAL)


@pytest.mark.parametrize(
    "fields",
    [
        {"CallSid": "X", "From": "+254700000001", "To": "+254209000000", "status": "ringing"},
        {"CallId": "X", "from": "254700000001", "to": "0209000000", "call_state": "RINGING"},
        {"call_id": "X", "caller_number": "0700000001", "destination_number": "254209000000",
         "callSessionState": "ringing"},
        {"call": {"sessionId": "X", "callerNumber": "+254700000001", "state": "?",
                  "destinationNumber": "+254209000000", "callSessionState": "Ringing"}},
        {"kind": "call.started", "payload": {"data": {"session_id": "X",
         "from": " 254700000001", "to": "00254209000000", "status": "ringing"}}},
    ],
)  # fmt: skip
def test_each_documented_spelling_and_nesting(fields: dict[str, object]) -> None:
    callback = read(fields)
    assert callback.session_id == "X"
    assert callback.caller == "+254700000001"
    assert callback.dialled == "+254209000000"
    assert callback.state is CallState.RINGING


def test_an_empty_body_is_a_callback_that_tells_nothing() -> None:
    assert read_callback("", b"", {}) == VoiceCallback()
    assert read_callback("application/json", b" \n", {}) == VoiceCallback()


def test_a_wrong_content_type_is_seen_through() -> None:
    body = json.dumps(REAL).encode()
    assert read_callback(FORM, body, {}).session_id == "HD_1f2e3d4c5b6a"
    assert read_callback("", urlencode(REAL).encode(), {}).session_id == "HD_1f2e3d4c5b6a"


def test_a_plus_that_the_form_turned_into_a_space() -> None:
    body = b"callerNumber=+254700000001&sessionId=X"
    assert read_callback(FORM, body, {}).caller == "+254700000001"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{"),
        ("application/json", b"[]"),
        ("application/json", b'"x"'),
        ("application/json", b"[" * 100_000),
        ("application/json", b"\xff\xfe"),
        ("application/json", b'{"a":' * 5_000),
        (FORM, b"\xff\xfe\xfd"),
        (FORM, b"hello=world&x=1"),
        (FORM, b"&".join(b"a%d=1" % n for n in range(500))),
        ("multipart/form-data; boundary=x", b"--x--"),
        ("text/xml", b"<a/>"),
    ],
)
def test_rubbish_says_what_is_wrong(content_type: str, body: bytes) -> None:
    with pytest.raises(BadCallback) as caught:
        read_callback(content_type, body, {})
    assert len(str(caught.value)) > 10


def test_swapped_numbers_are_turned_round() -> None:
    callback = read(
        {"sessionId": "X", "callerNumber": "0209000000", "destinationNumber": "+254700000001"}
    )
    assert (callback.caller, callback.dialled) == ("+254700000001", "+254209000000")


def test_the_number_that_a_web_client_dialled() -> None:
    callback = read(
        {
            "sessionId": "X",
            "callerNumber": "+254700000001",
            "destinationNumber": "sip:agent@x",
            "clientDialedNumber": "254209000000",
        }
    )
    assert callback.dialled == "+254209000000"


def test_a_withheld_number_is_none() -> None:
    assert read({"sessionId": "X", "callerNumber": "anonymous"}).caller is None


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("Completed", CallState.COMPLETED),
        ("no-answer", CallState.NO_ANSWER),
        ("NO_ANSWER", CallState.NO_ANSWER),
        ("NotAnswered", CallState.NO_ANSWER),
        ("in-progress", CallState.ANSWERED),
        ("StreamStarted", CallState.STREAM_STARTED),
        ("stream-stopped", CallState.STREAM_STOPPED),
        ("cancelled", CallState.CANCELED),
        ("", CallState.ABSENT),
        ("Levitating", CallState.UNKNOWN),
    ],
)
def test_states(text: str, state: CallState) -> None:
    assert read_state(text) is state


def test_a_stream_event_without_a_state() -> None:
    assert read({"streamSid": "s", "streamEvent": "stream-started"}).is_stream_event
    assert read({"streamSid": "s", "streamStatus": "error"}).state is CallState.STREAM_ERROR


def test_the_end_of_a_call() -> None:
    assert read({"sessionId": "X", "callSessionState": "Completed", "isActive": "0"}).is_end
    assert read({"sessionId": "X", "callSessionState": "Completed"}).is_end
    assert not read({"sessionId": "X", "callSessionState": "Completed", "isActive": "1"}).is_end
    assert not read({"sessionId": "X", "callSessionState": "Answered", "isActive": "0"}).is_end


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({"dialDurationInSeconds": "42"}, DialOutcome.CONNECTED),
        ({"dialDurationInSeconds": "0"}, DialOutcome.NO_ANSWER),
        ({"dialCallStatus": "no-answer"}, DialOutcome.NO_ANSWER),
        ({"DialCallStatus": "completed", "dialDurationInSeconds": 0}, DialOutcome.NO_ANSWER),
        ({"dialStatus": "completed"}, DialOutcome.CONNECTED),
        ({"lastBridgeHangupCause": "USER_BUSY"}, DialOutcome.BUSY),
        ({"lastBridgeHangupCause": "CALL_REJECTED"}, DialOutcome.DECLINED),
        ({"dialStatus": "exploded"}, DialOutcome.FAILED),
        ({}, None),
    ],
)
def test_how_a_dialled_leg_ended(fields: dict[str, object], outcome: DialOutcome | None) -> None:
    assert read({"sessionId": "X", **fields}).dial_outcome is outcome


def test_query_fills_what_the_body_lacks_and_the_body_wins() -> None:
    callback = read_callback(FORM, b"sessionId=B", {"clientRequestId": "r1", "sessionId": "Q"})
    assert (callback.session_id, callback.client_request_id) == ("B", "r1")


def test_an_error_never_shows_a_value() -> None:
    with pytest.raises(BadCallback) as caught:
        read_callback(FORM, b"secret=0722000000", {})
    assert "0722000000" not in str(caught.value)


@given(st.binary(max_size=300), st.sampled_from(["application/json", FORM, "", "text/plain"]))
def test_whatever_comes_is_read_or_refused(body: bytes, content_type: str) -> None:
    try:
        callback = read_callback(content_type, body, {})
    except BadCallback:
        return
    assert isinstance(callback, VoiceCallback)


@given(
    st.dictionaries(
        st.sampled_from([*REAL, "call", "data", "Digits"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=20),
            lambda inner: (
                st.lists(inner, max_size=2)
                | st.dictionaries(st.sampled_from([*REAL, "call"]), inner, max_size=2)
            ),
            max_leaves=5,
        ),
    )
)
def test_fields_of_any_type_are_tolerated(fields: dict[str, object]) -> None:
    known = VoiceCallback()
    with contextlib.suppress(BadCallback):
        known = read(fields)
    assert all(isinstance(key, str) for key in known.raw_keys)


def test_the_two_ids_are_told_apart_by_their_form() -> None:
    uuid = "0193A5F2-7c11-7d3a-9b1e-2f6d8a4c0e55"
    both = read_callback("", f"call_id={uuid}&pbx_call_id=HD_1".encode(), {})
    assert (both.session_id, both.call_uuid) == ("HD_1", uuid.lower())
    mixed = read_callback("", f"CallSid={uuid}&call_id=HD_1".encode(), {})
    assert (mixed.session_id, mixed.call_uuid) == ("HD_1", uuid.lower())
    alone = read_callback("", f"call_id={uuid}".encode(), {})
    assert alone.session_id == alone.call_uuid == uuid.lower()


def test_how_long_the_dialled_leg_talked() -> None:
    told = read_callback("", b"sessionId=HD_1&dialCallStatus=completed&dialDuration=42", {})
    assert told.dial_duration_s == 42
    assert read_callback("", b"sessionId=HD_1", {}).dial_duration_s is None
