"""The caller's last sound, cut out by the millisecond."""

from __future__ import annotations

import numpy as np

from mapokezi.bridge.caller_sound import CallerSound


def ramp(start_ms: int, end_ms: int) -> bytes:
    """Sound in which each millisecond has a value of its own."""
    values: bytes = np.repeat(np.arange(start_ms, end_ms) % 30_000, 16).astype("<i2").tobytes()
    return values


def test_a_stretch_is_cut_out_exactly() -> None:
    sound = CallerSound()
    for at in range(0, 1000, 20):
        sound.add(ramp(at, at + 20))
    assert sound.end_ms == 1000
    assert sound.between(130, 470) == ramp(130, 470)


def test_what_is_not_there_yet_is_left_out() -> None:
    sound = CallerSound()
    sound.add(ramp(0, 500))
    assert sound.between(400, 650) == ramp(400, 500)
    assert sound.between(600, 700) == b""


def test_old_sound_is_dropped_and_instants_stay() -> None:
    sound = CallerSound(kept_ms=1000)
    for at in range(0, 10_000, 20):
        sound.add(ramp(at, at + 20))
    assert sound.end_ms == 10_000
    assert sound.between(9_100, 9_900) == ramp(9_100, 9_900)
    assert sound.between(0, 500) == b""
    assert sound.between(0, 10_000).endswith(ramp(9_000, 10_000))
