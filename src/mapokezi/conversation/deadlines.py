"""Named deadlines of one machine: at most one of each name."""

from __future__ import annotations

from typing import Generic, TypeVar

Name = TypeVar("Name")


class Deadlines(Generic[Name]):
    """A few instants at which something is due, by name."""

    __slots__ = ("_due",)

    def __init__(self) -> None:
        """Begin with none."""
        self._due: dict[Name, float] = {}

    def set(self, name: Name, at: float) -> None:
        """Set or move a deadline."""
        self._due[name] = at

    def clear(self, name: Name) -> None:
        """Forget a deadline, if there is one."""
        self._due.pop(name, None)

    def clear_all(self) -> None:
        """Forget them all."""
        self._due.clear()

    def is_set(self, name: Name) -> bool:
        """Tell whether the deadline stands."""
        return name in self._due

    def next(self) -> float | None:
        """Give the earliest instant, or None."""
        return min(self._due.values(), default=None)

    def take_due(self, now: float) -> Name | None:
        """Take out the earliest deadline that has come, or give None."""
        if not self._due:
            return None
        name = min(self._due, key=self._due.__getitem__)
        if self._due[name] > now:
            return None
        del self._due[name]
        return name
