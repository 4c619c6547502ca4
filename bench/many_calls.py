"""Many calls at once with the voice that follows a script, for a while."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bench.ringing import ring
from bench.sounds import words
from bench.stage import Stage
from mapokezi.emulator.callers import CallerLine, Manners, ScriptedCaller
from mapokezi.emulator.phone_call import CallHeard

SCRIPT = Path(__file__).with_name("script.toml")
SAID = (
    "I am calling about the lease of my shop in Westlands.",
    "The landlord has written to me twice since August, and I have not answered him.",
    "My brother knows more about it than I do.",
    "No, I think that is everything for the moment.",
)
_SETTLING_S = 6.0
"""From the last dialling to the first figure: all calls are up, and have been greeted."""
_APART_S = 0.137
"""Between two diallings, so that the calls' frames are spread over the 20 ms."""


def speaking_caller(hang_up_after_s: float) -> ScriptedCaller:
    """Make a caller who has something to say all the time."""
    said = words(SAID)
    lines = [CallerLine(text, said[text]) for text in SAID] * 20
    return ScriptedCaller(lines, Manners(hang_up_after_s=hang_up_after_s))


@asynccontextmanager
async def calls_up(up: Stage, count: int, for_s: float) -> AsyncIterator[list[CallHeard]]:
    """Have calls up for the block's length; what was heard is in the list after it.

    Args:
        up: where.
        count: how many calls.
        for_s: for how long the block will last at most.
    """
    heard: list[CallHeard] = []
    limit_s = for_s + _SETTLING_S + count * _APART_S + 2.0

    async def one(place: int) -> None:
        await asyncio.sleep(place * _APART_S)
        heard.append(await ring(up, speaking_caller(limit_s - place * _APART_S)))

    async with asyncio.TaskGroup() as group:
        for place in range(count):
            group.create_task(one(place))
        await asyncio.sleep(_SETTLING_S + count * _APART_S)
        yield heard
