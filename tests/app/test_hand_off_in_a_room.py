"""Passing callers on through a room, in whole calls on the emulator: who hears whom."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from tests.app.room_world import (
    RECEPTION,
    RoomWorld,
    emulated,
    line_of_its_own,
    room_settings,
    room_world,
    takes,
    voices_in,
)
from tests.scripted_line import line_up

from mapokezi.calls import Outcome
from mapokezi.emulator.call_detail import CallDetail
from mapokezi.emulator.callees import NOBODY, WAYS
from mapokezi.emulator.server import Emulator
from mapokezi.records.call_record import HandOffOutcome

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(150)]


def joined_s(leg: CallDetail) -> float:
    (event,) = [one for one in leg.events if one["type"] == "conference_joined"]
    return float(event["t_ms"]) / 1000


def kinds(call: CallDetail) -> list[str]:
    return [one["type"] for one in call.events]


def is_told_over(call: CallDetail) -> bool:
    """Whether the line was told that it is over."""
    posts = [one for one in call.events if one["type"] == "posted"]
    return call.is_over and any(one["state"] == "Completed" for one in posts)


async def test_both_hear_each_other_and_we_are_gone(tmp_path: Path) -> None:
    colleague = takes(then_says="Hello it is me", talk_s=11.0)
    async with room_world(tmp_path, {RECEPTION: colleague}) as world:
        call = await world.ring(says="Hello hello hello", says_after_s=9.0)
        await world.until(lambda: bool(world.legs) and world.legs[0].is_over)
        await world.all_over()
        (leg,) = world.legs
        caller_heard = await world.heard(call, call.remote)
        colleague_heard = await world.heard(leg, RECEPTION)
        record = await world.record_of(call)
    at_s = joined_s(leg)
    assert voices_in(colleague_heard, at_s + 0.5), "the colleague hears the caller"
    began_s = (leg.started_at - call.started_at).total_seconds()
    left_s = next(one["t_ms"] for one in call.events if one["type"] == "stream_closed") / 1000
    assert voices_in(caller_heard, left_s + 0.5), "the caller hears the colleague, without us"
    assert left_s >= began_s + at_s, "we leave when they are together, and not before"
    assert left_s <= began_s + at_s + 4.0
    assert record.call.outcome is Outcome.TRANSFERRED
    (tried,) = record.call.hand_offs
    assert (tried.outcome, tried.executor) == (HandOffOutcome.CONNECTED, "conference")
    steps = [one.values["kind"] for one in record.timeline if one.what == "hand_off_step"]
    wanted = ["begun", "ringing", "answered", "briefed", "accepted", "joined", "ended"]
    assert [one for one in steps if one in wanted] == wanted
    assert call.is_over, "the end of one is the end of the other"
    assert leg.hung_up_by == "callee"


async def said_to(world: RoomWorld) -> str:
    await world.until(lambda: any("said" in kinds(leg) for leg in world.legs))
    return next(str(one["text"]) for one in world.legs[0].events if one["type"] == "said")


@pytest.mark.proof
async def test_the_colleague_is_told_who_it_is_and_presses_1(tmp_path: Path) -> None:
    async with room_world(tmp_path, {RECEPTION: takes(presses_after_s=2.0)}) as world:
        call = await world.ring()
        text = await said_to(world)
        assert text.startswith("A caller is on the line, from 0 7 2 2, 0 0 0, 7 7 7.")
        assert "About: a plot in Ruiru." in text
        assert text.endswith("Press 1 to take the call, 2 to decline.")
        await world.until(lambda: "conference_joined" in kinds(world.legs[0]))
        world.emulator.platform.hang_up(call.session_id)
        await world.all_over()


@pytest.mark.parametrize(
    "way",
    [
        pytest.param("voicemail", marks=pytest.mark.proof),
        pytest.param("declines", marks=pytest.mark.proof),
        pytest.param("hangs up in the briefing", marks=pytest.mark.proof),
    ],
)
async def test_who_does_not_press_1_is_not_joined(tmp_path: Path, way: str) -> None:
    does = {
        "voicemail": replace(WAYS["voicemail"], after_s=0.5, talk_s=60.0),
        "declines": replace(WAYS["decline"], after_s=0.5),
        "hangs up in the briefing": takes(presses="", talk_s=1.5),
    }[way]
    async with room_world(tmp_path, {RECEPTION: does}) as world:
        call = await world.ring()
        await world.until(lambda: bool(world.legs) and is_told_over(world.legs[0]))
        leg = world.legs[0]
        assert "conference_joined" not in kinds(leg)
        assert "stream_closed" not in kinds(call), "the receptionist stays with the caller"
        world.emulator.platform.hang_up(call.session_id)
        record = await world.record_of(call)
    assert record.call.hand_offs[0].outcome is HandOffOutcome.DECLINED


@pytest.mark.proof
async def test_the_caller_who_hangs_up_stops_the_ringing_at_once(tmp_path: Path) -> None:
    async with room_world(tmp_path, {RECEPTION: NOBODY}) as world:
        call = await world.ring()
        await world.until(lambda: bool(world.legs))
        await asyncio.sleep(1.0)
        world.emulator.platform.hang_up(call.session_id)
        await world.until(lambda: world.legs[0].is_over, within_s=2.0)
        (leg,) = world.legs
        record = await world.record_of(call)
    assert leg.answered_s is None
    assert leg.cost.minor == 0
    (tried,) = record.call.hand_offs
    assert tried.outcome is HandOffOutcome.CALLER_GONE


@pytest.mark.proof
async def test_both_at_once_in_the_briefing(tmp_path: Path) -> None:
    async with room_world(tmp_path, {RECEPTION: takes(presses="", talk_s=30.0)}) as world:
        call = await world.ring()
        await world.until(lambda: bool(world.legs) and world.legs[0].answered_s is not None)
        for one in (call, world.legs[0]):
            world.emulator.platform.hang_up(one.session_id)
        await world.until(lambda: all(one.is_over for one in world.details), within_s=3.0)
        await world.record_of(call)
    assert not world.emulator.platform.switchboard.rooms.all()


@pytest.mark.proof
async def test_a_second_colleague_answers_late(tmp_path: Path) -> None:
    hand_off = (
        '[hand_off]\nexecutors = ["conference"]\nring = "all_at_once"\nring_seconds = 15\n'
        'order = ["wanjiku-kamau", "brian-otieno"]'
    )
    first = takes(after_s=0.5, presses_after_s=0.5, talk_s=6.0)
    late = takes(after_s=1.02, presses_after_s=0.3, talk_s=30.0)
    callees = {"+254700000101": first, "+254700000102": late}
    async with room_world(tmp_path, callees, hand_off) as world:
        call = await world.ring()
        await world.until(lambda: len(world.legs) == 2 and all(one.is_over for one in world.legs))
        await world.all_over()
        anne, brian = world.legs
        await world.record_of(call)
    assert "conference_joined" in kinds(anne)
    assert "conference_joined" not in kinds(brian), "one colleague for one caller"
    assert brian.ended_at is not None
    assert anne.ended_at is not None
    assert brian.ended_at < anne.ended_at, "who is not needed is not billed on"


@pytest.mark.proof
async def test_a_platform_without_rooms_gets_a_stream_that_holds_the_call(tmp_path: Path) -> None:
    async with room_world(tmp_path, {RECEPTION: takes()}) as world:
        await world.modes(conference="refused")
        call = await world.ring(stays_s=6)
        await world.all_over()
        assert world.legs == []
        documents = [one["verbs"] for one in call.events if one["type"] == "document"]
        assert documents[0][:3] == ["Stream", "Conference", "Redirect"]
        assert documents[1][:2] == ["Stream", "Redirect"]
        heard = await world.heard(call, call.remote)
    assert voices_in(heard), "the receptionist is heard all the same"
    assert (call.ended_s or 0) > 5.0, "the call is not dropped"


@pytest.mark.proof
async def test_a_platform_that_tells_nothing_of_rooms_rings_nobody(tmp_path: Path) -> None:
    async with room_world(tmp_path, {RECEPTION: takes()}) as world:
        await world.modes(conference="no-events")
        call = await world.ring(stays_s=9)
        await world.all_over()
        record = await world.record_of(call)
    assert world.legs == []
    outcomes = [one.outcome for one in record.call.hand_offs if one.executor == "conference"]
    assert outcomes == [HandOffOutcome.NOT_SUPPORTED]


ROOMS = '[hand_off]\nexecutors = ["conference", "callback"]\nring_seconds = 40'


async def test_the_line_is_killed_while_it_rings(tmp_path: Path) -> None:
    """What nobody can end any more, the next line ends at its start."""
    settings = room_settings(tmp_path, ROOMS)
    async with Emulator(emulated(settings, {RECEPTION: NOBODY})) as emulator:
        world = RoomWorld(settings, emulator)
        async with line_of_its_own(settings) as line:
            call = await world.ring(stays_s=60)
            await world.until(lambda: bool(world.legs))
            # Killed as the leg's session has just been told: it may not stand on disk yet.
            line.kill()
            line.wait(10)
        (leg,) = world.legs
        assert [leg.is_over, call.is_over] == [False, False], "nobody is there to end them"
        async with line_up(settings):
            await world.until(lambda: leg.is_over and call.is_over, within_s=25.0)
    assert leg.hung_up_by == call.hung_up_by == "api"
    assert leg.cost.minor == 0
    assert not emulator.platform.switchboard.rooms.all()


@pytest.mark.proof
async def test_the_line_is_killed_while_the_two_talk(tmp_path: Path) -> None:
    """Two who talk are let be, and the end of one is the end of the other."""
    settings = room_settings(tmp_path, ROOMS)
    callees = {RECEPTION: takes(talk_s=22.0)}
    async with Emulator(emulated(settings, callees)) as emulator:
        world = RoomWorld(settings, emulator)
        async with line_of_its_own(settings) as line:
            call = await world.ring(stays_s=90)
            await world.until(lambda: "stream_closed" in kinds(call))
            await asyncio.sleep(1.0)
            line.kill()
            line.wait(10)
        async with line_up(settings):
            (leg,) = world.legs
            assert [leg.is_over, call.is_over] == [False, False], "they talk on"
            await world.until(lambda: leg.is_over, within_s=40.0)
            await world.until(lambda: call.is_over, within_s=30.0)
    assert leg.hung_up_by == "callee", "nobody has cut them off"
