"""A sound file as something that a caller says."""

from __future__ import annotations

from pathlib import Path

from mapokezi.audio.framing import caller_channel
from mapokezi.audio.resample import resampled
from mapokezi.audio.wav import WavError, wav_sound
from mapokezi.emulator.callers import PHONE_RATE_HZ
from mapokezi.errors import MapokeziError


def read_phone_sound(path: Path) -> bytes:
    """Read a WAV file as a telephone would take it: S16LE mono at 8 kHz.

    Raises:
        MapokeziError: If it cannot be read, or is no 16-bit WAV file.
    """
    try:
        header, pcm = wav_sound(path.read_bytes())
    except OSError as error:
        raise MapokeziError(f"{path}: {error.strerror}") from None
    except WavError as error:
        raise MapokeziError(f"{path}: {error}") from None
    if header.channels > 2:
        raise MapokeziError(f"{path}: {header.channels} channels; a telephone takes one")
    if header.channels == 2:
        pcm = caller_channel(pcm)
    return resampled(pcm, header.sample_rate_hz, PHONE_RATE_HZ)
