"""One office in a folder of its own, and its records, for what writes there."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from mapokezi.calls import OfficeId
from mapokezi.config import Settings, read_settings
from mapokezi.stores.database import Database, DatabaseSettings, open_database

LAW_OFFICE = Path(__file__).parents[2] / "examples" / "law-office"
OURS = OfficeId("our-office")


def settings_in(folder: Path) -> Settings:
    """A deployment in a folder: the example's office under our name, and no data yet."""
    shutil.copytree(LAW_OFFICE, folder / OURS)
    environment = {
        "MAPOKEZI_OFFICE_FOLDERS": str(folder / OURS),
        "MAPOKEZI_STORE_FOLDER": str(folder / "data"),
    }
    found = read_settings(environment=environment)
    found.data_folder.mkdir(parents=True)
    return found


def folder_of(settings: Settings) -> Path:
    """Where the office's files are."""
    return Path(settings.office.folders[0])


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    """Its records, made if there are none."""
    database = DatabaseSettings(settings.database_url, settings.data_folder / "spilled.jsonl")
    async with open_database(database) as records:
        yield records
