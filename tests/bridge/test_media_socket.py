"""The media socket over loopback, with an independent WebSocket client at the far side."""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
import structlog
from picows import (
    WSUpgradeRequest,
    WSUpgradeResponse,
    WSUpgradeResponseWithListener,
    ws_create_server,
)
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from mapokezi.bridge.media_socket import MediaEnd, MediaSocket, MediaSocketSettings
from mapokezi.bridge.media_watch import MediaWatchSettings

pytestmark = pytest.mark.anyio

WATCH = MediaWatchSettings(
    first_message_s=0.15, look_every_s=0.05, quiet_s=0.1, answer_within_s=0.15, ping_every_s=0.2
)
PING = b"\x89\x00"
QUICK = MediaSocketSettings(WATCH, close_within_s=0.2)


@dataclass
class Ear:
    """A call that only listens, and remembers."""

    said: list[tuple[str, Any]] = field(default_factory=list)
    on_open: Callable[[], None] | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def _note(self, what: str, value: Any) -> None:
        self.said.append((what, value))
        self.changed.set()

    def opened(self, now: float) -> None:
        assert abs(now - time.monotonic()) < 5
        self._note("opened", None)
        if self.on_open is not None:
            self.on_open()

    def caller_audio(self, pcm: bytes, now: float) -> None:
        self._note("audio", pcm)

    def key(self, digit: str, now: float) -> None:
        self._note("key", digit)

    def closed(self, reason: str, now: float) -> None:
        self._note("closed", reason)

    @property
    def audio(self) -> bytes:
        return b"".join(value for what, value in self.said if what == "audio")

    async def until(self, true: Callable[[], bool], limit_s: float = 30.0) -> None:
        async with asyncio.timeout(limit_s):
            while not true():
                self.changed.clear()
                await self.changed.wait()

    async def until_closed(self, limit_s: float = 30.0) -> str:
        await self.until(lambda: self.said[-1:] and self.said[-1][0] == "closed", limit_s)  # type: ignore[arg-type,return-value]
        return str(self.said[-1][1])


@dataclass
class Far:
    """Both ends of one socket."""

    client: ClientConnection
    socket: MediaSocket
    ear: Ear


