"""Whether what the caller's side sends just now is only our own voice coming back.

Telephone lines return what they play, 20 to 30 dB weaker and 100 to 250 ms late. A detector of
voices takes that for a caller who cuts in.

Theory. An echo is the sound that we played, delayed and filtered. Both sounds are brought down
to 4 kHz and differentiated (speech is mostly its low harmonics, and two voices' harmonics look
alike over a fifth of a second; their differences much less). The last 100 ms of the caller's side
are compared with ours around the lag at which an echo was found; where that explains nothing, the
last 200 ms over all lags from 0 to 400 ms, every 100 ms. Let rho be the correlation: rho squared is
the part of the caller's sound that our delayed voice explains. It is an echo if that is most of
it. A caller who speaks over us is louder than a weak echo and leaves next to nothing explained;
where noise is as loud as the echo nothing is explained either, but then there is hardly a voice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from mapokezi.audio.formats import FRAME_MS, FULL_SCALE, SAMPLE_RATE_HZ, samples_in, samples_of

_Floats = npt.NDArray[np.float32]

_WORK_HZ = 4000
_AROUND = 6
"""How far around the lag that was found, in samples at 4 kHz: 1.5 ms."""
_TINY = 1e-12


@dataclass(frozen=True, slots=True)
class EchoSettings:
    """What counts as an echo."""

    longest_ms: int = 400
    """The latest an echo comes: network and jitter buffers both ways."""
    window_ms: int = 200
    """How much sound a search compares: shorter finds chance likenesses."""
    recent_ms: int = 100
    """How much the decision rests on, so that a caller who cuts in is noticed soon."""
    search_every_ms: int = 100
    explained: float = 0.5
    """The part of the caller's sound that must be explained."""
    found: float = 0.35
    """The part that a search must explain to believe in its lag."""
    quietest_dbfs: float = -70.0
    """Softer sound, differentiated, is silence, and no echo."""
    after_ms: int = 500
    """Nothing is computed when we were silent for so long."""


class EchoDetector:
    """Compares what one caller's side sends with what it was given to hear.

    Fed a frame of each every 20 ms; the two frames are of the same 20 ms.
    """

    def __init__(
        self, sample_rate_hz: int = SAMPLE_RATE_HZ, settings: EchoSettings | None = None
    ) -> None:
        """Start in silence.

        Raises:
            ValueError: If the rate is no multiple of 4 kHz.
        """
        if sample_rate_hz % _WORK_HZ:
            raise ValueError(f"echoes are found at multiples of 4000 Hz, not at {sample_rate_hz}")
        chosen = self._settings = settings or EchoSettings()
        fold = sample_rate_hz // _WORK_HZ
        self._fold = np.full(fold, 1 / (fold * FULL_SCALE), dtype=np.float32)
        self._frame = samples_of(FRAME_MS, _WORK_HZ)
        self._lags = samples_of(chosen.longest_ms, _WORK_HZ)
        self._window = samples_of(chosen.window_ms, _WORK_HZ)
        self._recent = samples_of(chosen.recent_ms, _WORK_HZ)
        self._least = 10 ** (chosen.quietest_dbfs / 10)
        self._until_search_ms = 0
        self._is_fresh = True
        self._lag: int | None = None
        self._silent_ms = chosen.after_ms
        self._forget()

    @property
    def lag_ms(self) -> float | None:
        """How late our voice comes back, once an echo was found on this call."""
        return None if self._lag is None else self._lag * 1000 / _WORK_HZ

    def feed(self, caller: bytes, ours: bytes) -> bool:
        """Take 20 ms of both sides.

        Args:
            caller: What the caller's side sent, S16LE mono.
            ours: What the caller heard of us meanwhile; `Playout.advance` knows.

        Returns:
            True if the caller's sound of the last moments is our own voice coming back; False if
            it is silence, noise, or somebody who speaks.
        """
        if ours.count(0) != len(ours):  # far cheaper than arithmetic
            self._silent_ms = 0
        elif self._silent_ms < self._settings.after_ms:
            self._silent_ms += FRAME_MS
        else:
            if not self._is_fresh:
                self._forget()
            return False
        self._is_fresh = False
        self._push(self._caller, caller)
        self._push(self._ours, ours)
        self._until_search_ms -= FRAME_MS
        recent = np.diff(self._caller[-self._recent - 1 :])
        power = float(recent @ recent) / self._recent
        if power < self._least:
            return False
        if self._lag is not None and self._is_explained(self._lag):
            return True
        if self._until_search_ms > 0:
            return False
        self._until_search_ms = self._settings.search_every_ms
        self._search()
        return self._lag is not None and self._is_explained(self._lag)

    def _forget(self) -> None:
        """Take both sides for silent so far. The lag is kept: a line's echo stays as late."""
        self._caller: _Floats = np.zeros(self._window, dtype=np.float32)
        self._ours: _Floats = np.zeros(self._window + self._lags, dtype=np.float32)
        self._until_search_ms = 0
        self._is_fresh = True

    def _push(self, past: _Floats, pcm: bytes) -> None:
        """Add a frame, brought down to 4 kHz, behind the past."""
        samples = samples_in(pcm)
        wanted = self._frame * len(self._fold)
        if len(samples) != wanted:
            samples = np.pad(samples[:wanted], (0, max(0, wanted - len(samples))))
        past[: -self._frame] = past[self._frame :]
        past[-self._frame :] = samples.reshape(self._frame, -1) @ self._fold

    def _search(self) -> None:
        """Look over all lags for the one at which our sound is most like the caller's."""
        caller, ours = np.diff(self._caller), np.diff(self._ours)
        size = len(self._ours)
        spectrum = np.fft.rfft(ours, size) * np.conj(np.fft.rfft(caller, size))
        products = np.fft.irfft(spectrum, size)[: self._lags + 1]
        sums = np.concatenate(([0.0], np.cumsum(np.square(ours, dtype=np.float64))))
        energies = (sums[len(caller) :] - sums[: -len(caller)])[: self._lags + 1]
        # A lag at which we were as good as silent explains nothing.
        parts = np.square(products) / np.maximum(energies, 0.05 * energies.max() + _TINY)
        best = int(parts.argmax())
        if parts[best] >= self._settings.found * float(caller @ caller):
            self._lag = self._lags - best

    def _is_explained(self, lag: int) -> bool:
        """Say whether our sound, so much delayed, makes up the caller's of the last moments."""
        recent = np.diff(self._caller[-self._recent - 1 :])
        last = self._window + min(self._lags, self._lags - lag + _AROUND)
        first = self._window + max(0, self._lags - lag - _AROUND) - self._recent
        ours = np.diff(self._ours[first - 1 : last])
        windows = np.ascontiguousarray(sliding_window_view(ours, len(recent)))
        energies = np.square(windows).sum(axis=1) + _TINY
        explained = float((np.square(windows @ recent) / energies).max())
        return explained >= self._settings.explained * float(recent @ recent)
