"""Every kind of model, failing in every way at every moment of a call, through its own protocol.

A whole conversation is held each time: a question, a message of several fields, another question,
a goodbye. The model that begins fails once; the next in the list is of another kind, or the clerk.
All that the caller hears is looked at, from the first to the last word: a tone counts as silence.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from tests.bridge.models_in_memory import LivelyWords
from tests.bridge.peers import (
    TONE_HZ,
    Calling,
    ChatPeer,
    GeminiPeer,
    Lore,
    OpenAIPeer,
    Peer,
    Saying,
    Step,
)
from tests.fakes.memory_wire import MemoryNet

from mapokezi.audio.formats import samples_in
from mapokezi.bridge import clock
from mapokezi.bridge.chat_voice import ChatModel
from mapokezi.bridge.model_voices import ModelVoices, ModelVoicesSettings
from mapokezi.bridge.voices import LocalVoices
from mapokezi.calls import Outcome, TerminationReason

pytestmark = pytest.mark.anyio
VIRTUAL_TIME = True

LONGEST_S = 3.0
AUDIBLE = 300
"""The peak from which a frame counts as heard: -40 dBFS."""
TONE_SHARE = 0.97

PARKING = "Is there parking?"
MESSAGE = "Please take a message."
NAME = "My name is Grace Njeri."
NUMBER = "My number is 0722 000 001."
WHERE = "Where is your office?"
BYE = "Thank you, goodbye."
SAID = {
    PARKING: "Would that be for one car or for two, and would you come alone or with others?",
    MESSAGE: "Certainly, I am glad to take a message for you. What is your name, please?",
    NAME: "Thank you, I have noted that down. And what is your telephone number, please?",
    WHERE: "We are at Mwavuli House on Ngong Road, next to the post office, on the fourth floor.",
}
SAVED = "Thank you. Your message is saved, and that is all that is needed from you."
FAREWELL = "Thank you for calling us, and goodbye."


def lore() -> Lore:
    """What a model answers, of whatever kind."""

    def take_message(known: str) -> Sequence[Step]:
        if '"saved"' in known or "A message was saved" in known:
            return [Saying(SAVED)]
        arguments = {
            # What it was not told, it does not know.
            "name": "Grace Njeri" if NAME in known else "",
            "number": "+254722000001",
            "reason": "land",
        }
        return [Calling("take_message", arguments), Saying(SAVED)]

    def says(text: str) -> Callable[[str], Sequence[Step]]:
        return lambda _known: [Saying(text)]

    def part(known: str) -> Sequence[Step]:
        return [] if '"ending"' in known else [Saying(FAREWELL), Calling("end_call", {})]

    replies = {asked: says(said) for asked, said in SAID.items()}
    return Lore({**replies, NUMBER: take_message, BYE: part})


KINDS: dict[str, Callable[[Lore], Peer]] = {
    "gemini_live": GeminiPeer,
    "openai_realtime": OpenAIPeer,
    "chat_completions": ChatPeer,
}
NEXT_KIND = dict(zip(KINDS, [*list(KINDS)[1:], next(iter(KINDS))], strict=True))


# -- what the caller hears --


@dataclass
class Ear:
    """The caller's telephone: frame by frame, what came out of it and when."""

    frames: list[tuple[float, bytes]] = field(default_factory=list)

    @classmethod
    def of(cls, sent: Sequence[tuple[float, str, bytes]]) -> Ear:
        heard: list[tuple[float, bytes]] = []
        until = 0.0
        for at, kind, pcm in sent:
            if kind == "kill":
                heard = [(start, frame) for start, frame in heard if start < at]
                until = min(until, at)
            elif kind == "audio":
                for place in range(0, len(pcm), 640):
                    start = max(at, until)
                    until = start + 0.02
                    heard.append((start, pcm[place : place + 640]))
        return cls(heard)

    def longest_silence(self, since: float, until: float) -> float:
        """The longest time without speech between two instants."""
        spoken = [at for at, frame in self.frames if since < at < until and is_speech(frame)]
        edges = [since, *spoken, until]
        return max(later - earlier for earlier, later in pairwise(edges))

    def last_speech(self, until: float) -> float:
        return max(at for at, frame in self.frames if at <= until and is_speech(frame))


def is_speech(frame: bytes) -> bool:
    """Whether a frame can be heard and is not a failing model's tone."""
    samples = samples_in(frame).astype(float)
    if not samples.size or np.abs(samples).max() < AUDIBLE:
        return False
    power = np.abs(np.fft.rfft(samples * np.hanning(samples.size))) ** 2
    at = round(TONE_HZ * samples.size / 16_000)
    return bool(power[at - 2 : at + 3].sum() < TONE_SHARE * power.sum())


# -- the call --


