"""Changing an office's folder from the desk: checked, written, and kept as a version at once.

A folder is what an office is, whoever changes it: so what the desk changes is written into its
files, and a restart, an export and a person with an editor all meet the same office. Nothing is
written that is wrong, and nothing over what somebody else has changed meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import structlog

from mapokezi.app.offices import (
    FOLDER,
    StandingOffices,
    add,
    check_texts,
    keep_version,
    office_id_of,
)
from mapokezi.bridge import clock
from mapokezi.calls import OfficeId
from mapokezi.config import Settings
from mapokezi.errors import ConfigurationError
from mapokezi.receptionist.office import Office
from mapokezi.stores.database import Database
from mapokezi.stores.office_files import OfficeFileError, OfficeFilesWrong
from mapokezi.stores.office_folder import FolderChangedError, read_texts, write_changed
from mapokezi.stores.seal_keys import Keyring

log = structlog.get_logger("mapokezi.app.office_editing")

Texts = Mapping[str, str]
"""An office's files by their names."""
_TRIES = 3


class OfficeEditing:
    """Changes offices, one change after the other.

    Args:
        settings: The operator's settings.
        records: Where versions are kept.
        standing: The offices of a running program, which then knows the change at once.
        now: The wall clock, in UTC.
        keys: What recordings are sealed with; None: that is not known here.
    """

    def __init__(
        self,
        settings: Settings,
        records: Database,
        standing: StandingOffices | None = None,
        now: Callable[[], datetime] = clock.wall,
        keys: Keyring | None = None,
    ) -> None:
        self._keys = keys
        self._settings = settings
        self._records = records
        self._standing = standing
        self._now = now
        self._one_at_a_time = asyncio.Lock()
        self.models = tuple(settings.model)
        self.ways = tuple(settings.way)

    async def texts(self, office_id: OfficeId) -> Texts:
        """Read an office's files as they stand, right or wrong.

        Raises:
            ConfigurationError: The settings name no such folder.
        """
        return await asyncio.to_thread(read_texts, self._folder_of(office_id), [])

    async def faults(self, office_id: OfficeId, texts: Texts) -> tuple[OfficeFileError, ...]:
        """Say what would be wrong with an office of these files; nothing if it may stand."""
        try:
            await asyncio.to_thread(self._check, office_id, texts)
        except OfficeFilesWrong as wrong:
            return tuple(wrong.errors)
        return ()

    async def save(self, office_id: OfficeId, before: Texts, after: Texts, who: str) -> Office:
        """Put files in the place of those that were read before.

        Args:
            office_id: Whose.
            before: As they stood when the change was begun.
            after: As they are to stand.
            who: ``desk 3f9a2c Brian``.

        Returns:
            The office, with the number of its new version.

        Raises:
            FolderChangedError: They stand otherwise by now.
            OfficeFilesWrong: They would be wrong; with every error.
            OfficeNotWrittenError: The disk does not take them.
        """

        def checked(texts: Texts) -> Texts:
            if texts != before:
                raise FolderChangedError("the office was changed meanwhile")
            return after

        return await self.change(office_id, checked, who)

    async def change(self, office_id: OfficeId, make: Callable[[Texts], Texts], who: str) -> Office:
        """Make new files of those that stand, and put them in their place; raises as `save`."""
        folder = self._folder_of(office_id)
        async with self._one_at_a_time:
            before = await asyncio.to_thread(read_texts, folder, [])
            after = make(before)
            office = await asyncio.to_thread(self._check, office_id, after)
            await self._keep_before(office_id, before)
            await asyncio.to_thread(write_changed, folder, before, after)
            office = await self._keep(office, after, who)
            if self._standing is not None:
                self._standing.offices[office.id] = office
                self._standing.wrong.pop(office.id, None)
        log.info("office_changed", office=office.id, version=office.version)
        return office

    async def _keep(self, office: Office, texts: Texts, who: str) -> Office:
        """Keep a version; again if the line has kept another one in the same moment."""
        for _ in range(_TRIES):
            kept = await keep_version(self._records, office, texts, self._now(), who)
            latest = await self._records.office_versions.get(office.id, kept.version)
            if latest is not None and latest.files == texts:
                break
        return kept

    async def _keep_before(self, office_id: OfficeId, texts: Texts) -> None:
        """Keep what somebody has just changed in the folder as a version of its own."""
        try:
            office = await asyncio.to_thread(self._check, office_id, texts)
        except OfficeFilesWrong:
            return
        await self._keep(office, texts, FOLDER)

    def _check(self, office_id: OfficeId, texts: Texts) -> Office:
        folder = self._folder_of(office_id)
        office = check_texts(self._settings, folder, texts)
        can_seal = self._keys is None or len(self._keys) or not self._settings.recordings.sealed
        if office.record_calls and not can_seal:  # the program would not start again
            what = "there is no key to seal recordings with"
            mend = "Have the operator set MAPOKEZI_RECORDING_KEYS, or write record_calls = false"
            error = OfficeFileError("office.toml", 0, "record_calls", what, mend)
            raise OfficeFilesWrong(folder, [error])
        try:
            add(dict(self._standing.offices if self._standing else {}), office, "numbers")
        except ConfigurationError as shared:
            mend = "Write the numbers that callers of this office dial"
            error = OfficeFileError("office.toml", 0, "numbers", str(shared), mend)
            raise OfficeFilesWrong(folder, [error]) from None
        return office

    def _folder_of(self, office_id: OfficeId) -> Path:
        for folder in self._settings.office.folders:
            if office_id_of(folder) == office_id:
                return Path(folder)
        raise ConfigurationError(f"office.folders names no folder called {office_id}")
