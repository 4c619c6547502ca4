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
