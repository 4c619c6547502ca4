"""Conference rooms over loopback: joined, told of, commanded."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from mapokezi.audio.wav import wav_sound
from mapokezi.emulator.callees import WAYS

if TYPE_CHECKING:
    from tests.emulator.conftest import Phone, Rig, Rigs

pytestmark = pytest.mark.anyio

OFFICE, PERSON = "+254209000000", "+254722000005"


def room(attributes: str = "", tail: str = "") -> str:
    return (
        f'<Response><Conference statusEventsCallbackUrl="/room" {attributes}>one</Conference>'
        f"{tail}</Response>"
    )


def in_the_room(rig: Rig, document: str) -> None:
    """Answer every call's first post with a room."""
    rig.receptionist.answer = lambda post: (
        document if post.state in ("Ringing", "Answered") else "<Response/>"
    )


async def two_in_the_room(rig: Rig, document: str) -> tuple[Phone, Phone]:
    in_the_room(rig, document)
    one, two = await rig.call(), await rig.call()
    for phone in (one, two):
        await phone.event("conference_joined")
    await two.event("conference_joined", members=2)
    return one, two


def told(rig: Rig) -> list[str]:
    return [post.fields["event"] for post in rig.receptionist.posts if post.path == "/room"]


async def test_members_hear_one_another_and_somebody_is_told(
    rigs: Rigs, sine: Callable[..., bytes]
) -> None:
    async with rigs(keep_legs=True) as rig:
        one, two = await two_in_the_room(rig, room())
        one.mouth = sine(1000, 200, 8000)
        await two.hears(1000, 300)
        assert one.heard_ms(1000) == 0, "nobody hears themselves"
        rooms = (await rig.rest("GET", "/emulator/conferences")).json()["conferences"]
        assert [member["muted"] for member in rooms[0]["participants"]] == [False, False]
        row = await one.hang_up()
        await two.hang_up()
        await rig.receptionist.post_with(
            lambda post: post.path == "/room" and post.fields["event"] == "end"
        )
        assert told(rig) == ["join", "start", "join", "leave", "leave", "end"]
        join = next(post for post in rig.receptionist.posts if post.path == "/room")
        assert join.fields == {
            "event": "join",
            "conference_name": "one",
            "caller": "+254722000001",
            "participant_id": row["session_id"],
            "participants": "1",
        }
        assert (await rig.rest("GET", "/emulator/conferences")).json() == {"conferences": []}


async def test_a_room_starts_ends_and_is_full_as_its_members_have_it(rigs: Rigs) -> None:
    async with rigs() as rig:
        waits = room('startOnEnter="false" maxParticipants="2"')
        in_the_room(rig, waits)
        first = await rig.call()
        await first.event("conference_joined")
        in_the_room(rig, room('endOnExit="true"'))
        host = await rig.call()
        await host.event("conference_joined")
        await rig.receptionist.post_with(
            lambda post: post.path == "/room" and post.fields["event"] == "start"
        )
        third = await rig.call()
        assert (await third.event("conference_full"))["room"] == "one"
        await host.hang_up()
        for phone in (first, third):
            await phone.cdr()
        assert told(rig).count("start") == 1


async def test_commands_mute_put_out_and_end(rigs: Rigs, sine: Callable[..., bytes]) -> None:
    async with rigs() as rig:
        one, two = await two_in_the_room(rig, room(tail="<Say>After the room.</Say>"))
        session = (await one.event("ringing"))["session_id"]

        async def command(name: str, participant: str = "", where: str = "one") -> Any:
            body = {"command": name, "participant": participant}
            return await rig.rest("POST", f"/v1/conferences/{where}/commands", body)

        assert (await command("mute", session)).json()["status"] == "ok"
        one.mouth = sine(1000, 200, 8000)
        await two.lives(400)
        assert two.heard_ms(1000) == 0
        await command("unmute", session)
        await two.hears(1000, 200)
        assert (await command("kick", "+254700000000")).status_code == 404
        assert (await command("dance")).status_code == 400
        assert (await command("end", where="two")).status_code == 404
        await command("kick", session)
        await one.event("said", text="After the room.")
        await command("end")
        await two.event("said", text="After the room.")
        for phone in (one, two):
            await phone.cdr()
        assert {"mute", "unmute"} <= set(told(rig))


async def test_members_without_events(rigs: Rigs) -> None:
    async with rigs(conference="no-events") as rig:
        one, two = await two_in_the_room(rig, room('beep="true"'))
        await one.hang_up()
        await two.hang_up()
        await rig.receptionist.completed()
        assert told(rig) == []


async def test_a_colleague_is_rung_into_the_room_while_the_stream_goes_on(
    rigs: Rigs, sine: Callable[..., bytes]
) -> None:
    """The integrator's own design of a hand-off: built by them, and never seen live."""
    callees = {PERSON: WAYS["accept"]}
    async with rigs(callees=callees, clock_speed=20, keep_legs=True) as rig:
        office = rig.receptionist
        held = room()
        stream = office.stream(connect=False).removeprefix("<Response>")
        caller_document = f"<Response>{stream.removesuffix('</Response>')}{held[10:]}"
        office.answer = lambda post: {
            "Ringing": caller_document,
            "Answered": room('endOnExit="true"'),
        }.get(post.state, "<Response/>")
        phone = await rig.call()
        media = await office.next_media()
        await media.say(sine(800, 320))
        await phone.hears(800, 200)
        placed = await rig.rest("POST", "/v1/calls", {"from": OFFICE, "to": [PERSON]})
        join = await office.post_with(
            lambda post: post.path == "/room" and post.fields["caller"] == PERSON
        )
        assert join.fields["participants"] == "2"
        await phone.hears(620, 200)
        await media.frames_after(10)
        await rig.rest("POST", f"/v1/calls/{placed.json()['call_id']}/hangup")
        await phone.cdr()
        async with asyncio.timeout(30):
            while True:
                path = f"/emulator/calls/{placed.json()['call_id']}"
                heard = (await rig.rest("GET", path)).json()["heard"]
                if heard:
                    break
                await asyncio.sleep(0.02)
        _, pcm = wav_sound((await rig.rest("GET", heard[PERSON])).content)
        assert pcm
