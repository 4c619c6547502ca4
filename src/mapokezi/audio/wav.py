"""WAV headers: bytes in, bytes out; reading and writing of files is the edge's.

A file that is still being written has a header of unknown length, which players accept; the
header is written anew when the file is closed, or when it is found after a kill.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from mapokezi.audio.formats import BYTES_PER_SAMPLE, SAMPLE_RATE_HZ
from mapokezi.errors import MapokeziError

HEADER_BYTES = 44
"""The length of the headers that are written here."""
UNKNOWN_LENGTH = 0xFFFF_FFFF
"""What stands for a length in the header of a file that is still being written."""

_PCM = 1
_EXTENSIBLE = 0xFFFE
_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")


class WavError(MapokeziError):
    """The bytes are not a WAV file that can be read here."""


@dataclass(frozen=True, slots=True)
class WavFormat:
    """What a WAV file's header tells."""

    sample_rate_hz: int
    channels: int
    bits: int
    data_at: int
    """Where in the file the sound begins, in bytes."""
    data_bytes: int | None
    """The length of the sound as written; None if the file was not closed."""


def wav_header(
    data_bytes: int | None, sample_rate_hz: int = SAMPLE_RATE_HZ, channels: int = 1
) -> bytes:
    """Write the header of a 16-bit PCM file; ``data_bytes`` None if the length is unknown yet."""
    step = BYTES_PER_SAMPLE * channels
    known = data_bytes is not None and data_bytes <= UNKNOWN_LENGTH - HEADER_BYTES
    length = data_bytes if known and data_bytes is not None else UNKNOWN_LENGTH
    return _HEADER.pack(
        b"RIFF",
        length + HEADER_BYTES - 8 if known else UNKNOWN_LENGTH,
        b"WAVE",
        b"fmt ",
        16,
        _PCM,
        channels,
        sample_rate_hz,
        sample_rate_hz * step,
        step,
        BYTES_PER_SAMPLE * 8,
        b"data",
        length,
    )


def wav_bytes(pcm: bytes, sample_rate_hz: int = SAMPLE_RATE_HZ, channels: int = 1) -> bytes:
    """Make a whole WAV file of PCM."""
    return wav_header(len(pcm), sample_rate_hz, channels) + pcm


def parse_wav(head: bytes) -> WavFormat:
    """Read a WAV file's header out of its first bytes (a few hundred are plenty).

    Raises:
        WavError: If it is no WAV, not 16-bit PCM, or the sound does not begin within ``head``.
    """
    if len(head) < 12 or head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        raise WavError("not a WAV file: RIFF and WAVE are missing at its start")
    found: tuple[int, int, int] | None = None
    at = 12
    while at + 8 <= len(head):
        kind, length = head[at : at + 4], int.from_bytes(head[at + 4 : at + 8], "little")
        if kind == b"data":
            if found is None:
                raise WavError("the WAV file's sound comes before its format")
            open_ended = length == UNKNOWN_LENGTH
            return WavFormat(*found, at + 8, None if open_ended else length)
        if kind == b"fmt ":
            found = _read_format(head[at + 8 : at + 8 + length])
        at += 8 + length + length % 2  # chunks begin at even places
    raise WavError("the WAV file's sound does not begin in the bytes at hand")


def repaired_header(head: bytes, file_bytes: int) -> bytes:
    """Write the header anew for a file whose writer was killed.

    Args:
        head: The file's first `HEADER_BYTES` or more, as `wav_header` wrote them.
        file_bytes: How long the file really is; half a sample at its end is not counted.

    Returns:
        The `HEADER_BYTES` to write over the file's start.

    Raises:
        WavError: If the header is none of ours.
    """
    header = parse_wav(head)
    if header.data_at != HEADER_BYTES:
        raise WavError("the WAV file's header was not written here")
    step = BYTES_PER_SAMPLE * header.channels
    length = max(0, file_bytes - HEADER_BYTES) // step * step
    return wav_header(length, header.sample_rate_hz, header.channels)


def wav_sound(data: bytes) -> tuple[WavFormat, bytes]:
    """Split a whole WAV file into its format and its PCM, in whole samples.

    Raises:
        WavError: As `parse_wav`.
    """
    header = parse_wav(data)
    rest = len(data) - header.data_at
    length = rest if header.data_bytes is None else min(rest, header.data_bytes)
    length -= length % (BYTES_PER_SAMPLE * header.channels)
    return header, data[header.data_at : header.data_at + length]


def _read_format(chunk: bytes) -> tuple[int, int, int]:
    """Read the format chunk: rate, channels, bits."""
    if len(chunk) < 16:
        raise WavError("the WAV file's format is cut short")
    code, channels, rate_hz, _, _, bits = struct.unpack_from("<HHIIHH", chunk)
    if code == _EXTENSIBLE and len(chunk) >= 26:
        code = int.from_bytes(chunk[24:26], "little")
    if code != _PCM or bits != 8 * BYTES_PER_SAMPLE:
        raise WavError(f"the WAV file is not 16-bit PCM (format {code}, {bits} bits)")
    if channels not in {1, 2} or not rate_hz:
        raise WavError(f"the WAV file has {channels} channels at {rate_hz} Hz")
    return rate_hz, channels, bits
