"""Who uses a data folder: any number of processes that keep records, or one that changes all.

The kernel keeps the lock and frees it when its process ends, however it ends. A process that reads
only takes none.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from mapokezi.stores.errors import DatabaseInUseError

_log = structlog.get_logger("mapokezi.stores")
_FILE = "in-use"


@contextmanager
def in_use(folder: Path) -> Iterator[None]:
    """Be one of those who use a data folder.

    Where the folder takes no file, a full disk, it goes on without: calls are answered all the
    same, and only the guard against a restore in the middle is missing.

    Raises:
        DatabaseInUseError: somebody has it alone.
    """
    try:
        held = _held(folder, fcntl.LOCK_SH)
    except BlockingIOError:
        raise DatabaseInUseError(
            f"{folder} is being restored or upgraded; try again when that is done"
        ) from None
    except OSError as error:
        _log.warning("data folder not marked as in use", fault=type(error).__name__)
        yield
        return
    try:
        yield
    finally:
        os.close(held)


@contextmanager
def in_use_alone(folder: Path) -> Iterator[None]:
    """Have a data folder alone.

    Raises:
        DatabaseInUseError: somebody uses it.
        OSError: the folder takes no file.
    """
    try:
        held = _held(folder, fcntl.LOCK_EX)
    except BlockingIOError:
        raise DatabaseInUseError(
            f"the line, the desk or a command is using {folder}; stop `mapokezi serve` first"
        ) from None
    try:
        yield
    finally:
        os.close(held)


def _held(folder: Path, how: int) -> int:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    held = os.open(folder / _FILE, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(held, how | fcntl.LOCK_NB)
    except BaseException:
        os.close(held)
        raise
    return held
