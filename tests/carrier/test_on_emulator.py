"""Every call of the client on the emulator, with and without faults: both from the contract alone.

The emulator shares no code with the client.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from msgspec.structs import replace
from tests.carrier.conftest import OwnTime
from tests.fakes.scripted_api import Reply, ScriptedApi

from mapokezi.carrier import (
    AccountSuspended,
    CallDetail,
    CallOrder,
    CarrierError,
    Conflict,
    Gone,
    KeyRefused,
    NotFound,
    Patience,
    PlacedCall,
    PlatformFault,
    RateLimited,
    RecordingPending,
    RecordingReady,
    Refused,
    SautiKit,
    ScopeDenied,
    TimedOut,
    TimeLimits,
    Unreachable,
    Unreadable,
    WalletEmpty,
)
from mapokezi.emulator.callees import WAYS
from mapokezi.emulator.server import Emulator
from mapokezi.emulator.settings import ApiKey, EmulatorSettings, Number
from mapokezi.units import Money

pytestmark = pytest.mark.anyio

OFFICE, STAFF = "+254209000000", "+254722000000"
ORDER = CallOrder(from_=OFFICE, to=[STAFF], client_request_id="message-7")
RECORDS = Reply(
    200,
    b'<Response><Record maxLength="1" playBeep="false"/><Hangup/></Response>',
    {"Content-Type": "text/xml"},
)


@dataclass
class World:
    """The emulator, and the client that asks it."""

    emulator: Emulator
    sautikit: SautiKit
    time: OwnTime
    call: str = "HD_000000000000"
    """A call's session; of none until `begin` was called."""
    webhook_id: str = "whk_none"

    async def begin(self) -> None:
        """Have a call to ask about, and a webhook of the workspace."""
        self.call = (await place(self)).session_id
        made = await self.sautikit.webhooks.create("https://v.example.ke/w", ["wallet.top_up"])
        self.webhook_id = str(made.id)

    async def set(self, **modes: str) -> None:
        """Set modes of the whole platform, and of the call that was begun."""
        await self._door("PATCH", "/emulator/modes", modes)
        if self.webhook_id != "whk_none":
            await self._door("PATCH", f"/emulator/calls/{self.call}/modes", modes)

    async def ring(self) -> str:
        """Have somebody ring the office; returns the call's session."""
        told = await self._door(
            "POST", "/emulator/calls", {"from": STAFF, "to": OFFICE, "stays_s": 0.6}
        )
        return str(told["session_id"])

    async def _door(self, method: str, path: str, body: object) -> dict[str, str]:
        async with httpx2.AsyncClient(base_url=self.emulator.base_url) as door:
            answer = await door.request(method, path, json=body)
            answer.raise_for_status()
            return dict(answer.json())

    async def ended(self, call: str) -> CallDetail:
        """A call once it is over and recorded."""
        async with asyncio.timeout(20):
            while True:
                detail = await self.sautikit.calls.show(call)
                if detail.ended_at is not None:
                    return detail
                await asyncio.sleep(0.02)


@pytest.fixture
def webhook() -> Iterator[ScriptedApi]:
    with ScriptedApi().serving() as webhook:
        webhook.otherwise = lambda _asked: RECORDS
        yield webhook


@pytest.fixture
async def world(webhook: ScriptedApi, time: OwnTime) -> AsyncIterator[World]:
    settings = EmulatorSettings(
        numbers=(Number(OFFICE, f"{webhook.url}/voice"),),
        callees={STAFF: WAYS["answer"]},
        more_keys=(ApiKey("tskey_live_reads", frozenset({"numbers.read"})),),
    )
    limits = TimeLimits(
        usual=Patience(each_s=10.0, all_s=60.0), paid=Patience(each_s=10.0, all_s=60.0)
    )
    async with (
        Emulator(settings) as emulator,
        SautiKit(emulator.base_url, settings.api_key, limits=limits, clock=time.clock) as sautikit,
    ):
        yield World(emulator, sautikit, time)


async def place(world: World) -> PlacedCall:
    return await world.sautikit.calls.place(ORDER)


# -- every call, without a fault --


