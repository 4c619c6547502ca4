"""Hand-offs by the operator's settings: what may be used, and who is told when a way is off."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from mapokezi.app.hand_offs import hand_off_health, hand_offs_of, tells_of_leg
from mapokezi.bridge import clock
from mapokezi.bridge.call_in_progress import CallInProgress
from mapokezi.calls import CallId, OfficeId
from mapokezi.config import CarrierConfig, LineConfig, Settings, StoreConfig
from mapokezi.receptionist.office import Way
from mapokezi.records.executors import Executor, StandingState
from mapokezi.records.lists import NoticeFilter
from mapokezi.records.notices import NoticeKind, WayKind
from mapokezi.stores.database import DatabaseSettings, open_database
from mapokezi.stores.office_files import read_office
from mapokezi.telephony.callbacks import CallState
from mapokezi.telephony.visit import Visit

pytestmark = pytest.mark.anyio

EXAMPLE = Path(__file__).parents[2] / "examples" / "law-office"


def settings_in(folder: Path, **fields: object) -> Settings:
    return msgspec.structs.replace(Settings(), store=StoreConfig(folder=str(folder)), **fields)


def database_of(settings: Settings) -> DatabaseSettings:
    return DatabaseSettings(settings.database_url, settings.data_folder / "spilled.jsonl")


async def test_unproven_ways_are_for_the_emulator_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = read_office(EXAMPLE)
    here = settings_in(tmp_path)
    live = settings_in(tmp_path, line=LineConfig(public_url="https://voice.example.co.ke"))
    monkeypatch.setenv("SAUTIKIT_API_KEY", "a-key")
    emulated = settings_in(tmp_path, carrier=CarrierConfig(url="http://127.0.0.1:8482"))
    async with open_database(database_of(here)) as records:
        offices = {office.id: office}
        assert hand_offs_of(live, records, None, offices).board.usable(office) == (
            Executor.CALLBACK,
        )
        assert hand_offs_of(emulated, records, None, offices).board.first(office) is Executor.DIAL
        monkeypatch.delenv("SAUTIKIT_API_KEY")
        assert hand_offs_of(here, records, None, offices).board.first(office) is Executor.DIAL


async def test_who_has_to_know_is_told_once_that_a_way_is_off(tmp_path: Path) -> None:
    office = read_office(EXAMPLE)
    way = Way(way="sms", to="+254700000101", kind=WayKind.SMS)
    people = tuple(msgspec.structs.replace(one, ways=(way,)) for one in office.people)
    office = msgspec.structs.replace(office, id=OfficeId("law-office"), people=people)
    settings = settings_in(tmp_path)
    async with open_database(database_of(settings)) as records:
        board = hand_offs_of(settings, records, None, {office.id: office}).board
        board.switch_off(Executor.DIAL, "dead air")
        await board.refresh()
        await board.refresh()
        (notice,) = (await records.notices.page(NoticeFilter())).notices
        assert notice.kind is NoticeKind.HAND_OFF
        assert notice.urgent
        assert "switched off" in notice.text
        state = (await records.reachability.state()).standings[Executor.DIAL]
        assert state.state is StandingState.OFF
        assert hand_off_health(board)["dial"].startswith("off since")


async def test_the_staff_are_told_once_of_a_leg_that_does_not_end(tmp_path: Path) -> None:
    office = read_office(EXAMPLE)
    way = Way(way="sms", to="+254700000101", kind=WayKind.SMS)
    people = tuple(msgspec.structs.replace(one, ways=(way,)) for one in office.people)
    office = msgspec.structs.replace(office, id=OfficeId("law-office"), people=people)
    call = CallInProgress(
        call_id=CallId("c-1"),
        session_id="HD_1",
        caller=None,
        dialled=None,
        office=office,
        arrived_at=clock.wall(),
        arrived_mono=0.0,
        first_state=CallState.RINGING,
        visit=Visit(),
    )
    async with open_database(database_of(settings_in(tmp_path))) as records:
        tell = tells_of_leg(records)
        await tell(call, "HD_2")
        await tell(call, "HD_2")
        (notice,) = (await records.notices.page(NoticeFilter())).notices
    assert notice.kind is NoticeKind.HAND_OFF
    assert notice.urgent
    assert "could not be ended" in notice.text
