"""The callers of a stage: they ring side by side, and what came of each call is gathered."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

import httpx2
from tests.calls.mode_stage import Lived, Plan, Stage, brief

from mapokezi.app.carrier import needed_carrier
from mapokezi.audio.wav import wav_sound
from mapokezi.carrier import CarrierError, SautiKit
from mapokezi.config import Settings
from mapokezi.emulator.call_detail import CallDetail
from mapokezi.emulator.mode_values.account import WalletMode
from mapokezi.emulator.server import Emulator
from mapokezi.records.call_record import CallInFull
from mapokezi.stores.database import open_for_reading

SIDE_BY_SIDE = 36
"""Calls at once at the most: two cores carry more, and other tests run beside."""
FEW = 4
"""So many go on beside one another however busy the machine is."""
APART_S = 0.08
"""Between one call's beginning and the next: documents, streams and greetings come then."""
LATE_S = 0.012
"""Where the loop is later than this, no further call begins: a frame is due every 20 ms."""
LONG_S = 30.0
"""A caller who stays for longer than this waits for something to be found out."""


class Pace:
    """How many calls this machine carries just now: none begins while the loop is late."""

    def __init__(self) -> None:
        self.calls = 0
        """Those that are up."""
        self._late_s = 0.0
        self._next = asyncio.Lock()

    async def watch(self) -> None:
        """Measure how late the loop is, for ever; to be cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + 0.02
            await asyncio.sleep(0.02)
            self._late_s += ((loop.time() - due) - self._late_s) / 20

    async def __aenter__(self) -> None:
        """Wait until one more call can begin."""
        async with self._next:
            while self.calls >= (SIDE_BY_SIDE if self._late_s < LATE_S else FEW):  # noqa: ASYNC110
                await asyncio.sleep(APART_S)
            self.calls += 1
            await asyncio.sleep(APART_S)

    async def __aexit__(self, *_: object) -> None:
        """The call is over."""
        self.calls -= 1


class Ringing:
    """Places the calls, and gathers what came of them."""

    def __init__(
        self, stage: Stage, emulator: Emulator, carrier: SautiKit, client: httpx2.AsyncClient
    ) -> None:
        self._stage, self._emulator, self._carrier = stage, emulator, carrier
        self._client = client
        self._callers = count(1)
        self._pace = Pace()

    async def live(self, name: str) -> Lived:
        """Live through one plan's call."""
        plan = self._stage.plans[name]
        number = self._stage.number_of(name)
        before: Lived | None = None
        if plan.behind is not None:
            first = Plan(plan.behind, line=plan.line, stays_s=2.0)
            before = await self._live(first, number)
        async with self._pace:
            lived = await self._live(plan, number)
        front, way = self._stage.front, self._stage.ways.get(name, "")
        lived.marks_s = tuple(front.reported.get(way, ()))
        lived.before, lived.bought = before, self._stage.bought.get(name, "")
        return lived

    async def _live(self, plan: Plan, number: str) -> Lived:
        nth = next(self._callers)
        order = {
            "from": f"+254722{nth:06}",
            "to": number,
            "modes": dict(plan.modes),
            "presses": plan.presses,
            "presses_after_s": plan.presses_after_s,
            "stays_s": plan.stays_s,
        }
        placed = (await self._client.post("/emulator/calls", json=order)).json()
        detail = self._emulator.platform.details[placed["call_id"]]
        fetching: asyncio.Task[str] | None = None
        async with asyncio.timeout(plan.stays_s + 20):
            while not detail.sounds or not detail.is_over:
                await asyncio.sleep(0.05)
                if any(event["type"] == "dial_ended" for event in detail.events):
                    self._answer_next_time(detail)
                if detail.recordings and fetching is None and "recording" in plan.modes:
                    fetching = asyncio.create_task(self._fetch(detail))
        fetched = await fetching if fetching else ""
        url = f"/emulator/calls/{detail.call_id}"
        told = (await self._client.get(url)).json()
        (heard_url, *_) = told["heard"].values()
        _, heard = wav_sound((await self._client.get(heard_url)).content)
        return Lived(plan, told["call"], detail.events, heard, told["streams"], [], fetched=fetched)

    async def _fetch(self, detail: CallDetail) -> str:
        """Ask for the recording as our client does; gives what came of it."""
        try:
            await self._carrier.calls.wait_for_recording(detail.session_id, within_s=5.0)
        except CarrierError as error:
            return type(error).__name__
        return "ready"

    def _answer_next_time(self, detail: CallDetail) -> None:
        board = self._emulator.platform.switchboard
        board.callees[detail.legs[0].number] = brief("answer")
        if detail.modes.wallet is WalletMode.EMPTY:
            detail.change_modes({"wallet": WalletMode.AS_IT_IS})

    async def live_all(self) -> dict[str, Lived | BaseException]:
        """Live through all plans' calls side by side, the long ones first."""
        watching = asyncio.create_task(self._pace.watch())
        try:
            return await self._live_all()
        finally:
            watching.cancel()

    async def _live_all(self) -> dict[str, Lived | BaseException]:
        plans = self._stage.plans
        behind = [name for name, plan in plans.items() if plan.behind is not None]
        others = sorted(
            (name for name in plans if name not in behind),
            key=lambda name: (-plans[name].stays_s, plans[name].line != "person"),
        )
        calls = {name: asyncio.create_task(self.live(name)) for name in others}
        # What rings right behind another must be the only one that begins: the long ones go on.
        brief_ones = [task for name, task in calls.items() if plans[name].stays_s < LONG_S]
        if brief_ones:
            await asyncio.wait(brief_ones)
        for name in behind:
            calls[name] = asyncio.create_task(self.live(name))
            await asyncio.wait([calls[name]])
        lived = await asyncio.gather(*calls.values(), return_exceptions=True)
        found = dict(zip(calls, lived, strict=True))
        for one in found.values():
            if isinstance(one, Lived):
                one.deliveries = self._deliveries(one.row["session_id"])
        return found

    def _deliveries(self, session_id: str) -> list[dict[str, Any]]:
        log = self._emulator.platform.switchboard.deliveries.log
        return [one.as_row() for one in log if session_id.encode() in one.post.body]


async def _records(settings: Settings) -> dict[str, CallInFull]:
    """What is on record, by caller; each caller rang once."""
    found: dict[str, CallInFull] = {}
    async with open_for_reading(settings.database_url) as database:
        for call in (await database.calls.page(limit=200)).calls:
            kept = await database.calls.get(call.call_id)
            if kept is not None and call.caller is not None and call.ended_at is not None:
                found[call.caller] = kept
    return found


async def live_all(plans: Mapping[str, Plan]) -> dict[str, Lived | BaseException]:
    """Live through all calls side by side."""
    with tempfile.TemporaryDirectory(prefix="mpk") as folder:
        stage = Stage(Path(folder), plans)
        any_line = next(iter(stage.settings.values()))
        async with (
            stage.up() as emulator,
            needed_carrier(any_line) as carrier,
            httpx2.AsyncClient(base_url=emulator.base_url) as client,  # each reads certificates
        ):
            found = await Ringing(stage, emulator, carrier, client).live_all()
        # The lines are down by now, so every record is written.
        kept: dict[str, CallInFull] = {}
        for settings in stage.settings.values():
            kept |= await _records(settings)
    for one in found.values():
        if isinstance(one, Lived):
            one.kept = kept.get(one.row["remote_e164"])
    return found
