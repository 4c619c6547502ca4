"""Who of several callers, each in a call of their own, may speak: for whoever measures."""

from __future__ import annotations

HEARD_FOR_MS = 1_000
"""For so long an answer is heard before others may speak: what is left of it is made by then."""


class Floor:
    """One caller at a time has it: from a line's beginning until its answer has been heard.

    Calls may then go on beside one another without taking the machine's cores from each other
    when it counts. A caller takes it with a line and leaves it `HEARD_FOR_MS` into the answer;
    whoever placed the call leaves it for the caller at the call's end.
    """

    def __init__(self) -> None:
        """Begin with nobody speaking."""
        self._holder: object | None = None

    @property
    def is_free(self) -> bool:
        """Whether nobody speaks or waits for an answer."""
        return self._holder is None

    def take(self, caller: object) -> bool:
        """Begin to speak, if nobody else is speaking or waiting for an answer."""
        if self._holder is None:
            self._holder = caller
        return self._holder is caller

    def leave(self, caller: object) -> None:
        """Let others speak; nothing happens if it was not taken."""
        if self._holder is caller:
            self._holder = None