@dataclass
class Conversation:
    """A caller with something to say, and what lies around the call."""

    world: Any
    talk: Any
    lore: Lore
    silences: list[tuple[str, float]] = field(default_factory=list)

    def said(self, part: str) -> bool:
        """Whether the receptionist has said something, and was heard to its end."""
        return any(
            turn.speaker == "receptionist" and not turn.cut and part.lower() in turn.text.lower()
            for turn in self.world.keeper.turns.values()
        )

    async def ask(
        self, text: str, wanted: str, meanwhile: Callable[[], None] | None = None
    ) -> None:
        """Say something until it is answered; three times, if one is asked to say it again."""
        for _ in range(3):
            self.lore.said = text
            if meanwhile is not None:
                asyncio.get_running_loop().call_later(0.7, meanwhile)
                meanwhile = None
            await self.talk.say(text)
            asked_at = clock.monotonic()
            if await self._answered(wanted, asked_at):
                return
        raise AssertionError((text, self.talk.turns))

    async def _answered(self, wanted: str, asked_at: float) -> bool:
        """Wait for the answer's end, or to be asked again; note the longest silence until then."""
        before = len(self.again)
        while not self.said(wanted) and len(self.again) == before:
            assert clock.monotonic() < asked_at + 40.0, self.talk.turns
            await self.talk.wait(0.1)
            if self.talk.media is None:
                break
        ear = Ear.of(self.talk.medias[0].sent)
        now = clock.monotonic()
        silence = ear.longest_silence(asked_at, ear.last_speech(now))
        self.silences.append((self.lore.said, round(silence, 2)))
        return self.said(wanted)

    @property
    def again(self) -> list[str]:
        """What has asked the caller to say it again, and was heard."""
        return [
            turn.text
            for turn in self.world.keeper.turns.values()
            if turn.speaker == "receptionist" and not turn.cut and asks_again(turn.text)
        ]


def asks_again(text: str) -> bool:
    """Whether a caller who hears this says it again."""
    return any(part in text for part in ("say that again", "still there?", "can't hear anything"))


async def rung_up(worlds: Any, peers: dict[str, Peer], about: Lore) -> tuple[Conversation, Any]:
    """A call arrives at a line with these models."""
    models = {name: peer.model(name) for name, peer in peers.items()}
    served: Any = {
        name: peer for name, peer in peers.items() if not isinstance(models[name], ChatModel)
    }
    net = MemoryNet(served)
    order = ModelVoicesSettings(default=tuple(peers))

    def voices(speech: Any) -> ModelVoices:
        return ModelVoices(models, LocalVoices(speech), speech, order, net)

    world = await worlds(voices=voices, words=LivelyWords())
    return Conversation(world, world.ring(), about), net


@dataclass
class Fault:
    """How the first model fails, and when."""

    how: str
    moment: str
    peer: Peer
    happened: bool = False

    def now(self) -> None:
        if not self.happened:
            self.happened = True
            self.peer.fail(self.how)

    def watch(self) -> None:
        """Have it happen at the peer's own moments."""

        def at(kind: str, text: str) -> None:
            wanted = {
                "in the first reply": ("reply", SAID[PARKING]),
                "in a tool call": ("tool", "take_message"),
                "in a later reply": ("reply", SAID[WHERE]),
            }
            if wanted.get(self.moment) == (kind, text):
                self.now()

        self.peer.on_moment = at


async def hold(call: Conversation, fault: Fault) -> None:
    """Hold the whole conversation."""
    fault.watch()
    if fault.moment == "while opening":
        fault.now()
    call.talk.open()
    await call.talk.until(lambda: call.talk.record.notice is not None)
    await call.ask(PARKING, SAID[PARKING])
    if fault.moment == "between turns":
        await call.talk.wait(2.0)
        fault.now()
        await call.talk.wait(0.5)
    await call.ask(MESSAGE, SAID[MESSAGE])
    await call.ask(NAME, SAID[NAME])
    speaks = fault.now if fault.moment == "while the caller speaks" else None
    await call.ask(NUMBER, SAVED, speaks)
    await call.ask(WHERE, SAID[WHERE])
    await call.ask(BYE, FAREWELL)
    ends_at = clock.monotonic() + 15.0
    while call.talk.media is not None and clock.monotonic() < ends_at:
        await call.talk.wait(0.1)
    call.talk.complete()


MOMENTS = (
    "while opening",
    "in the first reply",
    "while the caller speaks",
    "in a tool call",
    "in a later reply",
    "between turns",
)
HOW = ("killed", "frozen", "muted", "toned", "cut")


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize(
    "how", [HOW[0], *(pytest.param(how, marks=pytest.mark.long) for how in HOW[1:])]
)
@pytest.mark.parametrize("kind", KINDS)
async def test_a_call_outlives_its_model(worlds: Any, kind: str, how: str, moment: str) -> None:
    before = asyncio.all_tasks()
    about = lore()
    peers = {"first": KINDS[kind](about), "second": KINDS[NEXT_KIND[kind]](about)}
    call, net = await rung_up(worlds, peers, about)
    fault = Fault(how, moment, peers["first"])
    await hold(call, fault)
    assert fault.happened
    assert max(silence for _, silence in call.silences) <= LONGEST_S, call.silences
    # The conversation and what was confirmed in it are kept.
    (message,) = call.world.keeper.messages.values()
    assert (message.name, message.number) == ("Grace Njeri", "+254722000001")
    greeted = [turn for turn in call.talk.turns if call.world.office.greeting in turn]
    assert len(greeted) == 1, "no second greeting"
    # It ends in an outcome, and the model that fails is not the one that ends it.
    record = call.talk.record
    assert record.outcome is Outcome.MESSAGE
    assert record.termination.reason is TerminationReason.RECEPTIONIST_SAID_GOODBYE
    assert record.voice == "second" or how == "cut"
    await call.world.reception.close()
    for peer in peers.values():
        await peer.close()
    await net.close()
    await asyncio.sleep(1.0)
    assert asyncio.all_tasks() <= before, "no task is left"
