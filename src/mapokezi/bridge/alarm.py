"""One timer, for whatever is due first."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable

_LATER_S = 0.001
"""uvloop's timers go by whole milliseconds: they would come half of one too early."""


class Alarm:
    """Wakes its owner once, at the earliest instant that was asked for; monotonic seconds.

    An instant that has been put off meanwhile is let stand: waking in vain is cheap, and a timer
    that is moved at every frame is not.
    """

    def __init__(self, ring: Callable[[], None]) -> None:
        """Stand still. Must be made within the running loop.

        Args:
            ring: Called when it is time; by then nothing is set any more.
        """
        self._ring = ring
        # Asked for once: each time costs a system call (getpid).
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self.at = math.inf
        """When it rings; infinity if it is not set."""

    def ring_by(self, due: float) -> None:
        """Ring at this instant, or sooner if that was asked for."""
        if due >= self.at:
            return
        if self._timer is not None:
            self._timer.cancel()
        self.at = due
        self._timer = self._loop.call_at(due + _LATER_S, self._rings)

    def stop(self) -> None:
        """Do not ring."""
        self.at = math.inf
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _rings(self) -> None:
        self._timer, self.at = None, math.inf
        self._ring()
