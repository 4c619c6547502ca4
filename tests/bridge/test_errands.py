"""Work beside the calls: held until done, cut off in the end, never lost sight of."""

from __future__ import annotations

import asyncio

import pytest
import structlog

from mapokezi.bridge.errands import Errands

pytestmark = pytest.mark.anyio
VIRTUAL_TIME = True


async def test_errands_are_waited_for() -> None:
    errands, done = Errands(), []

    async def work(s: float) -> None:
        await asyncio.sleep(s)
        done.append(s)

    errands.run(work(3.0))
    errands.run(work(1.0))
    assert errands.under_way == 2
    await errands.settle(5.0)
    assert done == [1.0, 3.0]
    assert errands.under_way == 0


async def test_what_takes_too_long_is_broken_off() -> None:
    errands = Errands()
    task = errands.run(asyncio.sleep(1000.0))
    await errands.settle(2.0)
    assert task.cancelled()
    assert errands.under_way == 0


async def test_a_fault_is_in_the_log() -> None:
    errands = Errands()

    async def fail() -> None:
        raise KeyError("nobody foresaw it")

    with structlog.testing.capture_logs() as logs:
        errands.run(fail())
        await errands.settle(1.0)
    assert [entry["event"] for entry in logs] == ["errand_failed"]
    assert errands.under_way == 0
