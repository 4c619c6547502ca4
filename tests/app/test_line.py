"""How the line starts."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.ports import free_port

from mapokezi.app import office_watch, sounds
from mapokezi.app.line import run_line
from mapokezi.config import LineConfig, OfficeConfig, Settings, StoreConfig
from mapokezi.errors import ConfigurationError
from mapokezi.line.server import Line
from mapokezi.speech.client import ServerAbout, SpeechClient
from mapokezi.stores.trades import write_new
from mapokezi.voice.protocols.scripted import murmur

EXAMPLE = Path(__file__).parents[2] / "examples" / "law-office"


@pytest.mark.anyio
async def test_callbacks_wait_in_its_socket_while_the_clerks_learn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    knocked, port = [], free_port()

    def learn(*_: Any) -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as caller:
            knocked.append(caller.getpeername()[1])
        raise ConfigurationError("far enough")

    monkeypatch.setattr(sounds, "voices_of", learn)
    settings = Settings(
        line=LineConfig(port=port),
        store=StoreConfig(folder=str(tmp_path)),
        office=OfficeConfig(folders=(str(EXAMPLE),)),
    )
    with pytest.raises(ConfigurationError, match="far enough"):
        await run_line(settings)
    assert knocked == [port]


class WordlessSpeech(SpeechClient):
    """Makes a murmur of every sentence, and knows no meanings."""

    def __init__(self, *_: Any) -> None:
        super().__init__("unix:///nowhere")

    async def check(self) -> ServerAbout:
        return ServerAbout((), (), (), detects_voice=False, encoder="", took_ms=0)

    async def synthesize(self, text: str) -> AsyncGenerator[bytes, None]:
        yield murmur(text)


@pytest.mark.anyio
async def test_a_folder_that_is_changed_is_answered_for_by_the_next_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sounds, "SpeechClient", WordlessSpeech)
    monkeypatch.setattr(office_watch, "EVERY_S", 0.05)
    folder, port = tmp_path / "our-office", free_port()
    write_new(folder, "general")
    settings = Settings(
        line=LineConfig(port=port, unsigned_callbacks=True),
        store=StoreConfig(folder=str(tmp_path / "var")),
        office=OfficeConfig(folders=(str(folder),)),
    )
    settings.data_folder.mkdir()
    lines: list[Line] = []
    running = asyncio.create_task(run_line(settings, lines.append, own_signals=False))
    try:
        offices = partial(offices_told, port, running)
        await offices("version 1")
        change(folder / "office.toml", "good day.", "good morning.")
        await offices("version 2")
        change(folder / "people.toml", '"+254700000241"', '"0700000241"')
        await offices("version 2, folder wrong")
        change(folder / "people.toml", '"0700000241"', '"+254700000249"')
        await offices("version 3")
    finally:
        lines[0].stop()
        await running


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


async def offices_told(port: int, running: asyncio.Task[None], wanted: str) -> None:
    """Wait until the line tells of its one office what is wanted."""
    async with asyncio.timeout(60), httpx2.AsyncClient() as client:
        while not running.done():
            with suppress(httpx2.HTTPError):
                told = (await client.get(f"http://127.0.0.1:{port}/healthz")).json()
                if told["offices"] == {"our-office": wanted}:
                    return
            await asyncio.sleep(0.05)
    running.result()
