"""Blocking work off the event loop, where one piece that hangs holds nobody else.

A thread cannot be ended from outside. So each piece has a thread of its own, which the program's
end does not wait for; a few run at once, and one that hangs keeps its place until it is over.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")


class NoPlaceError(Exception):
    """All places are taken by work that hangs; nothing was begun."""


class SideThreads:
    """Places for blocking work. Made and used on one event loop."""

    def __init__(self, places: int, name: str) -> None:
        """Have so many places, in threads of that name."""
        self._free = asyncio.Semaphore(places)
        self._name = name

    async def run(self, work: Callable[[], _T], limit_s: float) -> _T:
        """Do a piece of work and give what it gives.

        Args:
            work: What blocks.
            limit_s: How long to wait for a place, and then again for the work.

        Raises:
            NoPlaceError: No place became free; the work was not begun.
            TimeoutError: The work was begun and is not over.
        """
        try:
            async with asyncio.timeout(limit_s):
                await self._free.acquire()
        except TimeoutError:
            raise NoPlaceError from None
        loop = asyncio.get_running_loop()
        over: asyncio.Future[_T] = loop.create_future()

        def tell(result: _T | None, error: BaseException | None) -> None:
            self._free.release()
            if over.done():
                return
            if error is not None:
                over.set_exception(error)
            else:
                over.set_result(result)  # type: ignore[arg-type]

        def body() -> None:
            result, error = None, None
            try:
                result = work()
            except Exception as fault:  # noqa: BLE001 - it is raised where it is waited for
                error = fault
            with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(tell, result, error)

        threading.Thread(target=body, name=self._name, daemon=True).start()
        async with asyncio.timeout(limit_s):
            return await over
