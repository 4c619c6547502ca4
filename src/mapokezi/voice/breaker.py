"""A circuit breaker: keeps new calls off a voice model that has failed again and again.

========= ============================ ======================= ==================
state     a call asks (`take`)         a session failed        a session worked
========= ============================ ======================= ==================
CLOSED    yes                          count; at N → OPEN      count is 0
OPEN      no; after a while HALF_OPEN  (of calls before) -     (of calls before) → CLOSED
HALF_OPEN yes, but only one at a time  → OPEN, for longer      → CLOSED
========= ============================ ======================= ==================

A session that ended before anybody could tell (the caller hung up during the greeting) counts as
neither; as a trial it makes room for the next one. No clock: `now` is monotonic seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class BreakerState(StrEnum):
    """Whether calls are sent to the model."""

    CLOSED = "closed"
    """As usual."""
    OPEN = "open"
    """No call tries it."""
    HALF_OPEN = "half_open"
    """One call tries it; the others do not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerSettings:
    """The measures of a breaker."""

    failures: int = 3
    """In a row. One is a blip, two may be one blip seen by two calls."""
    open_s: float = 30.0
    """How long it stays open at first: a model's restart, an expired network route."""
    longest_open_s: float = 600.0
    """Each trial in vain doubles the time, up to this: a caller pays for each with a filler."""
    trial_s: float = 120.0
    """A trial of which nothing was heard for so long does not keep others from trying."""


class Breaker:
    """The breaker of one model profile on this node."""

    def __init__(self, settings: BreakerSettings | None = None) -> None:
        """Begin closed."""
        self._settings = settings or BreakerSettings()
        self._open_until: float | None = None
        self._open_s = self._settings.open_s
        self._trial_since: float | None = None
        self.failures = 0
        """How many sessions in a row have failed."""
        self.last_reason = ""
        """Why the last one did; for the operator."""

    def state(self, now: float) -> BreakerState:
        """Tell whether calls are sent to the model."""
        if self._open_until is None:
            return BreakerState.CLOSED
        return BreakerState.OPEN if now < self._open_until else BreakerState.HALF_OPEN

    def take(self, now: float) -> bool:
        """Ask whether a call may try the model; if half open, the answer yes takes the trial."""
        state = self.state(now)
        if state is BreakerState.CLOSED:
            return True
        since = self._trial_since
        is_tried = since is not None and now < since + self._settings.trial_s
        if state is BreakerState.OPEN or is_tried:
            return False
        self._trial_since = now
        return True

    def failed(self, reason: str, now: float) -> None:
        """A session did not open, dropped, fell silent or spoke no words."""
        self.failures += 1
        self.last_reason = reason
        state = self.state(now)
        if state is BreakerState.HALF_OPEN:
            self._open_s = min(2 * self._open_s, self._settings.longest_open_s)
            self._open(now)
        elif state is BreakerState.CLOSED and self.failures >= self._settings.failures:
            self._open(now)

    def worked(self) -> None:
        """A session spoke, whole and in words."""
        self.failures = 0
        self._open_until = self._trial_since = None
        self._open_s = self._settings.open_s

    def let_go(self) -> None:
        """A session ended before anybody could tell whether it works."""
        self._trial_since = None

    def _open(self, now: float) -> None:
        self._open_until = now + self._open_s
        self._trial_since = None
