"""How often a call's sound ran dry at the caller, and whose fault it was."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Underruns:
    """Gaps within items: an item's sound ran out at the caller before its end.

    Sound that lay unread in a socket while the loop was busy counts as not having come: how late
    the loop was at its longest (`mapokezi_loop_lag_seconds`) says whether that may be.
    """

    by_line: int = 0
    """The sound was there in time, and was sent too late."""
    by_voice: int = 0
    """It had not come: the voice that speaks it was late."""
    silent_samples: int = 0
    """How long the gaps were altogether."""

    @property
    def all(self) -> int:
        """How many, whoever was late."""
        return self.by_line + self.by_voice

    def count(self, samples: int, *, had_come: bool) -> None:
        """Take note of one.

        Args:
            samples: How long it was.
            had_come: Whether the sound that ended it was there in time.
        """
        self.silent_samples += samples
        if had_come:
            self.by_line += 1
        else:
            self.by_voice += 1

    def add(self, other: Underruns) -> None:
        """Take note of all those of another socket of the same call."""
        self.by_line += other.by_line
        self.by_voice += other.by_voice
        self.silent_samples += other.silent_samples
