"""What a call is, in the words that every package shares."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

CallId = NewType("CallId", str)
"""Our own id of a call. The platform's ids are ``session_id`` and ``call_sid``."""

OfficeId = NewType("OfficeId", str)
"""The office's short name, which is its folder's name: ``law-office``."""


class Outcome(StrEnum):
    """What the visit came to. Every ended call has exactly one."""

    RESOLVED = "resolved"
    """The caller had an answer, and wanted no more."""
    MESSAGE = "message"
    """A message is stored for the staff."""
    TRANSFERRED = "transferred"
    """The caller spoke with a person."""
    ABANDONED = "abandoned"
    """The caller left before anything was done for them."""
    FLASH = "flash"
    """The caller rang and hung up within 3 seconds of speech, to be called back."""
    SPAM = "spam"
    """A machine's call, or one of many without a word: nobody is told of it."""
    FALLBACK = "fallback"
    """The receptionist could not take the call; the fallback document did."""
    FAILED = "failed"
    """A fault of ours or of the platform's ended the call."""


class TerminationResult(StrEnum):
    """How a call ended, coarsely."""

    COMPLETED = "completed"
    ABANDONED = "abandoned"
    FAILED = "failed"


class TerminationReason(StrEnum):
    """Why a call ended. A reason belongs to whoever ended it."""

    CALLER_HUNG_UP = "caller_hung_up"
    RECEPTIONIST_SAID_GOODBYE = "receptionist_said_goodbye"
    CALLER_SILENT = "caller_silent"
    MACHINE = "machine"
    """A fax, a modem or an announcement rang, by the tones that it made."""
    CALL_CAP = "call_cap"
    HANDED_OFF = "handed_off"
    DRAINED = "drained"
    MEDIA_LOST = "media_lost"
    MEDIA_NEVER_OPENED = "media_never_opened"
    MEDIA_MUTE = "media_mute"
    VOICE_FAILED = "voice_failed"
    REFUSED = "refused"
    INTERRUPTED = "interrupted"
    """The program itself was killed; found at the next start."""


@dataclass(frozen=True, slots=True)
class Termination:
    """The end of a call: its result and its reason, and words for the operator."""

    result: TerminationResult
    reason: TerminationReason
    detail: str = ""


class Speaker(StrEnum):
    """Who said a turn."""

    CALLER = "caller"
    RECEPTIONIST = "receptionist"
