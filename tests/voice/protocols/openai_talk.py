"""One side of a conversation with the protocol under test: the server's lines, said by the test."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from mapokezi.voice.events import VoiceEvent
from mapokezi.voice.profile import ModelBriefing, ModelProfile, ToolForModel
from mapokezi.voice.protocols.openai_realtime import make
from mapokezi.voice.session import PastTurn, SessionBriefing
from mapokezi.voice.wire import CloseSocket, OpenSocket, Order, Send

TOOL = ToolForModel(
    "take_message",
    "Save a message.",
    {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]},
)
BRIEFING = ModelBriefing(
    tools=(TOOL,), vocabulary=("Wanjiku", "Otieno"), languages=("en-KE", "sw-KE")
)


def profile(url: str = "", **options: object) -> ModelProfile:
    return ModelProfile(
        name="cloud", protocol="openai_realtime", url=url, key="sk-fake", options=options
    )


def sound(ms: int, rate: int = 24_000, value: int = 1) -> bytes:
    return value.to_bytes(2, "little", signed=True) * (ms * rate // 1000)


class Talk:
    """A protocol, what it ordered and what it told. Time stands still unless it is moved."""

    def __init__(self, url: str = "", **options: object) -> None:
        self.now = 100.0
        self.protocol = make(profile(url, **options), BRIEFING, "m1-")
        self.events: list[VoiceEvent] = []
        self.orders: list[Order] = []
        self.connection = 0

    # -- the call --

    def open(self, history: tuple[PastTurn, ...] = (), **briefing: Any) -> Talk:
        told = SessionBriefing("Be brief.", "+254712345678", history, **briefing)
        self.protocol.open(told, self.now)
        return self.gather()

    def ready(self, **opening: Any) -> Talk:
        """Open, connect and set up; forget what that brought."""
        self.open(**opening)
        self.connect()
        self.events.clear()
        self.orders.clear()
        return self

    def connect(self) -> Talk:
        opened = [order for order in self.orders if isinstance(order, OpenSocket)][-1]
        self.connection = opened.connection
        self.protocol.socket_opened(self.connection, self.now)
        self.server("session.created", session={"model": "gpt-realtime-2.1"})
        return self.server("session.updated", session={})

    def caller(self, ms: int = 20) -> bytes | None:
        """The caller's sound goes by, 20 ms at a time; give the last message."""
        message = None
        for _ in range(ms // 20):
            message = self.protocol.caller_audio(sound(20, 16_000), self.now)
            self.now += 0.02
        self.gather()
        return message

    def cut(self, item_id: str, heard_ms: int, text: str = "") -> Talk:
        self.protocol.cut_reply(item_id, heard_ms, text, self.now)
        return self.gather()

    def answer(self, tool_call_id: str, result: Mapping[str, Any]) -> Talk:
        self.protocol.answer_tool(tool_call_id, result, self.now)
        return self.gather()

    def speak(self, text: str, item_id: str) -> Talk:
        self.protocol.speak(text, item_id, self.now)
        return self.gather()

    def digit(self, digit: str) -> Talk:
        self.protocol.caller_digit(digit, self.now)
        return self.gather()

    # -- the server --

    def server(self, kind: str, **fields: Any) -> Talk:
        message = json.dumps({"type": kind, "event_id": "event_1", **fields})
        return self.raw(message.encode())

    def raw(self, message: bytes) -> Talk:
        self.protocol.receive(self.connection, message, self.now)
        return self.gather()

    def begin(self, response_id: str = "r1", mark: str | None = None) -> Talk:
        metadata = {"asked": mark} if mark else None
        return self.server("response.created", response={"id": response_id, "metadata": metadata})

    def audio(self, item_id: str = "i1", response_id: str = "r1", ms: int = 100) -> Talk:
        delta = base64.b64encode(sound(ms)).decode()
        return self.server(
            "response.output_audio.delta",
            response_id=response_id,
            item_id=item_id,
            content_index=0,
            delta=delta,
        )

    def words(self, text: str, item_id: str = "i1", response_id: str = "r1") -> Talk:
        return self.server(
            "response.output_audio_transcript.delta",
            response_id=response_id,
            item_id=item_id,
            delta=text,
        )

    def item_done(self, item_id: str = "i1", response_id: str = "r1", **item: Any) -> Talk:
        told = {"id": item_id, "type": "message", "status": "completed", **item}
        return self.server("response.output_item.done", response_id=response_id, item=told)

    def call(
        self, item_id: str = "f1", response_id: str = "r1", call_id: str = "c1", **item: Any
    ) -> Talk:
        told = {"name": "take_message", "arguments": '{"name":"Grace"}', "call_id": call_id}
        return self.item_done(item_id, response_id, **{"type": "function_call", **told, **item})

    def done(self, response_id: str = "r1", status: str = "completed", **more: Any) -> Talk:
        return self.server("response.done", response={"id": response_id, "status": status, **more})

    def voice(self, item_id: str = "u1", at_ms: int = 0) -> Talk:
        return self.server(
            "input_audio_buffer.speech_started", item_id=item_id, audio_start_ms=at_ms
        )

    def pause(self, item_id: str = "u1", at_ms: int = 0, previous: str | None = None) -> Talk:
        self.server("input_audio_buffer.speech_stopped", item_id=item_id, audio_end_ms=at_ms)
        return self.server(
            "input_audio_buffer.committed", item_id=item_id, previous_item_id=previous
        )

    def turn(self, item_id: str = "u1", previous: str | None = None) -> Talk:
        return self.voice(item_id).pause(item_id, previous=previous)

    def transcript(self, item_id: str, text: str) -> Talk:
        kind = "conversation.item.input_audio_transcription.completed"
        return self.server(kind, item_id=item_id, transcript=text)

    def error(self, code: str, event_id: str | None = None, message: str = "no") -> Talk:
        told = {"type": "invalid_request_error", "code": code, "event_id": event_id}
        return self.server("error", error={**told, "message": message})

    def lost(self, code: int = 1006, reason: str = "") -> Talk:
        self.protocol.socket_closed(self.connection, code, reason, self.now)
        return self.gather()

    # -- time --

    def wait(self, seconds: float) -> Talk:
        """Let time pass, and every deadline in it come at its own instant."""
        until = self.now + seconds
        for _ in range(10_000):
            due = self.protocol.next_timer()
            if due is None or due > until:
                break
            self.now = max(self.now, due)
            self.protocol.handle_timer(self.now)
            self.gather()
        else:
            raise AssertionError("a deadline that never goes")
        self.now = until
        return self

    # -- what came of it --

    def gather(self) -> Talk:
        self.events += self.protocol.events()
        self.orders += self.protocol.orders()
        return self

    def told(self, *kinds: type) -> list[Any]:
        """Take the events of some kinds (of all, if none is named) and forget the others."""
        taken, self.events = self.events, []
        return [event for event in taken if not kinds or isinstance(event, kinds)]

    def sent(self, kind: str = "") -> list[dict[str, Any]]:
        """Take the messages of a type (all, if none is named) and forget all others."""
        taken, self.orders = self.orders, []
        messages = [json.loads(order.message) for order in taken if isinstance(order, Send)]
        return [message for message in messages if not kind or message["type"] == kind]

    def kinds(self) -> list[str]:
        """Take the types of the messages sent, sockets opened and closed."""
        taken, self.orders = self.orders, []
        names = {OpenSocket: "open", CloseSocket: "close"}
        return [
            json.loads(order.message)["type"] if isinstance(order, Send) else names[type(order)]
            for order in taken
        ]
