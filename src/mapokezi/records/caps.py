"""How much calls may cost: one call, an office's day, and one caller's day.

A cap is in minutes or in money, or both; the one that is reached first counts. Money is that of
both meters, as far as they are known: of a voice model without a price nothing can be capped but
its minutes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from mapokezi.units import Milliseconds, Money

_MS_PER_MINUTE = 60_000
_NONE = Milliseconds(0)


class Capped(StrEnum):
    """What a cap is on."""

    CALL = "call"
    DAY = "day"
    """All calls of an office on its local day."""
    NUMBER = "number"
    """All calls of one caller's number with an office on its local day."""


@dataclass(frozen=True, slots=True)
class Cap:
    """The most that may be used. 0: no cap."""

    minutes: int = 0
    minor: int = 0
    """Minor units of the office's money."""

    def __post_init__(self) -> None:
        """Refuse what would cap everything.

        Raises:
            ValueError: one is negative.
        """
        if min(self.minutes, self.minor) < 0:
            raise ValueError("a cap cannot be negative")

    def __bool__(self) -> bool:
        """Whether there is one."""
        return bool(self.minutes or self.minor)


@dataclass(frozen=True, slots=True)
class Used:
    """What has been used up."""

    talked_ms: Milliseconds = _NONE
    minor: int = 0

    def __add__(self, other: Used) -> Used:
        """Both together."""
        return Used(Milliseconds(self.talked_ms + other.talked_ms), self.minor + other.minor)

    def __sub__(self, other: Used) -> Used:
        """What is left of it without the other."""
        return Used(Milliseconds(self.talked_ms - other.talked_ms), self.minor - other.minor)


@dataclass(frozen=True, slots=True)
class Caps:
    """All caps of a line."""

    call: Cap = field(default_factory=Cap)
    day: Cap = field(default_factory=Cap)
    number: Cap = field(default_factory=Cap)
    currency: str = "KES"

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.call or self.day or self.number)

    def on(self, capped: Capped) -> Cap:
        """The cap on one of the three."""
        return {Capped.CALL: self.call, Capped.DAY: self.day, Capped.NUMBER: self.number}[capped]

    def reached(self, used: dict[Capped, Used]) -> str:
        """Say which cap is reached, for the record; empty if none is."""
        for capped, amount in used.items():
            if said := self._reached(capped, amount):
                return said
        return ""

    def _reached(self, capped: Capped, used: Used) -> str:
        cap = self.on(capped)
        if cap.minutes and used.talked_ms >= cap.minutes * _MS_PER_MINUTE:
            return f"the cap of {cap.minutes} minutes a {_SAID[capped]}"
        if cap.minor and used.minor >= cap.minor:
            return f"the cap of {Money(cap.minor, self.currency)} a {_SAID[capped]}"
        return ""


_SAID = {Capped.CALL: "call", Capped.DAY: "day", Capped.NUMBER: "number and day"}
