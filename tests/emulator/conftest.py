"""A tiny receptionist and a telephone, to try the emulated platform over loopback.

Both stand on the ``websockets`` library, which the program itself does not use.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl

import httpx2
import numpy as np
import pytest
import uvicorn
import websockets.asyncio.client
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from mapokezi.emulator.behaviour import Behaviour
from mapokezi.emulator.callees import CalleeScript, DialOutcome
from mapokezi.emulator.modes import MODES, read_changes
from mapokezi.emulator.server import Emulator
from mapokezi.emulator.settings import EmulatorSettings, Number

OFFICE = "+254209000000"
CALLER = "+254722000001"
EMPTY = "<Response></Response>"
WITHIN_S = 6.0


@dataclass
class Post:
    """One callback as the receptionist got it."""

    path: str
    fields: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def state(self) -> str:
        """Its ``callSessionState``, in whichever spelling."""
        for name in ("callSessionState", "CallStatus", "status"):
            if name in self.fields:
                return self.fields[name]
        return ""


class Media:
    """One media socket at the receptionist's side."""

    def __init__(self, socket: WebSocket) -> None:
        """Wrap an accepted socket."""
        self.socket = socket
        self.texts: list[str] = []
        self.frames: list[bytes] = []
        self.close_code: int | None = None
        self.closed = asyncio.Event()
        self.grew = asyncio.Event()

    async def run(self) -> None:
        """Read until it closes."""
        while True:
            message = await self.socket.receive()
            if message["type"] == "websocket.disconnect":
                self.close_code = message.get("code")
                self.closed.set()
                return
            if message.get("bytes") is not None:
                self.frames.append(message["bytes"])
            elif message.get("text") is not None:
                self.texts.append(message["text"])
            self.grew.set()

    async def frames_after(self, count: int) -> None:
        """Wait until so many binaries have come."""
        async with asyncio.timeout(WITHIN_S):
            while len(self.frames) < count:
                self.grew.clear()
                await self.grew.wait()

    async def say(self, pcm: bytes) -> None:
        """Send sound in 20 ms frames, all at once."""
        for at in range(0, len(pcm), 640):
            await self.socket.send_bytes(pcm[at : at + 640])

    async def close(self, code: int = 1000) -> None:
        """Close our side."""
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):
            await self.socket.close(code)