@pytest.mark.parametrize("listing", ["bare", "wrapped"])
async def test_a_number_from_the_shelf_to_its_release(world: World, listing: str) -> None:
    numbers = world.sautikit.numbers
    await world.set(available=listing)
    wanted = (await numbers.available())[0]
    before = (await world.sautikit.wallet.show()).balance_minor
    claimed = await numbers.claim(wanted.inventory_id)
    assert claimed.e164 == wanted.e164
    assert wanted.monthly is not None
    after = (await world.sautikit.wallet.show()).balance_minor
    assert before - after == wanted.monthly.minor
    assert wanted.e164 not in {one.e164 for one in await numbers.available()}
    assert {one.e164 for one in await numbers.list()} == {OFFICE, wanted.e164}
    await numbers.release(claimed.id)
    assert {one.e164 for one in await numbers.list()} == {OFFICE}
    with pytest.raises(NotFound, match=r"numbers\.not_available"):
        await numbers.claim("inv-9999")


@pytest.mark.parametrize(
    ("known", "way"),
    [
        ("any", "PUT /routing voice_callback_url"),
        ("put", "PUT /routing voice_callback_url"),
        ("patch", "PATCH /routing voice_callback_url"),
        ("seed", "PATCH / routing_url"),
    ],
)
async def test_a_number_is_routed_whichever_way_the_platform_knows(
    world: World, known: str, way: str
) -> None:
    await world.set(routing=known)
    (own,) = await world.sautikit.numbers.list()
    routed = await world.sautikit.numbers.route(
        own.id, "https://voice.example.ke/voice", events_url="https://voice.example.ke/e"
    )
    assert (routed.way, routed.confirmed) == (way, True)
    (own,) = await world.sautikit.numbers.list()
    assert own.voice_callback_url == "https://voice.example.ke/voice"
    assert own.events_url == "https://voice.example.ke/e"


async def test_a_call_from_placing_to_hanging_up(world: World) -> None:
    placed = await place(world)
    assert placed.status == "ringing"
    assert placed.client_request_id == "message-7"
    shown = replace(await world.sautikit.calls.show(placed.session_id), events=())
    assert shown.session_id == placed.session_id
    again = await world.sautikit.calls.show(shown.id)
    assert shown == replace(again, events=()), "by either id"
    assert shown.direction == "outbound"
    await world.sautikit.calls.hang_up(placed.session_id)
    await world.sautikit.calls.hang_up(placed.session_id)
    assert (await world.ended(placed.session_id)).status != "ringing"


async def test_the_same_key_rings_nobody_twice(world: World) -> None:
    calls = world.sautikit.calls
    first = await calls.place(ORDER, idempotency_key="once")
    again = await calls.place(ORDER, idempotency_key="once")
    assert again.session_id == first.session_id
    other = CallOrder(from_=OFFICE, to=["+254733000000"])
    with pytest.raises(Conflict, match=r"idempotency\.conflict"):
        await calls.place(other, idempotency_key="once")
    assert len((await calls.list()).calls) == 1
    assert (await calls.place(ORDER)).session_id != first.session_id


async def test_calls_are_listed_page_by_page(world: World) -> None:
    sessions = [(await place(world)).session_id for _ in range(3)]
    page = await world.sautikit.calls.list(limit=2)
    assert [call.session_id for call in page.calls] == sessions[:0:-1]
    assert page.next_cursor
    walked = [call.session_id async for call in world.sautikit.calls.each(direction="outbound")]
    assert walked == sessions[::-1]
    (one,) = (await world.sautikit.calls.list(session_id=sessions[0])).calls
    assert one.session_id == sessions[0]


async def test_the_account_is_read_and_changed(world: World) -> None:
    sautikit = world.sautikit
    await sautikit.wallet.warn_below(123)
    held = await sautikit.wallet.show()
    assert held.low_balance_threshold_minor == 123
    assert not held.is_low
    await world.set(wallet="low")
    assert (await sautikit.wallet.show()).is_low
    made = await sautikit.webhooks.create("https://voice.example.ke/w", ["wallet.low_balance"])
    assert made.id is not None
    assert (await sautikit.webhooks.rotate_secret(made.id)).secret != made.secret
    with pytest.raises(NotFound):
        await sautikit.webhooks.rotate_secret("whk_none")
    with pytest.raises(CarrierError, match="cannot be subscribed"):
        await sautikit.webhooks.create("https://voice.example.ke/w", ["no.such_event"])
    assert (await sautikit.pricing()).outbound_per_min == Money(300)
    with pytest.raises(NotFound):
        await sautikit.conferences.command("closed", "mute")


