"""Notices in the database: planned once, claimed once, their fate written down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, insert
from tests.sample_notices import NOW, planned

from mapokezi.calls import CallId, OfficeId
from mapokezi.records.lists import NoticeFilter
from mapokezi.records.notices import (
    LEASE,
    AttemptOutcome,
    Notice,
    NoticeId,
    NoticeKind,
    NoticeState,
    WayKind,
    notice_id_of,
)
from mapokezi.stores.database import Database, DatabaseSettings, open_database
from mapokezi.stores.notices import NoticeBook
from mapokezi.stores.schema import erased_calls

pytestmark = pytest.mark.anyio
LATER = NOW + timedelta(minutes=1)


@pytest.fixture
async def database(settings: DatabaseSettings) -> AsyncIterator[Database]:
    async with open_database(settings) as opened:
        yield opened


@pytest.fixture
def book(database: Database) -> NoticeBook:
    return database.notice_book


async def standing(book: NoticeBook, key: str = planned().key) -> Notice:
    found = await book.get(notice_id_of(key))
    assert found is not None
    return found


class TestPlanning:
    async def test_a_planned_notice_stands_as_it_was_planned(self, book: NoticeBook) -> None:
        one = planned(
            urgent=True, step=2, language="sw", title="Ujumbe ũ", text="Line\nline.", person_id=None
        )
        assert await book.plan([one]) == (one.notice_id,)
        found = await standing(book)
        for name in one.__dataclass_fields__:
            if name not in {"at_most_every", "is_correction"}:
                assert getattr(found, name) == getattr(one, name), name
        assert found.state is NoticeState.WAITING
        assert (found.attempts, found.is_repeat, found.sent_at) == (0, False, None)

    async def test_planning_twice_adds_nothing(self, book: NoticeBook) -> None:
        assert len(await book.plan([planned(), planned(2)])) == 2
        assert await book.plan([planned(), planned(2)]) == ()
        assert len(await book.due(LATER)) == 2

    async def test_newer_words_take_the_place_of_those_that_were_never_tried(
        self, book: NoticeBook
    ) -> None:
        await book.plan([planned()])
        newer = replace(planned(), text="New.", urgent=True, planned_at=LATER, not_before=LATER)
        assert await book.plan([newer]) == ()
        found = await standing(book)
        assert (found.text, found.urgent, found.not_before) == ("New.", True, LATER)
        await book.begin_attempt(newer.key, LATER)
        await book.plan([replace(newer, text="Newer.", planned_at=LATER + timedelta(seconds=1))])
        assert (await standing(book)).text == "New."

    async def test_a_correction_withdraws_what_has_not_gone_out(self, book: NoticeBook) -> None:
        await book.plan([planned(), planned(2)])
        await book.plan([replace(planned(), key="m-1.2:w:sms:0", is_correction=True)])
        assert (await standing(book)).state is NoticeState.WITHDRAWN
        assert {notice.key for notice in await book.due(LATER)} == {
            "m-1.2:w:sms:0",
            planned(2).key,
        }

    async def test_a_correction_leaves_alone_what_was_tried(self, book: NoticeBook) -> None:
        await book.plan([planned()])
        await book.begin_attempt(planned().key, LATER)
        await book.failed(planned().key, LATER, "no", LATER)
        await book.plan([replace(planned(), key="m-1.2:w:sms:0", is_correction=True)])
        assert (await standing(book)).state is NoticeState.WAITING

    async def test_an_address_is_told_of_a_kind_as_seldom_as_the_plan_says(
        self, book: NoticeBook
    ) -> None:
        day = timedelta(hours=24)
        text = planned(kind=NoticeKind.CALLER_TEXT, address="+254722000100", at_most_every=day)
        assert await book.plan([text])
        again = replace(text, key="other", planned_at=text.planned_at + day - timedelta(seconds=1))
        assert await book.plan([again]) == ()
        somebody_else = replace(again, key="third", address="+254722000101")
        assert await book.plan([somebody_else])
        assert await book.plan([replace(again, key="fourth", office_id=OfficeId("clinic"))])
        assert await book.plan([replace(again, planned_at=text.planned_at + day)])

    async def test_of_an_erased_call_nothing_is_planned_any_more(self, database: Database) -> None:
        def erase(connection: Connection) -> None:
            connection.execute(
                insert(erased_calls).values(
                    call_id="c-1", session_id="s-1", call_uuid="", erased_at=NOW
                )
            )

        await database.writer.transact(erase)
        assert await database.notice_book.plan([planned()]) == ()
        other = planned(2, call_id=CallId("c-2"))
        assert await database.notice_book.plan([other]) == (other.notice_id,)


class TestAttempts:
    async def test_an_attempt_is_written_down_before_it_is_made(self, book: NoticeBook) -> None:
        await book.plan([planned()])
        begun = await book.begin_attempt(planned().key, LATER)
        assert begun is not None
        assert (begun.attempts, begun.tries, begun.is_repeat) == (1, 1, False)
        assert begun == await standing(book)
        assert begun.state is NoticeState.SENDING
        (attempt,) = await book.attempts(begun.notice_id)
        assert (attempt.outcome, attempt.begun_at) == (AttemptOutcome.BEGUN, LATER)
        assert await book.due(LATER) == ()

    async def test_not_before_its_time_and_not_what_is_not_there(self, book: NoticeBook) -> None:
        await book.plan([planned()])
        assert await book.begin_attempt(planned().key, NOW) is None
        assert await book.begin_attempt("nobody", LATER) is None

    async def test_of_two_who_claim_it_at_once_one_gets_it(
        self, database: Database, settings: DatabaseSettings
    ) -> None:
        await database.notice_book.plan([planned()])
        other = replace(settings, spill_file=settings.spill_file.with_name("other.jsonl"))
        async with open_database(other) as second:
            claims = await asyncio.gather(
                *(
                    one.notice_book.begin_attempt(planned().key, LATER)
                    for one in (database, second) * 4
                )
            )
        assert sum(claim is not None for claim in claims) == 1

    async def test_what_was_sent_is_over(self, book: NoticeBook) -> None:
        await book.plan([planned()])
        await book.begin_attempt(planned().key, LATER)
        await book.sent(planned().key, LATER, "HTTP 204")
        found = await standing(book)
        assert (found.state, found.sent_at, found.receipt) == (NoticeState.SENT, LATER, "HTTP 204")
        assert found.is_over
        assert await book.begin_attempt(planned().key, LATER + LEASE) is None
        (attempt,) = await book.attempts(found.notice_id)
        assert (attempt.outcome, attempt.ended_at) == (AttemptOutcome.SENT, LATER)

    async def test_what_was_refused_waits_for_its_next_time(self, book: NoticeBook) -> None:
        await book.plan([planned()])
        await book.begin_attempt(planned().key, LATER)
        again_at = LATER + timedelta(seconds=30)
        assert await book.failed(planned().key, LATER, "no", again_at) is NoticeState.WAITING
        found = await standing(book)
        assert (found.not_before, found.why, found.is_repeat) == (again_at, "no", False)
        assert await book.begin_attempt(planned().key, LATER) is None
        again = await book.begin_attempt(planned().key, again_at)
        assert again is not None
        assert (again.attempts, again.tries) == (2, 2)

    async def test_what_is_given_up_is_failed_and_asks_for_people(self, book: NoticeBook) -> None:
        await book.plan([planned()])
        await book.begin_attempt(planned().key, LATER)
        assert await book.failed(planned().key, LATER, "no" * 500, None) is NoticeState.FAILED
        found = await standing(book)
        assert len(found.why) == 300
        assert await book.in_trouble() == 1
        assert await book.failed("nobody", LATER, "no", None) is None

    async def test_without_an_answer_the_next_one_is_a_repeat(self, book: NoticeBook) -> None:
        await book.plan([planned()])
        await book.begin_attempt(planned().key, LATER)
        await book.failed(planned().key, LATER, "hangs", LATER, maybe_arrived=True)
        again = await book.begin_attempt(planned().key, LATER)
        assert again is not None
        assert again.is_repeat
        assert await book.failed(again.key, LATER, "hangs", None, maybe_arrived=True) is (
            NoticeState.UNSURE
        )
        outcomes = [one.outcome for one in await book.attempts(again.notice_id)]
        assert outcomes == [AttemptOutcome.NO_WORD, AttemptOutcome.NO_WORD]

    async def test_a_webhook_is_never_worded_as_a_repeat(self, book: NoticeBook) -> None:
        await book.plan([planned(way="webhook", way_kind=WayKind.WEBHOOK)])
        await book.begin_attempt(planned().key, LATER)
        await book.failed(planned().key, LATER, "hangs", LATER, maybe_arrived=True)
        for nth in range(1, 4):
            again = await book.begin_attempt(planned().key, LATER + nth * LEASE)
            assert again is not None
            assert not again.is_repeat


class TestKilled:
    async def test_an_attempt_without_word_is_made_once_more_as_a_repeat(
        self, book: NoticeBook
    ) -> None:
        await book.plan([planned()])
        await book.begin_attempt(planned().key, LATER)
        within = LATER + LEASE - timedelta(milliseconds=1)
        assert await book.due(within) == ()
        assert await book.begin_attempt(planned().key, within) is None
        assert [notice.key for notice in await book.due(LATER + LEASE)] == [planned().key]
        again = await book.begin_attempt(planned().key, LATER + LEASE)
        assert again is not None
        assert again.is_repeat
        first, second = await book.attempts(again.notice_id)
        assert (first.outcome, first.is_repeat) == (AttemptOutcome.NO_WORD, False)
        assert (second.outcome, second.is_repeat) == (AttemptOutcome.BEGUN, True)

    async def test_and_not_a_third_time(self, book: NoticeBook) -> None:
        await book.plan([planned()])
        await book.begin_attempt(planned().key, LATER)
        await book.begin_attempt(planned().key, LATER + LEASE)
        assert await book.begin_attempt(planned().key, LATER + 2 * LEASE) is None
        found = await standing(book)
        assert found.state is NoticeState.UNSURE
        assert await book.due(LATER + 3 * LEASE) == ()
        assert await book.in_trouble() == 1

    async def test_who_knows_that_it_is_over_need_not_wait(self, book: NoticeBook) -> None:
        await book.plan([planned()])
        await book.begin_attempt(planned().key, LATER)
        again = await book.begin_attempt(planned().key, LATER, over=True)
        assert again is not None
        assert again.is_repeat

    async def test_at_a_start_all_that_was_begun_is_over(self, book: NoticeBook) -> None:
        await book.plan([planned(), planned(2)])
        await book.begin_attempt(planned().key, LATER)
        assert await book.free_left_open(LATER) == 1
        assert {notice.key for notice in await book.due(LATER)} == {planned().key, planned(2).key}

    async def test_a_late_word_that_it_was_sent_is_believed(self, book: NoticeBook) -> None:
        await book.plan([planned()])
        await book.begin_attempt(planned().key, LATER)
        await book.begin_attempt(planned().key, LATER + LEASE)
        await book.begin_attempt(planned().key, LATER + 2 * LEASE)
        await book.sent(planned().key, LATER + 2 * LEASE)
        assert (await standing(book)).state is NoticeState.SENT

    async def test_a_late_word_that_it_was_refused_does_not_undo_the_next_attempt(
        self, book: NoticeBook
    ) -> None:
        await book.plan([planned()])
        await book.begin_attempt(planned().key, LATER)
        await book.sent(planned().key, LATER)
        assert await book.failed(planned().key, LATER, "no", LATER) is NoticeState.SENT


class TestAgain:
    async def test_a_failed_one_is_sent_anew(self, book: NoticeBook) -> None:
        await book.plan([planned()])
        await book.begin_attempt(planned().key, LATER)
        await book.failed(planned().key, LATER, "no", None)
        again = await book.resend(planned().notice_id, LATER)
        assert again is not None
        assert (again.state, again.tries, again.attempts) == (NoticeState.WAITING, 0, 1)
        assert not again.is_repeat
        assert await book.begin_attempt(planned().key, LATER) is not None

    @pytest.mark.parametrize("unsure", [True, False])
    async def test_one_that_may_have_arrived_is_a_repeat(
        self, book: NoticeBook, unsure: bool
    ) -> None:
        await book.plan([planned()])
        await book.begin_attempt(planned().key, LATER)
        if unsure:
            await book.failed(planned().key, LATER, "hangs", None, maybe_arrived=True)
        else:
            await book.sent(planned().key, LATER)
        again = await book.resend(planned().notice_id, LATER)
        assert again is not None
        assert again.is_repeat
        assert again == replace(await standing(book), sent_at=again.sent_at)

    async def test_it_may_be_killed_and_repeated_once_again(self, book: NoticeBook) -> None:
        await book.plan([planned()])
        for nth in range(3):
            await book.begin_attempt(planned().key, LATER + nth * LEASE)
        await book.resend(planned().notice_id, LATER)
        begun = await book.begin_attempt(planned().key, LATER + 5 * LEASE)
        assert begun is not None
        assert await book.begin_attempt(planned().key, LATER + 6 * LEASE) is not None

    async def test_one_in_its_quiet_hours_goes_at_once(self, book: NoticeBook) -> None:
        await book.plan([planned(not_before=LATER + timedelta(hours=8))])
        await book.resend(planned().notice_id, LATER)
        assert len(await book.due(LATER)) == 1

    async def test_one_that_is_being_sent_is_left_alone(self, book: NoticeBook) -> None:
        await book.plan([planned()])
        begun = await book.begin_attempt(planned().key, LATER)
        assert await book.resend(planned().notice_id, LATER) == begun

    async def test_what_is_not_there_is_not_sent(self, book: NoticeBook) -> None:
        assert await book.resend(NoticeId("notice-0"), LATER) is None


class TestWithdrawing:
    async def test_a_tasks_people_need_not_be_told_once_it_is_taken(self, book: NoticeBook) -> None:
        to_system = planned(3, task_id="m-1", person_id=None, way_kind=WayKind.WEBHOOK)
        await book.plan([planned(), planned(2), to_system])
        assert await book.withdraw(LATER, task_id="m-1") == 1
        assert {one.key for one in await book.due(LATER)} == {planned(2).key, to_system.key}

    async def test_without_a_task_or_a_key_nothing_is(self, book: NoticeBook) -> None:
        await book.plan([planned(task_id=""), planned(2)])
        assert await book.withdraw(LATER) == 0
        assert await book.withdraw(LATER, keys=[planned(2).key]) == 1

    async def test_what_is_being_sent_is_not_withdrawn(self, book: NoticeBook) -> None:
        await book.plan([planned()])
        await book.begin_attempt(planned().key, LATER)
        assert await book.withdraw(LATER, task_id="m-1") == 0


class TestReading:
    async def test_what_is_due_comes_in_order_the_urgent_first(self, book: NoticeBook) -> None:
        await book.plan([planned(3), planned(1), planned(2, urgent=True), planned(90)])
        keys = [notice.key for notice in await book.due(LATER)]
        assert keys == [planned(2).key, planned(1).key, planned(3).key]
        assert len(await book.due(LATER, limit=1)) == 1

    async def test_what_has_piled_up_for_one_address_hides_nothing_for_others(
        self, book: NoticeBook
    ) -> None:
        await book.plan([planned(number) for number in range(1, 30)])
        other = planned(40, address="+254700000102")
        await book.plan([other])
        due = await book.due(LATER, limit=20, per_lane=10)
        assert [one.key for one in due] == [
            *(planned(number).key for number in range(1, 11)),
            other.key,
        ]

    async def test_what_was_tried_and_waits_is_known(self, book: NoticeBook) -> None:
        await book.plan([planned(), planned(2)])
        await book.begin_attempt(planned().key, LATER)
        await book.failed(planned().key, LATER, "no", LATER + LEASE)
        assert [one.key for one in await book.put_off(LATER)] == [planned().key]
        assert await book.put_off(LATER + LEASE) == ()

    async def test_what_waits_can_be_made_to_wait_for_longer(self, book: NoticeBook) -> None:
        await book.plan([planned()])
        await book.postpone(planned().key, LATER)
        await book.postpone(planned().key, NOW)
        assert (await standing(book)).not_before == LATER

    async def test_by_call_task_and_caller(self, book: NoticeBook) -> None:
        other = planned(2, call_id=CallId("c-2"), caller="+254722000199", address="+254722000199")
        await book.plan([planned(), other])
        assert [one.key for one in await book.of_call(CallId("c-1"))] == [planned().key]
        assert [one.key for one in await book.of_task("m-2")] == [other.key]
        assert [one.key for one in await book.of_caller("+254722000199")] == [other.key]

    async def test_page_by_page_and_by_state(self, book: NoticeBook) -> None:
        await book.plan([planned(number) for number in range(5)])
        await book.begin_attempt(planned(3).key, LATER)
        await book.failed(planned(3).key, LATER, "no", None)
        first = await book.page(limit=3)
        assert [one.key for one in first.notices] == [planned(n).key for n in (4, 3, 2)]
        assert first.older is not None
        rest = await book.page(older_than=first.older, limit=3)
        assert [one.key for one in rest.notices] == [planned(n).key for n in (1, 0)]
        assert rest.older is None
        failed = await book.page(NoticeFilter(states=frozenset({NoticeState.FAILED})))
        assert [one.key for one in failed.notices] == [planned(3).key]
        assert (await book.page(NoticeFilter(office_id=OfficeId("other")))).notices == ()
        assert (await book.page(NoticeFilter(call_id=CallId("c-9")))).notices == ()

    async def test_words_from_outside_that_no_database_keeps_do_no_harm(
        self, book: NoticeBook
    ) -> None:
        await book.plan([planned(text="half \ud83d and \x00 nul")])
        assert (await standing(book)).text == "half ? and  nul"
