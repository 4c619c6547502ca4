"""The fork's socket against other WebSocket servers: fragments, redirects, late and no answers."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest
from tests.fakes.certificates import Authority
from tests.fakes.tls_proxy import TlsProxy
from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from mapokezi.emulator.media_module import ForkStart, ForkState, ModuleEvent
from mapokezi.emulator.stream_fork import StreamFork

pytestmark = pytest.mark.anyio
START = ForkStart(metadata="{}", back_rate_hz=16_000)


class Told:
    """The events of one fork."""

    def __init__(self) -> None:
        self.events: list[ModuleEvent] = []
        self._news = asyncio.Event()

    def take(self, event: ModuleEvent) -> None:
        self.events.append(event)
        self._news.set()

    async def until(self, name: str) -> ModuleEvent:
        async with asyncio.timeout(30):
            while True:
                for event in self.events:
                    if event.name == name:
                        return event
                self._news.clear()
                await self._news.wait()


@asynccontextmanager
async def raw_server(answer: bytes, late_s: float = 0.0) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A TCP server that gives every request the same bytes, or closes if there are none."""
    requests: list[bytes] = []
    answering: list[asyncio.Task[None] | None] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answering.append(asyncio.current_task())
        requests.append(await reader.readuntil(b"\r\n\r\n"))
        await asyncio.sleep(late_s)
        writer.write(answer)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"ws://127.0.0.1:{port}/ws/media?token=abc", requests
    finally:
        server.close()
        await asyncio.gather(*(task for task in answering if task is not None))
        await server.wait_closed()


async def test_an_endless_redirect_gives_up_after_four_requests() -> None:
    # wire/mod_audio_fork/refusals.jsonl, refuse_302
    answer = b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"
    async with raw_server(answer) as (url, requests):
        told = Told()
        fork = StreamFork(url, START, "bug", told.take)
        await fork.connect(5.0)
    failed = await told.until("connect_failed")
    assert json.loads(failed.body) == {"reason": "HS: Redirect failed"}
    paths = [request.split(b" ")[1] for request in requests]
    assert paths == [b"/ws/media?token=abc", *[b"/elsewhere"] * 3]


async def test_a_server_that_closes_without_an_answer() -> None:
    async with raw_server(b"") as (url, requests):
        told = Told()
        fork = StreamFork(url, START, "bug", told.take)
        await fork.connect(5.0)
    assert json.loads((await told.until("connect_failed")).body)["reason"]
    assert len(requests) == 1, "no retry"
    assert fork.module.state is ForkState.STOPPED


async def test_a_certificate_that_nobody_signed_is_refused(tmp_path: Path) -> None:
    # wire/mod_audio_fork/handshake.jsonl, tls: "connect SSL err 1", nothing reaches the other side
    certificate = Authority(tmp_path).certificate("localhost", self_signed=True)
    proxy = TlsProxy(upstream=1)
    async with proxy.serving(certificate):
        told = Told()
        fork = StreamFork(f"wss://localhost:{proxy.port}/ws/media", START, "bug", told.take)
        await fork.connect(5.0)
    assert json.loads((await told.until("connect_failed")).body)["reason"].startswith(
        "connect SSL err 1"
    )


async def test_no_answer_in_time_is_no_event_at_all() -> None:
    # wire/mod_audio_fork/refusals.jsonl, refuse_no_answer
    async with raw_server(b"", late_s=0.3) as (url, _):
        told = Told()
        fork = StreamFork(url, START, "bug", told.take)
        await fork.connect(0.1)
    assert fork.timed_out
    assert told.events == []


async def test_the_request_is_the_modules() -> None:
    async with raw_server(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n") as (url, requests):
        await StreamFork(url, START, "bug", Told().take).connect(5.0)
    head, *lines = requests[0].decode().strip().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    assert head == "GET /ws/media?token=abc HTTP/1.1"
    assert len(headers.pop("Sec-WebSocket-Key")) == 24
    assert headers == {
        "Pragma": "no-cache",
        "Cache-Control": "no-cache",
        "Host": "127.0.0.1",
        "Origin": "http://127.0.0.1",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Protocol": "audio.drachtio.org",
        "Sec-WebSocket-Version": "13",
    }


async def test_fragments_pings_and_bad_utf8_as_measured() -> None:
    sound = (8000 * np.sin(np.arange(6400) / 3)).astype("<i2").tobytes()
    ponged = asyncio.Event()

    async def talk(socket: ServerConnection) -> None:
        await socket.send(iter(['{"type":"disc', 'onnect"}']))
        await socket.send(iter([sound[:4000], sound[4000:]]))
        await (await socket.ping())
        ponged.set()
        await socket.send(b'{"type":"error","data":"\xff\xfe"}', text=True)
        await socket.wait_closed()

    protocol = Subprotocol("audio.drachtio.org")
    async with serve(talk, "127.0.0.1", 0, subprotocols=[protocol], compression=None) as server:
        told = Told()
        port = next(iter(server.sockets)).getsockname()[1]
        fork = StreamFork(f"ws://127.0.0.1:{port}/", START, "bug", told.take)
        await fork.connect(5.0)
        await told.until("disconnect")
        await told.until("error")
        await ponged.wait()
        assert fork.module.state is ForkState.OPEN
        assert fork.module.queued_ms == pytest.approx(400, abs=90), "but for the stuck tail"
        fork.stop()


async def test_a_late_answer_gets_the_backlog_in_one_message() -> None:
    got: asyncio.Queue[bytes | str] = asyncio.Queue()

    async def listen(socket: ServerConnection) -> None:
        async for message in socket:
            got.put_nowait(message)

    protocol = Subprotocol("audio.drachtio.org")
    async with serve(listen, "127.0.0.1", 0, subprotocols=[protocol]) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        fork = StreamFork(f"ws://127.0.0.1:{port}/", START, "bug", Told().take)
        for _ in range(36):
            fork.read_tick(bytes(320), bytes(320))
        await fork.connect(5.0)
        fork.read_tick(bytes(320), bytes(320))
        fork.read_tick(bytes(320), bytes(320))
        async with asyncio.timeout(30):
            messages = [await got.get() for _ in range(3)]
        fork.stop()
    # wire/mod_audio_fork/handshake.jsonl, 700 ms late: the text, 23,680 bytes, then 640
    assert messages[0] == "{}"
    assert [len(message) for message in messages[1:]] == [23_680, 640]
