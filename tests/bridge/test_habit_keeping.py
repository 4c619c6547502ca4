"""What was seen of the platform is there after a restart, and costs nothing if it cannot be."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import structlog

from mapokezi.bridge.habit_keeping import kept_habits
from mapokezi.stores.habits_file import habits_file, read_all_habits, read_habits

pytestmark = pytest.mark.anyio


def names_in(folder: Path) -> list[str]:
    return [one.name for one in folder.iterdir()]


async def test_it_is_kept_over_a_restart(tmp_path: Path) -> None:
    path = habits_file(tmp_path, "node-1")
    async with kept_habits(path) as habits:
        habits.note("states", "Ringing")
    async with kept_habits(path) as habits:
        habits.note("states", "Ringing")
    assert read_habits(path) == {"states": {"Ringing": 2}}
    assert read_all_habits(tmp_path) == [{"states": {"Ringing": 2}}]
    assert names_in(tmp_path) == ["learned-node-1.json"]


async def test_it_is_kept_while_the_line_runs(tmp_path: Path) -> None:
    path = habits_file(tmp_path, "node-1")
    async with kept_habits(path, every_s=0.01) as habits:
        habits.note("states", "Ringing")
        async with asyncio.timeout(30):
            while habits.has_news or not path.exists():  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert read_habits(path) == {"states": {"Ringing": 1}}


async def test_without_news_nothing_is_written(tmp_path: Path) -> None:
    async with kept_habits(habits_file(tmp_path, "node-1"), every_s=0.01):
        await asyncio.sleep(0.05)
    assert names_in(tmp_path) == []


@pytest.mark.parametrize("rubbish", [b"", b"{", b'{"a": 1}', b"\xff", b'{"a": {"b": "c"}}'])
async def test_rubbish_is_begun_anew(tmp_path: Path, rubbish: bytes) -> None:
    path = habits_file(tmp_path, "node-1")
    path.write_bytes(rubbish)
    async with kept_habits(path) as habits:
        habits.note("states", "Ringing")
    assert read_habits(path) == {"states": {"Ringing": 1}}


async def test_a_disk_that_takes_nothing_is_logged(tmp_path: Path) -> None:
    with structlog.testing.capture_logs() as logs:
        async with kept_habits(tmp_path / "missing" / "x.json") as habits:
            habits.note("states", "Ringing")
    assert [line["event"] for line in logs] == ["habits_not_kept"]
