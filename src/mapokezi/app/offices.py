"""The offices that are answered for: their folders, and the versions of them that are kept.

A folder is what its people change; the database keeps every right state of it as a version. A
wrong folder never takes the place of a right one: who starts with a wrong one goes on with the
version that was kept last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import msgspec
import structlog

from mapokezi.app.ways import known_ways
from mapokezi.app.whereabouts import with_server
from mapokezi.calls import OfficeId
from mapokezi.config import Settings
from mapokezi.errors import ConfigurationError
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.office_difference import difference
from mapokezi.records.office_version import OfficeVersion
from mapokezi.stores.database import Database, open_for_reading
from mapokezi.stores.errors import StoreError
from mapokezi.stores.office_files import (
    OfficeFilesWrong,
    office_of_folder,
    office_of_texts,
    read_office_and_texts,
)
from mapokezi.stores.office_versions import NewVersion

log = structlog.get_logger("mapokezi.app.offices")

FOLDER = "folder"
"""Who has changed an office whose files were found changed."""


def read_offices(settings: Settings) -> Mapping[OfficeId, Office]:
    """Read every office's folder.

    Raises:
        OfficeFilesWrong: If a folder has errors; all of them are in it.
        ConfigurationError: If two offices share a name or a number.
    """
    offices: dict[OfficeId, Office] = {}
    for folder in settings.office.folders:
        add(offices, read_folder(settings, Path(folder))[0], folder)
    return offices


def office_id_of(folder: str) -> OfficeId:
    """Give the id of a folder's office."""
    return OfficeId(Path(folder).resolve().name)


def read_folder(settings: Settings, folder: Path) -> tuple[Office, Mapping[str, str]]:
    """Read an office's folder with what the server has, and the texts of its files.

    Raises:
        OfficeFilesWrong: If it has errors; all of them are in it.
    """
    office, texts = read_office_and_texts(
        folder, settings.model, _voiceless(settings), known_ways(settings)
    )
    return with_server(settings, office), texts


def check_texts(settings: Settings, folder: Path, texts: Mapping[str, str]) -> Office:
    """See whether an office's folder may hold these texts, by the rules that it is read by.

    Raises:
        OfficeFilesWrong: If it may not; all errors are in it.
    """
    office = office_of_folder(
        folder, texts, settings.model, _voiceless(settings), known_ways(settings)
    )
    return with_server(settings, office)


def _voiceless(settings: Settings) -> list[str]:
    """The model profiles that speak with this machine's one voice."""
    return [
        name
        for name, model in settings.model.items()
        if model.protocol == "chat_completions" and not model.options.get("tts_url")
    ]


def add(offices: dict[OfficeId, Office], office: Office, folder: str) -> None:
    """Take an office in beside the others, in the place of the one of its id if there is one.

    Raises:
        ConfigurationError: If another one has its number.
    """
    for other in offices.values():
        shared = sorted({*office.numbers} & {*other.numbers})
        if shared and other.id != office.id:
            raise ConfigurationError(f"{folder}: {shared[0]} is answered for {other.id} already")
    offices[office.id] = office


@dataclass(slots=True)
class StandingOffices:
    """The offices as they stand: of right folders, or as they were kept last."""

    offices: dict[OfficeId, Office]
    """Changed in place when a folder is changed while the program runs."""
    texts: dict[OfficeId, Mapping[str, str]] = field(default_factory=dict)
    """The files of those that come from their folders."""
    wrong: dict[OfficeId, ConfigurationError] = field(default_factory=dict)
    """What is wrong with a folder just now."""

    async def keep(self, records: Database, now: datetime, who: str = FOLDER) -> None:
        """Keep what is new in the folders as versions, and number the offices.

        Args:
            records: the open database.
            now: the instant, in UTC.
            who: has changed them.
        """
        for office_id, texts in self.texts.items():
            kept = await keep_version(records, self.offices[office_id], texts, now, who)
            self.offices[office_id] = kept


async def standing_offices(settings: Settings) -> StandingOffices:
    """Read every office; one whose folder is wrong stands as it was kept last.

    Raises:
        ConfigurationError: If a folder has errors or another office's number, and no version of it
            was ever kept; if two offices share a name.
    """
    standing = StandingOffices({})
    for folder in settings.office.folders:
        office_id = office_id_of(folder)
        if office_id in standing.offices:
            raise ConfigurationError(f"office.folders: two offices are called {office_id}")
        try:
            office, texts = read_folder(settings, Path(folder))
            add(standing.offices, office, folder)
        except ConfigurationError as wrong:
            kept = await _kept_last(settings, office_id)
            if kept is None:
                raise
            add(standing.offices, kept, folder)
            standing.wrong[office_id] = wrong
            log.error("office_folder_wrong", office=office_id, stays=kept.version, why=str(wrong))
        else:
            standing.texts[office_id] = texts
    return standing


async def _kept_last(settings: Settings, office_id: OfficeId) -> Office | None:
    try:
        async with open_for_reading(settings.database_url) as records:
            version = await records.office_versions.latest(office_id)
        return None if version is None else with_server(settings, office_of(version))
    except (StoreError, OfficeFilesWrong):  # no database yet, or of an older program
        return None


def office_of(version: OfficeVersion) -> Office:
    """Make the office of a version.

    Raises:
        OfficeFilesWrong: if this program no longer takes its files.
    """
    office = office_of_texts(version.files, version.office_id)
    return msgspec.structs.replace(office, version=version.number)


async def keep_version(
    records: Database, office: Office, texts: Mapping[str, str], now: datetime, who: str
) -> Office:
    """Keep an office as a version, unless the latest one is the same.

    Returns:
        The office with the version's number.
    """
    latest = await records.office_versions.latest(office.id)
    if latest is not None and latest.files == texts:
        return msgspec.structs.replace(office, version=latest.number)
    lines = _difference(latest, office)
    after = latest.number if latest is not None else 0
    number = await records.office_book.add(NewVersion(office.id, texts, now, who, lines, after))
    log.info("office_version_kept", office=office.id, version=number, who=who)
    return msgspec.structs.replace(office, version=number)


def _difference(before: OfficeVersion | None, after: Office) -> tuple[str, ...]:
    try:
        lines = difference(office_of(before) if before is not None else None, after)
    except OfficeFilesWrong:
        return ("the version before can no longer be read",)
    return lines or ("only comments and the order of lines",)
