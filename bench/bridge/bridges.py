"""The bridges: how each is started, and where its calls go."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import httpx2

from bench.bridge.programs import PEERS, Programs
from bench.ringing import new_number
from bench.stage import FIRST_PORT, FOLDER, OFFICE_NUMBER, stage
from mapokezi.audio.formats import ms_of
from mapokezi.bridge.phrase_book import PhraseBook
from mapokezi.errors import MapokeziError
from mapokezi.records.call_record import CallRecord
from mapokezi.speech.client import SpeechClient
from mapokezi.stores.database import open_for_reading
from mapokezi.stores.office_files import read_office
from mapokezi.telephony.actions import Stream
from mapokezi.telephony.markup import parse_xml
from mapokezi.telephony.signature import SIGNATURE_HEADER, sign

OURS, OURS_TLS, OURS_OPENAI = "line", "line, TLS", "line, OpenAI"
RELAY, RELAY_OPENAI = "relay", "relay, OpenAI"
MODEL_PORT, MODEL_TLS_PORT, BRIDGE_PORT = FIRST_PORT + 20, FIRST_PORT + 21, FIRST_PORT + 22
_SECRET = "the bench signs what it posts"
_FOLDER = FOLDER.absolute() / "bridge"
_PHRASES = FOLDER.absolute() / "bridge-phrases"
_OFFICE = Path("examples/law-office")
_AFTER_GREETING_S = 1.0
_PEERS_QUIET_S = 2.0
_READY_WITHIN_S = 30.0
_RECORDED_WITHIN_S = 20.0

Kept = Mapping[str, int]
"""What a bridge has on record after a run, counted."""


@dataclass(frozen=True, slots=True)
class Start:
    """One bridge, ready to be started."""

    command: Sequence[str]
    environment: Mapping[str, str]
    paths: Callable[[int], Awaitable[str]]
    """Told how many calls will come, gives what `loadgen` is to be told: a path, or a file."""
    quiet_s: float
    """How long the callers only breathe, before the first of them speaks."""
    kept: Callable[[int], Awaitable[Kept]] | None = None
    ready: Callable[[], Awaitable[None]] | None = None
    """Waits until it takes calls, if it listens before: what it needs for itself is then there."""


def floor_of(name: str) -> str:
    """Name the relay that does as little as can be done, in the language that a bridge speaks."""
    return RELAY_OPENAI if name in (OURS_OPENAI, RELAY_OPENAI) else RELAY


def model_url(*, tls: bool) -> str:
    """Where the fake model is."""
    return f"wss://localhost:{MODEL_TLS_PORT}" if tls else f"ws://127.0.0.1:{MODEL_PORT}"


async def greeting_s() -> float:
    """Say how long the line's greeting is; it and the other fixed sentences are made first."""
    book = PhraseBook(read_office(_OFFICE), _PHRASES / "phrases")
    nobody = SpeechClient(f"unix://{_PHRASES / 'nobody.sock'}")
    try:
        await book.prepare(nobody)
    except MapokeziError:
        async with stage("bridge-phrases", roles=("serve",)):
            pass  # it is ready when they are made
        await book.prepare(nobody)
    sound = book.sound(book.greeting) or b""
    return ms_of(len(sound)) / 1000


def start_of(name: str, programs: Programs, greeting: float) -> Start | None:
    """Make a bridge ready; None if it is not to be had.

    Args:
        name: `OURS`, `OURS_TLS`, `OURS_OPENAI`, `RELAY`, `RELAY_OPENAI`, ``node``,
            ``websockets`` or ``pipecat``.
        programs: What is there.
        greeting: How long the line's greeting is, in seconds.
    """
    relay = [str(programs.relay), str(BRIDGE_PORT), str(MODEL_PORT)]
    if name == OURS:
        return _line(programs, greeting)
    if name == OURS_TLS:
        return _line(programs, greeting, tls=True) if programs.certificate else None
    if name == OURS_OPENAI:
        return _line(programs, greeting, protocol="openai_realtime", path="/v1/realtime")
    if name == RELAY:
        return _peer(relay)
    if name == RELAY_OPENAI:
        return _peer([*relay, "openai"])
    if name == "node":
        home = programs.node_folder
        return _peer(["node", str(home / "node.mjs")]) if home else None
    scripts = {"websockets": "plain_websockets.py", "pipecat": "pipecat_bridge.py"}
    python = programs.pythons.get(name)
    path = "/no-lead/Bidi" if name == "pipecat" else "/Bidi"
    return _peer([str(python), str(PEERS / scripts[name])], path) if python else None


