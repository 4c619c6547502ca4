"""One message taken by one voice after the other: what is confirmed is never asked for again.

Gemini Live and OpenAI Realtime are spoken to in their own protocols, over sockets in memory; a
chat model through its cascade; the clerk comes last. In every order each takes up what the one
before has asked, and the message that is saved at the end holds what the caller has confirmed.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncGenerator
from functools import partial
from typing import Any, cast

import pytest
from tests.bridge.models_in_memory import FarModel, FarSide, LivelyWords, MemorySocket
from tests.bridge.test_chat_mind import says

from mapokezi.bridge.chat_voice import ChatModel
from mapokezi.bridge.model_voices import ModelVoices, ModelVoicesSettings
from mapokezi.bridge.models import Model
from mapokezi.bridge.voices import LocalVoices
from mapokezi.speech.http_service import HttpFailed
from mapokezi.voice.profile import ModelProfile
from mapokezi.voice.protocols import gemini_live, openai_realtime
from mapokezi.voice.protocols.chat_completions.options import options_of
from mapokezi.voice.wire import OpenSocket

pytestmark = pytest.mark.anyio
VIRTUAL_TIME = True

WISH, NAME = "I want to leave a message for Mr Otieno.", "Mary Wambui."
NAME_YES, NUMBER = "Yes, that is right.", "Zero seven three three one two three four five six."
NUMBER_YES, REASON = "Correct, thank you.", "My salary has not been paid for two months."
WHEN, ALL_YES = "Tomorrow morning.", "Yes, it is."
ANSWERS = {
    WISH: "Of course. May I have your full name, please?",
    NAME: "Mary Wambui. Is that right?",
    NAME_YES: "Thank you. What is the best number to reach you on?",
    NUMBER: "Zero seven three three, one two three, four five six. Is that correct?",
    NUMBER_YES: "What is the message about?",
    REASON: "When is a good time to call you back?",
}


class Gemini:
    """The server's side of Gemini Live, as far as this talk needs it."""

    def read(self, said: dict[str, Any]) -> list[dict[str, Any]]:
        if "setup" in said:
            (part,) = said["setup"]["systemInstruction"]["parts"]
            return [{"type": "start", "instructions": part["text"], "reply_owed": False}]
        if audio := said.get("realtimeInput", {}).get("audio"):
            return [{"type": "sound", "data": audio["data"]}]
        turns = said.get("clientContent", {}).get("turns", [])
        texts = [part["text"] for turn in turns for part in turn["parts"]]
        if any("taken over" in text for text in texts):
            return [{"type": "asked"}]
        heard = [turn["parts"][-1]["text"] for turn in turns if turn["role"] == "user"]
        return [{"type": "history", "heard": heard}] if heard else []

    def write(self, told: dict[str, Any]) -> list[dict[str, Any]]:
        match told["type"]:
            case "ready":
                return [{"setupComplete": {}}]
            case "caller":
                heard = {"text": told["text"], "finished": True}
                return [{"serverContent": {"inputTranscription": heard}}]
            case "words":
                return [{"serverContent": {"outputTranscription": {"text": told["text"]}}}]
            case "sound":
                blob = {"mimeType": "audio/pcm;rate=16000", "data": told["data"]}
                return [{"serverContent": {"modelTurn": {"parts": [{"inlineData": blob}]}}}]
            case "end":
                ends = ("generationComplete", "turnComplete")
                return [{"serverContent": {end: True}} for end in ends]
        return []


class OpenAI:
    """The server's side of OpenAI Realtime."""

    def __init__(self) -> None:
        self.turns = 0

    def read(self, said: dict[str, Any]) -> list[dict[str, Any]]:
        match said["type"]:
            case "session.update":
                told = said["session"]["instructions"]
                return [{"type": "start", "instructions": told, "reply_owed": False}]
            case "input_audio_buffer.append":
                return [{"type": "sound", "data": said["audio"]}]
            case "conversation.item.create" if said["item"].get("role") == "user":
                return [{"type": "history", "heard": [said["item"]["content"][0]["text"]]}]
            case "response.create":
                return [{"type": "asked"}]
        return []

    def write(self, told: dict[str, Any]) -> list[dict[str, Any]]:
        item = told.get("item", "")
        of = {"response_id": f"r-{item}", "item_id": item, "content_index": 0}
        match told["type"]:
            case "ready":
                return [{"type": "session.created"}, {"type": "session.updated"}]
            case "caller":
                self.turns += 1
                named = {"item_id": f"u{self.turns}"}
                return [
                    {"type": "input_audio_buffer.speech_started", **named},
                    {"type": "input_audio_buffer.speech_stopped", **named},
                    {"type": "input_audio_buffer.committed", **named},
                    {
                        "type": "conversation.item.input_audio_transcription.completed",
                        "transcript": told["text"],
                        **named,
                    },
                ]
            case "begin":
                return [{"type": "response.created", "response": {"id": of["response_id"]}}]
            case "words":
                kind = "response.output_audio_transcript.delta"
                return [{"type": kind, "delta": told["text"], **of}]
            case "sound":
                return [{"type": "response.output_audio.delta", "delta": told["data"], **of}]
            case "end":
                done = {"id": of["response_id"], "status": "completed"}
                over = {"id": item, "type": "message", "status": "completed"}
                return [
                    {"type": "response.output_item.done", "item": over, **of},
                    {"type": "response.done", "response": done},
                ]
        return []


