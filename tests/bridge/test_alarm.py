"""One timer for what is due first."""

from __future__ import annotations

import asyncio
import math

import pytest

from mapokezi.bridge import clock
from mapokezi.bridge.alarm import Alarm

pytestmark = pytest.mark.anyio


async def test_it_rings_once_at_the_earliest_instant_and_not_before() -> None:
    rung: list[float] = []
    alarm = Alarm(lambda: rung.append(clock.monotonic()))
    began = clock.monotonic()
    alarm.ring_by(began + 5.0)
    alarm.ring_by(began + 0.03)
    alarm.ring_by(began + 0.06)
    assert alarm.at == began + 0.03
    await asyncio.sleep(0.1)
    assert len(rung) == 1
    assert began + 0.03 <= rung[0] < began + 0.09
    assert alarm.at == math.inf


async def test_it_can_be_set_again_while_it_rings() -> None:
    rung: list[float] = []

    def ring() -> None:
        rung.append(alarm.at)
        if len(rung) == 1:
            alarm.ring_by(clock.monotonic())

    alarm = Alarm(ring)
    alarm.ring_by(clock.monotonic() - 1.0)
    await asyncio.sleep(0.05)
    assert rung == [math.inf, math.inf]


async def test_stopped_it_is_silent() -> None:
    rung: list[float] = []
    alarm = Alarm(lambda: rung.append(0.0))
    alarm.ring_by(clock.monotonic() + 0.01)
    alarm.stop()
    assert alarm.at == math.inf
    await asyncio.sleep(0.03)
    assert rung == []
