"""``mapokezi office processing-record`` and ``dpia``: what the law wants written down."""

from __future__ import annotations

import os
from pathlib import Path

from mapokezi.cli.settings import load
from mapokezi.errors import MapokeziError


def write_document(config: Path | None, office_id: str, file: Path | None, name: str) -> None:
    """Write a document about an office, to a file or to the terminal.

    Raises:
        MapokeziError: There is no such office, or the file cannot be written.
    """
    from mapokezi.app.offices import read_offices
    from mapokezi.app.processing import documents_of
    from mapokezi.calls import OfficeId

    settings = load(config)
    offices = read_offices(settings)
    if not office_id and len(offices) == 1:
        office_id = next(iter(offices))
    office = offices.get(OfficeId(office_id))
    if office is None:
        known = ", ".join(offices)
        raise MapokeziError(f'there is no office "{office_id}" in the settings; known: {known}')
    text = documents_of(settings)[name](office)
    if file is None:
        print(text, end="")
        return
    try:
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except OSError as error:
        raise MapokeziError(f"{file} cannot be written: {error.strerror}") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(text)
    print(file)
