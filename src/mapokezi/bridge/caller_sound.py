"""The caller's sound of the last while, to be cut out by the millisecond."""

from __future__ import annotations

from mapokezi.audio.formats import SAMPLE_RATE_HZ

_BYTES_PER_MS = SAMPLE_RATE_HZ * 2 // 1000


class CallerSound:
    """Keeps the newest stretch of S16LE mono sound at 16 kHz.

    Args:
        kept_ms: How much is kept at least. 40 s: the longest turn that a recogniser takes at once
            is about 30 s, with what came before it.
    """

    def __init__(self, kept_ms: int = 40_000) -> None:
        self._kept_bytes = kept_ms * _BYTES_PER_MS
        self._sound = bytearray()
        self._dropped_bytes = 0

    @property
    def end_ms(self) -> int:
        """How many milliseconds have been added in all."""
        return (self._dropped_bytes + len(self._sound)) // _BYTES_PER_MS

    def add(self, pcm: bytes) -> None:
        """Add what came."""
        self._sound += pcm
        if len(self._sound) > 2 * self._kept_bytes:
            # Seldom, and half of it at once: a slice at every frame would copy all the time.
            surplus = len(self._sound) - self._kept_bytes
            del self._sound[:surplus]
            self._dropped_bytes += surplus

    def forget_before(self, ms: int) -> None:
        """Keep nothing from before this millisecond."""
        surplus = min(len(self._sound), ms * _BYTES_PER_MS - self._dropped_bytes)
        if surplus > 0:
            del self._sound[:surplus]
            self._dropped_bytes += surplus

    def between(self, start_ms: int, end_ms: int) -> bytes:
        """Cut out a stretch; what is no longer or not yet there is left out."""
        first = max(0, start_ms * _BYTES_PER_MS - self._dropped_bytes)
        last = max(first, end_ms * _BYTES_PER_MS - self._dropped_bytes)
        return bytes(self._sound[first:last])
