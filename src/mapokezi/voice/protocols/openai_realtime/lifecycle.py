"""One connection after another: dialling, setting up, breaking, and going over to a fresh one.

======== ============ =============== ================ ==================== =============
stage    opened       session is set  closed           recycling is due     close, a fault
======== ============ =============== ================ ==================== =============
NEW      -            -               -                -                    OVER
DIALLING → SHAPING    -               again, or OVER   -                    OVER
SHAPING  -            → READY         again, or OVER   -                    OVER
READY    -            -               → WAITING        → WAITING            OVER
WAITING  -            -               -                -                    OVER
OVER     -            -               -                -                    -
======== ============ =============== ================ ==================== =============

WAITING ends with the next dialling, which for a connection that was ready comes at once. "Again"
means WAITING too, and is for a session that was ready once: it is dialled until two seconds have
passed since the connection was lost. A first connection that fails is told at once, for the call
has other voices to try.
"""

from __future__ import annotations

from enum import Enum, auto

from mapokezi.voice.protocols.openai_realtime.options import LONGEST_SESSION_S

BACK_WITHIN_S = 2.0
"""A session that is not back by then is told as failed."""
DIALS_AGAIN_AFTER_S = 0.3
SET_UP_WITHIN_S = 1.0
"""A server that has created the session, but does not say that it took our settings, has them by
then: messages are taken in order."""
STABLE_AFTER_S = 10.0
MOST_BREAKS = 3
"""So many connections in a row that broke before they were stable: the far side is not well."""
_LATEST_RECYCLING_S = LONGEST_SESSION_S - 60
"""A connection is left a minute before the server would cut it, whatever is being said."""
LOOKS_AGAIN_AFTER_S = 0.5


class Stage(Enum):
    """How far the connection of the moment has come."""

    NEW = auto()
    DIALLING = auto()
    SHAPING = auto()
    READY = auto()
    WAITING = auto()
    OVER = auto()


class Lifecycle:
    """The stages and deadlines of a session's connections."""

    def __init__(self, recycle_after_s: float) -> None:
        """Begin with none."""
        self._recycle_after_s = recycle_after_s
        self._breaks = 0
        self._ready_at = 0.0
        self._back_until: float | None = None
        self._dial_at: float | None = None
        self._set_up_at: float | None = None
        self._recycle_at: float | None = None
        self.stage = Stage.NEW
        self.connection = 0
        self.was_ready = False
        """Whether any connection ever was."""

    @property
    def has_socket(self) -> bool:
        """Whether there is a socket, or one is being dialled."""
        return self.stage in {Stage.DIALLING, Stage.SHAPING, Stage.READY}

    def dialled(self) -> int:
        """A new connection is dialled; give its number."""
        self.connection += 1
        self.stage = Stage.DIALLING
        self._dial_at = self._set_up_at = self._recycle_at = None
        return self.connection

    def opened(self) -> None:
        """The handshake is done."""
        self.stage = Stage.SHAPING

    def created(self, now: float) -> None:
        """The server has a session for us."""
        if self.stage is Stage.SHAPING:
            self._set_up_at = now + SET_UP_WITHIN_S

    def ready(self, now: float) -> None:
        """The session is set up."""
        self.stage = Stage.READY
        self.was_ready = True
        self._ready_at = now
        self._set_up_at = self._back_until = None
        self._recycle_at = now + self._recycle_after_s

    def lost(self, now: float, *, planned: bool = False) -> bool:
        """The connection is gone; whether another is to be tried."""
        if self.stage is Stage.READY:
            is_stable = planned or now - self._ready_at >= STABLE_AFTER_S
            self._breaks = 0 if is_stable else self._breaks + 1
            self._back_until = now + BACK_WITHIN_S
            self._dial_at = now
        else:
            self._dial_at = now + DIALS_AGAIN_AFTER_S
        self._set_up_at = self._recycle_at = None
        self.stage = Stage.WAITING
        return self.was_ready and self._breaks < MOST_BREAKS

    def over(self) -> None:
        """Nothing more happens."""
        self.stage = Stage.OVER
        self._dial_at = self._back_until = self._set_up_at = self._recycle_at = None

    def next_timer(self) -> float | None:
        """Give the next instant at which one of the questions below is answered anew."""
        due = (self._dial_at, self._back_until, self._set_up_at, self._recycle_at)
        return min((at for at in due if at is not None), default=None)

    def is_too_late(self, now: float) -> bool:
        """Whether the caller has been without a model for too long."""
        return self._back_until is not None and now >= self._back_until

    def is_dialling_due(self, now: float) -> bool:
        """Whether to dial now."""
        return self._dial_at is not None and now >= self._dial_at

    def is_set_up(self, now: float) -> bool:
        """Whether to take the session for set up, though nobody said so."""
        return self._set_up_at is not None and now >= self._set_up_at

    def is_recycling_due(self, now: float, *, is_quiet: bool) -> bool:
        """Whether to go over to a fresh connection now: when all is quiet, or at the very end."""
        if self._recycle_at is None or now < self._recycle_at:
            return False
        if is_quiet or now - self._ready_at >= _LATEST_RECYCLING_S:
            return True
        self._recycle_at = now + LOOKS_AGAIN_AFTER_S
        return False
