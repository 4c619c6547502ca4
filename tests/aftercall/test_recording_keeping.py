"""A recording is compressed, sealed, verified, and only then is the plain one removed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

import pytest
from sqlalchemy.exc import OperationalError
from tests.aftercall.keeping_stage import FOLDER, KEY, KeepingStage, keeping_stage, sound

from mapokezi.aftercall import recording_keeping, recording_work, sound_coding
from mapokezi.aftercall.plain_sound import Form, PlainSound, SoundNotKeptError
from mapokezi.aftercall.recording_child import RecordingNotKept
from mapokezi.aftercall.recording_keeping import (
    KeepingSettings,
    Kept,
    NothingToKeep,
    RecordingNotReady,
    keep_platform_copy,
    keep_recording,
)
from mapokezi.audio.wav import wav_bytes
from mapokezi.calls import CallId
from mapokezi.records.caller_notices import RecordingRefused, RefusedBy
from mapokezi.records.changes import SaveArrival, SaveEnd
from mapokezi.records.kept_recording import Copy, recording_path
from mapokezi.stores.sealed_files import Cipher, SealedFile, key_id_of
from mapokezi.units import Milliseconds

pytestmark = pytest.mark.anyio
CALL = CallId("c-000000")


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[KeepingStage]:
    async with keeping_stage(tmp_path / "data") as opened:
        yield opened


def names(stage: KeepingStage) -> set[str]:
    return {path.name for path in (stage.data_folder / FOLDER).iterdir()}


async def test_a_recording_becomes_sealed_flac_with_every_sample(stage: KeepingStage) -> None:
    pcm = sound(5.0)
    await stage.recorded(pcm=pcm)
    done = await keep_recording(CALL, stage.parts)
    assert isinstance(done, Kept)
    kept = done.recording
    assert (kept.media_type, kept.length_ms, kept.key_id) == ("audio/flac", 5_000, KEY.key_id)
    assert stage.heard(kept) == pcm
    assert names(stage) == {"c-000000.flac.sealed"}
    assert (kept,) == await stage.kept()
    assert kept.size_bytes < len(pcm) / 2
    assert b"fLaC" not in (stage.data_folder / kept.path).read_bytes()


async def test_done_twice_it_comes_to_the_same(stage: KeepingStage) -> None:
    await stage.recorded()
    first = await keep_recording(CALL, stage.parts)
    assert isinstance(first, Kept)
    again = await keep_recording(CALL, stage.parts)
    assert again == first
    assert len(stage.child.orders) == 1


async def test_opus_by_setting(stage: KeepingStage) -> None:
    stage.settings = KeepingSettings(form=Form.OPUS, cipher=Cipher.CHACHA20_POLY1305)
    pcm = sound(4.0)
    await stage.recorded(pcm=pcm)
    done = await keep_recording(CALL, stage.parts)
    assert isinstance(done, Kept)
    assert done.recording.media_type == "audio/ogg"
    assert names(stage) == {"c-000000.opus.sealed"}
    with SealedFile(stage.data_folder / done.recording.path, done.recording.name, stage.keys) as f:
        assert f.read(0, 4) == b"OggS"
        assert b"OpusHead" in f.read(0, 100)
    assert abs(len(stage.heard(done.recording)) - len(pcm)) <= 4 * 960


async def test_not_sealed_by_setting(stage: KeepingStage) -> None:
    stage.settings = KeepingSettings(sealed=False)
    pcm = sound()
    await stage.recorded(pcm=pcm)
    done = await keep_recording(CALL, stage.parts)
    assert isinstance(done, Kept)
    assert names(stage) == {"c-000000.flac"}
    assert (stage.data_folder / done.recording.path).read_bytes()[:4] == b"fLaC"
    assert stage.heard(done.recording) == pcm
    assert done.recording.key_id == ""


async def test_a_call_that_was_not_recorded_has_nothing_to_keep(stage: KeepingStage) -> None:
    assert isinstance(await keep_recording(CALL, stage.parts), NothingToKeep)
    await stage.database.writer.commit(SaveArrival(stage.examples.arrival()))
    assert isinstance(await keep_recording(CALL, stage.parts), NothingToKeep)
    await stage.recorded(1)
    stage.plain(1).unlink()
    assert await keep_recording(CallId("c-000001"), stage.parts) == NothingToKeep(
        "its file is not there"
    )


async def test_a_call_that_has_just_ended_is_given_time_for_its_file(stage: KeepingStage) -> None:
    record = await stage.recorded()
    stage.plain().unlink()
    ended_at = record.ended_at
    assert ended_at is not None
    soon = replace(stage.parts, now=lambda: ended_at + timedelta(seconds=59))
    with pytest.raises(RecordingNotReady):
        await keep_recording(CALL, soon)
    later = replace(stage.parts, now=lambda: ended_at + timedelta(seconds=60))
    assert isinstance(await keep_recording(CALL, later), NothingToKeep)


async def test_a_recording_without_sound_is_removed(stage: KeepingStage) -> None:
    await stage.recorded(pcm=b"")
    assert isinstance(await keep_recording(CALL, stage.parts), NothingToKeep)
    assert names(stage) == set()


async def test_what_the_line_still_writes_is_waited_for(
    stage: KeepingStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording_keeping, "_LOOK_EVERY_S", 0.01)
    await stage.recorded()
    plain = stage.plain()
    part = plain.rename(plain.with_name(plain.name + ".part"))
    keeping = asyncio.create_task(keep_recording(CALL, stage.parts))
    await asyncio.sleep(0.05)
    assert not keeping.done()
    part.rename(plain)
    assert isinstance(await keeping, Kept)


async def test_what_a_killed_line_left_is_not_touched(
    stage: KeepingStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording_keeping, "_WRITTEN_WITHIN_S", 0.02)
    monkeypatch.setattr(recording_keeping, "_LOOK_EVERY_S", 0.01)
    await stage.recorded()
    plain = stage.plain()
    plain.rename(plain.with_name(plain.name + ".part"))
    with pytest.raises(RecordingNotReady):
        await keep_recording(CALL, stage.parts)
    assert names(stage) == {"c-000000.wav.part"}


async def test_a_call_that_goes_on_is_not_touched(stage: KeepingStage) -> None:
    record = await stage.recorded()
    going_on = replace(record, call_id=CallId("c-000009"), ended_at=None, outcome=None,
                       termination=None)  # fmt: skip
    await stage.database.writer.commit(SaveArrival(going_on))
    with pytest.raises(RecordingNotReady):
        await keep_recording(CallId("c-000009"), stage.parts)


@pytest.mark.parametrize(
    "spoil",
    ["check_same", "compress", "seal_file", "_check_digest"],
)
async def test_a_fault_in_any_part_of_it_leaves_the_plain_recording(
    stage: KeepingStage, monkeypatch: pytest.MonkeyPatch, spoil: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise SoundNotKeptError("planted")

    pcm = sound()
    await stage.recorded(pcm=pcm)
    with monkeypatch.context() as planted:
        planted.setattr(recording_work, spoil, fail)
        with pytest.raises(SoundNotKeptError):
            await keep_recording(CALL, stage.parts)
    assert stage.plain().read_bytes() == wav_bytes(pcm, 16_000, 2)
    assert await stage.kept() == ()
    done = await keep_recording(CALL, stage.parts)
    assert isinstance(done, Kept)
    assert stage.heard(done.recording) == pcm


async def test_a_flac_that_is_not_the_recording_is_never_kept(
    stage: KeepingStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.recorded()

    def other_sound(found: object, form: Form, into: BinaryIO) -> None:
        other = stage.plain(1)
        other.write_bytes(wav_bytes(sound(seed=2), 16_000, 2))
        sound_coding.compress(PlainSound.of(other), form, into)
        other.unlink()

    monkeypatch.setattr(recording_work, "compress", other_sound)
    with pytest.raises(SoundNotKeptError, match="not the one that was made"):
        await keep_recording(CALL, stage.parts)
    assert stage.plain().exists()


async def test_if_the_database_does_not_take_it_the_plain_recording_stays(
    stage: KeepingStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(_work: object) -> None:
        raise OperationalError("insert", {}, Exception("locked"))

    await stage.recorded()
    with monkeypatch.context() as planted:
        planted.setattr(stage.database.writer, "transact", refuse)
        with pytest.raises(OperationalError):
            await keep_recording(CALL, stage.parts)
    assert stage.plain().exists()
    assert isinstance(await keep_recording(CALL, stage.parts), Kept)


async def test_the_plain_one_is_not_removed_for_a_sealed_one_that_is_damaged(
    stage: KeepingStage,
) -> None:
    await stage.recorded()
    plain = stage.plain().read_bytes()
    done = await keep_recording(CALL, stage.parts)
    assert isinstance(done, Kept)
    stage.plain().write_bytes(plain)  # as a kill before the last step leaves it
    sealed = stage.data_folder / done.recording.path
    raw = bytearray(sealed.read_bytes())
    raw[500] ^= 1
    sealed.write_bytes(raw)
    with pytest.raises(RecordingNotKept):
        await keep_recording(CALL, stage.parts)
    assert stage.plain().read_bytes() == plain


async def test_no_path_leads_out_of_the_data_folder(stage: KeepingStage) -> None:
    outside = stage.data_folder.parent / "outside.wav"
    outside.write_bytes(wav_bytes(sound(), 16_000, 2))
    record = replace(stage.examples.ended(), recording="../outside.wav")
    await stage.database.writer.commit(SaveArrival(record))
    assert isinstance(await keep_recording(CALL, stage.parts), NothingToKeep)
    assert outside.exists()


async def test_the_platforms_own_recording_is_a_second_copy(stage: KeepingStage) -> None:
    pcm = sound()
    await stage.recorded(pcm=pcm)
    await keep_recording(CALL, stage.parts)
    fetched = stage.data_folder / "fetched.wav"
    fetched.write_bytes(wav_bytes(pcm, 16_000, 2))
    kept = await keep_platform_copy(CALL, fetched, "audio/wav", stage.parts)
    assert kept.path == f"{FOLDER}/c-000000-platform.wav.sealed"
    assert stage.heard(kept) == pcm
    assert not fetched.exists()
    assert {one.copy for one in await stage.kept()} == set(Copy)
    assert key_id_of(stage.data_folder / kept.path) == KEY.key_id


@pytest.mark.parametrize("ending", ["", ".part"])
async def test_what_a_kill_has_left_of_a_refused_recording_is_removed(
    stage: KeepingStage, ending: str
) -> None:
    record = await stage.recorded()
    refused = RecordingRefused(record.arrived_at, RefusedBy.WORDS, Milliseconds(900))
    ended = replace(record, recording=None, recording_refused=refused)
    await stage.database.writer.commit(SaveEnd(ended))
    left = stage.data_folder / recording_path(CALL, record.arrived_at)
    left.parent.mkdir(parents=True, exist_ok=True)
    stage.plain().replace(left.with_name(left.name + ending))
    assert await keep_recording(CALL, stage.parts) == NothingToKeep(
        "the caller did not want to be recorded"
    )
    assert not list(stage.data_folder.rglob("c-000000.*"))
    assert isinstance(await keep_recording(CALL, stage.parts), NothingToKeep)
