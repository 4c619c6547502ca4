"""``/emulator``: how it behaves, set and shown over HTTP; calls placed without a telephone."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from mapokezi.audio.wav import wav_sound

if TYPE_CHECKING:
    from tests.emulator.conftest import Rig, Rigs

pytestmark = pytest.mark.anyio

OFFICE = "+254209000000"


async def over(rig: Rig, call_id: str) -> dict[str, Any]:
    """A call once it has ended and its sound is kept."""
    async with asyncio.timeout(30):
        while True:
            told: dict[str, Any] = (await rig.rest("GET", f"/emulator/calls/{call_id}")).json()
            kept = told["heard"] or not rig.emulator.settings.keep_legs
            if told["call"]["ended_at"] and kept:
                return told
            await asyncio.sleep(0.02)


async def test_modes_of_platform_number_and_next_call(rigs: Rigs) -> None:
    async with rigs() as rig:
        shown = (await rig.rest("GET", "/emulator/modes")).json()
        assert shown["modes"]["after-close"] == "documented"
        assert {"name", "group", "says", "values", "default"} == set(shown["about"][0])
        await rig.rest("PATCH", "/emulator/modes", {"after-close": "observed"})
        path = f"/emulator/numbers/{OFFICE}"
        changed = (await rig.rest("PATCH", f"{path}/modes", {"first-state": "completed"})).json()
        assert changed["modes"]["after-close"] == "observed"
        planned = (await rig.rest("PATCH", f"{path}/next-call", {"post-names": "title"})).json()
        assert planned["modes"] == {"post-names": "title"}
        office = rig.receptionist
        for names in (("CallStatus", "From"), ("callSessionState", "callerNumber")):
            office.posts.clear()
            office.answer = lambda post: "<Response><Hangup/></Response>"
            await (await rig.call()).cdr()
            await office.post_with(lambda post: post is office.posts[-1] and len(office.posts) > 1)
            assert office.posts[0].fields[names[0]] == "Completed"
            assert office.posts[0].fields[names[1]] == "+254722000001"
        wrong = await rig.rest("PATCH", "/emulator/modes", {"after-lunch": 1})
        assert (wrong.status_code, wrong.json()["error"]["code"]) == (400, "emulator.refused")
        reset = (await rig.rest("DELETE", "/emulator/modes")).json()
        assert reset["modes"]["after-close"] == "documented"


async def test_a_call_without_a_telephone(rigs: Rigs) -> None:
    async with rigs(keep_legs=True) as rig:
        office = rig.receptionist
        asks = '<Response><GetDigits maxDigits="1"><Say>Press one.</Say></GetDigits></Response>'
        office.answer = lambda post: (
            asks if post.state == "Ringing" else "<Response><Say>You did.</Say></Response>"
        )
        order = {"from": "0722000009", "presses": "1", "presses_after_s": 0.4, "stays_s": 5}
        placed = (await rig.rest("POST", "/emulator/calls", order)).json()
        told = await over(rig, placed["call_id"])
        assert told["call"]["remote_e164"] == "+254722000009"
        assert told["call"]["hung_up_by"] == "platform"
        assert office.posts[1].fields["dtmfDigits"] == "1"
        (leg, url), *_ = told["heard"].items()
        assert leg == "+254722000009"
        _, heard = wav_sound((await rig.rest("GET", url)).content)
        assert len(heard) >= 16_000, "at least a second"
        listed = (await rig.rest("GET", "/emulator/calls")).json()["calls"]
        assert [row["id"] for row in listed] == [placed["call_id"]]


async def test_keys_hanging_up_and_modes_of_a_call_that_is_up(rigs: Rigs) -> None:
    async with rigs(keys="text") as rig:
        office = rig.receptionist
        office.answer_first(office.stream())
        placed = (await rig.rest("POST", "/emulator/calls", {"stays_s": 30})).json()
        media = await office.next_media()
        await media.frames_after(3)
        path = f"/emulator/calls/{placed['session_id']}"
        await rig.rest("POST", f"{path}/keys", {"keys": "42"})
        async with asyncio.timeout(30):
            while len(media.texts) < 3:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert [text for text in media.texts if '"dtmf": "4"' in text]
        changed = await rig.rest("PATCH", f"{path}/modes", {"stream-fault": "frozen"})
        assert changed.json()["modes"]["stream-fault"] == "frozen"
        frames = len(media.frames)
        await asyncio.sleep(0.2)
        assert len(media.frames) <= frames + 1, "frozen at once"
        await rig.rest("PATCH", f"{path}/modes", {"stream-fault": "none"})
        await media.frames_after(frames + 5)
        await rig.rest("PATCH", f"{path}/modes", {"stream-fault": "cut"})
        await media.closed.wait()
        assert media.close_code != 1000
        await rig.rest("POST", f"{path}/hangup")
        told = await over(rig, placed["call_id"])
        assert (await rig.rest("POST", f"{path}/keys", {"keys": "1"})).status_code == 409
        assert told["modes"]["stream-fault"] == "cut"


async def test_the_world_around(rigs: Rigs) -> None:
    async with rigs() as rig:
        person = await rig.rest("PUT", "/emulator/callees/0722000003", {"way": "decline"})
        assert person.json()["presses"] == "2"
        known = (await rig.rest("GET", "/emulator/callees")).json()
        assert list(known["callees"]) == ["+254722000003"]
        assert "voicemail" in known["ways"]
        assert (await rig.rest("PUT", "/emulator/callees/1", {"way": "sulk"})).status_code == 400
        wallet = await rig.rest("PATCH", "/emulator/wallet", {"balance_minor": -5})
        assert wallet.json()["status"] == "empty"
        clock = await rig.rest("PATCH", "/emulator/clock", {"speed": 50})
        assert (clock.json(), rig.emulator.platform.switchboard.clock.speed) == (
            {"speed": 50.0},
            50,
        )
        assert (await rig.rest("PATCH", "/emulator/clock", {"speed": 0})).status_code == 400
        assert (await rig.rest("GET", "/emulator/conferences")).json() == {"conferences": []}
        assert (await rig.rest("GET", "/emulator/deliveries")).json() == {"deliveries": []}
        missing = await rig.rest("GET", "/emulator/calls/none")
        assert missing.json()["error"]["code"] == "calls.not_found"


async def test_a_page_of_another_site_sets_nothing(rigs: Rigs) -> None:
    async with rigs() as rig:
        answer = await rig.rest(
            "PATCH", "/emulator/clock", {"speed": 9}, Origin="https://evil.example"
        )
        assert answer.status_code == 403
        # A site whose name was made to lead here is of the same origin for a browser.
        led = {"Host": "evil.example", "Origin": "http://evil.example"}
        assert (await rig.rest("PATCH", "/emulator/clock", {"speed": 9}, **led)).status_code == 403
        own = await rig.rest("GET", "/emulator/clock", Origin=rig.emulator.base_url)
        assert own.json() == {"speed": 1.0}


@pytest.mark.parametrize(
    "order",
    [
        {"to": "+254700000000"},
        {"stays_s": "long"},
        {"presses": "x"},
        {"modes": {"after-lunch": 1}},
    ],
)
async def test_a_call_that_cannot_be_placed(rigs: Rigs, order: dict[str, Any]) -> None:
    async with rigs() as rig:
        refused = await rig.rest("POST", "/emulator/calls", order)
        assert (refused.status_code, rig.emulator.platform.calls) == (400, ())
