"""A real line on a free port, and what its callers hear of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest
from tests.ports import free_port

from mapokezi.bridge.calls_in_progress import (
    CallHooks,
    CallInProgress,
    CallsInProgress,
    CallsSettings,
)
from mapokezi.bridge.media_socket import MediaSocket, MediaSocketSettings
from mapokezi.bridge.media_watch import MediaWatchSettings
from mapokezi.calls import OfficeId
from mapokezi.line.server import Line, build_line
from mapokezi.line.settings import LineSettings
from mapokezi.line.webhooks import Health
from mapokezi.receptionist.office import Fallback, Office
from mapokezi.telephony.actions import Action, Stream
from mapokezi.telephony.events import PlatformEvent
from mapokezi.telephony.markup import parse_xml
from mapokezi.telephony.urls import CallbackUrls
from mapokezi.units import E164

OURS = E164("+254209000000")
OFFICE = Office(
    id=OfficeId("law"),
    name="Law",
    numbers=(OURS,),
    greeting="Hello",
    notice="Notice",
    fallback=Fallback(say="Please leave a message."),
    call_cap_per_number_per_minute=1000,
)
HEALTH = Health("0.1.0", "2026-11-22T08:15:00+00:00", lambda: {"rungs": {"local": "up"}})


@pytest.fixture(params=[False, True], ids=["asyncio", "uvloop"])
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, bool]]:
    """Run on both loops: on uvloop in earnest, on asyncio's own where uvloop is missing."""
    return "asyncio", {"use_uvloop": request.param}


@dataclass
class Conversation:
    """What a call is here: it echoes the caller, and says goodbye when asked."""

    call: CallInProgress
    media: MediaSocket
    said: list[tuple[str, Any]] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def opened(self, now: float) -> None:
        self._note("opened", now)
        self.call.drain_now = lambda: self._note("drain", None)
        self.call.end_now = lambda reason: self._note("end", reason)

    def caller_audio(self, pcm: bytes, now: float) -> None:
        self._note("audio", pcm)
        self.media.send_audio(pcm)

    def key(self, digit: str, now: float) -> None:
        self._note("key", digit)

    def closed(self, reason: str, now: float) -> None:
        self._note("closed", reason)

    def _note(self, what: str, value: Any) -> None:
        self.said.append((what, value))
        self.changed.set()

    async def until(self, what: str, limit_s: float = 30.0) -> Any:
        async with asyncio.timeout(limit_s):
            while True:
                for name, value in self.said:
                    if name == what:
                        return value
                self.changed.clear()
                await self.changed.wait()


@dataclass
class Inbox:
    """Keeps events in memory, or does not."""

    events: list[PlatformEvent] = field(default_factory=list)
    fails: Exception | None = None

    async def take(self, event: PlatformEvent) -> None:
        await asyncio.sleep(0)
        if self.fails is not None:
            raise self.fails
        self.events.append(event)


@dataclass
class Running:
    """A line that runs, and a client of it."""

    line: Line
    calls: CallsInProgress
    http: httpx2.AsyncClient
    conversations: list[Conversation]
    told: list[tuple[str, Any]]
    serving: asyncio.Task[None]
    inbox: Inbox

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.line.port}"

    async def post(self, state: str = "Ringing", path: str = "/voice", **more: str) -> Any:
        return await self.http.post(path, json=callback(state, **more))

    async def stream_url(self, **more: str) -> str:
        """Ring, and take the media URL out of the answer."""
        answer = await self.post(**more)
        (stream, *_) = actions(answer)
        assert isinstance(stream, Stream)
        return stream.url

    async def conversation(self, number: int = 0) -> Conversation:
        await become(lambda: len(self.conversations) > number)
        return self.conversations[number]


async def become(true: Callable[[], bool], limit_s: float = 30.0) -> None:
    """Wait until something that nobody tells of has come about."""
    async with asyncio.timeout(limit_s):
        while not true():  # noqa: ASYNC110  there is no event to wait for
            await asyncio.sleep(0.005)


def callback(state: str = "Ringing", session: str = "HD_1", **more: str) -> dict[str, str]:
    return {
        "sessionId": session,
        "callerNumber": "+254722000001",
        "destinationNumber": OURS,
        "callSessionState": state,
        "isActive": "0" if state == "Completed" else "1",
        "direction": "Inbound",
        **more,
    }


def actions(answer: Any) -> tuple[Action, ...]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    return parse_xml(answer.content)


@asynccontextmanager
async def running(
    *,
    calls_settings: CallsSettings | None = None,
    urls: Callable[[int], CallbackUrls] = lambda port: CallbackUrls(f"http://127.0.0.1:{port}"),
    hooks: CallHooks | None = None,
    own_signals: bool = False,
    **settings: Any,
) -> AsyncIterator[Running]:
    """Serve a line on a free port of loopback until the block is left."""
    told: list[tuple[str, Any]] = []
    conversations: list[Conversation] = []
    hooks = hooks or CallHooks(
        on_arrival=lambda call: told.append(("arrival", call)),
        on_refused=lambda call: told.append(("refused", call)),
        on_lifecycle=lambda _call, post: told.append(("lifecycle", post)),
    )
    port = free_port()
    settings.setdefault("linger_s", 0.0)
    settings.setdefault(
        "media", MediaSocketSettings(MediaWatchSettings(first_message_s=5.0), close_within_s=0.3)
    )
    line_settings = LineSettings(urls=urls(port), port=port, **settings)
    calls = CallsInProgress(calls_settings or CallsSettings(), line_settings.urls, (OFFICE,), hooks)

    def open_call(call: CallInProgress, media: MediaSocket) -> Conversation:
        conversations.append(Conversation(call, media))
        return conversations[-1]

    inbox = Inbox()
    line = build_line(line_settings, calls, open_call, inbox.take, HEALTH)
    serving = asyncio.create_task(line.serve(own_signals=own_signals))
    try:
        async with asyncio.timeout(30):
            await line.started.wait()
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{line.port}") as http:
            yield Running(line, calls, http, conversations, told, serving, inbox)
    finally:
        for call in calls.live:
            calls.end(call.call_id, 0.0)
        line.stop()
        async with asyncio.timeout(30):
            await serving


@pytest.fixture
def run_line() -> Any:
    """The way into `running` for tests, which cannot import a conftest."""
    return running


@pytest.fixture
def until_true() -> Any:
    """The way to `become`."""
    return become


@pytest.fixture
def read_actions() -> Any:
    return actions


@pytest.fixture
def body_of() -> Callable[..., bytes]:
    return lambda state="Ringing", **more: json.dumps(callback(state, **more)).encode()
