"""The speech server as any Wyoming client meets it: with the package's own client."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import stat
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs
from wyoming.asr import Transcribe
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncClient, AsyncUnixClient
from wyoming.info import Describe, Info
from wyoming.ping import Ping
from wyoming.tts import Synthesize

from mapokezi.errors import ConfigurationError
from mapokezi.speech.server import SpeechServer, serve_speech
from mapokezi.speech.settings import SpeechSettings
from mapokezi.speech.vocabulary import Event

pytestmark = pytest.mark.anyio

Serving = Callable[[SpeechSettings], AbstractAsyncContextManager[SpeechServer]]
Until = Callable[..., Awaitable[None]]
VOICE, QUIET = b"\x01\x01" * 512, bytes(1_024)


def client(settings: SpeechSettings) -> AsyncClient:
    return AsyncUnixClient(settings.socket)


async def said(connection: AsyncClient, *events: Any) -> None:
    for event in events:
        await connection.write_event(event if isinstance(event, Event) else event.event())


async def heard(connection: AsyncClient) -> Event:
    async with asyncio.timeout(30):
        event = await connection.read_event()
    assert event is not None, "the server closed the connection"
    return event


async def closed(connection: AsyncClient) -> bool:
    async with asyncio.timeout(30):
        return await connection.read_event() is None


def chunk(pcm: bytes, rate: int = 16_000, width: int = 2, channels: int = 1) -> AudioChunk:
    return AudioChunk(rate, width, channels, pcm)


async def test_it_says_what_it_is(wild: Any, serving: Serving) -> None:
    settings = wild.settings(voice="loud")
    async with serving(settings), client(settings) as connection:
        await said(connection, Describe())
        event = await heard(connection)
        info = Info.from_event(event)
        assert info.asr[0].name == "wild"
        assert info.asr[0].models[0].languages == ["en"]
        assert info.tts[0].voices[0].name == "loud"
        assert event.data["vad"][0]["name"] == "wild"
        await said(connection, Ping(text="x"), Event("no-such-thing"), Ping(text="y"))
        assert (await heard(connection)).data == {"text": "x"}
        assert (await heard(connection)).data == {"text": "y"}


async def test_edges_come_as_the_audio_does(wild: Any, serving: Serving) -> None:
    settings = wild.settings()
    async with serving(settings), client(settings) as connection:
        await said(connection, AudioStart(16_000, 2, 1), chunk(QUIET * 10 + VOICE * 2))
        event = await heard(connection)
        assert (event.type, event.data["timestamp"]) == ("voice-started", 320)
        await said(connection, chunk(VOICE * 8), chunk(QUIET * 3))
        event = await heard(connection)
        assert (event.type, event.data["timestamp"]) == ("voice-stopped", 640 - 64)


async def test_a_voice_ends_with_its_stream_and_the_next_begins_at_zero(
    wild: Any, serving: Serving
) -> None:
    settings = wild.settings()
    async with serving(settings), client(settings) as connection:
        for _ in range(2):
            await said(connection, AudioStart(16_000, 2, 1), chunk(VOICE * 10), AudioStop())
            started, stopped = await heard(connection), await heard(connection)
            assert (started.type, started.data["timestamp"]) == ("voice-started", 0)
            assert (stopped.type, stopped.data["timestamp"]) == ("voice-stopped", 320 - 64)


async def test_an_utterance_is_written_down(wild: Any, serving: Serving) -> None:
    settings = wild.settings()
    async with serving(settings), client(settings) as connection:
        await said(connection, Transcribe(), AudioStart(16_000, 2, 1), chunk(QUIET))
        await said(connection, chunk(VOICE * 5), chunk(b"\1"), AudioStop())
        event = await heard(connection)
        assert (event.type, event.data["text"]) == ("transcript", f"{6 * 1024} bytes")


async def test_an_utterance_of_another_format_is_made_ours(wild: Any, serving: Serving) -> None:
    settings = wild.settings()
    async with serving(settings), client(settings) as connection:
        await said(connection, Transcribe(), AudioStart(48_000, 2, 2))
        await said(connection, chunk(b"\x00\x10" * 96_000, 48_000, 2, 2), AudioStop())
        assert (await heard(connection)).data["text"] == "32000 bytes"


async def test_what_holds_no_voice_never_reaches_the_recogniser(
    wild: Any, serving: Serving
) -> None:
    settings = wild.settings()
    async with serving(settings), client(settings) as connection:
        await said(connection, Transcribe(), AudioStart(16_000, 2, 1), chunk(QUIET * 99))
        await said(connection, AudioStop())
        assert (await heard(connection)).data["text"] == ""
        await said(connection, Transcribe(), AudioStart(16_000, 2, 1), AudioStop())
        assert (await heard(connection)).data["text"] == ""
    assert wild.begun() == []


async def test_a_text_is_spoken_sentence_by_sentence(wild: Any, serving: Serving) -> None:
    settings = wild.settings()
    async with serving(settings), client(settings) as connection:
        await said(connection, Synthesize(text="one|sleep 0.2|three"))
        kinds: list[str] = []
        sound = b""
        while not kinds or kinds[-1] != "audio-stop":
            event = await heard(connection)
            kinds.append(event.type)
            sound += event.payload or b""
            if event.payload and kinds.count("audio-chunk") == 1:
                # The first is here while the second is still being made.
                assert "three" not in wild.begun()
        assert kinds[0] == "audio-start"
        assert sound == b"one" * 100 + b"sleep 0.2" * 100 + b"three" * 100


async def test_nothing_to_say_is_a_short_answer(wild: Any, serving: Serving) -> None:
    settings = wild.settings()
    async with serving(settings), client(settings) as connection:
        await said(connection, Synthesize(text="|"))
        assert [(await heard(connection)).type for _ in range(2)] == ["audio-start", "audio-stop"]


async def test_a_request_whose_wait_exceeds_its_limit_is_refused(
    wild: Any, serving: Serving, until: Until
) -> None:
    settings = wild.settings()
    async with serving(settings) as server, client(settings) as busy, client(settings) as hurried:
        await said(busy, Synthesize(text="sleep 0.5"))
        await until(lambda: server.pool.expected_wait_s() > 0)
        await said(hurried, Synthesize(text="no", context={"longest_wait_ms": 0}))
        event = await heard(hurried)
        assert (event.type, event.data["code"]) == ("error", "busy")
        # The connection goes on, and the next request may be more patient.
        await said(hurried, Synthesize(text="yes", context={"longest_wait_ms": 5_000}))
        assert (await heard(hurried)).type == "audio-start"
    assert wild.begun() == ["sleep 0.5", "yes"]


@pytest.mark.parametrize("order", ["raise something", "die"])
async def test_a_failure_is_an_error_and_the_next_request_is_done(
    wild: Any, serving: Serving, order: str
) -> None:
    settings = wild.settings(longest_wait_s=9.0)
    async with serving(settings), client(settings) as connection:
        await said(connection, Synthesize(text=order))
        event = await heard(connection)
        assert (event.type, event.data["code"]) == ("error", "failed")
        await said(connection, Synthesize(text="fine"))
        assert (await heard(connection)).type == "audio-start"


async def test_answers_of_one_connection_come_in_order(wild: Any, serving: Serving) -> None:
    settings = wild.settings(workers=2)
    async with serving(settings), client(settings) as connection:
        await said(connection, Synthesize(text="sleep 0.1"), Synthesize(text="b"))
        sounds: list[bytes] = []
        while len(sounds) < 2:
            event = await heard(connection)
            sounds += [event.payload[:5]] if event.payload else []
        assert sounds == [b"sleep", b"bbbbb"]


async def test_too_many_requests_at_once_are_refused(wild: Any, serving: Serving) -> None:
    settings = wild.settings()
    async with serving(settings), client(settings) as connection:
        for _ in range(9):
            await said(connection, Synthesize(text="sleep 0.2"))
        event = await heard(connection)
        assert (event.type, event.data["code"]) == ("error", "busy")
        assert await closed(connection)


async def test_a_client_that_goes_takes_its_requests_along(
    wild: Any, serving: Serving, until: Until
) -> None:
    settings = wild.settings()
    async with serving(settings) as server, client(settings) as patient:
        async with client(settings) as leaving:
            await said(patient, Synthesize(text="sleep 0.3|after"))
            await until(lambda: wild.begun() == ["sleep 0.3"])
            await said(leaving, Synthesize(text="never", context={"longest_wait_ms": 9_000}))
            await until(lambda: len(server.pool._queue) == 1)
        while (await heard(patient)).type != "audio-stop":
            pass
    assert wild.begun() == ["sleep 0.3", "after"]


@pytest.mark.parametrize(
    ("events", "code"),
    [
        ([AudioStart(16_000, 1, 1)], "bad-audio"),
        ([chunk(VOICE, 1)], "bad-audio"),
        ([Event("synthesize", {"text": 7})], "bad-event"),
    ],
)
async def test_what_makes_no_sense_is_told_and_the_connection_closed(
    wild: Any, serving: Serving, events: list[Any], code: str
) -> None:
    settings = wild.settings()
    async with serving(settings), client(settings) as connection:
        await said(connection, *events)
        assert (await heard(connection)).data["code"] == code
        assert await closed(connection)


async def test_what_is_too_long_is_refused(wild: Any, serving: Serving) -> None:
    settings = wild.settings(longest_utterance_s=1.0, longest_text=10)
    async with serving(settings), client(settings) as connection:
        await said(connection, Synthesize(text="x" * 11))
        assert (await heard(connection)).data["code"] == "too-long"
        await said(connection, Transcribe(), AudioStart(16_000, 2, 1))
        await said(connection, *[chunk(VOICE * 10)] * 10, AudioStop())
        assert (await heard(connection)).data["code"] == "too-long"
    assert wild.begun() == []


@pytest.mark.parametrize("rubbish", [b"GET / HTTP/1.1\r\n\r\n", b"\xff" * 100 + b"\n", b"{}\n"])
async def test_rubbish_on_the_socket_is_told_so(
    wild: Any, serving: Serving, rubbish: bytes
) -> None:
    settings = wild.settings()
    async with serving(settings), client(settings) as other:
        reader, writer = await asyncio.open_unix_connection(settings.socket)
        writer.write(rubbish)
        with capture_logs() as logs:
            answer = await reader.read()
        assert b'"code":"bad-event"' in answer
        assert [entry["event"] for entry in logs] == ["speech_client_talks_rubbish"]
        writer.close()
        await writer.wait_closed()
        await said(other, Ping())
        assert (await heard(other)).type == "pong"


async def test_a_client_that_does_not_read_is_dropped(
    wild: Any, serving: Serving, until: Until
) -> None:
    settings = wild.settings(stalled_client_s=0.2)
    async with serving(settings) as server:
        reader, writer = await asyncio.open_unix_connection(settings.socket, limit=1)
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        stalled = "|".join(["long 1000000"] * 20)
        with capture_logs() as logs:
            writer.write(b'{"type":"synthesize","data":{"text":"%b"}}\n' % stalled.encode())
            await until(lambda: server.connection_count == 1)
            await until(lambda: server.connection_count == 0)
        assert [entry["event"] for entry in logs] == ["speech_client_does_not_read"]
        assert len(wild.begun()) < 20
        writer.close()
        async with client(settings) as other:
            await said(other, Ping())
            assert (await heard(other)).type == "pong"
        del reader


async def test_connections_are_limited(wild: Any, serving: Serving, until: Until) -> None:
    settings = wild.settings(most_connections=1)
    async with serving(settings) as server:
        async with client(settings) as first:
            await said(first, Ping())
            await heard(first)
            async with client(settings) as second:
                assert (await heard(second)).data["code"] == "busy"
                assert await closed(second)
        await until(lambda: server.connection_count == 0)
        async with client(settings) as third:
            await said(third, Ping())
            assert (await heard(third)).type == "pong"


async def test_the_socket_is_this_users_alone_and_goes_with_the_server(
    wild: Any, serving: Serving
) -> None:
    settings = wild.settings()
    async with serving(settings):
        assert stat.S_IMODE(settings.socket.stat().st_mode) == 0o600
    assert not settings.socket.exists()


async def test_the_socket_of_a_dead_server_is_taken_over(wild: Any, serving: Serving) -> None:
    settings = wild.settings()
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(settings.socket))
    async with serving(settings), client(settings) as connection:
        await said(connection, Ping())
        assert (await heard(connection)).type == "pong"


async def test_the_socket_of_a_living_server_is_left_alone(wild: Any, serving: Serving) -> None:
    settings = wild.settings()
    async with serving(settings), client(settings) as connection:
        with pytest.raises(ConfigurationError, match="another speech process"):
            async with serving(settings):
                pass
        await said(connection, Ping())
        assert (await heard(connection)).type == "pong"


async def test_paths_that_cannot_be_used_are_settings_to_mend(wild: Any, tmp_path: Path) -> None:
    def at(path: Path) -> SpeechSettings:
        return SpeechSettings(path, workers=1, worker=wild.settings().worker)

    file = tmp_path / "file"
    file.touch()
    for path, why in [
        (file, "something else"),
        (tmp_path / "missing" / "s", "no such folder"),
        (tmp_path / ("x" * 120), "longer than"),
    ]:
        with pytest.raises(ConfigurationError, match=why):
            await serve_speech(at(path))


async def test_an_engine_that_does_not_exist_is_a_setting_to_mend(short_folder: Path) -> None:
    settings = SpeechSettings(short_folder / "s", voice_detector="nowhere:Nothing")
    with pytest.raises(ConfigurationError, match="nowhere"):
        await serve_speech(settings)


async def test_sigterm_ends_it_cleanly(wild: Any) -> None:
    settings = wild.settings()
    ready = asyncio.Event()
    running = asyncio.create_task(serve_speech(settings, ready=ready.set))
    await ready.wait()
    os.kill(os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(30):
        await running
    assert not settings.socket.exists()


async def test_cancelling_ends_it_cleanly(wild: Any) -> None:
    settings = wild.settings()
    ready = asyncio.Event()
    running = asyncio.create_task(serve_speech(settings, ready=ready.set))
    await ready.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert not settings.socket.exists()
