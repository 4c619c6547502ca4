"""Writes the platform's callbacks: names, form or JSON, nesting (contract section 3.1)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from mapokezi.emulator.behaviour import Behaviour
from mapokezi.emulator.call_states import CallState
from mapokezi.emulator.mode_values.posts import (
    AliasStyle,
    Form,
    Nesting,
    NumberForm,
    Parties,
    Presence,
)

FORM_CONTENT_TYPE = "application/x-www-form-urlencoded"
JSON_CONTENT_TYPE = "application/json"


@dataclass(frozen=True, slots=True)
class CallbackFacts:
    """What one post tells; empty fields are left out, but for the first seven."""

    session_id: str
    caller: str
    dialled: str
    state: CallState
    is_active: bool
    duration_s: int = 0
    direction: str = "Inbound"
    digits: str = ""
    recording_url: str = ""
    stream_sid: str = ""
    stream_event: str = ""
    stream_name: str = ""
    dial_status: str = ""
    dial_duration_s: int | None = None
    dial_number: str = ""
    client_request_id: str = ""


_NAMES: dict[AliasStyle, dict[str, str]] = {
    AliasStyle.CAMEL: {
        "session_id": "sessionId",
        "caller": "callerNumber",
        "dialled": "destinationNumber",
        "state": "callSessionState",
        "is_active": "isActive",
        "duration_s": "durationInSeconds",
        "direction": "direction",
        "digits": "dtmfDigits",
        "recording_url": "recordingUrl",
        "stream_sid": "streamSid",
        "stream_event": "streamEvent",
        "stream_name": "name",
        "dial_status": "dialCallStatus",
        "dial_duration_s": "dialDurationInSeconds",
        "dial_number": "dialDestinationNumber",
        "client_request_id": "clientRequestId",
    },
    AliasStyle.TITLE: {
        "session_id": "CallSid",
        "caller": "From",
        "dialled": "To",
        "state": "CallStatus",
        "is_active": "IsActive",
        "duration_s": "CallDuration",
        "direction": "Direction",
        "digits": "Digits",
        "recording_url": "RecordingUrl",
        "stream_sid": "StreamSid",
        "stream_event": "StreamEvent",
        "stream_name": "StreamName",
        "dial_status": "DialCallStatus",
        "dial_duration_s": "DialCallDuration",
        "dial_number": "DialNumber",
        "client_request_id": "clientRequestId",
    },
    AliasStyle.SNAKE: {
        "session_id": "call_id",
        "caller": "from",
        "dialled": "to",
        "state": "status",
        "is_active": "is_active",
        "duration_s": "duration_seconds",
        "direction": "direction",
        "digits": "digits",
        "recording_url": "recording_url",
        "stream_sid": "stream_sid",
        "stream_event": "stream_event",
        "stream_name": "stream_name",
        "dial_status": "dial_status",
        "dial_duration_s": "dial_duration_seconds",
        "dial_number": "dial_number",
        "client_request_id": "clientRequestId",
    },
}


def write_callback(facts: CallbackFacts, style: Behaviour) -> tuple[str, bytes]:
    """Write one post.

    Returns:
        The content type and the body.
    """
    return write_body(callback_fields(facts, style), style)


def write_body(fields: Mapping[str, str], style: Behaviour) -> tuple[str, bytes]:
    """Write fields as the body of a post: a form or JSON, nested or not."""
    nested = style.post_nesting is not Nesting.NONE
    if style.post_format is Form.FORM and not nested:
        return FORM_CONTENT_TYPE, urlencode(fields).encode()
    body: dict[str, object] = {style.post_nesting.value: fields} if nested else {**fields}
    return JSON_CONTENT_TYPE, json.dumps(body, separators=(",", ":")).encode()


def callback_fields(facts: CallbackFacts, style: Behaviour) -> dict[str, str]:
    """The fields of one post by the names that they go by."""
    swapped = style.post_parties is Parties.SWAPPED
    caller, dialled = (facts.dialled, facts.caller) if swapped else (facts.caller, facts.dialled)
    unnamed = style.post_session_id is Presence.MISSING
    values = {
        "session_id": "" if unnamed else facts.session_id,
        "caller": written_number(caller, style.post_numbers),
        "dialled": written_number(dialled, style.post_numbers),
        "state": facts.state.value,
        "is_active": "1" if facts.is_active else "0",
        "direction": facts.direction,
        "duration_s": str(facts.duration_s),
        "digits": facts.digits,
        "recording_url": facts.recording_url,
        "stream_sid": facts.stream_sid,
        "stream_event": facts.stream_event,
        "stream_name": facts.stream_name,
        "dial_status": facts.dial_status,
        "dial_duration_s": "" if facts.dial_duration_s is None else str(facts.dial_duration_s),
        "dial_number": facts.dial_number,
        "client_request_id": facts.client_request_id,
    }
    names = _NAMES[style.post_names]
    return {names[name]: value for name, value in values.items() if value}


def written_number(e164: str, form: NumberForm) -> str:
    """Write a number as the platform's posts do; one that is no E.164 number stays as it is."""
    if not e164.startswith("+") or form is NumberForm.PLUS:
        return e164
    if form is NumberForm.NATIONAL and e164.startswith("+254"):
        return f"0{e164[4:]}"
    return e164[1:]
