"""What outlives a session of a cascade, within one call and one rung of its ladder."""

from __future__ import annotations

from collections.abc import Callable

from mapokezi.bridge.recorded_speech import RecordedSpeech


class CascadeMemory:
    """Counters by which ids are new for the whole call, and what was left undone.

    Args:
        prefix: With which the ids of turns and items begin, so that two rungs never meet.
        pronounce: Spells a sentence for the voice; the office's.
        recorded: What the office has recorded, where the voice speaks English only.
    """

    def __init__(
        self,
        prefix: str = "",
        pronounce: Callable[[str], str] = str,
        recorded: RecordedSpeech | None = None,
    ) -> None:
        self._prefix = prefix
        self.pronounce = pronounce
        self.recorded = recorded or RecordedSpeech()
        self.sessions = 0
        """How many there were; their turns' ids begin with it."""
        self.failures = 0
        """How many times in a row the recogniser has failed."""
        self.unheard = b""
        """The sound of a turn at which the last session gave up; the next one tries once more."""
        self._replies = 0

    def new_session(self) -> str:
        """Count a session; give what the ids of its turns begin with."""
        self.sessions += 1
        return f"{self._prefix}{self.sessions}-"

    def new_reply_id(self) -> str:
        """Draw the id of a reply."""
        self._replies += 1
        return f"{self._prefix}reply-{self._replies}"
