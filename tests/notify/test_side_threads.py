"""Blocking work beside the loop: what hangs holds nobody else."""

from __future__ import annotations

import asyncio
import threading

import pytest

from mapokezi.notify.side_threads import NoPlaceError, SideThreads

pytestmark = pytest.mark.anyio


async def test_it_gives_what_the_work_gives_and_raises_what_it_raises() -> None:
    threads = SideThreads(1, "side")
    assert await threads.run(lambda: threading.current_thread().name, 5) == "side"
    with pytest.raises(ZeroDivisionError):
        await threads.run(lambda: 1 // 0, 5)
    assert await threads.run(lambda: 7, 5) == 7


async def test_the_loop_goes_on_while_work_blocks() -> None:
    threads = SideThreads(2, "side")
    over = threading.Event()
    task = asyncio.ensure_future(threads.run(lambda: over.wait(60), 60))
    await asyncio.sleep(0.01)
    assert not task.done()
    assert await threads.run(lambda: "beside", 60) == "beside"
    over.set()
    assert await task


async def test_what_hangs_is_given_up_and_keeps_its_place_until_it_is_over() -> None:
    threads = SideThreads(1, "side")
    over = threading.Event()
    with pytest.raises(TimeoutError):
        await threads.run(lambda: over.wait(5), 0.05)
    began: list[int] = []
    with pytest.raises(NoPlaceError):
        await threads.run(lambda: began.append(1), 0.05)
    assert began == []
    over.set()
    await threads.run(lambda: began.append(1), 5)
    assert began == [1]


async def test_one_that_waits_for_a_place_gets_it() -> None:
    threads = SideThreads(1, "side")
    results = await asyncio.gather(*(threads.run(lambda n=n: n, 5) for n in range(5)))  # type: ignore[misc]
    assert results == list(range(5))


async def test_a_thread_that_ends_after_its_loop_harms_nobody() -> None:
    over = threading.Event()

    def another_loop() -> None:
        async def leave() -> None:
            with pytest.raises(TimeoutError):
                await SideThreads(1, "late").run(lambda: over.wait(5), 0.01)

        asyncio.run(leave())

    await asyncio.get_running_loop().run_in_executor(None, another_loop)
    (late,) = (one for one in threading.enumerate() if one.name == "late")
    assert late.daemon, "the program's end does not wait for it"
    over.set()
    late.join(5)
    assert not late.is_alive()
