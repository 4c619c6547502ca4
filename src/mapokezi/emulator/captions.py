"""Captions: what each side of a call says, if whoever answers the calls tells it.

The emulator hears sound, not words. A program that knows the words can tell them as server-sent
events, each a JSON object with ``event`` (``caller_said`` or ``receptionist_says``), ``session_id``
and ``text`` (or ``pii_text``); other events are passed over. Mapokezi's line does so on its own
Unix socket. Nothing is written anywhere: a few words of the latest calls are kept in memory.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx2

UNIX_PATH = "/events"
"""What is asked for on a Unix socket."""
SPEAKERS = {"caller_said": "caller", "receptionist_says": "receptionist"}
MOST_CALLS = 50
MOST_OF_A_CALL = 1_000
AGAIN_AFTER_S = 1.0
_CONNECT_WITHIN_S = 5.0
_SILENT_S = 60.0
"""A source that is alive says so at least every 15 seconds; one that has not is asked again."""


@dataclass(frozen=True, slots=True)
class Caption:
    """Some words of one side."""

    speaker: str
    """``caller`` or ``receptionist``."""
    text: str


def read_caption(data: str) -> tuple[str, Caption] | None:
    """Read an event: the call's session and the words; None if it tells none."""
    try:
        event = json.loads(data)
    except ValueError:
        return None
    if not isinstance(event, dict):
        return None
    speaker = SPEAKERS.get(str(event.get("event", "")))
    session_id = str(event.get("session_id") or "")
    text = str(event.get("text") or event.get("pii_text") or "")
    if speaker is None or not session_id or not text.strip():
        return None
    return session_id, Caption(speaker, text)


class Captions:
    """Listens to a source of captions, from the first time that somebody wants to see them."""

    def __init__(self, source: str = "") -> None:
        """Take the source's address.

        Args:
            source: ``http://...``, or ``unix:///path/of/a.sock``; empty: there are none.
        """
        self.source = source
        self.is_connected = False
        self._kept: OrderedDict[str, list[Caption]] = OrderedDict()
        self._listening: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to listen, once."""
        if self.source and self._listening is None:
            self._listening = asyncio.create_task(self._listen(), name="captions")

    async def close(self) -> None:
        """Listen no more."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)

    def since(self, session_id: str, seen: int) -> list[Caption]:
        """The captions of a call but for the first ``seen``."""
        return self._kept.get(session_id, [])[seen:]

    def as_row(self) -> dict[str, object]:
        """Whether there are any, and whether they come."""
        return {"wanted": bool(self.source), "connected": self.is_connected}

    async def _listen(self) -> None:
        while True:
            # It may not be up yet, or be started again: the captions are there when it is.
            with contextlib.suppress(httpx2.HTTPError):
                await self._listen_once()
            self.is_connected = False
            await asyncio.sleep(AGAIN_AFTER_S)

    async def _listen_once(self) -> None:
        parts = urlsplit(self.source)
        unix = parts.scheme == "unix"
        transport = httpx2.AsyncHTTPTransport(uds=parts.path) if unix else None
        url = f"http://localhost{UNIX_PATH}" if unix else self.source
        timeout = httpx2.Timeout(_CONNECT_WITHIN_S, read=_SILENT_S)
        async with (
            httpx2.AsyncClient(transport=transport, timeout=timeout, trust_env=False) as client,
            client.stream("GET", url, headers={"Accept": "text/event-stream"}) as answer,
        ):
            answer.raise_for_status()
            self.is_connected = True
            async for data in _events(answer.aiter_lines()):
                self._take(data)

    def _take(self, data: str) -> None:
        read = read_caption(data)
        if read is None:
            return
        session_id, caption = read
        kept = self._kept.setdefault(session_id, [])
        if len(kept) < MOST_OF_A_CALL:
            kept.append(caption)
        while len(self._kept) > MOST_CALLS:
            self._kept.popitem(last=False)


async def _events(lines: AsyncIterator[str]) -> AsyncIterator[str]:
    """The data of server-sent events; it may stand on several lines."""
    data: list[str] = []
    async for line in lines:
        if line.startswith("data:"):
            data.append(line.removeprefix("data:").removeprefix(" "))
        elif not line and data:
            yield "\n".join(data)
            data.clear()
