"""How loud the line is without anybody, and how loud an echo can be at most.

A part of `mapokezi.audio.echo`. All powers are of frames of 20 ms, 1.0 being full scale.
"""

from __future__ import annotations

import math
from collections import deque
from itertools import accumulate, islice
from operator import sub

from mapokezi.audio.formats import FRAME_MS

_PAST = 500 // FRAME_MS
_LONGEST = 400 // FRAME_MS
"""The latest an echo comes, in frames."""
_FLOOR_FRAMES = 1500 // FRAME_MS
"""The noise is the quietest of one or two of these: longer than people speak without a pause."""
_FLOOR_OVER = 3
"""A floor is believed over so many frames."""
_ABOVE_QUIETEST = 1.3
"""The quietest of many stretches of a noise lies so much under its mean."""
_LEAST_NOISE = 1e-8
"""-80 dBFS: the quietest line, with mu-law's least step."""
_FIRST_NOISE = 1e-5
"""-50 dBFS, until 60 ms were heard: an ordinary line."""
_FIRST_BOUND = 10**-1.4
"""No line returns more: an echo is 20 to 30 dB down, a bad one 14."""
_LEAST_BOUND = 1e-4
_SPEAKING = 3e-5
"""-45 dBFS: we speak."""
_SMOOTH = 5
_HEARD = 1.5
"""Noise alone does not come so far above its mean."""
_CALLERS_OWN = 4.0
"""In sound so much above the loudest echo an echo has a correlation of a half at most."""


class EchoLevels:
    """The powers of the last half second of both sides, and what follows from them."""

    def __init__(self) -> None:
        """Begin with a line of which nothing is known."""
        self.bound = _FIRST_BOUND
        """How much of our power can come back at most: what never came back will not."""
        self.noise = _FIRST_NOISE
        """The line's noise."""
        self._quietest = self._quietest_before = math.inf
        self._frames = 0
        self._loudest = 0.0
        self.forget()

    def take(self, ours: float, caller: float) -> None:
        """Take the powers of a frame of both sides."""
        self._ours.append(ours)
        self._caller.append(caller)
        self.callers = caller
        if ours >= self._loudest:
            self._loudest = ours
            self._loudest_for = _LONGEST
        elif self._loudest_for:
            self._loudest_for -= 1
        else:
            self._look_for_loudest()
        self.loudest_return = self.bound * self._loudest
        self._since += 1
        self._follow_noise(caller)
        if self._since >= _PAST and self._since % _SMOOTH == 0:
            self._follow_bound()

    def forget(self) -> None:
        """Take both sides for silent so far; the line stays as it is."""
        self._ours: deque[float] = deque([0.0] * _PAST, maxlen=_PAST)
        self._caller: deque[float] = deque([0.0] * _PAST, maxlen=_PAST)
        self._since = 0
        self.callers = 0.0
        """The power of the caller's newest frame."""
        self._loudest, self._loudest_for = 0.0, 0
        self.loudest_return = 0.0
        """The greatest power that an echo can have now, wherever its lag."""

    def loudest_of_ours(self, late: int, until: int = 0) -> float:
        """Give our loudest frame of those ``late`` to ``until`` frames ago."""
        return max(islice(self._ours, max(0, _PAST - 1 - late), _PAST - max(0, until)))

    @property
    def we_spoke(self) -> bool:
        """Whether we spoke within the time that an echo takes."""
        return self._loudest > _SPEAKING

    def forget_bound(self) -> None:
        """Take the line for one of which nothing is known: it may return our sound from now on."""
        self.bound = _FIRST_BOUND
        self.loudest_return = self.bound * self._loudest

    def may_hold_echo(self, frames: int) -> bool:
        """Whether the caller's last ``frames`` can have so much echo in them that it can be found.

        Not if nothing is heard there but the line's noise, nor if what is heard is so much louder
        than an echo can be that it must be the caller.
        """
        loudest = max(islice(self._caller, _PAST - frames, None))
        return _HEARD * self.noise < loudest < _CALLERS_OWN * self.loudest_return

    def _look_for_loudest(self) -> None:
        near = list(self._ours)[-_LONGEST - 1 :]
        self._loudest = max(near)
        self._loudest_for = near.index(self._loudest)

    def _follow_noise(self, caller: float) -> None:
        if self._since < _FLOOR_OVER:
            return
        self._frames += 1
        past = self._caller
        power = (past[-3] + past[-2] + caller) / _FLOOR_OVER
        self._quietest = min(self._quietest, power)
        if self._frames % _FLOOR_FRAMES == 0:
            self._quietest_before, self._quietest = self._quietest, math.inf
        noise = _ABOVE_QUIETEST * min(self._quietest, self._quietest_before)
        self.noise = max(noise, _LEAST_NOISE)

    def _follow_bound(self) -> None:
        """Hold what we said half a second ago against the most that has come since."""
        said = sum(islice(self._ours, _SMOOTH)) / _SMOOTH
        if said > _SPEAKING:
            sums = list(accumulate(self._caller, initial=0.0))
            came = max(map(sub, sums[_SMOOTH:], sums)) / _SMOOTH
            self.bound = min(self.bound, max(came / said, _LEAST_BOUND))
