"""What a line that was killed has left up at the platform, and how the next one ends it."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from mapokezi.bridge import clock
from mapokezi.bridge.handing_over.left_behind import end_left_behind
from mapokezi.bridge.handing_over.leg_requests import LegRequests, LegSeen
from mapokezi.stores.open_legs import LegKind, OpenLeg, OpenLegs
from mapokezi.telephony.conference_legs import LegOutcome

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("virtual_clock")]
VIRTUAL_TIME = True

CALLER = OpenLeg(key="c", kind=LegKind.CALLER, call_id="c", session_id="HD_caller", is_talking=True)
COLLEAGUE = OpenLeg(
    key="leg-1", kind=LegKind.COLLEAGUE, call_id="c", session_id="HD_leg", is_talking=True
)
LIVE, OVER = LegSeen(is_live=True, outcome=None), LegSeen(False, LegOutcome.CONNECTED)


class Platform:
    """Tells how legs stand, and is asked to end them."""

    def __init__(self) -> None:
        self.stands: dict[str, LegSeen | None] = {"HD_caller": LIVE, "HD_leg": LIVE}
        self.ended: list[str] = []
        self.looks = 0
        self.over_after = 0

    async def look(self, session_id: str) -> LegSeen | None:
        self.looks += 1
        if self.over_after and self.looks > self.over_after:
            self.stands["HD_leg"] = OVER
        return self.stands[session_id]

    async def hang_up(self, session_id: str) -> bool:
        self.ended.append(session_id)
        return True


async def left(folder: Path, platform: Platform, *legs: OpenLeg) -> OpenLegs:
    open_legs = OpenLegs(folder / "legs.json")
    for leg in legs:
        await open_legs.put(leg)
    await end_left_behind(open_legs, cast("LegRequests", platform), open_legs.all)
    return open_legs


async def test_two_who_talk_are_let_be_until_one_is_gone(tmp_path: Path) -> None:
    platform = Platform()
    platform.over_after = 400
    began = clock.monotonic()
    open_legs = await left(tmp_path, platform, CALLER, COLLEAGUE)
    assert clock.monotonic() - began > 3_600, "an hour of talk is nobody's to end"
    assert sorted(platform.ended) == ["HD_caller", "HD_leg"]
    assert not open_legs.all


async def test_who_only_rings_beside_them_is_ended_at_once(tmp_path: Path) -> None:
    platform = Platform()
    platform.over_after = 400
    second = OpenLeg(key="leg-2", kind=LegKind.COLLEAGUE, call_id="c", session_id="HD_second")
    await left(tmp_path, platform, CALLER, COLLEAGUE, second)
    assert platform.ended[0] == "HD_second"


async def test_a_platform_that_tells_nothing_is_not_asked_for_ever(tmp_path: Path) -> None:
    platform = Platform()
    platform.stands = {"HD_caller": None, "HD_leg": None}
    began = clock.monotonic()
    open_legs = await left(tmp_path, platform, CALLER, COLLEAGUE)
    assert 1_700 < clock.monotonic() - began < 1_900
    assert not platform.ended, "perhaps they talk: nobody is cut off on a guess"
    assert not open_legs.all
