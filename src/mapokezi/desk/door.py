"""The desk's door: a one-time link lets a browser in, a cookie keeps it in.

Whoever can read the data folder can read the link, and nobody else: the file is the operator's
own (mode 0600). A link lets one browser in, once; then the next one takes its place.
"""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Callable
from pathlib import Path

COOKIE = "mapokezi-desk"
"""What keeps a visitor in."""
_STAY_S = 12 * 3600.0
"""A working day; then the link is asked for again."""
_MOST_VISITORS = 200
"""Kept in memory; the oldest makes room."""


class Door:
    """Who may come in.

    Args:
        link_file: Where the present link's key is kept for the operator to read.
        now: Monotonic seconds.
    """

    def __init__(self, link_file: Path, now: Callable[[], float]) -> None:
        self._file = link_file
        self._now = now
        self._visitors: dict[str, float] = {}
        self._key = ""
        self.renew()

    @property
    def key(self) -> str:
        """The key in the present one-time link."""
        return self._key

    def renew(self) -> None:
        """Make a new one-time link; the former no longer opens."""
        self._key = secrets.token_urlsafe(24)
        partial = self._file.with_suffix(".new")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(self._key)
        partial.replace(self._file)

    def enter(self, key: str) -> str | None:
        """Use a link up.

        Returns:
            The cookie's value for this visitor; None if the key is not the present one.
        """
        if not hmac.compare_digest(key.encode(), self._key.encode()):
            return None
        self.renew()
        visitor = secrets.token_urlsafe(24)
        while len(self._visitors) >= _MOST_VISITORS:
            del self._visitors[next(iter(self._visitors))]
        self._visitors[visitor] = self._now() + _STAY_S
        return visitor

    def knows(self, visitor: str | None) -> bool:
        """Whether a cookie's value is that of a visitor who may stay."""
        until = self._visitors.get(visitor or "")
        return until is not None and self._now() < until

    def close(self) -> None:
        """Take the link away: nobody is behind the door any more."""
        self._file.unlink(missing_ok=True)

    def leave(self, visitor: str | None) -> None:
        """Forget a visitor."""
        self._visitors.pop(visitor or "", None)


def read_link_key(link_file: Path) -> str | None:
    """The present link's key, as the operator reads it; None if no desk is up."""
    try:
        return link_file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
