"""One media socket of a call: whose it is, and all its sound.

What is played out, what was heard meanwhile, echo and keys: each of these counts samples from the
socket's opening, so a call that comes back from a hand-off begins all of them anew.
"""

from __future__ import annotations

from dataclasses import dataclass

from mapokezi.audio.echo import EchoCanceller
from mapokezi.audio.formats import bytes_of, ms_of
from mapokezi.audio.machine_tones import Machine, MachineTones
from mapokezi.audio.playout import Playout
from mapokezi.bridge.callers_silence import CallersSilence
from mapokezi.bridge.heard_track import HeardTrack
from mapokezi.bridge.keys_heard import KeysHeard
from mapokezi.bridge.media_socket import MediaSink, MediaSocket
from mapokezi.bridge.recording import Recording

_LOOK_MS = 160
"""The caller's sound is looked at so often. A key is told so much later at most: less than it takes
a caller to wonder whether it was heard."""
_SILENCE_LOOK_MS = 320
"""The same where it has long been silent, and a model leads the turns."""
_LOOK_BYTES, _SILENCE_LOOK_BYTES = bytes_of(_LOOK_MS), bytes_of(_SILENCE_LOOK_MS)


@dataclass(frozen=True, slots=True)
class Noticed:
    """What a look at the caller's sound has brought."""

    keys: tuple[str, ...] = ()
    """Pressed, in order."""
    echo_turned: bool = False
    """Whether `LegSound.is_echo` has changed."""
    machine: Machine | None = None
    """What has made itself known as no person, just now."""


NOTHING_NOTICED = Noticed()


class LegSound:
    """The sound of one media socket, both ways.

    A frame of the caller's is passed on at once. What only looks at it (keys, machines, recording,
    the search for our echo) is done with several frames together, every `_LOOK_MS`: that costs
    hardly more than with one. Where our echo may be in it, each frame goes through the canceller
    first.
    """

    def __init__(self, recording: Recording | None) -> None:
        """Begin before the socket is open."""
        self.playout = Playout()
        self.keys = KeysHeard()
        self._machines = MachineTones()
        self.is_echo = False
        """Whether the caller's sound is, just now, our own coming back."""
        self._was_echo = False
        self._echo = EchoCanceller()
        self._heard = HeardTrack()
        self._recording = recording
        self._finds_none = False
        """Whether the line returned no echo as of the last look."""
        self._is_recorded = False
        self._came: list[bytes] = []
        """Frames that were not compared with ours yet."""
        self._callers: list[bytes] = []
        self._ours: list[bytes] = []
        """Both sides since the last look, as far as they were compared."""
        self._unseen_bytes = 0
        self._silence = CallersSilence()
        self.is_led = False
        """Whether a model hears the caller, and decides by that whose turn it is."""
        self.is_lot_whole = False
        """Whether as much has come as is looked at together."""
        self.is_look_due = False
        """Whether that is so, or something has turned that is to be told at once."""

    def take(self, pcm: bytes, now: float) -> bytes:
        """Take a frame of the caller's; give what is to be passed on, without our own sound.

        That is nothing where silence can wait for more of it: see `CallersSilence`.
        """
        self._unseen_bytes += len(pcm)
        echo, silence = self._echo, self._silence
        may_hold_echo = not self._finds_none and (not echo.is_asleep or self.playout.sounds(now))
        silence.may_wait = silence.may_wait and not may_hold_echo
        passed = silence.take(pcm)
        if self._unseen_bytes >= (_SILENCE_LOOK_BYTES if self._is_calm else _LOOK_BYTES):
            self.is_lot_whole = self.is_look_due = True
        if may_hold_echo:
            return passed[: -len(pcm)] + self._without_echo(pcm, now)
        self._came.append(pcm)
        if passed:
            silence.may_wait = self.is_led and self._finds_none and self.playout.is_speaking(now)
        return passed

    def _without_echo(self, pcm: bytes, now: float) -> bytes:
        if self._came:  # this is the first frame that may hold an echo
            self._compare(now - ms_of(len(pcm)) / 1000)
        ours = self._heard.cut(self.playout.advance(now), len(pcm))
        self._callers.append(pcm)
        self._ours.append(ours)
        heard = self._echo.feed(pcm, ours)
        self.is_echo = heard.is_echo
        if heard.is_echo is not self._was_echo:
            self.is_look_due = True
        return heard.pcm

    @property
    def _is_calm(self) -> bool:
        return self.is_led and self._silence.is_long

    @property
    def is_worth_a_look(self) -> bool:
        """Whether a look in another call's turn is worth its cost."""
        return not self._is_calm or self._unseen_bytes >= _SILENCE_LOOK_BYTES // 2

    def model_leads(self, leads: bool) -> None:
        """Say whether a model decides when the caller speaks: see `EchoCanceller.gives_up`."""
        self._echo.gives_up = leads

    def look(self, now: float) -> Noticed:
        """Look at what has come since the last time, and have it recorded."""
        self.is_lot_whole = self.is_look_due = False
        self._compare(now)
        self._finds_none = self._echo.finds_none
        if not self._unseen_bytes:
            return NOTHING_NOTICED
        self._unseen_bytes = 0
        callers, ours = b"".join(self._callers), b"".join(self._ours)
        self._callers.clear()
        self._ours.clear()
        self._record(callers, ours, now)
        keys = self.keys.in_sound(callers, now)
        machine = self._machines.feed(callers)
        turned = self.is_echo is not self._was_echo
        self._was_echo = self.is_echo
        if keys or turned or machine:
            return Noticed(tuple(keys), turned, machine)
        return NOTHING_NOTICED

    def _compare(self, now: float) -> None:
        """Have frames that were passed on as they came compared with what was heard of us."""
        if not self._came:
            return
        callers = b"".join(self._came)
        self._came.clear()
        ours = self._heard.cut(self.playout.advance(now), len(callers))
        self._callers.append(callers)
        self._ours.append(ours)
        self._echo.watch(callers, ours)
        self.is_echo = False

    def _record(self, callers: bytes, ours: bytes, now: float) -> None:
        if self._recording is None:
            return
        if not self._is_recorded:
            self._is_recorded = True
            self._recording.begin_at(now - ms_of(len(callers)) / 1000)
        self._recording.write(callers, ours)

    def play(self, item_id: str, pcm: bytes) -> None:
        """Queue an item as a whole."""
        self.playout.queue(item_id, pcm)
        self.playout.end(item_id)


class Leg:
    """One media socket of a call; what an old one still tells is not heard any more."""

    def __init__(
        self, owner: MediaSink, media: MediaSocket, recording: Recording | None = None
    ) -> None:
        """Belong to a call."""
        self._owner: MediaSink | None = owner
        self.media = media
        self.sound = LegSound(recording)

    def let_go(self) -> None:
        """The caller is not at this socket any more: tell nothing more of it."""
        self._owner = None

    def opened(self, now: float) -> None:
        """The socket is open."""
        if self._owner is not None:
            self._owner.opened(now)

    def caller_audio(self, pcm: bytes, now: float) -> None:
        """Sound of the caller."""
        if self._owner is not None:
            self._owner.caller_audio(pcm, now)

    def key(self, digit: str, now: float) -> None:
        """A key, told by text."""
        if self._owner is not None:
            self._owner.key(digit, now)

    def closed(self, reason: str, now: float) -> None:
        """The socket is gone."""
        if self._owner is not None:
            self._owner.closed(reason, now)
