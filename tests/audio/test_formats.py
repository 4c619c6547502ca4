"""Lengths and mu-law."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.audio.formats import (
    bytes_of,
    decode_mu_law,
    encode_mu_law,
    ms_of,
    pcm_of,
    samples_in,
)


def test_a_frame_is_640_bytes() -> None:
    assert bytes_of(20) == 640
    assert bytes_of(20, 8000) == 320
    assert ms_of(640) == 20
    assert ms_of(960, 24_000) == 20


@given(st.floats(0, 1e6), st.sampled_from([8000, 16_000, 24_000, 48_000]))
def test_lengths_are_whole_samples(ms: float, rate_hz: int) -> None:
    assert bytes_of(ms, rate_hz) % 2 == 0
    assert ms_of(bytes_of(ms, rate_hz), rate_hz) == pytest.approx(ms, abs=0.0626)


def test_samples_leave_out_half_a_sample() -> None:
    assert samples_in(b"\x01\x00\xff").tolist() == [1]


def test_pcm_rounds_and_limits() -> None:
    samples = np.array([-40_000.0, -1.4, 0.6, 40_000.0])
    assert samples_in(pcm_of(samples)).tolist() == [-32_768, -1, 1, 32_767]
    assert pcm_of(np.array([1, -2], dtype=np.int16)) == b"\x01\x00\xfe\xff"


def test_mu_law_has_the_codes_of_the_standard() -> None:
    # ITU-T G.711, table 2: the ends of the segments, at 16 bits.
    decoded = samples_in(decode_mu_law(bytes([0xFF, 0x7F, 0x80, 0x00, 0xF0, 0xEF, 0x8F])))
    assert decoded.tolist() == [0, 0, 32_124, -32_124, 120, 132, 16_764]
    assert encode_mu_law(pcm_of(np.array([0, 32_767, -32_768, 132]))) == b"\xff\x80\x00\xef"


def test_mu_law_codes_survive_the_way_there_and_back() -> None:
    codes = bytes(code for code in range(256) if code != 0x7F)  # 0x7F is minus nought
    assert encode_mu_law(decode_mu_law(codes)) == codes


def test_mu_law_is_38_db_exact() -> None:
    rng = np.random.default_rng(0)
    sound = rng.normal(0, 4000, 20_000)
    after = samples_in(decode_mu_law(encode_mu_law(pcm_of(sound)))).astype(float)
    assert 10 * np.log10(np.mean(sound**2) / np.mean((after - sound) ** 2)) > 36
