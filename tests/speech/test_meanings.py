"""What texts mean, asked of our own server and of strangers."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from wyoming.asr import Transcribe
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncUnixClient

from mapokezi.speech.client import SpeechClient
from mapokezi.speech.errors import SpeechBusy, SpeechRefused, SpeechTimedOut, SpeechUnavailable
from mapokezi.speech.server import SpeechServer
from mapokezi.speech.settings import ClientSettings, SpeechSettings
from mapokezi.speech.vocabulary import Event
from mapokezi.speech.wire import EventParser, encode

pytestmark = pytest.mark.anyio

Serving = Callable[[SpeechSettings], AbstractAsyncContextManager[SpeechServer]]
UTTERANCE = b"\1\1" * 1_024


def client_of(settings: SpeechSettings) -> SpeechClient:
    return SpeechClient(f"unix://{settings.socket}", ClientSettings(waits_for_server=False))


@contextlib.asynccontextmanager
async def stranger(path: Path, *answers: Event) -> AsyncIterator[list[Event]]:
    """A server that gives these answers to an ``understand`` or at an utterance's end."""
    asked: list[Event] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        parser = EventParser()
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65_536):
                asked.extend(new := list(parser.feed(data)))
                if any(event.type in ("understand", "audio-stop") for event in new):
                    writer.write(b"".join(map(encode, answers)))
        writer.close()

    server = await asyncio.start_unix_server(talk, path)
    try:
        yield asked
    finally:
        server.close()
        await asyncio.sleep(0)


async def test_each_text_has_its_row(wild: Any, serving: Serving) -> None:
    settings = wild.settings()
    texts = [f"{'x' * number}" for number in range(1, 51)]
    async with serving(settings):
        found = await client_of(settings).meanings(texts, 9.0)
    assert found.dtype == np.float32
    assert found.tolist() == [[number, ord("x")] for number in range(1, 51)]
    # In small jobs, lest a call waits for all of them.
    assert wild.begun() == ["16 texts"] * 3 + ["2 texts"]


async def test_no_texts_are_no_question(short_folder: Path) -> None:
    assert len(await SpeechClient(f"unix://{short_folder}/nobody").meanings([])) == 0


async def test_a_transcript_brings_its_meaning_if_it_is_asked_for(
    wild: Any, serving: Serving
) -> None:
    settings = wild.settings()
    async with serving(settings):
        client = client_of(settings)
        assert (await client.transcribe(UTTERANCE)).meaning is None
        heard = await client.transcribe(UTTERANCE, with_meaning=True)
        assert heard.text == "2048 bytes"
        assert heard.meaning is not None
        assert heard.meaning.tolist() == [len("2048 bytes"), ord("2")]
        silence = await client.transcribe(bytes(32_000), with_meaning=True)
        assert (silence.text, silence.meaning) == ("", None)
        badly = await client.transcribe(b"\1\1" * 1_600, with_meaning=True)
        assert (badly.text, badly.meaning) == ("3200 bytes", None)


async def test_the_meaning_is_the_payload_of_the_transcript(wild: Any, serving: Serving) -> None:
    settings = wild.settings()
    async with serving(settings), AsyncUnixClient(settings.socket) as connection:
        for event in (
            Transcribe(context={"with_meaning": True}),
            AudioStart(16_000, 2, 1),
            AudioChunk(16_000, 2, 1, UTTERANCE),
            AudioStop(),
        ):
            await connection.write_event(event.event())
        async with asyncio.timeout(30):
            answer = await connection.read_event()
        assert answer is not None
        assert (answer.type, answer.data["text"]) == ("transcript", "2048 bytes")
        assert answer.payload == np.array([10, ord("2")], "<f4").tobytes()


async def test_a_server_without_an_encoder_says_so(wild: Any, serving: Serving) -> None:
    settings = wild.settings(meanings=False)
    async with serving(settings):
        client = client_of(settings)
        assert (await client.check()).encoder == ""
        with pytest.raises(SpeechRefused, match="no meanings"):
            await client.meanings(["one"])
        assert (await client.transcribe(UTTERANCE, with_meaning=True)).meaning is None


async def test_our_server_says_what_finds_meanings(wild: Any, serving: Serving) -> None:
    settings = wild.settings()
    async with serving(settings):
        assert (await client_of(settings).check()).encoder == "wild 1.0"


async def test_an_encoder_that_raises_is_an_error(wild: Any, serving: Serving) -> None:
    settings = wild.settings()
    async with serving(settings):
        with pytest.raises(SpeechRefused, match="RuntimeError"):
            await client_of(settings).meanings(["raise"])
        assert len(await client_of(settings).meanings(["fine"])) == 1


async def test_a_busy_server_refuses_at_once(wild: Any, serving: Serving) -> None:
    settings = wild.settings()
    async with serving(settings) as server:
        long = "sleep 0.4" + " " * 3_000  # by its length it takes 3 s
        speaking = asyncio.create_task(server.pool.speak(long, 9.0))
        await asyncio.sleep(0)
        with pytest.raises(SpeechBusy):
            await client_of(settings).meanings(["one"], 0.3)
        speaking.cancel()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({}, "bad-event"),
        ({"texts": "one"}, "bad-event"),
        ({"texts": ["one", 2]}, "bad-event"),
        ({"texts": ["x"] * 11}, "too-long"),
        ({"texts": ["x" * 21]}, "too-long"),
    ],
)
async def test_what_cannot_be_understood_is_refused(
    wild: Any, serving: Serving, data: dict[str, Any], code: str
) -> None:
    settings = wild.settings(most_texts=10, longest_text=20)
    async with serving(settings), AsyncUnixClient(settings.socket) as connection:
        await connection.write_event(Event("understand", data))
        async with asyncio.timeout(30):
            answer = await connection.read_event()
        assert answer is not None
        assert (answer.type, answer.data["code"]) == ("error", code)


async def test_a_stranger_who_passes_the_question_over_is_not_waited_for_for_ever(
    short_folder: Path,
) -> None:
    async with stranger(short_folder / "w") as asked:
        with pytest.raises(SpeechTimedOut):
            await SpeechClient(f"unix://{short_folder}/w").meanings(["one"], 0.2)
    assert asked[0].data["texts"] == ["one"]
    assert asked[0].data["context"] == {"longest_wait_ms": 200}


@pytest.mark.parametrize("payload", [None, b"\0" * 7, b"\0" * 12])
async def test_meanings_of_another_number_are_refused(
    short_folder: Path, payload: bytes | None
) -> None:
    async with stranger(short_folder / "w", Event("meanings", {}, payload)):
        with pytest.raises(SpeechRefused, match="another number"):
            await SpeechClient(f"unix://{short_folder}/w").meanings(["one", "two"], 2.0)


async def test_a_strangers_transcript_has_no_meaning(short_folder: Path) -> None:
    async with stranger(short_folder / "w", Event("transcript", {"text": "Yes."})) as asked:
        heard = await SpeechClient(f"unix://{short_folder}/w").transcribe(
            UTTERANCE, with_meaning=True
        )
    assert (heard.text, heard.meaning) == ("Yes.", None)
    assert asked[0].data["context"]["with_meaning"] is True


async def test_nobody_there(short_folder: Path) -> None:
    client = SpeechClient(f"unix://{short_folder}/w", ClientSettings(waits_for_server=False))
    with pytest.raises(SpeechUnavailable):
        await client.meanings(["one"])
