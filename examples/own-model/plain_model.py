"""A voice model of one's own behind the receptionist: its protocol, as one pure file.

The model is a server that talks JSON over a WebSocket. We send ``start``, ``sound``, ``heard``,
``result``; it sends ``ready``, ``caller``, ``begin``, ``sound``, ``words``, ``end``,
``interrupted``, ``tool``. Nothing here opens a socket or reads a clock, so it is tested without
either; `mapokezi.bridge.model_socket` drives it, watches what it sends, and replaces it when it
fails.

`make` is what the entry point names; see docs/how-to/add-your-own-model.md.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from mapokezi.errors import ConfigurationError
from mapokezi.voice.events import (
    CallerHeard,
    CallerTurnEnded,
    ReplyAudio,
    ReplyCancelled,
    ReplyEnded,
    ReplyInterrupted,
    ReplyStarted,
    ReplyText,
    ToolCalled,
    VoiceEvent,
    VoiceFailed,
    VoiceReady,
)
from mapokezi.voice.profile import ModelBriefing, ModelProfile
from mapokezi.voice.session import SessionBriefing
from mapokezi.voice.wire import CloseSocket, OpenSocket, Order, Send

RATE_HZ = 16_000


def make(profile: ModelProfile, briefing: ModelBriefing, prefix: str) -> PlainModel:
    """Make the protocol of one session.

    Raises:
        ConfigurationError: If the profile has an option that is not known here.
    """
    for key in profile.options:
        if key != "manner":
            raise ConfigurationError(f"model.{profile.name}.options.{key}: not known")
    return PlainModel(profile, briefing, prefix)


class PlainModel:
    """One conversation; see `mapokezi.voice.wire.ModelProtocol` for what each method means."""

    def __init__(self, profile: ModelProfile, briefing: ModelBriefing, prefix: str) -> None:
        self._profile = profile
        self._briefing = briefing
        self._prefix = prefix
        self._events: list[VoiceEvent] = []
        self._orders: list[Order] = []
        self._connection = 0
        self._is_open = False
        self._turns = 0

    # -- the socket's side --

    def socket_opened(self, connection: int, now: float) -> None:
        self._is_open = connection == self._connection
        self._send(
            type="start",
            instructions=self._seed.instructions,
            manner=self._profile.options.get("manner", "plain"),
            tools=[tool.name for tool in self._briefing.tools],
            history=[[turn.speaker, turn.text] for turn in self._seed.history],
            reply_owed=self._seed.reply_owed,
        )

    def socket_closed(self, connection: int, code: int, reason: str, now: float) -> None:
        if connection == self._connection:
            self._is_open = False
            self._events.append(VoiceFailed(f"closed with {code}: {reason}"))

    def receive(self, connection: int, message: bytes, now: float) -> None:
        said = json.loads(message)
        item_id = self._prefix + str(said.get("item", ""))
        match said["type"]:
            case "ready":
                self._events.append(VoiceReady(self._profile.name, leads_turns=True))
            case "caller":
                self._turns += 1
                turn_id = f"{self._prefix}turn-{self._turns}"
                self._events.append(CallerHeard(turn_id, said["text"], final=True))
                self._events.append(CallerTurnEnded(turn_id, 0))
            case "begin":
                self._events.append(ReplyStarted(item_id))
            case "sound":
                pcm = base64.b64decode(said["data"])
                self._events.append(ReplyAudio(item_id, pcm, RATE_HZ))
            case "words":
                self._events.append(ReplyText(item_id, said["text"]))
            case "end":
                self._events.append(ReplyEnded(item_id))
            case "interrupted":
                self._events.append(ReplyInterrupted())
            case "tool":
                tool_id = self._prefix + said["id"]
                self._events.append(ToolCalled(tool_id, said["name"], said["arguments"]))

    # -- the call's side --

    def open(self, briefing: SessionBriefing, now: float) -> None:
        self._seed = briefing
        self._connection += 1
        key = (("Authorization", f"Bearer {self._profile.key}"),) if self._profile.key else ()
        url = self._profile.url or "ws://127.0.0.1:9000/talk"
        self._orders.append(OpenSocket(self._connection, url, (*self._profile.headers, *key)))

    def caller_audio(self, pcm: bytes, now: float) -> bytes | None:
        if not self._is_open:
            return None
        return b'{"type":"sound","data":"%b"}' % base64.b64encode(pcm)

    def caller_digit(self, digit: str, now: float) -> None:
        self._send(type="key", key=digit)

    def speak(self, text: str, item_id: str, now: float) -> None:
        self._events.append(ReplyCancelled(item_id))  # it cannot: the local voice says it

    def told(self, text: str, now: float) -> None:
        self._send(type="told", text=text)

    def reply_audible(self, item_id: str, now: float) -> None:
        pass

    def cut_reply(self, item_id: str, heard_ms: int, heard_text: str, now: float) -> None:
        self._send(type="heard", item=item_id.removeprefix(self._prefix), ms=heard_ms)

    def disregard_turn(self, turn_id: str, now: float) -> None:
        pass

    def answer_tool(self, tool_call_id: str, result: Mapping[str, Any], now: float) -> None:
        self._send(type="result", id=tool_call_id.removeprefix(self._prefix), result=dict(result))

    def close(self, now: float) -> None:
        self._orders.append(CloseSocket(self._connection))

    # -- what it wants --

    def events(self) -> list[VoiceEvent]:
        taken, self._events = self._events, []
        return taken

    def orders(self) -> list[Order]:
        taken, self._orders = self._orders, []
        return taken

    def next_timer(self) -> float | None:
        return None

    def handle_timer(self, now: float) -> None:
        pass

    def _send(self, **message: Any) -> None:
        if self._is_open:
            self._orders.append(Send(self._connection, json.dumps(message).encode()))
