"""The media socket on the HTTP port: picows under uvicorn, and who is let in."""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import Any

import pytest
import structlog
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from mapokezi.line.media_protocol import MAX_FRAME_BYTES

pytestmark = pytest.mark.anyio

DRACHTIO = Subprotocol("audio.drachtio.org")


def far_side(url: str, *subprotocols: str, **options: Any) -> connect:
    return connect(
        url,
        subprotocols=[Subprotocol(name) for name in subprotocols] or None,
        compression=None,
        ping_interval=None,
        **options,
    )


async def refusal(url: str, *subprotocols: str) -> tuple[int, str]:
    with pytest.raises(InvalidStatus) as caught:
        async with far_side(url, *subprotocols):
            pass
    response = caught.value.response
    return response.status_code, (response.body or b"").decode()


async def test_http_and_media_share_a_port(run_line: Any) -> None:
    async with run_line() as at:
        url = await at.stream_url()
        async with far_side(url, DRACHTIO) as client:
            assert client.subprotocol == DRACHTIO
            await client.send("{}")
            for size in (640, 64_000, 2, 640):
                await client.send(bytes(size))
                assert len(await client.recv()) == size
            assert (await at.http.get("/healthz")).json()["calls"] == 1
            assert (await at.http.get("/metrics")).text.count("mapokezi_media_sockets 1.0") == 1
        conversation = await at.conversation()
        assert await conversation.until("closed") == "platform_closed"
        metrics = (await at.http.get("/metrics")).text
        assert "mapokezi_media_sockets 0.0" in metrics
        assert 'mapokezi_media_ends_total{reason="platform_closed"} 1.0' in metrics


async def test_a_thousand_frames_in_a_burst_arrive_whole(run_line: Any) -> None:
    async with run_line() as at:
        url = await at.stream_url()
        async with far_side(url, DRACHTIO, max_queue=2000) as client:
            for n in range(1000):
                await client.send(bytes([n % 256]) * 640)
            for n in range(1000):
                assert await client.recv() == bytes([n % 256]) * 640


async def test_the_upgrade_as_the_module_writes_it(run_line: Any) -> None:
    async with run_line() as at:
        path = (await at.stream_url()).partition(str(at.line.port))[2]
        reader, writer = await asyncio.open_connection("127.0.0.1", at.line.port)
        writer.write(_upgrade(path))
        async with asyncio.timeout(30):
            head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101 ")
        assert b"Sec-WebSocket-Protocol: audio.drachtio.org\r\n" in head
        assert b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in head  # RFC 6455's own example
        await at.conversation()
        raw = at.line.door.open_sockets
        assert len(raw) == 1
        writer.close()
        await at.conversations[0].until("closed")


@pytest.mark.parametrize("connection", ["keep-alive, Upgrade", "upgrade", "UPGRADE"])
async def test_a_proxys_way_of_asking_for_an_upgrade(run_line: Any, connection: str) -> None:
    async with run_line() as at:
        path = (await at.stream_url()).partition(str(at.line.port))[2]
        reader, writer = await asyncio.open_connection("127.0.0.1", at.line.port)
        writer.write(
            _upgrade(path).replace(b"Connection: Upgrade", f"Connection: {connection}".encode())
        )
        async with asyncio.timeout(30):
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
        writer.close()
        await (await at.conversation()).until("closed")


async def test_who_is_not_let_in_and_why(run_line: Any) -> None:
    with structlog.testing.capture_logs() as logs:
        async with run_line() as at:
            url = await at.stream_url()
            token = url.rpartition("token=")[2]
            assert await refusal(url.replace(token, "x" * 32), DRACHTIO) == (
                403,
                "not let in: wrong_token\n",
            )
            assert (await refusal(url.split("&token")[0], DRACHTIO))[0] == 403
            assert (await refusal(url.replace("call=", "call=x"), DRACHTIO))[1].endswith(
                "unknown_call\n"
            )
            assert (await refusal(url.replace("node-1", "node-2"), DRACHTIO))[1].endswith(
                "wrong_node\n"
            )
            assert (await refusal(url.replace("/ws/media", "/ws/other"), DRACHTIO))[0] == 404
            assert (await refusal(url))[0] == 400
            assert (await refusal(url, "chat"))[0] == 400
            assert not at.conversations
            async with far_side(url, "chat", DRACHTIO) as client:  # none of it spent the token
                assert client.subprotocol == DRACHTIO
                assert (await refusal(url, DRACHTIO))[1].endswith("token_used\n")
            metrics = (await at.http.get("/metrics")).text
            assert 'mapokezi_refusals_total{reason="media_token_used"} 1.0' in metrics
    assert token not in str(logs)
    assert [line["event"] for line in logs].count("media_refused") == 8


async def test_an_upgrade_is_answered_while_draining(run_line: Any) -> None:
    async with run_line() as at:
        url = await at.stream_url()
        at.calls.begin_drain()
        async with far_side(url, DRACHTIO) as client:
            await client.send(bytes(640))
            assert len(await client.recv()) == 640


async def test_a_judge_that_fails_shows_nothing_of_it(
    run_line: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with structlog.testing.capture_logs() as logs:
        async with run_line() as at:
            url = await at.stream_url()

            def broken(*_: Any) -> None:
                raise RuntimeError("secret of the house")

            monkeypatch.setattr(at.calls, "claim_media", broken)
            status, text = await refusal(url, DRACHTIO)
    assert status == 500
    assert "secret of the house" not in text
    assert "media_door_failed" in [line["event"] for line in logs]


async def test_a_frame_beyond_all_measure_ends_the_socket(run_line: Any) -> None:
    async with run_line() as at, far_side(await at.stream_url(), DRACHTIO) as client:
        await client.send(bytes(MAX_FRAME_BYTES + 2))
        conversation = await at.conversation()
        assert await conversation.until("closed") == "fault"


async def test_an_abrupt_end_is_told_at_once(run_line: Any) -> None:
    async with run_line() as at:
        client: ClientConnection = await far_side(await at.stream_url(), DRACHTIO)
        await client.send(bytes(640))
        conversation = await at.conversation()
        await conversation.until("audio")
        client.transport.abort()
        assert await conversation.until("closed", 1.0) == "lost"
        with pytest.raises(Exception, match="close"):
            await client.recv()


async def test_the_second_port_serves_media_sockets_too(run_line: Any) -> None:
    async with run_line(media_port=0) as at:
        url = await at.stream_url()
        there = url.replace(str(at.line.port), str(at.line.media_port))
        assert there != url
        async with far_side(there, DRACHTIO) as client:
            await client.send(bytes(640))
            assert len(await client.recv()) == 640
        await (await at.conversation()).until("closed")


async def test_frames_leave_without_delay(run_line: Any) -> None:
    async with run_line() as at, far_side(await at.stream_url(), DRACHTIO) as client:
        await client.send(bytes(640))
        await client.recv()
        media = at.conversations[0].media
        sock = media._transport.underlying_transport.get_extra_info("socket")
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)


def test_the_connections_of_the_platform_are_not_logged() -> None:
    assert logging.getLogger("mapokezi.line.picows").level == logging.WARNING


def _upgrade(path: str) -> bytes:
    """The request as recorded from the real module, with RFC 6455's example key."""
    lines = [
        f"GET {path} HTTP/1.1",
        "Pragma: no-cache",
        "Cache-Control: no-cache",
        "Host: 127.0.0.1",
        "Origin: http://127.0.0.1",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Protocol: audio.drachtio.org",
        "Sec-WebSocket-Version: 13",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
