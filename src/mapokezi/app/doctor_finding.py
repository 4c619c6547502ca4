"""What a check of the doctor's finds, and what it is given to look at."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from mapokezi.calls import OfficeId
from mapokezi.carrier import Number, SautiKit
from mapokezi.config import Settings
from mapokezi.receptionist.office import Office
from mapokezi.telephony.urls import CallbackUrls


class Health(StrEnum):
    """Green, red, or not looked at."""

    GREEN = "green"
    RED = "red"
    GREY = "grey"
    """Does not apply here, or cannot be looked at before something else is mended."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found."""

    check: str
    health: Health
    says: str
    mend: str = ""
    """In one line; of a red one, always."""

    @property
    def is_red(self) -> bool:
        """Whether something is to be mended."""
        return self.health is Health.RED


def green(check: str, says: str) -> Finding:
    """All is well."""
    return Finding(check, Health.GREEN, says)


def red(check: str, says: str, mend: str) -> Finding:
    """Something is wrong."""
    return Finding(check, Health.RED, says, mend)


def grey(check: str, says: str) -> Finding:
    """It was not looked at."""
    return Finding(check, Health.GREY, says)


def free_bytes_of(folder: Path) -> int:
    """How much room is left where a folder is, or would be."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


@dataclass(slots=True)
class Deployment:
    """What is looked at: the settings, and what the first checks learn for those behind them."""

    settings: Settings
    secrets: tuple[str, ...] = ()
    """What callbacks are signed with."""
    urls: CallbackUrls | None = None
    """What the platform is given; None if the settings of the line are wrong."""
    offices: Mapping[OfficeId, Office] = field(default_factory=dict)
    carrier: SautiKit | None = None
    """None without a key."""
    emulated: bool = False
    """Whether it is the emulator that the carrier asks."""
    own_numbers: Sequence[Number] | None = None
    """The workspace's; None if they could not be read."""
    line_runs: bool = True
    """Whether anything answers where the line should be."""
    learned: dict[str, str] = field(default_factory=dict)
    """What a check found out of what nobody knows, fit to be sent to others."""
    wall: Callable[[], float] = time.time
    """Seconds since 1970."""
    free_bytes: Callable[[Path], int] = free_bytes_of
    """How much room is left at a path."""
