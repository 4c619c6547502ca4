"""The client against servers that are not ours, good ones and bad ones, and against ours."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from wyoming.asr import Transcript, TranscriptChunk, TranscriptStart, TranscriptStop
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import async_read_event, async_write_event
from wyoming.info import AsrModel, AsrProgram, Attribution, Info, TtsProgram, TtsVoice
from wyoming.vad import VoiceStarted, VoiceStopped

from mapokezi.errors import MapokeziError
from mapokezi.speech.client import SpeechClient
from mapokezi.speech.errors import (
    SpeechBusy,
    SpeechRefused,
    SpeechTimedOut,
    SpeechUnavailable,
)
from mapokezi.speech.server import SpeechServer
from mapokezi.speech.settings import ClientSettings, SpeechSettings
from mapokezi.speech.vocabulary import Event
from mapokezi.speech.voice_edges import VoiceEdge

pytestmark = pytest.mark.anyio


@pytest.fixture(params=[False, True], ids=["asyncio", "uvloop"])
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, bool]]:
    """Both event loops: the line, where the client lives, runs on uvloop."""
    return "asyncio", {"use_uvloop": request.param}


Serving = Callable[[SpeechSettings], AbstractAsyncContextManager[SpeechServer]]
Until = Callable[..., Awaitable[None]]


class Eventable:
    """An event that the wyoming package's writer takes."""

    def __init__(self, event: Event) -> None:
        self._event = event

    def event(self) -> Event:
        return self._event


class Stranger:
    """A Wyoming server made of the package's own parts; it answers one kind of event by a list."""

    def __init__(self, answers: dict[str, list[Any]]) -> None:
        self.answers = answers
        self.asked: list[Event] = []
        self.open_connections = 0
        self.hold = asyncio.Event()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open_connections += 1
        try:
            while (event := await async_read_event(reader)) is not None:
                self.asked.append(event)
                for answer in self.answers.get(event.type, ()):
                    await self._answer(answer, writer)
        except ConnectionError:
            pass
        finally:
            self.open_connections -= 1
            writer.close()

    async def _answer(self, answer: Any, writer: asyncio.StreamWriter) -> None:
        if answer == "hold":
            await self.hold.wait()
        elif answer == "close":
            writer.close()
        elif isinstance(answer, bytes):
            writer.write(answer)
        else:
            await async_write_event(answer.event(), writer)


@contextlib.asynccontextmanager
async def stranger(path: Path, **answers: list[Any]) -> AsyncIterator[Stranger]:
    """Run a stranger on a Unix socket; ``audio_stop=[...]`` answers ``audio-stop``."""
    one = Stranger({kind.replace("_", "-"): events for kind, events in answers.items()})
    talks: set[asyncio.Task[None]] = set()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.add(asyncio.ensure_future(one.talk(reader, writer)))

    server = await asyncio.start_unix_server(begin, path)
    try:
        yield one
    finally:
        one.hold.set()
        server.close()
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)


def sine(rate_hz: int, seconds: float) -> Any:
    at = np.arange(int(rate_hz * seconds)) / rate_hz
    return (10_000 * np.sin(2 * np.pi * 440 * at)).astype("<i2")


@pytest.fixture
def path(short_folder: Path) -> Path:
    return short_folder / "w"


def client_of(path: Path, **settings: Any) -> SpeechClient:
    strict = {"away_limit_s": 0.0, "waits_for_server": False}
    return SpeechClient(f"unix://{path}", ClientSettings(**{**strict, **settings}))


async def spoken(client: SpeechClient, text: str = "Hello.") -> bytes:
    return b"".join([pcm async for pcm in client.synthesize(text)])


# -- transcripts


