"""One media socket of a call: whose it is, and all its sound.

What is played out, what was heard meanwhile, echo and keys: each of these counts samples from the
socket's opening, so a call that comes back from a hand-off begins all of them anew.
"""

from __future__ import annotations

from typing import Protocol

from mapokezi.audio.echo import EchoCanceller
from mapokezi.audio.formats import SAMPLE_RATE_HZ, ms_of
from mapokezi.audio.playout import Playout
from mapokezi.audio.resample import Resampler
from mapokezi.bridge.heard_track import HeardTrack
from mapokezi.bridge.keys_heard import KeysHeard
from mapokezi.bridge.media_socket import MediaSink, MediaSocket
from mapokezi.bridge.recording import Recording


class LegSound:
    """The sound of one media socket, both ways."""

    def __init__(self, recording: Recording | None) -> None:
        """Begin before the socket is open."""
        self.playout = Playout()
        self.keys = KeysHeard()
        self.is_echo = False
        """Whether the caller's sound is, just now, our own coming back."""
        self.without_echo = b""
        """The last frame of the caller's without our own sound."""
        self._echo = EchoCanceller()
        self._heard = HeardTrack()
        self._recording = recording
        self._is_recorded = False
        self._resamplers: dict[str, Resampler] = {}

    def take(self, pcm: bytes, now: float) -> bool:
        """Take a frame of the caller's: record it beside what was heard of us, take out our echo.

        Returns:
            Whether `is_echo` has changed.
        """
        ours = self._heard.cut(self.playout.advance(now), len(pcm))
        if self._recording is not None:
            if not self._is_recorded:
                self._is_recorded = True
                self._recording.begin_at(now - ms_of(len(pcm)) / 1000)
            self._recording.write(pcm, ours)
        heard, was_echo = self._echo.feed(pcm, ours), self.is_echo
        self.without_echo, self.is_echo = heard.pcm, heard.is_echo
        return self.is_echo is not was_echo

    def queue(self, item_id: str, pcm: bytes, sample_rate_hz: int = SAMPLE_RATE_HZ) -> None:
        """Queue sound of an item, S16LE mono at any rate; an item keeps to one."""
        if sample_rate_hz != SAMPLE_RATE_HZ:
            resampler = self._resamplers.get(item_id)
            if resampler is None:
                resampler = Resampler(sample_rate_hz, SAMPLE_RATE_HZ)
                self._resamplers[item_id] = resampler
            pcm = resampler.feed(pcm)
        self.playout.queue(item_id, pcm)

    def end_item(self, item_id: str) -> None:
        """No more sound of an item will come."""
        resampler = self._resamplers.pop(item_id, None)
        if resampler is not None:
            self.playout.queue(item_id, resampler.flush())
        self.playout.end(item_id)

    def play(self, item_id: str, pcm: bytes) -> None:
        """Queue an item as a whole."""
        self.playout.begin(item_id)
        self.queue(item_id, pcm)
        self.end_item(item_id)

    def forget_items(self) -> None:
        """The playout was dropped: nothing more of its items is wanted."""
        self._resamplers.clear()


class LegOwner(MediaSink, Protocol):
    """The call that a media socket belongs to, for as long as the caller is at that socket."""

    def holds(self, leg: Leg) -> bool:
        """Whether this is the media socket that the caller is at."""


class Leg:
    """One media socket of a call; what an old one still tells is not heard any more."""

    def __init__(
        self, owner: LegOwner, media: MediaSocket, recording: Recording | None = None
    ) -> None:
        """Belong to a call."""
        self._owner = owner
        self.media = media
        self.sound = LegSound(recording)

    def opened(self, now: float) -> None:
        """The socket is open."""
        if self._owner.holds(self):
            self._owner.opened(now)

    def caller_audio(self, pcm: bytes, now: float) -> None:
        """Sound of the caller."""
        if self._owner.holds(self):
            self._owner.caller_audio(pcm, now)

    def key(self, digit: str, now: float) -> None:
        """A key, told by text."""
        if self._owner.holds(self):
            self._owner.key(digit, now)

    def closed(self, reason: str, now: float) -> None:
        """The socket is gone."""
        if self._owner.holds(self):
            self._owner.closed(reason, now)
