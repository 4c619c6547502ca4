"""What every command begins with: the settings, and the logs."""

from __future__ import annotations

import ctypes
import os
import signal
from pathlib import Path
from typing import Annotated

import typer

from mapokezi import logs
from mapokezi.config import Settings, read_settings
from mapokezi.errors import ConfigurationError

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        help="The settings file; by default mapokezi.toml in this folder, if there is one.",
        show_default=False,
    ),
]

_PR_SET_PDEATHSIG = 1
"""prctl(2): the signal to be sent to this process when its parent dies."""


_SUPERVISOR = "MAPOKEZI_SUPERVISED"
"""Its value is the process that started this one; it makes this one end with that one."""
_FAULT_PIPE = "MAPOKEZI_FAULT_PIPE"
MOST_FAULT_BYTES = 32_768
"""Half of what a pipe holds: neither side ever waits for the other."""


def supervised(fault_pipe: int | None = None) -> dict[str, str]:
    """The environment of a process that is to end when this one does.

    Args:
        fault_pipe: Where it tells, in place of its stderr, that a setting keeps it from starting.
    """
    environment = {**os.environ, _SUPERVISOR: str(os.getpid())}
    environment.pop(_FAULT_PIPE, None)
    if fault_pipe is not None:
        environment[_FAULT_PIPE] = str(fault_pipe)
    return environment


def tell_supervisor(error: Exception) -> bool:
    """Leave it to the supervisor to tell the operator what is set wrong, so that it is told once.

    Returns:
        False if there is none, or the error is of another kind.
    """
    if _FAULT_PIPE not in os.environ or not isinstance(error, ConfigurationError):
        return False
    with os.fdopen(int(os.environ[_FAULT_PIPE]), "wb") as pipe:
        pipe.write(str(error).encode()[:MOST_FAULT_BYTES])
    return True


def load(config: Path | None) -> Settings:
    """Read the settings and make the data folder.

    Raises:
        ConfigurationError: If a setting is wrong, or the folder cannot be made.
    """
    settings = read_settings(config)
    try:
        settings.data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"store.folder: {settings.data_folder} cannot be made: {error.strerror}"
        ) from None
    return settings


def load_for_work(config: Path | None) -> Settings:
    """Begin a command that works on the records: settings, and a log of what goes wrong alone.

    Raises:
        ConfigurationError: If a setting is wrong.
    """
    settings = load(config)
    logs.set_up(level="warning", show_pii=settings.log.pii)
    return settings


def start_role(config: Path | None) -> Settings:
    """Begin a long-running role: settings, logs, and no life beyond that of `serve`.

    Raises:
        ConfigurationError: If a setting is wrong.
    """
    settings = load(config)
    logs.set_up(level=settings.log.level, show_pii=settings.log.pii)
    if _SUPERVISOR in os.environ:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if str(os.getppid()) != os.environ[_SUPERVISOR]:  # it died before we could ask
            raise SystemExit(1)
    return settings