async def test_an_utterance_is_sent_as_wyoming_wants_it(path: Path) -> None:
    answers = [
        TranscriptStart(),
        TranscriptChunk("Good "),
        TranscriptStop(),
        Transcript(" Good day. "),
    ]
    async with stranger(path, audio_stop=answers) as server:
        client = client_of(path, recogniser="tiny", language="sw")
        heard = await client.transcribe(b"\1\2" * 40_000, 5.0)
        assert heard.text == "Good day."
        assert 0 <= heard.took_ms < 5_000
    kinds = [event.type for event in server.asked]
    assert kinds == ["transcribe", "audio-start", *["audio-chunk"] * 3, "audio-stop"]
    assert server.asked[0].data["name"] == "tiny"
    assert server.asked[0].data["language"] == "sw"
    assert server.asked[0].data["context"] == {"longest_wait_ms": 5_000}
    chunks = [AudioChunk.from_event(event) for event in server.asked[2:5]]
    assert b"".join(chunk.audio for chunk in chunks) == b"\1\2" * 40_000
    assert {(chunk.rate, chunk.width, chunk.channels) for chunk in chunks} == {(16_000, 2, 1)}


async def test_a_server_over_tcp_will_do(until: Until) -> None:
    one = Stranger({"audio-stop": [Transcript("Yes.")]})
    server = await asyncio.start_server(one.talk, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        client = SpeechClient(f"tcp://127.0.0.1:{port}")
        assert (await client.transcribe(bytes(3_200))).text == "Yes."
    finally:
        server.close()
        await until(lambda: one.open_connections == 0)


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ([Error("later", "busy")], SpeechBusy),
        ([Error("no model", "failed")], SpeechRefused),
        ([Error("no code")], SpeechRefused),
        (["close"], SpeechUnavailable),
        ([b"rubbish\n"], SpeechRefused),
        ([b'{"type":"transcript","data":{"text":7}}\n'], SpeechRefused),
        (["hold"], SpeechTimedOut),
    ],
)
async def test_what_goes_wrong_has_a_type(
    path: Path, answers: list[Any], error: type[MapokeziError]
) -> None:
    async with stranger(path, audio_stop=answers):
        with pytest.raises(error):
            await client_of(path).transcribe(bytes(3_200), deadline_s=0.3)


async def test_nobody_there(path: Path) -> None:
    client = client_of(path)
    with pytest.raises(SpeechUnavailable, match="No such file"):
        await client.transcribe(b"")
    with pytest.raises(SpeechUnavailable):
        await spoken(client)
    with pytest.raises(SpeechUnavailable):
        await client.check()


async def test_a_server_that_is_being_started_again_is_waited_for(path: Path) -> None:
    client = client_of(path, waits_for_server=True)
    words = asyncio.create_task(client.transcribe(bytes(3_200)))
    sound = asyncio.create_task(spoken(client))
    await asyncio.sleep(0.3)
    answer = [AudioStart(16_000, 2, 1), AudioChunk(16_000, 2, 1, bytes(640)), AudioStop()]
    async with stranger(path, audio_stop=[Transcript("Yes.")], synthesize=answer):
        assert (await words).text == "Yes."
        assert await sound == bytes(640)


async def test_a_server_that_stays_away_is_not_waited_for_beyond_the_limit(path: Path) -> None:
    client = client_of(path, waits_for_server=True, first_audio_limit_s=0.3)
    with pytest.raises(SpeechUnavailable, match="No such file"):
        await client.transcribe(b"", 0.3)
    with pytest.raises(SpeechUnavailable, match="No such file"):
        await spoken(client)


async def test_cancelling_closes_the_connection(path: Path, until: Until) -> None:
    async with stranger(path, audio_stop=["hold"]) as server:
        waiting = asyncio.create_task(client_of(path).transcribe(bytes(3_200)))
        await until(lambda: "audio-stop" in [event.type for event in server.asked])
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        server.hold.set()
        await until(lambda: server.open_connections == 0)


async def test_cancelling_frees_the_place_in_our_servers_queue(
    wild: Any, serving: Serving, until: Until
) -> None:
    settings = wild.settings(longest_wait_s=9.0)
    async with serving(settings):
        client = client_of(settings.socket, first_audio_limit_s=9.0, transcribe_limit_s=9.0)
        speaking = asyncio.create_task(spoken(client, "sleep 0.3"))
        await until(lambda: wild.begun() == ["sleep 0.3"])
        waiting = asyncio.create_task(client.transcribe(b"\1" * 32_000))
        await asyncio.sleep(0.05)
        waiting.cancel()
        await asyncio.gather(speaking, waiting, return_exceptions=True)
        await spoken(client, "last")
    assert wild.begun() == ["sleep 0.3", "last"]


