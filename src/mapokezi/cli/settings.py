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


def load(config: Path | None) -> Settings:
    """Read the settings and make the data folder.

    Raises:
        ConfigurationError: If a setting is wrong.
    """
    settings = read_settings(config)
    settings.data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return settings


def start_role(config: Path | None) -> Settings:
    """Begin a long-running role: settings, logs, and no life beyond that of `serve`.

    Raises:
        ConfigurationError: If a setting is wrong.
    """
    settings = load(config)
    logs.set_up(level=settings.log.level, show_pii=settings.log.pii)
    if "MAPOKEZI_SUPERVISED" in os.environ:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    return settings
