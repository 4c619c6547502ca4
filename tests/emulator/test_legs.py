"""Who hears whom, as the platform joins it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from mapokezi.emulator.legs import PLATFORM, Leg, legs_of

if TYPE_CHECKING:
    from tests.emulator.conftest import Rig, Rigs

pytestmark = pytest.mark.anyio

CALLER, COLLEAGUE = "+254722000001", "+254700000101"
STREAM = "the stream receptionist"


def legs(rig: Rig) -> dict[str, Leg]:
    calls = rig.emulator.platform.calls
    return {leg.who: leg for leg in legs_of(calls[0], calls)}


async def until(rig: Rig, holds: Callable[[dict[str, Leg]], bool]) -> dict[str, Leg]:
    async with asyncio.timeout(30):
        while not (rig.emulator.platform.calls and holds(legs(rig))):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return legs(rig)


async def test_caller_and_stream_hear_one_another(rigs: Rigs) -> None:
    async with rigs() as rig:
        office = rig.receptionist
        office.answer_first(office.stream())
        phone = await rig.call()
        await phone.event("stream_open")
        found = await until(rig, lambda all_: all_[STREAM].state == "open")
        assert list(found) == [CALLER, STREAM]
        assert found[CALLER] == Leg("caller", CALLER, "on the line", (STREAM,))
        assert found[STREAM].hears == (CALLER,)
        await phone.hang_up()


@pytest.mark.parametrize(
    ("modes", "state", "caller_hears", "stream_hears"),
    [
        ({"stream_fault": "frozen", "stream_fault_s": 0.05}, "frozen", (), ()),
        ({"stream_fault": "mute"}, "open, and mute", (), ()),
        ({"hold": "never-writes"}, "open", (), (CALLER,)),
    ],
    ids=str,
)
async def test_what_a_mode_does_to_it(
    rigs: Rigs,
    modes: dict[str, Any],
    state: str,
    caller_hears: tuple[str, ...],
    stream_hears: tuple[str, ...],
) -> None:
    async with rigs(**modes) as rig:
        office = rig.receptionist
        office.answer_first(office.stream())
        phone = await rig.call()
        await office.next_media()
        found = await until(rig, lambda all_: STREAM in all_ and all_[STREAM].state == state)
        assert found[CALLER].hears == caller_hears
        assert found[STREAM].hears == stream_hears
        await phone.hang_up()


async def test_a_stream_that_sends_no_sound_back_is_not_heard(rigs: Rigs) -> None:
    async with rigs() as rig:
        office = rig.receptionist
        office.answer_first(office.stream(rates='outputSamplingRate="16000"'))
        phone = await rig.call()
        await phone.event("stream_open")
        found = await until(rig, lambda all_: all_[STREAM].state == "open")
        assert (found[CALLER].hears, found[STREAM].hears) == ((), (CALLER,))
        await phone.hang_up()


async def test_a_stream_whose_handshake_is_not_answered_is_heard_by_nobody(rigs: Rigs) -> None:
    async with rigs() as rig:
        office = rig.receptionist
        office.answer_first(office.stream())
        office.never_answer = True
        phone = await rig.call()
        found = await until(rig, lambda all_: STREAM in all_)
        assert found[STREAM] == Leg("stream", STREAM, "connects", ())
        assert STREAM not in found[CALLER].hears
        await phone.hang_up()


async def test_a_dialled_colleague_is_rung_then_joined(rigs: Rigs, scripts: Any) -> None:
    callees = {COLLEAGUE: scripts("answered", after_s=0.3, talk_s=3.0)}
    async with rigs(callees=callees) as rig:
        office = rig.receptionist
        office.answer_first(f'<Response><Dial phoneNumbers="{COLLEAGUE}"/></Response>')
        phone = await rig.call()
        await phone.event("dialling")
        found = legs(rig)
        assert found[COLLEAGUE] == Leg("dialled", COLLEAGUE, "rings", ())
        assert found[CALLER].hears == (PLATFORM,)
        await phone.event("dial_answered")
        found = await until(rig, lambda all_: all_[COLLEAGUE].state == "on the line")
        assert found[COLLEAGUE].hears == (CALLER,)
        assert found[CALLER] == Leg("caller", CALLER, "on the line", (COLLEAGUE,))
        await phone.hang_up()


async def test_two_in_a_room_and_one_of_them_muted(rigs: Rigs) -> None:
    async with rigs() as rig:
        office = rig.receptionist
        office.answer = lambda post: "<Response><Conference>one</Conference></Response>"
        first = await rig.call()
        await first.event("conference_joined")
        alone = legs(rig)
        assert alone[CALLER] == Leg("caller", CALLER, "in the room one", ())
        second = await rig.phone()
        await second.send({"type": "dial", "from": COLLEAGUE, "to": "+254209000000"})
        await second.event("conference_joined")
        found = legs(rig)
        assert found[CALLER].hears == (COLLEAGUE,)
        assert found[COLLEAGUE].hears == (CALLER,)
        command = {"command": "mute", "participant": COLLEAGUE}
        await rig.rest("POST", "/v1/conferences/one/commands", command)
        found = legs(rig)
        assert found[CALLER].hears == ()
        assert found[COLLEAGUE].hears == (CALLER,)
        await first.hang_up()
        await second.hang_up()


async def test_a_call_of_somebody_else_is_left_out(rigs: Rigs) -> None:
    async with rigs() as rig:
        office = rig.receptionist
        office.answer = lambda post: office.stream() if post.state == "Ringing" else ""
        first = await rig.call()
        await first.event("stream_open")
        second = await rig.phone()
        await second.send({"type": "dial", "from": COLLEAGUE, "to": "+254209000000"})
        await second.event("stream_open")
        assert list(legs(rig)) == [CALLER, STREAM]
        await first.hang_up()
        await second.hang_up()
