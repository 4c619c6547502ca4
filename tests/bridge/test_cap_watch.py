"""Caps end calls kindly, and the record says which cap it was."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, cast

import pytest

from mapokezi.bridge import clock
from mapokezi.bridge.admission import Refusal
from mapokezi.bridge.cap_watch import CapParts, CapWatch
from mapokezi.bridge.ledger_keeping import LedgerKeeper
from mapokezi.calls import CallId, Outcome, TerminationReason, TerminationResult
from mapokezi.records.call_record import CallRecord
from mapokezi.records.caps import Cap, Caps
from mapokezi.records.ledger import Rates
from mapokezi.records.lists import CallFilter, CallPage, PageMark
from mapokezi.records.model_prices import ExchangeRate, ModelPrice, PriceTable
from mapokezi.telephony.actions import Dial, Record, Say
from mapokezi.telephony.callbacks import DialOutcome
from mapokezi.telephony.urls import After
from mapokezi.telephony.visit import Phase
from mapokezi.units import E164, Money
from mapokezi.voice.events import UsageReported

pytestmark = pytest.mark.anyio
VIRTUAL_TIME = True

OTHER = E164("+254733000002")
PRICES = PriceTable(
    (ModelPrice("vendor-live-1", date(2026, 1, 1), {"audio_in": Decimal(10)}),),
    rate=ExchangeRate(Decimal(100)),
)


class Records:
    """Calls of the day that stand in the records."""

    def __init__(self, *calls: CallRecord) -> None:
        self.stand = list(calls)
        self.asked: list[CallFilter] = []

    async def page(
        self, wanted: CallFilter, older_than: PageMark | None = None, limit: int = 50
    ) -> CallPage:
        self.asked.append(wanted)
        first = 0 if older_than is None else 1
        more = PageMark(clock.wall(), "c") if not first and len(self.stand) > 1 else None
        return CallPage(tuple(self.stand[first : first + 1]), more)


class House:
    """A reception whose calls are capped."""

    def __init__(
        self, world: Any, caps: Caps, rates: Rates | None = None, *stand: CallRecord
    ) -> None:
        self.world = world
        self.records = Records(*stand)
        offices = {world.office.id: world.office}
        rates = rates or Rates()
        parts = CapParts(caps, rates, PRICES, cast("Any", self.records), offices)
        self.watch = CapWatch(parts)
        keeper = LedgerKeeper(world.keeper, rates, self.watch.ended)
        reception = world.reception
        reception._parts = replace(reception._parts, caps=self.watch, keeper=keeper, rates=rates)
        world.calls.may_begin = self.watch.may_begin

    async def __aenter__(self) -> House:
        self._running = asyncio.create_task(self.watch.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._running.cancel()
        await asyncio.gather(self._running, return_exceptions=True)
        await self.world.reception.close()


async def talk_on(talk: Any, seconds: float) -> None:
    """Be a caller who always has one more question."""
    ends_at = clock.monotonic() + seconds
    while clock.monotonic() < ends_at and talk.record.ended_at is None:
        await talk.say("Is there parking?")
        await talk.wait(9.0)


async def test_the_cap_of_minutes_says_goodbye(worlds: Any) -> None:
    world = await worlds()
    async with House(world, Caps(call=Cap(minutes=2))):
        talk = await world.pick_up()
        await talk_on(talk, 200)
        record = talk.record
        assert talk.heard(world.office.goodbye)
        assert record.termination.result is TerminationResult.COMPLETED
        assert record.termination.reason is TerminationReason.CALL_CAP
        assert record.termination.detail == "the cap of 2 minutes a call"
        assert 120 <= (record.ended_at - record.answered_at).total_seconds() <= 140
        assert record.outcome is Outcome.RESOLVED  # what was done for the caller counts first


async def test_the_cap_of_money_counts_both_meters(worlds: Any) -> None:
    world = await worlds()
    rates = Rates(inbound_per_minute=Money(60))
    async with House(world, Caps(call=Cap(minor=150)), rates):
        talk = await world.pick_up()
        await talk_on(talk, 30)
        assert talk.record.ended_at is None
        keeping = world.reception._visits[talk.call.call_id].keeping
        keeping.used(UsageReported({"audio_in": 1_000}, "vendor-live-1"))  # KES 1.00
        await talk_on(talk, 90)
        record = talk.record
        assert record.termination.reason is TerminationReason.CALL_CAP
        assert record.termination.detail == "the cap of KES 1.50 a call"
        assert talk.heard(world.office.goodbye)
        assert record.cost.amount.minor == sum(line.price.minor for line in record.ledger)
        assert 50 <= record.cost.amount.minor <= 90


async def test_a_cap_of_the_day_ends_the_call_and_turns_the_next_one_to_the_fallback(
    worlds: Any,
) -> None:
    world = await worlds()
    async with House(world, Caps(day=Cap(minutes=1))):
        talk = await world.pick_up()
        await talk_on(talk, 90)
        assert talk.record.termination.detail == "the cap of 1 minutes a day"
        later = world.ring(caller=OTHER)
        assert later.answer.refusal is Refusal.CAP_REACHED
        assert [type(one) for one in later.answer.actions] in ([Say, Record], [Say, Dial])
        assert later.record.termination.reason is TerminationReason.REFUSED
        assert later.record.termination.detail == "cap_reached"
        assert any(note.number == OTHER for note in world.keeper.messages.values())


async def test_a_cap_of_a_number_is_that_numbers_alone(worlds: Any) -> None:
    world = await worlds()
    async with House(world, Caps(number=Cap(minutes=1))):
        talk = await world.pick_up()
        await talk_on(talk, 90)
        assert talk.record.termination.detail == "the cap of 1 minutes a number and day"
        assert world.ring().answer.refusal is Refusal.CAP_REACHED
        assert world.ring(caller=OTHER).answer.refusal is None
        assert world.ring(caller=None).answer.refusal is None


async def test_a_caller_who_talks_with_a_person_is_left_alone(worlds: Any, examples: Any) -> None:
    world = await worlds()
    async with House(world, Caps(day=Cap(minutes=1))) as house:
        talk = await world.pick_up()
        world.calls.arm_handoff(talk.call.call_id, (Dial(("+254711000001",)),))
        talk.post(state_text="StreamStopped")
        assert talk.call.state is Phase.PASSING
        at = clock.wall()
        other = replace(
            examples.ended(), office_id=world.office.id, arrived_at=at, answered_at=at,
            ended_at=at + timedelta(minutes=2),
        )  # fmt: skip
        house.watch.ended(other)
        house.watch.look()
        assert talk.call.call_id in house.watch._watched
        talk.post(after=After.DIAL, dial_outcome=DialOutcome.BUSY)
        talk.open()  # nobody was reached: the caller is back with us
        house.watch.look()
        assert talk.call.call_id not in house.watch._watched


async def test_what_stands_in_the_records_counts_and_only_once(worlds: Any, examples: Any) -> None:
    world = await worlds()
    at = clock.wall() - timedelta(hours=1)
    stands = [
        replace(
            examples.ended(number),
            call_id=CallId(f"c-{number}"),
            office_id=world.office.id,
            arrived_at=at,
            answered_at=at,
            ended_at=at + timedelta(minutes=2),
            model_usage=(),
        )
        for number in (1, 2)
    ]
    for minutes, refusal in ((5, None), (4, Refusal.CAP_REACHED)):
        house = House(world, Caps(day=Cap(minutes=minutes)), None, *stands)
        await house.watch.read_day()
        await house.watch.read_day()
        house.watch.ended(stands[0])
        assert world.ring().answer.refusal is refusal
        begins = house.records.asked[0].arrived_from
        assert begins is not None
        assert begins.isoformat() == "2026-11-22T21:00:00+00:00"  # midnight in Nairobi


async def test_yesterday_does_not_count(worlds: Any, examples: Any) -> None:
    world = await worlds()
    house = House(world, Caps(day=Cap(minutes=1)))
    at = clock.wall() - timedelta(days=1)
    record = replace(
        examples.ended(), office_id=world.office.id, arrived_at=at, answered_at=at,
        ended_at=at + timedelta(hours=2),
    )  # fmt: skip
    house.watch.ended(record)
    assert world.ring().answer.refusal is None


async def test_records_that_cannot_be_read_stop_nothing(worlds: Any) -> None:
    world = await worlds()
    house = House(world, Caps(day=Cap(minutes=1)))

    async def broken(*_: object) -> CallPage:
        raise OSError("planted")

    house.records.page = broken  # type: ignore[method-assign,assignment]
    async with house:
        talk = await world.pick_up()
        await talk_on(talk, 90)
        assert talk.record.termination.reason is TerminationReason.CALL_CAP


async def test_without_caps_nothing_is_watched(worlds: Any) -> None:
    world = await worlds()
    async with House(world, Caps()) as house:
        await world.pick_up()
        assert house.watch._watched == {}
        assert house.records.asked == []
