"""Keys are exchanged while recordings can be played throughout."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.aftercall.keeping_stage import KEY, OLD_KEY, KeepingStage, keeping_stage, sound

from mapokezi.aftercall.plain_sound import SoundNotKeptError
from mapokezi.aftercall.recording_keeping import KeepingSettings, keep_recording
from mapokezi.aftercall.rotating import rotate_keys
from mapokezi.calls import CallId
from mapokezi.records.kept_recording import KeptRecording
from mapokezi.stores.kept_files import open_kept
from mapokezi.stores.recordings import save_recording
from mapokezi.stores.seal_keys import Keyring, MissingKeyError
from mapokezi.stores.sealed_files import key_id_of

pytestmark = pytest.mark.anyio


@pytest.fixture
async def stage(tmp_path: Path, database_url: str) -> AsyncIterator[KeepingStage]:
    async with keeping_stage(tmp_path / "data", database_url) as opened:
        opened.keys = Keyring([OLD_KEY])
        yield opened


async def keep(stage: KeepingStage, *numbers: int) -> None:
    for number in numbers:
        await stage.recorded(number, sound(seed=number))
        await keep_recording(CallId(f"c-{number:06}"), stage.parts)


async def test_everything_is_sealed_by_the_first_key(stage: KeepingStage) -> None:
    await keep(stage, 0, 1, 2)
    stage.keys = Keyring([KEY, OLD_KEY])
    told: list[KeptRecording] = []
    assert await rotate_keys(stage.parts, told.append) == 3
    assert len(told) == 3
    stage.keys = Keyring([KEY])  # the old one is thrown away
    for number in (0, 1, 2):
        (kept,) = await stage.kept(number)
        assert kept.key_id == KEY.key_id == key_id_of(stage.data_folder / kept.path)
        assert stage.heard(kept) == sound(seed=number)
    assert await rotate_keys(stage.parts) == 0
    assert len(list(stage.plain().parent.iterdir())) == 3


async def test_who_listens_meanwhile_hears_all_of_it(stage: KeepingStage) -> None:
    await keep(stage, 0)
    (kept,) = await stage.kept()
    stage.keys = Keyring([KEY, OLD_KEY])
    with open_kept(stage.data_folder, kept, stage.keys) as playing:
        begun = playing.read(0, 1_000)
        await rotate_keys(stage.parts)
        whole = playing.read(0, playing.size_bytes)
    assert whole[:1_000] == begun
    (now,) = await stage.kept()
    with open_kept(stage.data_folder, now, Keyring([KEY])) as again:
        assert again.read(0, again.size_bytes) == whole


async def test_what_was_not_sealed_is_sealed(stage: KeepingStage) -> None:
    stage.settings = KeepingSettings(sealed=False)
    await keep(stage, 0)
    stage.settings = KeepingSettings()
    stage.keys = Keyring([KEY])
    assert await rotate_keys(stage.parts) == 1
    (kept,) = await stage.kept()
    assert [path.name for path in stage.plain().parent.iterdir()] == [kept.name]
    assert kept.key_id == KEY.key_id
    assert stage.heard(kept) == sound(seed=0)


async def test_killed_between_the_file_and_the_database_it_goes_on(stage: KeepingStage) -> None:
    await keep(stage, 0)
    (before,) = await stage.kept()
    stage.keys = Keyring([KEY, OLD_KEY])
    await rotate_keys(stage.parts)
    await stage.database.writer.transact(lambda c: save_recording(c, before))  # not heard of it
    assert stage.heard(before) == sound(seed=0)
    assert await rotate_keys(stage.parts) == 1
    (kept,) = await stage.kept()
    assert kept.key_id == KEY.key_id


async def test_a_missing_key_is_named_and_nothing_is_changed(stage: KeepingStage) -> None:
    await keep(stage, 0)
    stage.keys = Keyring([KEY])
    with pytest.raises(MissingKeyError, match=OLD_KEY.key_id):
        await rotate_keys(stage.parts)
    stage.keys = Keyring([KEY], lost=[OLD_KEY.key_id])
    assert await rotate_keys(stage.parts) == 0
    stage.keys = Keyring([OLD_KEY])
    (kept,) = await stage.kept()
    assert stage.heard(kept) == sound(seed=0)


async def test_what_is_not_what_was_kept_is_not_sealed_anew(stage: KeepingStage) -> None:
    await keep(stage, 0)
    (kept,) = await stage.kept()
    wrong = replace(kept, sha256="0" * 64)
    await stage.database.writer.transact(lambda c: save_recording(c, wrong))
    stage.keys = Keyring([KEY, OLD_KEY])
    with pytest.raises(SoundNotKeptError):
        await rotate_keys(stage.parts)
    assert key_id_of(stage.data_folder / kept.path) == OLD_KEY.key_id
