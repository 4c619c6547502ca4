"""Takes our own voice, as the line returns it, out of what the caller's side sends.

Telephone lines return what they play, 20 to 30 dB weaker and 100 to 250 ms late. A detector of
voices takes that for a caller who cuts in, and a recogniser finds our words in it.

Theory. Three steps, each for what the one before leaves:

1. *Cancel.* The lag is looked for (`echo_search`), the line's filter at that lag learnt
   (`echo_path`), and what both predict of the echo is subtracted. What is left is the line's noise
   and the caller, however soft, also while we speak.
2. *Gate by level.* An item of ours may be heard up to 20 ms sooner or later than we know, so at its
   start the subtraction misses, until the lag is found again. But how *loud* the echo is, is
   known: a sound that is no louder than the echo that is expected around this moment (and its
   tail), with the line's noise, is held to be that echo. A caller who talks over us is louder, and
   gets through with their first frame; from then on the gate is open for as long as a gap between
   words, lest their soft sounds be lost.
3. *Before anything is known* of a line, an echo is expected as loud as a line's can be, and soon
   only as loud as what was seen to come back at most.

How much of the echo the subtraction leaves is followed wherever a sound is as loud as the echo
should be, and no caller was heard a moment ago. The less it leaves, the less a caller has to
surpass; where it leaves more than a quarter it is not trusted, nothing is learnt from it, and the
lag is looked for again: our side slips against the caller's when frames come in lumps.

What the gate holds back is not made silent where only noise is left of it, but lowered to the
noise: detectors of voices are slow after digital silence.

Nothing is computed after 0.5 s of silence of ours, and nothing but loudness as long as no lag was
found and nothing is heard that could be an echo: most lines return none. While nothing would be
taken out anyhow, several frames may be taken in at once (`EchoCanceller.watch`).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from mapokezi.audio.echo_levels import EchoLevels
from mapokezi.audio.echo_path import EchoPath
from mapokezi.audio.echo_search import LONGEST_MS, WINDOW_MS, EchoSearch
from mapokezi.audio.echo_sound import (
    FRAME,
    HALF_FRAME,
    HALF_RATE_HZ,
    Floats,
    HalvedSound,
    power_of,
    powers_of,
)
from mapokezi.audio.formats import BYTES_PER_SAMPLE, FRAME_MS, FULL_SCALE, pcm_of

_BYTES = FRAME * BYTES_PER_SAMPLE
_AFTER_MS = 500
_SEARCH_EVERY = 5
"""Frames: 100 ms."""
_WATCH_EVERY = 2000 // FRAME_MS
"""The same on a line that is taken to return nothing: its caller may turn a loudspeaker on."""
_SAME_LAG = HALF_RATE_HZ * 2 // 1000
"""2 ms: that is how exactly a lag is seen."""
_TRUSTED = 0.25
"""How much of the echo the subtraction may leave."""
_WINDOW_FRAMES = WINDOW_MS // FRAME_MS
_KEPT_FRAMES = (LONGEST_MS + WINDOW_MS) // FRAME_MS + 2
_GIVES_UP_FRAMES = 3000 // FRAME_MS
"""Of our speech, without a lag: where there is an echo, one is found within a second."""
_AROUND = 3
"""Frames around the lag in which the echo may be: its tail, and a place known to 20 ms."""


@dataclass(frozen=True, slots=True)
class EchoSettings:
    """What counts as an echo. Measured with `python -m bench echo`."""

    above_noise: float = 2.0
    """A caller is louder than so much of the noise,"""
    above_echo: float = 2.0
    """and so much of the echo expected, if the subtraction is not trusted,"""
    above_trusted: float = 0.4
    """or if it is: so much at least, for it leaves a tenth or two;"""
    above_talk: float = 0.1
    """or if the caller was heard a moment ago;"""
    above_unknown: float = 1.0
    """or if no lag was found yet, of the most that can come back."""
    audible: float = 1.0
    """An echo expected to be weaker than so much of the noise is left alone,"""
    audible_unknown: float = 1.5
    """and so is one that was never found."""
    open_ms: int = 360
    """The gate stays open so long after the caller's last sound: a gap within a sentence."""


