"""The caller's sound on its way to the server: the hot path, 50 times a second and call.

Until a connection is ready the last two seconds are kept. The server counts milliseconds from the
first sound that *it* was sent; the call counts from the first that we were fed.
"""

from __future__ import annotations

import pybase64

from mapokezi.audio.formats import SAMPLE_RATE_HZ, bytes_of, ms_of
from mapokezi.audio.resample import Resampler

KEPT_MS = 2000
"""How much sound waits for a connection: what a caller says while a model is dialled."""

_HEAD = b'{"type":"input_audio_buffer.append","audio":"'
_TAIL = b'"}'
_KEPT_BYTES = bytes_of(KEPT_MS)
_AT_ONCE_BYTES = bytes_of(500)
"""Kept sound is sent in messages of no more than this, for servers that limit their size."""


class Uplink:
    """One call's sound towards its model, over one connection after another."""

    def __init__(self, rate_hz: int, chunk_ms: int) -> None:
        """Begin without a connection.

        Args:
            rate_hz: What the server wants.
            chunk_ms: How much goes into one message at least.
        """
        self._rate_hz = rate_hz
        self._chunk_bytes = bytes_of(chunk_ms)
        self._resampler: Resampler | None = None
        self._is_open = False
        self._fed_bytes = 0
        self._offset_bytes = 0
        self._kept = bytearray()

    @property
    def fed_ms(self) -> int:
        """How much sound the call has given."""
        return int(ms_of(self._fed_bytes))

    def take(self, pcm: bytes) -> bytes | None:
        """Give the message that carries this sound; None if it is kept for now."""
        self._fed_bytes += len(pcm)
        kept = self._kept
        if not self._is_open:
            kept += pcm
            if len(kept) > _KEPT_BYTES:
                del kept[: len(kept) - _KEPT_BYTES]
            return None
        if kept or len(pcm) < self._chunk_bytes:
            kept += pcm
            if len(kept) < self._chunk_bytes:
                return None
            pcm = bytes(kept)
            kept.clear()
        return self._message(pcm)

    def open(self) -> list[bytes]:
        """Begin to send; give the messages of what was kept, in order."""
        kept = bytes(self._kept)
        self._kept.clear()
        self._is_open = True
        self._offset_bytes = self._fed_bytes - len(kept)
        if self._rate_hz != SAMPLE_RATE_HZ:
            self._resampler = Resampler(SAMPLE_RATE_HZ, self._rate_hz)
        pieces = range(0, len(kept), _AT_ONCE_BYTES)
        messages = [self._message(kept[at : at + _AT_ONCE_BYTES]) for at in pieces]
        return [message for message in messages if message is not None]

    def shut(self) -> None:
        """The connection is gone: keep what comes."""
        self._is_open = False

    def at_ms(self, server_ms: float) -> int:
        """Turn an instant of the server's into one of the call's, which cannot lie ahead."""
        at = round(ms_of(self._offset_bytes) + server_ms)
        return min(max(at, 0), self.fed_ms)

    def _message(self, pcm: bytes) -> bytes | None:
        if self._resampler is not None:
            pcm = self._resampler.feed(pcm)
        if not pcm:
            return None
        return b"".join((_HEAD, pybase64.b64encode(pcm), _TAIL))
