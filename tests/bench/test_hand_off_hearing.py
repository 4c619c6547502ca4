"""What one telephone said is found in what another got, and silence where there is some."""

from __future__ import annotations

import numpy as np
from bench.hand_off_hearing import hears, last_sound_ms, longest_silence_ms

from mapokezi.audio.formats import pcm_of, samples_in
from mapokezi.emulator.telephone_line import FRAME_SAMPLES, LineSettings, TelephoneLine


def said(seed: int, seconds: float = 2.0) -> bytes:
    """Words: noise of a voice's band, louder and softer by the syllable."""
    rng = np.random.default_rng(seed)
    count = round(seconds * 8_000)
    spectrum = np.fft.rfft(rng.standard_normal(count))
    hz = np.fft.rfftfreq(count, 1 / 8_000)
    noise = np.fft.irfft(spectrum * np.exp(-(((hz - 700) / 700) ** 2)), count)
    loud = 0.3 + np.abs(np.sin(np.arange(count) / 8_000 * 9 + seed))
    return pcm_of(noise * loud / np.abs(noise).max() * 12_000)


def through_line(pcm: bytes, gain: float = 0.5) -> bytes:
    line = TelephoneLine(LineSettings(noise_dbfs=-50.0, seed=3))
    softer = pcm_of(samples_in(pcm) * gain)
    size = FRAME_SAMPLES * 2
    frames = (softer[at : at + size].ljust(size, b"\0") for at in range(0, len(softer), size))
    return b"".join(map(line.toward_platform, frames))


HELLO, OTHER = said(1), said(2)


def test_words_are_found_behind_a_line_and_among_others() -> None:
    ear = through_line(bytes(8_000) + OTHER + bytes(4_001 * 2) + HELLO + bytes(8_000))
    assert hears(ear, [HELLO])
    assert hears(ear, [bytes(160) + OTHER])


def test_other_words_are_not_found() -> None:
    rng = np.random.default_rng(99)
    noise = pcm_of(rng.normal(0, 3_000, 80_000))
    for ear in (through_line(OTHER + bytes(16_000)), noise, bytes(80_000), b""):
        assert not hears(ear, [HELLO])


def test_words_of_which_frames_were_lost_are_found() -> None:
    ear = through_line(bytes(8_000) + HELLO + bytes(8_000))
    frames = [ear[at : at + 320] for at in range(0, len(ear), 320)]
    del frames[40::37]
    assert hears(b"".join(frames), [HELLO])


def test_the_longest_silence() -> None:
    tone = pcm_of(8_000 * np.sin(np.arange(8_000) / 3))  # a second
    heard = tone + bytes(16_000 * 4) + tone + bytes(16_000 * 2) + tone
    nothing = bytes(len(heard))
    length_ms = len(heard) // 16
    assert longest_silence_ms(heard, nothing, 0, length_ms) == 4_000
    assert longest_silence_ms(heard, nothing, 5_500, length_ms) == 2_000
    # The caller says something behind three seconds of the first silence: those were theirs.
    said_too = bytes(16_000 * 4) + tone[:8_000] + bytes(len(heard) - 16_000 * 4 - 8_000)
    assert longest_silence_ms(heard, said_too, 0, length_ms) == 2_000
    assert last_sound_ms(heard + bytes(16_000)) == length_ms
    assert last_sound_ms(nothing) == 0