@asynccontextmanager
async def joined(
    settings: MediaSocketSettings = QUICK, ear: Ear | None = None, **options: Any
) -> AsyncIterator[Far]:
    """A media socket on a port of its own, and a client joined to it."""
    ear = ear or Ear()
    made: list[MediaSocket] = []

    def open_sink(media: MediaSocket) -> Ear:
        return ear

    def factory(_request: WSUpgradeRequest) -> WSUpgradeResponseWithListener:
        made.append(MediaSocket(open_sink, settings, name="call-0"))
        response = WSUpgradeResponse.create_101_response()
        return WSUpgradeResponseWithListener(response, made[0])

    server = await ws_create_server(factory, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        async with connect(
            f"ws://127.0.0.1:{port}/", ping_interval=None, compression=None, **options
        ) as client:
            await ear.until(lambda: bool(ear.said))
            yield Far(client, made[0], ear)
        await ear.until_closed()
    finally:
        server.close()
        await server.wait_closed()


async def test_sound_goes_both_ways_and_the_close_is_told() -> None:
    async with joined() as far:
        frame = bytes(range(256)) * 2 + bytes(128)
        await far.client.send("{}")
        await far.client.send(frame)
        await far.ear.until(lambda: far.ear.audio == frame)
        far.socket.send_audio(frame)
        assert await far.client.recv() == frame
        far.socket.kill_audio()
        assert await far.client.recv() == '{"type":"killAudio"}'
        assert far.socket.buffered_bytes == 0
        await far.client.close(1000)
        assert await far.ear.until_closed() == MediaEnd.PLATFORM_CLOSED
    assert not far.socket.is_open
    far.socket.send_audio(frame)  # into a dead socket: nothing happens
    assert [what for what, _ in far.ear.said].count("closed") == 1


async def test_sound_sent_within_opened_arrives() -> None:
    ear = Ear()
    sockets: list[MediaSocket] = []

    def open_sink(media: MediaSocket) -> Ear:
        sockets.append(media)
        ear.on_open = lambda: media.send_audio(bytes(5120))
        return ear

    def factory(_request: WSUpgradeRequest) -> MediaSocket:
        return MediaSocket(open_sink, QUICK)

    server = await ws_create_server(factory, "127.0.0.1", 0)
    try:
        port = server.sockets[0].getsockname()[1]
        async with connect(f"ws://127.0.0.1:{port}/", compression=None) as client:
            assert await client.recv() == bytes(5120)
    finally:
        server.close()
    await ear.until_closed()


async def test_frames_of_any_size_odd_bytes_fragments_and_an_empty_one() -> None:
    sound = np.random.default_rng(5).integers(0, 256, 70_001, dtype=np.uint8).tobytes()
    async with joined() as far:
        await far.client.send(sound[:64_000])
        await far.client.send(sound[64_000:64_001])
        await far.client.send(b"")
        await far.client.send([sound[64_001:64_100], b"", sound[64_100:64_777]])
        await far.client.send(sound[64_777:])
        await far.ear.until(lambda: len(far.ear.audio) == 70_000)
        assert far.ear.audio == sound[:70_000]
        assert far.socket.is_open


async def test_a_half_sample_of_ours_is_never_sent() -> None:
    async with joined() as far:
        far.socket.send_audio(bytes(641))
        assert await far.client.recv() == bytes(640)
        await far.client.send(b"xx")


async def test_keys_as_text_and_rubbish_text() -> None:
    async with joined() as far:
        await far.client.send('{"callSid":"HD_1"}')
        for text in ("{", "", "hello", "\ufeff{}", '{"a":' * 1000, "x" * 100_000, "[]"):
            await far.client.send(text)
        await far.client.send(["{", '"event":"dtmf",', '"dtmf":"7"}'])
        await far.ear.until(lambda: ("key", "7") in far.ear.said)
        assert far.ear.audio == b""


async def test_text_that_is_no_utf_8_is_tolerated() -> None:
    async with joined() as far:
        far.client.transport.write(_masked(0x81, b'{"x":"\xff"}'))
        await far.client.send(bytes(2))
        await far.ear.until(lambda: far.ear.audio == bytes(2))


async def test_a_socket_that_stays_mute_is_dead_after_its_first_second() -> None:
    with structlog.testing.capture_logs() as logs:
        async with joined() as far:
            assert await far.ear.until_closed(1.0) == MediaEnd.MUTE
            with pytest.raises(ConnectionClosed):
                await far.client.recv()
    assert "media_mute" in [line["event"] for line in logs]


async def test_pings_go_out_and_an_answering_far_side_stays() -> None:
    ear = Ear()
    async with _raw_peer(ear) as (reader, writer, media):
        writer.write(_masked(0x82, bytes(640)))
        for _ in range(8):
            async with asyncio.timeout(30):
                assert await reader.readexactly(2) == PING
            writer.write(_masked(0x8A, b""))
        assert media.is_open, "it sends no sound and answers: nothing is wrong with it"


async def test_a_far_side_that_answers_pings_no_more_is_found_soon() -> None:
    ear = Ear()
    async with _raw_peer(ear) as (reader, writer, _media):
        writer.write(_masked(0x82, bytes(640)))
        async with asyncio.timeout(30):
            assert await reader.readexactly(2) == PING
        writer.write(_masked(0x8A, b""))
        started = time.monotonic()
        assert await ear.until_closed() == MediaEnd.HALF_OPEN
        assert time.monotonic() - started >= 0.2, "quiet, asked, and no answer"
        assert (await reader.read()).count(PING) == 1, "asked once more, in vain"


async def test_a_far_side_that_never_answered_a_ping_gets_two_intervals() -> None:
    ear = Ear()
    async with _raw_peer(ear) as (reader, writer, _media):
        writer.write(_masked(0x82, bytes(640)))
        started = time.monotonic()
        assert await ear.until_closed() == MediaEnd.HALF_OPEN
        assert time.monotonic() - started >= 0.4
        assert (await reader.read()).count(PING) == 3


async def test_an_abrupt_end() -> None:
    ear = Ear()
    async with _raw_peer(ear) as (_reader, writer, _media):
        writer.write(_masked(0x82, bytes(640)))
        await ear.until(lambda: len(ear.audio) == 640)
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
        assert await ear.until_closed() == MediaEnd.LOST


async def test_frames_that_break_the_protocol_end_the_socket() -> None:
    ear = Ear()
    async with _raw_peer(ear) as (_reader, writer, _media):
        writer.write(b"\x82\x02ab")  # not masked
        assert await ear.until_closed() == MediaEnd.FAULT


async def test_our_own_close_is_told_as_ours_with_its_code() -> None:
    async with joined() as far:
        await far.client.send("{}")
        far.socket.close(1000, "goodbye")
        assert await far.ear.until_closed() == MediaEnd.WE_CLOSED
        with pytest.raises(ConnectionClosed) as caught:
            await far.client.recv()
        assert caught.value.rcvd is not None
        assert (caught.value.rcvd.code, caught.value.rcvd.reason) == (1000, "goodbye")


async def test_our_close_does_not_wait_for_a_far_side_that_reads_nothing() -> None:
    ear = Ear()
    async with _raw_peer(ear, read=False) as (_reader, writer, media):
        writer.write(_masked(0x82, bytes(640)))
        await ear.until(lambda: len(ear.audio) == 640)
        for _ in range(400):
            media.send_audio(bytes(64_000))
        assert media.buffered_bytes > 1_000_000
        media.close(1001)
        assert await ear.until_closed(2.0) == MediaEnd.WE_CLOSED


async def test_a_call_that_cannot_be_opened_closes_the_socket() -> None:
    def broken(_media: MediaSocket) -> Ear:
        raise RuntimeError("no model, no memory, no call")

    server = await ws_create_server(lambda _request: MediaSocket(broken, QUICK), "127.0.0.1", 0)
    try:
        port = server.sockets[0].getsockname()[1]
        async with connect(f"ws://127.0.0.1:{port}/", compression=None) as client:
            with structlog.testing.capture_logs(), pytest.raises(ConnectionClosed) as caught:
                await client.recv()
        assert caught.value.rcvd is not None
        assert caught.value.rcvd.code == 1011
    finally:
        server.close()


@dataclass
class Stumbling(Ear):
    """Raises on the first sounds."""

    falls: int = 3

    def caller_audio(self, pcm: bytes, now: float) -> None:
        if self.falls:
            self.falls -= 1
            raise RuntimeError("a fault in the call")
        super().caller_audio(pcm, now)


async def test_a_fault_of_the_call_is_logged_once_and_the_call_goes_on() -> None:
    ear = Stumbling()
    with structlog.testing.capture_logs() as logs:
        async with joined(ear=ear) as far:
            for _ in range(5):
                await far.client.send(bytes(640))
            await ear.until(lambda: len(ear.audio) == 2 * 640)
    assert [line["event"] for line in logs].count("media_sink_failed") == 1


async def test_a_call_beyond_help_is_ended() -> None:
    ear = Stumbling(falls=10_000)
    with structlog.testing.capture_logs():
        async with joined(ear=ear) as far:
            for _ in range(30):
                await far.client.send(bytes(640))
            assert await ear.until_closed() == MediaEnd.FAULT


async def test_8_khz_toward_us_is_brought_to_16() -> None:
    tone = (8000 * np.sin(np.arange(8000) * 2 * np.pi * 440 / 8000)).astype("<i2").tobytes()
    settings = MediaSocketSettings(MediaWatchSettings(first_message_s=0.5), output_rate_hz=8_000)
    async with joined(settings) as far:
        for at in range(0, len(tone), 320):
            await far.client.send(tone[at : at + 320])
        await far.ear.until(lambda: len(far.ear.audio) > 31_800)
        heard = np.frombuffer(far.ear.audio, dtype="<i2").astype(float)
        spectrum = np.abs(np.fft.rfft(heard[:15_900]))
        assert abs(np.argmax(spectrum) * 16_000 / 15_900 - 440) < 2


async def test_the_platforms_pings_are_answered() -> None:
    async with joined() as far:
        await far.client.send("{}")
        pong = await far.client.ping(b"125")
        await asyncio.wait_for(pong, 2)


def _masked(first: int, payload: bytes) -> bytes:
    """A client's frame, masked with zeros."""
    assert len(payload) < 65_536
    length = bytes([0x80 | len(payload)]) if len(payload) < 126 else (
        bytes([0xFE]) + struct.pack("!H", len(payload))
    )  # fmt: skip
    return bytes([first]) + length + bytes(4) + payload


@asynccontextmanager
async def _raw_peer(
    ear: Ear, *, read: bool = True
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter, MediaSocket]]:
    """A far side that does nothing of itself: no pong, no close."""
    made: list[MediaSocket] = []

    def factory(_request: WSUpgradeRequest) -> MediaSocket:
        made.append(MediaSocket(lambda _media: ear, QUICK))
        return made[0]

    server = await ws_create_server(factory, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
    writer.write(
        b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    await reader.readuntil(b"\r\n\r\n")
    if not read:
        writer.transport.pause_reading()  # type: ignore[attr-defined]
    try:
        await ear.until(lambda: bool(ear.said))
        yield reader, writer, made[0]
    finally:
        writer.transport.abort()
        server.close()
        await ear.until_closed()
        await asyncio.sleep(0)
