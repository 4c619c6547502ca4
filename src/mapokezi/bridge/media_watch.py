"""Whether a media socket that says nothing is alive: looked at once a second, not with each frame.

The module sends a frame every 20 ms, also while the caller is silent and while their sound does
not come; a pause means that the fork is gone (`contract/media-module.md` section 2). But nobody
has seen whether SautiKit's own build keeps to that, so silence alone ends nothing: it only has
the far side asked, by a ping. One that has answered pings before and does not answer now is gone,
and is found within some five seconds. One that has never answered any gets as long as before.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


@dataclass(frozen=True, slots=True)
class MediaWatchSettings:
    """Times, in seconds."""

    first_message_s: float = 1.0
    """A sound socket sends its first frame within 25 ms of the handshake."""
    look_every_s: float = 1.0
    quiet_s: float = 2.0
    """Without any message for so long the far side is asked: a hundred frames are missing."""
    answer_within_s: float = 3.0
    """How long an answer to that may take. A network that loses what it carries for five seconds
    has lost the call as well."""
    ping_every_s: float = 15.0
    """As the integrator in production does; proxies drop what is idle for a minute."""

    @property
    def longest_quiet_s(self) -> float:
        """How long one that answers no pings may send nothing."""
        return 2 * self.ping_every_s


class Seen(Enum):
    """What a look comes to."""

    WELL = auto()
    ASK = auto()
    """A ping is to be sent."""
    MUTE = auto()
    """No message at all in the first second: the socket belongs to a dead call."""
    GONE = auto()
    """The far side has gone without a word."""


class MediaWatch:
    """The watch over one socket. Time is counted in looks: a process that was held up, and looks
    late, has not seen silence for as long as it slept."""

    def __init__(self, settings: MediaWatchSettings) -> None:
        """Begin when the socket opens; the first look is due after ``first_message_s``."""
        self._settings = settings
        self._looked = False
        self._messages = 0
        self._quiet_s = 0.0
        self._since_ping_s = 0.0
        self._was_asked = False

    def look(self, messages: int, *, answers_pings: bool) -> Seen:
        """Look; the next look is due after ``look_every_s``.

        Args:
            messages: How many have come since the socket opened, answers to pings among them.
            answers_pings: Whether the far side has ever answered one.
        """
        settings = self._settings
        if not self._looked:
            self._looked, self._messages = True, messages
            return Seen.ASK if messages else Seen.MUTE
        self._since_ping_s += settings.look_every_s
        if messages != self._messages:
            self._messages, self._quiet_s, self._was_asked = messages, 0.0, False
        else:
            self._quiet_s += settings.look_every_s
        asked_s = settings.quiet_s + settings.answer_within_s
        if self._is_at(asked_s if answers_pings else settings.longest_quiet_s):
            return Seen.GONE
        wants_to_know = self.is_quiet and not self._was_asked
        if wants_to_know or self._since_ping_s + _SLACK_S >= settings.ping_every_s:
            self._since_ping_s = 0.0
            self._was_asked |= wants_to_know
            return Seen.ASK
        return Seen.WELL

    @property
    def is_quiet(self) -> bool:
        """Whether no message has come for so long that the far side is asked."""
        return self._is_at(self._settings.quiet_s)

    def _is_at(self, quiet_s: float) -> bool:
        return self._quiet_s + _SLACK_S >= quiet_s


_SLACK_S = 1e-6
"""Sums of tenths are a hair off."""
