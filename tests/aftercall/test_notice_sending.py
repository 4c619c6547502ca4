"""Notices sent: in order to each person, joined after an outage, hardly ever twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest
from tests.aftercall.conftest import NOON, Clock, Receivers, staged
from tests.sample_notices import planned

from mapokezi.receptionist.office import Office, QuietSpan
from mapokezi.records.notices import LEASE, NoticeState
from mapokezi.stores.database import DatabaseSettings

if TYPE_CHECKING:
    from tests.aftercall.conftest import Stage

pytestmark = pytest.mark.anyio

PEOPLE = ("wanjiku-kamau", "achieng-odhiambo")


async def an_outage(stage: Stage, minutes: int, step_s: float = 10.0) -> None:
    """Let time pass in small steps, looking as the program does."""
    for _ in range(int(minutes * 60 / step_s)):
        stage.clock.on(seconds=step_s)
        await stage.look()


async def looked_until(stage: Stage, holds: Callable[[], bool]) -> None:
    """Look again and again, as the program does, until something holds."""
    async with asyncio.timeout(20.0):
        while not holds():
            await stage.work.sweep.look()
            await asyncio.sleep(0.01)


async def test_a_receiver_that_was_down_for_an_hour_gets_everything_in_order_and_in_one(
    stage: Stage,
) -> None:
    stage.receivers.is_down = True
    for number in range(12):
        message = stage.message(number, PEOPLE[number % 2])
        await stage.leave(replace(message, reason=f"Matter {number:02d}."))
        await an_outage(stage, 5)
    down_for = len(stage.receivers.tried)
    assert stage.receivers.taken == []
    stage.receivers.is_down = False
    await an_outage(stage, 6)
    assert await stage.notices(NoticeState.WAITING) == []
    sent = await stage.notices(NoticeState.SENT)
    for person in PEOPLE:
        texts = [one.text for one in stage.receivers.taken if one.person_id == person]
        mine = [one for one in sent if one.person_id == person and one.step == 0]
        assert len(mine) == 6, "everything arrives"
        assert len(texts) <= 2, "nobody is flooded"
        spoken = " ".join(texts)
        order = [spoken.index(f"Matter {n:02d}") for n in range(12) if f"Matter {n:02d}" in spoken]
        assert order == sorted(order), "in order"
    assert down_for < 100, "nor is who is down"


async def test_what_is_new_waits_behind_what_was_refused(stage: Stage) -> None:
    stage.receivers.is_down = True
    await stage.leave(replace(stage.message(0), reason="The first."))
    await stage.look()
    stage.receivers.is_down = False
    stage.clock.on(seconds=1)
    await stage.leave(replace(stage.message(1), reason="The second."))
    await stage.look()
    assert stage.receivers.taken == []
    await an_outage(stage, 1)
    (told,) = stage.receivers.taken
    assert told.text.index("The first") < told.text.index("The second")


async def test_what_is_new_and_urgent_does_not_wait_for_who_was_down(stage: Stage) -> None:
    stage.receivers.is_down = True
    await stage.leave(stage.message(0))
    await an_outage(stage, 10)
    stage.receivers.is_down = False
    await stage.leave(replace(stage.message(1), urgent=True))
    await stage.look()
    assert any("URGENT" in text for text in stage.receivers.texts)


async def test_one_that_is_down_holds_nobody_else_up(stage: Stage) -> None:
    held = asyncio.Event()
    stage.receivers.held = held
    await stage.leave(stage.message(0, PEOPLE[0]))
    await looked_until(stage, lambda: bool(stage.receivers.tried))
    stage.receivers.held = None
    await stage.leave(stage.message(1, PEOPLE[1]))
    await looked_until(stage, lambda: bool(stage.receivers.taken))
    assert [one.person_id for one in stage.receivers.taken] == [PEOPLE[1]]
    held.set()
    await stage.rest()
    assert len(stage.receivers.taken) == 2


async def test_of_one_person_only_one_is_under_way_at_a_time(stage: Stage) -> None:
    held = asyncio.Event()
    stage.receivers.held = held
    for number in range(4):
        await stage.leave(stage.message(number))
    for _ in range(30):
        await stage.work.sweep.look()
        await asyncio.sleep(0.01)
    assert len(stage.receivers.tried) == 1
    held.set()
    stage.receivers.held = None
    await stage.look()
    assert len(await stage.notices(NoticeState.SENT)) == 4


async def test_a_way_that_fails_for_good_gives_place_to_the_next_one(stage: Stage) -> None:
    stage.receivers.refuses = "sms"
    await stage.leave(stage.message())
    await stage.look()
    (told,) = stage.receivers.taken
    assert told.way == "email"
    assert len(await stage.notices(NoticeState.FAILED)) == 1


async def test_a_fault_in_a_way_is_an_attempt_that_may_have_arrived(stage: Stage) -> None:
    def breaks(_notice: object) -> None:
        raise RuntimeError("a fault of the way's own code: +254722000100")

    stage.receivers.at_each = breaks
    await stage.leave(stage.message())
    await stage.look()
    (waiting,) = await stage.notices(NoticeState.WAITING)
    assert waiting.is_repeat
    assert "+254722000100" not in waiting.why
    stage.receivers.at_each = lambda _notice: None
    stage.clock.on(minutes=1)
    await stage.look()
    assert stage.receivers.taken[0].is_repeat


async def test_what_had_no_answer_twice_goes_no_third_time_but_by_the_next_way(
    stage: Stage,
) -> None:
    """An SMS gateway that takes each text and never says so must not ring all night."""
    stage.receivers.hangs = "sms"
    await stage.leave(stage.message())
    await an_outage(stage, 60)
    tried = [(one.way, one.is_repeat) for one in stage.receivers.tried]
    assert tried == [("sms", False), ("sms", True), ("email", False)]
    assert stage.receivers.texts[0].startswith("Again, in case it did not reach you: ")
    (unsure,) = await stage.notices(NoticeState.UNSURE)
    assert unsure.way == "sms"


async def test_what_may_have_arrived_goes_apart_from_what_has_not(stage: Stage) -> None:
    """So that the repeat is marked, and nothing else is taken for one."""
    stage.receivers.is_down = True
    await stage.leave(replace(stage.message(0), reason="The first."))
    await stage.look()
    (first,) = await stage.notices()
    stage.clock.on(seconds=15)
    assert await stage.records.notice_book.begin_attempt(first.key, stage.clock()) is not None
    stage.clock.on(seconds=LEASE.total_seconds() + 1)  # it was cut short, and nothing is known
    stage.receivers.is_down = False
    await stage.leave(replace(stage.message(1), reason="The second."))
    await stage.look()
    assert [(one.is_repeat, "The first" in one.text) for one in stage.receivers.taken] == [
        (True, True),
        (False, False),
    ]


async def test_one_that_was_begun_twice_in_vain_is_left_to_people(stage: Stage) -> None:
    await stage.leave(stage.message())
    stage.receivers.is_down = True
    await stage.look()
    (notice,) = await stage.notices()
    for _ in range(3):
        stage.clock.on(minutes=10)
        await stage.records.notice_book.begin_attempt(notice.key, stage.clock())
    stage.receivers.is_down = False
    stage.clock.on(minutes=10)
    await stage.look()
    assert stage.receivers.taken == []
    assert (await stage.notices())[0].state is NoticeState.UNSURE


async def test_a_start_in_the_middle_of_an_outage_keeps_the_order(
    database_settings: DatabaseSettings, office: Office, clock: Clock, receivers: Receivers
) -> None:
    async with staged(database_settings, office, clock, receivers) as before:
        receivers.is_down = True
        await before.leave(replace(before.message(0), reason="The first."))
        await an_outage(before, 10)
        last = receivers.tried[-1].notice_id
    async with staged(database_settings, office, clock, receivers) as after:
        receivers.is_down = False
        await after.leave(replace(after.message(1), reason="The second."))
        await after.look()
        assert receivers.taken == []
        assert (await after.notices())[0].notice_id == last
        await an_outage(after, 6)
    said = " ".join(receivers.texts)
    assert said.index("The first") < said.index("The second")


async def test_what_waits_for_a_system_that_is_away_holds_no_person_up(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However much that is: it was once more than what is looked at in one go."""
    monkeypatch.setattr("mapokezi.stores.notices._MOST_DUE", 60)
    stage.receivers.is_down = True
    await stage.leave(stage.message(0))
    await stage.look()
    (away,) = await stage.notices()
    await stage.records.notice_book.plan(
        planned(number, address=away.address, not_before=stage.clock(), planned_at=stage.clock())
        for number in range(100)
    )
    stage.receivers.is_down = False
    stage.clock.on(seconds=1)
    await stage.leave(stage.message(1, PEOPLE[1]))
    await stage.look()
    assert [one.person_id for one in stage.receivers.taken] == [PEOPLE[1]]


