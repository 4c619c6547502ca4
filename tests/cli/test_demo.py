"""``mapokezi demo``: what it leaves one with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.sample_records import Examples

from mapokezi.cli.demo import _invite, phone_page, record_of
from mapokezi.config import EmulatorConfig, Settings, StoreConfig
from mapokezi.records.changes import SaveArrival, SaveEnd
from mapokezi.records.ledger import Cost
from mapokezi.stores.database import DatabaseSettings, open_database
from mapokezi.units import Money


def test_it_ends_by_telling_where_the_telephone_in_the_browser_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(
        store=StoreConfig(folder=str(tmp_path)), emulator=EmulatorConfig(port=18_482)
    )
    assert phone_page(settings) == "http://127.0.0.1:18482/"
    _invite(settings, tmp_path)
    said = capsys.readouterr().out
    assert "by a telephone in the browser:\n  http://127.0.0.1:18482/\n" in said


@pytest.mark.anyio
async def test_the_call_that_is_shown_is_its_own_whoever_rings_meanwhile(
    tmp_path: Path, examples: Examples
) -> None:
    settings = Settings(store=StoreConfig(folder=str(tmp_path)))
    paid = replace(examples.ended(1), cost=Cost(Money(1250), estimated=False))
    async with open_database(
        DatabaseSettings(settings.database_url, tmp_path / "spill.jsonl")
    ) as database:
        for change in (SaveArrival(examples.arrival(1)), SaveArrival(examples.arrival(2))):
            await database.writer.commit(change)
        await database.writer.commit(SaveEnd(paid))
    found, _ = await record_of(settings, paid.session_id)
    assert found.call.call_id == paid.call_id
