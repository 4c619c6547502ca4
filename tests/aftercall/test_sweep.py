"""The sweep, and effects that fail: nothing is forgotten, and nothing is tried without end."""

from __future__ import annotations

import asyncio
import os
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from tests.aftercall.conftest import Clock, Receivers, staged
from tests.sample_records import Examples

from mapokezi.aftercall import sweep as sweeping
from mapokezi.aftercall.after_call import AfterCall, AfterCallParts
from mapokezi.aftercall.effects import NOT_NEEDED, PATIENT, Effect, Step, ids_of, work_id_of
from mapokezi.aftercall.rounds import Round
from mapokezi.aftercall.settings import AfterCallSettings
from mapokezi.bridge.clock import wall
from mapokezi.receptionist.office import Office
from mapokezi.records.changes import SaveMessage
from mapokezi.stores.database import DatabaseSettings, open_database
from mapokezi.stores.effects import DueEffect
from mapokezi.stores.work_database import SCHEMA, open_work_database

if TYPE_CHECKING:
    from tests.aftercall.conftest import Stage

pytestmark = pytest.mark.anyio


class Chore:
    """An effect of tests: it does what it is told to."""

    def __init__(self) -> None:
        self.comes_to: list[str | Exception] = []
        self.done: list[DueEffect] = []

    async def do(self, due: DueEffect) -> str:
        self.done.append(due)
        came = self.comes_to.pop(0) if self.comes_to else ""
        if isinstance(came, Exception):
            raise came
        return came

    def effect(self) -> Effect:
        return Effect("chore", (Step("chore", self.do),))


async def test_what_fails_is_put_off_more_and_more_seldom_and_given_up_in_the_end(
    database_settings: DatabaseSettings, office: Office, clock: Clock, receivers: Receivers
) -> None:
    chore = Chore()
    chore.comes_to = ["no_word_yet", RuntimeError("+254722000100"), *["no_word_yet"] * 20]
    effect = chore.effect()
    async with staged(
        database_settings, office, clock, receivers, more_after_calls=(effect,)
    ) as stage:
        await stage.end(stage.ended())
        for _ in range(40):
            await stage.sweep()
            clock.on(hours=3)
        assert [due.tries for due in chore.done] == list(range(len(PATIENT) + 1))
        state = await stage.records.effects.state("c-000000", "chore")
        assert state is not None
        assert (state.why, state.done_at is not None) == ("no_word_yet", True)


async def test_what_is_not_needed_is_done_with(
    database_settings: DatabaseSettings, office: Office, clock: Clock, receivers: Receivers
) -> None:
    chore = Chore()
    chore.comes_to = [NOT_NEEDED]
    async with staged(
        database_settings, office, clock, receivers, more_after_calls=(chore.effect(),)
    ) as stage:
        await stage.end(stage.ended())
        for _ in range(3):
            await stage.sweep()
        assert len(chore.done) == 1


async def test_a_try_that_ended_without_a_word_is_begun_anew(stage: Stage) -> None:
    """As when the work's own database was put back to an older state, or an outcome was lost."""
    await stage.leave(stage.message())
    (due,) = await stage.records.effects.due_of_messages(
        "tell", stage.clock() - timedelta(days=1), stage.clock(), 10
    )
    # Work of that very id has ended, and nothing was done.
    await stage.work.durable.start(work_id_of(due), "effect", *ids_of(due)[:1], *[""] * 4)
    await stage.rest()
    async with asyncio.timeout(20.0):
        while not stage.receivers.taken:
            await stage.look()
    assert stage.work.sweep.counts.begun_anew == 1


def lose_the_works_own_tables(settings: DatabaseSettings) -> None:
    """As a restored backup does that does not hold them."""
    lost = list(settings.spill_file.parent.glob("mapokezi-work.db*"))
    for path in lost:
        path.unlink()
    if not lost:
        work = open_work_database(settings.url)
        with work.engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA {SCHEMA} CASCADE"))
        work.engine.dispose()


async def test_the_work_goes_on_though_its_own_database_is_gone(
    database_settings: DatabaseSettings, office: Office, clock: Clock, receivers: Receivers
) -> None:
    async with staged(database_settings, office, clock, receivers) as stage:
        await stage.leave(stage.message(0))
        await stage.look()
        await stage.leave(stage.message(1))
    lose_the_works_own_tables(database_settings)
    async with staged(database_settings, office, clock, receivers) as stage:
        await stage.sweep()
        assert len(receivers.taken) == 2


async def test_a_round_is_done_once_for_each_subject_and_made_up_for(
    database_settings: DatabaseSettings, office: Office, clock: Clock, receivers: Receivers
) -> None:
    chore = Chore()
    chore.comes_to = ["away", ""]
    a_round = Round("chore", lambda now: (f"chore.{now:%Y%m%d}",))
    more = ((a_round, chore.effect()),)
    async with staged(database_settings, office, clock, receivers, more_rounds=more) as stage:
        for _ in range(3):
            await stage.sweep()
        clock.on(minutes=1)
        for _ in range(3):
            await stage.sweep()
        assert [due.subject for due in chore.done] == ["chore.20261123"] * 2
        clock.on(days=1)
        await stage.sweep()
        assert chore.done[-1].subject == "chore.20261124"


async def test_it_looks_by_itself_and_a_message_is_told_within_seconds(
    database_settings: DatabaseSettings,
    office: Office,
    receivers: Receivers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sweeping, "LOOK_EVERY_S", 0.2)
    async with open_database(database_settings) as records:
        work = AfterCall(
            AfterCallParts(
                records=records,
                url=database_settings.url,
                offices={office.id: office},
                sender=receivers,
                now=wall,
                settings=AfterCallSettings(digest_at=None),
            )
        )
        async with work.running(), asyncio.timeout(30.0):
            message = Examples().message()
            await records.writer.commit(SaveMessage(replace(message, created_at=wall())))
            while not receivers.taken:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        assert work.sending.counts.sent >= 1
        assert work.sweep.counts.sweeps == 1


async def test_of_two_desks_one_does_the_work_and_the_other_takes_it_up(
    database_settings: DatabaseSettings,
    office: Office,
    receivers: Receivers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sweeping, "LOOK_EVERY_S", 0.05)
    monkeypatch.setattr("mapokezi.aftercall.after_call._LEASE_LOOKED_AFTER_S", 0.2)

    async def told_of(number: int) -> None:
        message = replace(Examples().message(number), created_at=wall(), urgent=False)
        await records.writer.commit(SaveMessage(message))
        while len(receivers.taken) <= number:  # noqa: ASYNC110
            await asyncio.sleep(0.02)

    async with open_database(database_settings) as records, asyncio.timeout(90.0):
        parts = AfterCallParts(
            records=records,
            url=database_settings.url,
            offices={office.id: office},
            sender=receivers,
            now=wall,
            settings=AfterCallSettings(digest_at=None),
        )
        first, second = AfterCall(parts), AfterCall(parts)
        async with AsyncExitStack() as desks:
            await desks.enter_async_context(second.running())
            async with first.running():
                while not (first.left_to or second.left_to):  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
                works, waits = (second, first) if first.left_to else (first, second)
                assert f"process {os.getpid()} on " in waits.left_to
                await told_of(0)
                assert (works.left_to, waits.sweep.counts.sweeps) == ("", 0)
            await told_of(1)
            assert not second.left_to
        assert len(receivers.taken) == 2, "nobody was told twice"
