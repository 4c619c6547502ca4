"""Both sides as floats, at 16 and at 8 kHz."""

from __future__ import annotations

import numpy as np
import pytest

from mapokezi.audio.echo_sound import (
    FRAME,
    HALF_FRAME,
    LOW_PASS,
    HalvedSound,
    power_of,
    powers_of,
)
from mapokezi.audio.formats import pcm_of


def tone(hz: float, frames: int = 10) -> bytes:
    at = np.arange(frames * FRAME) / 16_000
    return pcm_of(8192 * np.sin(2 * np.pi * hz * at))


def frames_of(pcm: bytes) -> list[bytes]:
    return [pcm[at : at + 2 * FRAME] for at in range(0, len(pcm), 2 * FRAME)]


def fed(pcm: bytes) -> HalvedSound:
    sound = HalvedSound(200)
    for frame in frames_of(pcm):
        sound.push(frame)
    return sound


@pytest.mark.parametrize("frames", [1, 2, 7])
def test_many_frames_at_once_are_halved_like_one_after_the_other(frames: int) -> None:
    noise = np.random.default_rng(5).normal(0, 3000, 20 * FRAME)
    pcm = frames_of(pcm_of(noise))
    one, many = HalvedSound(200), HalvedSound(200)
    for at in range(0, len(pcm), frames):
        many.push(*pcm[at : at + frames])
        for frame in pcm[at : at + frames]:
            one.push(frame)
        assert many.half == pytest.approx(one.half, abs=1e-6)
    filtered = np.convolve(one.full, LOW_PASS, "valid")[1::2]
    assert one.half[-len(filtered) :] == pytest.approx(filtered, abs=1e-6)


def test_powers_of_many_frames() -> None:
    pcm = pcm_of(np.random.default_rng(6).normal(0, 3000, 5 * FRAME))
    frames = [*frames_of(pcm), bytes(2 * FRAME), pcm[:100]]
    powers = [power_of(frame) for frame in frames[:-1]]
    assert powers_of(frames) == pytest.approx([*powers, power_of(pcm[:100]) * 50 / FRAME])


@pytest.mark.parametrize(("hz", "share"), [(300, 1.0), (1000, 1.0), (3000, 0.95), (5500, 0.0)])
def test_what_a_telephone_carries_is_kept(hz: float, share: float) -> None:
    sound = fed(tone(hz))
    newest = sound.half[-HALF_FRAME:]
    assert float(newest @ newest) / HALF_FRAME == pytest.approx(share * 0.25**2 / 2, abs=0.002)
    assert len(sound.half) * 2 == len(sound.full) == 3200


def test_the_newest_is_last_and_15_samples_late() -> None:
    sound = fed(tone(700))
    at = (np.arange(HALF_FRAME) * 2 + 1 - 15 + 9 * FRAME) / 16_000
    assert sound.half[-HALF_FRAME:] == pytest.approx(0.25 * np.sin(2 * np.pi * 700 * at), abs=0.01)


def test_a_frame_of_another_length_is_cut_or_padded() -> None:
    sound = HalvedSound(200)
    sound.push(b"\0\x10" * 500)
    sound.push(b"\0\x10\1")
    assert np.count_nonzero(sound.full) == FRAME + 1
    sound.clear()
    assert not sound.full.any()
    assert not sound.half.any()


@pytest.mark.parametrize("at_once", [1, 2, 7, 10, 24])
def test_many_frames_at_once_are_as_one_after_the_other(at_once: int) -> None:
    pcm = np.random.default_rng(3).integers(-9000, 9000, 24 * FRAME).astype("<i2").tobytes()
    one_by_one, together = fed(pcm), HalvedSound(200)
    frames = frames_of(pcm)
    for at in range(0, len(frames), at_once):
        together.push(*frames[at : at + at_once])
    assert together.full.tolist() == one_by_one.full.tolist()
    # All that was kept at once has no past to be filtered with: its first 15 samples differ.
    kept = slice(15, None) if at_once > 10 else slice(None)
    assert together.half[kept] == pytest.approx(one_by_one.half[kept], abs=1e-6)


def test_a_frame_s_power() -> None:
    assert power_of(tone(700)) == pytest.approx(0.25**2 / 2, rel=1e-3)
    assert power_of(b"") == 0.0
