"""The face for the other processes of this machine."""

from __future__ import annotations

import asyncio
import json
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
import structlog
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from mapokezi.errors import ConfigurationError
from mapokezi.line.internal_face import LiveEvents, bind_private_socket

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def desk(path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of the Unix socket, as the desk is."""
    transport = httpx2.AsyncHTTPTransport(uds=str(path))
    async with httpx2.AsyncClient(transport=transport, base_url="http://line") as client:
        yield client


async def test_calls_are_listed_and_ended(run_line: Any, tmp_path: Path) -> None:
    path = tmp_path / "line.sock"
    async with run_line(internal_socket=path) as at:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        url = await at.stream_url()
        async with desk(path) as http:
            (shown,) = (await http.get("/calls")).json()["calls"]
            assert shown["session_id"] == "HD_1"
            assert shown["caller"] == "+254722000001"
            assert (shown["state"], shown["media_open"]) == ("offered", False)
            end = f"/calls/{shown['call_id']}/end"
            assert (await http.post(end)).status_code == 409
            async with connect(
                url, subprotocols=[Subprotocol("audio.drachtio.org")], compression=None
            ) as client:
                await client.send(bytes(640))
                conversation = await at.conversation()
                answer = await http.post(end, params={"reason": "wrong number"})
                assert answer.status_code == 202
                assert await conversation.until("end") == "wrong number"
                assert (await http.get("/calls")).json()["calls"][0]["state"] == "talking"
            at.calls.end(conversation.call.call_id, 0.0)
            assert (await http.post(end)).status_code == 404
            assert (await http.post("/calls/nobody/end")).status_code == 404
            assert (await http.get("/calls")).json() == {"calls": []}
    assert not path.exists()


async def test_the_public_port_does_not_serve_it(run_line: Any, tmp_path: Path) -> None:
    async with run_line(internal_socket=tmp_path / "line.sock") as at:
        await at.post()
        assert (await at.http.get("/calls")).status_code in (404, 405)
        assert (await at.http.post("/calls/x/end")).status_code == 404


async def test_live_events_reach_who_listens_and_end_with_the_line(
    run_line: Any, tmp_path: Path
) -> None:
    path = tmp_path / "line.sock"
    async with run_line(internal_socket=path) as at, desk(path) as http:
        at.line.events.publish({"kind": "nobody hears this"})
        async with http.stream("GET", "/events") as response:
            assert response.headers["content-type"].startswith("text/event-stream")
            lines = response.aiter_lines()
            assert await anext(lines) == ": listening"
            assert at.line.events.listeners == 1
            at.line.events.publish({"kind": "turn", "text": "Habari\nyako"})
            heard = [await anext(lines), await anext(lines)]
            (data,) = [line for line in heard if line.startswith("data: ")]
            assert json.loads(data[6:]) == {"kind": "turn", "text": "Habari\nyako"}
            at.line.stop()
            async with asyncio.timeout(30):
                async for _ in lines:
                    pass
                await at.serving


async def test_a_slow_reader_is_cut_off_and_others_are_not() -> None:
    events = LiveEvents()
    slow, quick = events.listen(), events.listen()
    await anext(slow)
    await anext(quick)
    heard = 0
    with structlog.testing.capture_logs() as logs:
        for n in range(300):
            events.publish({"n": n})
            assert (await anext(quick)).startswith(b"data: ")
            heard += 1
    assert heard == 300
    assert [line["event"] for line in logs] == ["listener_cut_off"]
    assert [line async for line in slow] == []
    assert events.listeners == 1
    events.close()
    assert [line async for line in quick] == []


async def test_a_listener_who_leaves_is_forgotten(run_line: Any, tmp_path: Path) -> None:
    path = tmp_path / "line.sock"
    async with run_line(internal_socket=path) as at, desk(path) as http:
        async with http.stream("GET", "/events") as response:
            await anext(response.aiter_lines())
        async with asyncio.timeout(30):
            while at.line.events.listeners:
                at.line.events.publish({"kind": "tick"})
                await asyncio.sleep(0.01)


async def test_what_a_dead_process_left_is_removed_and_a_living_one_is_not(
    tmp_path: Path,
) -> None:
    path = tmp_path / "run" / "line.sock"
    first = bind_private_socket(path)
    with pytest.raises(ConfigurationError, match="another process listens there"):
        bind_private_socket(path)
    first.close()
    assert path.exists()
    bind_private_socket(path).close()


async def test_a_path_that_cannot_be_bound(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be bound"):
        bind_private_socket(tmp_path / ("x" * 200))
    file = tmp_path / "file"
    file.write_text("not a socket")
    with pytest.raises(ConfigurationError):
        bind_private_socket(file)
    assert file.read_text() == "not a socket"
