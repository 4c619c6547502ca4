"""An office is changed on the desk while somebody is on the line: that call keeps what it began on.

The line, the desk and the database are the real ones; the phone platform is spoken for by posts.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from html import unescape
from itertools import count
from pathlib import Path

import httpx2
import pytest

from mapokezi.app import office_watch, sounds
from mapokezi.app.desk import _desk_parts, link_file
from mapokezi.app.line import run_line
from mapokezi.app.office_editing import OfficeEditing
from mapokezi.app.offices import standing_offices
from mapokezi.bridge import clock
from mapokezi.calls import CallId, OfficeId
from mapokezi.config import LineConfig, OfficeConfig, Settings, StoreConfig
from mapokezi.desk.app import build_desk
from mapokezi.desk.door import Door
from mapokezi.line.ports import listening_socket
from mapokezi.line.server import Line
from mapokezi.speech.client import ServerAbout, SpeechClient
from mapokezi.stores.database import DatabaseSettings, open_database
from mapokezi.stores.seal_keys import Keyring
from mapokezi.stores.trades import write_new
from mapokezi.voice.protocols.scripted import murmur

pytestmark = pytest.mark.anyio
OURS = OfficeId("our-office")
NUMBER = "+254209000000"
GREETING = f"/office/{OURS}/greeting"
AFTER = "Our lines are down. Speak after the tone, please."


class WordlessSpeech(SpeechClient):
    """Makes a murmur of every sentence, and knows no meanings."""

    def __init__(self, *_: object) -> None:
        super().__init__("unix:///nowhere")

    async def check(self) -> ServerAbout:
        return ServerAbout((), (), (), detects_voice=False, encoder="", took_ms=0)

    async def synthesize(self, text: str) -> AsyncGenerator[bytes, None]:
        yield murmur(text)


def posted(number: int) -> dict[str, str]:
    """What the platform posts of a call; each is of a caller of their own."""
    return {
        "sessionId": f"HD_{number}",
        "callerNumber": f"+2547221{number:05}",
        "destinationNumber": NUMBER,
        "direction": "Inbound",
        "callSessionState": "Ringing",
        "isActive": "1",
    }


@asynccontextmanager
async def desk_of(settings: Settings) -> AsyncIterator[httpx2.AsyncClient]:
    """The desk of these settings, and a browser that has come in."""
    standing = await standing_offices(settings)
    database = DatabaseSettings(settings.database_url, settings.data_folder / "spilled-desk.jsonl")
    async with open_database(database) as records:
        await standing.keep(records, clock.wall())
        door = Door(link_file(settings), clock.monotonic)
        editing = OfficeEditing(settings, records, standing)
        keys = Keyring()
        parts = _desk_parts(settings, records, standing.offices, keys, door, tuple, editing)
        transport = httpx2.ASGITransport(app=build_desk(parts))
        async with httpx2.AsyncClient(transport=transport, base_url="http://desk") as browser:
            await browser.get("/enter", params={"key": door.key})
            yield browser


async def is_up(client: httpx2.AsyncClient) -> None:
    """Wait until the line answers calls by voice."""
    async with asyncio.timeout(60):
        while True:
            try:
                if (await client.get("/readyz")).is_success:
                    return
            except httpx2.HTTPError:
                pass  # not yet
            await asyncio.sleep(0.05)


async def say_something_else(browser: httpx2.AsyncClient) -> None:
    """Change on the desk what callers hear if the receptionist cannot take the call."""
    form = (await browser.get(GREETING)).text
    held = dict(re.findall(r' name="(base|name)" value="([^"]*)"', form))
    held |= dict(re.findall(r' name="(greeting|notice|goodbye)"[^>]*>\n([^<]*)<', form))
    sent = {name: unescape(value) for name, value in held.items()}
    sent |= {"fallback.say": AFTER, "fallback.then": "record", "step": "save"}
    saved = await browser.post(GREETING, data=sent, headers={"origin": "http://desk"})
    assert saved.status_code == 303, saved.text


async def ring(platform: httpx2.AsyncClient, number: int) -> tuple[str, str]:
    """A call arrives and is offered a stream. Returns the document, and our id of the call."""
    document = unescape((await platform.post("/voice", data=posted(number))).text)
    found = re.search(r"<Stream .*\?call=([\w-]+)&", document)
    assert found is not None, document
    return document, found[1]


async def ring_until_it_is_new(platform: httpx2.AsyncClient) -> tuple[int, str]:
    """Calls arrive until one is told the new words. Returns the last one's number and id."""
    async with asyncio.timeout(60):
        for number in count(2):
            document, call_id = await ring(platform, number)
            if AFTER in document:
                return number, call_id
            await asyncio.sleep(0.2)
    raise AssertionError


async def lose(platform: httpx2.AsyncClient, number: int, call_id: str) -> str:
    """A call's stream is lost. Returns the document by which it goes on."""
    params = {"call": call_id, "after": "stream"}
    return (await platform.post("/voice/continue", params=params, data=posted(number))).text


async def test_a_call_in_progress_keeps_its_version_and_the_next_one_has_the_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sounds, "SpeechClient", WordlessSpeech)
    monkeypatch.setattr(office_watch, "EVERY_S", 0.05)
    write_new(tmp_path / OURS, "general", number=NUMBER)
    with listening_socket("127.0.0.1", 0, "line.port") as free:
        port = free.getsockname()[1]
    settings = Settings(
        line=LineConfig(port=port, unsigned_callbacks=True),
        store=StoreConfig(folder=str(tmp_path / "var")),
        office=OfficeConfig(folders=(str(tmp_path / OURS),)),
    )
    settings.data_folder.mkdir()
    lines: list[Line] = []
    running = asyncio.create_task(run_line(settings, lines.append, own_signals=False))
    try:
        async with (
            httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as platform,
            desk_of(settings) as browser,
        ):
            await is_up(platform)
            before, first = await ring(platform, 1)
            assert AFTER not in before
            await say_something_else(browser)
            number, second = await ring_until_it_is_new(platform)
            assert AFTER not in await lose(platform, 1, first), "it began on version 1"
            assert AFTER in await lose(platform, number, second)
    finally:
        lines[0].stop()
        await running
    assert [await version_of(settings, one) for one in (first, second)] == [1, 2]


async def version_of(settings: Settings, call_id: str) -> int | None:
    """On which version of the office a call ran, by its record."""
    database = DatabaseSettings(settings.database_url, settings.data_folder / "spilled.jsonl")
    async with open_database(database) as records:
        found = await records.calls.get(CallId(call_id))
    assert found is not None
    return found.call.office_version
