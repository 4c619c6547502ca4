"""What the tests of the client share: a platform that answers as told, and time that is ours."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from tests.fakes.scripted_api import ScriptedApi

from mapokezi.carrier import Clock, Patience, SautiKit, TimeLimits

KEY = "tskey_live_do-not-show"
NOON = 1_795_348_800.0
"""2026-11-22 12:00:00 UTC."""


class OwnTime:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now_s = 1000.0
        self.slept: list[float] = []

    async def sleep(self, length_s: float) -> None:
        self.slept.append(round(length_s, 6))
        self.now_s += length_s

    @property
    def clock(self) -> Clock:
        return Clock(
            now=lambda: self.now_s,
            wall=lambda: NOON + self.now_s - 1000.0,
            sleep=self.sleep,
            chance=lambda: 1.0,
        )


@pytest.fixture
def api() -> Iterator[ScriptedApi]:
    """A platform that answers as it is told."""
    with ScriptedApi().serving() as api:
        yield api


@pytest.fixture
def time() -> OwnTime:
    """Time that is ours."""
    return OwnTime()


@pytest.fixture
async def sautikit(api: ScriptedApi, time: OwnTime) -> AsyncIterator[SautiKit]:
    """The client, asking it."""
    limits = TimeLimits(usual=Patience(each_s=5.0, all_s=60.0))
    async with SautiKit(api.url, KEY, limits=limits, clock=time.clock) as sautikit:
        yield sautikit
