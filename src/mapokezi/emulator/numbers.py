"""The numbers of a platform: those that are claimed, with their routing, and those for sale."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from mapokezi.emulator.clock import wall
from mapokezi.emulator.settings import Number

FOR_SALE = 20


@dataclass(frozen=True, slots=True)
class Claimed:
    """A number of the workspace."""

    id: str
    number: Number
    claimed_at: datetime = field(default_factory=wall)


class NumberBook:
    """Numbers by their E.164 form, and by the id that the REST API gives them."""

    def __init__(self, numbers: Iterable[Number]) -> None:
        self.claimed: dict[str, Claimed] = {}
        """By number, in the order of claiming."""
        self.released: set[str] = set()
        self.for_sale: dict[str, str] = {
            f"inv-{index:04}": f"+2542099{index:05}" for index in range(1, FOR_SALE + 1)
        }
        """Numbers that can be claimed, by inventory id."""
        for number in numbers:
            self.add(number)

    def add(self, number: Number) -> Claimed:
        """Have a number."""
        taken = Claimed(f"num-{number.e164.lstrip('+')}", number)
        self.claimed[number.e164] = taken
        self.released.discard(number.e164)
        return taken

    def find(self, name: str) -> Number | None:
        """A claimed number by its E.164 form or its id."""
        found = self.row(name)
        return found.number if found else None

    def row(self, name: str) -> Claimed | None:
        """The same with its id."""
        if name in self.claimed:
            return self.claimed[name]
        return next((one for one in self.claimed.values() if one.id == name), None)

    def claim(self, inventory_id: str) -> Claimed | None:
        """Take a number that is for sale; None if it is not."""
        e164 = self.for_sale.pop(inventory_id, None)
        return self.add(Number(e164, "")) if e164 else None

    def route(self, name: str, **changes: str) -> Claimed | None:
        """Change where a number's posts go."""
        found = self.row(name)
        if found is None:
            return None
        changed = replace(found, number=replace(found.number, **changes))
        self.claimed[changed.number.e164] = changed
        return changed

    def release(self, name: str) -> Claimed | None:
        """Give a number back."""
        found = self.row(name)
        if found is not None:
            del self.claimed[found.number.e164]
            self.released.add(found.number.e164)
        return found
