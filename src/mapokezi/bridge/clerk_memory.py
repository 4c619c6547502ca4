"""What outlives a voice session of one call: the clerk's state, and what was left unsaid."""

from __future__ import annotations

from collections.abc import Callable

from mapokezi.bridge import clock
from mapokezi.bridge.cascade_memory import CascadeMemory
from mapokezi.bridge.recorded_speech import RecordedSpeech
from mapokezi.receptionist.clerk import Clerk
from mapokezi.receptionist.turns import ClerkState, Sentence
from mapokezi.records.known_caller import KnownCaller
from mapokezi.units import E164


class ClerkMemory:
    """What the clerk knows of one call; it outlives the sessions of that call."""

    def __init__(
        self,
        clerk: Clerk,
        caller: E164 | None,
        pronounce: Callable[[str], str] = str,
        recorded: RecordedSpeech | None = None,
        known: KnownCaller | None = None,
        *,
        only_messages: bool = False,
    ) -> None:
        """Begin with a caller who has said nothing.

        Args:
            clerk: The office's.
            caller: As claimed.
            pronounce: Of the office.
            recorded: By the office.
            known: What is on record of the caller's number.
            only_messages: Whether no more than a message is taken from them.
        """
        self.clerk = clerk
        self.state: ClerkState = clerk.begin(
            caller, clock.wall(), known, only_messages=only_messages
        )
        self.cascade = CascadeMemory(pronounce=pronounce, recorded=recorded)
        self.unsaid: tuple[Sentence, ...] = ()
        """What the last session was to say and could not; the next one says it."""
