"""Wires without a network: both ends of a connection in one event loop, on the loop's own time.

The program's end is what `mapokezi.bridge.model_dialling` would have opened; the far end looks to
a fake server like a connection of the `websockets` package. So the fakes that serve real sockets
serve these too, in virtual time. HTTP goes through the real client, down to its parser; only the
bytes take no network.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any, Protocol, Self, cast
from urllib.parse import urlsplit

import httpcore2
from httpcore2 import AsyncNetworkBackend, AsyncNetworkStream
from websockets.asyncio.server import ServerConnection
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosedError
from websockets.http11 import Request, Response

from mapokezi.bridge.model_dialling import DialFailed, DialSettings, ModelSocket, SocketOwner
from mapokezi.speech.http_service import HttpService
from mapokezi.voice.wire import OpenSocket

_UNREAD_BYTES = 256 * 1024
"""What two kernels and the program hold for a far side that does not read."""


class NearEnd(ModelSocket):
    """The program's end."""

    def __init__(self, connection: int, owner: SocketOwner, far: FarEnd) -> None:
        super().__init__(connection, owner, DialSettings())
        self._far = far
        self.is_over = False

    def send(self, message: bytes) -> None:
        if not self.is_over:
            self._far.take(message)

    @property
    def is_unread(self) -> bool:
        return self._far.waiting_bytes > _UNREAD_BYTES

    def close(self, code: int = 1000) -> None:
        if not self.is_over:
            self.is_over = True
            self._owner = None
            loop = asyncio.get_running_loop()
            loop.call_soon(self._far.ended, code, "")
            # A far side that does not answer a close is cut off.
            loop.call_later(DialSettings().close_s if self._far.is_frozen else 0, self.ended.set)

    def abort(self) -> None:
        self.close(1006)

    def came(self, message: bytes) -> None:
        if not self.is_over and self._owner is not None:
            self._owner.message(self.connection, message)

    def closed(self, code: int, reason: str) -> None:
        if not self.is_over:
            self.is_over = True
            self.ended.set()
            owner, self._owner = self._owner, None
            if owner is not None:
                owner.gone(self.connection, code, reason)


