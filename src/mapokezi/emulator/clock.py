"""The emulator's own clock and ids; it shares none with the program that it calls."""

from __future__ import annotations

import asyncio
import secrets
import time
import uuid
from datetime import UTC, datetime

FASTEST = 10_000.0
"""A day in nine seconds."""


def wall() -> datetime:
    """The time of day, aware, in UTC."""
    return datetime.fromtimestamp(time.time(), UTC)


def stamp(at: datetime | None) -> str | None:
    """A time as the platform writes it: ``2026-11-22T09:00:00.000Z``."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None


class Clock:
    """How fast the emulated world waits: ringing, retries, what is ready late.

    Media keeps its true pace whatever the speed, and so do time limits on the other side's
    answers.
    """

    def __init__(self, speed: float = 1.0) -> None:
        """Run ``speed`` times as fast as the world."""
        self.speed = speed

    def real_s(self, emulated_s: float) -> float:
        """How long emulated seconds really take."""
        return emulated_s / self.speed

    async def sleep(self, emulated_s: float) -> None:
        """Wait for emulated seconds."""
        await asyncio.sleep(max(0.0, self.real_s(emulated_s)))


def new_call_uuid() -> str:
    """A call row's id: a UUID that sorts by time, version 7."""
    milliseconds = int(time.time() * 1000)
    random = secrets.randbits(74)
    bits = (
        milliseconds << 80 | 0x7 << 76 | (random >> 62) << 64 | 0b10 << 62 | random & (1 << 62) - 1
    )
    return str(uuid.UUID(int=bits))


def new_session_id() -> str:
    """A PBX session's id: ``HD_`` and 12 hex digits."""
    return f"HD_{secrets.token_hex(6)}"


def new_request_id() -> str:
    """Names one REST request in an error's envelope."""
    return f"req_{secrets.token_hex(8)}"


def new_id(kind: str) -> str:
    """An id of another kind: ``evt_…``, ``whk_…``."""
    return f"{kind}_{secrets.token_hex(8)}"
