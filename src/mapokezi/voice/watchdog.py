"""Whether what a voice model sends is speech: an eye on its sound, its words and its pace.

A model's socket may be in the best of health while the caller hears nothing, or a tone. So what
it sends is held to six rules; each has a limit that the local voice's own speech, pauses and
murmurs stay far from (`tests/voice/test_watchdog.py`):

=============== ==========================================================================
fault           what is seen
=============== ==========================================================================
NEAR_SILENT     sound that nobody would hear, on end
STUCK           a tone, a buzz or a hiss: a spectrum that does not change, on end
FROZEN          an item that was begun and not ended, of which nothing more comes
NO_WORDS        an item of sound of which no word is told, where the model tells its words
NO_SOUND        words of an item, and no sound for them
ENDLESS         an item of more sound than anybody listens to
=============== ==========================================================================

No clock: `now` is monotonic seconds. While a tool of ours is awaited nothing counts as frozen.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from mapokezi.audio.formats import BYTES_PER_SAMPLE, FULL_SCALE, bytes_of, samples_in

_BLOCK_MS = 160
_BLOCK_S = _BLOCK_MS / 1000
_SPECTRUM_MS = 64
"""Of each block so much is looked at, at its start and at its end: the length of a syllable."""
_BANDS = 20
_LOWEST_HZ, _HIGHEST_HZ = 60.0, 3900.0
_RANGE_DB = 40.0
"""Bands that lie further under the loudest one count as this far under it."""
_WORDS_FROM_LETTERS = 12
"""Shorter ones ("Mm.", "[cough]") may come without sound of their own."""


class FaultKind(StrEnum):
    """What is wrong with what the model sends."""

    NEAR_SILENT = "near-silent sound"
    STUCK = "a sound that does not change"
    FROZEN = "frozen in mid-speech"
    NO_WORDS = "sound without words"
    NO_SOUND = "words without sound"
    ENDLESS = "speech without an end"

    @property
    def is_in_the_sound(self) -> bool:
        """Whether sound that is queued already must not be heard either."""
        return self in (FaultKind.NEAR_SILENT, FaultKind.STUCK, FaultKind.ENDLESS)


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchdogSettings:
    """The limits, each with its reason. Lengths in seconds of sound or of time."""

    near_silent_dbfs: float = -50.0
    """Speech of models lies at -30 to -15; what is 20 dB under that is not understood."""
    near_silent_start_s: float = 1.2
    """At an item's start, where the caller is waiting: voices begin within 0.4 s."""
    near_silent_s: float = 2.0
    """Within an item: read-out numbers have pauses of up to 0.9 s."""
    stuck_s: float = 1.1
    """A vowel that is drawn out changes within half a second."""
    stuck_db: float = 3.5
    """Mean change of the bands from block to block: a tone 0 to 2.5, hiss 2 to 3.5, speech 3.6 to
    12 with every few blocks far over it."""
    frozen_s: float = 1.5
    """Without anything new, after all that came must have been heard."""
    unbegun_s: float = 4.0
    """An item that was announced and has neither sound nor words."""
    no_words_s: float = 3.0
    """So much sound must have its words, and they may come so long after it."""
    no_sound_s: float = 1.5
    """From an item's first words; models send both together."""
    endless_s: float = 240.0
    """Of one item: opening hours of a week with all holidays take one minute. It also bounds the
    sound that is kept for a caller."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What the watchdog found."""

    kind: FaultKind
    item_id: str


