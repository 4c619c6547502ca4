"""Starting, stopping and ticking of the emulator."""

from __future__ import annotations

import asyncio
import socket
import time
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from mapokezi.emulator import ticker as ticking
from mapokezi.emulator.call_detail import CallDetail
from mapokezi.emulator.server import Emulator
from mapokezi.emulator.settings import EmulatorSettings
from mapokezi.emulator.ticker import Ticker
from mapokezi.errors import ConfigurationError

if TYPE_CHECKING:
    from tests.emulator.conftest import Rigs

pytestmark = pytest.mark.anyio


async def test_a_port_that_is_taken_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"cannot listen on 127.0.0.1:{port}"):
            async with Emulator(EmulatorSettings(port=port)):
                pass


@pytest.mark.parametrize(
    "path",
    ["/", "/static/phone.js", "/healthz", "/v1/calls", "/v1/public/pricing", "/v1/wallet",
     "/recordings/x", "/uploads/x", "/emulator/calls", "/emulator/modes"],
)  # fmt: skip
async def test_nothing_answers_to_a_name_that_was_made_to_lead_here(rigs: Rigs, path: str) -> None:
    async with rigs() as rig:
        key = {"Authorization": f"Bearer {rig.emulator.settings.api_key}"}
        async with httpx2.AsyncClient(base_url=rig.emulator.base_url, headers=key) as client:
            port = rig.emulator.base_url.rpartition(":")[2]
            for host, allowed in (
                (f"evil.example:{port}", False),
                (f"localhost:{port}", True),
                (f"127.0.0.1.evil.example:{port}", False),
            ):
                answer = await client.get(path, headers={"Host": host})
                assert (answer.status_code != 403) is allowed, host


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
async def test_it_listens_on_ipv6_by_its_address() -> None:
    async with Emulator(EmulatorSettings(host="::1")) as emulator:
        assert emulator.base_url.startswith("http://[::1]:")
        async with httpx2.AsyncClient(base_url=emulator.base_url) as client:
            assert (await client.get("/healthz")).status_code == 200


@pytest.mark.parametrize(("told", "reached"), [({}, False), ({"host": "0.0.0.0"}, True)])
async def test_only_loopbacks_own_address_reaches_it_unless_it_is_told(
    told: dict[str, Any], reached: bool
) -> None:
    async with Emulator(EmulatorSettings(**told)) as emulator:
        port = int(emulator.base_url.rpartition(":")[2])
        try:
            _, writer = await asyncio.open_connection("127.0.0.2", port)
        except ConnectionRefusedError:
            assert not reached
        else:
            assert reached
            writer.close()
            await writer.wait_closed()


async def test_stopping_ends_the_calls_and_posts_their_end(rigs: Rigs) -> None:
    async with rigs() as rig:
        office = rig.receptionist
        office.answer = lambda post: (
            office.stream() if post.state == "Ringing" else "<Response></Response>"
        )
        for _ in range(3):
            await rig.call()
            await office.next_media()
        await rig.emulator.__aexit__(None, None, None)
        states = office.states()
        assert states.count("Completed") == 3
        assert rig.emulator.platform.calls == ()


async def test_whoever_watches_is_told_of_every_event(rigs: Rigs) -> None:
    async with rigs() as rig:
        seen: list[tuple[str, str]] = []

        def watch(detail: CallDetail, event: dict[str, Any]) -> None:
            seen.append((detail.session_id, event["type"]))

        rig.receptionist.answer_first("<Response><Hangup/></Response>")
        async with Emulator(rig.emulator.settings, watch) as emulator:
            rig.emulator, kept = emulator, rig.emulator
            cdr = await (await rig.call()).cdr()
            rig.emulator = kept
        assert {session for session, _ in seen} == {cdr["session_id"]}
        kinds = [kind for _, kind in seen]
        assert kinds[0] == "ringing"
        assert kinds.index("ended") > kinds.index("document")
        assert kinds[-1] == "posted", "the last callback"


async def test_a_loop_that_stood_still_makes_its_ticks_up() -> None:
    ticks: list[float] = []
    enough = asyncio.Event()
    loop = asyncio.get_running_loop()

    def tick() -> None:
        ticks.append(loop.time())
        if len(ticks) == 2:
            time.sleep(0.11)
        if len(ticks) >= 12:
            enough.set()

    began = loop.time()
    ticker = Ticker(tick)
    ticker.start()
    async with asyncio.timeout(30):
        await enough.wait()
    ticker.stop()
    assert ticker.skipped == 0
    assert ticks[11] - began >= 12 * 0.02 - 0.001, "never early"
    assert ticks[6] - ticks[2] < 0.02, "made up at once"


async def test_what_was_lost_for_long_is_not_made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ticking, "MOST_BEHIND_S", 0.05)
    ticks: list[int] = []
    enough = asyncio.Event()

    def tick() -> None:
        ticks.append(1)
        if len(ticks) == 1:
            time.sleep(0.2)
        if len(ticks) >= 5:
            enough.set()

    ticker = Ticker(tick)
    ticker.start()
    async with asyncio.timeout(30):
        await enough.wait()
    ticker.stop()
    assert ticker.skipped >= 8
