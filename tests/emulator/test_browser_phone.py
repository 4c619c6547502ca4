"""What the browser phone's page is given, and to whom."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from mapokezi.emulator.browser_phone import PAGES

if TYPE_CHECKING:
    from tests.emulator.conftest import Rig, Rigs

pytestmark = pytest.mark.anyio


async def asked(rig: Rig, path: str, **headers: str) -> httpx2.Response:
    async with httpx2.AsyncClient(base_url=rig.emulator.base_url) as client:
        return await client.get(path, headers=headers)


async def test_the_page_and_its_files(rigs: Rigs) -> None:
    async with rigs() as rig:
        for path in ["/", *(f"/static/{file.name}" for file in PAGES.iterdir())]:
            answer = await asked(rig, path)
            assert answer.status_code == 200, path
            policy = answer.headers["content-security-policy"]
            assert policy.startswith("default-src 'self';")
            assert "unsafe" not in policy
            assert answer.headers["permissions-policy"] == "microphone=(self)"
            assert "http" not in answer.text.replace("http://www.w3.org/2000/svg", "").replace(
                'location.protocol === "https:"', ""
            ).replace("https pages", ""), f"{path} asks for nothing of other hosts"
        assert (await asked(rig, "/static/settings.py")).status_code == 404
        assert (await asked(rig, "/static/..%2fsettings.py")).status_code == 404


async def test_what_can_be_rung(rigs: Rigs) -> None:
    async with rigs() as rig:
        told = (await asked(rig, "/emulator/numbers")).json()
        voice_url = f"{rig.receptionist.base_url}/voice"
        assert told["numbers"] == [{"number": "+254209000000", "voice_url": voice_url}]
        assert told["captions"] == {"wanted": False, "connected": False}


@pytest.mark.parametrize("path", ["/", "/static/phone.js", "/emulator/numbers"])
async def test_a_name_that_was_made_to_lead_here_is_refused(rigs: Rigs, path: str) -> None:
    async with rigs() as rig:
        assert (await asked(rig, path, Host="evil.example:8482")).status_code == 403
        assert (await asked(rig, path, Origin="https://evil.example")).status_code == 403
        assert (await asked(rig, path, Host="localhost:1")).status_code == 200


async def watched(rig: Rig, call_id: str) -> list[tuple[str, Any]]:
    """All that is told of a call until the stream ends."""
    told: list[tuple[str, Any]] = []
    async with (
        asyncio.timeout(30),
        httpx2.AsyncClient(base_url=rig.emulator.base_url) as client,
        client.stream("GET", f"/emulator/calls/{call_id}/live") as answer,
    ):
        assert answer.headers["content-type"].startswith("text/event-stream")
        async for line in answer.aiter_lines():
            kind, _, value = line.partition(": ")
            if kind == "event":
                told.append((value, None))
            elif kind == "data":
                told[-1] = (told[-1][0], json.loads(value))
    return told


async def test_a_call_as_it_lives(rigs: Rigs) -> None:
    async with rigs(keep_legs=True) as rig:
        office = rig.receptionist
        office.answer_first(office.stream())
        phone = await rig.call()
        ringing = await phone.event("ringing")
        watching = asyncio.create_task(watched(rig, ringing["call_id"]))
        await phone.event("stream_open")
        await phone.lives(500)
        await phone.hang_up()
        told = await watching
        kinds = [kind for kind, _ in told]
        assert kinds[0] == "captions"
        assert kinds[-1] == "over"
        seen = [legs for kind, legs in told if kind == "legs"]
        both = [["the stream receptionist"], ["+254722000001"]]
        assert both in [[leg["hears"] for leg in legs] for legs in seen]
        assert seen[-1] == []
        over = told[-1][1]
        assert over["call"]["hung_up_by"] == "caller"
        (address,) = over["heard"].values()
        assert (await asked(rig, address)).content[:4] == b"RIFF"


async def test_no_such_call(rigs: Rigs) -> None:
    async with rigs() as rig:
        assert (await asked(rig, "/emulator/calls/none/live")).status_code == 404


async def test_an_emulator_that_stops_lets_its_lookers_go(rigs: Rigs) -> None:
    async with rigs() as rig:
        office = rig.receptionist
        office.answer_first(office.stream())
        phone = await rig.call()
        ringing = await phone.event("ringing")
        watching = asyncio.create_task(watched(rig, ringing["call_id"]))
        await phone.event("stream_open")
    told = await watching
    assert told[-1][0] == "over"
