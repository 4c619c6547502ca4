"""The emulator's own clock and ids; it shares none with the program that it calls."""

from __future__ import annotations

import secrets
import time
import uuid
from datetime import UTC, datetime


def wall() -> datetime:
    """The time of day, aware, in UTC."""
    return datetime.fromtimestamp(time.time(), UTC)


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
