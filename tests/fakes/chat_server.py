"""An OpenAI-compatible server over loopback HTTP that answers well or badly, as each test wants.

Composed from OpenAI's description of the interface (the types of the openai SDK) and from what
Ollama, vLLM and llama.cpp are known to do, not through our own code. It plays one list of acts for
each question, and refuses what strict servers refuse: a tool that was called and not answered,
two turns of one side, a key that is none of its.

It also hears and speaks after a fashion: a transcript is what a test has put ready, and a text is
spoken as a tone as long as its letters.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Json = dict[str, Any]


@dataclass(frozen=True)
class Say:
    """Words of the answer, in pieces of so many letters."""

    text: str
    letters: int = 4
    pause_s: float = 0.0


@dataclass(frozen=True)
class Think:
    """Thoughts that are told apart from the answer."""

    text: str


@dataclass(frozen=True)
class Call:
    """A tool call, its arguments in pieces of so many letters."""

    name: str
    arguments: str = "{}"
    call_id: str = "call_1"
    index: int | None = 0
    letters: int = 5


@dataclass(frozen=True)
class Finish:
    """The answer's end."""

    reason: str = "stop"


@dataclass(frozen=True)
class Count:
    """The tokens, in a piece of their own."""

    prompt: int = 100
    completion: int = 20


@dataclass(frozen=True)
class Pause:
    """Nothing, for so long."""

    seconds: float


@dataclass(frozen=True)
class Raw:
    """Bytes of the body as they are."""

    data: bytes


@dataclass(frozen=True)
class Cut:
    """The connection breaks."""


@dataclass(frozen=True)
class Stall:
    """Nothing more comes, and nothing is closed."""


@dataclass(frozen=True)
class Refuse:
    """No answer but a status."""

    status: int = 500
    body: Json = field(default_factory=lambda: {"error": {"message": "overloaded"}})


@dataclass(frozen=True)
class Whole:
    """An answer that is not streamed."""

    text: str


Act = Say | Think | Call | Finish | Count | Pause | Raw | Cut | Stall | Refuse | Whole


def answer(text: str, **how: Any) -> list[Act]:
    """A well-behaved answer."""
    return [Say(text, **how), Finish(), Count()]


@dataclass
class Asked:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes
    dropped: bool = False
    """Whether the client went away before the answer was whole."""

    @property
    def json(self) -> Json:
        read: Json = json.loads(self.body)
        return read


class _Gone(Exception):  # noqa: N818
    """The connection is to be closed, or was."""


