"""The speech server on the other event loop: workers, streams, a worker's death, the end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from mapokezi.speech.client import SpeechClient
from mapokezi.speech.errors import SpeechBusy, SpeechRefused
from mapokezi.speech.server import SpeechServer
from mapokezi.speech.settings import ClientSettings, SpeechSettings
from mapokezi.speech.voice_edges import VoiceEdge

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, bool]]:
    return "asyncio", {"use_uvloop": True}


async def test_the_server_does_all_it_does_on_asyncio(
    wild: Any,
    serving: Callable[[SpeechSettings], AbstractAsyncContextManager[SpeechServer]],
    until: Callable[..., Awaitable[None]],
) -> None:
    assert "uvloop" in type(asyncio.get_running_loop()).__module__
    settings = wild.settings(longest_wait_s=9.0)
    edges: list[VoiceEdge] = []
    async with serving(settings) as server:
        client = SpeechClient(f"unix://{settings.socket}", ClientSettings(first_audio_limit_s=9.0))
        hearing = client.hearing(edges.append, pytest.fail)
        hearing.feed(b"\1\1" * 5_120 + bytes(10_240))
        await until(lambda: [edge.is_voice for edge in edges] == [True, False])
        assert (await client.transcribe(b"\1\1" * 1_600)).text == "3200 bytes"
        [before] = server.pool.worker_pids
        with pytest.raises(SpeechRefused):
            [pcm async for pcm in client.synthesize("die")]
        assert [pcm async for pcm in client.synthesize("fine")] == [b"fine" * 100]
        [after] = server.pool.worker_pids
        assert after != before
        speaking = asyncio.create_task(anext(client.synthesize("sleep 0.3")))
        await until(lambda: server.pool.expected_wait_s() > 0)
        with pytest.raises(SpeechBusy):
            await server.pool.speak("no", 0.0)
        await speaking
        hearing.close()
    assert not settings.socket.exists()
