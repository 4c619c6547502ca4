"""How late our sound comes back."""

from __future__ import annotations

import numpy as np
import pytest

from mapokezi.audio.echo_search import EchoSearch
from mapokezi.audio.echo_sound import Floats

OURS, WINDOW = 4960, 1600


def voice(count: int, seed: int, pitch_hz: float = 120.0) -> Floats:
    """Pulses through a resonance, with breath: what two voices have in common, and what not."""
    rng = np.random.default_rng(seed)
    pulses = np.zeros(count)
    at = 0.0
    while at < count:
        pulses[int(at)] = 1.0
        at += 8000 / (pitch_hz * rng.uniform(0.9, 1.1))
    ring = np.exp(-np.arange(80) / 20) * np.cos(2 * np.pi * 700 * np.arange(80) / 8000)
    sound: Floats = (0.3 * np.convolve(pulses, ring)[:count]).astype(np.float32)
    return sound + rng.normal(0, 0.02, count).astype(np.float32)


def pair(lag: int, end: int, ours: Floats, caller: Floats) -> tuple[Floats, Floats]:
    return ours[end - OURS : end], caller[end - lag - WINDOW : end - lag]


@pytest.mark.parametrize("lag", [60, 800, 2000, 3190])
def test_one_clear_look_is_enough(lag: int) -> None:
    ours = voice(12_000, 1)
    found = EchoSearch().look(*pair(lag, 12_000, ours, ours * np.float32(0.05)))
    assert found == pytest.approx(lag, abs=2)


def test_in_noise_looks_are_added_up() -> None:
    ours = voice(24_000, 2)
    noise = np.random.default_rng(9).normal(0, 0.008, len(ours)).astype(np.float32)
    caller = ours * np.float32(0.05) + noise
    search = EchoSearch()
    looks = [search.look(*pair(900, end, ours, caller)) for end in range(8000, 24_000, 800)]
    assert looks[0] is None
    found = [lag for lag in looks if lag is not None]
    assert found
    assert found == pytest.approx([900] * len(found), abs=2)


def test_another_voice_has_no_lag() -> None:
    ours, caller = voice(24_000, 3), voice(24_000, 4, pitch_hz=105.0)
    search = EchoSearch()
    looks = [search.look(*pair(0, end, ours, caller)) for end in range(8000, 24_000, 800)]
    assert looks == [None] * len(looks)


def test_silence_has_no_lag() -> None:
    silence, ours = np.zeros(OURS, np.float32), voice(OURS, 5)
    assert EchoSearch().look(ours, silence[-WINDOW:]) is None
    assert EchoSearch().look(silence, ours[-WINDOW:]) is None
