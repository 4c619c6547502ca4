"""The voice models' side: Gemini Live and OpenAI Realtime, as much of them as calls want.

Both are found by a call's number, which stands in the instructions of every session. What they do
is told by the call: speak, call a tool, break off, fall silent. How they do it on the wire is here.
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol

import numpy as np
from picows import WSCloseCode, WSFrame, WSListener, WSMsgType, WSTransport, ws_create_server
from picows.common import WSUpgradeRequest

from mapokezi.audio.resample import resampled
from mapokezi.voice.protocols.scripted import murmur

RATE_HZ = 24_000
PIECE_MS = 40
PACE = 2.0
"""How many times faster than it is heard a reply is sent: models are at least that fast."""
_NUMBER = re.compile(rb"The caller's number is (\+\d+)")
_SETUP_WITHIN_S = 5.0
_HEARD_AFTER_S = 0.02
"""From a piece's arrival to the ear: a piece that leaves so late has nothing left before it."""


@cache
def pieces_of(text: str, how: str = "") -> tuple[str, ...]:
    """A text's sound in base64, a message each; ``how``: ``muted`` or ``toned`` in its place."""
    pcm = np.frombuffer(resampled(murmur(text), 16_000, RATE_HZ), "<i2")
    if how == "muted":
        pcm = np.resize([2, -1, 0, -2, 1], len(pcm)).astype("<i2")
    elif how == "toned":
        pcm = (8_000 * np.sin(2 * np.pi * 480 * np.arange(len(pcm)) / RATE_HZ)).astype("<i2")
    return in_pieces(pcm.tobytes())


def in_pieces(pcm: bytes) -> tuple[str, ...]:
    """Sound at `RATE_HZ` in base64, a message each."""
    size = RATE_HZ * PIECE_MS // 1000 * 2
    return tuple(base64.b64encode(pcm[at : at + size]).decode() for at in range(0, len(pcm), size))


class Caller(Protocol):
    """The call that a session is for."""

    def joined(self, session: Session) -> None:
        """A model's session for this call is set up."""

    def left(self, session: Session) -> None:
        """It is over."""

    def answered(self, session: Session, tool: str) -> None:
        """The line has answered a tool."""


@dataclass
class Models:
    """Listens for sessions, and gives each to its call."""

    calls: dict[str, Caller] = field(default_factory=dict)
    """By the caller's number."""
    refuses: Callable[[], bool] = lambda: False
    """Whether the next handshake is refused."""
    sessions: set[Session] = field(default_factory=set)
    opened: int = 0
    refused: int = 0
    strangers: int = 0
    """Sessions of no call that is known."""
    slow_replies: int = 0
    """Replies of which a piece left so late that nothing was left to be heard before it."""
    _server: asyncio.Server | None = None

    async def listen(self, port: int) -> None:
        """Begin."""
        self._server = await ws_create_server(
            self._comes, "127.0.0.1", port, max_frame_size=1 << 24
        )

    async def close(self) -> None:
        """End; sessions that are left are cut."""
        if self._server is not None:
            self._server.close()
        for session in [*self.sessions]:
            session.cut()

    def _comes(self, request: WSUpgradeRequest) -> WSListener | None:
        if self.refuses():
            self.refused += 1
            return None
        self.opened += 1
        is_openai = b"/realtime" in request.path
        return OpenAISession(self) if is_openai else GeminiSession(self)


