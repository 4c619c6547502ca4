"""What could not be answered, in the database: kept, taken back, settled, gone with its call."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from tests.sample_records import ARRIVED

from mapokezi.calls import CallId, OfficeId
from mapokezi.records.audit import AuditEntry, Deed
from mapokezi.records.changes import SaveArrival, SaveEnd
from mapokezi.records.open_questions import (
    OpenQuestion,
    QuestionId,
    SaveQuestion,
    SettleQuestions,
)
from mapokezi.records.retention import KeptFor, Kind
from mapokezi.stores.database import DatabaseSettings, open_database
from mapokezi.stores.spill import decode, encode
from mapokezi.units import E164, Milliseconds

if TYPE_CHECKING:
    from tests.sample_records import Examples

pytestmark = pytest.mark.anyio

ASKED = OpenQuestion(
    question_id=QuestionId("c-000000.t-1"),
    call_id=CallId("c-000000"),
    office_id=OfficeId("law-office"),
    at=ARRIVED + timedelta(seconds=20),
    at_ms=Milliseconds(20_000),
    words="Do you do weddings?",
    turn=1,
)
LATER = ARRIVED + timedelta(hours=1)


async def test_a_question_is_kept_corrected_and_taken_back(settings: DatabaseSettings) -> None:
    async with open_database(settings) as records:
        await records.writer.commit(SaveQuestion(ASKED))
        longer = replace(ASKED, words="Do you do weddings at home?")
        await records.writer.commit(SaveQuestion(longer))
        assert await records.questions.open() == (longer,)
        assert await records.questions.of_call(ASKED.call_id) == (longer,)
        await records.writer.commit(SaveQuestion(replace(ASKED, words="")))
        assert await records.questions.open() == ()


async def test_who_settles_it_first_has_settled_it(settings: DatabaseSettings) -> None:
    async with open_database(settings) as records:
        await records.writer.commit(SaveQuestion(ASKED))
        ids = (ASKED.question_id,)
        await records.writer.commit(SettleQuestions(ids, "Brian", LATER, "weddings"))
        await records.writer.commit(SettleQuestions(ids, "Mercy", LATER + timedelta(hours=1)))
        await records.writer.commit(SaveQuestion(replace(ASKED, words="")))  # comes late
        await records.writer.commit(SaveQuestion(ASKED))
        assert await records.questions.open() == ()
        settled = replace(ASKED, settled_at=LATER, settled_by="Brian", fact_id="weddings")
        assert await records.questions.settled() == (settled,)


async def test_secrets_in_it_are_not_kept_and_the_spill_file_holds_it(
    settings: DatabaseSettings,
) -> None:
    told = replace(ASKED, words="Can I pay with card 4111 1111 1111 1111?")
    async with open_database(settings) as records:
        await records.writer.commit(SaveQuestion(told))
        (found,) = await records.questions.open()
    assert "4111" not in found.words
    for change in (SaveQuestion(ASKED), SettleQuestions((ASKED.question_id,), "Brian", LATER)):
        assert decode(encode(change)) == change


async def test_it_goes_with_its_calls_transcript(
    settings: DatabaseSettings, examples: Examples
) -> None:
    async with open_database(settings) as records:
        await records.writer.commit(SaveArrival(examples.arrival()))
        await records.writer.commit(SaveEnd(examples.ended()))
        await records.writer.commit(SaveQuestion(ASKED))
        now = ARRIVED + timedelta(days=91)
        (due, *_) = [
            one
            for one in await records.retention.due(ASKED.office_id, KeptFor(), now)
            if one.kind is Kind.TRANSCRIPT
        ]
        assert await records.retention.drop(Kind.TRANSCRIPT, ASKED.office_id, due.before) == 1
        assert await records.questions.open() == ()


async def test_who_is_erased_has_asked_nothing(
    settings: DatabaseSettings, examples: Examples
) -> None:
    other = replace(ASKED, question_id=QuestionId("c-9.t-1"), call_id=CallId("c-9"))
    async with open_database(settings) as records:
        await records.writer.commit(SaveArrival(examples.arrival()))
        await records.writer.commit(SaveEnd(examples.ended()))
        for one in (ASKED, other):
            await records.writer.commit(SaveQuestion(one))
        traces = await records.erasures.traces(E164("+254722000100"))
        assert traces.counts["open_questions"] == 1
        rows = await records.erasures.rows(traces)
        assert [row["words"] for row in rows["open_questions"]] == [ASKED.words]
        entry = AuditEntry("aud-1", LATER, "command jane", Deed.ERASED_CALLER)
        await records.erasures.begin(traces, replace(entry, entry_id="aud-0"))
        await records.erasures.remove(traces, entry)
        await records.writer.commit(SaveQuestion(ASKED))  # somebody's late word
        assert await records.questions.open() == (other,)
