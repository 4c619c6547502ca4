"""Looking at legs of which nothing was heard for a while: the platform's posts may be lost."""

from __future__ import annotations

from collections.abc import Collection

from mapokezi.telephony.conference_legs import Leg, LegPhase, LookAtCaller, LookAtLeg

_WATCHED = frozenset({LegPhase.RINGING, LegPhase.BRIEFED, LegPhase.IN_ROOM})
"""In which a leg's next post is waited for, without a deadline that would end it soon."""


class LegLooks:
    """Says when a leg, or the caller's own one, is to be looked at."""

    def __init__(self, look_s: float) -> None:
        """Look at what was silent for ``look_s`` seconds."""
        self._look_s = look_s
        self._caller_at: float | None = None
        """When the caller's leg was last looked at; None: they are with the receptionist."""

    def watch_caller(self, now: float) -> None:
        """The receptionist has left: nobody but the platform can tell of the caller now."""
        self._caller_at = now

    def forget_caller(self) -> None:
        """The call is over."""
        self._caller_at = None

    def next_timer(self, legs: Collection[Leg]) -> float | None:
        """When the next look is due; None: nothing is watched."""
        looked = [leg.looked_at for leg in legs if _is_watched(leg)]
        if self._caller_at is not None:
            looked.append(self._caller_at)
        return min(looked) + self._look_s if looked else None

    def take_due(self, legs: Collection[Leg], now: float) -> list[LookAtLeg | LookAtCaller]:
        """Give the looks that are due now."""
        looks: list[LookAtLeg | LookAtCaller] = []
        for leg in legs:
            if _is_watched(leg) and leg.looked_at + self._look_s <= now:
                leg.looked_at = now
                looks.append(LookAtLeg(leg.leg_id, leg.session_id))
        if self._caller_at is not None and self._caller_at + self._look_s <= now:
            self._caller_at = now
            looks.append(LookAtCaller())
        return looks


def _is_watched(leg: Leg) -> bool:
    return bool(leg.session_id) and leg.phase in _WATCHED
