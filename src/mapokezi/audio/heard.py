"""What `mapokezi.audio.playout` tells of the caller's ear. Instants are ``now`` in seconds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlayoutStarted:
    """The caller hears the first of an item."""

    item_id: str
    at: float


@dataclass(frozen=True, slots=True)
class PlayoutFinished:
    """The caller has heard the last of an item. One without any sound has no start."""

    item_id: str
    at: float


PlayoutEvent = PlayoutStarted | PlayoutFinished


@dataclass(frozen=True, slots=True)
class Heard:
    """What the caller has heard, and will have when it is quiet, of an item that was dropped."""

    item_id: str
    heard_ms: int
    """Counted from the item's start, rounded down."""
    total_ms: int
    """How much of it was queued by then."""
    complete: bool
    """The item had been ended and all of it was heard; no `PlayoutFinished` follows even so."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """What a drop came to."""

    items: tuple[Heard, ...]
    """All items that were not finished, in their order."""
    must_kill: bool
    """Whether ``killAudio`` must be sent now."""
