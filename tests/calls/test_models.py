"""Whole calls led by cloud models over their own wire, and by the clerk when these are gone."""

from __future__ import annotations

import asyncio
from typing import Any

import numpy as np
import pytest
from tests.fakes.gemini_server import (
    Accept,
    Act,
    CallTool,
    Close,
    GeminiServer,
    Hear,
    Refuse,
    Say,
    Understand,
    tone,
)
from tests.fakes.openai_server import Conduct, Session, Spoken, openai_server

from mapokezi.audio.formats import samples_in
from mapokezi.audio.resample import resampled
from mapokezi.calls import Outcome
from mapokezi.config import ModelConfig
from mapokezi.voice.protocols.scripted import murmur

pytestmark = [pytest.mark.anyio, pytest.mark.call, pytest.mark.timeout(240)]

WHERE = "Where is your office?"
BYE = "Thank you, goodbye."


def gemini(server: GeminiServer) -> ModelConfig:
    return ModelConfig(protocol="gemini_live", url=server.url)


def says(text: str, **manner: Any) -> Say:
    """A turn of the model's, with a sound that rises and falls as speech does."""
    return Say(text, pcm=resampled(murmur(text), 16_000, 24_000), **manner)


async def test_a_call_led_by_gemini(houses: Any) -> None:
    script: list[Act] = [
        Accept(),
        Hear(),
        Understand(WHERE),
        says("We are at Mwavuli House, on Ngong Road."),
        Hear(),
        Understand(BYE),
        says("Goodbye."),
        CallTool("end_call"),
    ]
    async with GeminiServer(script) as server, houses(models={"live": gemini(server)}) as house:
        rung = await house.ring(house.scripted(WHERE, BYE))
        assert server.faults == []
        assert server.visits[0].pings == 0
    call = rung.kept.call
    assert call.voice == "live"
    assert f"caller: {WHERE}" in rung.transcript
    assert "receptionist: We are at Mwavuli House, on Ngong Road." in rung.transcript
    assert call.termination.reason.value == "receptionist_said_goodbye"
    assert rung.heard.timings().longest_wait_ms <= 3_000
    assert "voice_replaced" not in rung.moments("voice_replaced")
    (used,) = call.model_usage
    assert used.profile == "live"
    assert used.units["audio_out"] > 0


async def ears_of(session: Session) -> None:
    """What the real service's detector does: it hears a voice, and its end half a second later."""
    said, heard = [WHERE, BYE], 0
    is_voice, quiet = False, 0
    while True:
        await asyncio.sleep(0.1)
        sound = session.heard
        fresh, heard = sound[heard:], len(sound)
        if not fresh:
            continue
        is_loud = bool(np.abs(samples_in(fresh)).max() > 1_500)
        quiet = 0 if is_loud else quiet + 1
        if is_loud and not is_voice:
            is_voice = True
            await session.hear_voice()
        elif is_voice and quiet == 5:
            is_voice = False
            item_id = await session.hear_silence()
            if said:
                await session.transcribe(item_id, said.pop(0), pieces=3)


async def test_a_call_led_by_openai(houses: Any) -> None:
    conduct = Conduct(
        outputs=[
            [Spoken("We are at Mwavuli House, on Ngong Road.", 2_600)],
            [Spoken("Goodbye, and thank you for calling.", 1_800)],
        ]
    )
    async with openai_server(conduct) as server:
        profile = ModelConfig(protocol="openai_realtime", url=server.url, headers=server_key())
        async with houses(models={"live": profile}) as house:
            ringing = asyncio.create_task(house.ring(house.scripted(WHERE, BYE)))
            session = await server.session()
            ears = asyncio.create_task(ears_of(session))
            rung = await ringing
            ears.cancel()
            await asyncio.gather(ears, return_exceptions=True)
            assert session.errors == []
    assert rung.kept.call.voice == "live"
    assert f"caller: {WHERE}" in rung.transcript
    assert "receptionist: We are at Mwavuli House, on Ngong Road." in rung.transcript
    assert rung.heard.timings().longest_wait_ms <= 3_000
    assert rung.kept.call.model_usage[0].profile == "live"


def server_key() -> dict[str, str]:
    return {"Authorization": "Bearer sk-fake"}


async def test_the_clerk_goes_on_when_the_models_are_gone(houses: Any) -> None:
    """One is refused, one dies in the middle of its reply, and stays dead."""
    first: list[Act] = [Refuse(503)]
    second: list[Act] = [
        Accept(),
        Hear(),
        Understand(WHERE),
        says("We are at", completes=False, ends_turn=False),
        Close(1011, "internal error"),
    ]
    async with (
        GeminiServer(first, repeat_last=True) as dead,
        GeminiServer(second, [Refuse(503)], repeat_last=True) as dying,
        houses(models={"live": gemini(dead), "spare": gemini(dying)}) as house,
    ):
        rung = await house.ring(house.scripted(WHERE, BYE), longest_s=90.0)
    call = rung.kept.call
    assert call.voice == "local"
    assert "ngong road" in rung.transcript.lower(), "the clerk has taken the question up"
    assert rung.words.lower().count("automated receptionist") == 1, "no second greeting"
    assert len(rung.moments("voice_replaced")) >= 2
    assert rung.heard.timings().longest_wait_ms <= 3_000
    assert call.outcome is Outcome.RESOLVED


async def test_a_tone_is_not_listened_to(houses: Any) -> None:
    script: list[Act] = [
        Accept(),
        Hear(),
        Understand(WHERE),
        Say("We are at Mwavuli House.", pcm=tone(12_000), slowness=0.3),
    ]
    async with GeminiServer(script) as server, houses(models={"live": gemini(server)}) as house:
        rung = await house.ring(house.scripted(WHERE, BYE), longest_s=90.0)
    assert rung.kept.call.voice == "local"
    assert "ngong road" in rung.transcript.lower()
    assert rung.heard.timings().longest_wait_ms <= 3_000
    failed = [entry for entry in rung.kept.timeline if entry.what == "voice_failed"]
    assert "does not change" in failed[0].values["reason"]
