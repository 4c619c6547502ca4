"""The tick that moves all sound of a platform."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

TICK_S = 0.020
MOST_BEHIND_S = 1.0
"""A loop that stood still for longer does not make the lost time up."""


class Ticker:
    """Calls back every 20 ms on an absolute grid: what is late is made up, not shifted."""

    def __init__(self, tick: Callable[[], None]) -> None:
        self._tick = tick
        self._loop = asyncio.get_running_loop()
        self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self.skipped = 0
        """Ticks that were given up because the loop stood still."""

    def start(self) -> None:
        """Begin; the first tick is 20 ms from now."""
        if self._timer is None:
            self._due = self._loop.time() + TICK_S
            self._timer = self._loop.call_at(self._due, self._run)

    def stop(self) -> None:
        """End."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _run(self) -> None:
        now = self._loop.time()
        if now - self._due > MOST_BEHIND_S:
            lost = int((now - self._due) / TICK_S)
            self.skipped += lost
            self._due += lost * TICK_S
        while self._due <= now:
            self._tick()
            self._due += TICK_S
        if self._timer is not None:
            self._timer = self._loop.call_at(self._due, self._run)
