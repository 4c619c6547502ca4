"""The rate of a telephone's own sound, joined to the line's 8 kHz."""

from __future__ import annotations

from mapokezi.emulator.media_playout import SteadyResampler
from mapokezi.emulator.telephone_line import FRAME_SAMPLES, LINE_RATE_HZ

RATES_HZ = (LINE_RATE_HZ, 16_000)
"""What a telephone may dial with; the line stays a telephone line."""


class PhoneSound:
    """Both directions of one telephone's sound: S16LE mono PCM."""

    def __init__(self, rate_hz: int = LINE_RATE_HZ) -> None:
        """Join a telephone of this rate.

        Raises:
            ValueError: Telephones have no such rate.
        """
        if rate_hz not in RATES_HZ:
            raise ValueError(f"rate_hz is one of {', '.join(map(str, RATES_HZ))}")
        self._from_phone = SteadyResampler(rate_hz, LINE_RATE_HZ)
        self._to_phone = SteadyResampler(LINE_RATE_HZ, rate_hz)
        self._frame_bytes = FRAME_SAMPLES * rate_hz // LINE_RATE_HZ * 2
        self._part = bytearray()

    def from_phone(self, pcm: bytes) -> bytes:
        """Sound of any length from the telephone, as whole frames of 20 ms for the line."""
        self._part += pcm
        whole = len(self._part) // self._frame_bytes * self._frame_bytes
        frames = bytes(self._part[:whole])
        del self._part[:whole]
        return self._from_phone.feed(frames) if frames else b""

    def to_phone(self, frame: bytes) -> bytes:
        """20 ms from the line, as the telephone plays it."""
        return self._to_phone.feed(frame)
