"""From a session's milliseconds of caller audio to instants of ours."""

from __future__ import annotations

USUAL_LAG_S = 0.1
"""How late a voice edge usually arrives: the detector's window and a scheduling tick."""

LONGEST_START_LAG_S = 0.6
LONGEST_STOP_LAG_S = 1.6
"""A detector tells of a stop only after some silence; cloud ones take up to 0.8 s and a trip."""


class HearingClock:
    """Maps ``at_ms`` of a voice session, which has no clock, to instants.

    The zero is the instant of the session's first sample, if we were told it; else it is worked
    out from the first edge. An edge that would then lie in the future, or implausibly far back,
    moves the zero: sound was lost or held up on its way.
    """

    __slots__ = ("_zero",)

    def __init__(self) -> None:
        """Begin without a zero."""
        self._zero: float | None = None

    def begin(self, now: float) -> None:
        """Take ``now`` as the instant of the first sample."""
        self._zero = now

    def forget(self) -> None:
        """Another session listens from here on."""
        self._zero = None

    def started(self, at_ms: int, now: float) -> float:
        """Give the instant of a voice's start."""
        return self._instant(at_ms, now, LONGEST_START_LAG_S)

    def stopped(self, at_ms: int, now: float) -> float:
        """Give the instant of a voice's end."""
        return self._instant(at_ms, now, LONGEST_STOP_LAG_S)

    def instant_of(self, at_ms: int) -> float | None:
        """Give the instant of a position in the past, if the zero is known."""
        return None if self._zero is None else self._zero + at_ms / 1000.0

    def at_ms(self, now: float) -> int:
        """Give the position in the caller audio that is reached at ``now``; 0 if unknown."""
        return 0 if self._zero is None else max(0, int((now - self._zero) * 1000))

    def _instant(self, at_ms: int, now: float, longest_lag_s: float) -> float:
        offset_s = at_ms / 1000.0
        if self._zero is not None and 0.0 <= now - self._zero - offset_s <= longest_lag_s:
            return self._zero + offset_s
        self._zero = now - USUAL_LAG_S - offset_s
        return now - USUAL_LAG_S