class Session(WSListener):
    """One connection of the line's to a model."""

    kind = ""

    def __init__(self, models: Models) -> None:
        super().__init__()
        self._models = models
        self._transport: WSTransport | None = None
        self._replying: asyncio.Task[None] | None = None
        self.caller: Caller | None = None
        self.is_frozen = False
        self.heard_bytes = 0
        """Of messages with the caller's sound."""
        self.how = ""
        """``muted`` or ``toned``: what becomes of what it says."""
        self.pieces: Callable[[str, str], Sequence[str]] = pieces_of
        """What its words are as sound."""
        self.on_sound: Callable[[float], None] = lambda _at: None
        """Told when the first sound of each reply leaves."""

    # -- what a call has it do --

    def reply(self, text: str, tool: str = "", pieces: int | None = None) -> None:
        """Say something, as fast as models do; call a tool after it.

        Args:
            text: What.
            tool: A tool to call once it is said; alone if ``text`` is empty.
            pieces: Break off behind so many messages.
        """
        self.stop()
        task = asyncio.get_running_loop().create_task(self._reply(text, tool, pieces))
        self._replying = task

    def stop(self) -> None:
        """Send no more of the reply."""
        if self._replying is not None:
            self._replying.cancel()
            self._replying = None

    def kill(self) -> None:
        """Close, as a server with a fault does."""
        self.stop()
        if self._transport is not None:
            self._transport.send_close(WSCloseCode.INTERNAL_ERROR, b"internal error")
            self._transport.disconnect()

    def cut(self) -> None:
        """Break the connection without a word."""
        self.stop()
        if self._transport is not None:
            self._transport.disconnect(False)

    def freeze(self) -> None:
        """Neither say nor hear anything any more."""
        self.stop()
        self.is_frozen = True
        if self._transport is not None:
            self._transport.underlying_transport.pause_reading()

    def hears_voice(self) -> None:
        """The caller begins to speak."""

    def hears_end(self, text: str) -> None:
        """The caller has spoken."""

    def interrupts(self) -> float:
        """Call void what is being said; gives the instant at which that left."""
        raise NotImplementedError

    # -- the wire --

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._transport = transport
        self._models.sessions.add(self)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type == WSMsgType.CLOSE:
            transport.send_close(WSCloseCode.OK, b"")
            transport.disconnect()
        elif frame.msg_type in (WSMsgType.TEXT, WSMsgType.BINARY) and not self.is_frozen:
            self.take(frame.get_payload_as_bytes())

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self.stop()
        self._transport = None
        self._models.sessions.discard(self)
        if self.caller is not None:
            self.caller.left(self)

    def send(self, message: str) -> None:
        """Send a message, if anybody is there."""
        if self._transport is not None and not self.is_frozen:
            self._transport.send(WSMsgType.TEXT, message.encode())

    def tell(self, **message: Any) -> None:
        """Send a message by its fields."""
        self.send(json.dumps(message))

    def take(self, message: bytes) -> None:
        """A message of the line's has come."""
        raise NotImplementedError

    def _join(self, told: bytes) -> None:
        found = _NUMBER.search(told)
        caller = self._models.calls.get(found[1].decode()) if found else None
        if caller is None:
            self._models.strangers += 1
            return
        self.caller = caller
        caller.joined(self)

    async def _reply(self, text: str, tool: str, pieces: int | None) -> None:
        raise NotImplementedError

    async def _sound(self, text: str, send: Callable[[str], None], pieces: int | None) -> bool:
        """Send a text's sound at its pace; whether all of it was to be sent."""
        said = self.pieces(text, self.how)
        loop = asyncio.get_running_loop()
        began, most_s = loop.time(), 0.0
        try:
            for number, piece in enumerate(said):
                if number == pieces:
                    return False
                if number == 0:
                    self.on_sound(time.perf_counter())
                send(piece)
                wait_s = began + (number + 1) * PIECE_MS / 1000 / PACE - loop.time()
                await asyncio.sleep(max(0.0, wait_s))
                if number:  # what the caller hears began with the second piece
                    most_s = max(most_s, loop.time() - began - number * PIECE_MS / 1000)
        finally:
            self._models.slow_replies += most_s > _HEARD_AFTER_S
        return True


class GeminiSession(Session):
    """Gemini Live."""

    kind = "gemini"
    _BEFORE = (
        '{"serverContent":{"modelTurn":{"parts":[{"inlineData":{'
        '"mimeType":"audio/pcm;rate=24000","data":"'
    )
    _AFTER = '"}}]}}}'

    def take(self, message: bytes) -> None:
        if message.startswith(b'{"realtimeInput"'):
            self.heard_bytes += len(message)
        elif message.startswith(b'{"setup"'):
            self._join(message)
            if not self.is_frozen:
                self.tell(setupComplete={})
        elif message.startswith(b'{"toolResponse"') and self.caller is not None:
            for one in json.loads(message)["toolResponse"]["functionResponses"]:
                self.caller.answered(self, one["name"])

    def hears_end(self, text: str) -> None:
        self.tell(serverContent={"inputTranscription": {"text": text}})

    def interrupts(self) -> float:
        self.stop()
        at = time.perf_counter()
        self.tell(serverContent={"interrupted": True})
        self.tell(serverContent={"turnComplete": True})
        return at

    async def _reply(self, text: str, tool: str, pieces: int | None) -> None:
        if text:

            def send(piece: str) -> None:
                self.send(f"{self._BEFORE}{piece}{self._AFTER}")

            self.tell(serverContent={"outputTranscription": {"text": text}})
            if not await self._sound(text, send, pieces):
                return
            self.tell(serverContent={"generationComplete": True})
        if tool:
            call = {"id": f"call-{time.monotonic_ns()}", "name": tool, "args": {}}
            self.tell(toolCall={"functionCalls": [call]})
        else:
            usage = {"promptTokenCount": 900, "responseTokenCount": 60, "totalTokenCount": 960}
            self.tell(serverContent={"turnComplete": True}, usageMetadata=usage)


