"""What was kept for long enough is shown, then removed, by kind and office."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import func, select
from tests.aftercall.a_full_caller import NUMBER, left_behind
from tests.aftercall.keeping_stage import FOLDER, KeepingStage, keeping_stage

from mapokezi.aftercall import retaining
from mapokezi.aftercall.recording_keeping import keep_recording
from mapokezi.aftercall.retaining import (
    RetentionParts,
    note_plan,
    plan_retention,
    retain_daily,
    run_retention,
)
from mapokezi.calls import CallId, OfficeId
from mapokezi.records.audit import AuditEntry, Deed
from mapokezi.records.changes import NoteDeed, SaveArrival, SaveEnd
from mapokezi.records.retention import KeptFor, Kind
from mapokezi.stores import schema
from mapokezi.stores.office_files import read_office

pytestmark = pytest.mark.anyio
LAW_OFFICE = Path(__file__).parents[2] / "examples" / "law-office"
CALLED = datetime.fromisoformat("2026-11-20T06:30:00+00:00")
"""When the first example call arrived; each is a minute after the one before."""


@dataclass
class Retaining:
    """A stage, a clock, and what retention works with."""

    stage: KeepingStage
    now: datetime
    keeps: KeptFor = field(default_factory=KeptFor)
    drawn: int = 0

    @property
    def parts(self) -> RetentionParts:
        """What retention works with."""
        office = msgspec.structs.replace(read_office(LAW_OFFICE), keeps=self.keeps)
        database = self.stage.database
        return RetentionParts(
            store=database.retention,
            trail=database.audit_trail,
            keeper=database.writer,
            offices={office.id: office},
            data_folder=self.stage.data_folder,
            now=lambda: self.now,
            new_id=self._new_id,
        )

    def _new_id(self, kind: str) -> str:
        self.drawn += 1
        return f"{kind}-{self.drawn}"

    async def count(self, table: str) -> int:
        """How many rows a table has."""
        query = select(func.count()).select_from(schema.metadata.tables[table])
        return await self.stage.database.writer.transact(lambda c: c.scalar(query) or 0)


@pytest.fixture
async def retaining_at(tmp_path: Path, database_url: str) -> AsyncIterator[Retaining]:
    async with keeping_stage(tmp_path / "data", database_url) as stage:
        for number in range(3):
            await left_behind(stage, number)
        await keep_recording(CallId("c-000000"), stage.parts)
        yield Retaining(stage, CALLED)


def days_on(days: float) -> datetime:
    return CALLED + timedelta(days=days)


async def test_nothing_is_due_before_its_days_are_over(retaining_at: Retaining) -> None:
    retaining_at.now = days_on(29.9)
    assert (await plan_retention(retaining_at.parts)).is_empty


@pytest.mark.parametrize(
    ("days", "kinds"),
    [
        (31, {Kind.RECORDING: 3}),
        (91, {Kind.RECORDING: 3, Kind.TRANSCRIPT: 3}),
        (366, {Kind.RECORDING: 3, Kind.TRANSCRIPT: 3, Kind.MESSAGE: 12, Kind.CALL: 3}),
    ],
)
async def test_each_kind_is_due_after_its_own_days(
    retaining_at: Retaining, days: int, kinds: dict[Kind, int]
) -> None:
    retaining_at.now = days_on(days)
    plan = await plan_retention(retaining_at.parts)
    assert {due.kind: due.count for due in plan.due} == kinds
    assert all(due.oldest is not None and due.oldest >= CALLED for due in plan.due)


async def test_to_show_a_plan_removes_nothing(retaining_at: Retaining) -> None:
    retaining_at.now = days_on(400)
    before = [await retaining_at.count(name) for name in schema.metadata.tables]
    await plan_retention(retaining_at.parts)
    assert [await retaining_at.count(name) for name in schema.metadata.tables] == before
    assert retaining_at.stage.plain(1).exists()


async def test_recordings_go_with_their_files_and_the_rest_stays(retaining_at: Retaining) -> None:
    retaining_at.now = days_on(31)
    rest = retaining_at.stage.data_folder / FOLDER / "c-000001.flac.sealed.part"
    rest.write_bytes(b"what a kill left")
    parts = retaining_at.parts
    assert await run_retention(parts, await plan_retention(parts), "command jane") == {
        "recording": 3
    }
    assert list((retaining_at.stage.data_folder / FOLDER).iterdir()) == []
    assert await retaining_at.count("recordings") == 0
    assert await retaining_at.count("turns") == 3
    found = await retaining_at.stage.database.calls.get(CallId("c-000000"))
    assert found is not None
    assert found.call.recording is None
    assert (await plan_retention(parts)).is_empty


async def test_transcripts_go_and_messages_stay(retaining_at: Retaining) -> None:
    retaining_at.now = days_on(91)
    parts = retaining_at.parts
    await run_retention(parts, await plan_retention(parts), "command jane")
    for table in ("turns", "timeline", "call_notes"):
        assert await retaining_at.count(table) == 0, table
    for table in ("messages", "tasks", "notices"):
        assert await retaining_at.count(table) > 0, table
    found = await retaining_at.stage.database.calls.get(CallId("c-000001"))
    assert found is not None
    assert found.call.claims == ()
    assert found.call.caller == NUMBER


async def test_in_the_end_a_call_is_nobodys_and_still_counts(retaining_at: Retaining) -> None:
    retaining_at.now = days_on(366)
    parts = retaining_at.parts
    await run_retention(parts, await plan_retention(parts), "command jane")
    for table in ("messages", "tasks", "task_comments", "notices", "notice_attempts",
                  "platform_calls"):  # fmt: skip
        assert await retaining_at.count(table) == 0, table
    assert await retaining_at.count("calls") == 3
    found = await retaining_at.stage.database.calls.get(CallId("c-000001"))
    assert found is not None
    assert (found.call.caller, found.call.session_id) == (None, "")
    assert found.call.outcome is not None
    assert found.call.cost is not None
    assert (await plan_retention(parts)).is_empty


async def test_an_office_keeps_as_long_as_it_says(retaining_at: Retaining) -> None:
    other = replace(
        retaining_at.stage.examples.ended(7), office_id=OfficeId("clinic"), recording=None
    )
    keeper = retaining_at.stage.database.writer
    await keeper.commit(SaveArrival(other))
    await keeper.commit(SaveEnd(replace(other, recording="recordings/gone.wav")))
    retaining_at.now = days_on(31)
    retaining_at.keeps = KeptFor(recording_days=60)
    plan = await plan_retention(retaining_at.parts)
    # The clinic is served no more; what is left of it is kept by the usual days.
    assert [(due.office_id, due.kind, due.count) for due in plan.due] == [
        ("clinic", Kind.RECORDING, 1)
    ]
    retaining_at.now = days_on(61)
    plan = await plan_retention(retaining_at.parts)
    assert {due.office_id for due in plan.due} == {"clinic", "law-office"}


async def test_what_became_due_since_the_plan_stays(retaining_at: Retaining) -> None:
    retaining_at.now = CALLED + timedelta(days=30, seconds=90)
    parts = retaining_at.parts
    plan = await plan_retention(parts)
    assert plan.counts() == {"recording": 2}
    retaining_at.now = days_on(40)
    assert await run_retention(parts, plan, "command jane") == {"recording": 2}
    assert retaining_at.stage.plain(2).exists()


async def test_more_than_one_transaction_can_hold(
    retaining_at: Retaining, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mapokezi.stores.retention.AT_ONCE", 1)
    retaining_at.now = days_on(366)
    parts = retaining_at.parts
    removed = await run_retention(parts, await plan_retention(parts), "command jane")
    assert removed == {"recording": 3, "transcript": 3, "message": 12, "call": 3}


async def test_by_itself_nothing_goes_that_was_not_shown_a_day_before(
    retaining_at: Retaining,
) -> None:
    parts = retaining_at.parts
    retaining_at.now = days_on(400)
    assert await retain_daily(parts) == {}
    assert retaining_at.stage.plain(1).exists()
    retaining_at.now = days_on(400.9)
    assert await retain_daily(parts) == {}
    retaining_at.now = days_on(401.1)
    assert (await retain_daily(parts))["recording"] == 3
    assert not retaining_at.stage.plain(1).exists()
    assert await retain_daily(parts) == {}
    entries, _ = await parts.trail.page()
    assert {entry.deed for entry in entries} == {Deed.RETENTION_PLANNED, Deed.RETENTION_RUN}
    assert {entry.who for entry in entries} == {"desk"}


async def test_a_plan_of_long_ago_counts_for_nothing(retaining_at: Retaining) -> None:
    parts = retaining_at.parts
    retaining_at.now = days_on(31)
    await note_plan(parts, await plan_retention(parts), "command jane")
    retaining_at.now = days_on(60)
    assert await retain_daily(parts) == {}
    assert retaining_at.stage.plain(1).exists()


async def test_stopped_between_file_and_database_it_goes_on(
    retaining_at: Retaining, monkeypatch: pytest.MonkeyPatch
) -> None:
    retaining_at.now = days_on(31)
    parts = retaining_at.parts
    plan = await plan_retention(parts)

    async def stop(_found: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as planted:
        planted.setattr(parts.store, "forget_recordings", stop)
        with pytest.raises(KeyboardInterrupt):
            await run_retention(parts, plan, "command jane")
    assert not retaining_at.stage.plain(1).exists()
    assert await run_retention(parts, plan, "command jane") == {"recording": 3}


async def test_the_trail_itself_is_not_kept_for_ever(retaining_at: Retaining) -> None:
    parts = replace(retaining_at.parts, audit_days=700)
    await parts.keeper.commit(NoteDeed(AuditEntry("old", CALLED, "desk 1", Deed.LISTENED)))
    retaining_at.now = days_on(699)
    await run_retention(parts, await plan_retention(parts), "command jane")
    entries, _ = await parts.trail.page()
    assert "old" in {entry.entry_id for entry in entries}
    retaining_at.now = days_on(701)
    await run_retention(parts, await plan_retention(parts), "command jane")
    entries, _ = await parts.trail.page()
    assert "old" not in {entry.entry_id for entry in entries}


def test_another_calls_file_is_never_taken_along(tmp_path: Path) -> None:
    folder = tmp_path / "recordings"
    folder.mkdir()
    for name in ("c-1.wav", "c-1.flac.sealed", "c-1-platform.mp3", "c-10.wav", "c-2.wav"):
        (folder / name).touch()
    retaining.remove_with_its_rests(tmp_path, "recordings/c-1.wav", CallId("c-1"))
    assert {path.name for path in folder.iterdir()} == {"c-10.wav", "c-2.wav"}
    (tmp_path.parent / "c-1.wav").touch()
    assert retaining.remove_with_its_rests(tmp_path, "../c-1.wav", CallId("c-1")) == 0
    assert (tmp_path.parent / "c-1.wav").exists()
