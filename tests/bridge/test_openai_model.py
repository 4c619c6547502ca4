"""A model session that speaks OpenAI's Realtime protocol, against the fake server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.fakes.openai_server import Conduct, OpenAIServer, Spoken, openai_server

from mapokezi.bridge.model_dialling import Dialler
from mapokezi.bridge.model_parts import ModelParts
from mapokezi.bridge.model_socket import ModelSession
from mapokezi.voice.events import (
    CallerTurnEnded,
    ReplyAudio,
    ReplyEnded,
    ReplyInterrupted,
    ReplyStarted,
    VoiceEvent,
    VoiceFailed,
    VoiceReady,
)
from mapokezi.voice.profile import ModelBriefing, ModelProfile
from mapokezi.voice.protocols.openai_realtime import make
from mapokezi.voice.session import SessionBriefing
from mapokezi.voice.watchdog import Watchdog

pytestmark = pytest.mark.anyio


class Onlooker:
    """A local voice and a judge of the model in one: what it takes down should not have been."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, item_id: str, text: str) -> None:
        self.said.append(text)

    def stop(self) -> None:
        pass

    def worked(self) -> None:
        pass

    def failed(self, reason: str) -> None:
        self.said.append(reason)

    def let_go(self) -> None:
        pass


class Call:
    """A session, and what its call was told."""

    def __init__(self, session: ModelSession, onlooker: Onlooker) -> None:
        self.session = session
        self.onlooker = onlooker
        self.told: list[VoiceEvent] = []
        self._changed = asyncio.Event()

    def tell(self, event: VoiceEvent) -> None:
        self.told.append(event)
        self._changed.set()

    def all(self, kind: type) -> list[Any]:
        return [event for event in self.told if isinstance(event, kind)]

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not holds():
                self._changed.clear()
                await self._changed.wait()


@asynccontextmanager
async def calling(
    conduct: Conduct | None = None, key: str = "sk-fake", **options: object
) -> AsyncIterator[tuple[OpenAIServer, Call]]:
    async with openai_server(conduct) as server:
        profile = ModelProfile(
            name="cloud", protocol="openai_realtime", url=server.url, key=key, options=options
        )
        dialler, onlooker = Dialler(), Onlooker()

        async def dial(order: Any, owner: Any) -> None:
            await dialler.dial(order, owner, host=urlsplit(order.url).netloc)

        protocol = make(profile, ModelBriefing(), "m1-")
        parts = ModelParts("cloud", protocol, dial, lambda _: onlooker, Watchdog(), onlooker)
        call = Call(ModelSession(parts), onlooker)
        call.session.open(SessionBriefing("Be brief.", None), call.tell)
        try:
            yield server, call
        finally:
            call.session.close()


async def test_a_turn_a_reply_and_a_caller_who_cuts_in() -> None:
    conduct = Conduct(outputs=[[Spoken("We open at eight.", 600)]], waits_within_response=True)
    async with calling(conduct) as (server, call):
        session = await server.session()
        await call.until(lambda: bool(call.all(VoiceReady)))
        for _ in range(50):
            call.session.caller_audio(bytes(640))
        await session.hear_voice(100)
        await session.hear_silence(900)
        await call.until(lambda: sum(len(one.pcm) for one in call.all(ReplyAudio)) == 600 * 48)
        assert call.all(ReplyStarted)[0].in_reply_to == call.all(CallerTurnEnded)[0].turn_id
        await session.hear_voice()
        await call.until(lambda: len(call.all(ReplyInterrupted)) == 2)
        call.session.cut_reply("m1-reply-1", 250, "We open")
        server.conduct.waits_within_response = False
        await session.hear_silence()
        await call.until(lambda: len(call.all(ReplyEnded)) == 1)
        spoken = next(item for item in session.items if item.role == "assistant")
        assert spoken.truncated_ms == 250
        assert session.errors == []
        assert len(session.heard) > 50 * 20 * 48 - 3 * 48
    assert call.onlooker.said == []


async def test_a_connection_that_breaks_is_not_noticed() -> None:
    async with calling() as (server, call):
        session = await server.session()
        await call.until(lambda: bool(call.all(VoiceReady)))
        session.drop()
        fresh = await server.session(2)
        async with asyncio.timeout(30):
            while not fresh.session:  # noqa: ASYNC110  the server tells no event of it
                await asyncio.sleep(0.005)
        await fresh.hear_voice()
        await fresh.hear_silence()
        await call.until(lambda: bool(call.all(ReplyEnded)))
        assert call.all(VoiceFailed) == []
        assert len(call.all(VoiceReady)) == 1
    assert call.onlooker.said == []


async def test_a_server_without_a_detector_is_told_when_the_turn_is_over() -> None:
    async with calling(server_vad=False) as (server, call):
        session = await server.session()
        await call.until(lambda: bool(call.all(VoiceReady)))
        assert call.all(VoiceReady) == [VoiceReady("cloud", leads_turns=False)]
        loud, quiet = b"\x00\x20\x00\xe0" * 160, bytes(640)
        for frame in [quiet] * 50 + [loud] * 25 + [quiet] * 50:
            call.session.caller_audio(frame)
        await call.until(lambda: bool(call.all(ReplyEnded)))
        assert len(session.sent("input_audio_buffer.commit")) == 1
        assert len(call.all(CallerTurnEnded)) == 1


async def test_a_wrong_key_is_told_as_a_fault_for_good() -> None:
    async with calling(key="sk-wrong") as (_, call):
        await call.until(lambda: bool(call.all(VoiceFailed)))
        assert call.all(VoiceFailed)[0].recoverable is False
        assert call.onlooker.said == [call.all(VoiceFailed)[0].reason]
