"""What a line makes of our sound before it returns it: a filter, learnt from both sides.

A part of `mapokezi.audio.echo`.

Theory. An echo is our sound ``x``, late by a lag and filtered by a few milliseconds of impulse
response ``h``: telephones, hybrids and the line's band. What we want is the ``h`` that leaves
least of the caller's side ``y`` unexplained, ``|y - X h|``, whose rows ``X`` are our sound around
the lag. The normal equations ``(sum w X'X) h = sum w X'y`` are kept as two sums that forget, and
solved now and then. Against the usual step-wise adaptive filters this is right after a tenth of a
second of speech, however coloured, and has no step to be tuned. Each frame counts with the weight
``w`` of one over what was left unexplained in it, so a caller who talks over us spoils nothing:
their frames weigh as much less as they are louder than the line's noise.

One row in six is enough (neighbouring samples tell little that is new) and costs a sixth.
"""

from __future__ import annotations

import numpy as np

from mapokezi.audio.echo_sound import (
    FRAME,
    HALF_FRAME,
    LOW_PASS,
    LOW_PASS_LATE,
    Floats,
)

TAPS = 96
"""12 ms of impulse response at 8 kHz."""
BEFORE = 40
"""How much of it lies before the lag, 5 ms: the lag that is found is that of its greatest part."""
LEAST_LAG = BEFORE + LOW_PASS_LATE // 2 + 1
"""Sooner than this, 6 ms, nothing comes back over a telephone line."""

_KEPT = 0.98
"""What a frame learnt leaves of the sums before it: half is forgotten after 0.7 s of our speech, or
after 1.4 s once settled."""
_ONE_ROW_IN = 6
"""More rows in one product would also wake the linear algebra's threads."""
_LEARN_EVERY = 2
"""Frames, once settled."""
_SOLVE_EVERY = 4
_SOLVE_SOON_EVERY = 2
_EAGER_FRAMES = 20
"""After the lag was found all rows of all frames are taken, and the filter is solved for often."""
_RIDGE = 1e-3
"""Keeps what our speech does not contain out of the filter."""
_AUDIBLE = 6e-8
"""Our sound's power below which nothing is learnt: -72 dBFS."""
_REFINE_BY = 3
_REFINE_OVER = 4 * HALF_FRAME
_ROWS = [
    np.arange(first, HALF_FRAME, _ONE_ROW_IN)[:, None] + TAPS - 1 - np.arange(TAPS)
    for first in range(_ONE_ROW_IN)
]
"""Where in the sound around the lag the rows' samples are."""


class EchoPath:
    """The filter and the lag at which it stands. All powers are of frames at 8 kHz."""

    def __init__(self) -> None:
        """Begin without a lag."""
        self.lag: int | None = None
        """In samples at 8 kHz."""
        self.gain = 0.0
        """How much of our power comes back."""
        self._taps: Floats = np.zeros(TAPS, dtype=np.float32)
        self._full_taps: Floats | None = None
        # Made once there is a lag: most lines return nothing, and it is 37 kB.
        self._squares: Floats = np.zeros((0, TAPS), dtype=np.float32)
        self._products: Floats = np.zeros(TAPS, dtype=np.float32)
        self._unsolved = 0
        self._eager = 0
        self._phase = 0

    @property
    def is_learnt(self) -> bool:
        """Whether anything can be predicted."""
        return self._full_taps is not None and self.lag is not None

    def move(self, lag: int, ours: Floats, caller: Floats, *, is_sure: bool) -> None:
        """Go to a lag that was found, to within a millisecond.

        Args:
            lag: In samples at 8 kHz.
            ours: Our past at 8 kHz.
            caller: The caller's.
            is_sure: Whether the filter was right at the lag before: then it is at the new one,
                which can be told to the sample by it.
        """
        lag = max(lag, LEAST_LAG)
        if is_sure:
            recent = caller[-_REFINE_OVER:]
            near = range(max(LEAST_LAG, lag - _REFINE_BY), lag + _REFINE_BY + 1)
            lag = min(near, key=lambda at: _power(recent - self._at(ours, at, _REFINE_OVER)))
        elif self.lag is not None and abs(lag - self.lag) <= _REFINE_BY:
            return
        else:
            self._squares = np.zeros((TAPS, TAPS), dtype=np.float32)
            self._products[:] = 0
            self._eager = _EAGER_FRAMES
        self.lag = lag

    def forget(self) -> None:
        """Be without a lag again, and without what was learnt at it."""
        self.lag, self.gain = None, 0.0
        self._taps = np.zeros(TAPS, dtype=np.float32)
        self._full_taps = None

    def predict(self, ours: Floats) -> Floats:
        """Say what comes back in the newest frame, at 8 kHz, of our past at 8 kHz."""
        assert self.lag is not None
        return self._at(ours, self.lag, HALF_FRAME)

    def echo(self, ours: Floats) -> Floats | None:
        """Say what comes back in the newest frame, at 16 kHz, of our past at 16 kHz."""
        if self._full_taps is None or self.lag is None:
            return None
        late = 2 * (self.lag - BEFORE) - LOW_PASS_LATE
        last = len(ours) - late
        first = last - FRAME - len(self._full_taps) + 1
        return np.convolve(ours[first:last], self._full_taps, "valid")

    def learn(self, ours: Floats, caller: Floats, weight: float) -> None:
        """Take the newest frame for what the line makes of our sound."""
        assert self.lag is not None
        self._phase = (self._phase + 1) % (_ONE_ROW_IN * _LEARN_EVERY)
        around = self._around(ours, self.lag, HALF_FRAME)
        if (self._phase % _LEARN_EVERY and not self._eager) or _power(around) < _AUDIBLE:
            return
        scale = np.float32(weight)
        self._squares *= np.float32(_KEPT)
        self._products *= np.float32(_KEPT)
        turn = self._phase // _LEARN_EVERY
        for first in range(_ONE_ROW_IN) if self._eager else (turn,):
            rows = around[_ROWS[first]]
            self._squares += scale * (rows.T @ rows)
            self._products += scale * (caller[first - HALF_FRAME :: _ONE_ROW_IN] @ rows)
        self._unsolved += 1
        if self._unsolved >= (_SOLVE_SOON_EVERY if self._eager else _SOLVE_EVERY):
            self._solve()
        self._eager = max(0, self._eager - 1)

    def _solve(self) -> None:
        self._unsolved = 0
        mean = float(np.trace(self._squares)) / TAPS
        squares = self._squares + np.float32(_RIDGE * mean) * np.eye(TAPS, dtype=np.float32)
        self._taps = np.linalg.solve(squares, self._products)
        self.gain = float(self._taps @ self._squares @ self._taps) / mean
        spread = np.zeros(2 * TAPS, dtype=np.float32)
        spread[::2] = self._taps
        self._full_taps = np.convolve(spread, LOW_PASS)

    def _at(self, ours: Floats, lag: int, count: int) -> Floats:
        return np.convolve(self._around(ours, lag, count), self._taps, "valid")

    def _around(self, ours: Floats, lag: int, count: int) -> Floats:
        """Cut out what can be heard in the newest ``count`` samples."""
        last = len(ours) - lag + BEFORE
        return ours[last - count - TAPS + 1 : last]


def _power(sound: Floats) -> float:
    return float(sound @ sound) / len(sound)
