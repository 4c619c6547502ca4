"""Which voice we speak with: the office's list, tried from its top.

A voice that fails recoverably is opened once more; one that fails again, or for good, or is not
ready in time, or falls mute, makes room for the next. Below the last there is only the apology.
A voice that spoke after being opened again has its second chance back.
"""

from __future__ import annotations


class VoiceLadder:
    """The rung in use and what remains of it."""

    def __init__(self, rungs: int, open_s: float) -> None:
        """Begin with the first of ``rungs`` voices, each given ``open_s`` seconds to be ready."""
        self._rungs = rungs
        self._open_s = open_s
        self._tried_again = False
        self._due: float | None = None
        self.rung = 0
        self.is_ready = False
        self.is_exhausted = False

    @property
    def is_last(self) -> bool:
        """Whether no other voice is left to try."""
        return self.rung >= self._rungs - 1

    def next_timer(self) -> float | None:
        """Give the instant at which the voice should be ready."""
        return self._due

    def await_ready(self, now: float) -> None:
        """Count from ``now`` how long the voice takes to be ready, if it is not."""
        if not self.is_ready and not self.is_exhausted:
            self._due = now + self._open_s

    def ready(self) -> None:
        """The voice in use is ready."""
        self.is_ready = True
        self._due = None

    def closed(self) -> None:
        """The voice in use is not open any more, and by no fault of its own."""
        self.is_ready = False
        self._due = None

    def spoke(self) -> None:
        """The voice in use has spoken: it works."""
        self._tried_again = False

    def failed(self, now: float, *, recoverable: bool) -> int | None:
        """Give the rung to open next, or None if there is none left."""
        self.is_ready = False
        self._due = None
        if self.is_exhausted:
            return None
        if recoverable and not self._tried_again:
            self._tried_again = True
        else:
            self.rung += 1
            self._tried_again = False
        if self.rung >= self._rungs:
            self.is_exhausted = True
            return None
        self._due = now + self._open_s
        return self.rung

    def is_late(self, now: float) -> bool:
        """Tell, once, whether the voice is not ready in time."""
        if self._due is None or now < self._due:
            return False
        self._due = None
        return True
