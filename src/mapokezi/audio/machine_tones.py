"""Tones by which a machine at the far end makes itself known: a fax, a modem, the network.

Theory. Each is a plain tone, or a row of them, that neither a voice nor a key makes:

============== ================================== ==================================== ===========
machine        tone                               counts when                          source
============== ================================== ==================================== ===========
FAX            1100 Hz, 0.5 s in every 3.5        heard twice, so far apart            ITU-T T.30
MODEM          1300 Hz, 0.6 s in every 2.1 to 2.7 heard twice, so far apart            ITU-T V.25
MODEM          2100 or 2225 Hz, 3 s and more      heard for 2 s                        ITU-T V.25
ANNOUNCEMENT   950, 1400 and 1800 Hz, 0.33 s each heard in this order, without a pause ITU-T E.180
============== ================================== ==================================== ===========

Of a tone that comes again, the pause must be quiet: a tune repeats its notes, but not in silence.

Sound is looked at in windows of 32 ms every 20: one *is a tone* when nearly all of its energy lies
at one frequency. Windows that follow one another with the same frequency and level are a
*stretch*; the rules above go by stretches. A phase that is turned, as modems do to switch echo
cancellers off, breaks none.

Most sound is none: a glance at 20 of every 160 ms, which costs a few microseconds, decides whether
the rest is worth a look. The samples of a tone obey x(n-L) + x(n+L) = 2 cos(wL) x(n), whatever the
lag L; with the next samples that tells its frequency, with some further ones that it is a tone at
all, which of a voice's sound one glance in fifty finds. The shortest of the tones is longer than
what lies between two glances.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from mapokezi.audio.formats import (
    FULL_SCALE,
    SAMPLE_RATE_HZ,
    Samples,
    bytes_of,
    samples_in,
    samples_of,
)

_LOT_MS = 160
_HOP_MS = 20
_LOT, _HOP = samples_of(_LOT_MS), samples_of(_HOP_MS)
_WINDOW = 512
_WINDOW_MS = _WINDOW * 1000 // SAMPLE_RATE_HZ
_HOPS = _LOT // _HOP
_GLANCE = slice(_LOT // 2 - _HOP // 2, _LOT // 2 + _HOP // 2)
_STARTS = np.arange(_HOPS)[:, None] * _HOP + np.arange(_WINDOW)
_HANN = np.hanning(_WINDOW + 1)[:-1].astype(np.float32)
_BIN_HZ = SAMPLE_RATE_HZ / _WINDOW
_LAG = 10
_LOBE = 2
"""So many bins on either side of its peak a tone's energy lies in, seen through that window."""

_NOTHING = np.zeros(_HOP, np.int16)

_Floats = npt.NDArray[np.float32]


class Machine(StrEnum):
    """What has made itself known."""

    FAX = "fax"
    MODEM = "modem"
    ANNOUNCEMENT = "announcement"
    """Of a network: the number is not in use, all lines are engaged, and the like."""


@dataclass(frozen=True, slots=True)
class MachineToneSettings:
    """When a window is a tone, and when windows are the same one."""

    weakest_dbfs: float = -42.0
    tone_share: float = 0.8
    """A tone's part of a window's energy; with noise 10 dB down it is 0.9."""
    glance_rest: float = 0.4
    """What at a glance may be left of the sound when a tone is taken out of it: 0.17 with noise
    15 dB down, 0.4 with 10; of a voice some 0.8."""
    lowest_hz: float = 850.0
    highest_hz: float = 2_800.0
    """What is taken for one of the tones. Noise makes a frequency seem higher at the glance."""
    same_hz: float = 20.0
    same_db: float = 4.0
    dropout_windows: int = 3
    """So many windows in a stretch may be no tone, or one another tone."""
    quiet_db: float = -8.0
    """The pause before a tone that comes again is so far under it ..."""
    quiet_share: float = 0.75
    """... in so much of it: our own echo, or a click, may be heard there."""
    answer_ms: int = 2_000


@dataclass(slots=True)
class _Stretch:
    """A tone that goes on, or did."""

    hz: float
    level_db: float
    began_ms: int
    ended_ms: int
    misses: int = 0

    @property
    def length_ms(self) -> int:
        return self.ended_ms - self.began_ms


