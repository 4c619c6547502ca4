"""Where to take up speech again."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.audio.formats import pcm_of
from mapokezi.audio.word_start import word_start


def speech(*spans_ms: tuple[float, float]) -> bytes:
    """Noise of (length, level) after one another."""
    rng = np.random.default_rng(2)
    parts = [rng.normal(0, level, int(length * 16)) for length, level in spans_ms]
    return pcm_of(np.concatenate(parts))


def test_the_last_gap_before_the_cut_counts_less_a_lead_in() -> None:
    sound = speech((500, 3000), (60, 5), (300, 3000), (50, 5), (400, 3000))
    assert abs(word_start(sound, 16 * 1100) / 16 - (910 - 20)) <= 5
    assert abs(word_start(sound, 16 * 800) / 16 - (560 - 20)) <= 5


def test_quiet_is_relative_to_how_loud_the_speech_is() -> None:
    sound = speech((500, 300), (60, 5), (300, 300))
    assert abs(word_start(sound, 16 * 700) / 16 - 540) <= 5
    murmur = speech((700, 300), (60, 100), (300, 300))  # only 10 dB down: no gap
    assert word_start(murmur, 16 * 1000) == 16 * 1000


def test_a_closure_inside_a_word_is_no_gap() -> None:
    sound = speech((700, 3000), (25, 5), (300, 3000))
    assert word_start(sound, 16 * 900) == 16 * 900


def test_a_gap_too_far_back_is_not_looked_for() -> None:
    sound = speech((500, 3000), (60, 5), (900, 3000))
    assert word_start(sound, 16 * 1400) == 16 * 1400


def test_the_items_start_is_a_words_start() -> None:
    sound = speech((900, 3000))
    assert word_start(sound, 16 * 400) == 0
    assert word_start(sound, 16 * 700) == 16 * 700
    assert word_start(sound, 16) == 0
    assert word_start(sound, 0) == 0


def test_a_cut_in_a_gap_goes_on_there() -> None:
    sound = speech((700, 3000), (100, 5), (300, 3000))
    assert word_start(sound, 16 * 760) == 16 * 760


@given(st.integers(0, 30_000), st.sampled_from([8000, 16_000]))
def test_it_is_never_after_the_cut_nor_far_before(cut: int, rate_hz: int) -> None:
    rng = np.random.default_rng(4)
    sound = pcm_of(np.repeat(rng.choice([2.0, 4000.0], 300), 100) * rng.normal(0, 1, 30_000))
    found = word_start(bytearray(sound), cut, rate_hz)
    assert cut - rate_hz * 0.62 <= found <= cut
    assert found >= 0
