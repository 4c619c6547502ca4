"""Keeps what was seen of the platform's ways over restarts. Nothing rests on it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import structlog

from mapokezi.records.platform_habits import PlatformHabits
from mapokezi.stores.habits_file import read_habits, write_habits

log = structlog.get_logger("mapokezi.bridge.habits")

_EVERY_S = 15.0


@asynccontextmanager
async def kept_habits(path: Path, every_s: float = _EVERY_S) -> AsyncIterator[PlatformHabits]:
    """Give what was seen so far; what is added is kept, at the latest when the block is left."""
    habits = PlatformHabits(await asyncio.to_thread(read_habits, path))
    keeping = asyncio.create_task(_keep(habits, path, every_s))
    try:
        yield habits
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        await _write(habits, path)


async def _keep(habits: PlatformHabits, path: Path, every_s: float) -> None:
    while True:
        await asyncio.sleep(every_s)
        await _write(habits, path)


async def _write(habits: PlatformHabits, path: Path) -> None:
    if not habits.has_news:
        return
    habits.has_news = False
    try:
        await asyncio.to_thread(write_habits, path, habits.seen)
    except OSError as error:
        log.warning("habits_not_kept", reason=error.strerror)
