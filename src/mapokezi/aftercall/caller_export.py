"""Gives out everything of one caller in one ZIP file: what is on record, and the recordings."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from mapokezi.calls import CallId
from mapokezi.errors import MapokeziError
from mapokezi.records.kept_recording import KeptRecording
from mapokezi.stores.erasure import CallerTraces
from mapokezi.stores.kept_files import inside, open_kept
from mapokezi.stores.seal_keys import Keyring
from mapokezi.stores.sealed_files import BLOCK_BYTES, PlainFile

_ABOUT = """\
What is kept of the calls from {number}, as of {at:%Y-%m-%d %H:%M} UTC.

caller.json   what is on record, by table: calls, turns (what was said), timeline, messages,
              tasks, notices to the staff, and what the telephone platform has told of the calls
recordings/   the sound of the calls: left the caller, right the receptionist

Instants are in UTC; those of turns and of the timeline are in milliseconds from the call's arrival.
"""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was given out."""

    rows: int
    recordings: int
    missing: tuple[str, ...]
    """Recordings that could not be opened, and why."""


def export_caller(
    traces: CallerTraces,
    rows: Mapping[str, Sequence[Mapping[str, Any]]],
    at: datetime,
    into: Path,
    sources: tuple[Path, Keyring],
) -> Exported:
    """Write everything of a caller into a ZIP file, readable by its owner alone. Waits for disks.

    Args:
        traces: What was found of them.
        rows: Their rows by table.
        at: The instant of the export.
        into: The file to be; it must not exist.
        sources: The data folder, and the keys of its recordings.

    Raises:
        FileExistsError: There is such a file.
        OSError: It cannot be written.
    """
    data_folder, keys = sources
    missing: list[str] = []
    descriptor = os.open(into, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with (
        os.fdopen(descriptor, "wb") as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        archive.writestr("README.txt", _ABOUT.format(number=traces.number, at=at))
        told = {"number": traces.number, "exported_at": at.isoformat(), **rows}
        archive.writestr("caller.json", json.dumps(told, indent=1, default=str))
        given = _add_recordings(archive, traces, data_folder, keys, missing)
    return Exported(sum(map(len, rows.values())), given, tuple(missing))


def _add_recordings(
    archive: zipfile.ZipFile,
    traces: CallerTraces,
    data_folder: Path,
    keys: Keyring,
    missing: list[str],
) -> int:
    given = 0
    kept_calls = {one.call_id for one in traces.recordings}
    for kept in traces.recordings:
        try:
            with open_kept(data_folder, kept, keys) as content:
                _add(archive, _name_of(kept), content)
                given += 1
        except MapokeziError as error:
            missing.append(str(error))
    for relative in traces.sound_files:
        path = inside(data_folder, relative)
        if path is None or not path.is_file() or CallId(path.stem) in kept_calls:
            continue
        with PlainFile(path) as content:
            _add(archive, path.name, content)
            given += 1
    return given


def _name_of(kept: KeptRecording) -> str:
    return kept.name.removesuffix(".sealed")


def _add(archive: zipfile.ZipFile, name: str, content: PlainFile) -> None:
    about = zipfile.ZipInfo(f"recordings/{name}")
    about.compress_type = zipfile.ZIP_STORED  # sound is compressed already
    with archive.open(about, "w", force_zip64=True) as out:
        copy_content(content, out)


def copy_content(content: PlainFile, out: BinaryIO | Any) -> None:
    """Write all that a recording holds into a file.

    Raises:
        SealBrokenError: A block is not what was sealed.
    """
    for at in range(0, content.size_bytes, BLOCK_BYTES):
        out.write(content.read(at, BLOCK_BYTES))
