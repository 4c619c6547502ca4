"""A version of an office: its files as they stood, since when, by whom, and what was changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from mapokezi.calls import OfficeId
from mapokezi.records.instants import require_utc


@dataclass(frozen=True, slots=True)
class OfficeVersion:
    """One version; a later one has a higher number."""

    office_id: OfficeId
    number: int
    """Counts from 1 within its office."""
    at: datetime
    who: str
    """``folder`` (somebody changed the files), ``command jane``, ``desk 3f9a2c Brian``."""
    files: Mapping[str, str]
    """The text of each file that was there, by its name."""
    difference: tuple[str, ...]
    """What was changed since the version before, a line each; of the first what it holds."""

    def __post_init__(self) -> None:
        """Check the instant."""
        require_utc(self.at, "OfficeVersion.at")