class Receptionist:
    """Answers callbacks by `answer`, and takes every media socket."""

    def __init__(self) -> None:
        """Nothing is answered but the empty document, until `answer` is set."""
        self.answer: Callable[[Post], str | Response] = lambda post: EMPTY
        self.posts: list[Post] = []
        self.media: asyncio.Queue[Media] = asyncio.Queue()
        self.base_url = ""
        self.posted = asyncio.Event()
        self.subprotocol: str | None = "audio.drachtio.org"
        self.refuse_with: int | None = None
        self.handshakes: list[dict[str, str]] = []
        self.never_answer = False

    @property
    def stream_url(self) -> str:
        """The media socket's address."""
        return self.base_url.replace("http", "ws", 1) + "/ws/media?call=1&token=abc"

    def stream(self, tail: str = "", connect: bool = True, rates: str = "") -> str:
        """A document with a stream in it."""
        attributes = rates or 'outputSamplingRate="16000" bidirectionalSamplingRate="16000"'
        held = ' connect="true"' if connect else ""
        url = self.stream_url.replace("&", "&amp;")
        status = f'statusCallback="{self.base_url}/status"'
        return (
            f'<Response><Stream name="receptionist" url="{url}"{held} {attributes} {status}/>'
            f"{tail}</Response>"
        )

    def answer_first(self, document: str, later: str = EMPTY) -> None:
        """Answer the first post with one document and all others with another."""
        self.answer = lambda post: (
            document if post.path == "/voice" and len(self.states()) == 1 else later
        )

    async def take(self, request: Request) -> Response:
        """Take a callback."""
        body = await request.body()
        if "json" in request.headers.get("content-type", ""):
            fields = {name: str(value) for name, value in json.loads(body).items()}
        else:
            fields = dict(parse_qsl(body.decode()))
        post = Post(request.url.path, fields, dict(request.headers), body)
        self.posts.append(post)
        self.posted.set()
        answer = self.answer(post)
        if isinstance(answer, Response):
            return answer
        kind = "application/json" if answer.startswith("{") else "text/xml"
        return Response(answer, media_type=kind)

    async def take_media(self, socket: WebSocket) -> None:
        """Take a media socket."""
        self.handshakes.append({**socket.headers, "path": socket.url.path})
        if self.never_answer:
            await asyncio.Event().wait()
        if self.refuse_with is not None:
            await socket.send_denial_response(Response(status_code=self.refuse_with))
            return
        await socket.accept(subprotocol=self.subprotocol)
        media = Media(socket)
        self.media.put_nowait(media)
        await media.run()

    async def next_media(self) -> Media:
        """The next media socket that opens."""
        async with asyncio.timeout(WITHIN_S):
            return await self.media.get()

    async def post_with(self, wanted: Callable[[Post], bool]) -> Post:
        """Wait for a post of some kind; one that has come already will do."""
        async with asyncio.timeout(WITHIN_S):
            while True:
                for post in self.posts:
                    if wanted(post):
                        return post
                self.posted.clear()
                await self.posted.wait()

    async def completed(self) -> Post:
        """Wait for the call's last post to the voice URL."""
        return await self.post_with(
            lambda post: post.path == "/voice" and post.fields.get("isActive") == "0"
        )

    def states(self, path: str = "/voice") -> list[str]:
        """The states of the posts to a path, in order."""
        return [post.state for post in self.posts if post.path == path]


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving(receptionist: Receptionist) -> AsyncIterator[Receptionist]:
    """Run a receptionist on a free port."""
    routes: list[Any] = [
        Route(path, receptionist.take, methods=["POST"])
        for path in ("/voice", "/status", "/events", "/continue", "/recorded", "/room", "/hook")
    ]
    routes.append(WebSocketRoute("/ws/media", receptionist.take_media))
    config = uvicorn.Config(
        Starlette(routes=routes),
        port=0,
        ws="websockets-sansio",
        lifespan="off",
        log_config=None,
        timeout_graceful_shutdown=1,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  uvicorn has no event for it
        await asyncio.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    receptionist.base_url = f"http://127.0.0.1:{port}"
    try:
        yield receptionist
    finally:
        server.should_exit = True
        await task


class Phone:
    """A caller's telephone on ``/phone``: speaks a tone or silence, keeps what it hears."""

    def __init__(self, socket: websockets.asyncio.client.ClientConnection) -> None:
        """Wrap a connected socket."""
        self._socket = socket
        self.heard: list[bytes] = []
        self.events: list[dict[str, Any]] = []
        self._news = asyncio.Event()
        self.mouth = bytes(320)
        self._at = 0

    async def dial(self, to: str = OFFICE, line: dict[str, Any] | None = None) -> None:
        """Dial."""
        await self.send({"type": "dial", "from": CALLER, "to": to, "line": line or {}})

    async def send(self, message: dict[str, Any]) -> None:
        """Send a control message."""
        await self._socket.send(json.dumps(message))

    async def listen(self) -> None:
        """Read until the socket closes."""
        async for message in self._socket:
            if isinstance(message, bytes):
                self.heard.append(message)
            else:
                self.events.append(json.loads(message))
            self._news.set()

    async def speak(self) -> None:
        """Send the mouth's sound at true pace."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            frame = self.mouth[self._at : self._at + 320]
            self._at = (self._at + 320) % max(320, len(self.mouth))
            await self._socket.send(frame)
            due += 0.02
            await asyncio.sleep(max(0.0, due - loop.time()))

    async def event(self, kind: str, **wanted: object) -> dict[str, Any]:
        """Wait for an event; one that has come already will do."""
        async with asyncio.timeout(WITHIN_S):
            while True:
                for event in self.events:
                    if event["type"] == kind and wanted.items() <= event.items():
                        return event
                self._news.clear()
                await self._news.wait()

    async def hears(self, hz: float, at_least_ms: float = 100.0) -> None:
        """Wait until a tone has been heard for so long."""
        async with asyncio.timeout(WITHIN_S):
            while self.heard_ms(hz) < at_least_ms:
                self._news.clear()
                await self._news.wait()

    async def lives(self, ms: float) -> None:
        """Let so much of the call pass, counted in the sound that comes in."""
        until = len(self.heard) + ms / 20
        async with asyncio.timeout(WITHIN_S):
            while len(self.heard) < until:
                self._news.clear()
                await self._news.wait()

    def heard_ms(self, hz: float, since: int = 0) -> float:
        """How long a tone was heard, in frames of 20 ms."""
        return sum(20.0 for frame in self.heard[since:] if _is_tone(frame, hz))

    async def vanish(self) -> None:
        """Be gone without a word."""
        self._socket.transport.abort()

    async def hang_up(self) -> dict[str, Any]:
        """Hang up, and wait for the end; gives the CDR."""
        await self.send({"type": "hangup"})
        return await self.cdr()

    async def cdr(self) -> dict[str, Any]:
        """The record of the call once it has ended."""
        ended = await self.event("ended")
        cdr: dict[str, Any] = ended["cdr"]
        return cdr

    def kinds(self) -> list[str]:
        """The events so far, but for the notes of posts, requests and keys."""
        notes = ("posted", "document", "api_request", "key_pressed")
        return [e["type"] for e in self.events if e["type"] not in notes]


def _is_tone(frame: bytes, hz: float) -> bool:
    samples = np.frombuffer(frame, "<i2").astype(float)
    at = np.arange(samples.size) / 8000
    strength = abs(np.sum(samples * np.exp(-2j * np.pi * hz * at))) / samples.size * 2
    return bool(strength > 1000)


def tone(hz: float, ms: float, rate_hz: int = 16_000, amplitude: float = 8000.0) -> bytes:
    """A sine as S16LE."""
    at = np.arange(round(ms * rate_hz / 1000)) / rate_hz
    return (amplitude * np.sin(2 * np.pi * hz * at)).astype("<i2").tobytes()


@dataclass
class Rig:
    """A receptionist and an emulator that knows it."""

    receptionist: Receptionist
    emulator: Emulator
    stack: contextlib.AsyncExitStack
    client: httpx2.AsyncClient
    """For the REST API: one, for each reads all certificates first."""
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def phone(self) -> Phone:
        """A telephone that is connected and speaks silence."""
        socket = await self.stack.enter_async_context(
            websockets.asyncio.client.connect(self.emulator.phone_url, compression=None)
        )
        phone = Phone(socket)
        self.tasks += [asyncio.create_task(phone.listen()), asyncio.create_task(phone.speak())]
        return phone

    async def call(self, line: dict[str, Any] | None = None) -> Phone:
        """Ring the office."""
        phone = await self.phone()
        await phone.dial(line=line)
        return phone

    async def over(self, row: dict[str, Any]) -> None:
        """Wait until an ended call's last posts are sent and its sound is kept."""
        name = f"call {row['session_id']}"
        async with asyncio.timeout(WITHIN_S):
            while any(task.get_name() == name for task in asyncio.all_tasks()):  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    async def rest(
        self, method: str, path: str, body: Any = None, key: str | None = None, **headers: str
    ) -> httpx2.Response:
        """Use the REST API; with the right key unless another is given."""
        right = self.emulator.settings.api_key
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        headers["Authorization"] = f"Bearer {right if key is None else key}"
        url = path if "://" in path else self.emulator.base_url + path
        return await self.client.request(method, url, headers=headers, json=body)


def is_mode(name: str) -> bool:
    """Whether a mode goes by this name; ``number`` here is the number's routing."""
    return name != "number" and name.replace("_", "-") in MODES


class Rigs:
    """Makes rigs, each with settings of its own."""

    @asynccontextmanager
    async def __call__(self, **settings: Any) -> AsyncIterator[Rig]:
        """Start a receptionist and an emulator.

        ``number`` changes the number's routing; modes are given by name, with underscores. A
        document that holds nothing is dropped sooner than really, where a test does not ask for
        the second.
        """
        asked = {name: settings.pop(name) for name in list(settings) if is_mode(name)}
        settings["behaviour"] = Behaviour(**read_changes({"unheld_s": 0.2, **asked}))
        async with contextlib.AsyncExitStack() as stack:
            receptionist = await stack.enter_async_context(serving(Receptionist()))
            base = receptionist.base_url
            number = Number(OFFICE, f"{base}/voice", **settings.pop("number", {}))
            if number.events_url:
                number = replace(number, events_url=f"{base}{number.events_url}")
            emulator = Emulator(EmulatorSettings(numbers=(number,), **settings))
            await stack.enter_async_context(emulator)
            client = await stack.enter_async_context(httpx2.AsyncClient())
            rig = Rig(receptionist, emulator, stack, client)
            try:
                yield rig
            finally:
                for task in rig.tasks:
                    task.cancel()
                await asyncio.gather(*rig.tasks, return_exceptions=True)


@pytest.fixture
def rigs() -> Rigs:
    """Where a test gets its receptionist, emulator and telephones."""
    return Rigs()


@pytest.fixture
def scripts() -> Callable[..., CalleeScript]:
    """Makes a callee: ``scripts("busy", after_s=0.1)``."""
    return lambda outcome, **more: CalleeScript(DialOutcome(outcome), **more)


@pytest.fixture
def sine() -> Callable[..., bytes]:
    """Makes a sine as S16LE: ``sine(hz, ms, rate_hz=16000)``."""
    return tone
