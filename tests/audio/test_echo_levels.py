"""The line's noise, and the most that can come back."""

from __future__ import annotations

import numpy as np
import pytest

from mapokezi.audio.echo_levels import EchoLevels

SPEECH, NOISE = 1e-2, 1e-5


def test_the_noise_is_what_is_there_without_anybody() -> None:
    levels = EchoLevels()
    rng = np.random.default_rng(1)
    for frame in range(400):
        caller = NOISE * rng.uniform(0.7, 1.4) + (1e-3 if frame % 40 < 30 else 0.0)
        levels.take(0.0, caller)
    assert levels.noise == pytest.approx(NOISE, rel=0.35)


def test_a_line_that_has_become_louder_is_noticed() -> None:
    levels = EchoLevels()
    for power in [NOISE] * 100 + [10 * NOISE] * 200:
        levels.take(0.0, power)
    assert levels.noise == pytest.approx(13 * NOISE)


def test_there_is_always_some_noise() -> None:
    levels = EchoLevels()
    for _ in range(10):
        levels.take(0.0, 0.0)
    assert levels.noise > 0


def test_at_first_a_line_may_return_much() -> None:
    levels = EchoLevels()
    levels.take(SPEECH, 0.0)
    assert levels.loudest_return == pytest.approx(SPEECH * 10**-1.4)
    assert levels.we_spoke


def test_what_never_came_back_will_not() -> None:
    levels = EchoLevels()
    for _ in range(60):
        levels.take(SPEECH, NOISE)
    assert levels.loudest_return == pytest.approx(NOISE, rel=0.01)
    for _ in range(60):
        levels.take(SPEECH, 100 * NOISE)
    assert levels.loudest_return == pytest.approx(NOISE, rel=0.01), "that was the caller"


def test_an_echo_is_expected_only_as_long_as_a_line_takes() -> None:
    levels = EchoLevels()
    levels.take(SPEECH, 0.0)
    for _ in range(19):
        levels.take(0.0, 0.0)
    assert levels.loudest_return > 0
    assert levels.loudest_of_ours(20, 18) == SPEECH
    assert levels.loudest_of_ours(18) == 0
    levels.take(0.0, 0.0)
    levels.take(0.0, 0.0)
    assert levels.loudest_return == 0
    assert not levels.we_spoke


def test_after_a_silence_the_line_is_as_it_was() -> None:
    levels = EchoLevels()
    for _ in range(60):
        levels.take(SPEECH, NOISE)
    bound, noise = levels.bound, levels.noise
    levels.forget()
    assert not levels.we_spoke
    levels.take(SPEECH, 0.0)
    assert (levels.bound, levels.noise) == (bound, noise)


@pytest.mark.parametrize(
    ("caller", "may"), [(NOISE, False), (20 * NOISE, True), (SPEECH, False), (10 * SPEECH, False)]
)
def test_noise_alone_and_a_caller_s_own_voice_are_not_searched_for_an_echo(
    caller: float, may: bool
) -> None:
    levels = EchoLevels()
    for _ in range(20):
        levels.take(0.0, NOISE)
    levels.take(SPEECH, NOISE)
    levels.take(SPEECH, caller)
    assert levels.may_hold_echo(10) is may
    for _ in range(10):
        levels.take(SPEECH, NOISE)
    assert not levels.may_hold_echo(10), "it was too long ago"


def test_the_loudest_of_ours_is_forgotten_in_time() -> None:
    levels = EchoLevels()
    rng = np.random.default_rng(5)
    for power in rng.exponential(SPEECH, 300):
        levels.take(float(power), NOISE)
        assert levels.loudest_return == levels.bound * levels.loudest_of_ours(20) or (
            levels.loudest_return > levels.bound * levels.loudest_of_ours(20)
        ), "the bound may fall after it"
        assert levels.we_spoke == (levels.loudest_of_ours(20) > 3e-5)
