"""A call is placed over a real socket, at true pace, against a phone platform made of a few lines.

The platform here stands on the ``websockets`` library, which the caller does not use.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.fakes.ruled_part import Answer, RuledPart
from websockets.asyncio.server import ServerConnection, serve

from mapokezi.audio.wav import wav_sound
from mapokezi.emulator.callers import (
    SILENT_FRAME,
    CallerLine,
    Manners,
    ReactiveCaller,
    ScriptedCaller,
)
from mapokezi.emulator.listening import ListeningSettings
from mapokezi.emulator.phone_call import (
    CallHeard,
    CallPlan,
    LineConditions,
    SpokenLine,
    place_call,
)
from mapokezi.emulator.phone_socket import PhoneLineLost

BRISK = Manners(listening=ListeningSettings(hang_ms=200), lingers_s=0.2, patience_s=3.0)
FROM, TO = "+254722000111", "+254209000000"


def sound(length_ms: int) -> bytes:
    at = np.arange(length_ms * 8) / 8000
    return (6000 * np.sin(2 * np.pi * 300 * at)).astype("<i2").tobytes()


class Platform:
    """A phone platform's end of one line."""

    def __init__(self, socket: ServerConnection) -> None:
        self.socket = socket
        self.got: list[dict[str, Any]] = []
        self.frames = bytearray()
        self.frame_times: list[float] = []
        self.caller_done = asyncio.Event()

    async def tell(self, kind: str, **more: Any) -> None:
        await self.socket.send(json.dumps({"type": kind, "t_ms": 0, **more}))

    async def play(self, pcm: bytes, lead_ms: int = 0) -> None:
        """Send sound at true pace, and silence before it."""
        loop = asyncio.get_running_loop()
        pcm = bytes(lead_ms * 16) + pcm
        started = loop.time()
        for place, at in enumerate(range(0, len(pcm), 320)):
            await asyncio.sleep(max(0.0, started + place * 0.02 - loop.time()))
            await self.socket.send(pcm[at : at + 320])

    async def take(self) -> None:
        """Read everything that the caller sends, until the socket is closed."""
        async for message in self.socket:
            if isinstance(message, bytes):
                self.frames += message
                self.frame_times.append(asyncio.get_running_loop().time())
            else:
                self.got.append(json.loads(message))
                if self.got[-1]["type"] == "hangup":
                    self.caller_done.set()
                    await self.tell("ended", cdr={"duration_seconds": 1})


Scene = Callable[[Platform], Awaitable[None]]


