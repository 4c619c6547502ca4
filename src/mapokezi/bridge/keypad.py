"""Keys pressed one by one, put together to what they mean."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

_PAUSE_S = 3.0
"""After this pause a number counts as whole; people look at the keypad between groups."""
_NATIONAL_LENGTH = 10
"""``0`` and nine digits."""
_WITH_CODE_LENGTH = 12
"""``254`` and nine digits; no other number of this length is likely to be longer."""
_FULL_LENGTH = 17
"""``00`` and the fifteen digits that E.164 allows."""


class Keypad:
    """Gathers the keys of a number while one is expected; else gives each key on at once.

    Args:
        keyed: Called with the digits; ``#`` ends a number and is not part of it.
    """

    def __init__(self, keyed: Callable[[str], None]) -> None:
        self._keyed = keyed
        self._digits = ""
        self._number_expected = False
        self._timer: asyncio.TimerHandle | None = None

    def expect_number(self, expected: bool) -> None:
        """Say whether the caller was just asked for a number."""
        self._number_expected = expected

    def press(self, digit: str) -> None:
        """A key was pressed, or several that belong together."""
        if len(digit) > 1:
            self.close()
            self._keyed(digit)
            return
        if not self._number_expected and not self._digits:
            self._keyed(digit)
            return
        self._stop_timer()
        if digit != "#":
            self._digits += digit
        if digit == "#" or _is_whole(self._digits):
            self._flush()
        else:
            self._timer = asyncio.get_running_loop().call_later(_PAUSE_S, self._flush)

    def close(self) -> None:
        """Forget what was pressed."""
        self._stop_timer()
        self._digits = ""

    def _flush(self) -> None:
        self._stop_timer()
        digits, self._digits = self._digits, ""
        if digits:
            self._keyed(digits)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _is_whole(digits: str) -> bool:
    """Whether no further digit can belong to the number."""
    if digits.startswith("00"):
        return len(digits) >= _FULL_LENGTH
    if digits.startswith("0"):
        return len(digits) >= _NATIONAL_LENGTH
    return len(digits) >= _WITH_CODE_LENGTH
