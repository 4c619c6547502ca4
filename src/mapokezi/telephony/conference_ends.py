"""How a leg that is not wanted any more comes to its end, and what if the platform does not help.

The end of a leg is asked for until the platform has said that it is over. A leg whose session is
not known yet is ended as soon as it is; one of which it is not known whether it rings is looked
for. After `MOST_TRIES` somebody is told, and it is tried on, ever more seldom: a leg costs money.
"""

from __future__ import annotations

from collections.abc import Callable

from mapokezi.telephony.conference_legs import (
    EndLeg,
    FindAndEndLeg,
    Leg,
    LegNotEnded,
    LegOutcome,
    LegPhase,
    RoomEffect,
)

AGAIN_AFTER_S = 2.0
"""Between two tries; doubled with each, up to `SELDOM_S`."""
SELDOM_S = 60.0
MOST_TRIES = 5
POLITE_S = 8.0
"""How long a leg may take to end by its own document: a sentence, and the hang-up behind it."""
LOST_ORDER_S = 90.0
"""A leg whose order was never answered is looked for by then: the request itself gives up sooner.
"""


class LegEnds:
    """Brings legs to their end."""

    def __init__(self, emit: Callable[[RoomEffect], None]) -> None:
        """Ask for what is to be done through ``emit``."""
        self._emit = emit

    def end(self, leg: Leg, outcome: LegOutcome, now: float) -> None:
        """Have a leg hung up at once."""
        self._begin(leg, outcome)
        if leg.session_id:
            self._ask(leg, now)
        else:
            leg.due = now + LOST_ORDER_S  # as soon as its session is known

    def let_end(self, leg: Leg, outcome: LegOutcome, now: float) -> None:
        """Its document ends it; it is hung up if that does not happen."""
        self._begin(leg, outcome)
        leg.due = now + POLITE_S

    def find(self, leg: Leg, outcome: LegOutcome, now: float) -> None:
        """It is not known whether it rings: have it looked for, and ended."""
        self._begin(leg, outcome)
        self._ask(leg, now)

    def session_known(self, leg: Leg, now: float) -> None:
        """Its session is known now; hang it up if that was waited for."""
        if leg.phase is LegPhase.ENDING and not leg.is_end_asked:
            self._ask(leg, now)

    def not_ended(self, leg: Leg, now: float) -> None:
        """The platform could not be asked, or did not say that it is over: once more, later."""
        if leg.phase is not LegPhase.ENDING:
            return
        leg.is_end_asked = False
        leg.tries += 1
        if leg.tries == MOST_TRIES:
            self._emit(LegNotEnded(leg.leg_id, leg.session_id))
        leg.due = now + min(SELDOM_S, AGAIN_AFTER_S * 2 ** min(leg.tries - 1, 10))

    def due(self, leg: Leg, now: float) -> None:
        """It is still not over."""
        self._ask(leg, now)

    def over(self, leg: Leg, outcome: LegOutcome, now: float) -> None:
        """It is over."""
        leg.phase, leg.due, leg.is_end_asked = LegPhase.OVER, None, False
        leg.outcome = leg.outcome or outcome
        leg.over_at = leg.over_at or now

    def _begin(self, leg: Leg, outcome: LegOutcome) -> None:
        leg.phase = LegPhase.ENDING
        leg.outcome = leg.outcome or outcome

    def _ask(self, leg: Leg, now: float) -> None:
        if leg.is_end_asked:
            return
        leg.is_end_asked, leg.due = True, None
        if leg.session_id:
            self._emit(EndLeg(leg.leg_id, leg.session_id))
        else:
            self._emit(FindAndEndLeg(leg.leg_id, leg.number))
