"""The caller's end of the line at the platform: takes what a telephone sends, one frame a tick."""

from __future__ import annotations

from collections import deque

import numpy as np

from mapokezi.audio.formats import samples_in
from mapokezi.audio.tones import dtmf
from mapokezi.emulator.telephone_line import LINE_RATE_HZ, SILENCE

FRAME_BYTES = len(SILENCE)
START_FRAMES = 2
"""How many frames must wait before they are passed on: the telephone and the platform have
clocks of their own, and a frame that comes 5 ms late must not tear a hole into a word."""
LONG_FRAMES = 4
"""From here on a quiet frame is left out now and then, to come back to the start's depth."""
MOST_FRAMES = 50
"""One second; what is older is dropped."""
QUIET = 200
"""Peak of a frame that can be left out unheard."""
KEY_MS = 160
"""How long a pressed key sounds; 100 is what detectors are sure of."""
GAP_MS = 80


class Mouth:
    """A small jitter buffer, and the keys that sound instead of the voice."""

    def __init__(self) -> None:
        self._waiting: deque[bytes] = deque()
        self._part = bytearray()
        self._keys: deque[bytes] = deque()
        self._flowing = False
        self.missed = 0
        """Frames that were due and had not come, while the caller's telephone was sending."""
        self.dropped = 0
        """Frames left out because too many waited."""
        self.torn = 0
        """Holes in a voice: nothing had come behind a frame of it, or a frame of it was dropped."""
        self._last = SILENCE

    def feed(self, pcm: bytes) -> None:
        """Take sound from the telephone: S16LE mono 8 kHz, of any length."""
        self._part += pcm
        while len(self._part) >= FRAME_BYTES:
            self._waiting.append(bytes(self._part[:FRAME_BYTES]))
            del self._part[:FRAME_BYTES]
        while len(self._waiting) > MOST_FRAMES:
            self.torn += not _is_quiet(self._waiting.popleft())
            self.dropped += 1

    def press(self, key: str, *, sounds: bool = True) -> None:
        """Sound a key's tones, in place of the voice; silence where they are taken out.

        Raises:
            ValueError: If there is no such key.
        """
        sound = dtmf(key, KEY_MS, LINE_RATE_HZ)
        sound += bytes(GAP_MS * LINE_RATE_HZ // 1000 * 2)
        for at in range(0, len(sound), FRAME_BYTES):
            self._keys.append(sound[at : at + FRAME_BYTES] if sounds else SILENCE)

    def take(self) -> bytes:
        """The frame for this tick; silence if none has come in time."""
        frame = self._next()
        return self._keys.popleft() if self._keys else frame

    def _next(self) -> bytes:
        if not self._flowing and len(self._waiting) < START_FRAMES:
            return SILENCE
        self._flowing = True
        if not self._waiting:
            self._flowing = False
            self.missed += 1
            self.torn += not _is_quiet(self._last)
            self._last = SILENCE
            return SILENCE
        self._last = self._waiting.popleft()
        if len(self._waiting) >= LONG_FRAMES and _is_quiet(self._last):
            self.dropped += 1
            self._last = self._waiting.popleft()
        return self._last


def _is_quiet(frame: bytes) -> bool:
    return int(np.abs(samples_in(frame).astype(np.int32)).max()) < QUIET
