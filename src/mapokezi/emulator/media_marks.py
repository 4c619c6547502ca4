"""Marks in the sound that is played to the caller, as the media module reports them.

Measured (``contract/media-module.md`` section 3): exact only where no rate is changed, one behind
after a killAudio, and fired early by real samples of -1, for that is what a marker is.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from mapokezi.emulator.mode_values.streams import Marks

MOST_OUTSTANDING = 30
AT_ONCE = 2
"""On a resampled channel so many of an utterance's marks come at its start, the others later."""


def report(name: str, event: str) -> str:
    """The text that tells of a mark, with the module's own spaces."""
    return f'{{"type": "mark", "data": {{"name":"{name}", "event": "{event}"}}}}'


class MarkTrack:
    """The marks of one fork. Positions count bytes of sound, in the order in which it came."""

    def __init__(self, mode: Marks) -> None:
        self._mode = mode
        self._names: deque[str] = deque()
        self._markers: deque[int] = deque()
        self._swallow = 0
        self._lost = 0
        self._early = 0
        self._overflowed = False

    def set(self, name: str, position: int) -> None:
        """A mark for the sound that follows ``position``."""
        if self._mode is Marks.OFF:
            return
        if len(self._names) >= MOST_OUTSTANDING - self._lost:
            self._overflowed = self._mode is Marks.WRONG
            return
        self._names.append(name)
        self._markers.append(position)

    def utterance_began(self) -> None:
        """Sound came after nothing was left: on a resampled channel two marks are let go."""
        self._early = AT_ONCE

    def played(self, consumed: int, frame: bytes, *, is_idle: bool) -> list[str]:
        """Say which marks come back now.

        Args:
            consumed: How many bytes the caller has got, all told.
            frame: What the caller gets now.
            is_idle: Whether nothing is left to be played.
        """
        if not self._names:
            return []
        if self._mode is Marks.WRONG:
            return self._wrongly(is_idle=is_idle)
        passed = 0
        while self._markers and (self._markers[0] < consumed or is_idle):
            self._markers.popleft()
            passed += 1
        if frame:
            passed += int(np.count_nonzero(np.frombuffer(frame, "<i2") == -1))
        swallowed = min(self._swallow, passed)
        self._swallow -= swallowed
        return self._given(passed - swallowed)

    def killed(self) -> list[str]:
        """A killAudio: what is outstanding comes back as cleared, and reports lag by one."""
        if self._names:
            self._swallow = 1
        cleared = [report(name, "cleared") for name in self._names]
        self._names.clear()
        self._markers.clear()
        return cleared

    def forget(self) -> None:
        """``clearMarks``: nothing comes back, and their places stay lost."""
        self._lost += len(self._names)
        self._names.clear()
        self._markers.clear()

    def _wrongly(self, *, is_idle: bool) -> list[str]:
        if self._overflowed:
            return []
        given = self._given(len(self._names) if is_idle and not self._early else self._early)
        self._early = max(0, self._early - len(given))
        return given

    def _given(self, count: int) -> list[str]:
        names = [self._names.popleft() for _ in range(min(count, len(self._names)))]
        return [report(name, "playout") for name in names]
