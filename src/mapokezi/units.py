"""The units that cross boundaries: telephone numbers, money, lengths of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType

E164 = NewType("E164", str)
"""A telephone number in its full form, ``+`` and 7 to 15 digits: ``+254722000000``."""

Milliseconds = NewType("Milliseconds", int)
"""A length of time, or an instant counted from the start of its call."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in integer minor units (100 = KES 1.00, as SautiKit counts) and its currency."""

    minor: int
    currency: str = "KES"

    def __str__(self) -> str:
        """As a bill shows it: ``KES 12.50``."""
        sign = "-" if self.minor < 0 else ""
        return f"{self.currency} {sign}{abs(self.minor) // 100}.{abs(self.minor) % 100:02d}"
