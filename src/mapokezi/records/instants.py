"""Instants as records have them: aware, and in UTC."""

from __future__ import annotations

from datetime import datetime, timedelta


def require_utc(at: datetime | None, what: str) -> None:
    """Refuse an instant that is not aware and in UTC: its hour would be anybody's guess later.

    Raises:
        ValueError: with ``what`` in its text.
    """
    if at is not None and at.utcoffset() != timedelta(0):
        raise ValueError(f"{what} must be an aware instant in UTC")


class AtAnInstant:
    """What every record has in common that tells of one instant, ``at``: it is in UTC."""

    __slots__ = ()
    at: datetime

    def __post_init__(self) -> None:
        """Check the instant."""
        require_utc(self.at, f"{type(self).__name__}.at")