@asynccontextmanager
async def platform(scene: Scene) -> AsyncIterator[tuple[str, list[Platform]]]:
    """Serve one scene on a free port."""
    lines: list[Platform] = []

    async def answer(socket: ServerConnection) -> None:
        line = Platform(socket)
        lines.append(line)
        taking = asyncio.create_task(line.take())
        await scene(line)
        await taking

    async with serve(answer, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield f"ws://127.0.0.1:{port}/phone", lines


async def answered(line: Platform) -> None:
    await line.tell("ringing")
    await asyncio.sleep(0.1)
    await line.tell("answered")
    await line.tell("stream_open")


@pytest.mark.anyio
async def test_a_scripted_call_from_dialling_to_hanging_up() -> None:
    async def scene(line: Platform) -> None:
        await answered(line)
        await line.play(sound(600), lead_ms=200)
        await line.play(bytes(16 * 1000))  # the caller speaks meanwhile
        await line.play(sound(400))
        await line.play(bytes(16 * 1200))

    told: list[SpokenLine] = []
    async with platform(scene) as (url, lines):
        plan = CallPlan(
            ScriptedCaller([CallerLine("Hello.", sound(500), digits="5#")], BRISK),
            FROM,
            TO,
            url=url,
            line=LineConditions(noise_dbfs=-50, seed=3),
        )
        heard = await place_call(plan, told.append)
    (line,) = lines
    assert line.got[0] == {
        "type": "dial",
        "from": FROM,
        "to": TO,
        "line": {"noise_dbfs": -50, "seed": 3},
        "modes": {},
    }
    assert line.got[1:] == [
        {"type": "digit", "digit": "5"},
        {"type": "digit", "digit": "#"},
        {"type": "hangup"},
    ]
    assert heard.answered
    assert heard.hung_up_by == "caller"
    assert heard.ended["cdr"] == {"duration_seconds": 1}
    check_conversation(heard, told)
    check_sound(heard, line)


def check_conversation(heard: CallHeard, told: list[SpokenLine]) -> None:
    """The conversation is in order, and all of it was told as it came."""
    spoken = [line for line in heard.conversation if line.speaker != "platform"]
    assert [line.speaker for line in spoken] == ["receptionist", "caller", "receptionist"]
    assert spoken[0].start_ms == pytest.approx(200, abs=80)
    assert spoken[1].text == "Hello."
    assert {(line.speaker, line.text) for line in told} == {
        (line.speaker, line.text) for line in heard.conversation
    }
    ringing = heard.events[0]
    assert ringing["type"] == "ringing"
    assert ringing["at_ms"] == pytest.approx(-100, abs=60)


def check_sound(heard: CallHeard, line: Platform) -> None:
    """Both directions are recorded in step, at true pace, and measured."""
    assert bytes(line.frames) == heard.said_pcm
    assert len(heard.said_pcm) == len(heard.heard_pcm)
    # A busy machine may hold up a frame, first or last or any: the pace is that of most of them.
    ten_frames_s = np.median(np.diff(line.frame_times[::10]))
    assert ten_frames_s == pytest.approx(0.2, abs=0.02)
    timings = heard.timings()
    assert timings.turns == 1
    assert timings.first_word_ms[0] == pytest.approx(200, abs=80)
    (caller,) = (entry for entry in heard.conversation if entry.speaker == "caller")
    reply = heard.conversation[-2]
    assert timings.gaps_ms[0] == pytest.approx(reply.start_ms - caller.end_ms, abs=40)


@pytest.mark.anyio
async def test_the_recording_is_stereo_with_the_caller_on_the_left(tmp_path: Path) -> None:
    async def scene(line: Platform) -> None:
        await answered(line)
        await line.play(sound(400))
        await line.play(bytes(16 * 1000))

    async with platform(scene) as (url, _):
        caller = ScriptedCaller([CallerLine("Hello.", sound(500))], BRISK)
        heard = await place_call(CallPlan(caller, FROM, TO, url=url, longest_s=1.5))
    heard.write_recording(tmp_path / "call.wav")
    form, pcm = wav_sound((tmp_path / "call.wav").read_bytes())
    assert (form.channels, form.sample_rate_hz) == (2, 8000)
    pair = np.frombuffer(pcm, "<i2").reshape(-1, 2)
    assert pair[:, 0].tobytes() == heard.said_pcm
    assert pair[:, 1].tobytes() == heard.heard_pcm
    assert json.loads(json.dumps(heard.as_dict()))["timings"]["turns"] == 1


@pytest.mark.anyio
async def test_a_reactive_caller_answers_the_words_that_its_ear_finds() -> None:
    async def scene(line: Platform) -> None:
        await answered(line)
        for length_ms in (400, 600, 400):
            await line.play(sound(length_ms))
            await line.play(bytes(16 * 1200))

    words = iter(["May I have your name?", "Mary, is that right?", "Goodbye."])
    part = RuledPart((Answer("name", ("Mary.",)), Answer("right", ("Yes.",))))
    caller = ReactiveCaller(part, {text: sound(300) for text in part.lines()}, BRISK)
    async with platform(scene) as (url, _):
        plan = CallPlan(caller, FROM, TO, url=url, hear=lambda pcm: next(words) if pcm else "")
        heard = await place_call(plan)
    spoken = [line.text for line in heard.conversation if line.speaker != "platform"]
    assert spoken == [
        "May I have your name?",
        "Mary.",
        "Mary, is that right?",
        "Yes.",
        "Goodbye.",
        "Thank you. Goodbye.",
    ]


@pytest.mark.anyio
async def test_the_platform_may_end_the_call_in_the_middle_of_a_word() -> None:
    async def scene(line: Platform) -> None:
        await answered(line)
        await line.play(sound(600))
        await line.tell("ended", cdr={"hangup_by": "platform"}, torn=3)

    async with platform(scene) as (url, _):
        plan = CallPlan(ScriptedCaller([], BRISK), FROM, TO, url=url, hear=lambda _: "Good day")
        heard = await place_call(plan)
    assert heard.hung_up_by == "platform"
    assert heard.torn == 3, "as the platform told of the caller's words"
    assert heard.ended["cdr"] == {"hangup_by": "platform"}
    # What was being heard is understood even so.
    assert [line.text for line in heard.conversation if line.speaker == "receptionist"] == [
        "Good day"
    ]


@pytest.mark.anyio
async def test_a_line_that_breaks_ends_the_call_with_nobody_having_hung_up() -> None:
    async def scene(line: Platform) -> None:
        await answered(line)
        await line.play(sound(300))
        line.socket.transport.abort()

    async with platform(scene) as (url, _):
        heard = await place_call(CallPlan(ScriptedCaller([], BRISK), FROM, TO, url=url))
    assert heard.answered
    assert heard.hung_up_by == ""
    assert heard.length_ms > 0


@pytest.mark.anyio
async def test_a_call_that_nobody_answers_is_given_up() -> None:
    async def scene(line: Platform) -> None:
        await line.tell("ringing")
        await line.caller_done.wait()

    async with platform(scene) as (url, _):
        plan = CallPlan(ScriptedCaller([], BRISK), FROM, TO, url=url, ring_s=0.3)
        heard = await place_call(plan)
    assert not heard.answered
    assert heard.hung_up_by == "caller"
    assert heard.said_pcm == heard.heard_pcm == b""
    assert heard.timings().first_word_ms == ()


@pytest.mark.anyio
async def test_a_burst_is_not_heard_late() -> None:
    async def scene(line: Platform) -> None:
        await answered(line)
        for _ in range(50):
            await line.socket.send(SILENT_FRAME)
        await line.play(sound(300))
        await line.play(bytes(16 * 300))

    async with platform(scene) as (url, _):
        plan = CallPlan(ScriptedCaller([], BRISK), FROM, TO, url=url)
        heard = await place_call(plan)
    assert heard.late_frames >= 40
    assert heard.timings().first_word_ms[0] < 200


@pytest.mark.anyio
async def test_a_platform_that_is_not_there_is_told_of() -> None:
    plan = CallPlan(ScriptedCaller([], BRISK), FROM, TO, url="ws://127.0.0.1:9/phone")
    with pytest.raises(PhoneLineLost, match=r"ws://127\.0\.0\.1:9/phone"):
        await place_call(plan)
