"""The doctor's proof of a hand-off: a real call on the emulator, and what it switches on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.app.room_world import CALLER, OTIENO, RECEPTION, RoomWorld, room_world, takes

from mapokezi.app.doctor import examine
from mapokezi.app.doctor_call import Quote, quoted
from mapokezi.app.doctor_finding import Deployment, Finding
from mapokezi.app.doctor_handoff import TrialLimits, cost_of_trial, prove
from mapokezi.emulator.callees import WAYS, CalleeScript
from mapokezi.records.executors import Executor, Standing, StandingState
from mapokezi.stores.database import open_for_reading

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(150)]

LIMITS = TrialLimits(arrives_s=20.0, asks_s=15.0, settles_s=40.0, look_every_s=0.1)
OPERATOR = CalleeScript(after_s=0.5, talk_s=35.0, says="")
DIALS = '[hand_off]\nexecutors = ["dial", "callback"]\nring_seconds = 15'


async def standing_of(world: RoomWorld, executor: Executor) -> Standing | None:
    async with open_for_reading(world.settings.database_url) as records:
        return (await records.reachability.state()).standings.get(executor)


async def proven(
    world: RoomWorld, executor: Executor, *, heard: bool = True
) -> tuple[dict[str, Finding], StandingState | None]:
    deployment = Deployment(world.settings)
    found = [one async for one in examine(deployment)]
    assert not [one for one in found if one.is_red]
    quote = await quoted(deployment, CALLER)
    assert isinstance(quote, Quote), quote
    assert "two legs" in cost_of_trial(quote, executor)
    told = [one async for one in prove(deployment, quote, executor, lambda: heard, LIMITS)]
    assert all(bool(one.mend) == one.is_red for one in told)
    assert deployment.carrier is not None
    await deployment.carrier.close()
    await world.all_over()
    standing = await standing_of(world, executor)
    by_step = {one.check.rpartition(", ")[2]: one for one in told}
    return by_step, standing.state if standing is not None else None


@pytest.mark.proof
async def test_proves_the_room_and_switches_it_on(tmp_path: Path) -> None:
    callees = {CALLER: OPERATOR, RECEPTION: takes(talk_s=8.0)}
    # The office would dial: only this one call is passed on by the way that is tried.
    async with room_world(tmp_path, callees, DIALS) as world:
        found, state = await proven(world, Executor.CONFERENCE)
        joined = [one for one in world.legs if "conference_joined" in
                  [event["type"] for event in one.events]]  # fmt: skip
    assert [one.says for one in found.values() if one.is_red] == []
    assert list(found) == [
        "you are greeted",
        "a colleague is rung",
        "somebody takes the call",
        "you hear each other",
    ]
    assert "conference is proven on" in found["you hear each other"].says
    assert state is StandingState.PROVEN
    assert len(joined) == 2, "the operator's own leg and the colleague's"


@pytest.mark.proof
@pytest.mark.parametrize("way", ["declined", "not heard"])
async def test_what_was_not_seen_to_work_is_not_switched_on(tmp_path: Path, way: str) -> None:
    does = replace(WAYS["decline"], after_s=0.5) if way == "declined" else takes(talk_s=8.0)
    async with room_world(tmp_path, {CALLER: OPERATOR, RECEPTION: does, OTIENO: does}) as world:
        found, state = await proven(world, Executor.CONFERENCE, heard=False)
    assert state is None
    last = [*found.values()][-1]
    assert last.is_red
    assert ("declined" in last.says) is (way == "declined")


@pytest.mark.proof
async def test_proves_the_dial(tmp_path: Path) -> None:
    callees = {CALLER: OPERATOR, RECEPTION: CalleeScript(after_s=1.0, talk_s=6.0)}
    async with room_world(tmp_path, callees) as world:
        found, state = await proven(world, Executor.DIAL)
    assert [one.says for one in found.values() if one.is_red] == []
    assert state is StandingState.PROVEN


@pytest.mark.proof
@pytest.mark.parametrize("after_close", ["by-close", "observed", "hangup"])
async def test_the_dial_is_tried_by_closing_where_a_text_moves_nothing(
    tmp_path: Path, after_close: str
) -> None:
    callees = {CALLER: OPERATOR, RECEPTION: CalleeScript(after_s=1.0, talk_s=6.0)}
    async with room_world(tmp_path, callees) as world:
        await world.modes(**{"after-close": after_close})
        found, state = await proven(world, Executor.DIAL)
        standing = await standing_of(world, Executor.DIAL)
        assert len(world.legs) == 2, "two test calls"
    assert "closed" in found["once more"].says
    last = found["the platform does its part"]  # of the second call
    if after_close == "by-close":
        assert [one.says for one in found.values() if one.is_red] == []
        assert state is StandingState.PROVEN
        assert standing is not None
        assert standing.by_close
        return
    assert state is not StandingState.PROVEN
    assert last.is_red
    seen = "you heard nothing" if after_close == "observed" else "the platform ended the call"
    assert seen in last.says
