"""The desk's port, from its opening to SIGTERM."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from tests.ports import free_port

from mapokezi.app.desk import run_desk
from mapokezi.config import Settings, read_settings
from mapokezi.desk.server import serve_desk
from mapokezi.errors import ConfigurationError

LAW_OFFICE = Path(__file__).parents[2] / "examples" / "law-office"


def listening() -> socket.socket:
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    sock.listen()
    sock.setblocking(False)
    return sock


def settings_in(folder: Path, port: int) -> Settings:
    (folder / "data").mkdir()
    return read_settings(
        None,
        {
            "MAPOKEZI_STORE_FOLDER": str(folder / "data"),
            "MAPOKEZI_OFFICE_FOLDERS": str(LAW_OFFICE),
            "MAPOKEZI_DESK_PORT": str(port),
        },
    )


@pytest.mark.anyio
async def test_it_answers_until_sigterm_and_gives_the_signal_back() -> None:
    async def hello(_request: object) -> PlainTextResponse:
        return PlainTextResponse("hello")

    ready = asyncio.Event()
    sock = listening()
    url = f"http://127.0.0.1:{sock.getsockname()[1]}/"
    serving = asyncio.create_task(
        serve_desk(Starlette(routes=[Route("/", hello)]), sock, ready.set)
    )
    await asyncio.wait_for(ready.wait(), 10)
    async with httpx2.AsyncClient() as client:
        assert (await client.get(url)).text == "hello"
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(serving, 10)
    assert sock.fileno() == -1
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


@pytest.mark.anyio
async def test_a_desk_that_is_told_to_stop_takes_its_link_away(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, free_port())
    links: list[str] = []

    def told(link: str) -> None:
        links.append(link)
        assert (tmp_path / "data" / "desk-link").read_text() in link
        asyncio.get_running_loop().call_later(0.1, os.kill, os.getpid(), signal.SIGTERM)

    await asyncio.wait_for(run_desk(settings, told), 20)
    assert len(links) == 1
    assert not (tmp_path / "data" / "desk-link").exists()
    # Closed in order, SQLite folds its log into the database and takes it away.
    assert not (tmp_path / "data" / "mapokezi.db-wal").exists()


@pytest.mark.anyio
async def test_a_second_desk_leaves_the_first_one_s_link_alone(tmp_path: Path) -> None:
    with listening() as taken:
        settings = settings_in(tmp_path, taken.getsockname()[1])
        link = tmp_path / "data" / "desk-link"
        link.write_text("the first one's")
        with pytest.raises(ConfigurationError, match=r"desk\.port: cannot listen on"):
            await run_desk(settings)
    assert link.read_text() == "the first one's"
