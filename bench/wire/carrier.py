"""The phone platform's REST API, as much of it as a line asks of: what a call cost, and its end."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress

_BODY = {
    "call": {
        "id": "c",
        "status": "completed",
        "direction": "inbound",
        "duration_seconds": 20,
        "cost_minor": 100,
        "cost_currency": "KES",
        "rate_per_minute_minor": 100,
    }
}


class Carrier:
    """Answers every question alike: the call is over, and was paid for."""

    def __init__(self) -> None:
        self.asked = 0
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def listen(self, port: int) -> None:
        """Begin."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)

    async def close(self) -> None:
        """End."""
        if self._server is not None:
            self._server.close()
        for writer in [*self._open]:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        body = json.dumps(_BODY).encode()
        head = (
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode()
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while True:
                    asked = await reader.readuntil(b"\r\n\r\n")
                    await reader.readexactly(_length_of(asked))
                    self.asked += 1
                    writer.write(head + body)
                    await writer.drain()
        finally:
            self._open.discard(writer)
            writer.close()


def _length_of(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0
