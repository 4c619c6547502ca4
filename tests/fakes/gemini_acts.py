"""What the fake Gemini Live server can be told to do, act by act; and what it knows of a client."""

from __future__ import annotations

import asyncio
import base64
import json
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from websockets.asyncio.server import ServerConnection

RATE_HZ = 24_000
_PIECE_MS = 40


# -- sounds --


def murmur(ms: int, hz: float = 150.0) -> bytes:
    """Something with the rise and fall of speech; S16LE mono at 24 kHz."""
    at = np.arange(ms * RATE_HZ // 1000) / RATE_HZ
    swell = np.abs(np.sin(np.pi * 3.5 * at)) ** 0.7
    voice = sum(np.sin(2 * np.pi * hz * over * at) / over for over in (1, 2, 3, 5))
    return (5_000 * swell * voice).astype("<i2").tobytes()


def tone(ms: int, hz: float = 440.0) -> bytes:
    """A steady tone: what native audio models were seen to degenerate into."""
    at = np.arange(ms * RATE_HZ // 1000) / RATE_HZ
    return (9_000 * np.sin(2 * np.pi * hz * at)).astype("<i2").tobytes()


def silence(ms: int) -> bytes:
    """Sound without any."""
    return bytes(2 * (ms * RATE_HZ // 1000))


def content_of(pcm: bytes, **more: Any) -> dict[str, Any]:
    """A message with a piece of the model's sound."""
    data = base64.b64encode(pcm).decode()
    sound = {"inlineData": {"mimeType": f"audio/pcm;rate={RATE_HZ}", "data": data}}
    return {"serverContent": {"modelTurn": {"role": "model", "parts": [sound]}, **more}}


# -- one connection --


@dataclass
class Visit:
    """One connection, as the server saw it."""

    number: int
    path: str
    headers: dict[str, str]
    socket: ServerConnection = field(repr=False)
    setup: dict[str, Any] | None = None
    received: list[dict[str, Any]] = field(default_factory=list)
    """Every message but sound."""
    audio: bytearray = field(default_factory=bytearray, repr=False)
    """The caller's sound, S16LE at 16 kHz."""
    pings: int = 0
    """Of the client's; the service answers them after 8 to 30 seconds."""
    is_accepted: bool = False
    awaits_history: bool = False
    is_generating: bool = False
    voice_ms: int = 0
    """Voice heard since the last turn."""
    quiet_ms: int = 0
    """Since the voice was last heard."""
    changed: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    is_over: bool = False
    close_code: int | None = None

    async def send(self, message: dict[str, Any], *, binary: bool = True) -> None:
        """Send a message; the service uses binary frames."""
        await self.send_raw(json.dumps(message).encode(), binary=binary)

    async def send_raw(self, message: bytes, *, binary: bool = True) -> None:
        """Send bytes, whatever they are."""
        await self.socket.send(message if binary else message.decode())

    async def until(self, reached: Callable[[], bool]) -> None:
        """Wait for something that the client does."""
        while not reached():
            self.changed.clear()
            await self.changed.wait()

    def of(self, key: str) -> list[Any]:
        """What came under a top-level key."""
        return [message[key] for message in self.received if key in message]

    def texts(self) -> list[str]:
        """All words that came as client content."""
        return [
            part["text"]
            for content in self.of("clientContent")
            for turn in content.get("turns", [])
            for part in turn["parts"]
        ]


class GivesHandles(Protocol):
    """The server, as acts know it."""

    async def give_handle(self, visit: Visit) -> None:
        """Give a new handle of a connection's session."""


# -- acts --

Act = Callable[[GivesHandles, "Visit"], Awaitable[None]]


@dataclass(frozen=True)
class Accept:
    """Take the setup and accept it; give a handle at once."""

    after_s: float = 0.0
    gives_handle: bool = True

    async def __call__(self, server: GivesHandles, visit: Visit) -> None:
        await visit.until(lambda: visit.setup is not None)
        await asyncio.sleep(self.after_s)
        visit.is_accepted = True
        await visit.send({"setupComplete": {}})
        if self.gives_handle:
            await server.give_handle(visit)


@dataclass(frozen=True)
class Hear:
    """Wait until the caller has spoken and paused."""

    voice_s: float = 0.2
    pause_s: float = 0.4

    async def __call__(self, server: GivesHandles, visit: Visit) -> None:
        await visit.until(
            lambda: visit.voice_ms >= self.voice_s * 1000 and visit.quiet_ms >= self.pause_s * 1000
        )
        visit.voice_ms = 0


@dataclass(frozen=True)
class HearVoice:
    """Wait until the caller is speaking."""

    voice_s: float = 0.1

    async def __call__(self, server: GivesHandles, visit: Visit) -> None:
        await visit.until(lambda: visit.voice_ms >= self.voice_s * 1000)


@dataclass(frozen=True)
class HearSound:
    """Wait until so much sound has come, silent or not."""

    seconds: float

    async def __call__(self, server: GivesHandles, visit: Visit) -> None:
        await visit.until(lambda: len(visit.audio) >= self.seconds * 32_000)


@dataclass(frozen=True)
class Await:
    """Wait for a message with a top-level key: the ``nth`` on this connection."""

    key: str
    nth: int = 1

    async def __call__(self, server: GivesHandles, visit: Visit) -> None:
        await visit.until(lambda: len(visit.of(self.key)) >= self.nth)


@dataclass(frozen=True)
class Understand:
    """Tell what the caller said, cut into fragments, inside words too."""

    text: str
    finished: bool = False
    every: int = 7

    async def __call__(self, server: GivesHandles, visit: Visit) -> None:
        text = f" {self.text}"
        for at in range(0, len(text), self.every):
            words: dict[str, Any] = {"text": text[at : at + self.every]}
            if self.finished and at + self.every >= len(text):
                words["finished"] = True
            await visit.send({"serverContent": {"inputTranscription": words}})


@dataclass(frozen=True)
class Say:
    """Generate a turn: sound in pieces, faster than it is heard, its words beside it."""

    text: str
    ms: int = 400
    completes: bool = True
    """Whether ``generationComplete`` follows."""
    ends_turn: bool = True
    """Whether ``turnComplete`` follows."""
    bundled: bool = False
    """Everything in one message, fields side by side."""
    pcm: bytes = b""
    """Another sound than a murmur of ``ms``."""
    piece_ms: int = _PIECE_MS
    slowness: float = 0.0
    """Seconds of waiting a second of sound: 1.0 is as slow as it is heard."""

    async def __call__(self, server: GivesHandles, visit: Visit) -> None:
        pcm = self.pcm or murmur(self.ms)
        visit.is_generating = True
        if self.bundled:
            message = content_of(
                pcm,
                outputTranscription={"text": self.text},
                generationComplete=True,
                turnComplete=True,
            )
            await visit.send({**message, "usageMetadata": usage()})
            visit.is_generating = False
            return
        step = 2 * self.piece_ms * RATE_HZ // 1000
        pieces = [pcm[at : at + step] for at in range(0, len(pcm), step)]
        words = _shared(f" {self.text}", len(pieces))
        for piece, text in zip(pieces, words, strict=True):
            await visit.send(content_of(piece))
            if text:
                await visit.send({"serverContent": {"outputTranscription": {"text": text}}})
            await asyncio.sleep(self.slowness * self.piece_ms / 1000)
        if self.completes:
            visit.is_generating = False
            await visit.send({"serverContent": {"generationComplete": True}})
        if self.ends_turn:
            visit.is_generating = False
            ended = {"turnComplete": True, "interactionStatus": "IDLE"}
            await visit.send({"serverContent": ended, "usageMetadata": usage()})
            await server.give_handle(visit)


@dataclass(frozen=True)
class Interrupt:
    """Say that the caller cut in, with content that is late, then complete the turn."""

    late_ms: int = 80
    completes_turn: bool = True

    async def __call__(self, server: GivesHandles, visit: Visit) -> None:
        await visit.send({"serverContent": {"interrupted": True}})
        if self.late_ms:
            late = {"outputTranscription": {"text": " late words"}}
            await visit.send(content_of(murmur(self.late_ms), **late))
        if self.completes_turn:
            await visit.send({"serverContent": {"turnComplete": True}})
        visit.is_generating = False


@dataclass(frozen=True)
class CallTool:
    """Call a tool; wait for its answer unless told otherwise."""

    name: str
    args: dict[str, Any] = field(default_factory=dict)
    vendor_id: str | None = "function-call-1"
    awaits_answer: bool = True

    async def __call__(self, server: GivesHandles, visit: Visit) -> None:
        call: dict[str, Any] = {"name": self.name, "args": self.args}
        if self.vendor_id is not None:
            call["id"] = self.vendor_id
        answered = len(visit.of("toolResponse"))
        await visit.send({"toolCall": {"functionCalls": [call]}})
        if self.awaits_answer:
            await visit.until(lambda: len(visit.of("toolResponse")) > answered)


@dataclass(frozen=True)
class CancelTool:
    """Take a tool call back."""

    vendor_id: str = "function-call-1"

    async def __call__(self, server: GivesHandles, visit: Visit) -> None:
        await visit.send({"toolCallCancellation": {"ids": [self.vendor_id]}})


@dataclass(frozen=True)
class GoAway:
    """Announce the connection's end."""

    time_left: str | None = "50s"

    async def __call__(self, server: GivesHandles, visit: Visit) -> None:
        await visit.send({"goAway": {"timeLeft": self.time_left} if self.time_left else {}})


@dataclass(frozen=True)
class SendMessage:
    """Send any message."""

    message: dict[str, Any]
    binary: bool = True

    async def __call__(self, server: GivesHandles, visit: Visit) -> None:
        await visit.send(self.message, binary=self.binary)


@dataclass(frozen=True)
class SendRaw:
    """Send any bytes: half a message, no JSON."""

    message: bytes

    async def __call__(self, server: GivesHandles, visit: Visit) -> None:
        await visit.send_raw(self.message)


@dataclass(frozen=True)
class Pause:
    """Do nothing for a while."""

    seconds: float

    async def __call__(self, server: GivesHandles, visit: Visit) -> None:
        await asyncio.sleep(self.seconds)


@dataclass(frozen=True)
class Close:
    """Close the connection."""

    code: int
    reason: str = ""

    async def __call__(self, server: GivesHandles, visit: Visit) -> None:
        await visit.socket.close(self.code, self.reason)


@dataclass(frozen=True)
class Drop:
    """Break the connection without a word."""

    async def __call__(self, server: GivesHandles, visit: Visit) -> None:
        visit.socket.transport.abort()


@dataclass(frozen=True)
class Freeze:
    """Stop reading, so that what the client sends piles up."""

    async def __call__(self, server: GivesHandles, visit: Visit) -> None:
        visit.socket.transport.pause_reading()
        await asyncio.Event().wait()


@dataclass(frozen=True)
class Refuse:
    """Refuse the handshake; must be the only act of its script."""

    status: int

    async def __call__(self, server: GivesHandles, visit: Visit) -> None:
        raise AssertionError("a refused handshake has no connection")


def usage() -> dict[str, Any]:
    """What a turn costs: the parts do not add up to the totals, as seen."""
    return {
        "promptTokenCount": 900,
        "responseTokenCount": 60,
        "totalTokenCount": 921,
        "promptTokensDetails": [
            {"modality": "TEXT", "tokenCount": 620},
            {"modality": "AUDIO", "tokenCount": 250},
        ],
        "responseTokensDetails": [{"modality": "AUDIO", "tokenCount": 50}],
    }


def _shared(text: str, count: int) -> list[str]:
    """Share a text out, cutting where it falls."""
    size = math.ceil(len(text) / max(1, count)) or 1
    return [text[nth * size : (nth + 1) * size] for nth in range(count)]