class FarEnd:
    """The fake's end: what a fake server uses of a `ServerConnection`."""

    pings = 0

    def __init__(self, order: OpenSocket) -> None:
        parts = urlsplit(order.url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        self.request = Request(path, Headers(order.headers))
        self.transport = SimpleNamespace(abort=self._abort, pause_reading=self.freeze)
        self.bend: Callable[[bytes], bytes] = lambda message: message
        """What becomes of each message that is sent."""
        self.near: NearEnd | None = None
        self.is_frozen = False
        self.close_code: int | None = None
        self._came: deque[bytes] = deque()
        self._news = asyncio.Event()
        self.waiting_bytes = 0

    # -- what the program's end does --

    def take(self, message: bytes) -> None:
        self._came.append(message)
        self.waiting_bytes += len(message)
        self._news.set()

    def ended(self, code: int, reason: str) -> None:
        if self.close_code is None:
            self.close_code = code
            self._news.set()

    # -- what a fake does --

    async def send(self, message: str | bytes) -> None:
        while self.is_frozen:
            await asyncio.Event().wait()
        if self.close_code is not None or self.near is None:
            raise ConnectionClosedError(None, None)
        told = self.bend(message.encode() if isinstance(message, str) else message)
        asyncio.get_running_loop().call_soon(self.near.came, told)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> str:
        while self.is_frozen or not self._came:
            if self.close_code is not None:
                raise StopAsyncIteration
            self._news.clear()
            await self._news.wait()
        message = self._came.popleft()
        self.waiting_bytes -= len(message)
        return message.decode()

    async def close(self, code: int = 1000, reason: str = "") -> None:
        self._end(code, reason)

    def freeze(self) -> None:
        """Neither read nor write any more, without a word."""
        self.is_frozen = True

    def respond(self, status: HTTPStatus, text: str) -> Response:
        return Response(int(status), "", Headers(), text.encode())

    def _abort(self) -> None:
        self._end(1006, "the connection broke")

    def _end(self, code: int, reason: str) -> None:
        if self.close_code is None:
            self.close_code = code
            self._news.set()
            if self.near is not None:
                asyncio.get_running_loop().call_soon(self.near.closed, code, reason)


class Served(Protocol):
    """What can be dialled."""

    @property
    def is_reachable(self) -> bool:
        """Whether anything listens there."""

    @property
    def answers(self) -> bool:
        """Whether a handshake gets an answer."""

    def at_handshake(self, far: ServerConnection, request: Request) -> Any:
        """Refuse a handshake with a response, or take it with None."""

    async def serve(self, far: ServerConnection) -> None:
        """Serve one connection to its end."""


@dataclass
class MemoryNet:
    """Dials servers by their host; stands in for a `Dialler`."""

    servers: dict[str, Served]
    handshake_s: float = 0.05
    dialled: list[tuple[float, str]] = field(default_factory=list)
    ends: list[FarEnd] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def dial(
        self, order: OpenSocket, owner: SocketOwner, *, host: str, proxy: str | None = None
    ) -> None:
        """Open a connection."""
        server, loop = self.servers[host], asyncio.get_running_loop()
        self.dialled.append((loop.time(), host))
        await asyncio.sleep(self.handshake_s)
        if not server.is_reachable:
            raise DialFailed(0, "refused")
        if not server.answers:
            await asyncio.sleep(DialSettings().open_s - self.handshake_s)
            raise DialFailed(0, "not open in time")
        far = FarEnd(order)
        seen = cast("ServerConnection", far)
        refused = server.at_handshake(seen, far.request)
        if refused is not None:
            raise DialFailed(refused.status_code, refused.body.decode())
        far.near = NearEnd(order.connection, owner, far)
        self.ends.append(far)
        task = loop.create_task(server.serve(seen))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        owner.opened(far.near)

    async def close(self) -> None:
        """End what still serves."""
        for task in [*self._tasks]:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


# -- HTTP --

Connected = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class _Stream(AsyncNetworkStream):
    """The client's end of a TCP connection, and the server's two ends."""

    def __init__(self) -> None:
        self.to_server = asyncio.StreamReader()
        self.to_client = asyncio.StreamReader()
        self.is_broken = self.is_frozen = False

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        try:
            async with asyncio.timeout(timeout):
                return await self.to_client.read(max_bytes)
        except TimeoutError:
            raise httpcore2.ReadTimeout from None
        except ConnectionError as error:
            raise httpcore2.ReadError(str(error)) from None

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        if self.is_broken:
            raise httpcore2.WriteError("the connection broke")
        if buffer and not self.is_frozen:
            self.to_server.feed_data(buffer)

    async def aclose(self) -> None:
        if not self.to_server.at_eof():
            self.to_server.feed_eof()

    def get_extra_info(self, info: str) -> Any:
        # Of a connection that is kept: readable means that the server has closed it.
        return self.is_broken if info == "is_readable" else None

    # -- what a server uses of a `StreamWriter` --

    @property
    def transport(self) -> Any:
        return SimpleNamespace(abort=self.break_off)

    def server_writes(self, data: bytes) -> None:
        if not (self.is_broken or self.is_frozen):
            self.to_client.feed_data(data)

    def break_off(self) -> None:
        if not self.is_broken:
            self.is_broken = True
            self.to_client.set_exception(ConnectionResetError("reset"))
            if not self.to_server.at_eof():
                self.to_server.feed_eof()


class _ServersWriter:
    def __init__(self, stream: _Stream) -> None:
        self._stream = stream
        self.write = stream.server_writes
        self.close = stream.break_off
        self.transport = stream.transport

    async def drain(self) -> None:
        await asyncio.sleep(0)

    async def wait_closed(self) -> None:
        pass


class MemoryHttp(AsyncNetworkBackend):
    """Connects HTTP clients to one fake server."""

    def __init__(self, connected: Connected) -> None:
        self._connected = connected
        self.is_reachable = True
        self.answers = True
        self.streams: list[_Stream] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def carry(self, service: HttpService) -> None:
        """From here on a service's requests come to the fake, through its own HTTP client."""
        pool: Any = httpcore2.AsyncConnectionPool(network_backend=self)
        cast("Any", service)._http._transport._pool = pool

    def break_all(self) -> None:
        """Break every connection, and refuse new ones."""
        self.is_reachable = False
        for stream in self.streams:
            stream.break_off()

    def freeze(self) -> None:
        """Let nothing pass any more, and answer no new connection, without a word."""
        self.answers = False
        for stream in self.streams:
            stream.is_frozen = True

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> AsyncNetworkStream:
        if not self.is_reachable:
            raise httpcore2.ConnectError("refused")
        if not self.answers:
            await asyncio.sleep(timeout or 60.0)
            raise httpcore2.ConnectTimeout
        stream = _Stream()
        self.streams.append(stream)
        writer = cast("asyncio.StreamWriter", _ServersWriter(stream))
        task = asyncio.get_running_loop().create_task(self._serve(stream.to_server, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return stream

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._connected(reader, writer)
        writer.close()

    async def close(self) -> None:
        """End what still serves."""
        for task in [*self._tasks]:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
