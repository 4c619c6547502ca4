"""One question to a Wyoming server and its answer, over a connection of its own.

A new connection for each costs about 0.2 ms on a Unix socket, and it makes cancelling simple: the
connection is closed, and the server drops what it has not begun.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import TypeVar, cast

from mapokezi.speech.errors import SpeechBusy, SpeechError, SpeechRefused, SpeechUnavailable
from mapokezi.speech.settings import Address
from mapokezi.speech.vocabulary import Event
from mapokezi.speech.wire import EventParser, NotWyoming

_HELD_BYTES = 1 << 20
"""Sound that came faster than it was taken; past that the server must wait."""

P = TypeVar("P", bound=asyncio.Protocol)


async def connect(address: Address, make: Callable[[], P], limit_s: float) -> P:
    """Connect to a server.

    Raises:
        SpeechUnavailable: Nobody listens there, or nobody answers in time.
    """
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(limit_s):
            if address.path:
                return (await loop.create_unix_connection(make, address.path))[1]
            return (await loop.create_connection(make, address.host, address.port))[1]
    except TimeoutError:
        raise SpeechUnavailable(f"{address}: no connection within {limit_s:g} s") from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise SpeechUnavailable(f"{address}: {reason}") from None


@contextlib.asynccontextmanager
async def exchange(address: Address, question: bytes, connect_s: float) -> AsyncIterator[Exchange]:
    """Ask a server something; the connection is closed when the block is left.

    Raises:
        SpeechUnavailable: Nobody listens there.
    """
    opened = await connect(address, Exchange, connect_s)
    try:
        opened.send(question)
        yield opened
    finally:
        opened.close()


class Exchange(asyncio.Protocol):
    """The events of one answer, in order."""

    def __init__(self) -> None:
        self._parser = EventParser()
        self._transport: asyncio.Transport | None = None
        self._events: deque[Event] = deque()
        self._held_bytes = 0
        self._news = asyncio.Event()
        self._end: SpeechError | None = None

    def send(self, data: bytes) -> None:
        """Write without waiting."""
        if self._transport is not None:
            self._transport.write(data)

    def close(self) -> None:
        """Drop the connection, whatever is still under way on it."""
        if self._transport is not None:
            self._transport.abort()

    async def next_event(self) -> Event:
        """Wait for the next event.

        Raises:
            SpeechUnavailable: The server went away.
            SpeechBusy, SpeechRefused: It answered with an error, or with rubbish.
        """
        while not self._events:
            if self._end is not None:
                raise self._end
            self._news.clear()
            await self._news.wait()
        event = self._events.popleft()
        self._held_bytes -= len(event.payload or b"")
        if self._held_bytes < _HELD_BYTES and self._transport is not None:
            self._transport.resume_reading()
        if event.type == "error":
            raise error_of(event)
        return event

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports have the interface, but not the class.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        try:
            for event in self._parser.feed(data):
                self._events.append(event)
                self._held_bytes += len(event.payload or b"")
        except NotWyoming as error:
            self._end = SpeechRefused(str(error), "bad-event")
            self.close()
        if self._held_bytes >= _HELD_BYTES and self._transport is not None:
            self._transport.pause_reading()
        self._news.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._end is None:
            reason = f": {exc}" if exc else ""
            self._end = SpeechUnavailable(f"the speech server closed the connection{reason}")
        self._news.set()


def error_of(event: Event) -> SpeechError:
    """Read an ``error`` event."""
    text = str(event.data.get("text") or "the speech server refused")
    code = str(event.data.get("code") or "")
    return SpeechBusy(text) if code == "busy" else SpeechRefused(text, code)
