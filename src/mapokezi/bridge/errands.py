"""Work that runs beside the calls: begun and not waited for, but never lost sight of."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

log = structlog.get_logger("mapokezi.bridge.errands")


class Errands:
    """Tasks that are held until they are done; a fault that nobody foresaw is in the log."""

    def __init__(self) -> None:
        """Begin with none."""
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def under_way(self) -> int:
        """How many are not done."""
        return len(self._tasks)

    def run(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Begin one."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def cancel(self) -> None:
        """Break all of them off."""
        for task in self._tasks:
            task.cancel()

    async def settle(self, within_s: float) -> None:
        """Wait for all of them; what is not done in time is broken off."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=within_s)
        late = [*self._tasks]
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (fault := task.exception()) is not None:
            log.error("errand_failed", exc_info=fault)
