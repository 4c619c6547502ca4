"""A reply that is owed: from the end of the caller's turn to our first sound.

======== =================== ====================== ==============================
state    reply sound queued  deadline               filler or line heard to its end
======== =================== ====================== ==============================
NONE     -                   -                      -
OWED     → COMING            filler → FILLED        -
FILLED   → COMING            mute → FILLED          the wait for "mute" starts anew; if it was cut
                                                    short too
COMING   -                   -                      -
======== =================== ====================== ==============================

A further reply may be owed while one is coming: a tool was called in the same breath. Then the wait
begins again when that one reaches the caller, and its time when it is heard out. A wait for a tool
alone ends with the tool's answer, unless the voice then tells that it owes a reply.

COMING ends when the sound reaches the caller. The filler comes once a turn; after it, silence of
`mute_after_s` means that the voice is mute, or that a tool takes long; which, the machine knows.
"""

from __future__ import annotations

from enum import Enum, auto

LINE_S = 2.0
"""A filler is about this long; used until its true end is told."""

POSTPONED_S = 0.3
"""A filler that would talk over the caller is put off by this much."""


class Owed(Enum):
    """What a wait calls for."""

    FILLER = auto()
    MUTE = auto()


class _State(Enum):
    NONE = auto()
    OWED = auto()
    FILLED = auto()
    COMING = auto()


class ReplyWait:
    """Whether a reply is owed to the caller, and since when."""

    def __init__(self, filler_after_s: float, mute_after_s: float) -> None:
        """Begin owing nothing."""
        self._filler_after_s = filler_after_s
        self._mute_after_s = mute_after_s
        self._state = _State.NONE
        self._due: float | None = None
        self._again = self._for_tool = self._is_further = False
        self.turn_id = ""
        self.caller_ended_at = 0.0

    @property
    def is_owed(self) -> bool:
        """Whether the caller waits for our sound, filler or not."""
        return self._state is not _State.NONE

    @property
    def is_silent(self) -> bool:
        """Whether no sound of the reply has come yet."""
        return self._state in {_State.OWED, _State.FILLED}

    @property
    def has_had_filler(self) -> bool:
        """Whether a line of ours has bridged this wait already, or is about to."""
        return self._state is _State.FILLED

    def next_timer(self) -> float | None:
        """Give the instant at which the caller must hear something."""
        return self._due

    def turn_ended(self, turn_id: str, caller_ended_at: float, now: float) -> None:
        """The caller's turn is over: they wait."""
        self.turn_id, self.caller_ended_at = turn_id, caller_ended_at
        self._state = _State.OWED
        self._due = now + self._filler_after_s
        self._again = self._for_tool = self._is_further = False

    def owe(self, now: float, *, for_tool: bool = False) -> None:
        """Something further is to be answered, or a tool is awaited: the caller waits for it."""
        if self.is_silent:
            self._for_tool = self._for_tool and for_tool
            return
        self._for_tool = for_tool
        if self._state is _State.COMING:
            self._again = True
        else:
            self._state = _State.OWED
            self._due = now + self._filler_after_s
            self._is_further = True

    def tools_answered(self) -> None:
        """No tool is awaited any more."""
        if self._for_tool and self._again:
            self._again = self._for_tool = False
        elif self._for_tool:
            self.settled()

    def owed_anew(self, now: float) -> None:
        """The reply that was coming will not come: the caller is told so, and waits on."""
        self._state = _State.FILLED
        self._due = now + LINE_S + self._mute_after_s
        self._for_tool = False

    def sound_queued(self) -> None:
        """The first sound of the reply is in the playout."""
        if self.is_silent:
            self._state, self._due = _State.COMING, None
        self._again = self._for_tool = self._is_further = False

    def reached(self, now: float) -> None:
        """A reply reaches the caller."""
        if self.is_silent and self._is_further:
            return  # it was on its way before the one that is owed
        again, for_tool = self._again, self._for_tool
        self.settled()
        if again:
            self.owe(now, for_tool=for_tool)

    def heard_out(self, now: float) -> None:
        """A reply was heard to its end, and another one is owed: the wait begins here."""
        if self._state is _State.OWED:
            self._due = now + self._filler_after_s

    def settled(self) -> None:
        """Nothing is owed any more."""
        self._state, self._due = _State.NONE, None
        self._again = self._for_tool = self._is_further = False

    def line_heard(self, now: float) -> None:
        """A line of ours that bridged the wait is over."""
        if self.is_silent:
            self._state = _State.FILLED
            self._due = now + self._mute_after_s

    def line_cut(self, now: float) -> None:
        """A line of ours that bridged the wait was cut short: its end is not waited for."""
        if self._state is _State.FILLED and self._due is not None:
            self._due = min(self._due, now + self._mute_after_s)

    def postpone(self, now: float) -> None:
        """The caller is heard just now: look again a little later."""
        self._due = now + POSTPONED_S

    def handle_timer(self, now: float) -> Owed | None:
        """Tell what is due."""
        if self._due is None or now < self._due:
            return None
        first = self._state is _State.OWED
        self._state = _State.FILLED
        self._due = now + LINE_S + self._mute_after_s
        return Owed.FILLER if first else Owed.MUTE
