"""The circuit breaker of a model profile."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mapokezi.voice.breaker import Breaker, BreakerSettings, BreakerState

SETTINGS = BreakerSettings(failures=3, open_s=30.0, longest_open_s=100.0, trial_s=20.0)


def opened() -> Breaker:
    breaker = Breaker(SETTINGS)
    for at in range(3):
        breaker.failed("refused", float(at))
    return breaker


def test_it_opens_after_failures_in_a_row_only() -> None:
    breaker = Breaker(SETTINGS)
    breaker.failed("a", 0.0)
    breaker.failed("b", 1.0)
    breaker.worked()
    breaker.failed("c", 2.0)
    breaker.failed("d", 3.0)
    assert breaker.take(3.0)
    breaker.failed("e", 4.0)
    assert breaker.state(4.0) is BreakerState.OPEN
    assert not breaker.take(4.0)
    assert breaker.last_reason == "e"


def test_after_a_while_one_call_tries_it() -> None:
    breaker = opened()
    assert not breaker.take(31.9)
    assert breaker.take(32.0)
    assert breaker.state(32.0) is BreakerState.HALF_OPEN
    assert not breaker.take(32.1), "one at a time"
    breaker.worked()
    assert breaker.take(33.0)
    assert breaker.state(33.0) is BreakerState.CLOSED


def test_a_trial_in_vain_doubles_the_time_up_to_a_bound() -> None:
    breaker, now, waits = opened(), 2.0, []
    for _ in range(4):
        began = now
        while not breaker.take(now):
            now += 1.0
        waits.append(now - began)
        breaker.failed("still refused", now)
    assert waits == [30.0, 60.0, 100.0, 100.0]


def test_a_trial_that_told_nothing_makes_room() -> None:
    breaker = opened()
    assert breaker.take(40.0)
    breaker.let_go()
    assert breaker.take(41.0)
    assert not breaker.take(60.9)
    assert breaker.take(61.0), "a trial that was lost does not shut the door for ever"


def test_failures_of_older_calls_do_not_lengthen_an_open_breaker() -> None:
    breaker = opened()
    for at in range(3, 12):
        breaker.failed("the calls that were in progress", float(at))
    assert breaker.take(32.0)


def test_an_older_call_that_works_closes_it() -> None:
    breaker = opened()
    breaker.worked()
    assert breaker.take(5.0)


@given(
    st.lists(st.tuples(st.sampled_from(["take", "failed", "worked", "let_go"]), st.floats(0, 50)))
)
def test_whatever_happens_it_is_tried_again_in_time(steps: list[tuple[str, float]]) -> None:
    breaker, now = Breaker(SETTINGS), 0.0
    for what, pause_s in steps:
        now += pause_s
        match what:
            case "take":
                breaker.take(now)
            case "failed":
                breaker.failed("x", now)
            case "worked":
                breaker.worked()
            case "let_go":
                breaker.let_go()
    assert breaker.take(now + SETTINGS.longest_open_s + SETTINGS.trial_s)
