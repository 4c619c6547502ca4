"""Notes of calls in the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest
from tests.sample_records import ARRIVED

from mapokezi.calls import CallId, OfficeId
from mapokezi.records.call_notes import CallNotes, Tag
from mapokezi.records.changes import SaveArrival
from mapokezi.stores.call_notes import save_call_notes
from mapokezi.stores.database import DatabaseSettings, open_database
from mapokezi.units import E164

if TYPE_CHECKING:
    from tests.sample_records import Examples

pytestmark = pytest.mark.anyio

NOTES = CallNotes(
    call_id=CallId("c-000000"),
    office_id=OfficeId("law-office"),
    made_at=ARRIVED,
    made_by="extract",
    language="en",
    lines=("One.", "Two.", "Three."),
    promises=("Wanjiku will be told",),
    fields={"name": "Grace"},
    unsure=("name",),
    tags=(Tag.URGENT, Tag.UNSURE),
)


async def test_notes_come_back_as_they_were_and_newer_ones_take_their_place(
    settings: DatabaseSettings,
) -> None:
    async with open_database(settings) as records:
        await records.writer.transact(partial(save_call_notes, notes=NOTES))
        assert await records.call_notes.get(NOTES.call_id) == NOTES
        newer = replace(NOTES, lines=("Half an emoji: \ud83d",), made_by="gpt")
        await records.writer.transact(partial(save_call_notes, notes=newer))
        found = await records.call_notes.get(NOTES.call_id)
        assert found is not None
        assert (found.made_by, found.lines) == ("gpt", ("Half an emoji: ?",))
        assert await records.call_notes.get(CallId("none")) is None


async def test_how_often_a_number_rang_before(
    settings: DatabaseSettings, examples: Examples
) -> None:
    async with open_database(settings) as records:
        for number in range(3):
            await records.writer.commit(SaveArrival(examples.arrival(number)))
        office, caller = OfficeId("law-office"), E164("+254722000100")
        before = ARRIVED + timedelta(minutes=2)
        assert await records.call_notes.rang_before(office, caller, before) == 2
        assert await records.call_notes.rang_before(OfficeId("clinic"), caller, before) == 0
        assert await records.call_notes.rang_before(office, E164("+254700000000"), before) == 0
