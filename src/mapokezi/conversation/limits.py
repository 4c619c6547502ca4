"""How long a call may last, and how long what it waits for may take."""

from __future__ import annotations

from enum import Enum, auto

from mapokezi.conversation.deadlines import Deadlines
from mapokezi.conversation.settings import ConversationSettings

BACK_FOR_S = 180.0
"""Who comes back from a hand-off has at least this long, whatever the cap says."""


class Limit(Enum):
    """What has taken too long."""

    MEDIA = auto()
    """The media to open."""
    CAP_WARNING = auto()
    """The call, nearly."""
    CAP = auto()
    """The call."""
    AWAY = auto()
    """A hand-off, without a word of how it ended."""


class CallLimits:
    """The limits of one call."""

    def __init__(self, settings: ConversationSettings) -> None:
        """Begin with none."""
        self._settings = settings
        self._due: Deadlines[Limit] = Deadlines()
        self._opened_at: float | None = None

    def await_media(self, now: float) -> None:
        """The call is announced: from now on its media should open."""
        if not self._due.is_set(Limit.MEDIA):
            self._due.set(Limit.MEDIA, now + self._settings.media_open_s)

    def open_s(self, now: float) -> float:
        """Give how long ago the media opened first; 0 if it has not."""
        return 0.0 if self._opened_at is None else max(0.0, now - self._opened_at)

    def media_opened(self, now: float) -> bool:
        """The caller can hear us; True if that is for the first time."""
        settings, first = self._settings, self._opened_at is None
        if self._opened_at is None:
            self._opened_at = now
            self._due.set(Limit.CAP, now + settings.call_cap_s)
            warning_s = max(0.0, settings.call_cap_s - settings.cap_warning_s)
            self._due.set(Limit.CAP_WARNING, now + warning_s)
        else:
            cap_at = max(self._opened_at + settings.call_cap_s, now + BACK_FOR_S)
            self._due.set(Limit.CAP, cap_at)
        self._due.clear(Limit.MEDIA)
        self._due.clear(Limit.AWAY)
        return first

    def away(self, now: float) -> None:
        """The caller is with somebody else: nothing else counts."""
        self._due.clear_all()
        self._due.set(Limit.AWAY, now + self._settings.away_cap_s)

    def over(self) -> None:
        """Nothing counts any more."""
        self._due.clear_all()

    def next_timer(self) -> float | None:
        """Give the earliest."""
        return self._due.next()

    def take_due(self, now: float) -> Limit | None:
        """Take out the earliest that has come, or give None."""
        return self._due.take_due(now)
