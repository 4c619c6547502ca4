"""The doctor's real call: through the whole chain, on the emulator, with a line that answers."""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import httpx2
import pytest
from tests.scripted_line import line_up, office_in, posts_to, settings_in

from mapokezi.app.doctor import examine
from mapokezi.app.doctor_call import CallLimits, Quote, quoted, ring
from mapokezi.app.doctor_finding import Deployment, Finding, Health
from mapokezi.app.doctor_report import report_of
from mapokezi.cli.doctor import _called, _RealCall
from mapokezi.emulator.call_detail import CallDetail
from mapokezi.emulator.callees import WAYS
from mapokezi.emulator.server import Emulator
from mapokezi.emulator.settings import EmulatorSettings
from mapokezi.stores.database import open_for_reading

pytestmark = pytest.mark.anyio

OFFICE, PHONE = "+254209000000", "+254722000777"
SCRIPT = """
name = "the doctor's call"

[[step]]
say = "Good morning, this is the office."

[[step]]
wait_ms = 60000
"""
LIMITS = CallLimits(
    rings_s=8.0,
    callback_s=4.0,
    media_s=4.0,
    talk_s=4.0,
    over_s=5.0,
    bill_s=10.0,
    look_every_s=0.1,
)


@dataclass
class World:
    """A deployment that is well, and the platform."""

    deployment: Deployment
    emulator: Emulator
    folder: Path

    @property
    def calls(self) -> list[CallDetail]:
        return list(self.emulator.platform.details.values())

    async def modes(self, **modes: str) -> None:
        async with httpx2.AsyncClient(base_url=self.emulator.base_url) as door:
            (await door.patch("/emulator/modes", json=modes)).raise_for_status()

    def answers(self, way: str) -> None:
        """How the operator's telephone is answered."""
        board = self.emulator.platform.switchboard
        board.callees[PHONE] = replace(WAYS[way], talk_s=30.0)

    async def quote(self, to: str = PHONE) -> Quote:
        quote = await quoted(self.deployment, to, LIMITS)
        assert isinstance(quote, Quote), quote
        return quote

    async def called(self) -> dict[str, Finding]:
        found = [one async for one in ring(self.deployment, await self.quote(), LIMITS)]
        assert all(bool(one.mend) == one.is_red for one in found)
        async with asyncio.timeout(30):
            while not all(call.is_over for call in self.calls):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        return {one.check.removeprefix("real call, "): one for one in found}


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.delenv("SAUTIKIT_API_KEY", raising=False)
    settings = settings_in(tmp_path, [office_in(tmp_path / "office", OFFICE)], SCRIPT)
    emulated = EmulatorSettings(
        (posts_to(settings, OFFICE),), port=settings.emulator.port, clock_speed=10.0
    )
    async with Emulator(emulated) as emulator, line_up(settings):
        deployment = Deployment(settings)
        world = World(deployment, emulator, tmp_path)
        world.answers("answer")
        found = [one async for one in examine(deployment)]
        assert not [one for one in found if one.is_red]
        assert deployment.carrier is not None
        yield world
        await deployment.carrier.close()


async def test_what_it_costs_is_said_before_anything_is_done(world: World) -> None:
    quote = str(await world.quote())
    assert f"rings {PHONE} from {OFFICE}" in quote
    assert "KES 0.20 by the second, KES 3.00 if started minutes" in quote
    assert world.calls == []


async def test_every_part_of_the_chain_is_tried_by_one_call(world: World) -> None:
    found = await world.called()
    assert {name: one.says for name, one in found.items() if one.health is not Health.GREEN} == {}
    assert list(found) == ["ringing", "callback", "media socket", "hang-up", "sound", "cost"]
    assert "the receptionist spoke" in found["sound"].says
    assert "KES 0." in found["cost"].says
    (call,) = world.calls
    assert call.hung_up_by == "api"
    async with open_for_reading(world.deployment.settings.database_url) as records:
        record = await records.calls.of_session(call.session_id)
    assert record is not None
    assert record.caller == PHONE
    learned = (await report_of(world.deployment, []))["learned"]
    assert learned["a placed call goes on to"] == "answered"


async def test_a_bill_that_is_reckoned_otherwise_names_the_setting(world: World) -> None:
    await world.modes(rounding="minute")
    found = await world.called()
    assert found["cost"].is_red
    assert found["cost"].mend.startswith('set ledger.rounding = "minute"')
    assert [name for name, one in found.items() if one.is_red] == ["cost"]


async def test_a_telephone_that_nobody_answers_costs_nothing(world: World) -> None:
    world.answers("no-answer")
    found = await world.called()
    assert list(found) == ["ringing"]
    assert found["ringing"].is_red
    assert "answer" in found["ringing"].mend
    assert not world.calls[0].as_row(settled=True)["cost_minor"]


async def test_a_number_that_is_routed_elsewhere_is_found(world: World) -> None:
    world.emulator.platform.numbers.route(OFFICE, voice_url="http://127.0.0.1:9/voice")
    found = await world.called()
    assert found["callback"].is_red
    assert f"numbers route {OFFICE}" in found["callback"].mend


async def test_a_socket_that_does_not_open_is_found_and_the_call_hung_up(world: World) -> None:
    await world.modes(**{"stream-fault": "refused"})
    found = await world.called()
    assert found["media socket"].is_red
    assert "/ws/media/*" in found["media socket"].mend
    assert "sound" not in found


async def test_an_empty_wallet_is_told_with_its_mend(world: World) -> None:
    await world.modes(wallet="empty")
    found = await world.called()
    assert "top up" in found["real call"].mend


async def test_who_breaks_it_off_leaves_no_call_behind(world: World) -> None:
    findings = ring(world.deployment, await world.quote(), LIMITS)
    async for finding in findings:
        if finding.check.endswith("media socket"):
            break
    assert not any(call.is_over for call in world.calls)
    await findings.aclose()  # type: ignore[attr-defined]
    async with asyncio.timeout(30):
        while not world.calls[0].is_over:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert world.calls[0].hung_up_by == "api"


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("the moon", "no ordinary telephone number"),
        ("+254900123456", "no ordinary telephone number"),
        (OFFICE, "of the workspace's own"),
        ("+447911123456", "in another country"),
    ],
)
async def test_who_is_not_rung(world: World, to: str, why: str) -> None:
    finding = await quoted(world.deployment, to, LIMITS)
    assert isinstance(finding, Finding)
    assert finding.is_red
    assert why in finding.says
    assert world.calls == []


@pytest.mark.parametrize("typed", ["", "n\n", "perhaps\n"])
async def test_without_a_yes_nobody_is_rung(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    told = [one async for one in _called(world.deployment, [], _RealCall(PHONE, yes=False))]
    assert [one.health for one in told] == [Health.GREY]
    said = capsys.readouterr().err
    assert said.index("costs KES") < said.index("Make it? [y/N]")
    assert world.calls == []
