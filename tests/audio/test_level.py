"""Levels and a voice's edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapokezi.audio.formats import FULL_SCALE, bytes_of, pcm_of
from mapokezi.audio.level import (
    LevelMeter,
    VoiceEdge,
    VoiceFell,
    VoiceRose,
    dbfs,
    is_faint,
    rms,
)
from mapokezi.audio.tones import silence


def noise(ms: float, level_dbfs: float, seed: int = 0) -> bytes:
    rng = np.random.default_rng(seed)
    return pcm_of(rng.normal(0, FULL_SCALE * 10 ** (level_dbfs / 20), int(ms * 16)))


def syllables(count: int, level_dbfs: float) -> bytes:
    """Voice-like: 180 ms of sound, 80 ms much softer."""
    return b"".join(noise(180, level_dbfs, n) + noise(80, level_dbfs - 30) for n in range(count))


def edges(pcm: bytes, chunk: int = 640) -> list[VoiceEdge]:
    meter = LevelMeter()
    return [edge for at in range(0, len(pcm), chunk) for edge in meter.feed(pcm[at : at + chunk])]


def test_levels() -> None:
    assert dbfs(b"") == -100
    assert dbfs(silence(20)) == -100
    assert rms(pcm_of(np.full(100, 16_384.0))) == pytest.approx(0.5)
    assert dbfs(noise(1000, -30)) == pytest.approx(-30, abs=0.3)


@pytest.mark.parametrize(("voice_dbfs", "noise_dbfs"), [(-30, -75), (-20, -45), (-40, -60)])
def test_a_voice_over_noise_has_its_edges(voice_dbfs: float, noise_dbfs: float) -> None:
    spoken = syllables(8, voice_dbfs)
    before, after = noise(2000, noise_dbfs), noise(1500, noise_dbfs, 5)
    found = edges(before + spoken + after)
    assert [type(edge) for edge in found] == [VoiceRose, VoiceFell]
    assert found[0].at_ms == pytest.approx(2000, abs=60)
    assert found[1].at_ms == pytest.approx(2000 + 8 * 260 - 80, abs=100)


def test_clicks_noise_and_a_direct_voltage_are_no_voice() -> None:
    click = noise(2000, -70) + noise(30, -15) + noise(2000, -70)
    assert edges(click) == []
    assert edges(noise(5000, -35)) == []
    assert edges(silence(1000) + pcm_of(np.full(32_000, 3000.0)) + silence(1000)) == []


def test_noise_that_grows_louder_is_a_voice_only_until_the_floor_has_followed() -> None:
    found = edges(noise(3000, -65) + noise(8000, -40))
    assert [type(edge) for edge in found] == [VoiceRose, VoiceFell]
    assert found[1].at_ms < 3000 + 3600


def test_a_long_speech_stays_one_voice() -> None:
    found = edges(noise(1000, -60) + syllables(60, -25) + noise(1000, -60))
    assert [type(edge) for edge in found] == [VoiceRose, VoiceFell]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 20_000), max_size=30))
def test_splitting_changes_nothing(cuts: list[int]) -> None:
    pcm = noise(500, -60) + syllables(3, -25) + noise(900, -60)
    meter, found, at = LevelMeter(), [], 0
    for cut in cuts:
        found += meter.feed(pcm[at : at + cut])
        at += cut
    found += meter.feed(pcm[at:])
    assert found == edges(pcm, len(pcm))
    assert len(found) == 2


def test_state_is_told_between_edges() -> None:
    meter = LevelMeter()
    told = []
    for level_dbfs in (-60, -60, -20):
        meter.feed(noise(1000, level_dbfs))
        told.append((meter.is_voice, -62 < meter.floor_dbfs < -59))
    assert told == [(False, True), (False, True), (True, True)]
    assert LevelMeter(8000).feed(bytes(bytes_of(100, 8000))) == []


@pytest.mark.parametrize(
    ("peak", "faint"), [(0, True), (255, True), (256, False), (-256, True), (-257, False)]
)
def test_sound_is_faint_as_long_as_no_sample_is_loud(peak: int, faint: bool) -> None:
    sound = np.zeros(320)
    sound[100] = peak
    assert is_faint(pcm_of(sound)) is faint
