"""WAV headers, checked against the standard library's reader."""

from __future__ import annotations

import io
import wave

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.audio.wav import (
    HEADER_BYTES,
    WavError,
    WavFormat,
    parse_wav,
    repaired_header,
    wav_bytes,
    wav_header,
    wav_sound,
)

PCM = bytes(range(200)) * 4


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("rate_hz", [8000, 16_000])
def test_another_reader_reads_it(channels: int, rate_hz: int) -> None:
    with wave.open(io.BytesIO(wav_bytes(PCM, rate_hz, channels))) as read:
        assert read.getframerate() == rate_hz
        assert read.getnchannels() == channels
        assert read.getsampwidth() == 2
        assert read.readframes(10_000) == PCM


def test_another_writers_file_is_read() -> None:
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(2)
        written.setsampwidth(2)
        written.setframerate(8000)
        written.writeframes(PCM)
    assert wav_sound(file.getvalue()) == (WavFormat(8000, 2, 16, 44, len(PCM)), PCM)


def test_unknown_length_reads_to_the_end_and_is_repaired() -> None:
    head = wav_header(None, 16_000, 2)
    assert parse_wav(head).data_bytes is None
    killed = head + PCM + b"\x01\x02\x03"  # killed within a pair of samples
    assert wav_sound(killed)[1] == PCM
    mended = repaired_header(killed[:100], len(killed)) + killed[HEADER_BYTES:]
    assert wav_sound(mended) == (WavFormat(16_000, 2, 16, 44, len(PCM)), PCM)
    assert repaired_header(head, 10) == wav_header(0, 16_000, 2)


def test_other_chunks_before_the_sound_are_passed_over() -> None:
    plain = wav_bytes(PCM)
    extra = plain[:36] + b"LIST" + (3).to_bytes(4, "little") + b"abc\0" + plain[36:]
    assert wav_sound(extra) == (WavFormat(16_000, 1, 16, 56, len(PCM)), PCM)
    with pytest.raises(WavError, match="not written here"):
        repaired_header(extra, len(extra))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "not a WAV"),
        (b"RIFF\0\0\0\0AVI fmt ", "not a WAV"),
        (wav_bytes(PCM)[:20], "cut short"),
        (wav_bytes(PCM)[:36], "does not begin"),
        (wav_bytes(PCM)[:12] + wav_bytes(PCM)[36:], "before its format"),
        (wav_bytes(PCM)[:34] + b"\x08" + wav_bytes(PCM)[35:], "8 bits"),
        (wav_bytes(PCM)[:22] + b"\x07" + wav_bytes(PCM)[23:], "7 channels"),
    ],
)
def test_what_is_no_wav_is_refused_with_a_reason(data: bytes, says: str) -> None:
    with pytest.raises(WavError, match=says):
        parse_wav(data)


@given(st.binary(max_size=200))
def test_rubbish_raises_nothing_else(data: bytes) -> None:
    for head in (data, b"RIFF\0\0\0\0WAVE" + data, wav_header(None)[:30] + data):
        try:
            parse_wav(head)
        except WavError:
            continue
