"""What the desk changes of an office stands in its folder, for restarts, the line and people."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.app.our_office import LAW_OFFICE, OURS, folder_of, opened, settings_in

from mapokezi.app.office_editing import OfficeEditing
from mapokezi.app.office_watch import OfficeWatch
from mapokezi.app.offices import standing_offices
from mapokezi.calls import OfficeId
from mapokezi.config import Settings, read_settings
from mapokezi.errors import ConfigurationError
from mapokezi.receptionist.office import Office
from mapokezi.stores.office_files import OfficeFilesWrong
from mapokezi.stores.office_folder import FolderChangedError, OfficeNotWrittenError
from mapokezi.stores.office_versions import NewVersion
from mapokezi.stores.seal_keys import Keyring, SealKey

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
WHO = "desk 3f9a2c Brian Otieno"

pytestmark = pytest.mark.anyio


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


def later(texts: dict[str, str], closes: str = "12:00") -> dict[str, str]:
    """The same office, which closes earlier on Saturdays."""
    hours = texts["hours.toml"].replace("09:00-13:00", f"09:00-{closes}")
    assert hours != texts["hours.toml"]
    return {**texts, "hours.toml": hours}


async def test_it_survives_a_restart_and_only_its_file_is_written(settings: Settings) -> None:
    folder = folder_of(settings)
    (folder / "hours.toml").chmod(0o640)
    before = {one.name: one.stat().st_mtime_ns for one in folder.iterdir()}
    async with opened(settings) as records:
        standing = await standing_offices(settings)
        await standing.keep(records, NOW)
        editing = OfficeEditing(settings, records, standing, lambda: NOW)
        texts = dict(await editing.texts(OURS))
        office = await editing.save(OURS, texts, later(texts), WHO)
        assert standing.offices[OURS] == office
    after = {one.name: one.stat().st_mtime_ns for one in folder.iterdir()}
    assert {name for name in after if after[name] != before.get(name)} == {"hours.toml"}
    assert (folder / "hours.toml").stat().st_mode & 0o777 == 0o640
    async with opened(settings) as records:
        standing = await standing_offices(settings)
        await standing.keep(records, NOW)
        assert standing.offices[OURS] == office
        second, _ = await records.office_versions.history(OURS)
    assert (second.number, second.who) == (2, WHO)
    assert second.difference == ("hours.week.saturday[1].closes: 13:00:00 -> 12:00:00",)


async def test_what_the_folder_changed_just_before_keeps_its_own_version(
    settings: Settings,
) -> None:
    async with opened(settings) as records:
        standing = await standing_offices(settings)
        await standing.keep(records, NOW)
        path = folder_of(settings) / "office.toml"
        path.write_text(path.read_text(encoding="utf-8").replace("good day", "good morning"))
        editing = OfficeEditing(settings, records, standing, lambda: NOW)
        texts = dict(await editing.texts(OURS))
        await editing.save(OURS, texts, later(texts), WHO)
        found = await records.office_versions.history(OURS)
    assert [(one.number, one.who) for one in found] == [(3, WHO), (2, "folder"), (1, "folder")]
    assert [len(one.difference) for one in found] == [1, 1, 1]


async def test_the_line_takes_it_up_under_the_desks_name(settings: Settings) -> None:
    taken: list[Office] = []

    async def take(office: Office) -> None:
        taken.append(office)

    async with opened(settings) as records:
        standing = await standing_offices(settings)
        await standing.keep(records, NOW)
        line = OfficeWatch(settings, standing, records, take)
        editing = OfficeEditing(settings, records, now=lambda: NOW)
        texts = dict(await editing.texts(OURS))
        await editing.save(OURS, texts, later(texts), WHO)
        await line.look()
        await line.look()
        assert [one.version for one in taken] == [2]
        found = await records.office_versions.history(OURS)
    assert [one.who for one in found] == [WHO, "folder"]


async def test_of_two_at_once_the_later_is_refused(settings: Settings) -> None:
    async with opened(settings) as records:
        editing = OfficeEditing(settings, records, now=lambda: NOW)
        texts = dict(await editing.texts(OURS))
        results = await asyncio.gather(
            editing.save(OURS, texts, later(texts, "12:00"), WHO),
            editing.save(OURS, texts, later(texts, "11:00"), WHO),
            return_exceptions=True,
        )
    assert sorted(type(one).__name__ for one in results) == ["FolderChangedError", "Office"]
    text = (folder_of(settings) / "hours.toml").read_text(encoding="utf-8")
    assert "09:00-12:00" in text


async def test_an_editor_that_saves_between_reading_and_writing_is_not_written_over(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder_of(settings) / "office.toml"
    async with opened(settings) as records:
        editing = OfficeEditing(settings, records, now=lambda: NOW)
        texts = dict(await editing.texts(OURS))
        checked = editing._check

        def check(*args: object) -> Office:
            path.write_text(texts["office.toml"] + "# by hand\n", encoding="utf-8")
            return checked(*args)  # type: ignore[arg-type]

        monkeypatch.setattr(editing, "_check", check)
        with pytest.raises(FolderChangedError):
            await editing.save(OURS, texts, later(texts), WHO)
    assert path.read_text(encoding="utf-8").endswith("# by hand\n")
    assert "09:00-13:00" in (path.parent / "hours.toml").read_text(encoding="utf-8")


async def test_what_is_wrong_or_cannot_be_written_leaves_all_as_it_was(
    settings: Settings, tmp_path: Path
) -> None:
    other = Path(shutil.copytree(LAW_OFFICE, tmp_path / "other"))
    number = other / "office.toml"
    number.write_text(number.read_text().replace("+254209000000", "+254209000001"))
    folders = (*settings.office.folders, str(other))
    environment = {
        "MAPOKEZI_OFFICE_FOLDERS": ",".join(folders),
        "MAPOKEZI_STORE_FOLDER": str(tmp_path / "data"),
    }
    both = read_settings(environment=environment)
    async with opened(both) as records:
        standing = await standing_offices(both)
        editing = OfficeEditing(both, records, standing, lambda: NOW)
        texts = dict(await editing.texts(OURS))
        taken = texts["office.toml"].replace("+254209000000", "+254209000001")
        with pytest.raises(OfficeFilesWrong, match=r"numbers.*is answered for other already"):
            await editing.save(OURS, texts, {**texts, "office.toml": taken}, WHO)
        with pytest.raises(ConfigurationError, match="no folder called no-such"):
            await editing.texts(OfficeId("no-such"))
        (folder_of(settings) / ".hours.toml.new").mkdir()  # what is written beside has no place
        with pytest.raises(OfficeNotWrittenError):
            await editing.save(OURS, texts, later(texts), WHO)
        assert await editing.texts(OURS) == texts
        found = await records.office_versions.history(OURS)
    assert [one.who for one in found] == ["folder"]


async def test_recording_is_not_switched_on_where_nothing_could_be_sealed(
    settings: Settings,
) -> None:
    async with opened(settings) as records:
        texts = dict(await OfficeEditing(settings, records).texts(OURS))
        without = OfficeEditing(settings, records, keys=Keyring())
        (fault,) = await without.faults(OURS, texts)
        assert (fault.key, "no key" in fault.what) == ("record_calls", True)
        having = OfficeEditing(settings, records, keys=Keyring([SealKey.draw()]))
        assert await having.faults(OURS, texts) == ()


async def test_a_version_that_another_process_keeps_in_the_same_moment_hides_none(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(settings) as records:
        standing = await standing_offices(settings)
        await standing.keep(records, NOW)
        texts = dict(await OfficeEditing(settings, records).texts(OURS))
        add = records.office_book.add

        async def add_late(new: NewVersion) -> int:
            monkeypatch.setattr(records.office_book, "add", add)
            await add(replace(new, files={**texts, "callers.toml": "# the line's"}, who="folder"))
            return await add(new)

        monkeypatch.setattr(records.office_book, "add", add_late)
        office = await OfficeEditing(settings, records).save(OURS, texts, later(texts), WHO)
        third, second, _ = await records.office_versions.history(OURS)
    assert (office.version, third.who, second.who) == (3, WHO, "folder")