async def test_a_conference_under_way_takes_commands(world: World, webhook: ScriptedApi) -> None:
    webhook.otherwise = lambda _asked: Reply(
        200,
        b'<Response><Conference startOnEnter="true">room-7</Conference></Response>',
        {"Content-Type": "text/xml"},
    )
    placed = await place(world)
    async with asyncio.timeout(20):
        while True:
            try:
                await world.sautikit.conferences.command("room-7", "end")
                break
            except NotFound:
                await asyncio.sleep(0.05)
    await world.sautikit.calls.hang_up(placed.session_id)


# -- recordings --


async def test_a_recording_is_found_and_can_be_fetched_without_the_key(world: World) -> None:
    session = await world.ring()
    await world.ended(session)
    ready = await world.sautikit.calls.wait_for_recording(session)
    async with httpx2.AsyncClient() as anybody:
        assert (await anybody.get(ready.url)).content.startswith(b"RIFF")


@pytest.mark.parametrize(
    ("mode", "outcome"),
    [
        ("at-once", RecordingReady),
        ("pending", RecordingPending),
        ("late", NotFound),
        ("missing", NotFound),
        ("gone", Gone),
    ],
)
async def test_each_answer_about_a_recording_has_its_type(
    world: World, mode: str, outcome: type[object]
) -> None:
    await world.set(recording=mode)
    session = await world.ring()
    await world.ended(session)
    found: object
    try:
        found = await world.sautikit.calls.recording(session)
    except CarrierError as error:
        found = error
    assert isinstance(found, outcome)
    if isinstance(found, Gone):
        assert found.message == "pbx_deleted_before_capture"
    if isinstance(found, RecordingPending):
        assert 1 <= found.retry_after_s <= 30


# -- every call, with every fault --

Ask = Callable[[World], Awaitable[object]]
TWICE: dict[str, Ask] = {
    "available": lambda w: w.sautikit.numbers.available(),
    "list numbers": lambda w: w.sautikit.numbers.list(),
    "route": lambda w: w.sautikit.numbers.route("num-254209000000", "https://v.example.ke/v"),
    "place": place,
    "list calls": lambda w: w.sautikit.calls.list(),
    "each call": lambda w: _all_of(w.sautikit.calls.each()),
    "show": lambda w: w.sautikit.calls.show(w.call),
    "hang up": lambda w: w.sautikit.calls.hang_up(w.call),
    "wallet": lambda w: w.sautikit.wallet.show(),
    "threshold": lambda w: w.sautikit.wallet.warn_below(5),
}
ONCE: dict[str, Ask] = {
    "claim": lambda w: w.sautikit.numbers.claim("inv-0001"),
    "release": lambda w: w.sautikit.numbers.release("num-254209000000"),
    "webhook": lambda w: w.sautikit.webhooks.create("https://v.example.ke/w", ["wallet.top_up"]),
    "rotate": lambda w: w.sautikit.webhooks.rotate_secret(w.webhook_id),
    "conference": lambda w: w.sautikit.conferences.command("room", "mute"),
}
RECORDINGS: dict[str, Ask] = {
    "recording": lambda w: w.sautikit.calls.recording(w.call),
    "wait for recording": lambda w: w.sautikit.calls.wait_for_recording(w.call),
}
"""Of the call that is begun there is none, so no fault can be got over."""
ALL = TWICE | RECORDINGS | ONCE
MOST_TRIES = {"hang up": 2}


async def _all_of(calls: AsyncIterator[CallDetail]) -> list[CallDetail]:
    return [call async for call in calls]


