"""What is noted of a call once it is over: who must know what, in three lines, and its tags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from mapokezi.calls import CallId, OfficeId
from mapokezi.records.instants import require_utc

EXTRACT = "extract"
"""Made of the record itself, by rules: nothing in it that was not said or done."""


class Tag(StrEnum):
    """What a call is found by later."""

    URGENT = "urgent"
    AFTER_HOURS = "after_hours"
    RANG_BEFORE = "rang_before"
    """The same number has rung this office before."""
    FLASH = "flash"
    ASKED_FOR_PERSON = "asked_for_person"
    NOT_REACHED = "not_reached"
    """Somebody was rung for the caller, and did not come."""
    LET_DOWN = "let_down"
    """The receptionist could not take or finish the call."""
    UNSURE = "unsure"
    """Something in the message was not confirmed."""
    PUT_RIGHT = "put_right"
    """The voice claimed what is not so, and the caller was told."""
    NO_NUMBER = "no_number"
    """The caller withheld the number and left none."""


@dataclass(frozen=True, slots=True)
class CallNotes:
    """Notes of one call."""

    call_id: CallId
    office_id: OfficeId
    made_at: datetime
    made_by: str
    """`EXTRACT`, or the name of the model profile that wrote the lines."""
    language: str
    """Of the lines: ``en``, ``sw``."""
    lines: tuple[str, ...]
    """At most three."""
    promises: tuple[str, ...] = ()
    """What the receptionist has promised."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """``name``, ``number``, ``reason``, ``best_time``, ``for_person``: those that are known."""
    unsure: tuple[str, ...] = ()
    """Of the fields those that the caller did not confirm."""
    tags: tuple[Tag, ...] = ()

    def __post_init__(self) -> None:
        """Check the instant."""
        require_utc(self.made_at, "CallNotes.made_at")