@dataclass(frozen=True, slots=True)
class _Cadence:
    """A tone that comes again and again."""

    machine: Machine
    lowest_hz: float
    highest_hz: float
    shortest_ms: int
    longest_ms: int
    soonest_ms: int
    """From the beginning of one to that of the next."""
    latest_ms: int

    def holds(self, one: _Stretch) -> bool:
        return (
            self.lowest_hz <= one.hz <= self.highest_hz
            and self.shortest_ms <= one.length_ms <= self.longest_ms
        )


_CADENCES = (
    _Cadence(Machine.FAX, 1_060, 1_140, 340, 640, 2_900, 4_100),
    _Cadence(Machine.MODEM, 1_270, 1_330, 400, 780, 1_900, 2_900),
)
_ANSWER_HZ = ((2_080, 2_120), (2_205, 2_245))
_ANNOUNCING_HZ = ((895, 1_005), (1_345, 1_455), (1_750, 1_850))
_ANNOUNCING_MS = (220, 460)
_ANNOUNCING_GAP_MS = 90


class MachineTones:
    """Listens for machines in one stream of caller sound at 16 kHz.

    The same sound tells the same, however it was split.
    """

    def __init__(self, settings: MachineToneSettings | None = None) -> None:
        """Start in silence."""
        self._settings = settings or MachineToneSettings()
        self._waiting = b""
        self._before = _NOTHING
        """What the first window of the next lot begins with."""
        self._at_ms = 0
        """Where the lot that is looked at begins."""
        self._open: _Stretch | None = None
        self._other: _Stretch | None = None
        """Another tone than the open one, of one window: its turn, or only a phase that turns."""
        self._heard: deque[_Stretch] = deque(maxlen=3)
        self._glances: deque[tuple[int, float]] = deque(maxlen=32)
        """When, and how loud it was: of the last five seconds."""
        self._found: Machine | None = None

    def feed(self, pcm: bytes) -> Machine | None:
        """Take S16LE mono sound of any length; give what is now known to be at the far end.

        It is told once.
        """
        if self._found is not None:
            return None
        pcm = self._waiting + pcm if self._waiting else pcm
        size = bytes_of(_LOT_MS)
        whole = len(pcm) // size * size
        self._waiting = pcm[whole:]
        for at in range(0, whole, size):
            if (found := self._hear_lot(samples_in(pcm[at : at + size]))) is not None:
                return found
        return None

    def _hear_lot(self, lot: Samples) -> Machine | None:
        """Look at the next 160 ms, closely if they may hold a tone, or the end of one."""
        if self._glance_at(lot[_GLANCE].astype(np.float32)) or self._open is not None:
            self._look_at(lot)
        self._before = lot[-_HOP:]
        self._at_ms += _LOT_MS
        return self._found

    def _glance_at(self, piece: _Floats) -> bool:
        """Say whether a piece may be one tone; keep how loud it is."""
        chosen = self._settings
        level_db = _in_db(float(piece @ piece) / len(piece))
        self._glances.append((self._at_ms, level_db))
        if level_db < chosen.weakest_dbfs:
            return False
        cosine, _ = _as_a_tone(piece, 1)
        hz = math.acos(max(-1.0, min(1.0, cosine))) * SAMPLE_RATE_HZ / (2 * math.pi)
        if not chosen.lowest_hz <= hz <= chosen.highest_hz:
            return False
        return _as_a_tone(piece, _LAG)[1] <= chosen.glance_rest

    def _look_at(self, lot: Samples) -> None:
        """Look at the windows that end in a lot."""
        chosen = self._settings
        windows = np.concatenate((self._before, lot))[_STARTS] * _HANN
        powers = np.square(np.abs(np.fft.rfft(windows, axis=1)))
        powers[:, :3] = 0  # mains hum, and what a line carries below its band
        peaks = powers[:, _LOBE:-_LOBE].argmax(axis=1) + _LOBE
        whole = powers.sum(axis=1) + 1e-9
        weight = 2 / (_HANN @ _HANN * _WINDOW)
        for number, (peak, power, total) in enumerate(zip(peaks, powers, whole, strict=True)):
            lobe = power[peak - _LOBE : peak + _LOBE + 1]
            level_db = _in_db(float(total) * float(weight))
            hz = _BIN_HZ * (int(peak) + _peak_between(lobe))
            is_tone = (
                float(lobe.sum() / total) >= chosen.tone_share
                and level_db >= chosen.weakest_dbfs
                and chosen.lowest_hz <= hz <= chosen.highest_hz
            )
            self._hear_window(
                hz if is_tone else 0.0, level_db, self._at_ms + (number - 1) * _HOP_MS
            )

    def _hear_window(self, hz: float, level_db: float, at_ms: int) -> None:
        """Go a window on.

        Args:
            hz: Of the tone that it is; 0 if it is none.
            level_db: How loud it is.
            at_ms: Where it begins.
        """
        chosen, going = self._settings, self._open
        if going is not None and self._is_same(going, hz, level_db):
            going.ended_ms, going.misses, self._other = at_ms + _WINDOW_MS, 0, None
            if going.length_ms >= chosen.answer_ms and _is_in(going.hz, _ANSWER_HZ):
                self._found = Machine.MODEM
            return
        other, self._other = self._other, None
        if hz:
            is_second = other is not None and self._is_same(other, hz, level_db)
            began_ms = other.began_ms if other is not None and is_second else at_ms
            self._other = _Stretch(hz, level_db, began_ms, at_ms + _WINDOW_MS)
            if going is None or is_second:
                self._open, self._other = self._other, None
        if going is not None:
            going.misses += 1
            if self._open is not going:
                self._over(going)
            elif going.misses > chosen.dropout_windows:
                self._open = None
                self._over(going)

    def _is_same(self, going: _Stretch, hz: float, level_db: float) -> bool:
        chosen = self._settings
        return (
            hz > 0
            and abs(hz - going.hz) <= chosen.same_hz
            and abs(level_db - going.level_db) <= chosen.same_db
        )

    def _over(self, ended: _Stretch) -> None:
        """Take in a tone that has ended: is it the last of what a machine plays?"""
        if ended.length_ms < _ANNOUNCING_MS[0]:
            return
        self._heard.append(ended)
        for cadence in _CADENCES:
            if cadence.holds(ended) and self._comes_again(cadence, ended):
                self._found = cadence.machine
        if len(self._heard) == len(_ANNOUNCING_HZ) and self._announces():
            self._found = Machine.ANNOUNCEMENT

    def _comes_again(self, cadence: _Cadence, ended: _Stretch) -> bool:
        return any(
            cadence.holds(one)
            and cadence.soonest_ms <= ended.began_ms - one.began_ms <= cadence.latest_ms
            and abs(one.hz - ended.hz) <= self._settings.same_hz
            and self._is_quiet_between(one, ended)
            for one in list(self._heard)[:-1]
        )

    def _is_quiet_between(self, first: _Stretch, second: _Stretch) -> bool:
        limit_db = second.level_db + self._settings.quiet_db
        levels = [
            level_db
            for at_ms, level_db in self._glances
            if first.ended_ms <= at_ms and at_ms + _LOT_MS <= second.began_ms
        ]
        quiet = sum(level_db <= limit_db for level_db in levels)
        return quiet >= self._settings.quiet_share * len(levels)

    def _announces(self) -> bool:
        shortest_ms, longest_ms = _ANNOUNCING_MS
        rows = list(self._heard)
        is_row = all(
            _is_in(one.hz, (band,)) and shortest_ms <= one.length_ms <= longest_ms
            for one, band in zip(rows, _ANNOUNCING_HZ, strict=True)
        )
        return is_row and all(
            then.began_ms - one.ended_ms <= _ANNOUNCING_GAP_MS for one, then in pairwise(rows)
        )


def _as_a_tone(piece: _Floats, lag: int) -> tuple[float, float]:
    """Take sound for a tone: give cos(wL) of the likeliest, and what is not explained by it.

    The rest is 0 for a tone, about 1 for sound whose samples know nothing of one another.
    """
    middle, around = piece[lag:-lag], piece[: -2 * lag] + piece[2 * lag :]
    energy, both = float(middle @ middle) + 1e-9, float(middle @ around)
    return both / (2 * energy), (float(around @ around) - both * both / energy) / (2 * energy)


def _peak_between(lobe: _Floats) -> float:
    """Say how far beside the middle bin the peak lies, by a parabola through three of them."""
    below, at, above = (math.log(float(power) + 1e-9) for power in lobe[_LOBE - 1 : _LOBE + 2])
    bend = below - 2 * at + above
    return 0.5 * (below - above) / bend if bend else 0.0


def _is_in(hz: float, bands: tuple[tuple[int, int], ...]) -> bool:
    return any(lowest <= hz <= highest for lowest, highest in bands)


def _in_db(mean_square: float) -> float:
    return 10 * math.log10(mean_square / FULL_SCALE**2 + 1e-12)
