"""Compresses a recording, and sees that what was compressed is what was recorded.

libsndfile does it, through the soundfile package: FLAC (RFC 9639) keeps every sample at a third
of the size or less, Ogg Opus (RFC 7845) what a person hears, in less. Loaded by the process that
does the work, never by the desk itself.
"""

from __future__ import annotations

from typing import BinaryIO

import soundfile

from mapokezi.aftercall.plain_sound import Form, PlainSound, SoundNotKeptError
from mapokezi.audio.formats import BYTES_PER_SAMPLE

_OPUS_OFF_BY = 960
"""Samples that Opus may end sooner or later: less than one of its frames at 16 kHz."""


def compress(sound: PlainSound, form: Form, into: BinaryIO) -> None:
    """Write a sound in a form into a file that can be written anywhere in it.

    Raises:
        SoundNotKeptError: libsndfile would not.
        OSError: The disk would not.
    """
    container = "FLAC" if form is Form.FLAC else "OGG"
    subtype = "PCM_16" if form is Form.FLAC else "OPUS"
    try:
        with soundfile.SoundFile(
            into.fileno(),
            "w",
            samplerate=sound.format.sample_rate_hz,
            channels=sound.format.channels,
            format=container,
            subtype=subtype,
            closefd=False,
        ) as out:
            for piece in sound.pieces():
                out.buffer_write(piece, dtype="int16")
    except soundfile.SoundFileError as error:
        raise SoundNotKeptError(f"the recording was not compressed: {error}") from None


def check_same(sound: PlainSound, form: Form, content: BinaryIO) -> None:
    """See that a compressed sound is the one that was recorded: FLAC to the last bit.

    Args:
        sound: What was recorded.
        form: How it was compressed.
        content: What came of it, read back from where it is kept.

    Raises:
        SoundNotKeptError: It is not.
    """
    try:
        with soundfile.SoundFile(content, "r") as kept:
            told = (kept.samplerate, kept.channels)
            if told != (sound.format.sample_rate_hz, sound.format.channels):
                raise SoundNotKeptError("the compressed recording has another rate or channels")
            if form is Form.FLAC:
                _check_bits(sound, kept)
            elif abs(kept.frames - sound.frames) > _OPUS_OFF_BY:
                raise SoundNotKeptError("the compressed recording has another length")
    except soundfile.SoundFileError as error:
        raise SoundNotKeptError(f"the compressed recording cannot be read: {error}") from None


def _check_bits(sound: PlainSound, kept: soundfile.SoundFile) -> None:
    for piece in sound.pieces():
        frames = len(piece) // (BYTES_PER_SAMPLE * sound.format.channels)
        if bytes(kept.buffer_read(frames, dtype="int16")) != piece:
            raise SoundNotKeptError("the compressed recording is not the one that was made")
    if bytes(kept.buffer_read(1, dtype="int16")):
        raise SoundNotKeptError("the compressed recording is longer than the one that was made")
