"""The receptionist's side of a recording: what was heard, in step with the caller's sound."""

from __future__ import annotations

from mapokezi.audio.formats import SAMPLE_RATE_HZ

_BYTES_PER_MS = SAMPLE_RATE_HZ * 2 // 1000
_START_MS = 40
"""Our side begins so much late: two frames, the usual wobble of a busy loop. Without it every
frame that comes a little early would tear a hole into our speech, and the echo canceller, which
compares the two sides, would lose its place."""
_AGAIN_MS = 20
"""After a hole our side is so much later: one hole of 20 ms is better than one in every frame, each
of which would move our side on by a little."""
_LEAD_MS = 100
"""Silence beyond this lead is dropped."""


class HeardTrack:
    """Cuts what was heard into pieces as long as the caller's frames.

    Our side is counted by the clock, the caller's by its frames, which may come in lumps. So what
    was heard waits here; if frames come much faster than the clock, silence is put in, and silence
    is taken out again as soon as our side runs ahead.
    """

    def __init__(self) -> None:
        """Begin in step, but for the start's silence."""
        self._waiting = bytearray(_START_MS * _BYTES_PER_MS)

    def cut(self, heard: bytes, wanted_bytes: int) -> bytes:
        """Add what was heard since the last cut, and cut off ``wanted_bytes``."""
        self._waiting += heard
        piece = bytes(self._waiting[:wanted_bytes])
        del self._waiting[:wanted_bytes]
        if len(piece) < wanted_bytes:
            self._waiting += bytes(_AGAIN_MS * _BYTES_PER_MS)
        surplus = len(self._waiting) - _LEAD_MS * _BYTES_PER_MS
        if surplus > 0:
            silent = len(self._waiting) - len(self._waiting.lstrip(b"\0"))
            extra = min(surplus, silent)
            del self._waiting[: extra - extra % 2]
        return piece + bytes(wanted_bytes - len(piece))
