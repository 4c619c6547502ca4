"""The keys that a caller presses, as tones in the sound and as texts of the platform."""

from __future__ import annotations

from mapokezi.audio.formats import SAMPLE_RATE_HZ
from mapokezi.telephony.dtmf import DtmfDetector

_SAME_KEY_S = 1.0
"""A text that comes this long after the tone of the same key tells of the same pressing: a tone is
known after 45 ms, a text has gone through the platform's own layers."""


class KeysHeard:
    """Gives each key once, whichever way it comes.

    Nobody knows whether the platform tells keys by text (contract, section 12). If it does, the
    texts are surer than our own detector, which is then no longer asked.
    """

    def __init__(self) -> None:
        """Begin with nothing pressed."""
        self._detector = DtmfDetector(SAMPLE_RATE_HZ)
        self._told_by_text = False
        self._last = ""
        self._last_at = 0.0

    def in_sound(self, pcm: bytes, now: float) -> list[str]:
        """Give the keys that a piece of the caller's sound makes known."""
        if self._told_by_text:
            return []
        keys = self._detector.feed(pcm)
        if keys:
            self._last, self._last_at = keys[-1], now
        return keys

    def by_text(self, key: str, now: float) -> list[str]:
        """Give the key that the platform tells of, unless its tone was heard already."""
        is_known = (
            not self._told_by_text and key == self._last and now - self._last_at <= _SAME_KEY_S
        )
        self._told_by_text = True
        return [] if is_known else [key]