class OpenAISession(Session):
    """OpenAI Realtime."""

    kind = "openai"

    def __init__(self, models: Models) -> None:
        super().__init__(models)
        self._count = 0
        self._running = ""
        self._turn = ""

    def on_ws_connected(self, transport: WSTransport) -> None:
        super().on_ws_connected(transport)
        self._event(
            "session.created",
            session={"type": "realtime", "id": "sess", "object": "realtime.session"},
        )

    def take(self, message: bytes) -> None:
        if b'"input_audio_buffer.append"' in message[:60]:
            self.heard_bytes += len(message)
            return
        told = json.loads(message)
        match told["type"]:
            case "session.update":
                self._join(told["session"].get("instructions", "").encode())
                if not self.is_frozen:
                    self._event("session.updated", session={"type": "realtime", **told["session"]})
            case "conversation.item.create":
                self._created(told["item"])
            case "conversation.item.truncate":
                self._event(
                    "conversation.item.truncated",
                    item_id=told["item_id"],
                    content_index=0,
                    audio_end_ms=told["audio_end_ms"],
                )
            case "conversation.item.delete":
                self._event("conversation.item.deleted", item_id=told["item_id"])
            case "response.cancel":
                self._cancelled("client_cancelled")

    def hears_voice(self) -> None:
        self._turn = self._new("item")
        self._event("input_audio_buffer.speech_started", audio_start_ms=0, item_id=self._turn)
        self._cancelled("turn_detected")

    def hears_end(self, text: str) -> None:
        item_id = self._turn or self._new("item")
        self._event("input_audio_buffer.speech_stopped", audio_end_ms=0, item_id=item_id)
        self._event("input_audio_buffer.committed", item_id=item_id, previous_item_id=None)
        about = {
            "id": item_id,
            "type": "message",
            "role": "user",
            "status": "completed",
            "content": [],
        }
        self._event("conversation.item.added", item=about, previous_item_id=None)
        usage = {"type": "duration", "seconds": 1.0}
        self._event(
            "conversation.item.input_audio_transcription.completed",
            item_id=item_id, content_index=0, transcript=text, usage=usage,
        )  # fmt: skip

    def interrupts(self) -> float:
        self.stop()
        at = time.perf_counter()
        self.hears_voice()
        return at

    # -- within --

    def _new(self, kind: str) -> str:
        self._count += 1
        return f"{kind}_{id(self):x}_{self._count}"

    def _event(self, kind: str, **fields: Any) -> None:
        self.tell(type=kind, event_id=self._new("event"), **fields)

    def _created(self, item: dict[str, Any]) -> None:
        about = {"id": item.get("id") or self._new("item"), "status": "completed", **item}
        self._event("conversation.item.added", item=about, previous_item_id=None)
        if item["type"] == "function_call_output" and self.caller is not None:
            self.caller.answered(self, "")

    def _cancelled(self, reason: str) -> None:
        running, self._running = self._running, ""
        if running:
            self.stop()
            details = {"type": "cancelled", "reason": reason}
            self._done(running, "cancelled", status_details=details)

    def _done(self, response_id: str, status: str, **more: Any) -> None:
        response = {
            "object": "realtime.response",
            "id": response_id,
            "status": status,
            "output": [],
            **more,
        }
        self._event("response.done", response=response)

    async def _reply(self, text: str, tool: str, pieces: int | None) -> None:
        response_id = self._running = self._new("resp")
        response = {
            "object": "realtime.response",
            "id": response_id,
            "status": "in_progress",
            "output": [],
        }
        self._event("response.created", response=response)
        if text:
            item_id = self._new("item")
            where = {"response_id": response_id, "output_index": 0}
            item = {
                "id": item_id,
                "type": "message",
                "role": "assistant",
                "status": "in_progress",
                "content": [],
            }
            self._event("response.output_item.added", item=item, **where)
            part = {"item_id": item_id, "content_index": 0, **where}
            self._event("response.output_audio_transcript.delta", delta=text, **part)
            before = json.dumps({"type": "response.output_audio.delta", "event_id": "e", **part})[
                :-1
            ]

            def send(piece: str) -> None:
                self.send(f'{before}, "delta": "{piece}"}}')

            if not await self._sound(text, send, pieces):
                return
            self._event("response.output_audio.done", **part)
            self._event("response.output_audio_transcript.done", transcript=text, **part)
            done = {
                **item,
                "status": "completed",
                "content": [{"type": "output_audio", "transcript": text}],
            }
            self._event("response.output_item.done", item=done, **where)
        if tool:
            where = {"response_id": response_id, "output_index": 1}
            called = {
                "id": self._new("item"),
                "type": "function_call",
                "status": "completed",
                "call_id": self._new("call"),
                "name": tool,
                "arguments": "{}",
            }
            self._event(
                "response.output_item.added",
                item={**called, "arguments": "", "status": "in_progress"},
                **where,
            )
            self._event(
                "response.function_call_arguments.done",
                item_id=called["id"],
                call_id=called["call_id"],
                name=tool,
                arguments="{}",
                **where,
            )
            self._event("response.output_item.done", item=called, **where)
        self._running = ""
        usage = {"total_tokens": 150, "input_tokens": 100, "output_tokens": 50}
        self._done(response_id, "completed", usage=usage)
