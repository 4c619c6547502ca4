"""The caller's sound on its way to the server."""

from __future__ import annotations

from mapokezi.audio.formats import SAMPLE_RATE_HZ, bytes_of
from mapokezi.voice.protocols.gemini_live import outgoing

KEPT_MS = 2_000
"""What the caller says while no connection is ready is kept, up to this much."""
CATCHING_UP_MS = 100
"""The size of the messages in which kept sound is sent."""
_MOST_KEPT = bytes_of(KEPT_MS, SAMPLE_RATE_HZ)
_CATCHING_UP = bytes_of(CATCHING_UP_MS, SAMPLE_RATE_HZ)


class Uplink:
    """Cuts the caller's sound into messages; keeps it while it cannot be sent."""

    def __init__(self, chunk_ms: int) -> None:
        """Begin without a connection; messages will hold at least ``chunk_ms`` of sound."""
        self._chunk = bytes_of(chunk_ms, SAMPLE_RATE_HZ)
        self._kept = bytearray()
        self._fed = 0

    @property
    def fed_ms(self) -> int:
        """How much sound was fed so far."""
        return self._fed * 500 // SAMPLE_RATE_HZ

    def keep(self, pcm: bytes) -> None:
        """Take in sound while there is no connection."""
        self._fed += len(pcm)
        kept = self._kept
        kept += pcm
        if len(kept) > _MOST_KEPT:
            del kept[: len(kept) - _MOST_KEPT]

    def message(self, pcm: bytes) -> bytes | None:
        """Take in sound; give the message with it, or None if it waits for more."""
        self._fed += len(pcm)
        if self._kept or len(pcm) < self._chunk:
            self._kept += pcm
            if len(self._kept) < self._chunk:
                return None
            pcm = bytes(self._kept)
            self._kept.clear()
        return outgoing.audio(pcm)

    def catch_up(self) -> list[bytes]:
        """Give the messages with what was kept, in order."""
        kept = bytes(self._kept)
        self._kept.clear()
        return [
            outgoing.audio(kept[at : at + _CATCHING_UP]) for at in range(0, len(kept), _CATCHING_UP)
        ]