# -- speech


@pytest.mark.parametrize(("rate_hz", "channels"), [(22_050, 1), (24_000, 2), (16_000, 1)])
async def test_speech_of_another_rate_is_made_ours(path: Path, rate_hz: int, channels: int) -> None:
    sound = np.repeat(sine(rate_hz, 0.5), channels).tobytes()
    pieces = [sound[at : at + 999] for at in range(0, len(sound), 999)]
    answers = [
        AudioStart(rate_hz, 2, channels),
        *[AudioChunk(rate_hz, 2, channels, piece) for piece in pieces],
        AudioStop(),
    ]
    async with stranger(path, synthesize=answers) as server:
        pcm = await spoken(client_of(path, voice="amy"))
    samples = np.frombuffer(pcm, "<i2").astype(float)
    assert abs(len(samples) - 8_000) <= 1
    middle = samples[2_000:6_000]
    assert np.abs(np.fft.rfft(middle)).argmax() * 4 == 440
    assert middle.max() == pytest.approx(10_000, rel=0.02)
    assert server.asked[0].data["voice"]["name"] == "amy"


async def test_the_first_sound_has_a_deadline(path: Path) -> None:
    answers = [AudioStart(16_000, 2, 1), "hold"]
    async with stranger(path, synthesize=answers):
        with pytest.raises(SpeechTimedOut):
            await spoken(client_of(path, first_audio_limit_s=0.2))


async def test_a_pause_in_the_sound_has_a_limit(path: Path) -> None:
    answers = [AudioStart(16_000, 2, 1), AudioChunk(16_000, 2, 1, bytes(640)), "hold"]
    async with stranger(path, synthesize=answers):
        sound = client_of(path, stall_limit_s=0.2).synthesize("Hello.")
        assert await anext(sound) == bytes(640)
        with pytest.raises(SpeechTimedOut):
            await anext(sound)


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ([Error("later", "busy")], SpeechBusy),
        ([AudioStart(16_000, 1, 1)], SpeechRefused),
        ([AudioStart(16_000, 2, 1), "close"], SpeechUnavailable),
    ],
)
async def test_speech_that_fails_has_a_type(
    path: Path, answers: list[Any], error: type[MapokeziError]
) -> None:
    async with stranger(path, synthesize=answers):
        with pytest.raises(error):
            await spoken(client_of(path))


async def test_leaving_off_closes_the_connection(path: Path, until: Until) -> None:
    answers = [AudioChunk(16_000, 2, 1, bytes(640)), "hold", AudioStop()]
    async with stranger(path, synthesize=answers) as server:
        sound = client_of(path).synthesize("Hello.")
        assert await anext(sound) == bytes(640)
        await sound.aclose()
        server.hold.set()
        await until(lambda: server.open_connections == 0)


async def test_a_slow_listener_makes_the_server_wait_and_loses_nothing(
    wild: Any, serving: Serving
) -> None:
    settings = wild.settings()
    async with serving(settings):
        sizes = []
        async for pcm in client_of(settings.socket).synthesize("|".join(["long 1000000"] * 6)):
            sizes.append(len(pcm))
            if len(sizes) < 20:
                await asyncio.sleep(0.01)
        assert sum(sizes) == 6_000_000


# -- what the server is


async def test_a_strangers_offer_is_read(path: Path) -> None:
    by = Attribution("rhasspy", "https://example.com")
    model = AsrModel("base", by, True, None, None, languages=["en", "sw"])
    voice = TtsVoice("amy", by, True, None, None, languages=["en_US"])
    info = Info(
        asr=[AsrProgram("faster-whisper", by, True, None, None, models=[model])],
        tts=[TtsProgram("piper", by, True, None, None, voices=[voice])],
    )
    async with stranger(path, describe=[info]):
        about = await client_of(path).check()
    assert about.recognisers == ("faster-whisper",)
    assert about.voices == ("amy",)
    assert about.languages == ("en", "en_US", "sw")
    assert not about.detects_voice


