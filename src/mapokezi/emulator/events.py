"""Writes events as the platform's two documented envelopes, or as the PBX's own body."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mapokezi.emulator.behaviour import Behaviour
from mapokezi.emulator.call_detail import WORKSPACE, CallDetail, KeptRecording
from mapokezi.emulator.callback_bodies import JSON_CONTENT_TYPE, CallbackFacts, write_callback
from mapokezi.emulator.clock import new_id, stamp, wall
from mapokezi.emulator.mode_values.posts import Envelope, EventHeaders

EVENT_KIND_HEADER = "X-Sautikit-Event-Kind"
EVENT_HEADER = "X-Sautikit-Event"
EVENT_ID_HEADER = "X-Sautikit-Event-Id"
IDEMPOTENCY_HEADER = "X-Sautikit-Idempotency-Key"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, before it is written."""

    kind: str
    """``call.completed``, ``number.provisioned``."""
    data: Mapping[str, Any]
    """As envelope A has it."""
    raw: CallbackFacts | None = None
    """As the PBX says it; only calls have that."""
    event_id: str = field(default_factory=lambda: new_id("evt"))
    at: datetime = field(default_factory=wall)


def write_event(event: Event, modes: Behaviour) -> tuple[str, bytes, dict[str, str]]:
    """Write an event.

    Returns:
        The content type, the body, and the headers that tell what it is.
    """
    headers = _headers(event, modes.event_headers)
    if modes.event_envelope is Envelope.RAW and event.raw is not None:
        return *write_callback(event.raw, modes), headers
    occurred = stamp(event.at)
    body: dict[str, Any]
    if modes.event_envelope is Envelope.B:
        payload: dict[str, Any] = {**_recording_spelled_b(event.data), "occurred_at": occurred}
        body = {"event_kind": event.kind, "event_id": event.event_id, "payload": payload}
    else:
        body = {
            "kind": event.kind,
            "event_id": event.event_id,
            "workspace_id": WORKSPACE,
            "occurred_at": occurred,
            "data": dict(event.data),
        }
    return JSON_CONTENT_TYPE, json.dumps(body, separators=(",", ":")).encode(), headers


def _headers(event: Event, form: EventHeaders) -> dict[str, str]:
    match form:
        case EventHeaders.KIND:
            return {EVENT_KIND_HEADER: event.kind, EVENT_ID_HEADER: event.event_id}
        case EventHeaders.EVENT:
            return {EVENT_HEADER: event.kind, IDEMPOTENCY_HEADER: event.event_id}
    return {}


def _recording_spelled_b(data: Mapping[str, Any]) -> dict[str, Any]:
    """Envelope B names a recording's facts otherwise, and has no URL."""
    if "recording_id" not in data:
        return dict(data)
    return {
        "call_id": data["call_id"],
        "recording_duration_seconds": data["duration_seconds"],
        "recording_size_bytes": data["size_bytes"],
    }


def call_event(kind: str, detail: CallDetail, raw: CallbackFacts) -> Event:
    """``call.started``, ``answered``, ``completed`` or ``failed``."""
    row = detail.as_row()
    data: dict[str, Any] = {
        "call_id": detail.call_id,
        "pbx_call_id": detail.session_id,
        "direction": detail.direction,
        "from": detail.caller,
        "to": detail.dialled,
        "status": detail.status.value,
    }
    if detail.client_request_id:
        data["clientRequestId"] = detail.client_request_id
    if kind in ("call.answered", "call.completed"):
        data["answered_at"] = row["answered_at"]
    if kind == "call.completed":
        data["duration_seconds"] = row["duration_seconds"]
        data["hangup_cause"] = detail.hangup_cause
    if kind == "call.failed":
        data["failure_reason"] = detail.failure_code or detail.status.value
    if detail.is_over:
        data["ended_at"] = row["ended_at"]
    return Event(kind, data, raw)


def recording_event(detail: CallDetail, kept: KeptRecording, raw: CallbackFacts) -> Event:
    """``recording.ready``."""
    data = {
        "call_id": detail.call_id,
        "pbx_call_id": detail.session_id,
        "recording_id": kept.name,
        "duration_seconds": round(kept.duration_s),
        "size_bytes": kept.size_bytes,
        "download_url": kept.url,
        "expires_at": None,
    }
    return Event("recording.ready", data, raw)
