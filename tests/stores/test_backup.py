"""A backup is made."""

from __future__ import annotations

import asyncio
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from tests.sample_records import Examples
from tests.stores.backup_stage import KEY_ID, NOW, BackupStage

from mapokezi.stores.backup import make_backup
from mapokezi.stores.backup_manifest import read_manifest
from mapokezi.stores.database import DatabaseSettings, open_database
from mapokezi.stores.errors import BackupError, DatabaseVersionError
from mapokezi.stores.upgrades import newest_revision

pytestmark = pytest.mark.anyio


async def test_all_that_cannot_be_made_again_is_in_it(backup_stage: BackupStage) -> None:
    stage = backup_stage
    await stage.fill()
    made = await stage.back_up()
    assert made == read_manifest(stage.folder)
    assert (made.made_at, made.program) == (NOW, "0.1.0")
    assert made.revision == newest_revision()
    assert {name: made.rows[name] for name in ("calls", "turns", "messages", "recordings")} == {
        "calls": 4,
        "turns": 3,
        "messages": 3,
        "recordings": 3,
    }
    assert made.recordings == str(stage.data_folder / "recordings")
    assert [office.folder for office in made.offices] == [str(stage.office)]
    assert {one.path for one in made.files} == {
        made.database_file,
        *(f"data/recordings/2026-11/c-{number:06}.flac.sealed" for number in range(3)),
        "data/audit-secret",
        "data/language-packs/law-office/sw/word-saba.wav",
        "data/language-packs/law-office/sw/words.json",
        "data/learned-n-1.json",
        "data/spilled-n-1.jsonl",
        "offices/1-law-office/office.toml",
        "offices/1-law-office/facts/parking.md",
    }
    for one in made.files:
        assert (stage.folder / one.path).stat().st_size == one.size_bytes


async def test_keys_and_plain_recordings_stay_where_they_are(backup_stage: BackupStage) -> None:
    await backup_stage.fill()
    made = await backup_stage.back_up()
    assert made.key_ids == (KEY_ID,)
    assert made.not_sealed_yet == 1
    held = b"".join(path.read_bytes() for path in backup_stage.folder.rglob("*") if path.is_file())
    assert b"a key" not in held
    assert b"RIFF plain" not in held


async def test_where_nothing_is_sealed_plain_recordings_are_in_it(
    backup_stage: BackupStage,
) -> None:
    await backup_stage.fill()
    made = await backup_stage.back_up(seals=False)
    assert made.not_sealed_yet == 0
    assert "data/recordings/2026-11/plain.wav" in {one.path for one in made.files}


async def test_recordings_may_be_left_to_the_operator(backup_stage: BackupStage) -> None:
    await backup_stage.fill()
    made = await backup_stage.back_up(with_recordings=False)
    assert not made.recordings_copied
    assert not any("sealed" in one.path for one in made.files)
    assert made.recordings == str(backup_stage.data_folder / "recordings")


async def test_a_recording_that_is_gone_is_told(backup_stage: BackupStage) -> None:
    await backup_stage.fill()
    backup_stage.sealed(1).unlink()
    made = await backup_stage.back_up()
    assert made.recordings_missing == ("recordings/2026-11/c-000001.flac.sealed",)
    assert sum("sealed" in one.path for one in made.files) == 2


async def test_only_its_owner_reads_it(backup_stage: BackupStage) -> None:
    await backup_stage.fill()
    await backup_stage.back_up()
    for path in [backup_stage.folder, *backup_stage.folder.rglob("*")]:
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


async def test_calls_go_on_and_what_is_copied_is_one_instant(
    backup_stage: BackupStage, examples: Examples
) -> None:
    """Calls are written with their turns and messages, which have come equally far in the copy."""
    await backup_stage.fill(1)
    async with open_database(backup_stage.settings) as database:

        async def go_on() -> None:
            for number in range(10, 400):
                await backup_stage.keep(database, number)

        going = asyncio.create_task(go_on())
        await asyncio.sleep(0.05)
        made = await backup_stage.back_up()
        assert not going.done()
        going.cancel()
        await asyncio.gather(going, return_exceptions=True)
    assert made.rows["calls"] - 1 >= made.rows["turns"] >= made.rows["messages"] >= 1
    assert made.rows["calls"] - 1 <= made.rows["messages"] + 1


async def test_a_folder_with_something_in_it_is_left_alone(backup_stage: BackupStage) -> None:
    await backup_stage.fill(1)
    backup_stage.folder.mkdir()
    kept = backup_stage.folder / "photographs"
    kept.write_text("mine")
    with pytest.raises(BackupError, match="not empty"):
        await backup_stage.back_up()
    assert kept.read_text() == "mine"


async def test_what_fails_leaves_nothing_that_looks_like_a_backup(
    backup_stage: BackupStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await backup_stage.fill(1)

    def full(*_: object) -> object:
        raise OSError(28, "No space left on device", "recordings")

    monkeypatch.setattr("mapokezi.stores.backup._recordings", full)
    with pytest.raises(BackupError, match="recordings: No space left on device"):
        await backup_stage.back_up()
    assert list(backup_stage.folder.iterdir()) == []


async def test_a_database_without_tables_is_not_backed_up(
    database_url: str, backup_stage: BackupStage, tmp_path: Path
) -> None:
    if database_url.startswith("sqlite"):
        (tmp_path / "data").mkdir(exist_ok=True)
        (tmp_path / "data" / "mapokezi.db").touch()
    with pytest.raises(DatabaseVersionError, match="revision none"):
        await make_backup(replace(backup_stage.source, url=database_url), tmp_path / "b", NOW)


async def test_postgres_needs_its_own_program(
    postgres_settings: DatabaseSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = BackupStage(postgres_settings, tmp_path / "b", tmp_path, Examples())
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupError, match="pg_dump is not at hand: install"):
        await stage.back_up()
