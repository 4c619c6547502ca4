"""Keys heard in the sound itself, for platforms that do not tell them as text.

Theory. A key is two tones, one of four rows and one of four columns (ITU-T Q.23). Sound is looked
at in windows of 20 ms every 5 ms; a window *fits* a key when, as ITU-T Q.24 and its
administrations want it,

- each tone is within about 2 % of its frequency: every nominal frequency is probed at five
  places, and the loudest counts (a receiver must take 1.5 % and refuse 3.5 %);
- the two make up nearly all of the window's energy, which speech and music hardly ever do;
- neither is much louder than the other (*twist*), nor has a loud second harmonic, as a voice has.

A key counts when windows have fitted it without a break for as long as a tone of some 40 ms
gives, steady in level. It counts once until no window has fitted for longer than a dropout of
20 ms makes it, which a gap between two presses (40 ms and more) exceeds.

Most sound is none: a first look at each 20 ms, with one window, decides whether the many probes
are worth their cost. Since a tone of 40 ms fills at least one such block whole, it misses none.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from mapokezi.audio.formats import BYTES_PER_SAMPLE, FULL_SCALE, samples_in, samples_of
from mapokezi.audio.tones import DTMF_COLUMNS_HZ, DTMF_KEYS, DTMF_ROWS_HZ

_WINDOW_MS = 20
_HOP_MS = 5
_PROBES = (-0.016, -0.008, 0.0, 0.008, 0.016)
"""Where around its nominal frequency a tone is looked for, as parts of it."""
_PART_OF_FULL_SCALE = np.float32(1 / FULL_SCALE)
_KEYS = "".join(DTMF_KEYS)
_OVERLAPS = np.array(
    [[abs(2 * row - column) < 150 for column in DTMF_COLUMNS_HZ] for row in DTMF_ROWS_HZ]
)
"""Where a row's second harmonic cannot be told from the column."""

_Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class DtmfSettings:
    """When a window fits a key, and when a key counts."""

    weakest_dbfs: float = -44.0
    """Each tone's least level. A key at -30 dBFS with 8 dB of twist still counts."""
    tone_share: float = 0.80
    """The two tones' part of a window's energy. With noise 20 dB down it is 0.99."""
    glance_share: float = 0.60
    """The same at the first look, whose probes are further apart."""
    twist_db: float = 9.0
    """How much louder one tone may be; networks' limits are 4 to 8 dB."""
    harmonic_db: float = -12.0
    """How loud a tone's second harmonic may be against it; a vowel's is about as loud."""
    steady_db: float = 4.0
    """How much the level may vary over the windows that make a key count."""
    windows: int = 4
    """How many windows must fit without a break: those of a tone of 35 to 40 ms."""
    release_windows: int = 8
    """After so many that do not fit the key is released. A dropout of 20 ms makes 6, a gap of
    40 ms makes 10."""