@pytest.mark.parametrize("data", ["{}", '{"asr":7,"tts":[1]}', '{"asr":[{"models":{}}]}'])
async def test_an_odd_offer_harms_nobody(path: Path, data: str) -> None:
    async with stranger(path, describe=[f'{{"type":"info","data":{data}}}\n'.encode()]):
        assert (await client_of(path).check()).voices == ()


async def test_our_own_offer_is_read(wild: Any, serving: Serving) -> None:
    settings = wild.settings(voice="loud")
    async with serving(settings):
        about = await client_of(settings.socket).check()
        assert about.detects_voice
        assert about.voices == ("loud",)


async def test_a_server_that_does_not_say_what_it_is(path: Path) -> None:
    async with stranger(path, describe=["hold"]):
        with pytest.raises(SpeechTimedOut):
            await client_of(path, check_limit_s=0.2).check()


# -- hearing


class Ears:
    """What a stream of hearing told."""

    def __init__(self) -> None:
        self.edges: list[VoiceEdge] = []
        self.lost: list[str] = []


FRAME = b"\x01\x01" * 320


async def test_edges_come_back(wild: Any, serving: Serving, until: Until) -> None:
    settings, ears = wild.settings(), Ears()
    async with serving(settings):
        hearing = client_of(settings.socket).hearing(ears.edges.append, ears.lost.append)
        for _ in range(20):
            hearing.feed(FRAME)
        await until(lambda: ears.edges == [VoiceEdge(True, 0)])
        for _ in range(20):
            hearing.feed(bytes(640))
        await until(lambda: len(ears.edges) == 2)
        # 400 ms of voice end inside the chunk from 384 to 416, which still counts as voice.
        assert ears.edges[1] == VoiceEdge(False, 416 - 64)
        assert hearing.fed_ms == 800
        hearing.close()
    assert ears.lost == []


async def test_sound_goes_out_in_batches(path: Path, until: Until) -> None:
    ears = Ears()
    async with stranger(path) as server:
        hearing = client_of(path).hearing(ears.edges.append, ears.lost.append)
        await until(lambda: server.asked != [])
        for _ in range(5):
            hearing.feed(FRAME)
        await until(lambda: [event.type for event in server.asked].count("audio-chunk") == 2)
        hearing.close()
        await until(lambda: server.open_connections == 0)
    sound = [len(event.payload or b"") for event in server.asked if event.type != "ping"]
    assert sound == [0, 1_280, 1_280]
    assert ears.lost == []


async def test_a_strangers_edges_need_no_time(path: Path, until: Until) -> None:
    ears = Ears()
    answers = [VoiceStarted(), VoiceStopped(timestamp=70)]
    async with stranger(path, audio_chunk=answers):
        hearing = client_of(path).hearing(ears.edges.append, ears.lost.append)
        hearing.feed(FRAME * 4)
        await until(lambda: len(ears.edges) == 2)
        hearing.close()
    assert ears.edges == [VoiceEdge(True, 80), VoiceEdge(False, 70)]


async def test_nobody_there_is_told_once(path: Path, until: Until) -> None:
    ears = Ears()
    hearing = client_of(path).hearing(ears.edges.append, ears.lost.append)
    hearing.feed(FRAME)
    await until(lambda: ears.lost != [])
    hearing.feed(FRAME * 1_000)
    await asyncio.sleep(0)
    assert len(ears.lost) == 1
    assert "No such file" in ears.lost[0]


async def test_a_server_that_stops_reading_ends_the_stream(path: Path, until: Until) -> None:
    ears = Ears()
    async with stranger(path, audio_start=["hold"]) as server:
        hearing = client_of(path).hearing(ears.edges.append, ears.lost.append)
        await until(lambda: server.asked != [])
        fed = 0
        while not ears.lost:
            hearing.feed(FRAME)
            fed += 1
            assert fed < 20_000, "the stream grew without a limit"
            if fed % 100 == 0:
                await asyncio.sleep(0)
    assert ears.lost == ["the speech server does not take the caller's sound"]


