"""Two minutes of the hour that `python -m bench soak` takes: a line keeps nothing of its calls.

Twelve calls at a time and not fifty, for other tests share the cores with this one; what befalls
them is the same, and comes as often in each call.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from bench.soak import Plan, left_of, soak

pytestmark = [pytest.mark.anyio, pytest.mark.long, pytest.mark.timeout(300)]

LARGEST_GROWTH = 1.05
ASKS_FOR_THE_COST = "Aftercare._learn_cost"
"""A task that ends of itself 36 s after its call; the hour waits for it, these minutes do not."""
LEAST_CALLS = 20
"""A call takes some 15 s; on a machine that is very busy some of them come to nothing."""


async def test_two_minutes_of_calls_with_faults_leave_nothing_behind() -> None:
    plan = Plan(minutes=0.75, warm_minutes=0.25, settles_s=4.0, calls=12)
    # A short path: a Unix socket's name has room for 107 bytes.
    with tempfile.TemporaryDirectory(prefix="mpkz") as folder:
        seen = await soak(plan, Path(folder))
    before, after = seen.before, seen.after
    assert before is not None
    assert after is not None
    assert len(seen.lived) >= LEAST_CALLS
    assert seen.errors == []
    left = left_of(before.within["tasks"], after.within["tasks"])
    assert [task for task in left if task != ASKS_FOR_THE_COST] == []
    assert after.outside.sockets <= before.outside.sockets
    assert after.outside.descriptors <= before.outside.descriptors
    assert after.within["threads"] <= before.within["threads"]
    assert after.outside.resident_kb <= before.outside.resident_kb * LARGEST_GROWTH
    assert len(seen.records) == seen.placed
    assert all(call.ended_at and call.outcome for call in seen.records)
    assert seen.exit_code == 0
