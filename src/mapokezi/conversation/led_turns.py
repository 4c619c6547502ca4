"""The caller's turns where the far side leads: noticed here only if the far side does not.

A cloud model tells when the caller's turn has ended, or simply replies. If neither comes though a
voice has spoken and stopped, the caller is waiting before a model that may be dead: then the turn
counts as ended, so that a filler comes in time. It may also have been a lorry that passed; so one
such turn is a reason to say "one moment", and only a second one, without any word of the model in
between, a reason to take the model for mute.
"""

from __future__ import annotations

MUTE_FROM = 2
"""So many turns in a row without any sign of life."""
LONG_S = 1.0
"""What is said over us counts only if it is longer than an "mm-hm" or a cough."""
AGAIN_S = 0.3
"""How soon after our own last word a turn that was said over us counts."""


class LedTurns:
    """Watches for a turn that the far side does not notice."""

    def __init__(self, end_s: float, least_s: float) -> None:
        """Begin with nothing heard.

        Args:
            end_s: How long after the voice's end a turn counts as ended.
            least_s: How long a voice must last to count, its pauses within the turn left out.
        """
        self._end_s = end_s
        self._least_s = least_s
        self._voice_from: float | None = None
        self._voice_from_ms = 0
        self._due: float | None = None
        self._length_s = 0.0
        self._earlier_s = 0.0
        """How long the voice lasted in this turn, before its last pause."""
        self._is_cut = False
        self.stopped_at: float | None = None
        """When the caller's voice last stopped; None while it is on."""
        self.unnoticed = 0
        """How many turns in a row the far side has not noticed."""

    @property
    def may_be_noise(self) -> bool:
        """Whether the wait that goes on rests on a single turn which nobody else has noticed."""
        return 0 < self.unnoticed < MUTE_FROM

    @property
    def is_pending(self) -> bool:
        """Whether the caller has spoken, and nobody has noticed it yet."""
        return self._due is not None

    def voice_started(self, now: float, at_ms: int = 0) -> None:
        """A voice is heard; ``at_ms`` is its place in the caller's sound, 0 if not known."""
        if self._voice_from is None:
            self._voice_from, self._voice_from_ms = now, at_ms
            is_same_turn = self.stopped_at is not None and now - self.stopped_at < self._end_s
            self._earlier_s = self._length_s if is_same_turn else 0.0
        self._due = self.stopped_at = None
        self._is_cut = False

    def cut_short(self, now: float) -> None:
        """The voice that listened is gone while the caller speaks, or so it seemed.

        Whoever listens next tells of the rest, if there is one; else the caller is waiting.
        """
        self._is_cut = True
        self._due = now + self._end_s
        self._length_s = self._least_s

    @property
    def is_cut(self) -> bool:
        """Whether a turn may be over that was begun under another voice."""
        return self._is_cut and self._due is not None

    def voice_stopped(self, at: float, now: float, at_ms: int = 0) -> None:
        """The voice has paused."""
        since, self._voice_from = self._voice_from, None
        self.stopped_at = at
        self._length_s = 0.0 if since is None else at - since
        if since is not None and at_ms > self._voice_from_ms > 0:
            # Both edges may be told at once, long after the first of them: then no instant of it
            # is known, but its length is.
            self._length_s = (at_ms - self._voice_from_ms) / 1000
        if self._length_s < self._least_s / 2:
            self._length_s = 0.0  # a knock, a click: no piece of what somebody says
        self._length_s += self._earlier_s
        if self._length_s >= self._least_s:
            self._due = max(now, at + self._end_s)

    def sign_of_life(self) -> None:
        """The far side has noticed something of the caller, or says something."""
        self._due = None
        self._length_s = self._earlier_s = 0.0
        self._is_cut = False
        self.unnoticed = 0

    def replaced(self) -> None:
        """Another voice listens from here on."""
        self._voice_from = self.stopped_at = None
        if self._is_cut:
            self.unnoticed = 0
        else:
            self.sign_of_life()

    def next_timer(self) -> float | None:
        """Give the instant at which a turn counts as ended."""
        return self._due

    def postpone(self, now: float) -> None:
        """We are being heard ourselves: look again soon, if what was said over us was long."""
        self._due = now + AGAIN_S if self._length_s >= LONG_S else None

    def is_due(self, now: float) -> bool:
        """Tell whether the far side should have noticed a turn by now."""
        return self._due is not None and now >= self._due

    def take_due(self, now: float) -> float | None:
        """Give the instant at which the caller's voice stopped, if their turn counts as ended."""
        if not self.is_due(now):
            return None
        ended_at = self.stopped_at if self.stopped_at is not None else self._due
        self._due = None
        self._is_cut = False
        self.unnoticed += 1
        return ended_at
