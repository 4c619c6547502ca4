"""What stands in a backup: written last, so that a folder without it is no whole backup."""

from __future__ import annotations

import hashlib
import os
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import msgspec

from mapokezi.stores.errors import BackupError

FORMAT = 1
FILE = "manifest.json"
_CHUNK_BYTES = 1024 * 1024


class BackedUpFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the backup."""

    path: str
    """In the backup; those of the data folder stand under ``data/``."""
    size_bytes: int
    sha256: str


class BackedUpOffice(msgspec.Struct, frozen=True, kw_only=True):
    """An office's folder."""

    folder: str
    """Where it was, absolute."""
    copy: str
    """Where its copy is in the backup."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup is of, and all that is in it."""

    format: int = FORMAT
    program: str
    """The version that made it."""
    made_at: datetime
    database: str
    """``sqlite`` or ``postgresql``."""
    database_file: str
    """In the backup: the SQLite file itself, or what `pg_dump` wrote."""
    revision: str
    """Of the tables."""
    rows: dict[str, int]
    """How many each table had."""
    data_folder: str
    """Where it was, absolute; recordings lie under it."""
    recordings: str
    """The recordings' folder, absolute."""
    recordings_copied: bool
    recordings_missing: tuple[str, ...] = ()
    """Files that the records name and that were not there."""
    not_sealed_yet: int = 0
    """Recordings that were left out because they were still plain."""
    key_ids: tuple[str, ...] = ()
    """The keys that have sealed recordings. They are never in the backup."""
    offices: tuple[BackedUpOffice, ...] = ()
    files: tuple[BackedUpFile, ...] = ()

    @property
    def size_bytes(self) -> int:
        """Of all files together."""
        return sum(one.size_bytes for one in self.files)


def write_manifest(manifest: Manifest, folder: Path) -> None:
    """Write it, and see that it is on the disk."""
    text = msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"
    with new_file(folder / FILE) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def read_manifest(folder: Path) -> Manifest:
    """Read it.

    Raises:
        BackupError: There is none, or it is not one of ours.
    """
    try:
        manifest = msgspec.json.decode((folder / FILE).read_bytes(), type=Manifest)
    except FileNotFoundError:
        raise BackupError(f"{folder} is no backup, or not a whole one: it has no {FILE}") from None
    except (OSError, msgspec.MsgspecError) as error:
        raise BackupError(f"{folder / FILE} cannot be read: {error}") from None
    if manifest.format != FORMAT:
        raise BackupError(
            f"{folder} is a backup of form {manifest.format}; this program knows {FORMAT}"
        )
    return manifest


def copy_into(source: Path, folder: Path, path: str) -> BackedUpFile:
    """Copy a file into a backup, for this user alone.

    Raises:
        OSError: It cannot be read or written.
    """
    target = folder / path
    make_folders(target.parent)
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as file, new_file(target) as copy:
        while piece := file.read(_CHUNK_BYTES):
            copy.write(piece)
            digest.update(piece)
            size += len(piece)
        copy.flush()
        os.fsync(copy.fileno())
    return BackedUpFile(path=path, size_bytes=size, sha256=digest.hexdigest())


def entry_of(folder: Path, path: str) -> BackedUpFile:
    """A file that stands in the backup already."""
    file = folder / path
    return BackedUpFile(path=path, size_bytes=file.stat().st_size, sha256=digest_of(file))


def check_files(manifest: Manifest, folder: Path) -> None:
    """Read every file through, and see that it is what was backed up.

    Raises:
        BackupError: One is not, or leads out of the folder.
    """
    for one in manifest.files:
        path = (folder / one.path).resolve()
        try:
            is_whole = path.is_relative_to(folder.resolve()) and digest_of(path) == one.sha256
        except OSError as error:
            raise BackupError(f"{path} cannot be read: {error.strerror}") from None
        if not is_whole:
            raise BackupError(f"{path} is not what was backed up; nothing was restored")


def digest_of(path: Path) -> str:
    """The SHA-256 of a file's content, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def make_folders(folder: Path) -> None:
    """Make a folder and those above it, for this user alone; `mkdir` makes only the last one so."""
    if not folder.is_dir():
        make_folders(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def new_file(path: Path) -> BinaryIO:
    """Open a new file, for this user alone.

    Raises:
        OSError: It is there already, or cannot be made.
    """
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
