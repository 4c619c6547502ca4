"""A line that is killed in the middle of deliveries: what it acknowledged is not lost."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

import httpx2
import pytest

from mapokezi.stores.database import DatabaseSettings, open_database
from mapokezi.telephony.signature import SIGNATURE_HEADER, sign

pytestmark = pytest.mark.anyio

SECRET = "whsec_example"
KILLS = 4
EVENTS = 600

LINE = """
import asyncio, socket, sys
from pathlib import Path
import structlog, uvicorn
from mapokezi.bridge.calls_in_progress import CallsInProgress
from mapokezi.bridge.calls_settings import CallsSettings
from mapokezi.bridge.event_work import EventParts, EventWork
from mapokezi.line.metrics import LineMetrics
from mapokezi.line.settings import LineSettings
from mapokezi.line.webhooks import Health, Webhooks
from mapokezi.stores.database import DatabaseSettings, open_database
from mapokezi.telephony.urls import CallbackUrls

async def main(url, spill, fd, secret):
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    async with open_database(DatabaseSettings(url=url, spill_file=Path(spill))) as database:
        urls = CallbackUrls("http://127.0.0.1:8480")
        calls = CallsInProgress(CallsSettings(), urls, ())
        work = EventWork(EventParts(
            keeper=database.writer, store=database.events, ids=database.platform_calls,
            records=database.calls, calls=calls, node="node-1"))
        line = LineSettings(urls=urls, signing_secrets=(secret,))
        app = Webhooks(line, calls, work.take, LineMetrics(), Health("0", "")).app
        running = asyncio.create_task(work.run())
        config = uvicorn.Config(app, lifespan="off", log_config=None, access_log=False)
        await uvicorn.Server(config).serve([socket.socket(fileno=int(fd))])

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def event(number: int) -> bytes:
    data = {
        "pbx_call_id": f"HD_{number:012x}",
        "call_id": f"0193a5f2-7c11-7d3a-9b1e-{number:012x}",
        "duration_seconds": number,
    }
    return json.dumps({"kind": "call.completed", "event_id": f"e{number}", "data": data}).encode()


class Killable:
    """A line process behind a port that outlives it, as a proxy's does."""

    def __init__(self, folder: Path, port: socket.socket) -> None:
        self.folder, self._port = folder, port
        self.url = f"sqlite:///{folder / 'mapokezi.db'}"
        self.spill = folder / "spilled.jsonl"
        self._process: asyncio.subprocess.Process

    async def start(self) -> None:
        fd = self._port.fileno()
        arguments = [self.url, str(self.spill), str(fd), SECRET]
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", LINE, *arguments, pass_fds=[fd]
        )

    async def kill(self) -> None:
        os.kill(self._process.pid, signal.SIGKILL)
        await self._process.wait()


async def test_what_was_acknowledged_survives_any_kill(tmp_path: Path) -> None:
    with socket.socket() as port:
        port.bind(("127.0.0.1", 0))
        port.listen(256)
        line = Killable(tmp_path, port)
        await line.start()
        acknowledged: dict[int, float] = {}
        base = f"http://127.0.0.1:{port.getsockname()[1]}"
        waiting = list(range(EVENTS))

        async def deliver(http: httpx2.AsyncClient) -> None:
            while waiting:
                number = waiting.pop()
                body = event(number)
                headers = {SIGNATURE_HEADER: sign(SECRET, body, int(time.time()))}
                began = time.perf_counter()
                try:
                    answer: Any = await http.post("/voice/events", content=body, headers=headers)
                except httpx2.HTTPError:
                    waiting.append(number)  # nobody acknowledged it: the platform sends it again
                    await asyncio.sleep(0.01)
                    continue
                assert answer.status_code == 200
                acknowledged[number] = time.perf_counter() - began

        async with httpx2.AsyncClient(base_url=base, timeout=30) as http:
            delivering = [asyncio.create_task(deliver(http)) for _ in range(8)]
            for nth in range(1, KILLS + 1):
                while len(acknowledged) < nth * EVENTS // (KILLS + 2):  # noqa: ASYNC110
                    await asyncio.sleep(0.002)
                await line.kill()
                await line.start()
            await asyncio.gather(*delivering)
        await line.kill()  # the last thing that it did was to acknowledge

    assert set(acknowledged) == set(range(EVENTS))
    async with open_database(DatabaseSettings(url=line.url, spill_file=line.spill)) as database:
        known, _ = await database.events.counts()
        assert known == EVENTS


async def test_what_was_kept_before_a_kill_is_worked_after_it(tmp_path: Path) -> None:
    with socket.socket() as port:
        port.bind(("127.0.0.1", 0))
        port.listen(16)
        line = Killable(tmp_path, port)
        await line.start()
        base = f"http://127.0.0.1:{port.getsockname()[1]}"
        async with httpx2.AsyncClient(base_url=base, timeout=30) as http:
            for number in range(1, 20):
                body = event(number)
                headers = {SIGNATURE_HEADER: sign(SECRET, body, int(time.time()))}
                assert (await http.post("/voice/events", content=body, headers=headers)).is_success
        await line.kill()
        await line.start()
        settings = DatabaseSettings(url=line.url, spill_file=tmp_path / "other.jsonl")
        async with open_database(settings) as database, asyncio.timeout(30):
            while (await database.events.counts()) != (19, 0):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
            for number in range(1, 20):
                told = await database.platform_calls.of_session(f"HD_{number:012x}")
                assert told is not None
                assert told.duration_s == number
        await line.kill()
