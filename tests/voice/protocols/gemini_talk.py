"""A far side for the pure protocol of Gemini Live: messages played to it, what it did collected."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any, TypeVar

from mapokezi.voice.events import VoiceEvent
from mapokezi.voice.profile import ModelBriefing, ModelProfile, ToolForModel
from mapokezi.voice.protocols.gemini_live import make
from mapokezi.voice.session import PastTurn, SessionBriefing
from mapokezi.voice.wire import CloseSocket, OpenSocket, Order, Send

KEY = "a-key"
PREFIX = "v1-"
LOOK_UP = ToolForModel(
    "look_up",
    "Find a fact.",
    {"type": "object", "properties": {"what": {"type": "string"}}, "required": ["what"]},
)
TAKE_MESSAGE = ToolForModel(
    "take_message",
    "Save a message.",
    {"type": "object", "properties": {"name": {"type": "string"}}},
    is_slow=True,
)
END_CALL = ToolForModel("end_call", "End the call.", {"type": "object", "properties": {}})
BRIEFING = ModelBriefing(
    tools=(LOOK_UP, TAKE_MESSAGE, END_CALL), vocabulary=("Otieno", "Wanjiku Advocates")
)
SOUND = bytes(range(240)) * 8
"""40 ms at 24 kHz."""
FRAME = bytes(640)

E = TypeVar("E", bound=VoiceEvent)


def profile(**changes: Any) -> ModelProfile:
    given: dict[str, Any] = {"name": "google", "protocol": "gemini_live", "key": KEY}
    return ModelProfile(**(given | changes))


def part(pcm: bytes = SOUND, **more: Any) -> dict[str, Any]:
    data = base64.b64encode(pcm).decode()
    return {"inlineData": {"mimeType": "audio/pcm;rate=24000", "data": data}, **more}


def audio(*pcm: bytes) -> dict[str, Any]:
    return {"modelTurn": {"parts": [part(one) for one in pcm or (SOUND,)]}}


class FarSide:
    """The server and the call at once, on a clock that only the test moves."""

    def __init__(
        self,
        model_profile: ModelProfile | None = None,
        briefing: ModelBriefing = BRIEFING,
    ) -> None:
        self.protocol = make(model_profile or profile(), briefing, PREFIX)
        self.now = 100.0
        self.connection = 0
        self.told: list[VoiceEvent] = []
        self.orders: list[Order] = []
        self.sent: list[dict[str, Any]] = []
        self.raw: list[bytes] = []

    def open(
        self,
        history: tuple[PastTurn, ...] = (),
        came_back_from: str | None = None,
        **more: Any,
    ) -> None:
        briefing = SessionBriefing("Be kind.", "+254722000000", history, came_back_from, **more)
        self.protocol.open(briefing, self.now)
        self.gather()

    def gather(self) -> None:
        self.told += self.protocol.events()
        for order in self.protocol.orders():
            self.orders.append(order)
            if isinstance(order, OpenSocket):
                self.connection = order.connection
            elif isinstance(order, Send):
                assert order.connection == self.connection
                self.raw.append(order.message)
                self.sent.append(json.loads(order.message))

    def accept(self) -> None:
        """The handshake is done and the setup accepted."""
        self.handshake()
        self.send(setupComplete={})

    def handshake(self) -> None:
        self.protocol.socket_opened(self.connection, self.now)
        self.gather()

    def ready(self) -> FarSide:
        self.open()
        self.accept()
        self.forget()
        return self

    def send(self, **message: Any) -> None:
        self.send_raw(json.dumps(message).encode())

    def send_raw(self, message: bytes, connection: int | None = None) -> None:
        self.protocol.receive(connection or self.connection, message, self.now)
        self.gather()

    def content(self, **content: Any) -> None:
        self.send(serverContent=content)

    def says(self, text: str = "Yes.") -> None:
        """A whole generation, without its turn's end."""
        self.content(**audio(), outputTranscription={"text": text})
        self.content(generationComplete=True)

    def hears(self, text: str, **more: Any) -> None:
        self.content(inputTranscription={"text": text, **more})

    def calls(self, name: str, vendor_id: str | None = "c1", args: Any = None) -> None:
        call: dict[str, Any] = {"name": name, "args": {} if args is None else args}
        if vendor_id is not None:
            call["id"] = vendor_id
        self.send(toolCall={"functionCalls": [call]})

    def close(self, code: int, reason: str = "") -> None:
        self.protocol.socket_closed(self.connection, code, reason, self.now)
        self.gather()

    def caller(self, pcm: bytes = FRAME) -> bytes | None:
        return self.protocol.caller_audio(pcm, self.now)

    def answer(self, tool_call_id: str, result: Mapping[str, Any]) -> None:
        self.protocol.answer_tool(tool_call_id, result, self.now)
        self.gather()

    def speak(self, text: str, item_id: str) -> None:
        self.protocol.speak(text, item_id, self.now)
        self.gather()

    def wait(self, seconds: float) -> None:
        """Let time pass; every deadline on the way is met at its instant."""
        until = self.now + seconds
        for _ in range(200):
            due = self.protocol.next_timer()
            if due is None or due > until:
                break
            self.now = max(self.now, due)
            self.protocol.handle_timer(self.now)
            self.gather()
        else:
            raise AssertionError("timers without end")
        self.now = until

    def forget(self) -> None:
        self.told.clear()
        self.orders.clear()
        self.sent.clear()
        self.raw.clear()

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in self.told if isinstance(event, kind)]

    @property
    def kinds(self) -> list[str]:
        return [type(event).__name__ for event in self.told]

    @property
    def dialled(self) -> list[OpenSocket]:
        return [order for order in self.orders if isinstance(order, OpenSocket)]

    @property
    def hung_up(self) -> list[CloseSocket]:
        return [order for order in self.orders if isinstance(order, CloseSocket)]

    def sent_with(self, key: str) -> list[Any]:
        return [message[key] for message in self.sent if key in message]
