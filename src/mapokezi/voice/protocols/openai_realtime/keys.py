"""The keys that the caller presses: gathered, so that the model is told of one number once."""

from __future__ import annotations

PAUSE_S = 1.5
"""So long without another key, and the number is whole; ``#`` ends it at once."""


class KeysPressed:
    """The keys of which the model has not been told."""

    def __init__(self) -> None:
        """Begin with none."""
        self._digits = ""
        self._due: float | None = None

    def press(self, digit: str, now: float) -> None:
        """Take in a key."""
        self._digits += digit
        self._due = now if digit == "#" else now + PAUSE_S

    def next_timer(self) -> float | None:
        """Give the instant at which the number is whole."""
        return self._due

    def take(self, now: float) -> str:
        """Give the keys, if the number is whole; else nothing."""
        if self._due is None or now < self._due:
            return ""
        taken, self._digits, self._due = self._digits, "", None
        return taken
