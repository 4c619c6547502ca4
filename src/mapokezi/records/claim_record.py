"""What a voice model claimed without ground, and what the caller was told instead."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClaimRecord:
    """One claim that was put right in a call."""

    kind: str
    """``price``, ``hours``, ``date``, ``phone``, ``place``, ``commitment``; ``emergency`` if the
    emergency number was owed and not said."""
    claim: str
    """The sentence, as the model's transcript has it."""
    truth: str
    """What was said instead."""
    at_ms: int
    """From the call's arrival: when it was found."""
    heard: bool = False
    """Whether the caller has heard the correction."""
