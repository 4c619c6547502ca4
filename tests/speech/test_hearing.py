"""A caller is heard to speak and to stop, whatever becomes of the speech server meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from wyoming.event import async_read_event, async_write_event
from wyoming.ping import Pong
from wyoming.vad import VoiceStarted, VoiceStopped

from mapokezi.audio.tones import tone
from mapokezi.speech.hearing import Hearing
from mapokezi.speech.settings import Address, ClientSettings
from mapokezi.speech.voice_edges import VoiceEdge

pytestmark = pytest.mark.anyio

FRAME_BYTES = 640
LOUD = tone(440.0, 20, 16_000)


@dataclass
class Detector:
    """A server that finds the loud; it can hang, as a stopped process does."""

    runs: asyncio.Event = field(default_factory=asyncio.Event)
    connections: list[asyncio.Task[None]] = field(default_factory=list)
    taken: list[asyncio.StreamWriter] = field(default_factory=list)

    def begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.taken.append(writer)
        self.connections.append(asyncio.ensure_future(self._talk(reader, writer)))

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard_ms, loud = 0, False
        try:
            while (event := await async_read_event(reader)) is not None:
                await self.runs.wait()
                if event.type == "ping":
                    await async_write_event(Pong().event(), writer)
                if not event.payload:
                    continue
                is_loud = bool(np.any(np.frombuffer(event.payload, "<i2")))
                if is_loud is not loud:
                    loud = is_loud
                    kind = VoiceStarted if loud else VoiceStopped
                    await async_write_event(kind(timestamp=heard_ms).event(), writer)
                heard_ms += len(event.payload) // 32
        except ConnectionError:
            pass
        finally:
            writer.close()


@asynccontextmanager
async def detecting(path: Path) -> AsyncIterator[Detector]:
    detector = Detector()
    detector.runs.set()
    server = await asyncio.start_unix_server(detector.begin, path)
    try:
        yield detector
    finally:
        server.close()
        path.unlink(missing_ok=True)  # noqa: ASYNC240  quick
        for talk in detector.connections:
            talk.cancel()
        await asyncio.gather(*detector.connections, return_exceptions=True)


class Caller:
    """Feeds a hearing at twice the true pace, and keeps what it tells."""

    def __init__(self, path: Path, **settings: float) -> None:
        self.edges: list[VoiceEdge] = []
        self.lost: list[str] = []
        quick = {"ping_every_s": 0.03, "pong_limit_s": 0.1, "away_limit_s": 5.0, **settings}
        self.hearing = Hearing(
            Address(path=str(path)),
            ClientSettings(**quick),  # type: ignore[arg-type]
            self.edges.append,
            self.lost.append,
        )

    async def be(self, ms: int, *, loud: bool = False) -> None:
        """Speak, or be silent, for so long."""
        for _ in range(ms // 20):
            self.hearing.feed(LOUD if loud else bytes(FRAME_BYTES))
            await asyncio.sleep(0.01)

    async def speaks(self) -> None:
        """Say something of 600 ms, and be silent."""
        await self.be(600, loud=True)
        await self.be(800)

    def told(self) -> list[bool]:
        return [edge.is_voice for edge in self.edges]


@pytest.fixture
def path(short_folder: Path) -> Path:
    return short_folder / "h"


async def test_the_server_tells_as_long_as_it_is_there(path: Path) -> None:
    async with detecting(path):
        caller = Caller(path)
        await caller.be(400)
        await caller.speaks()
        caller.hearing.close()
    assert caller.told() == [True, False]
    assert caller.edges[0].at_ms == pytest.approx(400, abs=60)
    assert caller.lost == []


async def test_a_server_that_goes_and_comes_back(path: Path) -> None:
    async with detecting(path):
        caller = Caller(path)
        await caller.be(400)
    await caller.speaks()
    assert caller.told() == [True, False], "measured here"
    assert caller.edges[0].at_ms == pytest.approx(400, abs=100)
    assert caller.edges[1].at_ms == pytest.approx(1000, abs=150)
    async with detecting(path) as again:
        await caller.be(1600)
        assert len(again.taken) == 1
        await caller.speaks()
        caller.hearing.close()
    assert caller.told() == [True, False, True, False]
    assert caller.edges[2].at_ms == pytest.approx(400 + 1400 + 1600, abs=100)
    assert caller.lost == []


async def test_what_was_said_while_the_server_hung_is_told_when_that_is_found(path: Path) -> None:
    async with detecting(path) as detector:
        caller = Caller(path, pong_limit_s=0.6)
        await caller.be(600)
        detector.runs.clear()
        await caller.speaks()
        await caller.be(600)
        assert caller.told() == [True, False]
        assert caller.edges[0].at_ms == pytest.approx(600, abs=100)
        detector.runs.set()
        await caller.be(1000)
        await caller.speaks()
        caller.hearing.close()
    assert caller.told() == [True, False, True, False], "nothing is told twice"


async def test_a_server_that_dies_in_the_middle_of_a_word(path: Path) -> None:
    async with detecting(path):
        caller = Caller(path)
        await caller.be(400)
        await caller.be(400, loud=True)
    await caller.be(400, loud=True)
    await caller.be(800)
    caller.hearing.close()
    assert caller.told() == [True, False]
    assert caller.edges[1].at_ms == pytest.approx(1200, abs=150)


async def test_a_server_that_stays_away_is_given_up(path: Path) -> None:
    async with detecting(path):
        caller = Caller(path, away_limit_s=0.3)
        await caller.be(200)
    await caller.be(2000)
    assert len(caller.lost) == 1
    edges = list(caller.edges)
    await caller.speaks()
    assert caller.edges == edges, "that was its end"
