"""The resampler's own measurements."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapokezi.audio.formats import pcm_of, samples_in
from mapokezi.audio.resample import PASS_BAND, Resampler, resampled

PAIRS = [
    (a, b) for a in (8000, 16_000, 24_000, 48_000) for b in (8000, 16_000, 24_000, 48_000) if a != b
]
ODD_PAIRS = [(44_100, 16_000), (22_050, 16_000), (16_000, 11_025)]
AMPLITUDE = 20_000.0


def sine(hz: float, rate_hz: int, seconds: float = 1.0) -> bytes:
    return pcm_of(AMPLITUDE * np.sin(2 * np.pi * hz * np.arange(int(rate_hz * seconds)) / rate_hz))


def spectrum_db(pcm: bytes, rate_hz: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Levels in dB against `AMPLITUDE`, a line a hertz."""
    sound = samples_in(pcm).astype(float)[:rate_hz]
    window = np.blackman(len(sound))
    spectrum = np.abs(np.fft.rfft(sound * window)) * 2 / window.sum() / AMPLITUDE
    levels: np.ndarray[tuple[int], np.dtype[np.float64]] = 20 * np.log10(spectrum + 1e-9)
    return levels


def tones_hz(from_hz: int, to_hz: int) -> list[int]:
    """Tones over the pass band: up to 3.5 kHz where 8 kHz is the slower rate, 7 where 16 is."""
    edge = PASS_BAND * min(from_hz, to_hz) / 2
    return [int(hz) for hz in np.linspace(107, edge, 12)]


@pytest.mark.parametrize(("from_hz", "to_hz"), PAIRS)
def test_pass_band_is_flat_and_images_are_70_db_down(from_hz: int, to_hz: int) -> None:
    for hz in tones_hz(from_hz, to_hz):
        out = resampled(sine(hz, from_hz, 1.2), from_hz, to_hz)
        levels = spectrum_db(out[to_hz // 5 : to_hz // 5 + 2 * to_hz], to_hz)
        assert levels[hz] == pytest.approx(0, abs=0.05), hz
        levels[hz - 3 : hz + 4] = -200
        assert levels.max() < -70, (hz, int(levels.argmax()))


@pytest.mark.parametrize(("from_hz", "to_hz"), [pair for pair in PAIRS if pair[0] > pair[1]])
def test_aliases_into_the_pass_band_are_70_db_down(from_hz: int, to_hz: int) -> None:
    # Whatever would fold to where speech is: from the slower rate less the pass band's edge.
    # In numbers: at 16 to 8 kHz all above 4.5 kHz, at 24 to 16 all above 9 kHz.
    first = to_hz - PASS_BAND * to_hz / 2
    for hz in np.linspace(first, from_hz / 2 - 50, 14):
        out = resampled(sine(float(int(hz)), from_hz, 1.2), from_hz, to_hz)
        levels = spectrum_db(out[to_hz // 5 : to_hz // 5 + 2 * to_hz], to_hz)
        assert levels.max() < -70, hz


@pytest.mark.parametrize(("from_hz", "to_hz"), [pair for pair in PAIRS if pair[0] > pair[1]])
def test_nothing_folds_below_092_of_the_half(from_hz: int, to_hz: int) -> None:
    hz = int(1.08 * to_hz / 2)  # the stop band begins here: 4.32 kHz, 8.64 kHz
    out = resampled(sine(hz, from_hz, 1.2), from_hz, to_hz)
    assert spectrum_db(out[to_hz // 5 : to_hz // 5 + 2 * to_hz], to_hz).max() < -70


@pytest.mark.parametrize(("from_hz", "to_hz"), PAIRS + ODD_PAIRS)
def test_at_most_3_ms_are_held_back(from_hz: int, to_hz: int) -> None:
    stream = Resampler(from_hz, to_hz)
    assert 0 < stream.delay_ms <= 3
    fed_s = given_s = 0.0
    for samples in [1, 7, from_hz // 50, 3, from_hz // 100, 1, from_hz // 50]:
        fed_s += samples / from_hz
        given_s += len(stream.feed(bytes(2 * samples))) / 2 / to_hz
        assert given_s <= fed_s
        assert fed_s - given_s <= stream.delay_ms / 1000 + 1 / to_hz


@pytest.mark.parametrize(("from_hz", "to_hz"), [*PAIRS, *ODD_PAIRS, (16_000, 16_000)])
def test_length_and_place_in_time_are_kept(from_hz: int, to_hz: int) -> None:
    sound = np.zeros(from_hz // 2)
    sound[from_hz // 4] = 30_000  # a click in the middle
    out = samples_in(resampled(pcm_of(sound), from_hz, to_hz))
    assert len(out) == -(-len(sound) * to_hz // from_hz)
    assert int(np.abs(out.astype(int)).argmax()) == pytest.approx(to_hz / 4, abs=1)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([*PAIRS, *ODD_PAIRS, (8000, 8000)]), st.lists(st.integers(0, 900)))
def test_the_same_output_whatever_the_splitting(pair: tuple[int, int], cuts: list[int]) -> None:
    sound = np.random.default_rng(3).normal(0, 12_000, 4001)
    pcm = pcm_of(sound) + b"\x7f"
    stream, parts, at = Resampler(*pair), [], 0
    for cut in cuts:
        parts.append(stream.feed(pcm[at : at + cut]))
        at += cut
    parts += [stream.feed(pcm[at:]), stream.flush()]
    assert b"".join(parts) == resampled(pcm, *pair)
    assert all(len(part) % 2 == 0 for part in parts)
    # Taken in now and computed later, it is the same, and how much is there is known before.
    for cut in cuts:
        stream.take(pcm[:cut])
    ready = stream.ready
    assert len(stream.give()) == 2 * ready
    assert stream.ready == 0
    stream.flush()
    # And a flushed stream starts afresh.
    assert stream.feed(pcm) + stream.flush() == resampled(pcm, *pair)


def test_full_scale_is_limited_and_not_wrapped() -> None:
    square = np.where(np.arange(16_000) // 37 % 2, 32_767.0, -32_768.0)
    out = samples_in(resampled(pcm_of(square), 16_000, 24_000)).astype(int)
    inside = out[100:-100]
    steps = np.abs(np.diff(inside))
    assert inside.max() == 32_767
    assert steps.max() < 62_000


def test_no_direct_voltage_is_added() -> None:
    steady = np.full(4000, 12_345.0)
    out = samples_in(resampled(pcm_of(steady), 24_000, 16_000))
    assert set(out[100:-100].tolist()) == {12_345}
