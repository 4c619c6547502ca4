"""Who is let in: the house's size, and how often one number may ring in a minute."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass
from enum import StrEnum

_WINDOW_S = 60.0
_MOST_NUMBERS = 20_000
"""Numbers that are remembered; a flood of forged ones pushes out the oldest, not the program."""


class Refusal(StrEnum):
    """Why an arriving call does not get a stream."""

    UNKNOWN_NUMBER = "unknown_number"
    """No office of ours has the number that was dialled."""
    TOO_MANY = "too_many_calls_from_number"
    BLOCKED = "blocked"
    """The office wants no call of this number."""
    WITHHELD = "withheld_number"
    """The office wants no call of a number that is withheld."""
    FULL_HOUSE = "full_house"
    DRAINING = "draining"
    NOT_READY = "not_ready"
    """The line has just started and has no greeting to say yet."""
    CAP_REACHED = "cap_reached"
    """The office's or the caller's cap of the day is used up."""
    CONTINUED = "platform_went_on"
    """The platform went on behind the stream: our media side is lost to it."""


TURNED_AWAY = frozenset({Refusal.TOO_MANY, Refusal.BLOCKED, Refusal.WITHHELD})
"""These get the busy tone, and nobody owes them a call."""


class MediaRefusal(StrEnum):
    """Why a media socket is not let in."""

    UNKNOWN_CALL = "unknown_call"
    WRONG_NODE = "wrong_node"
    WRONG_TOKEN = "wrong_token"  # noqa: S105  a reason, no secret
    TOKEN_USED = "token_used"  # noqa: S105
    TOKEN_EXPIRED = "token_expired"  # noqa: S105
    CALL_OVER = "call_over"


@dataclass(frozen=True, slots=True)
class AdmissionSettings:
    """How many calls are taken."""

    most_calls: int = 30
    """At once on this node. One inference core carries some 20 local calls; a caller beyond
    hears the fallback, which is better than a receptionist who answers late."""
    withheld_per_minute: int = 30
    """Callers who withhold their number share one count, so theirs is larger."""


class RingRate:
    """Counts how often each number rang within the last minute."""

    def __init__(self) -> None:
        """Start with nobody counted."""
        self._rings: OrderedDict[str, deque[float]] = OrderedDict()

    def ring(self, number: str, most: int, now: float) -> bool:
        """Count a ring; False if the number has had ``most`` in the minute before ``now``."""
        self._forget_old(now)
        rings = self._rings.setdefault(number, deque(maxlen=1000))
        self._rings.move_to_end(number)
        while rings and now - rings[0] >= _WINDOW_S:
            rings.popleft()
        if len(rings) >= most:
            return False
        rings.append(now)
        if len(self._rings) > _MOST_NUMBERS:
            self._rings.popitem(last=False)
        return True

    def _forget_old(self, now: float) -> None:
        """Forget those who have not rung for a minute; who rang longest ago stands first."""
        while self._rings:
            number, rings = next(iter(self._rings.items()))
            if rings and now - rings[-1] < _WINDOW_S:
                return
            del self._rings[number]
