"""The legs of a hand-off through a room: what they are, what is known of them, what is asked.

Pure values of `mapokezi.telephony.conference_visit`, which decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mapokezi.units import E164


class LegPhase(StrEnum):
    """Where a colleague's leg stands."""

    ORDERED = "ordered"
    """The platform is asked to ring; it has not said that it does."""
    RINGING = "ringing"
    BRIEFED = "briefed"
    """They answered, and hear what it is about."""
    TAKING = "taking"
    """They pressed 1 and were sent to the room; they were not seen there yet."""
    IN_ROOM = "in_room"
    ENDING = "ending"
    """It is to be over, and nobody has said yet that it is."""
    OVER = "over"


class LegOutcome(StrEnum):
    """What came of ringing one colleague."""

    CONNECTED = "connected"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    DECLINED = "declined"
    """By key, by silence, or by hanging up in the briefing. A mailbox does not press 1 either."""
    FAILED = "failed"
    NOT_NEEDED = "not_needed"
    """Somebody else took the call, or the caller gave up or is gone."""


class JoinOutcome(StrEnum):
    """What came of a whole hand-off."""

    CONNECTED = "connected"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    DECLINED = "declined"
    FAILED = "failed"
    GIVEN_UP = "given_up"
    """The caller did not want to wait any longer, and is still with the receptionist."""
    CALLER_GONE = "caller_gone"
    NOT_SUPPORTED = "not_supported"
    """The platform never said that the caller is in the room: nobody was rung."""


class LegTells(StrEnum):
    """What a post about a leg says."""

    ANSWERED = "answered"
    KEY = "key"
    OTHER = "other"
    """An edge of its life that wants no answer."""


class LegReply(StrEnum):
    """What such a post is answered with."""

    BRIEFING = "briefing"
    """What it is about, and "press 1 to take the call, 2 to decline"."""
    PROMPT = "prompt"
    """The last part of that alone: they pressed some other key."""
    JOIN = "join"
    """The room."""
    DECLINED = "declined"
    """Thank you, and the end."""
    TOO_LATE = "too_late"
    """The caller is not waiting any more; and the end."""
    HANGUP = "hangup"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class LegWanted:
    """Somebody to be rung."""

    leg_id: str
    """Of ours, unguessable; it is the label that the leg's posts come back with."""
    number: E164


@dataclass(frozen=True, slots=True)
class Round:
    """Those who are rung at once."""

    legs: tuple[LegWanted, ...]
    seconds: float
    """How long their telephones ring."""


@dataclass(slots=True)
class Leg:
    """One colleague's leg, as far as posts, events and answers have told."""

    leg_id: str
    number: E164
    ordered_at: float
    phase: LegPhase = LegPhase.ORDERED
    session_id: str = ""
    """The platform's; empty until it was told."""
    outcome: LegOutcome | None = None
    answered_at: float | None = None
    joined_at: float | None = None
    """When they and the caller were in the room together."""
    over_at: float | None = None
    due: float | None = None
    """When something is to be done about it if nothing comes."""
    looked_at: float = 0.0
    """When the platform was last asked, or told, how it stands."""
    tries: int = 0
    """How often its end was asked for in vain."""
    is_end_asked: bool = False
    """Whether the platform has been asked to end it, and has not answered."""

    @property
    def is_up(self) -> bool:
        """Whether it may cost money."""
        return self.phase is not LegPhase.OVER

    @property
    def talked_s(self) -> float:
        """How long they were in the room with the caller, in seconds; 0 while it lasts."""
        if self.joined_at is None or self.over_at is None:
            return 0.0
        return max(0.0, self.over_at - self.joined_at)

    @property
    def open_s(self) -> float:
        """How long the leg cost money: from its answer, in seconds; 0 while it lasts."""
        if self.answered_at is None or self.over_at is None:
            return 0.0
        return max(0.0, self.over_at - self.answered_at)


# --- what is to be done, in the order given -------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OrderLeg:
    """Ring somebody. Answer with `placed` or `not_placed`, whatever happens."""

    leg_id: str
    number: E164


@dataclass(frozen=True, slots=True)
class EndLeg:
    """Hang up a leg over REST. Answer with `ended`, whatever happens."""

    leg_id: str
    session_id: str


@dataclass(frozen=True, slots=True)
class FindAndEndLeg:
    """It is not known whether the platform rings: look for such a call and end it.

    Answer with `ended`, whatever happens.
    """

    leg_id: str
    number: E164


@dataclass(frozen=True, slots=True)
class LegNotEnded:
    """A leg could not be ended, however often it was tried: somebody is to know."""

    leg_id: str
    session_id: str


@dataclass(frozen=True, slots=True)
class LookAtLeg:
    """Ask the platform how a leg stands: its posts may be lost. Answer with `seen_over` if so."""

    leg_id: str
    session_id: str


@dataclass(frozen=True, slots=True)
class LookAtCaller:
    """Ask the same of the caller's own leg. Answer with `caller_gone` if it is over."""


class StepKind(StrEnum):
    """What has happened to a leg, for the caller's ear and for the record."""

    RINGS = "rings"
    ANSWERED = "answered"
    TAKES = "takes"
    """They pressed 1."""
    JOINED = "joined"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Step:
    """Something has happened to a leg."""

    leg_id: str
    kind: StepKind


@dataclass(frozen=True, slots=True)
class ReceptionistLeaves:
    """Both are in the room and can hear each other: close the stream."""

    leg_id: str


@dataclass(frozen=True, slots=True)
class EndCaller:
    """The caller has nobody to talk with any more: hang up."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The hand-off is over, and came to this."""

    outcome: JoinOutcome
    leg_id: str = ""
    """Who it was, if one colleague decided it."""


RoomEffect = (
    OrderLeg
    | EndLeg
    | FindAndEndLeg
    | LegNotEnded
    | LookAtLeg
    | LookAtCaller
    | Step
    | ReceptionistLeaves
    | EndCaller
    | Settled
)
