"""Whether anybody would be told, as the doctor sees it."""

from __future__ import annotations

import msgspec
import pytest
from tests.notify.test_signing import SECRET
from tests.sample_notices import OFFICE

from mapokezi.app.doctor_finding import Deployment, Health
from mapokezi.app.doctor_telling import notices
from mapokezi.config import LineConfig, Settings, WayConfig

pytestmark = pytest.mark.anyio
QUIET_OFFICE = msgspec.structs.replace(OFFICE, people=(), webhooks=())
PUBLIC = Settings(line=LineConfig(public_url="https://voice.example.co.ke"))


async def test_on_a_laptop_without_ways_nobody_need_be_told() -> None:
    found = await notices(Deployment(Settings(), offices={OFFICE.id: QUIET_OFFICE}))
    assert (found.health, found.says) == (
        Health.GREY,
        "nobody is told of messages: no ways are set up",
    )


async def test_in_public_somebody_must_be() -> None:
    found = await notices(Deployment(PUBLIC, offices={OFFICE.id: QUIET_OFFICE}))
    assert found.health is Health.RED
    assert OFFICE.name in found.says


async def test_where_ways_are_set_up_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAPOKEZI_WAY_TEAM_URL", "ntfy://127.0.0.1/{to}")
    settings = Settings(way={"team": WayConfig(kind="chat")})
    found = await notices(Deployment(settings, offices={OFFICE.id: QUIET_OFFICE}))
    assert found.health is Health.RED


async def test_it_says_who_is_told_first_and_how_many_systems(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("CASE_FILES", "CALLS_ONLY"):
        monkeypatch.setenv(f"MAPOKEZI_WEBHOOK_LAW_OFFICE_{name}_SECRET", SECRET)
    found = await notices(Deployment(PUBLIC, offices={OFFICE.id: OFFICE}))
    assert found.health is Health.GREEN
    assert "first Mercy Mutua, then 1 more, 2 webhook(s)" in found.says


async def test_a_missing_secret_is_named() -> None:
    found = await notices(Deployment(PUBLIC, offices={OFFICE.id: OFFICE}))
    assert found.health is Health.RED
    assert found.says.startswith("MAPOKEZI_WEBHOOK_LAW_OFFICE_CASE_FILES_SECRET: ")


async def test_a_missing_account_is_named_and_that_it_stops_nothing() -> None:
    settings = Settings(way={"team": WayConfig(kind="chat")})
    found = await notices(Deployment(settings, offices={OFFICE.id: QUIET_OFFICE}))
    assert found.health is Health.RED
    assert found.says.startswith('MAPOKEZI_WAY_TEAM_URL: the way "team" has no account')
    assert "meanwhile other ways are taken" in found.mend


async def test_without_offices_it_cannot_be_looked_at() -> None:
    assert (await notices(Deployment(PUBLIC))).health is Health.GREY