class SoundWatch:
    """Looks at one item's sound, in blocks of 160 ms.

    A third of a millisecond of work a second of sound: the spectrum is taken of every other
    block, and of each one only while it stays the same.
    """

    def __init__(self, rate_hz: int, settings: WatchdogSettings, *, is_asked: bool = False) -> None:
        """Begin at an item's start.

        Args:
            rate_hz: Of the sound.
            settings: The limits.
            is_asked: Whether `look` is called now and then: `feed` leaves a single block to it.
        """
        self._settings = settings
        self._size = bytes_of(_BLOCK_MS, rate_hz)
        self._most = self._size * (2 if is_asked else 1)
        self._window, self._edges = _analysis(rate_hz)
        self._most_change = settings.stuck_db * (len(self._edges) - 1)
        samples = self._size // BYTES_PER_SAMPLE
        self._mean = np.full(samples, 1 / samples, dtype=np.float32)
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._before: npt.NDArray[np.float32] | None = None
        self._same_s = 0.0
        self._looks = False
        self._quiet_s = 0.0
        self.audible_s = 0.0
        """How much of it could be heard."""

    def feed(self, pcm: bytes) -> FaultKind | None:
        """Take more of the sound."""
        self._waiting.append(pcm)
        self._waiting_bytes += len(pcm)
        return self.look() if self._waiting_bytes >= self._most else None

    def look(self) -> FaultKind | None:
        """Look at what has come, as far as it is whole blocks."""
        if self._waiting_bytes < self._size:
            return None
        kept = b"".join(self._waiting)
        found: FaultKind | None = None
        at = 0
        while len(kept) - at >= self._size and found is None:
            found = self._block(samples_in(kept[at : at + self._size]).astype(np.float32))
            at += self._size
        self._waiting = [kept[at:]]
        self._waiting_bytes = len(kept) - at
        return found

    def _block(self, samples: npt.NDArray[np.float32]) -> FaultKind | None:
        mean = float(self._mean @ samples)
        power = (float(samples @ samples) / len(samples) - mean * mean) / FULL_SCALE**2
        if power <= 10 ** (self._settings.near_silent_dbfs / 10):
            self._before, self._same_s = None, 0.0
            return self._near_silent()
        self._quiet_s = 0.0
        self.audible_s += _BLOCK_S
        self._looks = not self._looks or self._same_s > 0.0
        return self._unchanged(samples - np.float32(mean)) if self._looks else None

    def _near_silent(self) -> FaultKind | None:
        self._quiet_s += _BLOCK_S
        settings = self._settings
        most_s = settings.near_silent_s if self.audible_s else settings.near_silent_start_s
        return FaultKind.NEAR_SILENT if self._quiet_s >= most_s else None

    def _unchanged(self, samples: npt.NDArray[np.float32]) -> FaultKind | None:
        size = len(self._window)
        looks = np.stack((samples[:size], samples[-size:])) * self._window
        # Nothing above the bands is worth arithmetic; real and imaginary parts lie side by side.
        parts = np.ascontiguousarray(np.fft.rfft(looks)[:, : self._edges[-1]])
        parts = parts.view(parts.real.dtype)
        spectrum = np.einsum("ij,ij->j", parts, parts)
        bands = 10 * np.log10(np.add.reduceat(spectrum, 2 * self._edges[:-1]) + 1e-3)
        bands = np.maximum(bands - bands.max(), -_RANGE_DB).astype(np.float32)
        before = self._before
        if before is None or float(np.abs(bands - before).sum()) > self._most_change:
            self._before, self._same_s = bands, 0.0
            return None
        # A mean of the blocks so far: hiss differs from block to block by chance.
        self._before = (before + bands) / 2
        self._same_s += _BLOCK_S
        return FaultKind.STUCK if self._same_s >= self._settings.stuck_s else None


def _analysis(rate_hz: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[Any]]:
    """Give the window and the bands' edges for a rate."""
    size = int(rate_hz * _SPECTRUM_MS / 1000)
    highest = min(_HIGHEST_HZ, rate_hz / 2 - rate_hz / size)
    edges = np.geomspace(_LOWEST_HZ, highest, _BANDS + 1) * size / rate_hz
    # Low bands would be narrower than what a window can tell apart.
    whole = np.maximum.accumulate(np.rint(edges).astype(int))
    return np.hanning(size).astype(np.float32), np.unique(np.maximum(whole, 1))


@dataclass(slots=True)
class _Watched:
    """An item that is not ended, or whose words may still come."""

    sound: SoundWatch | None = None
    letters: int = 0
    words_at: float | None = None
    sound_s: float = 0.0
    ended_at: float | None = None


