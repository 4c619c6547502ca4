"""A flash, end to end on the emulator: told from calls, rung back into the same receptionist."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from tests.scripted_line import line_up, office_in, open_always, posts_to, settings_in

from mapokezi.aftercall.after_call import AfterCall, AfterCallParts
from mapokezi.aftercall.settings import AfterCallSettings
from mapokezi.app.carrier import carrier_of
from mapokezi.bridge import clock
from mapokezi.calls import Outcome
from mapokezi.emulator.callees import WAYS
from mapokezi.emulator.callers import Manners, ScriptedCaller
from mapokezi.emulator.phone_call import CallPlan, place_call
from mapokezi.emulator.server import Emulator
from mapokezi.emulator.settings import EmulatorSettings
from mapokezi.notify.results import Refused, Sent
from mapokezi.records.call_record import CallRecord
from mapokezi.records.notices import Notice
from mapokezi.records.tasks import TaskId, TaskInFull
from mapokezi.stores.database import Database, DatabaseSettings, open_database
from mapokezi.stores.office_files import read_office

pytestmark = pytest.mark.anyio

OFFICE, PHONE = "+254209000000", "+254722000777"
SCRIPT = """
name = "the call back"

[[step]]
say = "You rang us. How can I help you?"

[[step]]
call_tool = "take_message"
arguments = { name = "Grace", reason = "the plot in Kiambu" }

[[step]]
wait_ms = 60000
"""


class Nobody:
    """Takes notices."""

    def __init__(self) -> None:
        self.told: list[Notice] = []

    async def send(self, notice: Notice) -> Sent | Refused:
        self.told.append(notice)
        return Sent("ok")


@dataclass
class World:
    """A line, a desk's work, the platform."""

    emulator: Emulator
    records: Database
    work: AfterCall
    told: list[Notice]

    async def swept_until(self, holds: Callable[[], Any], within_s: float = 30.0) -> None:
        """Sweep as the desk does, until something holds."""
        async with asyncio.timeout(within_s):
            while not await holds():
                await self.work.sweep.sweep()
                await asyncio.sleep(0.1)

    async def calls(self) -> list[CallRecord]:
        """What is on record, the first first."""
        return [*reversed((await self.records.calls.page()).calls)]


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.delenv("SAUTIKIT_API_KEY", raising=False)
    folder = office_in(tmp_path / "office", OFFICE)
    open_always(folder)
    (folder / "callers.toml").write_text("[flashes]\ncall_back = true\n", encoding="utf-8")
    settings = settings_in(tmp_path, [folder], SCRIPT)
    emulated = EmulatorSettings((posts_to(settings, OFFICE),), port=settings.emulator.port)
    desk = DatabaseSettings(settings.database_url, tmp_path / "spilled-desk.jsonl")
    carrier, sender = carrier_of(settings), Nobody()
    assert carrier is not None
    async with Emulator(emulated) as emulator, line_up(settings), open_database(desk) as records:
        ours = read_office(folder)
        work = AfterCall(
            AfterCallParts(
                records=records,
                url=settings.database_url,
                offices={ours.id: ours},
                sender=sender,
                now=clock.wall,
                carrier=carrier,
                settings=AfterCallSettings(digest_at=None, wallet_days=0),
            )
        )
        await work.durable.open()
        try:
            yield World(emulator, records, work, sender.told)
        finally:
            await work.durable.close()
            await carrier.close()


async def test_who_rings_once_is_rung_back_and_leaves_a_message(world: World) -> None:
    phone = ScriptedCaller([], Manners(silent=True, patience_s=60.0))
    url = world.emulator.base_url.replace("http", "ws") + "/phone"
    answers = replace(WAYS["answer"], talk_s=4.0)
    world.emulator.platform.switchboard.callees[PHONE] = answers
    await place_call(CallPlan(phone, PHONE, OFFICE, url=url, longest_s=1.0))

    async def rung_back() -> bool:
        calls = await world.calls()
        return len(calls) > 1 and calls[1].ended_at is not None

    await world.swept_until(rung_back)
    flash, back = await world.calls()
    assert flash.outcome is Outcome.FLASH
    assert (back.caller, back.dialled, back.rings_back) == (PHONE, OFFICE, flash.call_id)
    assert back.outcome is Outcome.MESSAGE
    directions = [one.direction for one in world.emulator.platform.details.values()]
    assert sorted(directions) == ["inbound", "outbound"], "one try"
    found = await world.records.tasks.get(TaskId(f"{flash.call_id}.flash"))
    assert isinstance(found, TaskInFull)
    assert found.comments[0].by == "the receptionist"
