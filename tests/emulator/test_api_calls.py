"""Calls over REST: placed, labelled, not placed twice, their recordings, their totals."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from mapokezi.emulator.callees import WAYS

if TYPE_CHECKING:
    from tests.emulator.conftest import Rig, Rigs

pytestmark = pytest.mark.anyio

OFFICE, PERSON = "+254209000000", "+254722000005"
ORDER = {"from": OFFICE, "to": [PERSON]}
RECORD = '<Response><Record maxLength="1" playBeep="false"/></Response>'


async def ended(rig: Rig, call_id: str, settled: bool = False) -> dict[str, Any]:
    """The call's row over REST once it has ended."""
    async with asyncio.timeout(30):
        while True:
            answer = await rig.rest("GET", f"/v1/calls/{call_id}")
            row: dict[str, Any] = answer.json()["call"]
            if row["ended_at"] and (row["cost_minor"] is not None or not settled):
                return row
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("path", ["/v1/calls", "/v1/calls/originate"])
async def test_somebody_is_rung_and_talks_with_the_voice_url(rigs: Rigs, path: str) -> None:
    async with rigs(callees={PERSON: WAYS["accept"]}, clock_speed=20) as rig:
        office = rig.receptionist
        asks = '<Response><GetDigits maxDigits="1" timeout="5"/></Response>'
        office.answer = lambda post: (
            asks if post.state == "Answered" and "dtmfDigits" not in post.fields
            else "<Response><Say>Thank you.</Say></Response>"
        )  # fmt: skip
        order = {**ORDER, "voice_callback_url": f"{office.base_url}/continue"}
        placed = await rig.rest("POST", path, {**order, "client_request_id": "job 7"})
        assert placed.status_code == 201
        assert placed.json()["client_request_id"] == "job 7"
        row = await ended(rig, placed.json()["session_id"], settled=True)
        assert (row["direction"], row["status"]) == ("outbound", "completed")
        assert (row["local_e164"], row["remote_e164"]) == (OFFICE, PERSON)
        assert row["cost_minor"] >= 5, "outbound costs from its answer"
        assert row["metadata"] == {"client_request_id": "job 7"}
        first = office.posts[0]
        assert first.path == "/continue"
        assert (first.state, first.fields["direction"]) == ("Answered", "Outbound")
        assert first.fields["clientRequestId"] == "job 7"
        digits = next(post for post in office.posts if "dtmfDigits" in post.fields)
        assert digits.fields["dtmfDigits"] == "1"


@pytest.mark.parametrize(("length", "rides"), [(2_048, True), (2_049, False)])
async def test_a_long_label_does_not_ride_in_the_url(rigs: Rigs, length: int, rides: bool) -> None:
    async with rigs(callees={PERSON: WAYS["accept"]}, clock_speed=50) as rig:
        label = "x" * length
        rig.receptionist.answer = lambda post: "<Response><Hangup/></Response>"
        placed = await rig.rest("POST", "/v1/calls", {**ORDER, "client_request_id": label})
        await ended(rig, placed.json()["session_id"])
        (asked,) = [
            event["url"]
            for event in (
                await rig.rest("GET", f"/v1/calls/{placed.json()['call_id']}/events")
            ).json()["events"]
            if event["type"] == "posted" and event["obeyed"]
        ]
        assert ("clientRequestId=" in asked) is rides
        assert rig.receptionist.posts[0].fields["clientRequestId"] == label, "the body has it"


@pytest.mark.parametrize(
    ("way", "status", "state"),
    [
        ("busy", "busy", "busy"),
        ("no-answer", "no_answer", "no-answer"),
        ("fail", "failed", "failed"),
    ],
)
async def test_somebody_who_does_not_answer(rigs: Rigs, way: str, status: str, state: str) -> None:
    callees = {PERSON: WAYS[way]}
    async with rigs(callees=callees, clock_speed=100, number={"events_url": "/events"}) as rig:
        placed = (await rig.rest("POST", "/v1/calls", ORDER)).json()
        row = await ended(rig, placed["call_id"], settled=True)
        assert (row["status"], row["cost_minor"]) == (status, 0)
        told = await rig.receptionist.post_with(lambda post: post.path == "/voice")
        assert (told.state, told.fields["isActive"]) == (state, "0")
        kinds = [
            post.headers["x-sautikit-event-kind"]
            for post in rig.receptionist.posts if post.path == "/events"
        ]  # fmt: skip
        assert kinds == ["call.started", "call.failed"]


async def test_somebody_who_hangs_up_at_once(rigs: Rigs) -> None:
    async with rigs(callees={PERSON: WAYS["hangs-up"]}, clock_speed=20) as rig:
        rig.receptionist.answer_first("<Response><Say>One two three four five.</Say></Response>")
        placed = (await rig.rest("POST", "/v1/calls", ORDER)).json()
        row = await ended(rig, placed["call_id"])
        assert (row["hung_up_by"], row["status"]) == ("callee", "completed")


