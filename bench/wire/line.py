"""The line, started for calls that are carried on the wire alone."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx2

from bench.stage import DidNotStart
from mapokezi.bridge.phrase_book import PhraseBook
from mapokezi.records.call_record import CallRecord
from mapokezi.speech.client import SpeechClient
from mapokezi.stores.database import open_for_reading
from mapokezi.stores.office_files import read_office
from mapokezi.telephony.signature import SIGNATURE_HEADER, sign
from mapokezi.voice.protocols.scripted import murmur

NUMBERS = {"gemini": "+254209000000", "openai": "+254209000001"}
"""An office each, by the model that comes first in its list; the other one comes second."""
_SECRET = "the bench signs what it posts"
_OFFICE = Path("examples/law-office")
_READY_WITHIN_S = 60.0
_STOPS_WITHIN_S = 40.0
_LOOK_WITHIN_S = 20.0
_RECORDED_WITHIN_S = 30.0


class _Murmurs(SpeechClient):
    """Speaks the fixed sentences, which nobody listens to."""

    def __init__(self) -> None:
        super().__init__("unix:///nowhere")

    async def synthesize(self, text: str) -> AsyncGenerator[bytes, None]:
        yield murmur(text)


@dataclass(frozen=True, slots=True)
class Ports:
    """Where things listen, all of them on this machine."""

    line: int
    models: int
    carrier: int

    @classmethod
    def free(cls) -> Ports:
        """Find three that nobody listens on just now."""
        with contextlib.ExitStack() as stack:
            found = [stack.enter_context(socket.socket()) for _ in range(3)]
            for each in found:
                each.bind(("127.0.0.1", 0))
            return cls(*(int(each.getsockname()[1]) for each in found))


@dataclass(frozen=True, slots=True)
class WireLine:
    """A line that is up."""

    folder: Path
    process: subprocess.Popen[bytes]
    http: httpx2.AsyncClient

    async def post(self, path: str = "/voice", **fields: str) -> httpx2.Response:
        """Post as the platform does, signed."""
        body = urlencode(fields).encode()
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            SIGNATURE_HEADER: sign(_SECRET, body, int(time.time())),
        }
        return await self.http.post(path, content=body, headers=headers)

    async def look(self) -> dict[str, Any]:
        """Have the line tell what it holds; see `bench.wire.watched_line`.

        Raises:
            TimeoutError: It does not.
        """
        file = self.folder / "look.json"
        file.unlink(missing_ok=True)
        self.process.send_signal(signal.SIGUSR1)
        async with asyncio.timeout(_LOOK_WITHIN_S):
            while not file.is_file():
                await asyncio.sleep(0.05)
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return found

    async def health(self) -> dict[str, Any]:
        """Give what `/healthz` tells."""
        found: dict[str, Any] = (await self.http.get("/healthz")).json()
        return found

    async def records(self, ended: int) -> list[CallRecord]:
        """Read the calls on record, once so many of them have ended."""
        loop = asyncio.get_running_loop()
        until = loop.time() + _RECORDED_WITHIN_S
        async with open_for_reading(f"sqlite+aiosqlite:///{self.folder / 'mapokezi.db'}") as store:
            while True:
                page = await store.calls.page(limit=500)
                found = list(page.calls)
                while page.older is not None:
                    page = await store.calls.page(older_than=page.older, limit=500)
                    found += page.calls
                over = sum(call.ended_at is not None for call in found)
                if over >= ended or loop.time() > until:
                    return found
                await asyncio.sleep(0.2)


@contextlib.asynccontextmanager
async def line_up(
    folder: Path, ports: Ports, *, cores: set[int] | None = None, traces: bool = False
) -> AsyncIterator[WireLine]:
    """Start a line with two models, and stop it at the end.

    Args:
        folder: For its data; what it held before is removed.
        ports: Of the line, and of what it dials.
        cores: Which cores it may use; all by default.
        traces: Whether it keeps track of where memory was taken, which slows it down.

    Raises:
        DidNotStart: It ended, or was not ready in time.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    offices = [_office(folder, key, number) for key, number in NUMBERS.items()]
    await PhraseBook(read_office(offices[0]), folder / "phrases").prepare(_Murmurs())
    settings = folder / "mapokezi.toml"
    settings.write_text(_settings(folder, ports, offices), encoding="utf-8")
    secrets = {
        "MAPOKEZI_WEBHOOK_SECRETS": _SECRET,
        "SAUTIKIT_API_KEY": "any",
        "MAPOKEZI_MODEL_GEMINI_KEY": "any",
        "MAPOKEZI_MODEL_OPENAI_KEY": "any",
    }
    command = [sys.executable, "-m", "bench.wire.watched_line", str(settings)]
    with (folder / "line.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, *(["--traces"] if traces else [])],
            stdout=log,
            stderr=log,
            env={**os.environ, **secrets},
            start_new_session=True,
        )
    if cores is not None:
        os.sched_setaffinity(process.pid, cores)
    try:
        async with httpx2.AsyncClient(
            base_url=f"http://127.0.0.1:{ports.line}", timeout=10.0
        ) as http:
            up = WireLine(folder, process, http)
            await _until_ready(up)
            yield up
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_STOPS_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


async def _until_ready(up: WireLine) -> None:
    loop = asyncio.get_running_loop()
    until = loop.time() + _READY_WITHIN_S
    while True:
        try:
            if (await up.http.get("/readyz")).status_code == 200:
                return
        except httpx2.HTTPError:
            pass
        if up.process.poll() is not None or loop.time() > until:
            raise DidNotStart(f"see {up.folder / 'line.log'}")
        await asyncio.sleep(0.1)


def _office(folder: Path, first: str, number: str) -> Path:
    """Copy the example's office: other models, other number, open at all hours."""
    office = folder / "offices" / first
    shutil.copytree(_OFFICE, office)
    second = next(key for key in NUMBERS if key != first)
    changed: Mapping[str, str] = {
        "numbers": f'["{number}"]',
        "greeting": '"Good day, this is the law office."',
        "notice": '"This is a machine, and the call is recorded."',
        "models": f'["{first}", "{second}"]',
    }
    path = office / "office.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    table = next((at for at, line in enumerate(lines) if line.startswith("[")), len(lines))
    kept = [line for line in lines[:table] if line.partition(" =")[0] not in changed]
    told = [f"{key} = {value}" for key, value in changed.items()]
    path.write_text("\n".join([*told, *kept, *lines[table:]]) + "\n", encoding="utf-8")
    return office


def _settings(folder: Path, ports: Ports, offices: list[Path]) -> str:
    return f"""
[line]
port = {ports.line}
max_calls = 1000
drain_limit_s = 1.0

[voice]
models = ["gemini", "openai"]

[model.gemini]
protocol = "gemini_live"
url = "ws://127.0.0.1:{ports.models}"

[model.openai]
protocol = "openai_realtime"
url = "http://127.0.0.1:{ports.models}/v1"

[carrier]
url = "http://127.0.0.1:{ports.carrier}"

[store]
folder = "{folder}"

[speech]
address = "unix://{folder / "nobody.sock"}"

[office]
folders = {json.dumps([str(office) for office in offices])}

[log]
level = "warning"
"""
