"""Voice models of each kind that hold a conversation, and fail at a moment and in a way.

Each speaks its vendor's own wire through its fake server (`tests/fakes`), over wires without a
network. What they know is the same: `Lore`. What the caller says, they are told as it is said
(`Lore.said`), for a caller's sound in tests holds no words; when it was said, and whether it was
heard at all, they find out from the sound themselves.
"""

from __future__ import annotations

import asyncio
import base64
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from tests.fakes import chat_server, gemini_server, openai_server
from tests.fakes.gemini_acts import GivesHandles, Visit
from tests.fakes.memory_wire import FarEnd, MemoryHttp
from websockets.asyncio.server import ServerConnection
from websockets.http11 import Request

from mapokezi.audio.formats import samples_in
from mapokezi.audio.resample import resampled
from mapokezi.bridge.chat_voice import ChatModel, chat_model_of
from mapokezi.bridge.models import Model
from mapokezi.voice.profile import ModelProfile
from mapokezi.voice.protocols import gemini_live, openai_realtime
from mapokezi.voice.protocols.scripted import murmur

RATE_HZ = 24_000
TONE_HZ = 480
LOST = ("not understood", "words were lost on the line")
"""By these a model is told that nobody knows what the caller said."""
_LOUD = 500
_SLOWNESS = 0.5
"""Models speak about twice as fast as they are heard."""


# -- what they know --


@dataclass(frozen=True)
class Saying:
    """Something to say."""

    text: str


@dataclass(frozen=True)
class Calling:
    """A tool to call; what follows it is said once it is answered."""

    name: str
    arguments: Mapping[str, Any]


Step = Saying | Calling


@dataclass
class Lore:
    """What a model makes of a conversation: the same for all kinds."""

    replies: Mapping[str, Callable[[str], Sequence[Step]]]
    """By the caller's words: told all that the model knows, gives what it says and does."""
    said: str = ""
    """What the caller is saying, or has said last."""

    def reply(self, known: str, last: str) -> Sequence[Step]:
        """Decide on a reply to the caller's last words, by all that the model was told."""
        found = self.replies.get(last)
        return found(known) if found else [Saying("Sorry, could you say that again, please?")]

    def last_in(self, texts: Sequence[str]) -> str:
        """Find what the caller said last, in a conversation as it was told."""
        for told in reversed(texts):
            if any(lost in told for lost in LOST):
                return ""
            if any(text in told for text in self.replies):
                return max(self.replies, key=told.rfind)
        return ""


# -- what they have in common --


def spoken_ms(text: str) -> int:
    """How long a text takes to be said."""
    return len(murmur(text)) // 32


def sound_of(text: str) -> bytes:
    """A text's sound at the models' rate."""
    return resampled(murmur(text), 16_000, RATE_HZ)


