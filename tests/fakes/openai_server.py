"""A Realtime server that answers over a real WebSocket, well or badly, as each test wants.

Composed from OpenAI's own description of the events (the types of the openai SDK, and its guide to
the Realtime API), not through our protocol. It keeps a conversation: items with their order, what
was truncated and deleted, and the one response that may run at a time; and it refuses what the
real service refuses. It has no ears: a test says when the caller is heard.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

Message = dict[str, Any]

_BETA_NAMES = {
    "response.output_audio.delta": "response.audio.delta",
    "response.output_audio.done": "response.audio.done",
    "response.output_audio_transcript.delta": "response.audio_transcript.delta",
    "response.output_audio_transcript.done": "response.audio_transcript.done",
    "conversation.item.added": "conversation.item.created",
}
_KEY = "sk-fake"


@dataclass
class Spoken:
    """An item of speech that the model says: its words, and how long they take."""

    words: str
    ms: int = 400


@dataclass
class Called:
    """A tool that the model calls."""

    name: str
    arguments: str = "{}"
    status: str = "completed"


Output = Spoken | Called


@dataclass
class Conduct:
    """How the server behaves."""

    dialect: str = "ga"
    output_rate: int = 24_000
    echoes_metadata: bool = True
    acknowledges_session: bool = True
    refuses_session: bool = False
    delta_ms: int = 100
    status_at_handshake: int = 0
    outputs: list[Sequence[Output]] = field(default_factory=list)
    """What each response holds, one after another; then it says "Yes." to everything."""
    waits_within_response: bool = False
    """A response stops before its end until `Session.go_on`, so that it can be cut."""
    thinks: Callable[[Session, Message], Sequence[Output]] | None = None
    """Decides on a response by the conversation, in place of ``outputs``."""
    sound_of: Callable[[str], bytes] | None = None
    """Gives the sound of words, S16LE mono at ``output_rate``, in place of a babble."""
    slowness: float = 0.0
    """Seconds of waiting a second of sound: 1.0 is as slow as it is heard."""


@dataclass
class Item:
    """One item of the conversation."""

    id: str
    kind: str
    role: str = ""
    text: str = ""
    audio_ms: int = 0
    call_id: str = ""
    name: str = ""
    arguments: str = ""
    status: str = "completed"
    truncated_ms: int | None = None


class Session:
    """One connection: one session with its own conversation."""

    def __init__(self, socket: ServerConnection, conduct: Conduct, number: int) -> None:
        """Begin with an empty conversation."""
        self._socket = socket
        self._conduct = conduct
        self._number = number
        self._count = 0
        self._running: asyncio.Task[None] | None = None
        self.running_id = ""
        self._may_go_on = asyncio.Event()
        self._heard_ms = 0.0
        self._turn_item = ""
        self.session: Message = {}
        self.items: list[Item] = []
        self.received: list[Message] = []
        self.errors: list[str] = []
        self.refused_as_active = 0

    # -- what a test has it do --

    async def hear_voice(self, at_ms: int | None = None) -> str:
        """The detector hears the caller: what runs is cancelled; give the item to come."""
        self._turn_item = self._new("item")
        at = round(self._heard_ms) if at_ms is None else at_ms
        await self.tell(
            "input_audio_buffer.speech_started", audio_start_ms=at, item_id=self._turn_item
        )
        if self._interrupts:
            await self._cancel_running("turn_detected")
        return self._turn_item

    async def hear_silence(
        self, at_ms: int | None = None, *, answer: bool = True, text: str = ""
    ) -> str:
        """The detector takes the caller's turn for over, and answers what the model heard."""
        at = round(self._heard_ms) if at_ms is None else at_ms
        item_id = self._turn_item
        await self.tell("input_audio_buffer.speech_stopped", audio_end_ms=at, item_id=item_id)
        await self._commit(item_id, text)
        if answer:
            await self._detector_answers()
        return item_id

    async def transcribe(self, item_id: str, text: str, *, pieces: int = 1) -> None:
        """Tell what the caller said."""
        event = "conversation.item.input_audio_transcription"
        size = -(-len(text) // pieces) or 1
        for at in range(0, len(text), size):
            await self.tell(
                f"{event}.delta", item_id=item_id, content_index=0, delta=text[at : at + size]
            )
        usage = {"type": "duration", "seconds": 1.5}
        await self.tell(
            f"{event}.completed", item_id=item_id, content_index=0, transcript=text, usage=usage
        )

    def go_on(self) -> None:
        """Let the running response come to its end."""
        self._may_go_on.set()

    async def tell(self, kind: str, **fields: Any) -> None:
        """Send an event, under the name that the dialect has for it."""
        if self._conduct.dialect == "beta":
            if kind == "conversation.item.done":
                return
            kind = _BETA_NAMES.get(kind, kind)
        event = {"type": kind, "event_id": self._new("event"), **fields}
        await self.tell_raw(json.dumps(event))

    async def tell_raw(self, text: str | bytes) -> None:
        """Send anything at all."""
        await self._socket.send(text)

    async def hang_up(self, code: int = 1000, reason: str = "") -> None:
        """Close."""
        await self._socket.close(code, reason)

    def drop(self) -> None:
        """Break the connection, as a network does."""
        self._socket.transport.abort()

    def item(self, item_id: str) -> Item | None:
        """Give an item of the conversation."""
        return next((item for item in self.items if item.id == item_id), None)

    def sent(self, kind: str) -> list[Message]:
        """Give what the client has sent of one type."""
        return [message for message in self.received if message["type"] == kind]

    @property
    def heard(self) -> bytes:
        """All sound that the client has sent."""
        pieces = self.sent("input_audio_buffer.append")
        return b"".join(base64.b64decode(piece["audio"]) for piece in pieces)

    # -- the connection --

    async def run(self) -> None:
        """Serve until the client goes."""
        await self.tell("session.created", session=self._about({"model": "gpt-fake"}))
        try:
            async for text in self._socket:
                message = json.loads(text)
                self.received.append(message)
                await self._take(message)
        except ConnectionClosed:
            pass
        finally:
            if self._running is not None:
                self._running.cancel()

    async def _take(self, message: Message) -> None:
        takes: dict[str, Callable[[Message], Awaitable[None]]] = {
            "session.update": self._update,
            "input_audio_buffer.append": self._append,
            "input_audio_buffer.commit": self._commit_now,
            "conversation.item.create": self._create_item,
            "conversation.item.truncate": self._truncate,
            "conversation.item.delete": self._delete,
            "response.create": self._create_response,
            "response.cancel": self._cancel,
        }
        take = takes.get(message["type"])
        if take is None:
            await self._refuse(message, "invalid_value", f"no such type: {message['type']}")
        else:
            await take(message)

    async def _refuse(self, message: Message, code: str, text: str) -> None:
        self.errors.append(code)
        error = {
            "type": "invalid_request_error",
            "code": code,
            "message": text,
            "param": None,
            "event_id": message.get("event_id"),
        }
        await self.tell("error", error=error)

    # -- the session and the caller's sound --

    @property
    def _detection(self) -> Message | None:
        if self._conduct.dialect == "beta":
            found = self.session.get("turn_detection")
        else:
            found = self.session.get("audio", {}).get("input", {}).get("turn_detection")
        return found if isinstance(found, dict) else None

    @property
    def _interrupts(self) -> bool:
        return bool((self._detection or {}).get("interrupt_response", True))

    def _about(self, more: Message) -> Message:
        kind = {} if self._conduct.dialect == "beta" else {"type": "realtime"}
        return {"id": f"sess_{self._number}", "object": "realtime.session", **kind, **more}

    async def _update(self, message: Message) -> None:
        session = message["session"]
        if self._conduct.refuses_session:
            await self._refuse(message, "unknown_parameter", "Unknown parameter: 'session.x'.")
            return
        if self._conduct.dialect == "ga" and session.get("type") != "realtime":
            await self._refuse(message, "missing_required_parameter", "session.type is required")
            return
        self.session |= session
        if self._conduct.acknowledges_session:
            await self.tell("session.updated", session=self._about(self.session))

    async def _append(self, message: Message) -> None:
        audio = base64.b64decode(message["audio"], validate=True)
        rate = 24_000
        if self._conduct.dialect == "ga":
            rate = self.session.get("audio", {}).get("input", {}).get("format", {}).get("rate")
        self._heard_ms += len(audio) * 500 / (rate or 24_000)

    async def _commit_now(self, message: Message) -> None:
        if self._heard_ms < 100:
            await self._refuse(message, "input_audio_buffer_commit_empty", "buffer too small")
            return
        await self._commit(self._new("item"))

    async def _commit(self, item_id: str, text: str = "") -> None:
        previous = self.items[-1].id if self.items else None
        await self.tell("input_audio_buffer.committed", item_id=item_id, previous_item_id=previous)
        item = Item(item_id, "message", "user")
        await self._add(item)
        item.text = text  # the service tells of it by a transcript alone

    # -- items --

    def _new(self, kind: str) -> str:
        self._count += 1
        return f"{kind}_{self._number}_{self._count}"

    async def _add(self, item: Item) -> None:
        previous = self.items[-1].id if self.items else None
        self.items.append(item)
        for kind in ("conversation.item.added", "conversation.item.done"):
            await self.tell(kind, previous_item_id=previous, item=_told(item))

    async def _create_item(self, message: Message) -> None:
        told = message["item"]
        item = Item(told.get("id") or self._new("item"), told["type"], told.get("role", ""))
        if told["type"] == "function_call_output":
            item.call_id, item.text = told["call_id"], told["output"]
            known = [one.call_id for one in self.items if one.kind == "function_call"]
            if item.call_id not in known:
                await self._refuse(message, "invalid_tool_call_id", "no such call")
                return
        else:
            item.text = "".join(part.get("text", "") for part in told["content"])
        await self._add(item)

    async def _truncate(self, message: Message) -> None:
        item, end = self.item(message["item_id"]), message["audio_end_ms"]
        if item is None or item.role != "assistant" or end <= 0:
            text = "Only model output audio messages can be truncated"
            await self._refuse(message, "invalid_value", text)
        elif end > item.audio_ms:
            text = f"Audio content of {item.audio_ms}ms is already shorter than {end}ms"
            await self._refuse(message, "invalid_value", text)
        else:
            item.truncated_ms, item.text = end, ""
            await self.tell(
                "conversation.item.truncated", item_id=item.id, content_index=0, audio_end_ms=end
            )

    async def _delete(self, message: Message) -> None:
        item = self.item(message["item_id"])
        if item is None:
            await self._refuse(message, "item_delete_invalid_item_id", "no such item")
            return
        self.items.remove(item)
        await self.tell("conversation.item.deleted", item_id=item.id)

    # -- responses --

    async def _create_response(self, message: Message) -> None:
        if self._running is not None:
            self.refused_as_active += 1
            text = "Conversation already has an active response"
            await self._refuse(message, "conversation_already_has_active_response", text)
            return
        self.begin_response(message.get("response"))

    async def _detector_answers(self) -> None:
        detection = self._detection
        if detection is None or not detection.get("create_response", True):
            return
        if self._running is not None:
            self.refused_as_active += 1
            text = "Conversation already has an active response"
            await self._refuse({}, "conversation_already_has_active_response", text)
            return
        self.begin_response()

    def begin_response(self, wanted: Message | None = None) -> None:
        """Begin to respond, whoever asked for it."""
        self.running_id = self._new("resp")
        self._may_go_on.clear()
        self._running = asyncio.create_task(self._respond(self.running_id, wanted or {}))

    async def _cancel(self, message: Message) -> None:
        wanted = message.get("response_id")
        if self._running is None or wanted not in {None, self.running_id}:
            await self._refuse(message, "response_cancel_not_active", "no active response")
            return
        await self._cancel_running("client_cancelled")

    async def _cancel_running(self, reason: str) -> None:
        running, self._running = self._running, None
        if running is None:
            return
        running.cancel()
        details = {"type": "cancelled", "reason": reason}
        told = self._response(self.running_id, {}, "cancelled", status_details=details)
        await self.tell("response.done", response=told)

    def _response(self, response_id: str, wanted: Message, status: str, **more: Any) -> Message:
        metadata = wanted.get("metadata") if self._conduct.echoes_metadata else None
        return {
            "object": "realtime.response",
            "id": response_id,
            "status": status,
            "metadata": metadata,
            "output": [],
            **more,
        }

    async def _respond(self, response_id: str, wanted: Message) -> None:
        outputs: Sequence[Output] = [Spoken("Yes.")]
        if wanted.get("instructions"):
            outputs = [Spoken(wanted["instructions"].rsplit("\n", 1)[-1])]
        elif self._conduct.thinks is not None:
            outputs = self._conduct.thinks(self, wanted)
        elif self._conduct.outputs:
            outputs = self._conduct.outputs.pop(0)
        created = self._response(response_id, wanted, "in_progress")
        await self.tell("response.created", response=created)
        told: list[Message] = []
        for index, output in enumerate(outputs):
            where = {"response_id": response_id, "output_index": index}
            if isinstance(output, Spoken):
                told.append(_told(await self._speak(output, where)))
            else:
                told.append(_told(await self._call(output, where)))
        if self._conduct.waits_within_response:
            await self._may_go_on.wait()
        self._running = None
        done = self._response(response_id, wanted, "completed", output=told, usage=_usage())
        await self.tell("response.done", response=done)

    async def _speak(self, output: Spoken, where: Message) -> Item:
        item = Item(self._new("item"), "message", "assistant", output.words)
        await self.tell(
            "response.output_item.added", item={**_told(item), "status": "in_progress"}, **where
        )
        await self._add(item)
        part = {"item_id": item.id, "content_index": 0, **where}
        await self.tell("response.content_part.added", part={"type": "audio"}, **part)
        for word in _pieces(output.words):
            await self.tell("response.output_audio_transcript.delta", delta=word, **part)
        await self._send_sound(item, output, part)
        if self._conduct.waits_within_response:
            await self._may_go_on.wait()
        await self.tell("response.output_audio.done", **part)
        await self.tell("response.output_audio_transcript.done", transcript=output.words, **part)
        await self.tell("response.output_item.done", item=_told(item), **where)
        return item

    async def _send_sound(self, item: Item, output: Spoken, part: Message) -> None:
        conduct, rate = self._conduct, self._conduct.output_rate
        sound = _babble(0, output.ms, rate)
        if conduct.sound_of is not None:
            sound = conduct.sound_of(output.words)
        step = conduct.delta_ms * rate // 1000 * 2
        for at in range(0, len(sound), step):
            piece = sound[at : at + step]
            ms = len(piece) * 500 // rate
            item.audio_ms += ms
            delta = base64.b64encode(piece).decode()
            await self.tell("response.output_audio.delta", delta=delta, **part)
            await asyncio.sleep(conduct.slowness * ms / 1000)

    async def _call(self, output: Called, where: Message) -> Item:
        item = Item(self._new("item"), "function_call", call_id=self._new("call"))
        item.name, item.arguments, item.status = output.name, output.arguments, output.status
        begun = {**_told(item), "arguments": "", "status": "in_progress"}
        await self.tell("response.output_item.added", item=begun, **where)
        await self._add(item)
        await self.tell(
            "response.function_call_arguments.done",
            item_id=item.id,
            call_id=item.call_id,
            name=output.name,
            arguments=output.arguments,
            **where,
        )
        await self.tell("response.output_item.done", item=_told(item), **where)
        return item


def _babble(at_ms: int, ms: int, rate: int) -> bytes:
    """Make a sound that rises and falls like speech, four syllables a second."""
    at = np.arange(at_ms * rate // 1000, (at_ms + ms) * rate // 1000) / rate
    pitch = 140 + 25 * np.sin(5 * at)
    loud = np.maximum(0.0, np.sin(2 * np.pi * 4 * at)) * 9000
    sound: bytes = np.rint(loud * np.sin(2 * np.pi * pitch * at)).astype("<i2").tobytes()
    return sound


def _told(item: Item) -> Message:
    told: Message = {"id": item.id, "object": "realtime.item", "type": item.kind}
    if item.kind == "message":
        kind = {"user": "input_text", "system": "input_text"}.get(item.role, "output_audio")
        text = {"transcript" if kind == "output_audio" else "text": item.text}
        told |= {"role": item.role, "status": "completed", "content": [{"type": kind, **text}]}
    elif item.kind == "function_call":
        told |= {"call_id": item.call_id, "name": item.name}
        told |= {"arguments": item.arguments, "status": item.status}
    else:
        told |= {"call_id": item.call_id, "output": item.text}
    return told


def _pieces(words: str) -> list[str]:
    return [piece + " " for piece in words.split(" ")[:-1]] + words.split(" ")[-1:]


def _usage() -> Message:
    return {
        "total_tokens": 150,
        "input_tokens": 100,
        "output_tokens": 50,
        "input_token_details": {
            "audio_tokens": 60,
            "text_tokens": 40,
            "cached_tokens": 30,
            "cached_tokens_details": {"audio_tokens": 10, "text_tokens": 20},
        },
        "output_token_details": {"audio_tokens": 35, "text_tokens": 15},
    }


class OpenAIServer:
    """The server: what each connection was, in order."""

    def __init__(self, conduct: Conduct) -> None:
        """Serve as ``conduct`` says; it may be changed between connections."""
        self.conduct = conduct
        self.sessions: list[Session] = []
        self.handshakes: list[tuple[str, dict[str, str]]] = []
        self._arrived = asyncio.Condition()
        self._server: Server | None = None

    @property
    def port(self) -> int:
        """Where it listens, on this machine."""
        assert self._server is not None
        return int(next(iter(self._server.sockets)).getsockname()[1])

    @property
    def url(self) -> str:
        """The base of its API."""
        return f"http://127.0.0.1:{self.port}/v1"

    async def session(self, number: int = 1) -> Session:
        """Wait for the n-th connection."""
        async with self._arrived:
            await self._arrived.wait_for(lambda: len(self.sessions) >= number)
        return self.sessions[number - 1]

    async def serve(self, socket: ServerConnection) -> None:
        """Serve one connection to its end."""
        assert socket.request is not None
        self.handshakes.append((socket.request.path, dict(socket.request.headers.raw_items())))
        session = Session(socket, self.conduct, len(self.sessions) + 1)
        async with self._arrived:
            self.sessions.append(session)
            self._arrived.notify_all()
        await session.run()

    def at_handshake(self, connection: ServerConnection, request: Any) -> Any:
        """Refuse a handshake with a response, or take it with None."""
        if self.conduct.status_at_handshake:
            return connection.respond(self.conduct.status_at_handshake, "refused\n")
        held = [request.headers.get("Authorization"), request.headers.get("api-key")]
        if f"Bearer {_KEY}" not in held and _KEY not in held:
            return connection.respond(401, "who is this?\n")
        return None


@asynccontextmanager
async def openai_server(conduct: Conduct | None = None) -> AsyncIterator[OpenAIServer]:
    """Run the server on a free port of this machine, for the key ``sk-fake``."""
    fake = OpenAIServer(conduct or Conduct())
    async with serve(
        fake.serve, "127.0.0.1", 0, process_request=fake.at_handshake, compression=None
    ) as server:
        fake._server = server
        yield fake
