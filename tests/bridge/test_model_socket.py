"""A model session over loopback: the simplest of protocols, and a far side that misbehaves."""

from __future__ import annotations

import asyncio
import base64
import importlib.util
import json
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import pytest
import structlog
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from mapokezi.audio.tones import tone
from mapokezi.bridge.model_dialling import Dialler, DialSettings, ModelSocket, SocketOwner
from mapokezi.bridge.model_parts import ModelParts
from mapokezi.bridge.model_socket import ModelSession
from mapokezi.voice.events import (
    CallerVoiceStarted,
    CallerVoiceStopped,
    ReplyAudio,
    ReplyEnded,
    ReplyStarted,
    ReplyText,
    ToolCalled,
    VoiceEvent,
    VoiceFailed,
    VoiceReady,
)
from mapokezi.voice.profile import ModelBriefing, ModelProfile
from mapokezi.voice.protocols.scripted import murmur
from mapokezi.voice.session import PastTurn, SessionBriefing, Tell
from mapokezi.voice.watchdog import Watchdog, WatchdogSettings
from mapokezi.voice.wire import CloseSocket, ModelProtocol, OpenSocket, Send

pytestmark = pytest.mark.anyio

EXAMPLE = Path(__file__).parents[2] / "examples" / "own-model" / "plain_model.py"
QUICK = DialSettings(open_s=0.5, close_s=0.2, unread_bytes=20_000)