def bent(pcm: bytes, how: str) -> bytes:
    """What a failing model makes of its sound: next to nothing, or a tone."""
    if how == "muted":
        return bytes(np.resize([2, -1, 0, -2, 1], len(pcm) // 2).astype("<i2").tobytes())
    if how == "toned":
        at = np.arange(len(pcm) // 2) / RATE_HZ  # 480 Hz: whole waves in every piece of 100 ms
        return bytes((8_000 * np.sin(2 * np.pi * TONE_HZ * at)).astype("<i2").tobytes())
    return pcm


@dataclass
class Peer(ABC):
    """One model's far side."""

    lore: Lore
    fails_as: str = ""
    """``killed``, ``frozen``, ``muted`` or ``toned``; empty while all is well."""
    on_moment: Callable[[str, str], None] = lambda _kind, _text: None
    """Told as a reply is half said (``reply``) and as a tool is called (``tool``), with its text
    or name."""
    opened: int = 0
    """How many sessions or requests it has had."""
    slowness: float = _SLOWNESS
    """Seconds that a second of sound takes to be sent."""
    ends: list[FarEnd] = field(default_factory=list)

    @property
    def is_reachable(self) -> bool:
        return self.fails_as != "killed"

    @property
    def answers(self) -> bool:
        return self.fails_as != "frozen"

    @abstractmethod
    def model(self, name: str) -> Model | ChatModel:
        """The profile, as the line has it."""

    def fail(self, how: str) -> None:
        """From now on, fail; ``cut``: the connection breaks, and the server is well."""
        self.fails_as = "" if how == "cut" else how
        for end in self.ends:
            if how == "killed":
                asyncio.get_running_loop().create_task(end.close(1011, "internal error"))
            elif how == "cut":
                end.transport.abort()
            elif how == "frozen":
                end.freeze()

    def _tell_half(self, text: str) -> asyncio.TimerHandle:
        after_s = spoken_ms(text) / 1000 * self.slowness / 2
        return asyncio.get_running_loop().call_later(after_s, self.on_moment, "reply", text)

    def _come(self, socket: ServerConnection) -> None:
        end: Any = socket
        self.opened += 1
        self.ends.append(end)
        end.bend = self._bend

    def _bend(self, message: bytes) -> bytes:
        if self.fails_as not in ("muted", "toned"):
            return message
        told = json.loads(message)
        self._bend_sound(told)
        return json.dumps(told).encode()

    def _bend_sound(self, told: dict[str, Any]) -> None:  # noqa: B027  one has none
        """Make the sound in a message what the failure makes of it, if sound comes in messages."""

    def _bend_data(self, data: str) -> str:
        return base64.b64encode(bent(base64.b64decode(data), self.fails_as)).decode()

    async def close(self) -> None:  # noqa: B027  one has nothing to close
        """Nothing of it runs by itself."""


# -- Gemini Live --


@dataclass
class GeminiPeer(Peer):
    """Speaks Gemini Live."""

    bundled: bool = False
    """Whether all of a turn goes into one message."""
    heard: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        script: list[gemini_server.Act] = [gemini_server.Accept(), self._converse]
        self.server = gemini_server.GeminiServer(script, repeat_last=True)

    def model(self, name: str) -> Model:
        profile = ModelProfile(name=name, protocol="gemini_live", url=f"wss://{name}", key="k")
        return Model(profile=profile, make=gemini_live.make, host=name)

    def at_handshake(self, far: ServerConnection, request: Request) -> Any:
        return self.server.at_handshake(far, request)

    async def serve(self, far: ServerConnection) -> None:
        self._come(far)
        await self.server.serve(far)
        assert self.server.failures == []
        assert self.server.faults == []

    def _bend_sound(self, told: dict[str, Any]) -> None:
        for part in told.get("serverContent", {}).get("modelTurn", {}).get("parts", ()):
            part["inlineData"]["data"] = self._bend_data(part["inlineData"]["data"])

    async def _converse(self, server: GivesHandles, visit: Visit) -> None:
        """The act that never ends: hear, answer, hear."""
        taken = 0
        while True:
            await visit.until(
                partial(lambda taken: _is_over(visit) or len(_asked(visit)) > taken, taken)
            )
            asked = _asked(visit)
            if len(asked) > taken:
                order, taken = asked[-1], len(asked)
                if order.startswith("[From the office, not from the caller. Say"):
                    await self._replies(server, visit, [Saying(order.rpartition("\n")[2])])
                    continue
                last = self.lore.last_in([*visit.texts(), *self.heard])
            else:
                visit.voice_ms = 0
                last = self.lore.said
                self.heard.append(last)
                await gemini_server.Understand(last)(server, visit)
            await asyncio.sleep(0.3)
            known = "\n".join([json.dumps(visit.setup), *visit.texts(), *self.heard])
            await self._replies(server, visit, self.lore.reply(known, last))

    async def _replies(self, server: GivesHandles, visit: Visit, steps: Sequence[Step]) -> None:
        """Say and do it, unless the caller cuts in."""
        doing = asyncio.ensure_future(self._do(server, visit, steps))
        cutting = asyncio.ensure_future(visit.until(lambda: visit.voice_ms >= 120))
        try:
            await asyncio.wait({doing, cutting}, return_when=asyncio.FIRST_COMPLETED)
            if doing.done():
                doing.result()
            else:
                doing.cancel()
                await gemini_server.Interrupt()(server, visit)
        finally:
            doing.cancel()
            cutting.cancel()
            await asyncio.gather(doing, cutting, return_exceptions=True)

    async def _do(self, server: GivesHandles, visit: Visit, steps: Sequence[Step]) -> None:
        for number, step in enumerate(steps):
            if isinstance(step, Saying):
                half = self._tell_half(step.text)
                is_last = number == len(steps) - 1
                say = gemini_server.Say(
                    step.text, pcm=sound_of(step.text), piece_ms=100, slowness=self.slowness,
                    ends_turn=is_last, bundled=self.bundled,
                )  # fmt: skip
                try:
                    await say(server, visit)
                finally:
                    half.cancel()
            else:
                self.on_moment("tool", step.name)
                vendor_id = f"call-{len(visit.of('toolResponse')) + 1}-{visit.number}"
                call = gemini_server.CallTool(step.name, dict(step.arguments), vendor_id)
                await call(server, visit)


def _is_over(visit: Visit) -> bool:
    """Whether the caller has spoken and paused."""
    return visit.voice_ms >= 200 and visit.quiet_ms >= 500


def _asked(visit: Visit) -> list[str]:
    """What the client has asked for by words, the history aside."""
    contents = visit.of("clientContent")
    if visit.setup is not None and "historyConfig" in visit.setup:
        contents = contents[1:]
    return [
        content["turns"][-1]["parts"][-1]["text"]
        for content in contents
        if content.get("turnComplete") and content.get("turns")
    ]


# -- OpenAI Realtime --


@dataclass
class OpenAIPeer(Peer):
    """Speaks OpenAI Realtime."""

    dialect: str = "ga"

    def __post_init__(self) -> None:
        conduct = openai_server.Conduct(
            dialect=self.dialect, thinks=self._thinks, sound_of=sound_of
        )
        self.server = openai_server.OpenAIServer(conduct)

    def model(self, name: str) -> Model:
        profile = ModelProfile(
            name=name,
            protocol="openai_realtime",
            url=f"ws://{name}/v1",
            key="sk-fake",
            options={"dialect": self.dialect},
        )
        return Model(profile=profile, make=openai_realtime.make, host=name)

    def at_handshake(self, far: ServerConnection, request: Request) -> Any:
        return self.server.at_handshake(far, request)

    async def serve(self, far: ServerConnection) -> None:
        self._come(far)
        number = len(self.server.sessions) + 1
        serving = asyncio.ensure_future(self.server.serve(far))
        session = await self.server.session(number)
        hearing = asyncio.ensure_future(self._hear(session))
        try:
            await serving
        finally:
            for task in (hearing, serving):
                task.cancel()
            await asyncio.gather(hearing, serving, return_exceptions=True)

    def _bend_sound(self, told: dict[str, Any]) -> None:
        if told["type"] in ("response.output_audio.delta", "response.audio.delta"):
            told["delta"] = self._bend_data(told["delta"])

    async def _hear(self, session: openai_server.Session) -> None:
        """The service's detector: a voice, and its end half a second later."""
        seen = quiet = voice = 0
        is_voice = False
        while True:
            await asyncio.sleep(0.1)
            fresh = session.received[seen:]
            seen = len(session.received)
            sound = b"".join(
                base64.b64decode(one["audio"])
                for one in fresh
                if one["type"] == "input_audio_buffer.append"
            )
            if not sound:
                continue
            is_loud = bool(np.abs(samples_in(sound)).max() > _LOUD)
            quiet, voice = (0, voice + 1) if is_loud else (quiet + 1, 0)
            if is_loud and not is_voice:
                is_voice = True
                await session.hear_voice()
            elif is_voice and quiet == 5:
                is_voice = False
                text = self.lore.said
                item_id = await session.hear_silence(text=text)
                await session.transcribe(item_id, text, pieces=3)

    def _thinks(
        self, session: openai_server.Session, _wanted: Mapping[str, Any]
    ) -> Sequence[openai_server.Output]:
        self.server.conduct.slowness = self.slowness
        texts = [item.text for item in session.items]
        known = "\n".join([json.dumps(session.session), *texts])
        if session.items and session.items[-1].kind == "function_call_output":
            known += "\n" + session.items[-1].text
        outputs: list[openai_server.Output] = []
        for step in self.lore.reply(known, self.lore.last_in(texts)):
            if isinstance(step, Saying):
                outputs.append(openai_server.Spoken(step.text, spoken_ms(step.text)))
                self._tell_half(step.text)
            else:
                outputs.append(openai_server.Called(step.name, json.dumps(step.arguments)))
                asyncio.get_running_loop().call_soon(self.on_moment, "tool", step.name)
                break  # what follows is said when the result is there
        return outputs


# -- a chat model, with a speech server --


@dataclass
class ChatPeer(Peer):
    """A chat model, and a voice at the same server; both fail together."""

    def __post_init__(self) -> None:
        self.server = chat_server.ChatServer(thinks=self._thinks, voice=self._voice)
        self.http = MemoryHttp(self.server.connected)

    def model(self, name: str) -> ChatModel:
        url = f"http://{name}/v1"
        profile = ModelProfile(
            name=name, protocol="chat_completions", model="qwen3", url=url,
            options={"tts_url": url},
        )  # fmt: skip
        made = chat_model_of(profile)
        for service in made.services:
            self.http.carry(service)
        return made

    def fail(self, how: str) -> None:
        self.fails_as = "" if how == "cut" else how
        if how == "killed":
            self.http.break_all()
        elif how == "cut":
            for stream in self.http.streams:
                stream.break_off()
        elif how == "frozen":
            self.http.freeze()

    def _voice(self, text: str) -> bytes:
        return bent(sound_of(text), self.fails_as)

    def _thinks(self, asked: Mapping[str, Any]) -> Sequence[chat_server.Act]:
        if asked.get("max_tokens") == 1:  # the instructions are shown before the caller waits
            return chat_server.answer("I")
        self.opened += 1
        messages = asked["messages"]
        texts = [str(one.get("content") or "") for one in messages]
        last = self.lore.last_in([str(m["content"]) for m in messages if m["role"] == "user"])
        acts: list[chat_server.Act] = []
        steps = self.lore.reply("\n".join(texts), last)
        for step in steps:
            if isinstance(step, Saying):
                acts.append(chat_server.Say(step.text, pause_s=0.04))
                after_s = len(step.text) / 4 * 0.04 / 2
                loop = asyncio.get_running_loop()
                loop.call_later(after_s, self.on_moment, "reply", step.text)
            else:
                acts.append(chat_server.Call(step.name, json.dumps(step.arguments)))
                asyncio.get_running_loop().call_soon(self.on_moment, "tool", step.name)
                break
        is_call = any(isinstance(act, chat_server.Call) for act in acts)
        reason = "tool_calls" if is_call else "stop"
        return [*acts, chat_server.Finish(reason), chat_server.Count()]

    async def close(self) -> None:
        await self.http.close()
