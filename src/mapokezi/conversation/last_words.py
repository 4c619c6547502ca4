"""Waiting until our last words were heard: a goodbye, or "I'm connecting you"."""

from __future__ import annotations

SETTLE_S = 0.25
"""Between two items of a goodbye there may be a gap as long as this."""

PATIENT_S = 1.2
"""If the caller's voice was heard after ours, their words take about this long to be known."""


class LastWords:
    """Tells when what is to be said before something ends has been heard, or will not come.

    The words are over when some were said and nothing more is announced; or when none have begun
    within the grace; or, whatever happens, at the cap.
    """

    def __init__(self) -> None:
        """Begin with nothing to wait for."""
        self._cap_at: float | None = None
        self._grace_s = 0.0
        self._quiet_since: float | None = None
        self._begun_before = 0
        self._spoken = False
        self._settle_s = SETTLE_S

    def begin(self, now: float, *, cap_s: float, grace_s: float, begun: int, spoken: bool) -> None:
        """Wait from ``now`` on.

        Args:
            now: The instant.
            cap_s: For how long at most.
            grace_s: How long the words may take to begin.
            begun: How many items of the voice have begun so far.
            spoken: Whether the words, or some of them, are among what is being said already.
        """
        self._cap_at = now + cap_s
        self._grace_s = grace_s
        self._quiet_since = None
        self._begun_before = begun
        self._spoken = spoken
        self._settle_s = SETTLE_S

    def allow(self, until: float) -> None:
        """Let words of ours whose length is known be heard out, whatever the cap."""
        if self._cap_at is not None:
            self._cap_at = max(self._cap_at, until)

    def be_patient(self) -> None:
        """The caller is heard: they may have something to add."""
        self._settle_s = PATIENT_S

    def clear(self) -> None:
        """There is nothing to wait for any more."""
        self._cap_at = self._quiet_since = None

    def update(self, now: float, *, is_pending: bool, begun: int) -> None:
        """Learn whether anything of ours is still to be heard."""
        if begun > self._begun_before:
            self._spoken = True
        if is_pending:
            self._quiet_since = None
        elif self._quiet_since is None:
            self._quiet_since = now

    def next_timer(self) -> float | None:
        """Give the instant at which the words will be over."""
        if self._cap_at is None or self._quiet_since is None:
            return self._cap_at
        wait_s = self._settle_s if self._spoken else max(self._grace_s, self._settle_s)
        return min(self._cap_at, self._quiet_since + wait_s)

    def are_over(self, now: float) -> bool:
        """Tell whether the words are over."""
        due = self.next_timer()
        return due is not None and now >= due
