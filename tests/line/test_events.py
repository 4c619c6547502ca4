"""The platform's events over real HTTP: acknowledged once they are kept, and only then."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
import structlog

from mapokezi.bridge.event_work import EventNotKept
from mapokezi.telephony.events import Envelope, EventKind
from mapokezi.telephony.signature import SIGNATURE_HEADER, sign

pytestmark = pytest.mark.anyio

SECRET, OTHER_SECRET = "whsec_of_the_number", "whsec_of_the_subscription"
COMPLETED = {
    "kind": "call.completed",
    "event_id": "e1",
    "data": {"call_id": "HD_1", "status": "completed", "duration_seconds": 31},
}


def signed(body: bytes, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    return {SIGNATURE_HEADER: sign(secret, body, int(time.time() if at is None else at))}


async def test_an_event_is_kept_and_acknowledged(run_line: Any) -> None:
    async with run_line() as at:
        answer = await at.http.post("/voice/events", json=COMPLETED)
        assert (answer.status_code, answer.json()) == (200, {"ok": True})
        (event,) = at.inbox.events
        assert (event.kind, event.envelope) == (EventKind.CALL_COMPLETED, Envelope.A)
        assert (event.key, event.callback.session_id) == ("id:e1", "HD_1")
        metrics = (await at.http.get("/metrics")).text
        assert 'mapokezi_events_total{kind="call.completed"} 1.0' in metrics


async def test_the_headers_of_either_family_are_read(run_line: Any) -> None:
    async with run_line() as at:
        for headers in (
            {"X-Sautikit-Event-Kind": "call.answered", "X-Sautikit-Event-Id": "e7"},
            {"X-Sautikit-Event": "call.answered", "X-Sautikit-Idempotency-Key": "e8"},
        ):
            raw = {"sessionId": "HD_1"}
            assert (await at.http.post("/voice/events", data=raw, headers=headers)).is_success
        assert [event.key for event in at.inbox.events] == ["id:e7", "once:e8"]
        assert {event.kind for event in at.inbox.events} == {EventKind.CALL_ANSWERED}


async def test_what_is_not_kept_is_not_acknowledged(run_line: Any) -> None:
    async with run_line() as at:
        for fault in (EventNotKept("planted"), RuntimeError("planted")):
            at.inbox.fails = fault
            assert (await at.http.post("/voice/events", json=COMPLETED)).status_code == 503
        at.inbox.fails = None
        assert (await at.http.post("/voice/events", json=COMPLETED)).status_code == 200
        assert len(at.inbox.events) == 1


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"a=b", b"[1,2]", b'{"kind":"x.y"}'])
async def test_what_nobody_understands_is_acknowledged_too(run_line: Any, body: bytes) -> None:
    async with run_line() as at:
        assert (await at.http.post("/voice/events", content=body)).status_code == 200
        assert all(event.kind is EventKind.UNKNOWN for event in at.inbox.events)


@pytest.mark.parametrize("secret", [SECRET, OTHER_SECRET])
async def test_any_of_the_secrets_may_have_signed(run_line: Any, secret: str) -> None:
    async with run_line(signing_secrets=(SECRET, OTHER_SECRET)) as at:
        body = json.dumps(COMPLETED).encode()
        headers = signed(body, secret)
        assert (await at.http.post("/voice/events", content=body, headers=headers)).is_success


async def test_no_forgery_is_taken(run_line: Any) -> None:
    body = json.dumps(COMPLETED).encode()
    other = body.replace(b"31", b"32")
    now = time.time()
    bare = sign(SECRET, body, 0).partition("v1=")[2]
    forged: list[tuple[bytes, dict[str, str]]] = [
        (body, {}),
        (body, {SIGNATURE_HEADER: ""}),
        (other, signed(body)),
        (body + b" ", signed(body)),
        (body, signed(body, "guessed")),
        (body, signed(body, "")),
        (body, signed(body, at=now - 301)),
        (body, signed(body, at=now + 310)),
        (body, {SIGNATURE_HEADER: signed(body, at=now - 400)[SIGNATURE_HEADER].replace(
            str(int(now - 400)), str(int(now)))}),
        (body, {SIGNATURE_HEADER: f"t={int(now)},v1="}),
        (body, {SIGNATURE_HEADER: f"t={int(now)},v1={'0' * 64}"}),
        (body, {SIGNATURE_HEADER: bare}),
        (body, {SIGNATURE_HEADER: signed(body)[SIGNATURE_HEADER][:-1]}),
        (body, {SIGNATURE_HEADER: signed(body)[SIGNATURE_HEADER].replace("v1=", "v0=")}),
        (body, {SIGNATURE_HEADER: f"t={int(now)},{signed(body)[SIGNATURE_HEADER]}"}),
    ]  # fmt: skip
    with structlog.testing.capture_logs() as logs:
        async with run_line(signing_secrets=(SECRET, OTHER_SECRET)) as at:
            for text, headers in forged:
                answer = await at.http.post("/voice/events", content=text, headers=headers)
                assert answer.status_code == 401, headers
            assert at.inbox.events == []
    assert len([line for line in logs if line["event"] == "post_refused"]) == len(forged)


async def test_the_old_signature_is_taken_if_it_is_switched_on(run_line: Any) -> None:
    import hashlib
    import hmac

    body = json.dumps(COMPLETED).encode()
    headers = {SIGNATURE_HEADER: hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()}
    for is_on, status in ((True, 200), (False, 401)):
        async with run_line(signing_secrets=(SECRET,), legacy_signature=is_on) as at:
            answer = await at.http.post("/voice/events", content=body, headers=headers)
            assert answer.status_code == status
            assert len(at.inbox.events) == (1 if is_on else 0)


async def test_neither_numbers_nor_links_stand_in_the_log(run_line: Any) -> None:
    told = {
        "call_id": "HD_1",
        "from": "+254722000001",
        "download_url": "https://storage.example/r?signature=abc",
    }
    with structlog.testing.capture_logs() as logs:
        async with run_line() as at:
            body = {"kind": "recording.ready", "event_id": "e", "data": told}
            assert (await at.http.post("/voice/events", json=body)).is_success
    assert any(line["event"] == "event_taken" for line in logs)
    assert "722000001" not in str(logs)
    assert "signature=abc" not in str(logs)
