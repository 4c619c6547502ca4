"""The file of the legs that a line has up."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from mapokezi.stores.open_legs import LegKind, OpenLeg, OpenLegs, open_legs_file

pytestmark = pytest.mark.anyio

LEG = OpenLeg(key="leg-1", kind=LegKind.COLLEAGUE, call_id="c", to_number="+254700000101")


async def test_what_was_put_is_found_by_the_next_process(tmp_path: Path) -> None:
    path = open_legs_file(tmp_path, "node-1")
    legs = OpenLegs(path)
    await legs.put(LEG)
    assert OpenLegs(path).all == (LEG,)
    placed = replace(LEG, session_id="HD_1")
    await legs.put(placed)
    assert OpenLegs(path).all == (placed,)
    await legs.remove(LEG.key)
    await legs.remove(LEG.key)
    assert OpenLegs(path).all == ()


async def test_many_at_once_leave_a_whole_file(tmp_path: Path) -> None:
    path = open_legs_file(tmp_path, "node-1")
    legs = OpenLegs(path)
    await asyncio.gather(*(legs.put(replace(LEG, key=f"leg-{nth}")) for nth in range(40)))
    await asyncio.gather(*(legs.remove(f"leg-{nth}") for nth in range(0, 40, 2)))
    assert {leg.key for leg in OpenLegs(path).all} == {f"leg-{nth}" for nth in range(1, 40, 2)}


async def test_a_file_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    path = open_legs_file(tmp_path, "node-1")
    with capture_logs() as logs:
        assert OpenLegs(path).all == ()
        assert not logs, "there is none yet"
        path.write_bytes(b"[{")
        assert OpenLegs(path).all == ()
    assert [one["event"] for one in logs] == ["open_legs_unreadable"]


async def test_each_node_has_its_own(tmp_path: Path) -> None:
    await OpenLegs(open_legs_file(tmp_path, "node-1")).put(LEG)
    assert OpenLegs(open_legs_file(tmp_path, "node-2")).all == ()
