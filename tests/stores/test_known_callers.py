"""What is on record of a number that rings again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest
from tests.sample_records import ARRIVED

from mapokezi.calls import CallId, OfficeId, Outcome
from mapokezi.records.changes import SaveArrival, SaveEnd, SaveMessage
from mapokezi.records.known_caller import NEVER_RANG, KnownCaller
from mapokezi.records.tasks import Task, TaskId, TaskKind
from mapokezi.stores.database import DatabaseSettings, open_database
from mapokezi.stores.tasks import open_task
from mapokezi.units import E164

if TYPE_CHECKING:
    from tests.sample_records import Examples

pytestmark = pytest.mark.anyio

LAW = OfficeId("law-office")
CALLER = E164("+254722000100")
NOW = ARRIVED + timedelta(minutes=10)
MIDNIGHT = ARRIVED - timedelta(hours=9, minutes=30)


async def test_its_calls_are_counted_by_what_came_of_them(
    settings: DatabaseSettings, examples: Examples
) -> None:
    came = (Outcome.MESSAGE, Outcome.ABANDONED, Outcome.FLASH, Outcome.FAILED)
    async with open_database(settings) as records:
        for number, outcome in enumerate(came):
            ended = examples.ended(number, outcome)
            if outcome is Outcome.FLASH:
                ended = replace(ended, seconds=None)
            await records.writer.commit(SaveArrival(ended))
            await records.writer.commit(SaveEnd(ended))
        await records.writer.commit(SaveArrival(examples.arrival(9)))  # the present call
        known = await records.known_callers.of(LAW, CALLER, NOW, MIDNIGHT, CallId("c-000009"))
        assert known == KnownCaller(
            calls_before=4,
            calls_today=4,
            in_vain_today=2,
            last_at=ARRIVED + timedelta(minutes=3),
            has_talked=True,
            silent_lately=1,
        )
        assert known.comes_in_vain
        tomorrow = MIDNIGHT + timedelta(days=1)
        later = await records.known_callers.of(LAW, CALLER, tomorrow, tomorrow)
        assert (later.calls_before, later.calls_today, later.silent_lately) == (5, 0, 0)
        assert not later.comes_in_vain
        for office, caller in ((OfficeId("clinic"), CALLER), (LAW, E164("+254722000101"))):
            assert await records.known_callers.of(office, caller, NOW, MIDNIGHT) == NEVER_RANG


async def test_what_is_still_to_be_done_for_it_and_what_it_has_left(
    settings: DatabaseSettings, examples: Examples
) -> None:
    async with open_database(settings) as records:
        for number in range(3):
            await records.writer.commit(SaveArrival(examples.arrival(number)))
        for number, is_urgent in ((0, True), (1, False)):
            message = examples.message(number)
            await records.writer.commit(SaveMessage(message))
            task = Task(
                TaskId(message.message_id),
                LAW,
                message.call_id,
                TaskKind.MESSAGE,
                message.created_at,
                message.created_at,
                message_id=message.message_id,
                urgent=is_urgent,
            )
            if number == 0:
                await records.writer.transact(partial(open_task, task=task))
        known = await records.known_callers.of(LAW, CALLER, NOW, MIDNIGHT)
        assert (known.open_tasks, known.open_urgent) == (1, 1)
        left = await records.known_callers.left_by(LAW, CALLER, NOW, CallId("c-000002"))
        assert [(message.call_id, task is not None) for message, task in left] == [
            ("c-000001", False),
            ("c-000000", True),
        ]
        of_another = E164("+254722000101")
        assert not await records.known_callers.left_by(LAW, of_another, NOW, CallId("c-000002"))
