"""Stopping while callers are on the line: everybody finishes, nobody is turned away unheard."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING

import httpx2
import pytest

from mapokezi.calls import Outcome, TerminationReason

if TYPE_CHECKING:
    from mapokezi.emulator.callers import CallerLine
    from tests.processes.conftest import Deployment

SCRIPT = """
name = "talk"
[[step]]
label = "again"
wait_for_caller = 0.2
[[step]]
say = "We are open on Saturday from nine to twelve."
[[step]]
repeat = "forever"
from = "again"
"""


@pytest.mark.anyio
async def test_a_line_whose_time_is_up_says_goodbye(
    deployment: Deployment, words: Callable[[str], CallerLine]
) -> None:
    deployment.follow_script(SCRIPT)
    deployment.set(line_drain_limit_s=1)
    line = await deployment.start_line()
    await deployment.start_emulator()
    talk = [words("Are you open on Saturday?") for _ in range(9)]
    call = asyncio.create_task(deployment.ring(talk, "+254722000011"))
    await line.tells("media_opened")
    line.signal(signal.SIGTERM)
    heard = await call
    print(heard.conversation, heard.timings())
    found = await deployment.record_of("+254722000011")
    print(found.call, found.turns)
    assert await line.ended() == 0
    print(line.tail())
