"""The stages and times of `mapokezi.telephony.conference_visit`, and what one leg comes to.

The stages of a hand-off. Legs have phases of their own (`mapokezi.telephony.conference_legs`).

========= ============================================================ =========================
stage     what holds                                                   ends
========= ============================================================ =========================
IDLE      nobody is wanted; the caller is with the receptionist        `begin`
ENTERING  a person is wanted; the caller was not seen in the room yet  seen: RINGING; else IDLE
RINGING   a round of legs is rung, one after the other                 1 is pressed: JOINING;
                                                                       nobody: IDLE
JOINING   who pressed 1 is on the way into the room                    seen there: TOGETHER;
                                                                       else back to RINGING
TOGETHER  both are in the room; the receptionist stays, for the case   soon after: TALKING;
          that one hangs up at once                                    the leg ends: RINGING
TALKING   the receptionist has left                                    either one ends: OVER
OVER      the call is over                                             never
========= ============================================================ =========================
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from mapokezi.telephony.conference_legs import (
    JoinOutcome,
    Leg,
    LegOutcome,
    LegPhase,
    LegReply,
    LegTells,
)

TAKES, DECLINES = "1", "2"
"""The keys of the briefing."""
EARLY = frozenset({LegPhase.ORDERED, LegPhase.RINGING})
"""Nobody has answered yet."""


class Stage(StrEnum):
    """Where a hand-off stands; the table is above."""

    IDLE = "idle"
    ENTERING = "entering"
    RINGING = "ringing"
    JOINING = "joining"
    TOGETHER = "together"
    TALKING = "talking"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class RoomSettings:
    """Times of the rules, in seconds."""

    enter_s: float = 4.0
    """How long the caller's entering is waited for: the platform tells of it as the call begins,
    so by the time that a person is wanted it is long known."""
    briefing_s: float = 35.0
    """A briefing of 12 s, heard twice if another key was pressed, and the time to find the key."""
    taking_s: float = 6.0
    """From the key until they are seen in the room: one document and one post."""
    together_s: float = 2.0
    """How long both must have been in the room before the receptionist leaves."""
    look_s: float = 8.0
    """A leg of which nothing was heard for so long is looked at: posts may be lost."""


def reply_in_room(leg: Leg, tells: LegTells, key: str) -> LegReply:
    is_again = tells is LegTells.KEY and key.startswith(TAKES)
    return LegReply.JOIN if is_again and leg.phase is LegPhase.TAKING else LegReply.NOTHING


def outcome_by_phase(leg: Leg, told: LegOutcome | None) -> LegOutcome:
    if leg.phase in EARLY:
        return told or LegOutcome.NO_ANSWER
    if leg.phase is LegPhase.BRIEFED:
        return LegOutcome.DECLINED
    return LegOutcome.FAILED


def outcome_of(rung: Sequence[Leg]) -> JoinOutcome:
    """What a hand-off came to in which nobody took the call: the most that a person did."""
    outcomes = {leg.outcome for leg in rung}
    for outcome in (LegOutcome.DECLINED, LegOutcome.NO_ANSWER, LegOutcome.BUSY):
        if outcome in outcomes:
            return JoinOutcome(outcome.value)
    return JoinOutcome.FAILED
