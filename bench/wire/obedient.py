"""A voice model that hears when the caller has spoken, and does what it was told beforehand.

It writes nothing down of the caller: its transcript is deaf. That it understands is taken for
granted: what it is to do stands with the call.
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from picows import WSListener
from picows.common import WSUpgradeRequest

from bench.wire.gemini_session import GeminiSession
from bench.wire.model_session import RATE_HZ, Session, in_pieces
from bench.wire.models import Models
from mapokezi.audio.level import LevelMeter, LevelMeterSettings, VoiceEdge, VoiceFell
from mapokezi.audio.resample import resampled

_SOUND = re.compile(rb'"data":\s*"([A-Za-z0-9+/=]+)"')
_ids = itertools.count(1)
_SHORTEST_MS = 400
"""Less is an echo of ours, or a click."""


@dataclass(frozen=True, slots=True)
class Does:
    """What the model does once a turn of the caller's is over."""

    says: str = ""
    tool: str = ""
    """Called before anything is said."""
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class ObedientCall:
    """One call that the model is asked for."""

    acts: Iterator[Does]
    """One a turn of the caller's; with none left it is silent."""
    after_tool: Mapping[str, str] = field(default_factory=dict)
    """What it says to a tool's result, by the result's ``status``; else the result's ``say``."""
    comes_back: str = ""
    """What it says first in every session but the first: the caller is back from a hand-off."""
    results: list[Mapping[str, Any]] = field(default_factory=list)
    """What its tools have answered."""
    sessions: int = 0
    """How many have begun."""

    def joined(self, session: Session) -> None:
        """A session has begun."""
        self.sessions += 1
        if self.sessions > 1 and self.comes_back:
            session.reply(self.comes_back)

    def left(self, session: Session) -> None:
        """A session is over."""

    def answered(self, session: Session, tool: str) -> None:
        """A tool was answered; see `ObedientSession`."""

    def turn_over(self, session: ObedientSession) -> None:
        """The caller has spoken."""
        act = next(self.acts, None)
        if act is None:
            return
        if act.tool:
            session.call_tool(act.tool, act.arguments)
        else:
            session.reply(act.says)

    def told(self, session: ObedientSession, result: Mapping[str, Any]) -> None:
        """A tool's result has come."""
        self.results.append(result)
        said = self.after_tool.get(str(result.get("status")), str(result.get("say") or ""))
        said = f"{said} {result.get('if_cut_off') or ''}".strip()
        if said:
            session.reply(said)


@dataclass
class ObedientModels(Models):
    """Listens for Gemini sessions that obey."""

    voice: Callable[[str], bytes] | None = None
    """Gives words as sound at 8 kHz; without it they are murmured."""

    def _comes(self, request: WSUpgradeRequest) -> WSListener | None:
        del request
        self.opened += 1
        return ObedientSession(self, self.voice)


class ObedientSession(GeminiSession):
    """One session."""

    def __init__(self, models: Models, voice: Callable[[str], bytes] | None = None) -> None:
        """Begin with nothing heard."""
        super().__init__(models)
        self._voice = voice
        self._rose_ms = 0
        self._meter = LevelMeter(settings=LevelMeterSettings(fall_ms=600))

    def take(self, message: bytes) -> None:
        """Hear sound, take a tool's answer, or be set up."""
        call = self.caller
        if message.startswith(b'{"realtimeInput"') and isinstance(call, ObedientCall):
            for found in _SOUND.finditer(message):
                for edge in self._meter.feed(base64.b64decode(found[1])):
                    self._edge(call, edge)
        elif message.startswith(b'{"toolResponse"') and isinstance(call, ObedientCall):
            for one in json.loads(message)["toolResponse"]["functionResponses"]:
                call.told(self, one["response"])
        else:
            super().take(message)

    def _edge(self, call: ObedientCall, edge: VoiceEdge) -> None:
        if isinstance(edge, VoiceFell):
            if edge.at_ms - self._rose_ms >= _SHORTEST_MS:
                call.turn_over(self)
        else:
            self._rose_ms = edge.at_ms

    async def _reply(self, text: str, tool: str, pieces: int | None) -> None:
        if text and (voice := self._voice) is not None:
            sound = await asyncio.to_thread(voice, text)  # it may have to be made first
            spoken = in_pieces(resampled(sound, 8_000, RATE_HZ))
            self.pieces = lambda _text, _how: spoken
        await super()._reply(text, tool, pieces)

    def call_tool(self, name: str, arguments: Mapping[str, Any]) -> None:
        """Call a tool."""
        call = {"id": f"call-{next(_ids)}", "name": name, "args": dict(arguments)}
        self.tell(toolCall={"functionCalls": [call]})
