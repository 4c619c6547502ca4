"""Which executors of an office's order may be used."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mapokezi.records.executors import (
    DEFAULT_ORDER,
    Executor,
    Standing,
    StandingState,
    usable,
)

_DAY = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DIAL, CONFERENCE, CALLBACK = Executor.DIAL, Executor.CONFERENCE, Executor.CALLBACK


def stands(**states: StandingState) -> dict[Executor, Standing]:
    return {Executor(name): Standing(Executor(name), state, _DAY) for name, state in states.items()}


def test_on_the_emulator_the_dial_is_first() -> None:
    assert usable(DEFAULT_ORDER, {}, unproven=True) == (DIAL, CONFERENCE, CALLBACK)


def test_on_a_live_deployment_nothing_that_nobody_has_proven_is_used() -> None:
    assert usable(DEFAULT_ORDER, {}, unproven=False) == (CALLBACK,)
    proven = stands(conference=StandingState.PROVEN)
    assert usable(DEFAULT_ORDER, proven, unproven=False) == (CONFERENCE, CALLBACK)


def test_what_is_off_is_used_nowhere() -> None:
    off = stands(dial=StandingState.OFF)
    assert usable(DEFAULT_ORDER, off, unproven=True) == (CONFERENCE, CALLBACK)


@pytest.mark.parametrize("order", [(), (CALLBACK,), (CALLBACK, DIAL), (DIAL, DIAL)])
def test_the_callback_is_always_last(order: tuple[Executor, ...]) -> None:
    found = usable(order, {}, unproven=True)
    assert found[-1] is CALLBACK
    assert len(set(found)) == len(found)


def test_how_it_stands_in_words() -> None:
    assert Standing(DIAL).in_words == "unproven"
    assert Standing(DIAL, StandingState.PROVEN, _DAY).in_words == "proven on 2026-11-22"
    by_close = Standing(DIAL, StandingState.PROVEN, _DAY, by_close=True)
    assert by_close.in_words == "proven on 2026-11-22, by closing the stream"
    off = Standing(DIAL, StandingState.OFF, _DAY, "dead air")
    assert off.in_words == "off since 2026-11-22: dead air"


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Standing\.since"):
        Standing(DIAL, StandingState.OFF, datetime(2026, 11, 22))  # noqa: DTZ001
