"""The connections of one session, one after the other.

========== ================================= =========================================
phase      on                                then
========== ================================= =========================================
IDLE       `dial`                            DIALLING
DIALLING   the handshake is done             SETTING_UP: the setup is sent
SETTING_UP ``setupComplete``                 READY
READY      `move`                            the socket is closed, *then* DIALLING
any of 3   lost, and something helps         WAITING for the next attempt, or DIALLING
any of 3   lost, nothing helps; too late     OVER
========== ================================= =========================================

The server answers 1011 to a resumption while an earlier socket of the session is open, so the old
one is always closed first: the gap is one handshake, and what the caller says in it is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto

from mapokezi.voice.events import VoiceFailed
from mapokezi.voice.protocols.gemini_live.closing import Remedy, remedy_for
from mapokezi.voice.protocols.gemini_live.deadlines import Deadline, Deadlines
from mapokezi.voice.protocols.gemini_live.settings import GeminiSettings
from mapokezi.voice.wire import CloseSocket, OpenSocket, Order, Send

OPEN_S = 5.0
"""The first connection must be ready by then; the call itself may give up sooner."""
RESUME_S = 2.0
"""A connection in the middle of a call must be replaced by then."""
ATTEMPT_S = 1.2
"""A resumption that is not ready by then is given up for a fresh session."""
STABLE_S = 10.0
"""A connection that has held this long was a good one: failures are counted anew."""
MOST_FAILURES = 3
_BETWEEN_S = (0.0, 0.2, 0.4)
_LONGEST_REASON = 200


class _Phase(Enum):
    IDLE = auto()
    DIALLING = auto()
    SETTING_UP = auto()
    READY = auto()
    WAITING = auto()
    OVER = auto()


_UNDER_WAY = frozenset({_Phase.DIALLING, _Phase.SETTING_UP, _Phase.READY})


class Link:
    """Which socket is in use, and what is done when it is lost."""

    def __init__(
        self, settings: GeminiSettings, order: Callable[[Order], None], deadlines: Deadlines
    ) -> None:
        """Begin without a socket."""
        self._settings = settings
        self._order = order
        self._deadlines = deadlines
        self._phase = _Phase.IDLE
        self._handle = ""
        self._failures = 0
        self._ready_at: float | None = None
        self._has_left_context = False
        self.connection = 0
        """The number of the socket in use, or last in use."""
        self.is_resuming = False
        """Whether that socket goes on with a session of the server's."""
        self.has_been_ready = False

    @property
    def is_ready(self) -> bool:
        """Whether the setup was accepted on the socket in use."""
        return self._phase is _Phase.READY

    @property
    def is_over(self) -> bool:
        """Whether there is and will be no socket."""
        return self._phase is _Phase.OVER

    @property
    def handle(self) -> str:
        """What the connection in use is to be set up with; empty for a new session."""
        return self._handle if self.is_resuming else ""

    @property
    def can_resume(self) -> bool:
        """Whether the server has given a handle."""
        return bool(self._handle)

    def is_current(self, connection: int) -> bool:
        """Tell whether something bears the number of the socket in use."""
        return connection == self.connection and self._phase in _UNDER_WAY

    def dial(self, now: float) -> None:
        """Begin."""
        self._deadlines.set(Deadline.LIMIT, now + OPEN_S)
        self._dial(now)

    def opened(self, setup: bytes) -> None:
        """The handshake is done: send the first message."""
        if self._phase is not _Phase.DIALLING:
            return
        self._phase = _Phase.SETTING_UP
        self._order(Send(self.connection, setup))

    def ready(self, now: float) -> None:
        """The setup was accepted."""
        self._phase = _Phase.READY
        self._ready_at = now
        self.has_been_ready = True
        self._deadlines.clear(Deadline.LIMIT, Deadline.ATTEMPT, Deadline.RETRY)

    def keep_handle(self, handle: str) -> None:
        """The newest state that can be gone on with."""
        self._handle = handle

    def send(self, message: bytes) -> None:
        """Send on the socket in use, if it is set up."""
        if self._phase is _Phase.READY:
            self._order(Send(self.connection, message))

    def move(self, now: float) -> None:
        """Leave this connection for another one."""
        self._order(CloseSocket(self.connection))
        self._deadlines.clear(Deadline.MOVE)
        self._deadlines.set(Deadline.LIMIT, now + RESUME_S)
        self._settle(now)
        self._dial(now)

    def lost(self, code: int, reason: str, now: float) -> VoiceFailed | None:
        """The socket in use was closed, or never came to be: dial again, or give up.

        Returns:
            What to tell if nothing helps; the link is over then.
        """
        was_ready = self.is_ready
        remedy = remedy_for(
            code,
            reason,
            is_talking=was_ready,
            is_resuming=self.is_resuming,
            tries=self._failures,
            has_left_context=self._has_left_context,
        )
        self._deadlines.clear(Deadline.MOVE, Deadline.ATTEMPT)
        held = self._settle(now)
        if was_ready:
            self._deadlines.set(Deadline.LIMIT, now + RESUME_S)
        told = f"{code} {reason}".strip()[:_LONGEST_REASON]
        if remedy is Remedy.NEVER:
            self.end()
            return VoiceFailed(f"closed: {told}", recoverable=False)
        if not held:
            self._failures += 1
        if self._failures >= MOST_FAILURES:
            self.end()
            return VoiceFailed(f"{MOST_FAILURES} failures, the last: {told}")
        if remedy is Remedy.AFRESH:
            self._handle = ""
            self._has_left_context = code == 1007 and was_ready
        pause_s = 0.0 if remedy is Remedy.AFRESH else _BETWEEN_S[self._failures]
        if pause_s:
            self._deadlines.set(Deadline.RETRY, now + pause_s)
        else:
            self._dial(now)
        return None

    def retry(self, now: float) -> None:
        """The pause between two attempts is over."""
        if self._phase is _Phase.WAITING:
            self._dial(now)

    def attempt_too_long(self, now: float) -> None:
        """The server does not answer a resumption: leave it for a fresh session."""
        if self._phase in {_Phase.DIALLING, _Phase.SETTING_UP}:
            self._order(CloseSocket(self.connection))
            self._handle = ""
            self._failures += 1
            self._dial(now)

    def end(self, code: int = 1000) -> None:
        """Close for good."""
        if self._phase in _UNDER_WAY:
            self._order(CloseSocket(self.connection, code))
        self._phase = _Phase.OVER
        self._deadlines.clear_all()

    def _settle(self, now: float) -> bool:
        """The socket is done with; tell whether it had held long enough to be a good one."""
        held = self._ready_at is not None and now - self._ready_at >= STABLE_S
        if held:
            self._failures = 0
            self._has_left_context = False
        self._ready_at = None
        self._phase = _Phase.WAITING
        return held

    def _dial(self, now: float) -> None:
        self._deadlines.clear(Deadline.RETRY)
        self.connection += 1
        self._phase = _Phase.DIALLING
        self.is_resuming = bool(self._handle)
        if self.is_resuming:
            self._deadlines.set(Deadline.ATTEMPT, now + ATTEMPT_S)
        else:
            self._deadlines.clear(Deadline.ATTEMPT)
        settings = self._settings
        self._order(
            OpenSocket(self.connection, settings.url, settings.headers, settings.needs_token)
        )