FAULTS: dict[str, type[CarrierError]] = {
    "429": RateLimited,
    "500": PlatformFault,
    "503": PlatformFault,
    "dropped": Unreachable,
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_passing_fault_is_got_over(world: World, fault: str) -> None:
    await world.begin()
    for name, ask in TWICE.items():
        world.time.slept.clear()
        await world.set(rest=fault, **{"rest-times": "1"})
        await ask(world)
        waits = 2 if name == "route" else 1  # the number's requests fail once, and the list's
        assert world.time.slept == [1.0 if fault == "429" else 0.25] * waits, name
        await world.set(rest="none")


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_lasting_fault_has_its_type(world: World, fault: str) -> None:
    await world.begin()
    await world.set(rest=fault)
    for name, ask in ALL.items():
        world.time.slept.clear()
        with pytest.raises(FAULTS[fault]) as caught:
            await ask(world)
        assert caught.value.mend
        tries = len(world.time.slept) + 1
        may_be_repeated = name not in ONCE or fault == "429"
        assert tries == (MOST_TRIES.get(name, 3) if may_be_repeated else 1), name
        assert caught.value.may_be_done == (name in ONCE and fault == "dropped"), name


async def test_half_an_answer_has_its_type(world: World) -> None:
    await world.begin()
    await world.set(rest="garbled")
    for name, ask in ALL.items():
        if name not in {"release", "threshold", "hang up"}:  # of whose answers nothing is read
            with pytest.raises(Unreadable):
                await ask(world)


async def test_a_slow_platform_is_waited_for_and_not_for_ever(world: World) -> None:
    await world.set(rest="slow")
    limits = TimeLimits(usual=Patience(each_s=0.2, all_s=60.0, tries=2))
    async with SautiKit(
        world.emulator.base_url,
        world.emulator.settings.api_key,
        limits=limits,
        clock=world.time.clock,
    ) as hasty:
        with pytest.raises(TimedOut):
            await hasty.wallet.show()
    assert (await world.sautikit.wallet.show()).balance_minor > 0


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("invalid", KeyRefused),
        ("expired", KeyRefused),
        ("revoked", KeyRefused),
        ("no-scope", ScopeDenied),
        ("suspended", AccountSuspended),
    ],
)
async def test_a_key_that_is_not_good_has_its_type(
    world: World, state: str, kind: type[CarrierError]
) -> None:
    await world.set(**{"api-key": state})
    for ask in ALL.values():
        with pytest.raises(kind):
            await ask(world)
    await world.sautikit.pricing()  # which is for everybody
    assert world.time.slept == []


async def test_the_scope_that_a_key_lacks_is_named(world: World) -> None:
    async with SautiKit(world.emulator.base_url, "tskey_live_reads") as reads:
        await reads.numbers.list()
        for ask, scope in (
            (reads.numbers.claim("inv-0001"), "numbers.claim"),
            (reads.wallet.show(), "wallet.read"),
            (reads.calls.list(), "calls.read"),
        ):
            with pytest.raises(ScopeDenied) as caught:
                await ask
            assert caught.value.scope == scope


@pytest.mark.parametrize("name", ["claim", "place"])
async def test_an_empty_wallet_has_its_type(world: World, name: str) -> None:
    await world.set(wallet="empty")
    with pytest.raises(WalletEmpty) as caught:
        await ALL[name](world)
    assert "top up" in caught.value.mend


async def test_what_the_platform_refuses_has_its_type_and_reason(world: World) -> None:
    with pytest.raises(Refused, match=r"calls\.invalid_destination") as caught:
        await world.sautikit.calls.place(CallOrder(from_=OFFICE, to=["the moon"]))
    assert caught.value.status == 400
    assert not caught.value.may_be_done


def test_every_call_of_the_client_is_asked_here() -> None:
    """Whoever adds a call to the client adds it to these tables."""
    client = SautiKit("http://127.0.0.1:9", "k")
    parts = ("numbers", "calls", "conferences", "wallet", "webhooks")
    offered = {
        f"{part}.{name}"
        for part in parts
        for name in vars(type(getattr(client, part)))
        if not name.startswith("_")
    }
    asked = {
        found.group(1)
        for found in re.finditer(r"sautikit\.(\w+\.\w+)\(", Path(__file__).read_text())
    }
    assert offered <= asked
