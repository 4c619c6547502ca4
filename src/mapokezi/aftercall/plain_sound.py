"""A recording as the line wrote it, and the forms into which it is brought."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from mapokezi.audio.formats import BYTES_PER_SAMPLE
from mapokezi.audio.wav import WavFormat, parse_wav
from mapokezi.errors import MapokeziError

_PIECE_FRAMES = 65_536
"""Four seconds of a call; half a megabyte at most."""
_HEAD_BYTES = 4_096


class SoundNotKeptError(MapokeziError):
    """What came of compressing is not what was recorded."""


class Form(StrEnum):
    """How a recording is compressed."""

    FLAC = "flac"
    OPUS = "opus"

    @property
    def media_type(self) -> str:
        """As a browser knows it."""
        return "audio/flac" if self is Form.FLAC else "audio/ogg"


@dataclass(frozen=True, slots=True)
class PlainSound:
    """A WAV file that is to be compressed."""

    path: Path
    format: WavFormat
    frames: int

    @classmethod
    def of(cls, path: Path) -> PlainSound:
        """Look at a file; its sound is as long as the file is, whatever its header says.

        Raises:
            OSError: It cannot be read.
            WavError: It is no sound that was recorded here.
        """
        with path.open("rb") as file:
            found = parse_wav(file.read(_HEAD_BYTES))
            size = os.fstat(file.fileno()).st_size - found.data_at
        if found.data_bytes is not None:
            size = min(size, found.data_bytes)
        return cls(path, found, max(0, size) // (BYTES_PER_SAMPLE * found.channels))

    @property
    def length_ms(self) -> int:
        """How long it is."""
        return self.frames * 1_000 // self.format.sample_rate_hz

    def pieces(self) -> Iterator[bytes]:
        """Its samples, in whole frames."""
        step = BYTES_PER_SAMPLE * self.format.channels
        left = self.frames
        with self.path.open("rb") as file:
            file.seek(self.format.data_at)
            while left > 0:
                piece = file.read(min(left, _PIECE_FRAMES) * step)
                if not piece:
                    raise SoundNotKeptError("the sound file became shorter while it was read")
                yield piece
                left -= len(piece) // step
