"""What ``mapokezi office history``, ``diff``, ``export`` and ``import`` do."""

from __future__ import annotations

import asyncio
import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from mapokezi.app.keeping import whoever
from mapokezi.app.offices import add, keep_version, office_id_of, read_folder
from mapokezi.bridge import clock
from mapokezi.calls import OfficeId
from mapokezi.cli.settings import load_for_work
from mapokezi.config import Settings
from mapokezi.errors import MapokeziError
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.office_difference import difference
from mapokezi.records.office_version import OfficeVersion
from mapokezi.stores.database import DatabaseSettings, open_database, open_for_reading
from mapokezi.stores.office_files import office_of_texts
from mapokezi.stores.office_folder import FILES, read_texts, write_texts


def list_versions(config: Path | None, office_id: str, limit: int) -> None:
    """Print an office's versions, the latest first."""
    found = asyncio.run(_history(load_for_work(config), OfficeId(office_id), limit))
    if not found:
        raise MapokeziError(f"no version of {office_id} is kept: the line keeps the first one")
    for version in found:
        print(f"{version.number:>4}  {version.at:%Y-%m-%d %H:%M:%S}  {version.who}")
        for line in version.difference:
            print(f"      {line}")


def show_difference(
    config: Path | None, office_id: str, before: int | None, after: int | None
) -> None:
    """Print what differs: in words first, then in the files line by line."""
    settings, known = load_for_work(config), OfficeId(office_id)
    old = asyncio.run(_version(settings, known, before))
    if after is None:
        new, called = _texts_of_folder(settings, known), "folder"
    else:
        new, called = asyncio.run(_version(settings, known, after)).files, f"version {after}"
    lines = difference(office_of_texts(old.files, known), office_of_texts(new, known))
    for line in lines:
        print(line)
    if lines:
        print()
    for name in FILES:
        before_lines, after_lines = (
            texts.get(name, "").splitlines(keepends=True) for texts in (old.files, new)
        )
        lines_of_files = difflib.unified_diff(
            before_lines, after_lines, f"{name} version {old.number}", f"{name} {called}"
        )
        print("".join(lines_of_files), end="")
    if old.files == new:
        print("Nothing differs.")


def export_version(config: Path | None, office_id: str, folder: Path, number: int | None) -> None:
    """Write a version's files into a new folder."""
    version = asyncio.run(_version(load_for_work(config), OfficeId(office_id), number))
    if folder.exists():
        raise MapokeziError(f"{folder} is there already; name a folder that is not")
    write_texts(folder, version.files)
    print(f"{folder}: version {version.number} of {office_id}, {len(version.files)} files")


def import_folder(config: Path | None, folder: Path, office_id: str) -> None:
    """Put a folder's files in the place of an office's, and keep them as a version."""
    settings = load_for_work(config)
    known = OfficeId(office_id or office_id_of(str(folder)))
    target = _folder_of(settings, known)
    if not folder.is_dir():
        raise MapokeziError(f"{folder}: there is no such folder")
    office, texts = read_folder(settings, folder)
    others = {one.id: one for one in _others(settings, known)}
    add(others, msgspec.structs.replace(office, id=known), str(folder))
    number = asyncio.run(_keep(settings, known, texts))
    write_texts(target, texts)
    print(f"{target}: version {number} of {known}, {len(texts)} files")


def _folder_of(settings: Settings, office_id: OfficeId) -> Path:
    for folder in settings.office.folders:
        if office_id_of(folder) == office_id:
            return Path(folder)
    known = ", ".join(office_id_of(folder) for folder in settings.office.folders)
    raise MapokeziError(f"office.folders names no folder called {office_id}; it has {known}")


def _others(settings: Settings, office_id: OfficeId) -> Iterator[Office]:
    for folder in settings.office.folders:
        if office_id_of(folder) != office_id:
            yield read_folder(settings, Path(folder))[0]


def _texts_of_folder(settings: Settings, office_id: OfficeId) -> Mapping[str, str]:
    folder = _folder_of(settings, office_id)
    read_folder(settings, folder)  # what is wrong is told before it is compared
    return read_texts(folder, [])


async def _history(
    settings: Settings, office_id: OfficeId, limit: int
) -> tuple[OfficeVersion, ...]:
    async with open_for_reading(settings.database_url) as records:
        return await records.office_versions.history(office_id, limit)


async def _version(settings: Settings, office_id: OfficeId, number: int | None) -> OfficeVersion:
    async with open_for_reading(settings.database_url) as records:
        versions = records.office_versions
        found = await (
            versions.latest(office_id) if number is None else versions.get(office_id, number)
        )
    if found is None:
        called = "no version" if number is None else f"no version {number}"
        raise MapokeziError(f"{called} of {office_id} is kept")
    return found


async def _keep(settings: Settings, office_id: OfficeId, texts: Mapping[str, str]) -> int:
    database = DatabaseSettings(
        url=settings.database_url, spill_file=settings.data_folder / "spilled-command.jsonl"
    )
    async with open_database(database) as records:
        office = office_of_texts(texts, office_id)
        kept = await keep_version(records, office, texts, clock.wall(), whoever())
        return kept.version
