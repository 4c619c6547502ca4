"""The deadlines of one session, by name."""

from __future__ import annotations

from enum import Enum, auto


class Deadline(Enum):
    """What is waited for."""

    __hash__ = object.__hash__  # an enumeration's own is a call into Python, for each look-up

    WORDS = auto()
    """The caller's words have paused: the turn is taken for ended."""
    NUDGE = auto()
    """What was asked of the model has brought nothing yet."""
    ASKED = auto()
    """The model was to speak a sentence of ours by now."""
    PROMPT = auto()
    """What was asked of the model was asked in vain."""
    TOOL = auto()
    """A tool was answered and the model should have gone on."""
    KEYS = auto()
    """The caller has pressed no further key."""
    MOVE = auto()
    """The server will close soon: go to another connection now, whatever is under way."""
    RETRY = auto()
    """Dial again."""
    ATTEMPT = auto()
    """This attempt to resume takes too long."""
    LIMIT = auto()
    """The session must be ready by now."""


class Deadlines:
    """Instants at which something is due; monotonic seconds."""

    __slots__ = ("_at", "_next")

    def __init__(self) -> None:
        """Begin with none."""
        self._at: dict[Deadline, float] = {}
        self._next: float | None = None
        """The earliest: asked for far more often than any of them changes."""

    def set(self, which: Deadline, at: float) -> None:
        """Set one, in place of the one before of that name."""
        self._at[which] = at
        self._look()

    def clear(self, *which: Deadline) -> None:
        """Take some back."""
        if self._at:
            for one in which:
                self._at.pop(one, None)
            self._look()

    def clear_all(self) -> None:
        """Take all back."""
        self._at.clear()
        self._next = None

    def next(self) -> float | None:
        """Give the earliest."""
        return self._next

    def take_due(self, now: float) -> list[Deadline]:
        """Take out those that have come, the earliest first."""
        due = sorted((at, one.value, one) for one, at in self._at.items() if at <= now)
        for _, _, one in due:
            del self._at[one]
        self._look()
        return [one for _, _, one in due]

    def _look(self) -> None:
        self._next = min(self._at.values(), default=None)
