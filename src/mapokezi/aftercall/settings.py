"""How the work after a call is done, as the operator has set it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True, slots=True)
class AfterCallSettings:
    """What may be set."""

    digest_at: time | None = time(18, 0)
    """On the office's own clock; None: no digest."""
    wallet_days: int = 3
    """The staff are told when the platform's wallet is enough for so many days or fewer; 0: never.
    """
    outbound_minute_minor: int = 300
    """What a minute costs of a call that we place, in minor units."""
    platform_recordings: bool = False
    """Whether the platform's own recording is fetched as a second copy."""
