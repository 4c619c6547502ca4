"""Keeping is done after each call and each day, and what fails is tried again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.aftercall.keeping_stage import KeepingStage, keeping_stage

from mapokezi.aftercall import recording_keeping
from mapokezi.aftercall.keeping_effects import KeepingEffects, RetentionRound
from mapokezi.aftercall.plain_values import checked
from mapokezi.aftercall.retaining import RetentionParts
from mapokezi.calls import CallId
from mapokezi.records.audit import Deed
from mapokezi.records.changes import SaveTurn
from mapokezi.records.redaction import CARD
from mapokezi.stores.effects import DueEffect

pytestmark = pytest.mark.anyio


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[KeepingStage]:
    async with keeping_stage(tmp_path / "data") as opened:
        yield opened


async def done(stage: KeepingStage, effect: str) -> str:
    """Carry out an effect's steps for the first call; what the last one came to."""
    effects = KeepingEffects(stage.parts, stage.database.writer).effects()
    found = next(one for one in effects if one.name == effect)
    came = ""
    for step in found.steps:
        came = await step.do(DueEffect("c-000000", effect, CallId("c-000000")))
    assert checked(came) == came  # it stands in the work's own tables
    return came


async def test_a_calls_recording_is_kept(stage: KeepingStage) -> None:
    await stage.recorded()
    assert await done(stage, "keep_recording") == ""
    assert len(await stage.kept()) == 1
    assert not stage.plain().exists()
    assert await done(stage, "keep_recording") == ""


async def test_what_is_not_whole_yet_is_tried_again(
    stage: KeepingStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording_keeping, "_WRITTEN_WITHIN_S", 0.0)
    await stage.recorded()
    stage.plain().rename(stage.plain().with_name("c-000000.wav.part"))
    assert await done(stage, "keep_recording") == "not_ready"


async def test_what_cannot_be_kept_is_tried_for_ever(stage: KeepingStage) -> None:
    await stage.recorded()
    stage.plain().write_bytes(b"no sound at all")
    assert await done(stage, "keep_recording") == "not_kept"
    _, keep = KeepingEffects(stage.parts, stage.database.writer).effects()
    assert keep.put_off_for(1_000) == keep.again_after[-1]


async def test_a_transcript_is_redacted_as_a_whole(stage: KeepingStage) -> None:
    await stage.recorded()
    for number, text in enumerate(("4111", "1111", "1111", "1111")):
        turn = stage.examples.turn(number=number, text=text, ours=False)
        await stage.database.writer.commit(SaveTurn(turn))
    assert await done(stage, "redact") == ""
    found = await stage.database.calls.get(CallId("c-000000"))
    assert found is not None
    assert {turn.text for turn in found.turns} == {CARD}


async def test_retention_is_a_round_of_each_day(stage: KeepingStage) -> None:
    await stage.recorded()
    database = stage.database
    parts = RetentionParts(
        store=database.retention,
        trail=database.audit_trail,
        keeper=database.writer,
        offices={},
        data_folder=stage.data_folder,
        now=lambda: datetime(2027, 2, 1, tzinfo=UTC),
        new_id=lambda kind: f"{kind}-1",
    )
    daily, effect = RetentionRound(parts).round()
    assert daily.subjects(datetime(2027, 2, 1, 0, 59, tzinfo=UTC)) == ("retention.20270131",)
    assert daily.subjects(datetime(2027, 2, 1, 1, 0, tzinfo=UTC)) == ("retention.20270201",)
    (step,) = effect.steps
    assert await step.do(DueEffect("retention.20270201", daily.effect)) == ""
    (entry,), _ = await database.audit_trail.page()
    assert entry.deed is Deed.RETENTION_PLANNED