def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("plain_model", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PLAIN = example()


@dataclass
class Mouth:
    tell: Tell
    said: list[tuple[str, str]] = field(default_factory=list)
    stops: int = 0

    def say(self, item_id: str, text: str) -> None:
        self.said.append((item_id, text))
        self.tell(ReplyStarted(item_id))
        self.tell(ReplyAudio(item_id, bytes(640)))
        self.tell(ReplyEnded(item_id))

    def stop(self) -> None:
        self.stops += 1


@dataclass
class Judge:
    said: list[str] = field(default_factory=list)

    def worked(self) -> None:
        self.said.append("worked")

    def failed(self, reason: str) -> None:
        self.said.append(f"failed: {reason}")

    def let_go(self) -> None:
        self.said.append("let go")


@dataclass
class Call:
    """A session, and what its call was told."""

    session: ModelSession
    mouth: Mouth
    judge: Judge
    told: list[VoiceEvent] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    in_method: bool = False

    def tell(self, event: VoiceEvent) -> None:
        assert not self.in_method, "told from within a method"
        self.told.append(event)
        self.changed.set()

    def do(self, method: Callable[..., None], *arguments: Any) -> None:
        self.in_method = True
        method(*arguments)
        self.in_method = False

    async def until(self, true: Callable[[], Any], within_s: float = 30.0) -> None:
        async with asyncio.timeout(within_s):
            while not true():
                self.changed.clear()
                await self.changed.wait()

    async def until_told(self, kind: type, within_s: float = 30.0) -> Any:
        await self.until(lambda: any(isinstance(event, kind) for event in self.told), within_s)
        return next(event for event in self.told if isinstance(event, kind))

    async def talk(self, pcm: bytes) -> None:
        for at in range(0, len(pcm), 640):
            self.do(self.session.caller_audio, pcm[at : at + 640])
        await asyncio.sleep(0)


def call_over(
    protocol: ModelProtocol,
    url: str,
    dialler: Dialler | None = None,
    watchdog: Watchdog | None = None,
) -> Call:
    dials, judge, mouths = dialler or Dialler(QUICK), Judge(), []

    async def dial(order: OpenSocket, owner: SocketOwner) -> None:
        await dials.dial(order, owner, host=urlsplit(url).netloc)

    def mouth(tell: Tell) -> Mouth:
        mouths.append(Mouth(tell))
        return mouths[0]

    session = ModelSession(
        ModelParts("plain", protocol, dial, mouth, watchdog or Watchdog(tells_words=False), judge)
    )
    return Call(session, mouths[0], judge)


Handler = Callable[[ServerConnection], Awaitable[None]]


@asynccontextmanager
async def called(
    handler: Handler,
    *,
    dialler: Dialler | None = None,
    watchdog: Watchdog | None = None,
    briefing: SessionBriefing | None = None,
    scheme: str = "ws",
    **options: Any,
) -> AsyncIterator[Call]:
    """A model that behaves as the handler does, and a session with it."""
    options = {"compression": None, "close_timeout": 0.3, **options}
    async with serve(handler, "127.0.0.1", 0, **options) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        url = f"{scheme}://127.0.0.1:{port}/talk"
        profile = ModelProfile(name="plain", protocol="plain", url=url, key="the-key")
        protocol = PLAIN.make(profile, ModelBriefing(), "p-")
        call = call_over(protocol, url, dialler, watchdog)
        call.do(call.session.open, briefing or SessionBriefing("Be kind.", None), call.tell)
        try:
            yield call
        finally:
            call.session.close()
            told = len(call.told)
            await asyncio.sleep(0)
            assert len(call.told) == told, "nothing is told after the close"


async def send(peer: ServerConnection, **message: Any) -> None:
    await peer.send(json.dumps(message))


async def say(peer: ServerConnection, text: str, item: str = "a") -> None:
    await send(peer, type="begin", item=item)
    await send(peer, type="words", item=item, text=text)
    pcm = murmur(text)
    for at in range(0, len(pcm), 6_400):
        data = base64.b64encode(pcm[at : at + 6_400]).decode()
        await send(peer, type="sound", item=item, data=data)
    await send(peer, type="end", item=item)


async def test_a_conversation() -> None:
    heard: list[dict[str, Any]] = []
    headers: list[Any] = []

    async def model(peer: ServerConnection) -> None:
        assert peer.request is not None
        headers.append(peer.request.headers)
        start = json.loads(await peer.recv())
        heard.append(start)
        await send(peer, type="ready")
        await say(peer, "Our office is on Ngong Road.")
        await send(peer, type="tool", id="t", name="look_up", arguments={"about": "parking"})
        async for message in peer:
            heard.append(json.loads(message))  # noqa: PERF401  looked at meanwhile

    history = (PastTurn("caller", "Where is your office?"),)
    briefing = SessionBriefing("Be kind.", None, history, reply_owed=True)
    async with called(model, briefing=briefing) as call:
        tool = await call.until_told(ToolCalled)
        assert call.told[0] == VoiceReady("plain", leads_turns=True)
        kinds = [type(event) for event in call.told]
        assert kinds[1:3] == [ReplyStarted, ReplyText]
        pcm = b"".join(event.pcm for event in call.told if isinstance(event, ReplyAudio))
        assert pcm == murmur("Our office is on Ngong Road.")
        call.do(call.session.answer_tool, tool.tool_call_id, {"status": "found"})
        call.do(call.session.cut_reply, "p-a", 340, "Our office")
        call.do(call.session.caller_audio, bytes(640))
        call.do(call.session.caller_digit, "5")
        await asyncio.wait_for(_until(lambda: len(heard) == 5), 5)
    assert heard[0]["instructions"] == "Be kind."
    assert heard[0]["history"] == [["caller", "Where is your office?"]]
    assert heard[1:] == [
        {"type": "result", "id": "t", "result": {"status": "found"}},
        {"type": "heard", "item": "a", "ms": 340},
        {"type": "sound", "data": base64.b64encode(bytes(640)).decode()},
        {"type": "key", "key": "5"},
    ]
    assert headers[0]["authorization"] == "Bearer the-key"
    assert "sec-websocket-extensions" not in headers[0], "no compression is offered"
    assert call.judge.said[0] == "worked"


async def _until(true: Callable[[], bool]) -> None:
    while not true():  # noqa: ASYNC110
        await asyncio.sleep(0.005)


async def test_messages_in_pieces_and_in_binary_frames_are_whole_messages() -> None:
    async def model(peer: ServerConnection) -> None:
        await peer.recv()
        text = json.dumps({"type": "ready"})
        await peer.send([text[:3], text[3:5], text[5:]])
        await peer.send(json.dumps({"type": "begin", "item": "a"}).encode())
        big = base64.b64encode(murmur("word " * 400)).decode()
        await peer.send(json.dumps({"type": "sound", "item": "a", "data": big}))
        await peer.wait_closed()

    async with called(model) as call:
        audio = await call.until_told(ReplyAudio)
        assert isinstance(call.told[0], VoiceReady)
        assert len(audio.pcm) > 1_000_000


@pytest.mark.parametrize(("code", "reason"), [(1008, "no such model"), (1011, ""), (4003, "key")])
async def test_a_close_is_told_with_its_code(code: int, reason: str) -> None:
    async def model(peer: ServerConnection) -> None:
        await peer.recv()
        await peer.close(code, reason)

    async with called(model) as call:
        failed = await call.until_told(VoiceFailed)
        assert failed.reason == f"closed with {code}: {reason}"
        assert call.judge.said == [f"failed: {failed.reason}"]


async def test_a_broken_connection_is_told() -> None:
    async def model(peer: ServerConnection) -> None:
        await peer.recv()
        peer.transport.abort()

    async with called(model) as call:
        failed = await call.until_told(VoiceFailed)
        assert failed.reason.startswith("closed with 1006")


async def test_a_refused_handshake_is_told_with_its_status() -> None:
    def refuse(peer: ServerConnection, _request: Request) -> Response:
        return peer.respond(403, "API key not valid")

    async def model(_peer: ServerConnection) -> None:
        raise AssertionError

    async with called(model, process_request=refuse) as call:
        failed = await call.until_told(VoiceFailed)
        assert failed.reason == "closed with 403: API key not valid"


async def test_a_redirect_is_not_followed_with_the_key() -> None:
    seen: list[str] = []

    def redirect(peer: ServerConnection, request: Request) -> Response:
        seen.append(request.path)
        response = peer.respond(302, "elsewhere")
        response.headers["Location"] = "/other"
        return response

    async def model(_peer: ServerConnection) -> None:
        raise AssertionError

    async with called(model, process_request=redirect) as call:
        failed = await call.until_told(VoiceFailed)
        assert "302" in failed.reason
        assert seen == ["/talk"]


async def test_a_model_that_does_not_open_in_time_is_given_up() -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        url = f"ws://127.0.0.1:{mute.getsockname()[1]}/"
        profile = ModelProfile(name="plain", protocol="plain", url=url)
        call = call_over(PLAIN.make(profile, ModelBriefing(), ""), url)
        began = asyncio.get_running_loop().time()
        call.do(call.session.open, SessionBriefing("", None), call.tell)
        failed = await call.until_told(VoiceFailed)
        assert "not open within 0.5 s" in failed.reason
        assert 0.4 < asyncio.get_running_loop().time() - began < 1.5
        call.session.close()


async def test_nobody_there_is_told_at_once() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"ws://127.0.0.1:{probe.getsockname()[1]}/"
    profile = ModelProfile(name="plain", protocol="plain", url=url)
    call = call_over(PLAIN.make(profile, ModelBriefing(), ""), url)
    call.do(call.session.open, SessionBriefing("", None), call.tell)
    failed = await call.until_told(VoiceFailed, within_s=0.4)
    assert failed.reason.startswith("closed with 0")
    call.session.close()


async def test_the_key_goes_to_its_own_host_only() -> None:
    async def model(_peer: ServerConnection) -> None:
        raise AssertionError

    async with serve(model, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        profile = ModelProfile(name="plain", protocol="plain", url=f"ws://127.0.0.1:{port}/")
        call = call_over(PLAIN.make(profile, ModelBriefing(), ""), "wss://models.example/live")
        call.do(call.session.open, SessionBriefing("", None), call.tell)
        failed = await call.until_told(VoiceFailed)
        assert "models.example alone" in failed.reason
        call.session.close()


async def test_a_certificate_that_nobody_vouches_for_is_refused() -> None:
    async def model(_peer: ServerConnection) -> None:
        raise AssertionError

    async with called(model, scheme="wss") as call:
        failed = await call.until_told(VoiceFailed)
        assert failed.reason.startswith("closed with 0")


async def test_a_far_side_that_does_not_read_is_a_fault() -> None:
    reads = asyncio.Event()

    async def model(peer: ServerConnection) -> None:
        await peer.recv()
        await send(peer, type="ready")
        peer.transport.pause_reading()
        await reads.wait()

    tight = DialSettings(unread_bytes=20_000, send_buffer_bytes=4_096)
    async with called(model, dialler=Dialler(tight), max_queue=1) as call:
        await call.until_told(VoiceReady)
        for _ in range(4_000):
            await call.talk(bytes(64_000))
            if any(isinstance(event, VoiceFailed) for event in call.told):
                break
        failed = await call.until_told(VoiceFailed)
        assert "does not read" in failed.reason
        reads.set()


async def test_the_meter_tells_the_callers_voice_until_the_model_does() -> None:
    async def model(peer: ServerConnection) -> None:
        await peer.recv()
        await send(peer, type="ready")
        await peer.wait_closed()

    async with called(model) as call:
        await call.until_told(VoiceReady)
        await call.talk(bytes(32_000) + tone(300, 1_000.0, level_dbfs=-20.0) + bytes(32_000))
        started = await call.until_told(CallerVoiceStarted)
        stopped = await call.until_told(CallerVoiceStopped)
        assert started.at_ms == pytest.approx(1_000, abs=60)
        assert stopped.at_ms - started.at_ms == pytest.approx(1_000, abs=100)


async def test_the_meter_speaks_up_when_a_model_that_told_edges_is_dead() -> None:
    class Eared(Resuming):
        def receive(self, connection: int, message: bytes, now: float) -> None:
            kind = CallerVoiceStarted if message == b"on" else CallerVoiceStopped
            self._told.append(kind(5))

    dies = asyncio.Event()

    async def model(peer: ServerConnection) -> None:
        await peer.send("on")
        await peer.send("off")
        await dies.wait()

    async with serve(model, "127.0.0.1", 0, compression=None, close_timeout=0.3) as server:
        url = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/"
        call = call_over(Eared(url), url)
        call.do(call.session.open, SessionBriefing("", None), call.tell)
        await call.until(lambda: CallerVoiceStopped(5) in call.told)
        await call.talk(bytes(32_000) + tone(300, 1_000.0, level_dbfs=-20.0) + bytes(32_000))
        await call.until(lambda: len(call.told) == 5)
        started, stopped = call.told[-2:]
        assert isinstance(started, CallerVoiceStarted)
        assert isinstance(stopped, CallerVoiceStopped)
        assert started.at_ms == pytest.approx(1_000, abs=60)
        dies.set()
        call.session.close()


async def test_a_stuck_tone_fails_the_session_and_voids_what_is_unheard() -> None:
    gone = asyncio.Event()

    async def model(peer: ServerConnection) -> None:
        await peer.recv()
        await send(peer, type="ready")
        await send(peer, type="begin", item="a")
        for _ in range(20):
            data = base64.b64encode(tone(440, 200.0, level_dbfs=-12.0)).decode()
            await send(peer, type="sound", item="a", data=data)
        await peer.wait_closed()
        gone.set()

    with structlog.testing.capture_logs() as logs:
        async with called(model) as call:
            failed = await call.until_told(VoiceFailed)
            assert failed.unheard_is_bad
            assert not failed.recoverable
            assert failed.reason.startswith("watchdog")
            await asyncio.wait_for(gone.wait(), 2)
            sounds = [event for event in call.told if isinstance(event, ReplyAudio)]
            assert len(sounds) < 12
            assert call.told[-1] is failed, "nothing follows"
    assert "model_watchdog" in [entry["event"] for entry in logs]


async def test_a_freeze_is_found_by_the_timer() -> None:
    async def model(peer: ServerConnection) -> None:
        await peer.recv()
        await send(peer, type="ready")
        await send(peer, type="begin", item="a")
        pcm = murmur("One moment")[:12_800]
        await send(peer, type="sound", item="a", data=base64.b64encode(pcm).decode())
        await peer.wait_closed()

    quick = Watchdog(WatchdogSettings(frozen_s=0.2), tells_words=False)
    async with called(model, watchdog=quick) as call:
        failed = await call.until_told(VoiceFailed)
        assert "frozen" in failed.reason
        assert not failed.unheard_is_bad


async def test_a_sentence_that_the_model_does_not_say_is_said_by_the_local_voice() -> None:
    async def model(peer: ServerConnection) -> None:
        await peer.recv()
        await send(peer, type="ready")
        await peer.wait_closed()

    async with called(model) as call:
        await call.until_told(VoiceReady)
        call.do(call.session.speak, "Are you still there?", "line-1")
        await call.until(lambda: call.mouth.said)
        assert call.mouth.said == [("line-1", "Are you still there?")]
        assert [type(event) for event in call.told][-3:] == [ReplyStarted, ReplyAudio, ReplyEnded]


async def test_a_fault_in_the_protocol_ends_the_session_and_not_the_call() -> None:
    async def model(peer: ServerConnection) -> None:
        await peer.recv()
        await peer.send("this is no JSON")
        await peer.wait_closed()

    with structlog.testing.capture_logs() as logs:
        async with called(model) as call:
            failed = await call.until_told(VoiceFailed)
            assert not failed.recoverable
            call.do(call.session.caller_audio, bytes(640))
            call.do(call.session.answer_tool, "t", {})
    assert "model_protocol_failed" in [entry["event"] for entry in logs]


class Resuming:
    """A protocol that goes on over a second connection when it is told ``move``."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection = 0
        self._orders: list[Any] = []
        self._told: list[VoiceEvent] = []

    def __getattr__(self, _name: str) -> Callable[..., None]:
        return lambda *_arguments: None

    def open(self, briefing: SessionBriefing, now: float) -> None:
        self._connection += 1
        self._orders.append(OpenSocket(self._connection, self._url))

    def socket_opened(self, connection: int, now: float) -> None:
        self._told.append(VoiceReady(f"connection {connection}"))

    def receive(self, connection: int, message: bytes, now: float) -> None:
        if message == b"move":
            old = self._connection
            self._connection += 1
            self._orders += [
                Send(old, b"last words"),
                CloseSocket(old),
                OpenSocket(self._connection, self._url),
                Send(old, b"too late"),
            ]

    def caller_audio(self, pcm: bytes, now: float) -> bytes | None:
        return None

    def events(self) -> list[VoiceEvent]:
        taken, self._told = self._told, []
        return taken

    def orders(self) -> list[Any]:
        taken, self._orders = self._orders, []
        return taken

    def next_timer(self) -> float | None:
        return None

    def close(self, now: float) -> None:
        self._orders.append(CloseSocket(self._connection))


@pytest.mark.parametrize("closes", [True, False])
async def test_the_old_connection_is_over_before_the_next_is_dialled(*, closes: bool) -> None:
    """Also if the far side never answers our close: then it is cut after a moment."""
    course: list[str] = []

    async def model(peer: ServerConnection) -> None:
        number = sum(entry == "open" for entry in course) + 1
        course.append("open")
        if number == 1:
            await peer.send("move")
            if not closes:
                peer.transport.pause_reading()
                await asyncio.sleep(0.1)
                course.append("deaf")
                peer.transport.resume_reading()
        async for message in peer:
            course.append(str(message))  # noqa: PERF401  looked at meanwhile
        course.append("closed")

    async with serve(model, "127.0.0.1", 0, compression=None) as server:
        url = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/"
        call = call_over(Resuming(url), url)
        call.do(call.session.open, SessionBriefing("", None), call.tell)
        ready = VoiceReady("connection 2")
        await call.until(lambda: ready in call.told)
        call.session.close()
        await asyncio.wait_for(_until(lambda: course.count("closed") == 2), 5)
    assert "too late" not in course
    if closes:
        assert course == ["open", "last words", "closed", "open", "closed"]


async def test_closing_while_dialling_leaves_nothing_behind() -> None:
    async def model(peer: ServerConnection) -> None:
        await peer.wait_closed()

    before = asyncio.all_tasks()
    async with called(model) as call:
        call.session.close()
        assert call.judge.said == ["let go"]
    await asyncio.sleep(0.05)
    assert asyncio.all_tasks() <= before | {asyncio.current_task()}


async def test_a_token_is_fetched_and_added() -> None:
    seen: list[str] = []

    async def model(peer: ServerConnection) -> None:
        assert peer.request is not None
        seen.append(peer.request.headers["Authorization"])
        await peer.wait_closed()

    async def token() -> str:
        return "fresh"

    class Vertex(Resuming):
        def open(self, briefing: SessionBriefing, now: float) -> None:
            self._connection = 1
            self._orders.append(OpenSocket(1, self._url, needs_token=True))

    async with serve(model, "127.0.0.1", 0) as server:
        url = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/"
        call = call_over(Vertex(url), url, Dialler(QUICK, token=token))
        call.do(call.session.open, SessionBriefing("", None), call.tell)
        await call.until_told(VoiceReady)
        call.session.close()
    assert seen == ["Bearer fresh"]


async def test_a_proxy_is_asked_for_the_way() -> None:
    asked: list[bytes] = []

    async def model(peer: ServerConnection) -> None:
        await peer.wait_closed()

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        asked.append(head.split(b"\r\n")[0])
        host, port = asked[0].split()[1].decode().split(":")
        far_reader, far_writer = await asyncio.open_connection(host, int(port))
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        await asyncio.gather(_pipe(reader, far_writer), _pipe(far_reader, writer))

    server = await asyncio.start_server(proxy, "127.0.0.1", 0)
    async with server, serve(model, "127.0.0.1", 0) as far:
        netloc = f"127.0.0.1:{next(iter(far.sockets)).getsockname()[1]}"
        order = OpenSocket(1, f"ws://{netloc}/")
        via = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        somebody = _Somebody()
        await Dialler(QUICK).dial(order, somebody, host=netloc, proxy=via)
        (opened,) = somebody.sockets
        opened.close()
        await asyncio.wait_for(opened.ended.wait(), 2)
    assert asked == [f"CONNECT {netloc} HTTP/1.1".encode()]


@dataclass
class _Somebody:
    sockets: list[ModelSocket] = field(default_factory=list)

    def opened(self, socket: ModelSocket) -> None:
        self.sockets.append(socket)

    def message(self, connection: int, message: bytes) -> None:
        raise AssertionError

    def gone(self, connection: int, code: int, reason: str) -> None:
        raise AssertionError


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(4_096):
        writer.write(data)
    writer.close()


def test_the_kernel_is_told_to_give_up_in_time() -> None:
    settings = DialSettings()
    assert settings.user_timeout_ms == 10_000
    assert ssl.create_default_context().check_hostname
