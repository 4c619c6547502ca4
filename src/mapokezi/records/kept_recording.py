"""What is known of a recording that is kept: joined, compressed and, as a rule, sealed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mapokezi.calls import CallId
from mapokezi.records.instants import require_utc
from mapokezi.units import Milliseconds


class Copy(StrEnum):
    """Whose recording of the call it is."""

    OURS = "ours"
    """Caller left, receptionist right."""
    PLATFORM = "platform"
    """The phone platform's, fetched as a second copy."""


@dataclass(frozen=True, slots=True)
class KeptRecording:
    """One recording of a call, in its last form."""

    call_id: CallId
    copy: Copy
    path: str
    """Relative to the data folder."""
    media_type: str
    """Of the content: ``audio/flac``."""
    length_ms: Milliseconds | None
    """None: not known."""
    size_bytes: int
    """Of the content."""
    sha256: str
    """Of the content, hexadecimal."""
    key_id: str
    """Of the key that has sealed it; empty: it is not sealed."""
    kept_at: datetime

    def __post_init__(self) -> None:
        """Check the instant."""
        require_utc(self.kept_at, "KeptRecording.kept_at")

    @property
    def name(self) -> str:
        """What is bound to the content when it is sealed: the file's name without its folder."""
        return self.path.rpartition("/")[2]

    @property
    def suffix(self) -> str:
        """The ending of a file with the content: ``.flac``."""
        return SUFFIXES.get(self.media_type, ".sound")


def recording_path(call_id: CallId, arrived_at: datetime) -> str:
    """Give where the line writes a call's recording, relative to the data folder."""
    return f"recordings/{arrived_at:%Y-%m}/{call_id}.wav"


SUFFIXES = {
    "audio/flac": ".flac",
    "audio/ogg": ".opus",
    "audio/wav": ".wav",
    "audio/mpeg": ".mp3",
}
"""Endings of files by what is in them."""
