"""Offices stand by their right folders, and by what was kept of them where a folder is wrong."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from tests.app.our_office import LAW_OFFICE, OURS, folder_of, opened, settings_in

from mapokezi.app.office_watch import OfficeWatch
from mapokezi.app.offices import FOLDER, office_of, standing_offices
from mapokezi.bridge import clock
from mapokezi.calls import OfficeId
from mapokezi.config import OfficeConfig, Settings
from mapokezi.receptionist.office import Office
from mapokezi.stores.office_files import OfficeFilesWrong

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


def change(settings: Settings, file: str, old: str, new: str) -> None:
    path = folder_of(settings) / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.anyio
async def test_each_right_state_of_a_folder_is_a_version(settings: Settings) -> None:
    async with opened(settings) as records:
        for _ in range(2):  # a start without a change keeps nothing
            standing = await standing_offices(settings)
            await standing.keep(records, NOW)
            assert standing.offices[OURS].version == 1
        change(settings, "hours.toml", '["09:00-13:00"]', '["09:00-12:00"]')
        standing = await standing_offices(settings)
        await standing.keep(records, NOW)
        assert standing.offices[OURS].version == 2
        second, first = await records.office_versions.history(OURS)
    assert (second.number, second.who, second.at) == (2, FOLDER, NOW)
    assert second.difference == ("hours.week.saturday[1].closes: 13:00:00 -> 12:00:00",)
    assert first.difference == ("8 people, 17 facts",)
    assert office_of(second) == standing.offices[OURS]


@pytest.mark.anyio
async def test_a_wrong_folder_starts_as_it_was_kept_last(settings: Settings) -> None:
    async with opened(settings) as records:
        standing = await standing_offices(settings)
        await standing.keep(records, NOW)
    right = standing.offices[OURS]
    change(settings, "office.toml", "+254209000000", "0209000000")
    standing = await standing_offices(settings)
    assert standing.offices[OURS] == right
    assert "numbers[1]" in str(standing.wrong[OURS])
    async with opened(settings) as records:
        await standing.keep(records, NOW)
        assert len(await records.office_versions.history(OURS)) == 1


@pytest.mark.anyio
async def test_a_wrong_folder_of_which_nothing_is_kept_stops_the_start(settings: Settings) -> None:
    change(settings, "office.toml", "+254209000000", "0209000000")
    with pytest.raises(OfficeFilesWrong, match=r"numbers\[1\]"):
        await standing_offices(settings)
    async with opened(settings):
        with pytest.raises(OfficeFilesWrong, match=r"numbers\[1\]"):
            await standing_offices(settings)


@pytest.mark.anyio
async def test_a_number_of_another_office_does_not_replace_a_right_one(
    settings: Settings, tmp_path: Path
) -> None:
    other = Path(shutil.copytree(LAW_OFFICE, tmp_path / "other"))
    office_toml = other / "office.toml"
    office_toml.write_text(office_toml.read_text().replace("+254209000000", "+254209000001"))
    both = msgspec.structs.replace(
        settings, office=OfficeConfig(folders=(*settings.office.folders, str(other)))
    )
    async with opened(both) as records:
        standing = await standing_offices(both)
        await standing.keep(records, NOW)
    office_toml.write_text(office_toml.read_text().replace("+254209000001", "+254209000000"))
    standing = await standing_offices(both)
    assert standing.offices[OfficeId("other")].numbers == ("+254209000001",)
    assert "is answered for our-office already" in str(standing.wrong[OfficeId("other")])


@pytest.mark.anyio
async def test_a_folder_is_taken_up_while_the_program_runs(settings: Settings) -> None:
    taken: list[Office] = []

    async def take(office: Office) -> None:
        taken.append(office)

    async with opened(settings) as records:
        standing = await standing_offices(settings)
        await standing.keep(records, NOW)
        offices = standing.offices
        watch = OfficeWatch(settings, standing, records, take)
        await watch.look()
        change(settings, "office.toml", 'good day."', 'good morning."')
        await watch.look()
        assert not taken, "it may be half written"
        await watch.look()
        assert [one.version for one in taken] == [2]
        assert offices[OURS].greeting.endswith("good morning.")
        before = offices[OURS]
        change(settings, "people.toml", "+254700000101", "0700000101")
        for _ in range(3):
            await watch.look()
        assert offices[OURS] is before
        assert "people[1].mobile" in str(standing.wrong[OURS])
        change(settings, "people.toml", '"0700000101"', '"+254700000201"')
        for _ in range(3):
            await watch.look()
        assert offices[OURS].people[0].mobile == "+254700000201"
        assert not standing.wrong
        assert [one.number for one in await records.office_versions.history(OURS)] == [3, 2, 1]


@pytest.mark.anyio
async def test_what_cannot_be_taken_up_leaves_the_office_as_it_is(settings: Settings) -> None:
    async def fail(_office: Office) -> None:
        raise OSError("no sounds")

    async with opened(settings) as records:
        standing = await standing_offices(settings)
        await standing.keep(records, NOW)
        watch = OfficeWatch(settings, standing, records, fail)
        change(settings, "office.toml", 'good day."', 'good morning."')
        for _ in range(3):
            await watch.look()
    assert standing.offices[OURS].version == 1


@pytest.mark.anyio
async def test_what_could_not_be_taken_up_is_tried_again_though_nobody_touches_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[Office] = []
    is_away = True

    async def take(office: Office) -> None:
        if is_away:
            raise OSError("the database is away")
        taken.append(office)

    async with opened(settings) as records:
        standing = await standing_offices(settings)
        await standing.keep(records, NOW)
        watch = OfficeWatch(settings, standing, records, take)
        change(settings, "office.toml", 'good day."', 'good morning."')
        for _ in range(3):
            await watch.look()
        is_away = False
        await watch.look()
        assert not taken, "not at once: each try is a line in the log"
        later = clock.monotonic() + 31.0
        monkeypatch.setattr(clock, "monotonic", lambda: later)
        await watch.look()
        await watch.look()
        assert [one.version for one in taken] == [2], "the version that was kept, and only once"
    assert standing.offices[OURS].greeting.endswith("good morning.")
