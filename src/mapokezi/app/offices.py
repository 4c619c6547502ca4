"""The offices that are answered for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mapokezi.app.ways import known_ways
from mapokezi.calls import OfficeId
from mapokezi.config import Settings
from mapokezi.errors import ConfigurationError
from mapokezi.receptionist.office import Office
from mapokezi.stores.office_files import read_office


def read_offices(settings: Settings) -> Mapping[OfficeId, Office]:
    """Read every office.

    Raises:
        OfficeFilesWrong: If a folder has errors; all of them are in it.
        ConfigurationError: If two offices share a name or a number.
    """
    voiceless = [
        name
        for name, model in settings.model.items()
        if model.protocol == "chat_completions" and not model.options.get("tts_url")
    ]
    offices: dict[OfficeId, Office] = {}
    answered: dict[str, OfficeId] = {}
    for folder in settings.office.folders:
        office = read_office(Path(folder), settings.model, voiceless, known_ways(settings))
        if office.id in offices:
            raise ConfigurationError(f"office.folders: two offices are called {office.id}")
        for number in office.numbers:
            if number in answered:
                raise ConfigurationError(
                    f"{folder}: {number} is answered for {answered[number]} already"
                )
            answered[number] = office.id
        offices[office.id] = office
    return offices
