"""Nothing of a call stays once it is forgotten: not a line of a table, not an object.

A line takes calls for months. What stayed of each of them was once two sums for caps that nobody
had set, and a row of the instants at which its caller had rung: 1.5 kB a call, unseen by a test
that looks for tasks and sockets.
"""

from __future__ import annotations

import asyncio
import gc
from collections import Counter
from dataclasses import replace
from typing import Any, cast

import pytest

from mapokezi.bridge import clock
from mapokezi.bridge.cap_watch import CapParts, CapWatch
from mapokezi.bridge.ledger_keeping import LedgerKeeper
from mapokezi.records.caps import Cap, Caps
from mapokezi.records.ledger import Rates
from mapokezi.records.model_prices import PriceTable
from mapokezi.units import E164

pytestmark = pytest.mark.anyio
VIRTUAL_TIME = True

CALLS = 30
UNTIL_FORGOTTEN_S = 3_700.0


def watch_caps(world: Any, caps: Caps) -> None:
    """Have what calls cost counted, as a line does whether or not there are caps."""
    offices = {world.office.id: world.office}
    parts = CapParts(caps, Rates(), PriceTable(()), cast("Any", None), offices)
    watch = CapWatch(parts)
    keeper = LedgerKeeper(world.keeper, Rates(), watch.ended)
    world.reception._parts = replace(
        world.reception._parts, caps=watch, keeper=keeper, rates=Rates()
    )
    world.calls.may_begin = watch.may_begin


async def some_calls(world: Any, first: int) -> Counter[str]:
    """Take calls, each from a number of its own; give what is held once they are forgotten."""
    for number in range(first, first + CALLS):
        talk = world.ring(caller=E164(f"+2547330{number:05}"))
        talk.open()
        await talk.wait(0.5)
        await talk.say("Hello?")
        talk.complete()
        talk.gone("platform_closed")
        await asyncio.sleep(2.0)
    await asyncio.sleep(UNTIL_FORGOTTEN_S)
    world.calls.sweep(clock.monotonic())
    assert not world.calls.live
    forget_what_the_fakes_keep(world)
    del talk
    gc.collect()
    return Counter(f"{type(one).__module__}.{type(one).__qualname__}" for one in gc.get_objects())


def forget_what_the_fakes_keep(world: Any) -> None:
    keeper = world.keeper
    for kept in (
        keeper.changes, keeper.calls, keeper.turns, keeper.messages, keeper.timeline,
        world.speech.hearings, world.recordings.opened, world.recordings.on_stopped,
        world.carrier.hung_up, world.carrier.asked, world.published, world.underruns,
    ):  # fmt: skip
        kept.clear()


@pytest.mark.parametrize("caps", [Caps(), Caps(day=Cap(minutes=10_000))], ids=["no cap", "a day's"])
async def test_nothing_stays_of_a_call_that_is_forgotten(worlds: Any, caps: Caps) -> None:
    world = await worlds()
    watch_caps(world, caps)
    await some_calls(world, 0)
    before = await some_calls(world, 1_000)
    after = await some_calls(world, 2_000)
    more = {kind: count - before[kind] for kind, count in after.items()}
    kept_for_the_day = {"mapokezi.records.caps.Used"} if caps else set()
    stayed = {kind: count for kind, count in more.items() if count >= CALLS // 2}
    assert set(stayed) <= kept_for_the_day, stayed
    assert len(world.calls._rate._rings) <= CALLS
