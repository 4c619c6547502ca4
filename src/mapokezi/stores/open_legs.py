"""The legs that a line process has up at the phone platform, in a small file beside the database.

A line that is killed while it rings can end nothing any more; the next one reads here what it left.
So a leg stands in the file before the platform is asked to ring, and stays until it is over. There
are no callers' numbers in it: of a caller's leg the platform's session, of a colleague's the number
that the office itself has set.
"""

from __future__ import annotations

import asyncio
import os
from enum import StrEnum
from pathlib import Path

import msgspec
import structlog

log = structlog.get_logger("mapokezi.stores")

_PREFIX = "open-legs-"


class LegKind(StrEnum):
    """Whose leg it is."""

    CALLER = "caller"
    """Held in a room, with the receptionist beside it."""
    COLLEAGUE = "colleague"


class OpenLeg(msgspec.Struct, frozen=True, kw_only=True):
    """A leg that may be up."""

    key: str
    """The label of a colleague's leg, the call's id of a caller's."""
    kind: LegKind
    call_id: str
    session_id: str = ""
    """The platform's; empty while it is not known whether it rings."""
    from_number: str = ""
    """Of a colleague's leg: the office's number that shows."""
    to_number: str = ""
    """Of a colleague's leg: who is rung."""
    is_talking: bool = False
    """Whether caller and colleague talk with each other: then neither is to be cut off."""


def open_legs_file(folder: Path, node: str) -> Path:
    """Where a node keeps it."""
    return folder / f"{_PREFIX}{node}.json"


class OpenLegs:
    """The file of one line process. Everything else reads it only when that process is dead."""

    def __init__(self, path: Path) -> None:
        """Read what a process before left; nothing if there is no file that can be read."""
        self._path = path
        self._legs = {leg.key: leg for leg in _read(path)}
        self._lock = asyncio.Lock()

    @property
    def all(self) -> tuple[OpenLeg, ...]:
        """Every leg that may be up."""
        return tuple(self._legs.values())

    async def put(self, leg: OpenLeg) -> None:
        """Keep a leg, in the place of what was known of it. On disk once this returns.

        Raises:
            OSError: The disk does not take it.
        """
        self._legs[leg.key] = leg
        await self._write()

    async def remove(self, key: str) -> None:
        """A leg is over.

        Raises:
            OSError: The disk does not take it.
        """
        if self._legs.pop(key, None) is not None:
            await self._write()

    async def _write(self) -> None:
        async with self._lock:
            await asyncio.to_thread(_put, self._path, msgspec.json.encode(list(self.all)))


def _read(path: Path) -> list[OpenLeg]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=list[OpenLeg])
    except FileNotFoundError:
        return []
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        # The line must answer all the same; what may still be up is for a person to look at.
        log.error("open_legs_unreadable", file=path.name, fault=type(error).__name__)
        return []


def _put(path: Path, text: bytes) -> None:
    beside = path.with_suffix(".new")
    with beside.open("wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
