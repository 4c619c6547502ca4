"""Who of an office is to be rung just now: presence, the forwarding of all calls, the wallet.

These change from hour to hour, so they stand in the database and not in the office's files. The
desk and the commands set them; the line reads them (`mapokezi.bridge.handing_over.board`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mapokezi.calls import OfficeId
from mapokezi.records.instants import require_utc
from mapokezi.units import E164


class PresenceState(StrEnum):
    """Whether somebody takes calls just now."""

    AVAILABLE = "available"
    """Whoever has said nothing is."""
    AWAY = "away"
    """They are not rung; callers who ask for them leave a message."""


@dataclass(frozen=True, slots=True)
class Presence:
    """What one person of an office has said of themselves."""

    office_id: OfficeId
    person_id: str
    state: PresenceState
    said_at: datetime
    until: datetime | None = None
    """When they are back; None: until they say so."""
    said_by: str = ""
    """Who has set it, as they are known at the desk; ``command`` for the command line."""

    def __post_init__(self) -> None:
        """Check the instants."""
        require_utc(self.said_at, "Presence.said_at")
        require_utc(self.until, "Presence.until")

    def is_away(self, now: datetime) -> bool:
        """Whether it holds at ``now`` (aware) that they are not to be rung."""
        return self.state is PresenceState.AWAY and (self.until is None or now < self.until)


@dataclass(frozen=True, slots=True)
class Forwarding:
    """The switch "all calls to my mobile": each caller is put through before we answer."""

    office_id: OfficeId
    to: E164
    switched_at: datetime
    person_id: str = ""
    """Whose telephone it is; empty: nobody's of the directory."""
    until: datetime | None = None
    """When it ends by itself; None: when it is switched off."""
    switched_by: str = ""

    def __post_init__(self) -> None:
        """Check the instants."""
        require_utc(self.switched_at, "Forwarding.switched_at")
        require_utc(self.until, "Forwarding.until")

    def holds(self, now: datetime) -> bool:
        """Whether it is on at ``now`` (aware)."""
        return self.until is None or now < self.until


@dataclass(frozen=True, slots=True)
class WalletFigure:
    """What the platform's prepaid wallet held when it was looked into last."""

    balance_minor: int
    currency: str
    seen_at: datetime

    def __post_init__(self) -> None:
        """Check the instant."""
        require_utc(self.seen_at, "WalletFigure.seen_at")
