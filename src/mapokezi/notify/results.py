"""What comes of an attempt to send a notice."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sent:
    """The way took it."""

    receipt: str = ""
    """What it said, if anything: ``HTTP 204``."""


@dataclass(frozen=True, slots=True)
class Refused:
    """It did not arrive, or nothing is known of it."""

    why: str
    """For the staff: without secrets, addresses, and names of vendors."""
    may_retry: bool = True
    """Whether trying again can help."""
    maybe_arrived: bool = False
    """The receiver did not answer: whoever tries again says that it is a repeat."""
    retry_after_s: float | None = None
    """How long the receiver asked us to wait."""
