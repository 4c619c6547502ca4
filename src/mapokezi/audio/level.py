"""How loud sound is, and a voice's edges found from loudness alone.

The meter is for voices without a detector of their own (a script, a cloud model until its own
detection speaks) and for measuring recordings. It takes every loud sound for a voice.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from mapokezi.audio.formats import (
    BYTES_PER_SAMPLE,
    FULL_SCALE,
    SAMPLE_RATE_HZ,
    bytes_of,
    samples_in,
)

SILENCE_DBFS = -100.0
"""What digital silence is said to be: below the least 16-bit sound."""

_BLOCK_MS = 40
_FAINT = b"\x00\xff"
"""The upper bytes of samples from -256 to 255."""


def rms(pcm: bytes) -> float:
    """Give the root mean square of PCM, 1.0 being full scale."""
    samples = samples_in(pcm).astype(np.float32)
    return math.sqrt(float(samples @ samples) / len(samples)) / FULL_SCALE if len(samples) else 0.0


def dbfs(pcm: bytes) -> float:
    """Give the level of PCM in dB under full scale (of a square wave), `SILENCE_DBFS` at least."""
    size = rms(pcm)
    return max(SILENCE_DBFS, 20 * math.log10(size)) if size else SILENCE_DBFS


def is_faint(pcm: bytes) -> bool:
    """Say whether no sample of S16LE sound is beyond -42 dBFS: there is no voice in it, and no key.

    Voices have peaks 12 dB and more above their level, and the softest are at -50 dBFS.
    """
    return not pcm[1::2].translate(None, _FAINT)


@dataclass(frozen=True, slots=True)
class VoiceRose:
    """A voice began. ``at_ms`` counts the sound that the meter was fed."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class VoiceFell:
    """The voice stopped at ``at_ms``, which was noticed later."""

    at_ms: int


VoiceEdge = VoiceRose | VoiceFell


@dataclass(frozen=True, slots=True)
class LevelMeterSettings:
    """What the meter takes for a voice."""

    rise_db: float = 12.0
    """A voice is so far above the noise."""
    fall_db: float = 7.0
    """It has stopped when less than this above it."""
    least_dbfs: float = -50.0
    """No voice is softer, however quiet the line: a telephone's are -35 to -12 dBFS."""
    rise_ms: int = 80
    """So long without a break, or it was a click."""
    fall_ms: int = 320
    """So long, or it was a pause between words."""
    floor_ms: int = 1600
    """The noise is the quietest of so long: longer than people speak without a pause."""


class LevelMeter:
    """Finds when a voice begins and stops in one stream of sound, by its energy.

    The noise floor follows the quietest 40 ms of the last one or two ``floor_ms``. Works in
    steps of 40 ms; the same sound gives the same edges, however it was split.
    """

    def __init__(
        self, sample_rate_hz: int = SAMPLE_RATE_HZ, settings: LevelMeterSettings | None = None
    ) -> None:
        """Start in silence."""
        chosen = settings or LevelMeterSettings()
        self._size = bytes_of(_BLOCK_MS, sample_rate_hz)
        count = self._count = self._size // BYTES_PER_SAMPLE
        self._mean = np.full(count, 1 / count, dtype=np.float32)
        self._rise = 10 ** (chosen.rise_db / 10)
        self._fall = 10 ** (chosen.fall_db / 10)
        self._least = 10 ** (chosen.least_dbfs / 10) * FULL_SCALE**2
        self._rise_blocks = -(-chosen.rise_ms // _BLOCK_MS)
        self._fall_blocks = -(-chosen.fall_ms // _BLOCK_MS)
        self._floor_blocks = chosen.floor_ms // _BLOCK_MS
        self._kept = b""
        self._blocks = 0
        self._is_voice = False
        self._run = 0
        self._floor = self._least / self._rise
        self._quietest = math.inf
        self._quietest_before = math.inf

    @property
    def is_voice(self) -> bool:
        """Whether a voice is heard now."""
        return self._is_voice

    @property
    def floor_dbfs(self) -> float:
        """What is taken for the noise."""
        return 10 * math.log10(max(self._floor / FULL_SCALE**2, 10 ** (SILENCE_DBFS / 10)))

    def feed(self, pcm: bytes) -> list[VoiceEdge]:
        """Take S16LE mono sound of any length; give the edges that are now certain."""
        kept = self._kept + pcm if self._kept else pcm
        whole = len(kept) // self._size * self._size
        self._kept = kept[whole:] if whole else kept
        if not whole:
            return []
        sound = samples_in(kept[:whole]).astype(np.float32).reshape(-1, self._count)
        means = sound @ self._mean  # a line may carry a direct voltage
        powers = np.einsum("ij,ij->i", sound, sound) / np.float32(self._count) - means * means
        steps = map(self._step, powers.tolist())
        return [edge for edge in steps if edge is not None]

    def _step(self, power: float) -> VoiceEdge | None:
        """Go 40 ms on."""
        self._blocks += 1
        self._quietest = min(self._quietest, power)
        if self._blocks % self._floor_blocks == 0:
            self._quietest_before, self._quietest = self._quietest, math.inf
        quietest = min(self._quietest, self._quietest_before)
        # No quieter than the least voice asks for; the quietest of many blocks lies under the mean.
        self._floor = max(quietest, self._least / self._rise)
        loud = power > self._floor * (self._fall if self._is_voice else self._rise)
        self._run = self._run + 1 if loud != self._is_voice else 0
        if self._run < (self._fall_blocks if self._is_voice else self._rise_blocks):
            return None
        at_ms = (self._blocks - self._run) * _BLOCK_MS
        self._is_voice, self._run = loud, 0
        return VoiceRose(at_ms) if loud else VoiceFell(at_ms)
