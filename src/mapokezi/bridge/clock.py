"""The one place where the program reads a clock or draws an id."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime

from mapokezi.calls import CallId

monotonic = time.monotonic
"""Seconds that never run backwards; the `now` of the core."""


def wall() -> datetime:
    """The time of day, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251  the clock itself


def new_call_id(at: datetime) -> CallId:
    """Draw an id that sorts by the time of arrival: ``20261122-081501-4f2a9c``."""
    return CallId(f"{at:%Y%m%d-%H%M%S}-{secrets.token_hex(4)}")


def new_id(kind: str) -> str:
    """Draw an id for a thing within a call: ``msg-9f86d081884c``."""
    return f"{kind}-{secrets.token_hex(6)}"


def new_secret() -> str:
    """Draw something that cannot be guessed: 144 bits, fit for a URL."""
    return secrets.token_urlsafe(18)