class Watchdog:
    """Watches one session. Each method gives the fault that it shows, if any; then be done."""

    def __init__(
        self,
        settings: WatchdogSettings | None = None,
        *,
        tells_words: bool = True,
        is_asked: bool = False,
    ) -> None:
        """Begin with nothing said.

        Args:
            settings: The limits.
            tells_words: Whether the model is one that tells the words it speaks.
            is_asked: Whether `look` is called every 100 ms or so, for sound that can wait.
        """
        self._is_asked = is_asked
        self._settings = settings or WatchdogSettings()
        self._tells_words = tells_words
        self._items: dict[str, _Watched] = {}
        self._tools: set[str] = set()
        self._last = 0.0
        self._heard_until = 0.0
        self._due: float | None = None
        self._is_due_known = False
        """Whether `_due` holds: since it was looked for, nothing came but more of an item's sound,
        which puts everything off."""

    def started(self, item_id: str, now: float) -> None:
        """The model began an item."""
        self._is_due_known = False
        self._items.setdefault(item_id, _Watched())
        self._last = now

    def audio(self, item_id: str, pcm: bytes, rate_hz: int, now: float) -> Fault | None:
        """Sound of an item came, S16LE mono."""
        item = self._items.get(item_id)
        if item is None:
            return None
        if item.sound is None:
            item.sound = SoundWatch(rate_hz, self._settings, is_asked=self._is_asked)
            self._is_due_known = False
        self._last = now
        length_s = len(pcm) / (BYTES_PER_SAMPLE * rate_hz)
        item.sound_s += length_s
        self._heard_until = max(now, self._heard_until) + length_s
        kind = item.sound.feed(pcm)
        if kind is None and item.sound_s > self._settings.endless_s:
            kind = FaultKind.ENDLESS
        return None if kind is None else Fault(kind, item_id)

    def look(self) -> Fault | None:
        """Look at sound that has come and was left for later."""
        for item_id, item in self._items.items():
            kind = item.sound.look() if item.sound is not None else None
            if kind is not None:
                return Fault(kind, item_id)
        return None

    def text(self, item_id: str, text: str, now: float) -> None:
        """Words of an item came."""
        self._is_due_known = False
        item = self._items.get(item_id)
        if item is None:
            return
        self._last = now
        item.letters += sum(map(str.isalnum, text))
        if item.words_at is None and item.letters >= _WORDS_FROM_LETTERS:
            item.words_at = now

    def ended(self, item_id: str, now: float) -> Fault | None:
        """An item is complete; its words may still be under way."""
        self._is_due_known = False
        self._last = now
        item = self._items.get(item_id)
        if item is None:
            return None
        kind = item.sound.look() if item.sound is not None else None
        if kind is not None:
            return Fault(kind, item_id)
        item.ended_at = now
        audible_s = item.sound.audible_s if item.sound is not None else 0.0
        lacks_words = (
            self._tells_words and not item.letters and audible_s >= self._settings.no_words_s
        )
        lacks_sound = item.words_at is not None and not item.sound_s
        if not lacks_words and not lacks_sound:
            del self._items[item_id]
        return None

    def given_up(self, now: float, item_id: str = "") -> None:
        """An item, or all of them, was cut or taken back: nothing is expected of it any more."""
        self._is_due_known = False
        self._last = self._heard_until = now
        if item_id:
            self._items.pop(item_id, None)
        else:
            self._items.clear()

    def waits_for_us(self, tool_call_id: str) -> None:
        """The model waits for a tool of ours: it may be quiet meanwhile."""
        self._is_due_known = False
        self._tools.add(tool_call_id)

    def answered(self, tool_call_id: str, now: float) -> None:
        """The tool's result is on its way to the model, or is not wanted any more."""
        self._is_due_known = False
        self._tools.discard(tool_call_id)
        self._last = now

    def next_timer(self) -> float | None:
        """Give the instant at which something will have been missing for too long, or sooner."""
        if not self._is_due_known:
            self._due = min((due for due, _ in self._dues()), default=None)
            self._is_due_known = True
        return self._due

    def handle_timer(self, now: float) -> Fault | None:
        """Tell what has been missing for too long. Called too early, it tells nothing."""
        self._is_due_known = False
        return next((fault for due, fault in self._dues() if due <= now), None)

    def _dues(self) -> list[tuple[float, Fault]]:
        found = [
            (due, Fault(kind, item_id))
            for item_id, item in self._items.items()
            for due, kind in self._missing(item)
        ]
        return [(due, fault) for due, fault in found if math.isfinite(due)]

    def _missing(self, item: _Watched) -> list[tuple[float, FaultKind]]:
        settings = self._settings
        missing = []
        if item.words_at is not None and not item.sound_s:
            missing.append((item.words_at + settings.no_sound_s, FaultKind.NO_SOUND))
        if item.ended_at is not None:
            if not item.letters and item.sound_s:
                missing.append((item.ended_at + settings.no_words_s, FaultKind.NO_WORDS))
            return missing
        if self._tools:
            return missing
        if item.sound_s or item.letters:
            still_since = max(self._last, self._heard_until)
            missing.append((still_since + settings.frozen_s, FaultKind.FROZEN))
        else:
            missing.append((self._last + settings.unbegun_s, FaultKind.FROZEN))
        return missing