@dataclass(frozen=True, slots=True)
class WithoutEcho:
    """20 ms of the caller's side."""

    pcm: bytes
    """Without what is ours, as far as it could be taken out."""
    is_echo: bool
    """Whether nothing but our own voice was heard just now."""


@dataclass(slots=True)  # frozen would cost three times as much, fifty times a second
class _Seen:
    """One frame's powers: at 8 kHz, which is all that a telephone line carries."""

    whole: float
    left: float
    """After the subtraction."""
    echo: float
    """As predicted."""


class EchoCanceller:
    """Takes one line's echo out of what its caller's side sends.

    Fed a frame of each side every 20 ms, 16 kHz S16LE mono; the two frames are of the same 20 ms.
    """

    def __init__(self, settings: EchoSettings | None = None) -> None:
        """Begin with a line of which nothing is known."""
        self._settings = settings or EchoSettings()
        self._caller = HalvedSound(WINDOW_MS)
        self._ours = HalvedSound(_KEPT_FRAMES * FRAME_MS)
        self._levels = EchoLevels()
        self._path = EchoPath()
        self._search = EchoSearch()
        self._is_trusted = self._was_ever_trusted = False
        self._left_share = 1.0
        """How much of the echo the subtraction leaves."""
        self._learns_frames = 0
        self._until_search = 0
        self._open_frames = 0
        self._talk_frames = 0
        """While a caller is heard who cannot be an echo."""
        self._spoken_frames = 0
        """While we spoke or had just spoken, and no echo was ever subtracted well."""
        self._trusted_by = 0
        """Of these: by then the subtraction at the lag that was found must be good."""
        self._silent_ms = _AFTER_MS
        self.gives_up = False
        """Whether a line that returned nothing while we spoke for 3 s is taken to return nothing:
        then the caller's soft sounds are not held back any more. So where a model decides what is
        speech; a detector of ours is stopped by less."""
        self._seen_lag: int | None = None
        """Seen once on a line that is taken to return nothing; in samples at 8 kHz."""
        self._is_fresh = True
        self._seen: deque[_Seen] = deque(maxlen=5)
        self._fresh: deque[tuple[bytes, bytes]] = deque(maxlen=_KEPT_FRAMES)

    @property
    def lag_ms(self) -> float | None:
        """How late our voice comes back, once that was found on this call."""
        return None if self._path.lag is None else self._path.lag * 1000 / HALF_RATE_HZ

    @property
    def is_settled(self) -> bool:
        """Whether the echo is known so well that it is subtracted."""
        return self._is_trusted

    @property
    def is_asleep(self) -> bool:
        """Whether nothing of ours was heard for so long that nothing of it can come back."""
        return self._silent_ms >= _AFTER_MS

    @property
    def finds_none(self) -> bool:
        """Whether the line is taken to return nothing: see `gives_up`."""
        return self.gives_up and self._spoken_frames >= _GIVES_UP_FRAMES and self._path.lag is None

    def watch(self, caller: bytes, ours: bytes) -> None:
        """Take in a while of both sides at once, of which nothing is to be taken out.

        For when the canceller `is_asleep` and nothing of ours is heard, or `finds_none`. A lag is
        still looked for.

        Args:
            caller: What the caller's side sent, any length.
            ours: What the caller heard of us meanwhile, as long.
        """
        frames = -(-len(caller) // _BYTES)
        if not self._may_return(ours, frames):
            return
        self._until_search -= frames
        if self._until_search <= _KEPT_FRAMES:
            for at in range(0, len(caller), _BYTES):
                self._fresh.append((caller[at : at + _BYTES], ours[at : at + _BYTES]))
        if self._until_search <= 0:
            self._until_search = _WATCH_EVERY
            self._watch_for_lag()

    def _watch_for_lag(self) -> None:
        """Look for a lag on a line that has returned nothing: one that is seen twice counts.

        What callers say is like what we say now and then, for a moment and at any lag.
        """
        callers, our = map(powers_of, zip(*self._fresh, strict=True))
        for power, callers_power in zip(our, callers, strict=True):
            self._levels.take(power, callers_power)
        self._levels.forget_bound()  # what has never come back may do so now
        seen, self._seen_lag = self._seen_lag, None
        if not self._levels.may_hold_echo(_WINDOW_FRAMES):
            return
        self._take_in()
        lag = self._search.look(self._ours.half, self._caller.half)
        if lag is None:
            return
        if seen is not None and abs(lag - seen) <= _SAME_LAG:
            self._found(lag)
        else:
            self._seen_lag = lag
            self._search = EchoSearch()  # it must be seen without what was seen before
            self._until_search = _WINDOW_FRAMES

    def feed(self, caller: bytes, ours: bytes) -> WithoutEcho:
        """Take 20 ms of both sides.

        Args:
            caller: What the caller's side sent.
            ours: What the caller heard of us meanwhile; `Playout.advance` knows.
        """
        if not self._may_return(ours):
            return WithoutEcho(caller, is_echo=False)
        self._levels.take(power_of(ours), power_of(caller))
        self._fresh.append((caller, ours))
        self._compare()
        if self._levels.we_spoke and not self._was_ever_trusted:
            self._spoken_frames += 1
            if self._path.lag is not None and self._spoken_frames >= self._trusted_by:
                self._forget_lag()
        self._look_for_lag()
        is_echo = self._is_gated()
        if len(caller) != _BYTES:
            return WithoutEcho(bytes(len(caller)) if is_echo else caller, is_echo)
        return WithoutEcho(self._sound(caller, is_echo=is_echo), is_echo)

    def _may_return(self, ours: bytes, frames: int = 1) -> bool:
        """Say whether anything of ours can be heard now; after a long silence all begins anew."""
        if ours != bytes(len(ours)):  # far cheaper than arithmetic
            self._silent_ms = 0
        elif self._silent_ms < _AFTER_MS:
            self._silent_ms += FRAME_MS * frames
        else:
            if not self._is_fresh:
                self._forget()
            return False
        self._is_fresh = False
        return True

    def _forget(self) -> None:
        """Take both sides for silent so far. What is known of the line is kept."""
        self._fresh.clear()
        self._caller.clear()
        self._ours.clear()
        self._levels.forget()
        self._seen.clear()
        self._until_search = self._open_frames = self._talk_frames = 0
        self._is_fresh = True

    def _compare(self) -> None:
        """Predict the echo, learn from what came instead, and judge the prediction."""
        if self._path.lag is None:
            whole = self._levels.callers
            self._seen.append(_Seen(whole, whole, 0.0))
            return
        self._take_in()
        came = self._caller.half[-HALF_FRAME:]
        whole = _power(came)
        predicted = self._path.predict(self._ours.half)
        left = _power(came - predicted)
        self._seen.append(_Seen(whole, left, _power(predicted)))
        self._judge()
        if self._is_trusted or not self._was_ever_trusted or self._learns_frames > 0:
            self._learns_frames = max(0, self._learns_frames - 1)
            weight = 1 / (min(left, whole) + self._levels.noise)
            self._path.learn(self._ours.half, self._caller.half, weight)

    def _take_in(self) -> None:
        """Have the frames that came since the last time ready for arithmetic.

        A call without an echo never needs that: there, loudness tells all.
        """
        if self._fresh:
            callers, ours = zip(*self._fresh, strict=True)
            self._fresh.clear()
            self._ours.push(*ours)
            self._caller.push(*callers)

    def _judge(self) -> None:
        """Follow how much of the echo is left, where it is loud enough to tell."""
        noise = self._levels.noise
        whole, left, echo = self._sums(5)
        is_as_loud = whole < 2 * echo + 1.5 * len(self._seen) * noise
        if echo < 0.8 * len(self._seen) * noise or not is_as_loud or self._talk_frames > 0:
            return
        share = max(0.0, left - len(self._seen) * noise) / echo
        self._left_share += (share - self._left_share) * (0.5 if share > self._left_share else 0.15)
        was_trusted, self._is_trusted = self._is_trusted, self._left_share < _TRUSTED
        self._was_ever_trusted |= self._is_trusted
        if was_trusted and not self._is_trusted:
            self._open_frames = 0  # what opened it was our own

    def _sums(self, frames: int) -> tuple[float, float, float]:
        seen = list(self._seen)[-frames:]
        return sum(s.whole for s in seen), sum(s.left for s in seen), sum(s.echo for s in seen)

    def _forget_lag(self) -> None:
        """Nothing that came at the lag was ever explained by it: it was found by chance."""
        if self.gives_up:
            self._path.forget()
            self._search = EchoSearch()
            self._learns_frames = 0

    def _look_for_lag(self) -> None:
        self._until_search -= 1
        if self._is_trusted or self._until_search > 0 or not self._levels.we_spoke:
            return
        self._until_search = _SEARCH_EVERY
        if self._path.lag is None and not self._levels.may_hold_echo(_WINDOW_FRAMES):
            return
        self._search_lag()

    def _search_lag(self) -> None:
        self._take_in()
        lag = self._search.look(self._ours.half, self._caller.half)
        if lag is not None:
            self._found(lag)

    def _found(self, lag: int) -> None:
        if self._path.lag is None:
            self._trusted_by = self._spoken_frames + _GIVES_UP_FRAMES
        self._learns_frames = 2 * _SEARCH_EVERY
        self._path.move(lag, self._ours.half, self._caller.half, is_sure=self._was_ever_trusted)

    def _is_gated(self) -> bool:
        """Say whether the caller's side is no louder than an echo would be."""
        expected, share, audible = self._expected()
        noise = self._levels.noise
        if expected <= audible * noise:
            self._open_frames = max(0, self._open_frames - 1)
            self._talk_frames = max(0, self._talk_frames - 1)
            return False
        chosen, level = self._settings, self._level() - self._settings.above_noise * noise
        open_frames = chosen.open_ms // FRAME_MS
        if self._is_trusted and self._open_frames > 0:
            share = chosen.above_talk
        is_talk = level > chosen.above_echo * expected
        self._talk_frames = open_frames if is_talk else max(0, self._talk_frames - 1)
        is_open = level > share * expected
        self._open_frames = open_frames if is_open else max(0, self._open_frames - 1)
        return self._open_frames == 0

    def _expected(self) -> tuple[float, float, float]:
        """Give the echo expected, how much of it a caller must surpass, and when it matters."""
        chosen = self._settings
        if self._path.lag is None or not self._path.is_learnt:
            return self._levels.loudest_return, chosen.above_unknown, chosen.audible_unknown
        late = self._path.lag // HALF_FRAME
        loudest = self._levels.loudest_of_ours(late + _AROUND, late - _AROUND + 1)
        share = min(max(chosen.above_trusted, 2 * self._left_share), chosen.above_echo)
        return self._path.gain * loudest, share, chosen.audible

    def _level(self) -> float:
        """Give the power of the last two frames without what was subtracted."""
        now = self._seen[-1]
        if len(self._seen) == 1:
            return min(now.whole, now.left)
        before = self._seen[-2]
        return min(now.whole + before.whole, now.left + before.left) / 2

    def _sound(self, caller: bytes, *, is_echo: bool) -> bytes:
        """Give the newest frame as it is to be heard."""
        if is_echo and not self._is_trusted:
            return bytes(_BYTES)
        seen, noise = self._seen[-1], self._levels.noise
        sound: Floats | None = None
        if seen.left < seen.whole and seen.echo > 0.03 * noise:
            echo = self._path.echo(self._ours.full)
            sound = None if echo is None else self._caller.full[-FRAME:] - echo
        if is_echo:
            kept = self._caller.full[-FRAME:] if sound is None else sound
            # All of it, not only the part below 4 kHz: a line may be better than a telephone's.
            sound = kept * np.float32(min(1.0, (noise / max(_power(kept), 1e-12)) ** 0.5))
        return caller if sound is None else pcm_of(sound * np.float32(FULL_SCALE))


def _power(sound: Floats) -> float:
    return float(sound @ sound) / len(sound)
