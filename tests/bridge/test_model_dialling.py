"""A connection to a model over TLS: large messages get through, and an open one takes little."""

from __future__ import annotations

import asyncio
import ssl
import tracemalloc
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.fakes.certificates import Authority
from websockets.asyncio.server import ServerConnection, serve

from mapokezi.bridge.model_dialling import Dialler, DialSettings, ModelSocket
from mapokezi.voice.wire import OpenSocket

pytestmark = pytest.mark.anyio

_LARGE = 1_000_000
"""Of a reply, many times what TLS takes in at once."""
_MOST_AN_OPEN_ONE = 200_000
_SETTINGS = DialSettings(open_s=5.0)


@dataclass
class Owner:
    """Whoever has dialled."""

    sockets: list[ModelSocket] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)

    def opened(self, socket: ModelSocket) -> None:
        self.sockets.append(socket)

    def message(self, connection: int, message: bytes) -> None:
        self.messages.append(message)
        self.came.set()

    def gone(self, connection: int, code: int, reason: str) -> None:
        raise AssertionError(reason)


async def over_tls(
    folder: Path,
    model: Callable[[ServerConnection], Awaitable[None]],
    talk: Callable[[Dialler, OpenSocket], Awaitable[None]],
) -> None:
    authority = Authority(folder)
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(authority.certificate("localhost"))
    theirs = ssl.create_default_context(cafile=str(authority.file))
    async with serve(model, "127.0.0.1", 0, ssl=ours, max_size=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        await talk(Dialler(_SETTINGS, tls=theirs), OpenSocket(1, f"wss://localhost:{port}/live"))


async def dialled(dialler: Dialler, order: OpenSocket, owner: Owner) -> ModelSocket:
    await dialler.dial(order, owner, host=order.url.split("/")[2])
    return owner.sockets[-1]


async def test_messages_larger_than_the_room_of_tls_cross_whole(tmp_path: Path) -> None:
    taken: list[bytes] = []
    sound = bytes(range(256)) * (_LARGE // 256)

    async def model(peer: ServerConnection) -> None:
        taken.append(await peer.recv(decode=False))
        await peer.send(sound)
        await peer.wait_closed()

    async def talk(dialler: Dialler, order: OpenSocket) -> None:
        owner = Owner()
        opened = await dialled(dialler, order, owner)
        opened.send(sound)
        async with asyncio.timeout(30):
            await owner.came.wait()
            opened.close()
            await opened.ended.wait()
        assert owner.messages == [sound]

    await over_tls(tmp_path, model, talk)
    assert taken == [sound]


async def test_an_open_connection_takes_little_room(tmp_path: Path) -> None:
    async def model(peer: ServerConnection) -> None:
        await peer.wait_closed()

    async def talk(dialler: Dialler, order: OpenSocket) -> None:
        first = await dialled(dialler, order, Owner())  # whatever is made once
        tracemalloc.start()
        try:
            owner = Owner()
            second = await dialled(dialler, order, owner)
            taken = tracemalloc.take_snapshot().filter_traces(
                [tracemalloc.Filter(True, "*aiofastnet*"), tracemalloc.Filter(True, "*picows*")]
            )
        finally:
            tracemalloc.stop()
        for each in (first, second):
            each.close()
        async with asyncio.timeout(30):
            await first.ended.wait()
            await second.ended.wait()
        assert sum(trace.size for trace in taken.traces) < _MOST_AN_OPEN_ONE

    await over_tls(tmp_path, model, talk)
