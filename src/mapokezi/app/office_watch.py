"""Looks after the offices' folders while the program runs: what is changed right is taken up."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog

from mapokezi.app.offices import FOLDER, StandingOffices, add, keep_version, read_folder
from mapokezi.bridge import clock
from mapokezi.calls import OfficeId
from mapokezi.config import Settings
from mapokezi.errors import ConfigurationError
from mapokezi.receptionist.office import Office
from mapokezi.stores.database import Database

log = structlog.get_logger("mapokezi.app.offices")

EVERY_S = 2.0
"""Somebody who has saved a file and rings to hear it waits no longer than for the greeting."""
_AGAIN_S = 30.0
"""A right folder that could not be taken up, for the database is away, say, is tried again then."""

Stamp = tuple[tuple[str, int, int], ...]
"""Of a folder's files: name, instant of change, size."""


class OfficeWatch:
    """Reads a folder anew once it has been changed and left alone for a moment.

    Args:
        settings: The operator's settings.
        standing: The offices, changed in place.
        records: Where versions are kept.
        take: Told of an office before it stands; what it waits for, the change waits for.
    """

    def __init__(
        self,
        settings: Settings,
        standing: StandingOffices,
        records: Database,
        take: Callable[[Office], Awaitable[None]],
    ) -> None:
        self._settings = settings
        self._standing = standing
        self._records = records
        self._take = take
        folders = [Path(one).resolve() for one in settings.office.folders]
        self._read: dict[Path, Stamp] = {one: _stamp(one) for one in folders}
        self._seen = dict(self._read)
        self._again_at: dict[Path, float] = {}

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(EVERY_S)
            await self.look()

    async def look(self) -> None:
        """Look once: a folder that has changed since it was read, and not since the last look."""
        for folder, read in self._read.items():
            stamp = await asyncio.to_thread(_stamp, folder)
            if stamp not in (read, self._seen[folder]):
                self._seen[folder] = stamp  # perhaps it is being written just now
            elif stamp != read or clock.monotonic() >= self._again_at.get(folder, math.inf):
                self._read[folder] = self._seen[folder] = stamp
                self._again_at.pop(folder, None)
                await self._read_anew(folder)

    async def _read_anew(self, folder: Path) -> None:
        office_id = OfficeId(folder.name)
        try:
            office, texts = await asyncio.to_thread(read_folder, self._settings, folder)
            add(dict(self._standing.offices), office, str(folder))
        except ConfigurationError as wrong:
            self._standing.wrong[office_id] = wrong
            stays = self._standing.offices[office_id].version
            log.error("office_folder_wrong", office=office_id, stays=stays, why=str(wrong))
            return
        self._standing.wrong.pop(office_id, None)
        try:
            office = await keep_version(self._records, office, texts, clock.wall(), FOLDER)
            await self._take(office)
        except Exception:
            # The one that stood goes on meanwhile.
            self._again_at[folder] = clock.monotonic() + _AGAIN_S
            log.exception("office_not_taken_up", office=office_id)
            return
        self._standing.offices[office_id] = office
        log.info("office_taken_up", office=office_id, version=office.version)


def _stamp(folder: Path) -> Stamp:
    try:
        found = sorted(folder.iterdir())
        return tuple((one.name, one.stat().st_mtime_ns, one.stat().st_size) for one in found)
    except OSError:
        return ()
