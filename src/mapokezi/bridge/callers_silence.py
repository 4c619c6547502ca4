"""The caller's silence: nobody waits for it, so it is passed on and looked at in larger pieces.

Where a voice model leads the turns, most of a caller's sound is silence while the receptionist
speaks. It tells nothing: there is no key in it, and the model notices a caller who cuts in by what
is loud, which is passed on at once, with all that waited before it.
"""

from __future__ import annotations

from mapokezi.audio.formats import FRAME_MS, bytes_of
from mapokezi.audio.level import is_faint

LONG_MS = 1_000
"""So long after a voice its end has been noticed by everybody who listens for it."""
TOGETHER_MS = 60
"""So much goes to a model at once: what Google advises is 20 to 40, what others send 50."""
_FRAME_BYTES = bytes_of(FRAME_MS)
_LONG_BYTES = bytes_of(LONG_MS)
_TOGETHER_BYTES = bytes_of(TOGETHER_MS)


class CallersSilence:
    """Tells silence from what may be a voice or a key, and keeps pieces of it together."""

    def __init__(self) -> None:
        """Begin with a caller who may be speaking."""
        self._silent_bytes = 0
        self._was_loud = False
        self._kept: list[bytes] = []
        self._kept_bytes = 0
        self.may_wait = False
        """Whether whoever hears the caller can wait for silence, as of the last piece given."""

    @property
    def is_long(self) -> bool:
        """Whether there has been no voice and no key for `LONG_MS`; a click is neither.

        Either takes 35 ms at least, so that two frames in a row are loud.
        """
        return self._silent_bytes >= _LONG_BYTES

    def take(self, pcm: bytes) -> bytes:
        """Take a piece of the caller's sound; give what is to be passed on now, perhaps nothing."""
        if is_faint(pcm):
            self._was_loud = False
            self._silent_bytes += len(pcm)
            if self.may_wait and self._kept_bytes + len(pcm) < _TOGETHER_BYTES:
                self._kept.append(pcm)
                self._kept_bytes += len(pcm)
                return b""
        elif self._was_loud or len(pcm) > _FRAME_BYTES:
            self._silent_bytes = 0
        else:
            self._was_loud = True
        return self.kept() + pcm if self._kept else pcm

    def kept(self) -> bytes:
        """Give what waits for more: it waits no longer."""
        kept = b"".join(self._kept)
        self._kept.clear()
        self._kept_bytes = 0
        return kept
