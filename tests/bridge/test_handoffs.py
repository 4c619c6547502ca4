"""A hand-off: armed, due, watched, and its outcome on record."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mapokezi.bridge import clock
from mapokezi.bridge.call_keeping import CallKeeping
from mapokezi.bridge.handoffs import HandOff, HandOffImpossible
from mapokezi.calls import OfficeId
from mapokezi.receptionist.handoff import Ring
from mapokezi.records.call_record import CallRecord, HandOffOutcome
from mapokezi.records.ledger import Rates
from mapokezi.telephony.actions import Dial, Redirect, Say, Stream
from mapokezi.telephony.callbacks import DialOutcome
from mapokezi.telephony.urls import After
from mapokezi.units import E164

pytestmark = pytest.mark.anyio
VIRTUAL_TIME = True

WANJIKU = Ring("wanjiku-kamau", "Wanjeekoo Kamow", E164("+254700000101"))


class Passing:
    """A call whose socket is open, and its hand-off."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.talk = world.ring()
        call = self.talk.call
        world.calls.claim_media(call.token.value, call.call_id, "node-1", clock.monotonic())
        arrival = CallRecord(
            call_id=call.call_id,
            session_id=call.session_id,
            office_id=OfficeId("law-office"),
            caller=call.caller,
            dialled=call.dialled,
            arrived_at=call.arrived_at,
            node="n",
        )
        self.keeping = CallKeeping(world.keeper, arrival, Rates())
        self.dead_air: list[float] = []
        self.handoff = HandOff(
            call, world.calls, self.keeping, lambda: self.dead_air.append(clock.monotonic())
        )

    @property
    def tried(self) -> Any:
        return self.keeping.record.hand_offs


@pytest.fixture
async def passing(worlds: Any) -> Passing:
    return Passing(await worlds(prepared=False))


async def test_the_platforms_next_question_gets_the_document(passing: Passing) -> None:
    passing.handoff.arm(WANJIKU)
    assert passing.handoff.name == "Wanjeekoo Kamow"
    say, dial, redirect = passing.talk.post(after=After.STREAM)
    assert isinstance(say, Say)
    assert "Wanjeekoo Kamow" in say.text
    assert isinstance(dial, Dial)
    assert dial.numbers == ("+254700000101",)
    assert dial.caller_id == passing.talk.call.dialled
    assert isinstance(redirect, Redirect)


async def test_a_call_that_is_over_cannot_be_passed_on(passing: Passing) -> None:
    passing.talk.complete()
    with pytest.raises(HandOffImpossible):
        passing.handoff.arm(WANJIKU)


async def test_a_platform_that_never_asks_is_noticed(passing: Passing) -> None:
    passing.handoff.arm(WANJIKU)
    began = clock.monotonic()
    passing.handoff.due()
    assert passing.handoff.is_under_way
    await asyncio.sleep(10)
    assert passing.dead_air == [pytest.approx(began + 4.0)]
    assert passing.tried[0].outcome is HandOffOutcome.NOT_SUPPORTED
    assert not passing.handoff.is_under_way


async def test_a_platform_that_asks_is_left_to_ring(passing: Passing) -> None:
    passing.handoff.arm(WANJIKU)
    passing.handoff.due()
    passing.talk.post(after=After.STREAM)
    passing.handoff.served()
    await asyncio.sleep(20)
    assert passing.dead_air == []
    assert passing.tried[0].outcome is None


async def test_a_document_given_before_our_close_was_not_acted_on(passing: Passing) -> None:
    """Some post of the call's life was answered with it while we were still speaking."""
    passing.handoff.arm(WANJIKU)
    passing.talk.post(state_text="Answered")
    assert passing.talk.call.handoff_served_at is not None
    passing.handoff.due()
    await asyncio.sleep(5)
    assert len(passing.dead_air) == 1


@pytest.mark.parametrize(
    ("outcome", "kept"),
    [
        (DialOutcome.NO_ANSWER, HandOffOutcome.NO_ANSWER),
        (DialOutcome.BUSY, HandOffOutcome.BUSY),
        (DialOutcome.DECLINED, HandOffOutcome.DECLINED),
        (DialOutcome.CONNECTED, HandOffOutcome.CONNECTED),
    ],
)
async def test_the_outcome_is_on_record(
    passing: Passing, outcome: DialOutcome, kept: HandOffOutcome
) -> None:
    passing.handoff.arm(WANJIKU)
    passing.handoff.due()
    passing.talk.post(after=After.STREAM)
    passing.handoff.served()
    await asyncio.sleep(7)
    passing.talk.post(after=After.DIAL, dial_outcome=outcome)
    assert passing.handoff.ended() is (outcome is DialOutcome.CONNECTED)
    (tried,) = passing.tried
    assert tried.outcome is kept
    assert tried.person_id == "wanjiku-kamau"
    assert (tried.ended_at - tried.started_at).total_seconds() == pytest.approx(7)


async def test_an_outcome_that_nobody_tells_is_not_made_up(passing: Passing) -> None:
    passing.handoff.arm(WANJIKU)
    assert passing.handoff.rung_in_doubt == set()
    passing.handoff.due()
    passing.talk.post(after=After.STREAM)
    passing.handoff.served()
    await asyncio.sleep(7)
    (stream, *_) = passing.talk.post(after=After.DIAL)
    assert isinstance(stream, Stream), "the caller is not lost"
    assert passing.handoff.ended() is False
    (tried,) = passing.tried
    assert tried.outcome is None
    assert tried.ended_at is not None
    assert passing.handoff.is_in_doubt
    assert passing.handoff.rung_in_doubt == {WANJIKU.destination}
    assert not passing.handoff.has_news


@pytest.mark.parametrize("outcome", [DialOutcome.BUSY, DialOutcome.CONNECTED])
async def test_an_outcome_that_is_told_late_ends_the_doubt(
    passing: Passing, outcome: DialOutcome
) -> None:
    passing.handoff.arm(WANJIKU)
    passing.handoff.due()
    passing.talk.post(after=After.STREAM)
    passing.talk.post(after=After.DIAL)
    passing.handoff.ended()
    passing.talk.post(dial_outcome=outcome)
    assert passing.handoff.has_news
    assert passing.handoff.ended() is (outcome is DialOutcome.CONNECTED)
    assert passing.tried[0].outcome == outcome.value
    assert passing.handoff.rung_in_doubt == set()
    assert not passing.handoff.has_news


async def test_called_off_nothing_is_armed_any_more(passing: Passing) -> None:
    passing.handoff.arm(WANJIKU)
    passing.handoff.call_off()
    assert passing.talk.call.armed is None
    assert passing.handoff.name == ""


async def test_a_call_that_is_over_is_not_watched(passing: Passing) -> None:
    passing.handoff.arm(WANJIKU)
    passing.handoff.due()
    passing.handoff.stop()
    await asyncio.sleep(10)
    assert passing.dead_air == []
