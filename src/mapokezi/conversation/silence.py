"""How long nobody may say anything before we do.

Asking "are you still there?" five seconds after the greeting makes people hang up (product.md),
so: before the caller has said anything, one long wait, one gentle line, another wait, goodbye.
Once they have spoken, a nudge after ten seconds in which neither side was heard, at most two,
then goodbye. Whatever the caller says puts the count back; a mere sound only the clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceSettings:
    """The measures of silence, in seconds of nobody being heard."""

    first_words_s: float = 20.0
    """Before the caller's first words: they may be finding a quiet place."""
    between_s: float = 10.0
    """Once the caller has spoken (product.md: "after ten seconds")."""
    nudges: int = 2
    """After these the next silence is answered by a goodbye."""


class Stir(Enum):
    """What a silence calls for."""

    NUDGE = auto()
    GOODBYE = auto()


class Silence:
    """Counts mutual silence."""

    def __init__(self, settings: SilenceSettings | None = None) -> None:
        """Begin not counting, with a caller who has not spoken."""
        self._settings = settings or SilenceSettings()
        self._quiet_since: float | None = None
        self.caller_spoke = False
        self.nudges = 0

    def caller_said_something(self) -> None:
        """Put the count of nudges back: there were words, or a key."""
        self.caller_spoke = True
        self.nudges = 0

    def quiet(self, is_quiet: bool, now: float) -> None:
        """Learn whether just now nobody speaks and nobody is owed a reply."""
        if not is_quiet:
            self._quiet_since = None
        elif self._quiet_since is None:
            self._quiet_since = now

    def restart(self, now: float) -> None:
        """Count afresh from ``now`` if counting: something stirred."""
        if self._quiet_since is not None:
            self._quiet_since = now

    def next_timer(self) -> float | None:
        """Give the instant at which the silence has lasted long enough."""
        if self._quiet_since is None:
            return None
        settings = self._settings
        return self._quiet_since + (
            settings.between_s if self.caller_spoke else settings.first_words_s
        )

    def handle_timer(self, now: float) -> Stir | None:
        """Tell what the silence calls for, if it has lasted long enough."""
        due = self.next_timer()
        if due is None or now < due:
            return None
        self._quiet_since = None
        allowed = self._settings.nudges if self.caller_spoke else min(1, self._settings.nudges)
        if self.nudges >= allowed:
            return Stir.GOODBYE
        self.nudges += 1
        return Stir.NUDGE