class WireSocket(MemorySocket):
    """A connection on which the model's own protocol is spoken."""

    def send(self, message: bytes) -> None:
        if not self.is_over:
            for said in self.far.dialect.read(json.loads(message)):  # type: ignore[attr-defined]
                self.far.take(self, said)

    def tell(self, **message: Any) -> None:
        """Send a moment later: no network answers from within a send."""
        for told in self.far.dialect.write(message):  # type: ignore[attr-defined]
            asyncio.get_running_loop().call_soon(partial(super().tell, **told))


class WireModel(FarModel):
    """A model that answers, in its own protocol, also when it takes a talk over."""

    dialect: Any = None
    heard = ""

    def take(self, socket: MemorySocket, said: dict[str, Any]) -> None:
        if said["type"] == "history":
            self.heard = said["heard"][-1]
        elif said["type"] == "asked" and not self.fails_as:
            self._later(self.thinks_s, self._answer, self.heard)
        else:
            super().take(socket, said)

    @property
    def told(self) -> str:
        return str(self.starts[-1]["instructions"])


class ChatFar:
    """A chat model that answers what the caller said last."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.fails_as = ""

    async def ask(self, body: bytes) -> AsyncGenerator[bytes, None]:
        asked = json.loads(body)
        if self.fails_as:
            raise HttpFailed("gone", recoverable=False)
        self.asked.append(asked)
        last = str(asked["messages"][-1]["content"]).splitlines()[-1]
        for step in says(ANSWERS.get(last, "I am here.")):
            if isinstance(step, bytes):
                yield step

    def fail(self, how: str) -> None:
        self.fails_as = how

    @property
    def told(self) -> str:
        return str(self.asked[-1]["messages"][0]["content"])


class Cast:
    """The models of one office, in their order, the clerk behind them."""

    def __init__(self, order: tuple[str, ...]) -> None:
        self.order = order
        self.words = LivelyWords()
        self.live: dict[str, Any] = {"chat": ChatFar()}
        makes = {"gemini": (gemini_live.make, Gemini()), "openai": (openai_realtime.make, OpenAI())}
        self.models: dict[str, Any] = {}
        for name, (make, dialect) in makes.items():
            far = self.live[name] = WireModel(self.words, ANSWERS)
            far.dialect = dialect
            options = {"input_rate": 16_000, "output_rate": 16_000} if name == "openai" else {}
            url = {"openai": "ws://127.0.0.1/v1/realtime"}.get(name, "")
            profile = ModelProfile(name=name, protocol="x", url=url, key="k", options=options)
            self.models[name] = Model(profile=profile, make=make, host=name)
        own = ModelProfile(name="chat", protocol="chat_completions", model="qwen3")
        self.models["chat"] = ChatModel(
            profile=own, options=options_of(own), client=self.live["chat"]
        )

    def voices(self, speech: Any) -> ModelVoices:
        settings = ModelVoicesSettings(default=self.order)
        return ModelVoices(self.models, LocalVoices(speech), speech, settings, self)

    async def dial(
        self, order: OpenSocket, owner: Any, *, host: str, proxy: str | None = None
    ) -> None:
        far = self.live[host]
        side = FarSide(**{host: far})
        await side.dial(order, cast("Any", Swapped(owner, far)), host=host, proxy=proxy)


class Swapped:
    """Puts a socket that speaks the protocol in the place of the one that was opened."""

    def __init__(self, owner: Any, far: Any) -> None:
        self.owner, self.far = owner, far

    def opened(self, socket: MemorySocket) -> None:
        self.far.sockets[-1] = WireSocket(socket.connection, self.owner, self.far)
        self.owner.opened(self.far.sockets[-1])


ORDERS = list(itertools.permutations(("gemini", "openai", "chat")))


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
async def test_what_is_confirmed_outlives_every_voice(worlds: Any, order: tuple[str, ...]) -> None:
    voices = Cast(order)
    world = await worlds(voices=voices.voices, words=voices.words)
    talk = world.ring()
    talk.open()
    await talk.until(lambda: talk.record.notice is not None)

    async def asks(*texts: str) -> None:
        for text in texts:
            await talk.say(text)
            await talk.until(lambda: any(ANSWERS[text] in turn for turn in talk.turns))  # noqa: B023
            await talk.wait(1.0)

    await asks(WISH, NAME, NAME_YES)
    voices.live[order[0]].fail("killed")
    await talk.wait(4.0)
    await asks(NUMBER, NUMBER_YES)
    assert "- name: Mary Wambui (confirmed by the caller)" in voices.live[order[1]].told
    assert "do not greet" in voices.live[order[1]].told
    voices.live[order[1]].fail("killed")
    await talk.wait(4.0)
    await asks(REASON)
    told = voices.live[order[2]].told
    assert "- name: Mary Wambui (confirmed by the caller)" in told
    assert "- number: +254733123456 (confirmed by the caller)" in told
    voices.live[order[2]].fail("killed")
    await talk.wait(4.0)
    before = len(talk.turns)
    await talk.say(WHEN)
    await talk.until(lambda: any("Is that right?" in turn for turn in talk.turns[before:]))
    await talk.wait(1.0)
    await talk.say(ALL_YES)
    await talk.until(lambda: world.keeper.messages)
    (message,) = world.keeper.messages.values()
    assert (message.name, message.number) == ("Mary Wambui", "+254733123456")
    assert message.for_person == "brian-otieno"
    assert "salary" in message.reason
    assert not message.unsure
    assert talk.record.voice == "local", "the clerk has come last"
    clerk = " ".join(turn for turn in talk.turns[before:] if turn.startswith("receptionist"))
    assert "your full name" not in clerk
    assert "which number" not in clerk.lower()
    greeted = [turn for turn in talk.turns if world.office.greeting in turn]
    assert len(greeted) == 1
    await world.reception.close()
