"""Opens recordings in their last form, sealed or not, and sees that they are what was kept."""

from __future__ import annotations

import hashlib
from pathlib import Path

from mapokezi.records.kept_recording import KeptRecording
from mapokezi.stores.errors import StoreError
from mapokezi.stores.seal_keys import Keyring
from mapokezi.stores.sealed_files import BLOCK_BYTES, PlainFile, SealBrokenError, SealedFile


class KeptFileError(StoreError):
    """A recording's file is not there, or is not what was kept."""


def open_kept(data_folder: Path, kept: KeptRecording, keys: Keyring) -> PlainFile:
    """Open a recording to be read; waits for the disk.

    Raises:
        KeptFileError: It cannot be read, is not what was sealed, or lies outside the folder.
        MissingKeyError: Its key is not at hand.
    """
    path = inside(data_folder, kept.path)
    if path is None:
        raise KeptFileError("the recording lies outside the data folder")
    try:
        return SealedFile(path, kept.name, keys) if kept.key_id else PlainFile(path)
    except OSError as error:
        raise KeptFileError(f"{kept.path}: {error.strerror}") from None
    except SealBrokenError as error:
        raise KeptFileError(f"{kept.path}: {error}") from None


def check_kept(data_folder: Path, kept: KeptRecording, keys: Keyring) -> None:
    """Read a recording through, and see that it is what was kept.

    Raises:
        KeptFileError: It is not, or cannot be read.
        MissingKeyError: Its key is not at hand.
    """
    digest = hashlib.sha256()
    with open_kept(data_folder, kept, keys) as file:
        try:
            for at in range(0, file.size_bytes, BLOCK_BYTES):
                digest.update(file.read(at, BLOCK_BYTES))
        except SealBrokenError as error:
            raise KeptFileError(f"{kept.path}: {error}") from None
    if digest.hexdigest() != kept.sha256:
        raise KeptFileError(f"{kept.path} is not what was kept")


def inside(data_folder: Path, relative: str) -> Path | None:
    """A file's path; None if it leads out of the data folder."""
    path = (data_folder / relative).resolve()
    return path if path.is_relative_to(data_folder.resolve()) else None
