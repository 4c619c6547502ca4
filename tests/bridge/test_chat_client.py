"""Asking a chat model over loopback HTTP: one pool, one key for one host, every kind of fault."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

import pytest
from tests.fakes.chat_server import (
    Act,
    ChatServer,
    Cut,
    Pause,
    Raw,
    Refuse,
    Say,
    Stall,
    Whole,
    answer,
    serve_chat,
    serve_loopback,
)

from mapokezi.bridge.chat_client import ChatClient
from mapokezi.speech.http_service import HttpFailed, HttpService, ServiceSettings
from mapokezi.voice.protocols.chat_completions.answer import AnswerEnded, ChatAnswer, Clause
from mapokezi.voice.protocols.chat_completions.options import ChatOptions
from mapokezi.voice.protocols.chat_completions.request import request_body
from mapokezi.voice.protocols.chat_completions.talk import Talk

pytestmark = pytest.mark.anyio

BODY = request_body("m", "Be kind.", Talk().heard("Hello"), (), ChatOptions())


@asynccontextmanager
async def asking(url: str, **settings: Any) -> AsyncIterator[ChatClient]:
    service = HttpService(ServiceSettings(base_url=url, **settings))
    try:
        yield ChatClient(service)
    finally:
        await service.close()


async def heard(client: ChatClient) -> list[Any]:
    reading = ChatAnswer()
    events: list[Any] = []
    async with aclosing(client.ask(BODY)) as pieces:
        async for piece in pieces:
            events += reading.feed(piece)
    return [*events, *reading.end()]


@pytest.mark.parametrize("write_bytes", [0, 1, 7])
async def test_answers_come_over_one_connection_however_they_are_written(write_bytes: int) -> None:
    async with serve_chat(key="k", write_bytes=write_bytes) as server:
        async with asking(server.url, key="k") as client:
            for _ in range(2):
                server.answers.append(answer("Good day to you, caller. Wé are open."))
                clauses = [one.text for one in await heard(client) if isinstance(one, Clause)]
                assert clauses == ["Good day to you,", "caller.", "Wé are open."]
        assert server.connections == 1


async def test_a_server_that_does_not_stream_is_understood() -> None:
    async with serve_chat() as server, asking(server.url) as client:
        server.answers.append([Whole("Good day.\nYes.")])
        events = await heard(client)
        assert [one.text for one in events if isinstance(one, Clause)] == ["Good day.", "Yes."]
        assert AnswerEnded("stop") in events


@pytest.mark.parametrize(
    ("acts", "status", "reason", "recoverable"),
    [
        ([Refuse(500)], 500, "overloaded", True),
        ([Refuse(429, {"error": "slow down"})], 429, "slow down", True),
        ([Refuse(404, {"detail": "no such model"})], 404, "no such model", False),
        ([Refuse(302, {})], 302, "redirects", False),
        ([Say("Half an"), Cut()], None, "", True),
    ],
)
async def test_faults_are_told(
    acts: list[Act], status: int | None, reason: str, recoverable: bool
) -> None:
    async with serve_chat() as server, asking(server.url) as client:
        server.answers.append(acts)
        with pytest.raises(HttpFailed) as failed:
            await heard(client)
        assert failed.value.status == status
        assert reason in str(failed.value)
        assert failed.value.recoverable is recoverable


async def test_a_wrong_key_and_a_server_that_is_not_there() -> None:
    async with serve_chat(key="k") as server:
        async with asking(server.url, key="other") as client:
            with pytest.raises(HttpFailed, match="401") as failed:
                await heard(client)
            assert not failed.value.recoverable
            assert "other" not in str(failed.value)
        url = server.url
    async with asking(url, connect_s=0.5) as client:
        with pytest.raises(HttpFailed, match="not reached") as failed:
            await heard(client)
        assert not failed.value.recoverable


@pytest.mark.parametrize("acts", [[Pause(30), *answer("Late.")], [Say("Well, "), Stall()]])
async def test_an_answer_that_is_let_go_of_stops_at_the_server(acts: list[Act]) -> None:
    async with serve_chat() as server, asking(server.url) as client:
        server.answers.append(acts)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await heard(client)
        await _until(lambda: server.asked[0].dropped)
        server.answers.append(answer("Here."))
        assert Clause("Here.") in await heard(client), "the pool is in order"


async def test_rubbish_in_the_stream_does_not_break_the_reading() -> None:
    async with serve_chat() as server, asking(server.url) as client:
        server.answers.append([Raw(b": hello\r\n\r\n"), Raw(b"retry: 5\n\n"), *answer("Here.")])
        assert Clause("Here.") in await heard(client)


async def test_it_goes_through_the_profiles_proxy_and_through_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    async with serve_chat() as server:
        async with asking(server.url) as client:
            assert Clause("I am here.") in await heard(client)
        async with (
            _proxy(server) as (url, seen),
            asking("http://model.example/v1", proxy=url) as far,
        ):
            assert Clause("I am here.") in await heard(far)
            assert seen == ["POST http://model.example/v1/chat/completions HTTP/1.1"]


@asynccontextmanager
async def _proxy(server: ChatServer) -> AsyncIterator[tuple[str, list[str]]]:
    """A plain HTTP proxy that takes every host for the fake."""
    seen: list[str] = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = (await reader.readline()).decode().strip()
        seen.append(first)
        far_reader, far_writer = await asyncio.open_connection(server.host, server.port)
        path = first.split(" ")[1].removeprefix("http://model.example")
        far_writer.write(f"POST {path} HTTP/1.1\r\n".encode())

        async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
            while data := await source.read(4096):
                sink.write(data)
                await sink.drain()
            sink.close()

        try:
            await asyncio.gather(pump(reader, far_writer), pump(far_reader, writer))
        finally:
            far_writer.transport.abort()

    async with serve_loopback(connected) as port:
        yield f"http://127.0.0.1:{port}", seen


async def _until(holds: Any) -> None:
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
