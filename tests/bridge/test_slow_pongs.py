"""A model's server whose pongs come late or never: Gemini's were measured at 8 to 30 s.

In virtual time over a real socket: a client that pinged, as most do every 20 s, would have given
this connection up.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.server import ServerProtocol

from mapokezi.bridge.model_dialling import Dialler, ModelSocket
from mapokezi.voice.wire import OpenSocket

pytestmark = pytest.mark.anyio
VIRTUAL_TIME = True

MINUTES_S = 300.0


class SlowServer:
    """Speaks WebSocket, answers no ping, and counts what comes."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.is_up = asyncio.Event()
        self._protocol = ServerProtocol()
        self._writer: asyncio.StreamWriter | None = None

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        while data := await reader.read(65_536):
            self._protocol.receive_data(data)
            for event in self._protocol.events_received():
                if isinstance(event, Request):
                    self._protocol.send_response(self._protocol.accept(event))
                    self.send()
                    self.is_up.set()
                elif isinstance(event, Frame):
                    self.frames.append(event)
            if self.count(Opcode.CLOSE):
                self.send()
            else:
                self._protocol.data_to_send()  # a pong that is due is not sent
        writer.close()

    async def hang_up(self) -> None:
        """Leave no socket open for whatever test comes later."""
        assert self._writer is not None
        self._writer.close()
        await self._writer.wait_closed()

    def count(self, kind: Opcode) -> int:
        return sum(frame.opcode is kind for frame in self.frames)

    def send(self) -> None:
        assert self._writer is not None
        # joined: its end of file is an empty piece, over which Python 3.13's writelines hangs
        self._writer.write(b"".join(self._protocol.data_to_send()))

    def ping(self, data: bytes) -> None:
        self._protocol.send_ping(data)
        self.send()

    def late_pong(self, data: bytes) -> None:
        self._protocol.send_pong(data)
        self.send()

    def say(self, text: bytes) -> None:
        self._protocol.send_text(text)
        self.send()

    def say_around_a_pong(self, first: bytes, rest: bytes) -> None:
        """Send a message in two fragments, with a control frame between them."""
        self._protocol.send_text(first, fin=False)
        self._protocol.send_pong(b"from long ago")
        self._protocol.send_continuation(rest, fin=True)
        self.send()


@dataclass
class Owner:
    """Keeps what it is told."""

    sockets: list[ModelSocket] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)
    gone_as: list[tuple[int, str]] = field(default_factory=list)

    def opened(self, socket: ModelSocket) -> None:
        self.sockets.append(socket)

    def message(self, connection: int, message: bytes) -> None:
        self.messages.append(message)

    def gone(self, connection: int, code: int, reason: str) -> None:
        self.gone_as.append((code, reason))


@asynccontextmanager
async def connected() -> AsyncIterator[tuple[SlowServer, Owner]]:
    server, owner = SlowServer(), Owner()
    serving = await asyncio.start_server(server.talk, "127.0.0.1", 0)
    port = serving.sockets[0].getsockname()[1]
    order = OpenSocket(1, f"ws://127.0.0.1:{port}/live", ())
    try:
        await Dialler().dial(order, owner, host=f"127.0.0.1:{port}")
        await server.is_up.wait()
        yield server, owner
    finally:
        for socket in owner.sockets:
            socket.close()
            await socket.ended.wait()
        await server.hang_up()
        serving.close()


async def settle() -> None:
    """Let what was sent arrive: it has a kernel to cross, and no time passes."""
    for _ in range(50):
        await asyncio.sleep(0)


async def test_a_connection_outlives_minutes_without_a_pong() -> None:
    async with connected() as (server, owner):
        await asyncio.sleep(MINUTES_S)
        owner.sockets[0].send(b'{"still": "here"}')
        server.say(b"and so am I")
        await settle()
        assert owner.gone_as == []
        assert owner.messages == [b"and so am I"]
        assert server.count(Opcode.TEXT) == 1
        assert server.count(Opcode.PING) == 0, "whoever asks for no pong waits for none"


async def test_a_pong_that_nobody_waits_for_any_more_is_passed_over() -> None:
    async with connected() as (server, owner):
        server.late_pong(b"from long ago")
        server.say_around_a_pong(b'{"cut": ', b'"in two"}')
        await settle()
        assert owner.messages == [b'{"cut": "in two"}']
        assert owner.gone_as == []


async def test_its_own_ping_is_answered_at_once() -> None:
    async with connected() as (server, owner):
        server.ping(b"are you there")
        await settle()
        pongs = [frame for frame in server.frames if frame.opcode is Opcode.PONG]
        assert [bytes(pong.data) for pong in pongs] == [b"are you there"]
        assert owner.messages == []