async def test_the_same_key_rings_nobody_twice(rigs: Rigs) -> None:
    async with rigs(callees={PERSON: WAYS["answer"]}) as rig:
        one = await rig.rest("POST", "/v1/calls", ORDER, Idempotency_Key="k1")
        two = await rig.rest("POST", "/v1/calls", ORDER, Idempotency_Key="k1")
        assert one.json() == two.json()
        other = {**ORDER, "to": ["+254722000006"]}
        conflict = await rig.rest("POST", "/v1/calls", other, Idempotency_Key="k1")
        assert conflict.json()["error"]["code"] == "idempotency.conflict"
        assert len(rig.emulator.platform.calls) == 1
        await rig.rest("POST", f"/v1/calls/{one.json()['call_id']}/hangup")
        await ended(rig, one.json()["call_id"])
        again = await rig.rest("POST", "/v1/calls", ORDER, Idempotency_Key="k1")
        assert again.json()["call_id"] != one.json()["call_id"], "that leg's life is over"


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"from": "+254700000000"}, 404, "numbers.not_found"),
        ({"to": []}, 400, "calls.invalid_destination"),
        ({"to": ["nobody"]}, 400, "calls.invalid_destination"),
        ({"client_request_id": "mcp:1"}, 400, "calls.invalid_client_request_id"),
        ({"client_request_id": "x" * 5001}, 400, "calls.invalid_client_request_id"),
        ({"control": "mcp"}, 400, "calls.not_emulated"),
    ],
)
async def test_what_cannot_be_placed(
    rigs: Rigs, changes: dict[str, Any], status: int, code: str
) -> None:
    async with rigs() as rig:
        refused = await rig.rest("POST", "/v1/calls", {**ORDER, **changes})
        assert (refused.status_code, refused.json()["error"]["code"]) == (status, code)


async def test_an_empty_wallet_places_no_call(rigs: Rigs) -> None:
    async with rigs(wallet="empty") as rig:
        refused = await rig.rest("POST", "/v1/calls", ORDER)
        assert refused.status_code == 402
        assert refused.json()["error"]["code"] == "wallet.insufficient_funds"


@pytest.mark.parametrize(
    ("mode", "statuses"),
    [
        ("at-once", [302, 302]),
        ("pending", [202, 302]),
        ("late", [404, 302]),
        ("missing", [404, 404]),
        ("gone", [410, 410]),
    ],
)
async def test_a_recording_at_once_later_or_never(
    rigs: Rigs, mode: str, statuses: list[int]
) -> None:
    async with rigs(recording=mode, number={"events_url": "/events"}) as rig:
        rig.receptionist.answer_first(RECORD)
        row = await (await rig.call()).cdr()
        path = f"/v1/calls/{row['id']}/recording"
        first = await rig.rest("GET", path)
        if first.status_code == 202:
            assert first.json() == {"status": "pending", "retry_after_seconds": 30}
        kept = rig.emulator.platform.details[row["id"]].recordings[-1]
        wait_s = kept.ready_at - asyncio.get_running_loop().time()
        if mode in ("pending", "late"):
            await rig.rest("PATCH", f"/emulator/calls/{row['id']}/modes", {"recording": "at-once"})
            assert wait_s > 4
            from dataclasses import replace

            detail = rig.emulator.platform.details[row["id"]]
            detail.recordings[-1] = replace(kept, ready_at=kept.ready_at - 40)
        second = await rig.rest("GET", path)
        assert [first.status_code, second.status_code] == statuses
        if mode == "gone":
            assert first.json() == {
                "code": "recording_unavailable",
                "reason": "pbx_deleted_before_capture",
            }
        if second.status_code == 302:
            wav = await rig.rest("GET", second.headers["location"])
            assert wav.content[:4] == b"RIFF"


async def test_recording_ready_is_told_when_it_is(rigs: Rigs) -> None:
    async with rigs(
        recording="pending", clock_speed=100, event_envelope="b", number={"events_url": "/events"}
    ) as rig:
        rig.receptionist.answer_first(RECORD)
        row = await (await rig.call()).cdr()
        told = await rig.receptionist.post_with(
            lambda post: post.headers.get("x-sautikit-event-kind") == "recording.ready"
        )
        assert told.fields["event_kind"] == "recording.ready"
        assert row["id"] in told.fields["payload"]
        assert "recording_size_bytes" in told.fields["payload"]


async def test_events_totals_and_filters(rigs: Rigs) -> None:
    async with rigs(inbound_per_min=60, rounding="minute", clock_speed=20) as rig:
        rig.receptionist.answer = lambda post: (
            "<Response><Say>Hello.</Say></Response>" if post.state == "Ringing" else "<Response/>"
        )
        row = await (await rig.call()).cdr()
        settled = await ended(rig, row["id"], settled=True)
        assert settled["cost_minor"] == 60, "a started minute in full"
        events = (await rig.rest("GET", f"/v1/calls/{row['id']}/events")).json()["events"]
        assert events[-1]["type"] in ("ended", "posted")
        stats = (await rig.rest("GET", "/v1/calls/stats?since=2026-01-01&bucket=hour")).json()
        assert (stats["total"], stats["answered"], stats["spend_minor"]) == (1, 1, 60)
        assert len(stats["buckets"]) == 1
        assert (await rig.rest("GET", "/v1/calls/stats?since=tea")).status_code == 400
        for query, found in (("direction=outbound", 0), ("status=completed", 1), ("q=722000001", 1),
                             ("from=2999", 0)):  # fmt: skip
            listed = (await rig.rest("GET", f"/v1/calls?{query}")).json()["data"]
            assert len(listed) == found, query


@pytest.mark.parametrize("mode", ["late", "never"])
async def test_a_cost_that_is_known_late_or_never(rigs: Rigs, mode: str) -> None:
    async with rigs(cdr=mode, clock_speed=20) as rig:
        rig.receptionist.answer_first("<Response><Hangup/></Response>")
        row = await (await rig.call()).cdr()
        first = (await rig.rest("GET", f"/v1/calls/{row['id']}")).json()["call"]
        assert first["cost_minor"] is None
        if mode == "late":
            assert (await ended(rig, row["id"], settled=True))["cost_minor"] == 0
