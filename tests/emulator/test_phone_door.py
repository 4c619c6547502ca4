"""Telephones on ``/phone``: who may ring, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from websockets import InvalidStatus, Origin
from websockets.asyncio.client import connect

if TYPE_CHECKING:
    from tests.emulator.conftest import Rigs

pytestmark = pytest.mark.anyio


async def test_an_unknown_number_is_not_in_service(rigs: Rigs) -> None:
    async with rigs() as rig:
        phone = await rig.phone()
        await phone.dial(to="+254209999999")
        ended = await phone.event("ended")
        assert ended["cdr"] is None
        assert "not in service" in ended["why"]
        assert rig.receptionist.posts == []


@pytest.mark.parametrize(
    "message",
    [{"type": "digit", "digit": "5"}, {"nothing": 1}, {"type": "fly"}],
    ids=str,
)
async def test_rubbish_from_a_telephone_is_refused(rigs: Rigs, message: dict[str, Any]) -> None:
    async with rigs() as rig:
        phone = await rig.phone()
        await phone.send(message)
        assert (await phone.event("refused"))["why"]


async def test_a_telephone_that_vanishes_hangs_up(rigs: Rigs) -> None:
    async with rigs() as rig:
        office = rig.receptionist
        office.answer_first(office.stream())
        phone = await rig.call()
        media = await office.next_media()
        await media.frames_after(5)
        await phone.vanish()
        await media.closed.wait()
        last = await office.completed()
        assert last.state == "Completed"


@pytest.mark.parametrize(
    "line", [{"noise": 1}, {"loss": 2}, {"echo_db": "loud"}, {"noise_dbfs": float("nan")}], ids=str
)
async def test_a_line_that_cannot_be_is_refused(rigs: Rigs, line: dict[str, Any]) -> None:
    async with rigs() as rig:
        phone = await rig.call(line=line)
        assert "line." in (await phone.event("ended"))["why"]


async def test_a_page_of_another_site_cannot_ring(rigs: Rigs) -> None:
    async with rigs() as rig:
        url = rig.emulator.phone_url
        with pytest.raises(InvalidStatus):
            async with connect(url, origin=Origin("https://evil.example")):
                pass
        async with connect(url, origin=Origin("http://localhost:8481")):
            pass
        with pytest.raises(InvalidStatus):
            async with connect(url.replace("/phone", "/elsewhere")):
                pass