def _peer(command: Sequence[str], path: str = "/Bidi") -> Start:
    async def paths(_count: int) -> str:
        return "/audio"

    told = {"PORT": str(BRIDGE_PORT), "MODEL_URL": f"{model_url(tls=False)}{path}"}
    return Start(command, {**os.environ, **told}, paths, _PEERS_QUIET_S)


# --- our line, as an operator sets it up ---------------------------------------------------------


def _line(
    programs: Programs,
    greeting: float,
    *,
    tls: bool = False,
    protocol: str = "gemini_live",
    path: str = "/Bidi",
) -> Start:
    shutil.rmtree(_FOLDER, ignore_errors=True)
    _FOLDER.mkdir(parents=True)
    shutil.copytree(_PHRASES / "phrases", _FOLDER / "phrases")
    settings = _FOLDER / "mapokezi.toml"
    model = model_url(tls=tls) + path
    settings.write_text(_settings(protocol, model), encoding="utf-8")
    secrets = {"MAPOKEZI_WEBHOOK_SECRETS": _SECRET, "MAPOKEZI_MODEL_BENCH_KEY": "any"}
    if tls and programs.certificate is not None:
        secrets["SSL_CERT_FILE"] = str(programs.certificate)
    command = [sys.executable, "-m", "mapokezi", "line", "--config", str(settings)]
    environment = {**os.environ, **secrets}
    quiet_s = greeting + _AFTER_GREETING_S
    return Start(command, environment, _rung, quiet_s, _on_record, _until_ready)


def _settings(protocol: str, model: str) -> str:
    return f"""
[line]
port = {BRIDGE_PORT}
max_calls = 1000
drain_limit_s = 1.0

[voice]
models = ["bench"]

[model.bench]
protocol = "{protocol}"
url = "{model}"

[store]
folder = "{_FOLDER}"

[office]
folders = ["{_OFFICE.absolute()}"]

[log]
level = "warning"
"""


async def _rung(count: int) -> str:
    """Post each call's arrival, signed, as the platform does; give the file of media paths."""
    paths = []
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{BRIDGE_PORT}") as client:
        for place in range(count):
            body = urlencode(
                {
                    "sessionId": f"bench-{time.monotonic_ns()}-{place}",
                    "callerNumber": new_number(),
                    "destinationNumber": OFFICE_NUMBER,
                    "callSessionState": "Ringing",
                    "isActive": "1",
                    "direction": "Inbound",
                }
            ).encode()
            headers = {
                "content-type": "application/x-www-form-urlencoded",
                SIGNATURE_HEADER: sign(_SECRET, body, int(time.time())),
            }
            answer = await client.post("/voice", content=body, headers=headers)
            streams = [one for one in parse_xml(answer.content) if isinstance(one, Stream)]
            parts = urlsplit(streams[0].url)
            paths.append(f"{parts.path}?{parts.query}\n")
    file = _FOLDER / "paths"
    file.write_text("".join(paths), encoding="utf-8")
    return str(file)


async def _until_ready() -> None:
    """Wait until the line takes calls: it listens before that, and refuses them kindly."""
    loop = asyncio.get_running_loop()
    until = loop.time() + _READY_WITHIN_S
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{BRIDGE_PORT}") as client:
        while not (await client.get("/readyz")).is_success and loop.time() < until:
            await asyncio.sleep(0.1)


async def _on_record(count: int) -> Kept:
    """Count what the line has kept, once as many calls are on record as ended."""
    loop = asyncio.get_running_loop()
    until = loop.time() + _RECORDED_WITHIN_S
    async with open_for_reading(f"sqlite+aiosqlite:///{_FOLDER / 'mapokezi.db'}") as database:
        ended: list[CallRecord] = []
        while len(ended) < count and loop.time() < until:
            await asyncio.sleep(0.2)
            page = await database.calls.page(limit=count + 1)
            ended = [call for call in page.calls if call.ended_at is not None]
    return {
        "calls_on_record": len(ended),
        "recordings": sum(1 for _ in (_FOLDER / "recordings").rglob("*.wav")),
        "failed": sum("fail" in str(call.termination).lower() for call in ended),
    }
