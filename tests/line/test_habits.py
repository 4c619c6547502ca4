"""What the line learns of the platform from its posts and its streams: forms, never values."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from websockets.asyncio.client import connect

from mapokezi.telephony.stream import SUBPROTOCOL

pytestmark = pytest.mark.anyio


async def test_posts_teach_in_which_forms_the_platform_writes(
    run_line: Any, body_of: Any, read_actions: Any
) -> None:
    async with run_line() as at:
        json_type = {"content-type": "application/json"}
        first = await at.http.post("/voice", content=body_of(), headers=json_type)
        stream = read_actions(first)[0]
        await at.http.post("/voice", content=body_of("StreamStarted"), headers=json_type)
        status = stream.status_callback.removeprefix(str(at.http.base_url))
        await at.http.post(status, data={"streamEvent": "stream-started", "name": "receptionist"})
        await at.http.post("/voice/events", json={"kind": "call.answered", "event_id": "e-1"})
        await at.http.post("/voice/events", json={"kind": "doctor.asked", "event_id": "e-2"})
        seen = at.calls.habits.seen
        assert seen["posts"] == {"first post": 1, "later post": 1, "stream status": 1, "event": 1}
        assert seen["first post: body"] == {"JSON": 1}
        assert seen["first post: signature"] == {"none": 1}
        assert "callSessionState" in seen["first post: fields"]
        assert seen["later post: states"] == {"StreamStarted": 1}
        assert seen["stream status: fields"] == {"streamEvent": 1, "name": 1}
        assert seen["event: fields"] == {"kind": 1, "event_id": 1}
        call, told = at.calls.live[0], json.dumps(seen)
        for number in (call.caller, call.dialled):
            assert str(number)[-9:] not in told
        assert call.session_id not in told
        assert call.call_id not in told


async def test_a_redirect_that_is_followed_is_learned(run_line: Any, body_of: Any) -> None:
    async with run_line() as at:
        json_type = {"content-type": "application/json"}
        await at.http.post("/voice", content=body_of(), headers=json_type)
        behind = f"/voice/continue?call={at.calls.live[0].call_id}&after=stream"
        await at.http.post(behind, content=body_of("Answered"), headers=json_type)
        assert at.calls.habits.seen["a redirect is followed"] == {"behind the stream": 1}


async def test_a_stream_teaches_what_it_begins_with_and_how_it_ends(
    run_line: Any, body_of: Any, read_actions: Any
) -> None:
    async with run_line() as at:
        json_type = {"content-type": "application/json"}
        first = await at.http.post("/voice", content=body_of(), headers=json_type)
        url = read_actions(first)[0].url
        async with connect(url, subprotocols=[SUBPROTOCOL], compression=None) as socket:  # type: ignore[list-item]
            await socket.send('{"callSid": "HD_1f2e3d4c5b6a", "from": "+254722000001"}')
            await socket.send(bytes(640))
            await socket.send('{"type": "somethingNew", "text": "Grace Njeri"}')
            await socket.send('{"event": "dtmf", "digit": "5"}')
            async with asyncio.timeout(30):
                while "a stream: texts not known" not in at.calls.habits.seen:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
        async with asyncio.timeout(30):
            while "a stream ends" not in at.calls.habits.seen:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        seen = at.calls.habits.seen
        assert seen["a stream opens"] == {"within half a second": 1}
        assert seen["stream's first message: fields"] == {"callsid": 1, "from": 1}
        assert seen["a stream"]["begins with metadata"] == 1
        assert seen["a stream: texts not known"] == {"somethingNew": 1}
        assert seen["a stream ends"] == {"platform_closed": 1}
        assert "Grace" not in json.dumps(seen)
