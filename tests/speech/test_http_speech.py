"""Ears and a voice over OpenAI-compatible HTTP, on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from tests.fakes.chat_server import serve_chat, serve_loopback

from mapokezi.audio.level import LevelMeter
from mapokezi.speech.errors import (
    SpeechBusy,
    SpeechRefused,
    SpeechTimedOut,
    SpeechUnavailable,
)
from mapokezi.speech.http_service import HttpService, ServiceSettings
from mapokezi.speech.http_speech import HttpSpeaker, HttpSpeechSettings
from mapokezi.speech.http_transcription import HttpTranscriber, TranscriptionSettings

pytestmark = pytest.mark.anyio

PCM = bytes(32_000)


@asynccontextmanager
async def service(url: str, key: str = "") -> AsyncIterator[HttpService]:
    made = HttpService(ServiceSettings(base_url=url, key=key))
    try:
        yield made
    finally:
        await made.close()


@asynccontextmanager
async def answering(reply: bytes, *, after_s: float = 0.0) -> AsyncIterator[str]:
    """A server that gives one answer to everything."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length: ")[2].split(b"\r\n")[0])
        await reader.readexactly(length)
        await asyncio.sleep(after_s)
        writer.write(reply)
        await writer.drain()

    async with serve_loopback(connected) as port:
        yield f"http://127.0.0.1:{port}/v1"


def reply(status: int, body: bytes, kind: str = "application/json") -> bytes:
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def test_an_utterance_is_written_down_by_a_wav_file_in_a_form() -> None:
    async with serve_chat(key="k") as server, service(server.url, "k") as far:
        server.transcripts.append(" Where is your office? ")
        ears = HttpTranscriber(far, TranscriptionSettings(model="base", language="en"))
        used: list[Any] = []
        ears = ears.for_call(["Wanjiku", "Kamau"], lambda *what: used.append(what))
        heard = await ears.transcribe(PCM, with_meaning=True)
        assert used == [({"transcribed_ms": 1000}, "base")]
        assert heard.text == "Where is your office?"
        assert heard.meaning is None
        body = server.asked[0].body
        for part in (b'name="model"\r\n\r\nbase', b'name="language"\r\n\r\nen', b"Wanjiku, Kamau"):
            assert part in body
        at = body.index(b"RIFF")
        assert body[at + 8 : at + 12] == b"WAVE"
        assert PCM in body


@pytest.mark.parametrize(
    ("told", "error"),
    [
        (reply(500, b"{}"), SpeechRefused),
        (reply(429, b"{}"), SpeechBusy),
        (reply(200, b'{"words": 1}'), SpeechRefused),
        (reply(200, b"nonsense"), SpeechRefused),
        (b"", SpeechUnavailable),
    ],
)
async def test_what_goes_wrong_with_a_transcript_is_said(told: bytes, error: Any) -> None:
    async with answering(told) as url, service(url) as far:
        with pytest.raises(error):
            await HttpTranscriber(far, TranscriptionSettings()).transcribe(PCM)


async def test_a_transcript_that_takes_too_long_is_not_waited_for() -> None:
    async with answering(reply(200, b'{"text": "x"}'), after_s=5) as url, service(url) as far:
        ears = HttpTranscriber(far, TranscriptionSettings(limit_s=0.1))
        with pytest.raises(SpeechTimedOut):
            await ears.transcribe(PCM)


@pytest.mark.parametrize(("rate_hz", "as_wav"), [(24_000, False), (22_050, True), (16_000, False)])
async def test_a_text_is_spoken_at_16_khz_whatever_the_server_has(
    rate_hz: int, as_wav: bool
) -> None:
    async with (
        serve_chat(speech_rate_hz=rate_hz, speech_as_wav=as_wav) as server,
        service(server.url) as far,
    ):
        told_hz = 24_000 if as_wav else rate_hz
        voice = HttpSpeaker(far, HttpSpeechSettings(model="k", voice="v", rate_hz=told_hz))
        used: list[Any] = []
        voice = voice.for_call(lambda *what: used.append(what))
        pieces = [piece async for piece in voice.synthesize("Good day to you.")]
        assert used == [({"characters_spoken": 16}, "k")]
        assert all(len(piece) % 2 == 0 for piece in pieces)
        sound = b"".join(pieces)
        assert len(sound) == pytest.approx(16 * 16_000 // 20 * 2, abs=200)
        assert LevelMeter().feed(bytes(6400) + sound), "it is heard"
        asked = server.asked[0].json
        assert asked == {
            "model": "k",
            "voice": "v",
            "input": "Good day to you.",
            "response_format": "pcm",
        }


@pytest.mark.parametrize(
    ("told", "error"),
    [
        (reply(503, b'{"error": "busy"}'), SpeechBusy),
        (reply(400, b'{"error": {"message": "no such voice"}}'), SpeechRefused),
        (reply(200, b"ID3", "audio/mpeg"), SpeechRefused),
        (reply(200, b"{}", "application/json"), SpeechRefused),
        (reply(200, b"", "audio/pcm"), SpeechRefused),
        (reply(200, b"RIFF" + bytes(5000), "audio/wav"), SpeechRefused),
        (b"", SpeechUnavailable),
    ],
)
async def test_what_goes_wrong_with_a_voice_is_said(told: bytes, error: Any) -> None:
    async with answering(told) as url, service(url) as far:
        with pytest.raises(error):
            _ = [one async for one in HttpSpeaker(far, HttpSpeechSettings()).synthesize("Hello")]


async def test_a_voice_that_takes_too_long_is_not_waited_for() -> None:
    slow = HttpSpeechSettings(first_audio_limit_s=0.1)
    async with answering(reply(200, bytes(9), "audio/pcm"), after_s=5) as url, service(url) as far:
        with pytest.raises(SpeechTimedOut):
            _ = [one async for one in HttpSpeaker(far, slow).synthesize("Hello")]
