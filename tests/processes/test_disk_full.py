"""A disk that takes nothing more: the call goes on, and "saved" is said of what is saved."""

from __future__ import annotations

import asyncio
import resource
import signal
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pytest

from mapokezi.audio.wav import HEADER_BYTES, parse_wav
from mapokezi.calls import Outcome

if TYPE_CHECKING:
    from tests.processes.conftest import Deployment, Program

    from mapokezi.emulator.callers import CallerLine
    from mapokezi.emulator.phone_call import CallHeard

pytestmark = pytest.mark.anyio

CALLER = "+254722000401"
SMALL = 60_000
"""A recording has this many bytes after a second, the database from its first day."""
STEP = """
[[step]]
wait_for_caller = 0.2
[[step]]
call_tool = "take_message"
arguments = { name = "Grace Njeri", number = "+254722000401", reason = "REASON" }
[[step]]
say = "Your message is {result.status}."
"""
SCRIPT = "".join(STEP.replace("REASON", reason) for reason in ("plot", "plot, again", "land"))


async def test_a_full_disk_stops_the_recording_and_never_the_call(
    deployment: Deployment, words: Callable[[str], Any]
) -> None:
    deployment.follow_script(SCRIPT)
    async with deployment.platform():
        line = await deployment.start_line()
        talk = [words("Please take a message."), words("And again."), words("And again.")]
        heard = await ring_with_a_full_disk(deployment, line, talk)
    assert heard.answered
    assert heard.timings().unanswered == 0
    assert heard.timings().longest_wait_ms <= 3_000
    line.signal(signal.SIGTERM)
    assert await line.ended() == 0
    assert not line.events("records lost")

    again = await deployment.start_line()
    read_back = await again.tells("spilled records read back")
    assert read_back["kept"] >= 1
    assert read_back["refused"] == 0
    found = await deployment.record_of(CALLER)
    assert found.call.outcome is Outcome.MESSAGE
    said = [turn.text for turn in found.turns if turn.text.startswith("Your message")]
    assert said == [f"Your message is {status}." for status in ("saved", "failed", "saved")]
    (message,) = await deployment.messages(found)
    assert message.reason == "land", "what was spilled is older, and changes nothing"
    assert found.call.recording is not None
    whole = parse_wav((deployment.folder / found.call.recording).read_bytes())
    assert whole.channels == 2
    assert whole.data_bytes == SMALL - HEADER_BYTES


async def ring_with_a_full_disk(
    deployment: Deployment, line: Program, talk: Sequence[CallerLine]
) -> CallHeard:
    """During a call there is room for small files alone, then for nothing, then again for all."""
    call = asyncio.create_task(deployment.ring(talk, CALLER))
    await line.tells("media_opened")
    line.limit_files(SMALL)
    assert (await line.tells("recording stopped"))["fault"] == "File too large"
    await line.tells("records spilled")
    await line.tells("deed_decided", status="saved")
    line.limit_files(0)
    await line.tells("spill file not written")
    await line.tells("deed_failed")
    assert not call.done()
    line.limit_files(resource.RLIM_INFINITY)
    heard = await call
    await line.tells("call_ended")
    return heard