@dataclass
class ChatServer:
    """The server's state; `serve_chat` opens it."""

    answers: deque[Sequence[Act]] = field(default_factory=deque)
    """What is played, question by question; without any it says that it is here."""
    thinks: Callable[[Json], Sequence[Act]] | None = None
    """Decides on an answer by the question, if there is none in `answers`."""
    transcripts: deque[str] = field(default_factory=deque)
    key: str = ""
    """If set, requests without it are refused."""
    write_bytes: int = 0
    """If set, the body is written in pieces of so many bytes, each on its own."""
    voice: Callable[[str], bytes] | None = None
    """Gives the sound of a text, S16LE mono at ``speech_rate_hz``, in place of a tone."""
    speech_rate_hz: int = 24_000
    speech_as_wav: bool = False
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    host: str = "127.0.0.1"

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}/v1"

    @property
    def questions(self) -> list[Json]:
        """The bodies of all questions to the model."""
        return [one.json for one in self.asked if one.path.endswith("/chat/completions")]

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with suppress(_Gone, ConnectionError, asyncio.IncompleteReadError):
            while (asked := await _read_request(reader)) is not None:
                self.asked.append(asked)
                await self._reply(asked, writer, reader)

    async def _reply(
        self, asked: Asked, writer: asyncio.StreamWriter, reader: asyncio.StreamReader
    ) -> None:
        if self.key and asked.headers.get("authorization") != f"Bearer {self.key}":
            await _send_json(writer, 401, {"error": {"message": "Incorrect API key provided"}})
        elif asked.path == "/v1/chat/completions":
            wrong = _what_is_wrong(asked.json)
            if wrong:
                await _send_json(writer, 400, {"error": {"message": wrong}})
                return
            await self._play(asked, self._answer_to(asked.json), writer, reader)
        elif asked.path == "/v1/audio/transcriptions":
            text = self.transcripts.popleft() if self.transcripts else ""
            await _send_json(writer, 200, {"text": text})
        elif asked.path == "/v1/audio/speech":
            await self._speak(asked.json, writer)
        else:
            await _send_json(writer, 404, {"error": {"message": "no such route"}})

    def _answer_to(self, asked: Json) -> Sequence[Act]:
        if self.answers:
            return self.answers.popleft()
        return answer("I am here.") if self.thinks is None else self.thinks(asked)

    async def _play(
        self,
        asked: Asked,
        acts: Sequence[Act],
        writer: asyncio.StreamWriter,
        reader: asyncio.StreamReader,
    ) -> None:
        first = acts[0] if acts else Cut()
        if isinstance(first, Refuse):
            await _send_json(writer, first.status, first.body)
            return
        if isinstance(first, Whole):
            await _send_json(writer, 200, _whole(asked.json, first.text))
            return
        body = _Body(writer, self.write_bytes, asked.json["model"])
        watch = asyncio.create_task(_until_gone(reader, asked))
        playing = asyncio.create_task(body.play(acts))
        try:
            await asyncio.wait({watch, playing}, return_when=asyncio.FIRST_COMPLETED)
            if not playing.done():
                raise _Gone
            playing.result()
        finally:
            for task in (watch, playing):
                task.cancel()
            await asyncio.gather(watch, playing, return_exceptions=True)
        if any(isinstance(act, Cut | Stall) for act in acts):
            raise _Gone

    async def _speak(self, asked: Json, writer: asyncio.StreamWriter) -> None:
        rate = self.speech_rate_hz
        sound = _tone(rate, asked["input"]) if self.voice is None else self.voice(asked["input"])
        kind = "audio/pcm"
        if self.speech_as_wav:
            kind, sound = "audio/wav", _wav_head(rate, len(sound)) + sound
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked\r\n\r\n"
        writer.write(head.encode())
        for at in range(0, len(sound), 4001):
            _write_chunk(writer, sound[at : at + 4001])
            await writer.drain()
        writer.write(b"0\r\n\r\n")
        await writer.drain()


def _tone(rate: int, text: str) -> bytes:
    """440 Hz, 50 ms a letter."""
    at = np.arange(rate * max(4, len(text)) // 20)
    return (8000 * np.sin(at * 880 * np.pi / rate)).astype("<i2").tobytes()


Connected = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serve_loopback(connected: Connected) -> AsyncIterator[int]:
    """Serve on a free port of loopback; at the end no connection stays open."""
    tasks: set[asyncio.Task[None]] = set()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            with suppress(asyncio.CancelledError, ConnectionError):
                await connected(reader, writer)
        finally:
            tasks.discard(task)
            writer.close()
            with suppress(asyncio.CancelledError, ConnectionError):
                await writer.wait_closed()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in [*tasks]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def serve_chat(**state: Any) -> AsyncIterator[ChatServer]:
    """Run a server on a free port of loopback."""
    chat = ChatServer(**state)
    async with serve_loopback(chat.connected) as chat.port:
        yield chat


class _Body:
    """The body of one streamed answer."""

    def __init__(self, writer: asyncio.StreamWriter, write_bytes: int, model: str) -> None:
        self._writer = writer
        self._write_bytes = write_bytes
        self._model = model
        self._is_first = True

    async def play(self, acts: Sequence[Act]) -> None:
        self._writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
        )
        for act in acts:
            await self._act(act)
        await self._write(b"data: [DONE]\n\n")
        self._writer.write(b"0\r\n\r\n")
        await self._writer.drain()

    async def _act(self, act: Act) -> None:
        match act:
            case Say(text, letters, pause_s):
                for at in range(0, len(text), letters):
                    await self._delta({"content": text[at : at + letters]})
                    await asyncio.sleep(pause_s)
            case Think(text):
                await self._delta({"content": None, "reasoning_content": text})
            case Call():
                await self._call(act)
            case Finish(reason):
                await self._delta({}, reason)
            case Count(prompt, completion):
                total = {"prompt_tokens": prompt, "completion_tokens": completion}
                usage = {**total, "total_tokens": prompt + completion}
                await self._event({**self._envelope(), "choices": [], "usage": usage})
            case Pause(seconds):
                await asyncio.sleep(seconds)
            case Raw(data):
                await self._write(data)
            case Cut():
                self._writer.transport.abort()
                raise _Gone
            case Stall():
                await asyncio.Event().wait()
            case _:
                raise AssertionError(f"{act} begins an answer or does not come at all")

    async def _call(self, call: Call) -> None:
        first: Json = {
            "id": call.call_id,
            "type": "function",
            "function": {"name": call.name, "arguments": ""},
        }
        number = {} if call.index is None else {"index": call.index}
        await self._delta({"tool_calls": [{**number, **first}]})
        for at in range(0, len(call.arguments), call.letters):
            piece = {"function": {"arguments": call.arguments[at : at + call.letters]}}
            await self._delta({"tool_calls": [{**number, **piece}]})

    def _envelope(self) -> Json:
        return {
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": self._model,
        }

    async def _delta(self, delta: Json, reason: str | None = None) -> None:
        if self._is_first:
            delta, self._is_first = {"role": "assistant", **delta}, False
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        await self._event({**self._envelope(), "choices": [choice]})

    async def _event(self, event: Json) -> None:
        await self._write(f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode())

    async def _write(self, data: bytes) -> None:
        step = self._write_bytes or len(data)
        for at in range(0, len(data), max(1, step)):
            _write_chunk(self._writer, data[at : at + step])
            await self._writer.drain()
            if self._write_bytes:
                await asyncio.sleep(0)


