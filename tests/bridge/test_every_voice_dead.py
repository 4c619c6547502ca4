"""Calls for which nothing is left: no model answers, and there is no speech process either.

What remains are the sentences that were made into sound beforehand. A caller who says something,
at whatever moment of that, hears one of them within three seconds; the call ends by itself, and is
on record as one that nobody could serve.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
from tests.bridge.models_in_memory import LivelyWords
from tests.bridge.test_fault_matrix import LONGEST_S, Ear
from tests.fakes.memory_wire import MemoryNet
from websockets.asyncio.server import ServerConnection
from websockets.http11 import Request

from mapokezi.bridge import clock
from mapokezi.bridge.model_voices import ModelVoices, ModelVoicesSettings
from mapokezi.bridge.models import Model
from mapokezi.bridge.voices import LocalVoices
from mapokezi.calls import TerminationReason
from mapokezi.conversation.effects import Line
from mapokezi.speech.client import SpeechClient
from mapokezi.voice.profile import ModelProfile
from mapokezi.voice.protocols import gemini_live, openai_realtime

pytestmark = [pytest.mark.anyio, pytest.mark.long]
VIRTUAL_TIME = True

SAID = "I am calling about the lease of my shop in Westlands."
DEAD = ("refuses", "black hole", "never ready", "ready and mute")
WHEN_S = (0.3, 1.4, 2.2, 3.1, 3.9, 4.6, 5.5, 6.4, 7.6, 9.0, 12.0)
"""After the media opened: on both sides of every change from one voice to the next."""


@dataclass
class Dead:
    """A far side that is of no use, in one of the ways of `DEAD`."""

    how: str
    ready: bytes
    """What says that a session is set up."""

    @property
    def is_reachable(self) -> bool:
        return self.how != "refuses"

    @property
    def answers(self) -> bool:
        return self.how != "black hole"

    def at_handshake(self, far: ServerConnection, request: Request) -> Any:
        return None

    async def serve(self, far: ServerConnection) -> None:
        if self.how == "ready and mute":
            await anext(aiter(far))
            await far.send(self.ready)
        await asyncio.Event().wait()


def models() -> dict[str, Model]:
    def model(name: str, protocol: Any) -> Model:
        kind = protocol.__name__.rpartition(".")[2]
        profile = ModelProfile(name=name, protocol=kind, url=f"wss://{name}", key="k")
        return Model(profile=profile, make=protocol.make, host=name)

    return {"google": model("google", gemini_live), "openai": model("openai", openai_realtime)}


async def rung_up(worlds: Any, how: str) -> tuple[Any, MemoryNet]:
    net = MemoryNet(
        {
            "google": Dead(how, b'{"setupComplete":{}}'),
            "openai": Dead(how, b'{"type":"session.updated","session":{}}'),
        }
    )
    speech = SpeechClient("unix:///nowhere/at/all.sock")

    def voices(_well: Any) -> ModelVoices:
        order = ModelVoicesSettings(default=("google", "openai"))
        return ModelVoices(models(), LocalVoices(speech), speech, order, net)

    world = await worlds(voices=voices, words=LivelyWords())
    return world.ring(is_signed=True), net


async def first_sound_after(talk: Any, ended_at: float) -> float:
    """Live on until something is heard, or the call is over; give how long that took."""
    media = talk.medias[0]
    while clock.monotonic() < ended_at + 25.0:
        ear = Ear.of(media.sent)
        heard = [at for at, frame in ear.frames if at >= ended_at - 0.02 and any(frame)]
        if heard or talk.media is None:
            return (min(heard) if heard else clock.monotonic()) - ended_at
        await talk.wait(0.1)
    return float("inf")


@pytest.mark.parametrize("length_ms", [900, 2600])
@pytest.mark.parametrize("how", DEAD)
async def test_whenever_the_caller_speaks_they_hear_something(
    worlds: Any, how: str, length_ms: int
) -> None:
    waits: dict[float, float] = {}
    for when_s in WHEN_S:
        talk, net = await rung_up(worlds, how)
        talk.open()
        await talk.wait(when_s)
        for _ in range(3):
            if talk.media is None:
                break
            await talk.say(SAID, length_ms)
            ended_at = clock.monotonic()
            wait_s = await first_sound_after(talk, ended_at)
            waits[when_s] = max(round(wait_s, 2), waits.get(when_s, 0.0))
            await talk.wait(2.5)
        record = await talk.until_over(90.0)
        assert record.outcome is not None
        assert record.termination.reason is TerminationReason.VOICE_FAILED, when_s
        sorry = talk.world.phrases.line(Line.SORRY_FAULT, 1)
        assert any(sorry in turn for turn in talk.turns), "and they are told why it ends"
        await talk.world.reception.close()
        await net.close()
    assert max(waits.values()) <= LONGEST_S, waits
