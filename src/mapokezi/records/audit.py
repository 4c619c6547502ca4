"""Who has read, listened to, exported or erased what callers left behind.

An entry never holds a number, a name or a word of a caller: the trail outlives what it tells of.
A caller stands in it as a tag, which only who knows the number (and the deployment's secret) can
make again.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from mapokezi.records.instants import require_utc
from mapokezi.units import E164

_TAG_DIGITS = 16


class Deed(StrEnum):
    """What was done."""

    READ_CALL = "read_call"
    READ_MESSAGES = "read_messages"
    LISTENED = "listened"
    SAVED_RECORDING = "saved_recording"
    EXPORTED_CALLS = "exported_calls"
    EXPORTED_CALLER = "exported_caller"
    ERASING_CALLER = "erasing_caller"
    """An erasure has begun; it is done when `ERASED_CALLER` follows."""
    ERASED_CALLER = "erased_caller"
    RETENTION_PLANNED = "retention_planned"
    """It was shown what would be removed."""
    RETENTION_RUN = "retention_run"
    ROTATED_KEYS = "rotated_keys"
    MADE_BACKUP = "made_backup"
    """Of everything, to be kept elsewhere."""
    RESTORED_BACKUP = "restored_backup"
    FORWARDED_CALLS = "forwarded_calls"
    """All calls of an office go to one telephone, or no longer do."""
    SET_PRESENCE = "set_presence"
    """Somebody is away, or is back."""
    READ_QUESTIONS = "read_questions"
    """What callers asked and could not be answered."""
    ANSWERED_QUESTIONS = "answered_questions"
    """An answer became a fact; its id is the subject."""
    PUT_QUESTIONS_ASIDE = "put_questions_aside"
    CHANGED_OFFICE = "changed_office"
    """An office was changed on the desk; its id and its new version are the subject."""
    BROUGHT_BACK_OFFICE = "brought_back_office"
    """An office was made again what an earlier version of it was; the subject as above."""
    SET_EXECUTOR = "set_executor"
    """A way of passing callers on was switched off, or what was seen of it was forgotten."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One deed."""

    entry_id: str
    at: datetime
    who: str
    """``desk 3f9a2c Brian`` (a visit to the desk, and the name that the visitor gave, if any),
    ``command jane`` (a user of the machine), ``desk`` (the program itself)."""
    deed: Deed
    subject: str = ""
    """A call's id, or a caller's tag; empty: all of them."""
    detail: Mapping[str, str | int] = field(default_factory=dict)
    """Counts, ids and days; nothing of a caller's."""

    def __post_init__(self) -> None:
        """Check the instant."""
        require_utc(self.at, "AuditEntry.at")


def caller_tag(number: E164, secret: bytes) -> str:
    """A caller, as the trail knows them: ``caller 9f86d081884c7d65``.

    Args:
        number: Theirs.
        secret: The deployment's; without it a tag could be found by trying all numbers.
    """
    return f"caller {hmac.new(secret, number.encode(), 'sha256').hexdigest()[:_TAG_DIGITS]}"
