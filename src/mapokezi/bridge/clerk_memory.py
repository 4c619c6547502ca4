"""What outlives a voice session of one call: the clerk's state, and what was left undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from mapokezi.bridge import clock
from mapokezi.receptionist.clerk import Clerk
from mapokezi.receptionist.turns import ClerkState, Sentence
from mapokezi.units import E164


class ClerkMemory:
    """What the clerk knows of one call; it outlives the sessions of that call."""

    def __init__(
        self, clerk: Clerk, caller: E164 | None, pronounce: Callable[[str], str] = str
    ) -> None:
        """Begin with a caller who has said nothing; ``pronounce`` is the office's."""
        self.clerk = clerk
        self.pronounce = pronounce
        self.state: ClerkState = clerk.begin(caller, clock.wall())
        self.sessions = 0
        """How many there were; their turns' ids begin with it."""
        self.replies = 0
        """How many there were; their ids are new for the whole call."""
        self.failures = 0
        """How many times in a row the recogniser has failed."""
        self.unheard = b""
        """The sound of a turn at which the last session gave up; the next one tries once more."""
        self.unsaid: tuple[Sentence, ...] = ()
        """What the last session was to say and could not; the next one says it."""

    def new_reply_id(self) -> str:
        """Draw the id of a reply."""
        self.replies += 1
        return f"reply-{self.replies}"


@dataclass(slots=True)
class LastTurn:
    """The caller's last turn, for as long as it may be taken back."""

    turn_id: str
    state_before: ClerkState
    replies: set[str] = field(default_factory=set)
    """The items that answer it."""