def _write_chunk(writer: asyncio.StreamWriter, data: bytes) -> None:
    if data:
        writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")


async def _read_request(reader: asyncio.StreamReader) -> Asked | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.split("\r\n")
    headers = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            headers[name.lower()] = value.strip()
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Asked(first.split(" ")[1], headers, body)


async def _until_gone(reader: asyncio.StreamReader, asked: Asked) -> None:
    """Wait until the client closes: it must not send anything while it is being answered."""
    with suppress(ConnectionError):
        assert not await reader.read(1), "a second request before the answer"
    asked.dropped = True


async def _send_json(writer: asyncio.StreamWriter, status: int, body: Json) -> None:
    data = json.dumps(body).encode()
    head = (
        f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(data)}\r\n\r\n"
    )
    writer.write(head.encode() + data)
    await writer.drain()


def _whole(asked: Json, text: str) -> Json:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": asked["model"],
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": text},
                "finish_reason": "stop",
            }
        ],
        "usage": {"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 12},
    }


def _wav_head(rate: int, length: int) -> bytes:
    def number(value: int, width: int) -> bytes:
        return value.to_bytes(width, "little")

    form = number(1, 2) + number(1, 2) + number(rate, 4) + number(rate * 2, 4)
    return (
        b"RIFF"
        + number(length + 36, 4)
        + b"WAVEfmt "
        + number(16, 4)
        + form
        + number(2, 2)
        + number(16, 2)
        + b"data"
        + number(length, 4)
    )


def _what_is_wrong(asked: Json) -> str:
    """What a strict server would refuse the messages for; empty if nothing."""
    messages = asked.get("messages") or []
    owed: list[str] = []
    last = ""
    for place, message in enumerate(messages):
        role = message["role"]
        if role == "system" and place:
            return "the system message must come first"
        if owed and role != "tool":
            return f"tool calls without an answer: {owed}"
        if role == "tool":
            if message["tool_call_id"] not in owed:
                return "an answer to a tool that was not called"
            owed.remove(message["tool_call_id"])
        elif role == last or (role == "assistant" and last in ("", "system")):
            return "roles must alternate, the user's first"
        if role == "assistant":
            owed = [call["id"] for call in message.get("tool_calls", ())]
            for call in message.get("tool_calls", ()):
                json.loads(call["function"]["arguments"])
        last = "" if role == "tool" else role
        last = "tool" if role == "tool" else last
    if last not in ("user", "tool"):
        return "nothing to answer"
    return f"tool calls without an answer: {owed}" if owed else ""