class TestQuietHours:
    """20:00 to 06:30; 19:55 in Nairobi is 16:55 UTC."""

    @pytest.fixture
    def office(self, office: Office) -> Office:
        quiet = (QuietSpan(begins=time(20), ends=time(6, 30)),)
        people = tuple(msgspec.structs.replace(one, quiet=quiet) for one in office.people)
        return msgspec.structs.replace(office, people=people)

    @pytest.fixture
    def clock(self) -> Clock:
        return Clock(NOON + timedelta(hours=7, minutes=55))

    async def test_what_was_kept_back_by_an_outage_waits_for_their_end(self, stage: Stage) -> None:
        stage.receivers.is_down = True
        await stage.leave(stage.message())
        await an_outage(stage, 4)
        stage.receivers.is_down = False
        await an_outage(stage, 12, step_s=60)
        assert stage.receivers.taken == []
        (waiting,) = (one for one in await stage.notices(NoticeState.WAITING) if not one.step)
        assert waiting.not_before == NOON + timedelta(hours=18, minutes=30)
        stage.clock.at = waiting.not_before
        await stage.look()
        assert waiting.notice_id in {one.notice_id for one in stage.receivers.taken}

    async def test_what_was_kept_back_by_a_desk_that_was_down_does_too(self, stage: Stage) -> None:
        at = stage.clock()
        await stage.records.notice_book.plan([planned(not_before=at, planned_at=at)])
        stage.clock.on(hours=1)
        await stage.look()
        assert stage.receivers.tried == []
        (waiting,) = await stage.notices(NoticeState.WAITING)
        assert waiting.not_before == NOON + timedelta(hours=18, minutes=30)

    async def test_what_somebody_has_sent_again_goes_at_once(self, stage: Stage) -> None:
        stage.clock.on(hours=2)
        await stage.leave(stage.message())
        await stage.look()
        (waiting,) = await stage.notices(NoticeState.WAITING)
        await stage.records.notice_book.resend(waiting.notice_id, stage.clock())
        await stage.look()
        assert len(stage.receivers.taken) == 1

    async def test_what_is_urgent_is_tried_again_in_them(self, stage: Stage) -> None:
        stage.receivers.is_down = True
        await stage.leave(replace(stage.message(), urgent=True))
        await an_outage(stage, 10, step_s=60)
        stage.receivers.is_down = False
        await an_outage(stage, 6, step_s=60)
        assert "sms" in {one.way for one in stage.receivers.taken}