class DtmfDetector:
    """Hears the keys pressed in one stream of caller sound.

    The same sound gives the same keys, however it was split.
    """

    def __init__(self, sample_rate_hz: int = 16_000, settings: DtmfSettings | None = None) -> None:
        """Start in silence.

        Args:
            sample_rate_hz: 8000 or 16000.
            settings: When a window fits, and when a key counts.

        Raises:
            ValueError: If the rate is another.
        """
        if sample_rate_hz not in {8000, 16_000}:
            raise ValueError(f"keys are heard at 8000 or 16000 Hz, not at {sample_rate_hz}")
        self._settings = settings or DtmfSettings()
        self._block = samples_of(_WINDOW_MS, sample_rate_hz)
        self._hop = samples_of(_HOP_MS, sample_rate_hz)
        self._glance, self._probes, self._harmonics = _probe_matrices(sample_rate_hz)
        self._waiting = bytearray()
        self._past = [np.zeros(self._block, dtype=np.float32)] * 2
        self._weakest = self._block * 10 ** (self._settings.weakest_dbfs / 10)
        self._looked_at_last = False
        self._key = ""
        self._fits: list[float] = []
        self._candidate = ""
        self._misses = 0

    def feed(self, pcm: bytes) -> list[str]:
        """Take S16LE mono sound of any length; give the keys that are now known to be pressed.

        A key is told some 45 ms after its tone began, not at its release.
        """
        size = self._block * BYTES_PER_SAMPLE
        if self._waiting or len(pcm) % size:
            self._waiting += pcm
            whole = len(self._waiting) // size * size
            pcm = bytes(self._waiting[:whole])
            del self._waiting[:whole]
        if not pcm:
            return []
        blocks = samples_in(pcm).astype(np.float32).reshape(-1, self._block)
        blocks *= _PART_OF_FULL_SCALE
        suspicious = self._may_hold_keys(blocks)
        if not (self._looked_at_last or self._key or True in suspicious):
            self._past = [*self._past, *blocks[-2:]][-2:]
            return []
        keys: list[str] = []
        for block, is_suspicious in zip(blocks, suspicious, strict=True):
            keys += self._hear_block(block, suspicious=is_suspicious)
        return keys

    def _hear_block(self, block: _Floats, *, suspicious: bool) -> list[str]:
        """Look at the next 20 ms, closely if they may hold a tone or belong to one."""
        past, self._past = self._past, [self._past[1], block]
        if not (suspicious or self._looked_at_last or self._key):
            return []
        sound = np.concatenate((*past, block))
        keys: list[str] = []
        if not (self._looked_at_last or self._key):
            keys += self._hear_windows(sound[: 2 * self._block])  # where the tone may begin
        keys += self._hear_windows(sound[self._block :])
        self._looked_at_last = suspicious
        return keys

    def _may_hold_keys(self, blocks: _Floats) -> list[bool]:
        """Take the first look: do two tones, roughly, make up most of a block's energy?"""
        energies = np.einsum("ij,ij->i", blocks, blocks)
        if float(energies.max()) < self._weakest:
            return [False] * len(blocks)
        parts = np.square(blocks @ self._glance).reshape(-1, 2, 2, 4).sum(axis=1).max(axis=2)
        loudest = parts.sum(axis=1)
        hot = (energies >= self._weakest) & (loudest >= self._settings.glance_share * energies)
        found: list[bool] = hot.tolist()
        return found

    def _hear_windows(self, sound: _Floats) -> list[str]:
        """Look closely at the windows that end within the second of two blocks."""
        starts = range(self._hop, self._block + 1, self._hop)
        windows = np.stack([sound[start : start + self._block] for start in starts])
        keys = []
        for key, level_db in self._fitting(windows):
            if self._counts(key, level_db):
                keys.append(key)
        return keys

    def _fitting(self, windows: _Floats) -> list[tuple[str, float]]:
        """Say of each window which key it fits (empty: none), and at which level in dB."""
        chosen = self._settings
        count = len(windows)
        energy = np.square(windows).sum(axis=1) + 1e-12
        powers = np.square(windows @ self._probes).reshape(count, 2, 8, len(_PROBES)).sum(axis=1)
        offset = powers.argmax(axis=2)
        tones = powers.max(axis=2)
        row, column = tones[:, :4].argmax(axis=1), tones[:, 4:].argmax(axis=1) + 4
        each = np.arange(count)
        low, high = tones[each, row], tones[each, column]
        weakest = self._block / 2 * 10 ** (chosen.weakest_dbfs / 10)
        twist = 10 ** (chosen.twist_db / 10)
        fits = (low + high >= chosen.tone_share * energy) & (np.minimum(low, high) >= weakest)
        fits &= (low <= high * twist) & (high <= low * twist)
        fits &= self._harmonic_is_low(windows, column, offset[each, column], high)
        fits &= (
            self._harmonic_is_low(windows, row, offset[each, row], low) | _OVERLAPS[row, column - 4]
        )
        level = 10 * np.log10(low + high + 1e-12)
        return [
            (_KEYS[4 * r + c - 4] if fit else "", float(db))
            for fit, r, c, db in zip(fits, row, column, level, strict=True)
        ]

    def _harmonic_is_low(
        self,
        windows: _Floats,
        which: npt.NDArray[np.intp],
        offset: npt.NDArray[np.intp],
        tone: _Floats,
    ) -> npt.NDArray[np.bool_]:
        """Say of each window whether the second harmonic of one of its tones is weak enough."""
        pairs = self._harmonics[which, offset]  # a cosine and a sine for each window
        harmonic = np.square(np.einsum("wn,wpn->wp", windows, pairs)).sum(axis=1)
        limit = 10 ** (self._settings.harmonic_db / 10)
        weak: npt.NDArray[np.bool_] = harmonic <= limit * tone
        return weak

    def _counts(self, key: str, level_db: float) -> bool:
        """Go one window on; say whether a key counts with it."""
        if key != self._candidate or not key:
            self._candidate, self._fits = key, []
        if key:
            self._fits.append(level_db)
        self._misses = 0 if key and key == self._key else self._misses + 1
        if self._key and self._misses >= self._settings.release_windows:
            self._key = ""
        recent = self._fits[-self._settings.windows :]
        if key == self._key or len(recent) < self._settings.windows:
            return False
        if max(recent) - min(recent) > self._settings.steady_db:
            return False
        self._key, self._misses, self._fits = key, 0, recent
        return True


@lru_cache(maxsize=2)
def _probe_matrices(rate_hz: int) -> tuple[_Floats, _Floats, _Floats]:
    """Compute the waves that windows are compared with, scaled to give a tone's energy.

    Returns:
        For the first look (samples x 16: cosines, then sines, under a smooth window that forgives
        frequencies in between), for the close one (samples x 80), and the second harmonics
        (8 frequencies x 5 probes x 2 x samples).
    """
    count = samples_of(_WINDOW_MS, rate_hz)
    nominal = np.array(DTMF_ROWS_HZ + DTMF_COLUMNS_HZ, dtype=np.float64)
    probed = nominal[:, None] * (1 + np.array(_PROBES))
    phase = 2 * np.pi * (np.arange(count) - (count - 1) / 2) / rate_hz

    def waves(frequencies: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        angle = frequencies.ravel()[:, None] * phase
        scaled: npt.NDArray[np.float64] = np.concatenate((np.cos(angle), np.sin(angle)))
        return scaled * float(np.sqrt(2 / count))

    smooth = np.sin(np.pi * (np.arange(count) + 0.5) / count)
    smooth /= smooth.mean()
    harmonics = waves(2 * probed).reshape(2, 8, len(_PROBES), count).transpose(1, 2, 0, 3)
    return (
        np.ascontiguousarray((waves(nominal) * smooth).T, dtype=np.float32),
        np.ascontiguousarray(waves(probed).T, dtype=np.float32),
        np.ascontiguousarray(harmonics, dtype=np.float32),
    )
