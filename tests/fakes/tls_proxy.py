"""A proxy that ends TLS before a server on this machine, with the faults that proxies have."""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path


class TlsProxy:
    """Passes each connection on to a port of loopback, its request's head changed as told."""

    def __init__(self, upstream: int) -> None:
        self.upstream = upstream
        self.port = 0
        self.not_passed = ""
        """Paths that begin so get a 404 of the proxy's own; empty: none."""
        self.takes_away = ""
        """This header does not go through."""
        self.swallows = ""
        """Paths that begin so get no answer at all."""

    @asynccontextmanager
    async def serving(self, certificate: Path) -> AsyncIterator[None]:
        """Serve on a free port within this block."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=context)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            server.close()
            await server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, ssl.SSLError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            path = head.split(" ", 2)[1]
            if self.swallows and path.startswith(self.swallows):
                await reader.read()
            elif self.not_passed and path.startswith(self.not_passed):
                writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                await writer.drain()
            else:
                await self._pass_on(head, reader, writer)
        writer.close()
        with contextlib.suppress(OSError, ssl.SSLError):
            await writer.wait_closed()

    async def _pass_on(
        self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if self.takes_away:
            head = re.sub(rf"(?im)^{self.takes_away}:.*\r\n", "", head)
        if "upgrade:" not in head.lower():
            head = head.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n", 1)
        try:
            inner, outer = await asyncio.open_connection("127.0.0.1", self.upstream)
        except OSError:
            writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
            return
        outer.write(head.encode("latin-1"))
        there = asyncio.create_task(_pipe(reader, outer))
        await _pipe(inner, writer)
        there.cancel()
        outer.close()
        await asyncio.gather(there, return_exceptions=True)


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError, ssl.SSLError):
        while piece := await reader.read(65_536):
            writer.write(piece)
            await writer.drain()