async def test_a_server_that_never_answers_the_connection_ends_the_stream(path: Path) -> None:
    ears = Ears()
    async with stranger(path):
        hearing = client_of(path, held_audio_ms=100).hearing(ears.edges.append, ears.lost.append)
        for _ in range(10):  # the connection cannot be made before the loop runs
            hearing.feed(FRAME)
        await asyncio.sleep(0)
    assert ears.lost == ["the speech server does not answer"]


async def test_a_server_that_falls_silent_ends_the_stream(path: Path) -> None:
    ears = Ears()
    pong = Event("pong", {"text": None})
    async with stranger(path, ping=[Eventable(pong)]) as server:
        client = client_of(path, ping_every_s=0.02, pong_limit_s=0.1)
        hearing = client.hearing(ears.edges.append, ears.lost.append)
        for _ in range(50):
            hearing.feed(FRAME)
            await asyncio.sleep(0.005)
        assert len([event for event in server.asked if event.type == "ping"]) > 3
        assert ears.lost == []
        server.answers.clear()
        async with asyncio.timeout(30):
            while not ears.lost:
                hearing.feed(FRAME)
                await asyncio.sleep(0.005)
        assert ears.lost == ["the speech server has fallen silent"]
        # One that hangs from the beginning is found, too, once it is known to answer pings.
        again = client.hearing(ears.edges.append, ears.lost.append)
        async with asyncio.timeout(30):
            while len(ears.lost) < 2:
                again.feed(FRAME)
                await asyncio.sleep(0.005)


async def test_a_server_that_knows_no_pings_is_not_given_up_for_that(path: Path) -> None:
    ears = Ears()
    async with stranger(path):
        client = client_of(path, ping_every_s=0.02, pong_limit_s=0.05)
        hearing = client.hearing(ears.edges.append, ears.lost.append)
        for _ in range(60):
            hearing.feed(FRAME)
            await asyncio.sleep(0.005)
        hearing.close()
    assert ears.lost == []


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        (["close"], "closed the connection"),
        ([Error("too many connections", "busy")], "too many connections"),
        ([b"rubbish\n"], "not a Wyoming event"),
    ],
)
async def test_a_stream_that_breaks_is_told(
    path: Path, until: Until, answers: list[Any], reason: str
) -> None:
    ears = Ears()
    async with stranger(path, audio_start=answers) as server:
        hearing = client_of(path).hearing(ears.edges.append, ears.lost.append)
        await until(lambda: ears.lost != [])
        await until(lambda: server.open_connections == 0)
        hearing.feed(FRAME * 10)
        hearing.close()
    assert len(ears.lost) == 1
    assert reason in ears.lost[0]


async def test_nothing_is_told_after_a_close(wild: Any, serving: Serving) -> None:
    settings, ears = wild.settings(), Ears()
    async with serving(settings):
        hearing = client_of(settings.socket).hearing(ears.edges.append, ears.lost.append)
        hearing.close()
        again = client_of(settings.socket).hearing(ears.edges.append, ears.lost.append)
        await client_of(settings.socket).check()
        again.feed(FRAME * 20)
        again.close()
        await client_of(settings.socket).check()
    assert (ears.edges, ears.lost) == ([], [])


# -- the server's end


async def test_a_server_that_is_killed_is_unavailable_until_it_is_back(
    short_folder: Path, speech_process: Any, until: Until
) -> None:
    path, ears = short_folder / "s", Ears()
    client = client_of(path)
    async with speech_process(path) as first:
        pcm = await spoken(client, "Yes.")
        hearing = client.hearing(ears.edges.append, ears.lost.append)
        hearing.feed(bytes(32_000))
        # Stopped first, so that it surely dies with the request in its hands.
        first.process.send_signal(signal.SIGSTOP)
        waiting = asyncio.create_task(client.transcribe(pcm * 20, 9.0))
        await asyncio.sleep(0.05)
        first.process.kill()
        with pytest.raises(SpeechUnavailable):
            await waiting
        await until(lambda: len(ears.lost) == 1)
        hearing.close()
        with pytest.raises(SpeechUnavailable):
            await client.transcribe(pcm)
    async with speech_process(path):
        assert (await client.transcribe(pcm)).text == "Yes."
