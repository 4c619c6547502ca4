"""What a caller was told at the opening, as it was heard; and that they would not be recorded.

Kenya's Data Protection Act 2019 (section 29) wants a person told, before or as data is collected,
that it is, and of transfers abroad; the wording and the instant are kept as the proof of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mapokezi.records.instants import require_utc
from mapokezi.units import Milliseconds


class NoticeKind(StrEnum):
    """Something that a caller must be told."""

    AUTOMATED = "automated"
    """That no person answers."""
    RECORDED = "recorded"
    """That the call is recorded."""
    ABROAD = "abroad"
    """That what they say is worked on in another country."""


@dataclass(frozen=True, slots=True)
class NoticeHeard:
    """One notice that a caller has heard to its end."""

    kind: NoticeKind
    wording: str
    """The sentence in which it was told."""
    language: str
    """Of the wording: ``en``, ``sw``."""
    at: datetime
    """When its last word had been heard, by the clock of the playout."""

    def __post_init__(self) -> None:
        """Check the instant."""
        require_utc(self.at, "NoticeHeard.at")


class RefusedBy(StrEnum):
    """How it was learned that a caller would not be recorded."""

    WORDS = "words"
    """By our rules, in the caller's words."""
    VOICE = "voice"
    """A voice model has called the tool."""


@dataclass(frozen=True, slots=True)
class RecordingRefused:
    """A caller would not be recorded: nothing of the call's sound is kept."""

    at: datetime
    how: RefusedBy
    removed_ms: Milliseconds
    """How much had been recorded by then, and was removed."""

    def __post_init__(self) -> None:
        """Check the instant."""
        require_utc(self.at, "RecordingRefused.at")
