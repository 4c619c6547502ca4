"""When to ask again: how long each request may take, and how long to wait between two."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime

_LONGEST_PAUSE_S = 8.0


@dataclass(frozen=True, slots=True)
class Clock:
    """Time as the client sees it; a test gives its own."""

    now: Callable[[], float] = time.monotonic
    """Seconds that never run backwards."""
    wall: Callable[[], float] = time.time
    """Seconds since 1970: ``Retry-After`` may be a date."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    """Waits so many seconds."""
    chance: Callable[[], float] = random.random
    """From 0 to 1: spreads the pauses of many clients. Always 1: no spread."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to go on with one call of the API."""

    each_s: float = 3.0
    """For one request, from the first byte sent to the last one read."""
    all_s: float = 10.0
    """For all tries and the pauses between them."""
    tries: int = 3
    """How often at most."""
    first_pause_s: float = 0.25
    """Doubled from try to try, if the platform does not say when (nobody knows its limits)."""


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """How long to go on, by what is asked for."""

    usual: Patience = Patience()
    hang_up: Patience = Patience(tries=2, all_s=6.5)
    """A hang-up that takes longer is tried again by who asked for it; nobody may wait for more."""
    paid: Patience = Patience(each_s=15.0, all_s=30.0)
    """For what costs money and is not asked twice: rather wait than not know."""


def pause_s(patience: Patience, tried: int, retry_after_s: float | None, chance: float) -> float:
    """How long to wait before the next try.

    Args:
        patience: How long to go on.
        tried: How often it has been asked.
        retry_after_s: What the platform said; it is obeyed to the letter.
        chance: From 0 to 1. Half of a pause of our own is by chance.
    """
    if retry_after_s is not None:
        return max(0.0, retry_after_s)
    full = min(patience.first_pause_s * 2.0 ** (tried - 1), _LONGEST_PAUSE_S)
    return full * (0.5 + 0.5 * chance)


def read_retry_after(value: str | None, wall: float) -> float | None:
    """Seconds from now of a ``Retry-After``: a number or a date (RFC 9110, 10.2.3).

    Returns:
        None if there is none, or it makes no sense.
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return max(0.0, (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - wall)
