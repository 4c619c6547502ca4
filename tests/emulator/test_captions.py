"""Captions: told by whoever knows the words, over HTTP or a Unix socket."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from mapokezi.emulator import captions
from mapokezi.emulator.captions import Caption, Captions, read_caption


@pytest.mark.parametrize(
    ("event", "read"),
    [
        (
            {"event": "caller_said", "session_id": "HD_1", "pii_text": "Hello"},
            ("HD_1", Caption("caller", "Hello")),
        ),
        (
            {"event": "receptionist_says", "session_id": "HD_1", "text": " there"},
            ("HD_1", Caption("receptionist", " there")),
        ),
        ({"event": "caller_said", "text": "of no call"}, None),
        ({"event": "caller_said", "session_id": "HD_1", "text": "  "}, None),
        ({"event": "call_ended", "session_id": "HD_1", "text": "x"}, None),
        (["caller_said"], None),
    ],
    ids=str,
)
def test_what_is_a_caption(event: object, read: object) -> None:
    assert read_caption(json.dumps(event)) == read


def test_what_is_no_json_is_none() -> None:
    assert read_caption("caller_said") is None


class Source:
    """Tells events to whoever listens, and can break off."""

    def __init__(self) -> None:
        """Nobody listens yet."""
        self.queue: asyncio.Queue[str | None] = asyncio.Queue()
        self.listened = 0

    def tell(self, kind: str, text: str, session_id: str = "HD_1") -> None:
        """Tell an event."""
        event = {"event": kind, "session_id": session_id, "pii_text": text}
        self.queue.put_nowait(f"data: {json.dumps(event)}\n\n")

    async def stream(self, _request: Request) -> StreamingResponse:
        """The endpoint."""
        self.listened += 1

        async def lines() -> AsyncIterator[str]:
            yield ": listening\n\n"
            while (line := await self.queue.get()) is not None:
                yield line

        return StreamingResponse(lines(), media_type="text/event-stream")


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving(source: Source, **where: Any) -> AsyncIterator[uvicorn.Server]:
    app = Starlette(routes=[Route("/events", source.stream)])
    server = _Server(uvicorn.Config(app, log_config=None, lifespan="off", **where))
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  uvicorn has no event for it
        await asyncio.sleep(0.005)
    try:
        yield server
    finally:
        source.queue.put_nowait(None)
        server.should_exit = True
        await task


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110  it is seen from outside
            await asyncio.sleep(0.01)


@pytest.mark.anyio
async def test_captions_of_two_calls_from_a_unix_socket(tmp_path: Path) -> None:
    source, path = Source(), tmp_path / "a.sock"
    async with serving(source, uds=str(path)):
        heard = Captions(f"unix://{path}")
        heard.start()
        heard.start()
        await until(lambda: heard.is_connected)
        source.tell("receptionist_says", "Good morning.")
        source.tell("caller_said", "Somebody else", "HD_2")
        source.queue.put_nowait(": still here\n\n")
        source.tell("caller_said", "Hello.")
        await until(lambda: len(heard.since("HD_1", 0)) == 2)
        assert heard.since("HD_1", 1) == [Caption("caller", "Hello.")]
        assert heard.since("HD_2", 0) == [Caption("caller", "Somebody else")]
        assert heard.since("HD_3", 0) == []
        assert (source.listened, heard.as_row()) == (1, {"wanted": True, "connected": True})
        await heard.close()


@pytest.mark.anyio
async def test_a_source_that_breaks_off_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(captions, "AGAIN_AFTER_S", 0.02)
    source, path = Source(), tmp_path / "a.sock"
    heard = Captions(f"unix://{path}")
    heard.start()
    assert not heard.is_connected
    async with serving(source, uds=str(path)):
        await until(lambda: heard.is_connected)
        source.queue.put_nowait(None)
        await until(lambda: source.listened == 2)
        source.tell("caller_said", "Still there?")
        await until(lambda: heard.since("HD_1", 0))
    await until(lambda: not heard.is_connected)
    await heard.close()


@pytest.mark.anyio
async def test_over_http_and_few_calls_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(captions, "MOST_CALLS", 2)
    source = Source()
    async with serving(source, port=0) as server:
        port = server.servers[0].sockets[0].getsockname()[1]
        heard = Captions(f"http://127.0.0.1:{port}/events")
        heard.start()
        await until(lambda: heard.is_connected)
        for session_id in ("HD_1", "HD_2", "HD_3"):
            source.tell("caller_said", "Hello", session_id)
        await until(lambda: heard.since("HD_3", 0))
        assert [bool(heard.since(f"HD_{n}", 0)) for n in (1, 2, 3)] == [False, True, True]
        await heard.close()


@pytest.mark.anyio
async def test_without_a_source_there_are_none() -> None:
    heard = Captions()
    heard.start()
    assert heard.as_row() == {"wanted": False, "connected": False}
    await heard.close()
