"""`kill -9` in the middle of calls: what was on the disk is found, nothing else falls."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from mapokezi.calls import Outcome, TerminationReason
from mapokezi.emulator.callers import Manners

if TYPE_CHECKING:
    from tests.processes.conftest import Deployment

pytestmark = pytest.mark.anyio

LEAVES_MESSAGE, ASKS = "+254722000501", "+254722000502"
SCRIPT = """
[[step]]
wait_for_caller = 0.2
[[step]]
say = "Your name, please?"
[[step]]
wait_for_caller = 0.2
[[step]]
call_tool = "take_message"
arguments = { name = "Grace Njeri", number = "+254722000501", reason = "a plot in Kiambu" }
[[step]]
say = "Your message is {result.status}."
[[step]]
wait_ms = 60000
"""


async def test_the_line_is_killed_with_two_calls_up(
    deployment: Deployment, words: Callable[[str], Any]
) -> None:
    deployment.follow_script(SCRIPT)
    deployment.set(speech_address="tcp://127.0.0.1:9")
    serve = deployment.start("serve")
    emulator = await deployment.start_emulator()
    await deployment.is_ready(serve)
    pids = {one["role"]: one["pid"] for one in serve.events("role_started")}
    message = [words("A message, please."), words("Grace Njeri.")]
    stays = Manners(lingers_s=30.0, patience_s=30.0)
    leaves = asyncio.create_task(deployment.ring(message, LEAVES_MESSAGE, stays))
    await serve.tells("media_opened")
    asks = asyncio.create_task(deployment.ring([words("Are you open?")], ASKS, stays))
    await serve.tells("deed_decided", status="saved")
    os.kill(pids["line"], signal.SIGKILL)

    for heard in await asyncio.gather(leaves, asks):
        assert heard.answered
        assert heard.hung_up_by == "platform", "the call ends, and not in silence"
        assert [event for event in heard.events if event["type"] == "platform_message"]
        assert heard.timings().longest_wait_ms <= 3_000
    assert (await serve.tells("role_died"))["role"] == "line"
    await deployment.is_ready(serve)

    assert (await serve.tells("calls found open and ended as interrupted"))["number"] == 2
    assert (await serve.tells("recordings repaired"))["number"] == 2
    found = await deployment.record_of(LEAVES_MESSAGE)
    assert found.call.termination is not None
    assert found.call.termination.reason is TerminationReason.INTERRUPTED
    assert found.call.outcome is Outcome.MESSAGE
    assert [turn.text for turn in found.turns[:2]][-1] == "Your name, please?"
    (left,) = await deployment.messages(found)
    assert (left.name, left.reason) == ("Grace Njeri", "a plot in Kiambu")
    assert found.call.recording is not None
    async with asyncio.timeout(30):  # repaired by the line, the recording is sealed by the desk
        while not (found := await deployment.record_of(LEAVES_MESSAGE)).kept:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    assert (found.kept[0].length_ms or 0) > 5_000, "all but the last half second"

    cut_off = await deployment.record_of(ASKS)
    assert cut_off.call.outcome is Outcome.FAILED
    (owed,) = await deployment.messages(cut_off)
    assert owed.number == ASKS, "the staff are to ring back"

    # The others have seen nothing of it.
    assert len(serve.events("role_started", role="desk")) == 1
    async with httpx2.AsyncClient() as client:
        desk = await client.get(f"http://127.0.0.1:{deployment.desk_port}/healthz")
        assert desk.status_code == 200
    assert emulator.process.poll() is None
    # The platform's last posts about the two have come meanwhile, and begun nothing new.
    for caller in (LEAVES_MESSAGE, ASKS):
        ends = [post for post in await deployment.posts(caller) if post["state"] == "Completed"]
        assert ends[-1]["status"] in {200, 0}  # 0: it came before the line was back
    assert len(await deployment.records()) == 2
