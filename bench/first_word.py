"""From the opening of the media stream to the first audible word, at the caller's telephone."""

from __future__ import annotations

from functools import partial

from bench.figures import Figure, Load, Measured, load_average, percentiles_of
from bench.ringing import Rung, ring_and_read, some_at_once
from bench.stage import Stage, stage
from mapokezi.emulator.callers import Manners, ScriptedCaller

CALLS = 20
HELD_BACK_MS = 160
"""The media module holds the first sound until so much is there: no word can come sooner."""


async def measure() -> Measured:
    """Take the figures."""
    before = load_average()
    async with stage("first-word") as up:
        rungs = await some_at_once([partial(_ring, up)] * CALLS, 1)
    waits = [ms for rung in rungs for ms in rung.heard.timings().first_word_ms]
    return Measured(
        "first_word",
        "Media open to first word",
        [
            Figure("calls in which a word was heard", len(waits), "", f">= {CALLS}"),
            Figure(
                f"readings under the {HELD_BACK_MS} ms that the media module holds back",
                sum(wait < HELD_BACK_MS for wait in waits),
                "",
                "<= 0",
            ),
            *percentiles_of("media open to first word", waits, "ms", {0.95: "<= 350"}),
        ],
        Load(before, load_average()),
        details={"all_ms": waits},
    )


async def _ring(up: Stage) -> Rung:
    return await ring_and_read(up, ScriptedCaller([], Manners(silent=True, hang_up_after_s=2.5)))
