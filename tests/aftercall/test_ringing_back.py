"""Flashes rung back by the work after calls: written down first, placed once, left to the staff."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.aftercall.conftest import staged

from mapokezi.calls import CallId, Outcome
from mapokezi.carrier import CallOrder, CarrierError, PlacedCall, RequestWrong
from mapokezi.receptionist.caller_rules import CallerRules, CallingBack
from mapokezi.records.tasks import TaskId

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.aftercall.conftest import Clock, Receivers, Stage

    from mapokezi.receptionist.office import Office
    from mapokezi.stores.database import DatabaseSettings

pytestmark = pytest.mark.anyio
TASK = TaskId("c-000000.flash")


@dataclass
class Phone:
    """A phone platform that only remembers whom it was asked to ring."""

    placed: list[tuple[CallOrder, str]] = field(default_factory=list)
    fails: CarrierError | None = None

    @property
    def calls(self) -> Phone:
        return self

    async def place(self, order: CallOrder, *, idempotency_key: str = "") -> PlacedCall:
        self.placed.append((order, idempotency_key))
        if self.fails is not None:
            raise self.fails
        return PlacedCall(session_id="HD_back")


@pytest.fixture
def phone() -> Phone:
    return Phone()


@pytest.fixture
async def stage(
    database_settings: DatabaseSettings,
    office: Office,
    clock: Clock,
    receivers: Receivers,
    phone: Phone,
) -> AsyncIterator[Stage]:
    rules = CallerRules(calling_back=CallingBack(is_on=True))
    ringing = msgspec.structs.replace(office, callers=rules)
    opened = staged(database_settings, ringing, clock, receivers, carrier=phone)
    async with opened as found:
        yield found


def flash(stage: Stage, number: int = 0) -> Any:
    return replace(stage.ended(number, Outcome.FLASH), cost=None)


async def state_of(stage: Stage) -> Any:
    found = await stage.records.tasks.get(TASK)
    assert found is not None
    return found


async def test_a_flash_is_rung_back_once_from_the_number_it_rang(
    stage: Stage, phone: Phone
) -> None:
    await stage.end(flash(stage))
    await stage.sweep()
    ((order, key),) = phone.placed
    assert (order.from_, order.to) == ("+254209000000", ["+254722000100"])
    assert order.client_request_id == key == "mapokezi-flash-c-000000"
    assert not stage.receivers.taken, "the staff need not ring while we do"
    task = await state_of(stage)
    assert task.comments[0].by == "the receptionist"
    stage.clock.on(seconds=40)
    await stage.sweep()
    assert len(phone.placed) == 1


async def test_who_was_served_in_it_is_done_and_nobody_is_told(stage: Stage, phone: Phone) -> None:
    await stage.end(flash(stage))
    await stage.sweep()
    back = replace(stage.ended(1, Outcome.RESOLVED), rings_back=CallId("c-000000"))
    await stage.end(back)
    stage.clock.on(seconds=31)
    await stage.sweep()
    assert (await state_of(stage)).task.done_by == "the receptionist"
    assert not stage.receivers.taken
    assert len(phone.placed) == 1


@pytest.mark.parametrize("ended", ["never answered", "hung up at once"])
async def test_who_was_not_reached_is_left_to_the_staff(
    stage: Stage, phone: Phone, ended: str
) -> None:
    await stage.end(flash(stage))
    await stage.sweep()
    if ended == "hung up at once":
        back = replace(stage.ended(1, Outcome.ABANDONED), rings_back=CallId("c-000000"))
        await stage.end(back)
    stage.clock.on(minutes=1)
    await stage.sweep()
    assert not stage.receivers.taken
    stage.clock.on(minutes=2)
    await stage.sweep()
    (told,) = stage.receivers.taken
    assert "Rang once and hung up" in told.text
    assert (await state_of(stage)).task.done_at is None
    assert len(phone.placed) == 1, "one try"


async def test_a_call_that_cannot_be_placed_is_left_to_the_staff_at_once(
    stage: Stage, phone: Phone
) -> None:
    phone.fails = RequestWrong("place the call", "the label is wrong")
    await stage.end(flash(stage))
    await stage.sweep()
    assert len(stage.receivers.taken) == 1
    stage.clock.on(minutes=5)
    await stage.sweep()
    assert len(phone.placed) == 1


async def test_the_day_and_the_number_are_counted_by_what_calls_back_have_cost(
    stage: Stage, phone: Phone
) -> None:
    await stage.end(flash(stage))
    await stage.sweep()
    back = replace(stage.ended(1, Outcome.ABANDONED), rings_back=CallId("c-000000"))
    await stage.end(back)
    since = stage.clock().replace(hour=0)
    caller = back.caller
    assert caller is not None
    done = await stage.records.ring_backs.done(back.office_id, caller, since)
    assert (done.day_minor, done.number_minor) == (125, 125)
    assert done.last_try_at == stage.clock()
    stage.clock.on(minutes=10)
    await stage.end(flash(stage, 2))
    await stage.sweep()
    assert len(phone.placed) == 1, "this number was rung within the hour"
