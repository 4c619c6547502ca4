"""The line's filter, learnt from both sides."""

from __future__ import annotations

import numpy as np
import pytest

from mapokezi.audio.echo_path import BEFORE, LEAST_LAG, TAPS, EchoPath
from mapokezi.audio.echo_sound import HALF_FRAME, Floats

LAG = 800
KEPT = 5200
RESPONSE = np.array([0.02, -0.05, 0.1, 0.03, -0.02], dtype=np.float32)
"""Of the line, its greatest part at the lag."""


def coloured(count: int, seed: int) -> Floats:
    """Noise as uneven over the band as speech."""
    white = np.random.default_rng(seed).normal(0, 0.05, count + 7)
    return np.convolve(white, 0.8 ** np.arange(8), "valid").astype(np.float32)


def returned(ours: Floats, lag: int = LAG) -> Floats:
    spread = np.convolve(ours, RESPONSE)
    late: Floats = np.concatenate((np.zeros(lag - 2, np.float32), spread))[: len(ours)]
    return late


def teach(path: EchoPath, ours: Floats, caller: Floats, weight: float = 1.0) -> float:
    """Let it learn frame by frame; give how much is left of the last ten frames."""
    left = []
    for end in range(KEPT, len(ours) + 1, HALF_FRAME):
        came = caller[end - HALF_FRAME : end]
        left.append(np.square(came - path.predict(ours[end - KEPT : end])).sum())
        path.learn(ours[end - KEPT : end], caller[end - 1600 : end], weight)
    whole = np.square(caller[-10 * HALF_FRAME :]).sum()
    return float(sum(left[-10:]) / whole)


def taught(frames: int = 20, seed: int = 1) -> EchoPath:
    ours = coloured(KEPT + frames * HALF_FRAME, seed)
    path = EchoPath()
    path.move(LAG, ours[:KEPT], returned(ours)[:KEPT], is_sure=False)
    assert teach(path, ours, returned(ours)) < 0.001
    return path


def test_it_is_learnt_within_a_fifth_of_a_second() -> None:
    path = taught(frames=20)
    assert path.is_learnt
    assert path.gain == pytest.approx(0.014, rel=0.7)


def test_nothing_is_predicted_before() -> None:
    path = EchoPath()
    assert path.lag is None
    assert not path.is_learnt
    assert path.echo(np.zeros(10_400, np.float32)) is None


def test_a_lag_is_told_to_the_sample_by_what_was_learnt() -> None:
    path = taught()
    ours = coloured(KEPT, 5)
    path.move(LAG + 52, ours, returned(ours, LAG + 50)[-1600:], is_sure=True)
    assert path.lag == LAG + 50
    path.move(LAG + 52, ours, returned(ours, LAG + 51)[-1600:], is_sure=True)
    assert path.lag == LAG + 51
    path.move(LAG + 53, ours, ours[-1600:], is_sure=False)
    assert path.lag == LAG + 51, "so little is a matter of the filter, until it is known"


def test_no_lag_is_shorter_than_the_filter_reaches() -> None:
    path = EchoPath()
    silence = np.zeros(KEPT, np.float32)
    path.move(3, silence, silence[-1600:], is_sure=False)
    assert path.lag == LEAST_LAG
    assert path.lag >= BEFORE
    assert len(path.predict(silence)) == HALF_FRAME


def test_a_caller_with_little_weight_spoils_little() -> None:
    ours = coloured(KEPT + 60 * HALF_FRAME, 7)
    caller = returned(ours)
    spoken = caller + coloured(len(ours), 8)
    left = {}
    for weight in (1.0, 0.001):
        path = taught(frames=60)
        teach(path, ours, spoken, weight)
        left[weight] = teach(path, ours[: KEPT + HALF_FRAME], caller[: KEPT + HALF_FRAME])
    assert left[0.001] < 0.01 < left[1.0]


def test_silence_of_ours_teaches_nothing() -> None:
    path = taught()
    silence = np.zeros(KEPT + 100 * HALF_FRAME, np.float32)
    teach(path, silence, coloured(len(silence), 3))
    ours = coloured(KEPT + HALF_FRAME, 4)
    assert teach(path, ours, returned(ours)) < 0.001


def test_at_16_khz_the_same_is_predicted() -> None:
    path = taught()
    at = np.arange(2 * KEPT) / 16_000
    full = (0.1 * np.sin(2 * np.pi * 1000 * at)).astype(np.float32)
    echo = path.echo(full)
    assert echo is not None
    # Its own place is 1 ms before that of the halved sound, which the low-pass made late.
    phases = np.exp(-2j * np.pi * (np.arange(len(RESPONSE)) - 2 + LAG) / 8)
    answer = complex((RESPONSE * phases).sum())
    wanted = 0.1 * np.abs(answer) * np.sin(2 * np.pi * 1000 * at[-320:] + np.angle(answer))
    assert np.abs(echo - wanted).max() < 0.0015


def test_the_filter_is_12_ms_long() -> None:
    assert TAPS / 8 == 12
