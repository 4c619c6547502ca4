"""A stage for many short calls at once: receptionists who follow a script, and the platform.

No engine runs: what is said are notes. The callers are the emulator's own, so no telephone's sound
crosses a socket.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import httpx2
from tests.calls.mode_front import FRONTS, Front, front_up
from tests.ports import free_port
from tests.scripted_line import line_up, office_in, open_always, settings_in

from mapokezi.app.carrier import needed_carrier
from mapokezi.config import (
    EmulatorConfig,
    Settings,
)
from mapokezi.emulator.callees import WAYS, CalleeScript
from mapokezi.emulator.measuring import voiced_spans
from mapokezi.emulator.server import Emulator
from mapokezi.emulator.settings import EmulatorSettings, Number
from mapokezi.records.call_record import CallInFull, HandOffOutcome

SECRET = "the-secret-of-these-numbers"

OPENING = """
name = "one call"

[[step]]
say = "Good morning, this is the office."
"""
MESSAGE = """
[[step]]
wait_ms = 300

[[step]]
call_tool = "take_message"
arguments = { name = "Grace", reason = "land" }

[[step]]
say = "It is written down."

[[step]]
call_tool = "end_call"
"""
KEY = """
[[step]]
expect_digit = "0"
"""
PERSON = """
[[step]]
call_tool = "hand_over"
arguments = { person_id = "", reason = "land" }
"""
LINES = {
    "message": ("inbound_track", OPENING + MESSAGE),
    "key": ("inbound_track", OPENING + KEY + MESSAGE),
    "both tracks": ("both_tracks", OPENING + MESSAGE),
    "person": ("inbound_track", OPENING + PERSON),
    "not moved": ("inbound_track", OPENING + PERSON),
    "not moved by close": ("inbound_track", OPENING + PERSON),
}
"""Receptionists: which track they ask for, and their script. The last three try to pass the caller
on until that works: the colleague answers the second time, whatever the first was like. The last
two are rung where the platform does nothing when asked: each a line for one call, since that
switches the dial off for all calls of a line."""
PASS_ON = frozenset({"person", "not moved", "not moved by close"})
"""Those that pass callers on: each call of them has an office of its own."""


@dataclass(frozen=True)
class Plan:
    """One call: how the platform behaves in it, what the caller does, and how it is to end."""

    modes: Mapping[str, object]
    line: str = "message"
    way: str = "busy"
    """What the colleague does who is dialled."""
    presses: str = ""
    presses_after_s: float = 1.5
    ends: str = "message"
    """How it is to end."""
    hand_offs: tuple[HandOffOutcome, ...] = ()
    stays_s: float = 28.0
    front: str = ""
    """What stands between the platform and the receptionist: one of `FRONTS`."""
    buys: Mapping[str, object] | None = None
    """Its number is bought and routed first, from a platform of these modes."""
    behind: Mapping[str, object] | None = None
    """It rings right behind another call, of these modes, while nobody else rings."""

    @property
    def has_own_number(self) -> bool:
        """Whether no other plan's caller rings its number."""
        return self.line in PASS_ON or bool(self.front) or self.buys is not None


@dataclass
class Lived:
    """A call that is over."""

    plan: Plan
    row: dict[str, Any]
    events: list[dict[str, Any]]
    heard: bytes
    streams: list[dict[str, Any]]
    """What passed over each stream, as the platform counted it."""
    deliveries: list[dict[str, Any]]
    """Its events, and what became of them."""
    kept: CallInFull | None = None
    fetched: str = ""
    """What our own client made of its recording: ``ready``, or the error."""
    bought: str = ""
    """How its number was listed, and in which way it was routed."""
    marks_s: tuple[float, ...] = ()
    """When marks came back, as who stood between saw it."""
    before: Lived | None = None
    """The call right before it."""

    def all(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["type"] == kind]

    @property
    def heard_s(self) -> float:
        """How long the caller heard anything."""
        return sum(span.end_ms - span.start_ms for span in voiced_spans(self.heard, 8_000)) / 1000


def brief(way: str) -> CalleeScript:
    """A colleague who does not stay for long."""
    return replace(WAYS[way], talk_s=min(WAYS[way].talk_s, 4.5))


class Stage:
    """The receptionists, and the platform that rings them."""

    def __init__(self, folder: Path, plans: Mapping[str, Plan]) -> None:
        self.folder, self.plans = folder, plans
        self.numbers: dict[tuple[str, str], str] = {}
        """By receptionist, and by plan where a plan has a number of its own."""
        self.people: dict[str, CalleeScript] = {}
        self.emulator = EmulatorConfig(port=free_port())
        self.bought: dict[str, str] = {}
        self.ways: dict[str, str] = {}
        """Through the front, by plan."""
        self.front_port = free_port()
        self.front = Front(base_url=f"http://127.0.0.1:{self.front_port}")
        self._for_sale = count(1)
        lines = {plan.line for plan in plans.values()}
        self.settings = {name: self._settings(name) for name in LINES if name in lines}

    def _settings(self, name: str) -> Settings:
        home, (track, script) = self.folder / name.replace(" ", ""), LINES[name]
        own = [plan for plan, one in self.plans.items() if one.line == name and one.has_own_number]
        if name in PASS_ON:
            offices = [self._office(home, {plan: self._new_number(name, plan)}) for plan in own]
        else:
            numbers = {plan: self._new_number(name, plan) for plan in ["", *own]}
            offices = [self._office(home, numbers)]
        return settings_in(home, offices, script, self.emulator, max_calls=200, track=track)

    def _new_number(self, line: str, plan: str) -> str:
        if plan and self.plans[plan].buys is not None:
            number = f"+2542099{next(self._for_sale):05}"
        else:
            number = f"+2542091{len(self.numbers):05}"
        self.numbers[line, plan] = number
        return number

    def _office(self, home: Path, numbers: Mapping[str, str]) -> Path:
        """An office that is always open, and whose reception behaves as its first plan has it."""
        nth = len(self.people)
        person = f"+2547001000{nth:02}"
        plan = next(iter(numbers))
        self.people[person] = brief(self.plans[plan].way if plan else "busy")
        folder = office_in(
            home / f"office-{nth}",
            *numbers.values(),
            reception=f'"{person}"',
            call_cap_per_number_per_minute="60",
        )
        open_always(folder)
        return folder

    def number_of(self, name: str) -> str:
        """The number that a plan's caller rings."""
        plan = self.plans[name]
        return self.numbers[plan.line, name if plan.has_own_number else ""]

    def _routed(self) -> tuple[Number, ...]:
        """The numbers that there are from the start, and where their posts go."""
        ways: dict[str, tuple[str, Any]] = {}
        routed = []
        for nth, ((line, name), number) in enumerate(self.numbers.items()):
            plan = self.plans.get(name)
            if plan is not None and plan.buys is not None:
                continue
            base = self.settings[line].line_url
            if plan is not None and plan.front:
                way = self.ways[name] = f"way-{nth}"
                ways[way] = (base, FRONTS[plan.front])
                base = self.front.here(way)
            routed.append(Number(number, f"{base}/voice", f"{base}/voice/events", SECRET))
        self.front.plans = ways
        return tuple(routed)

    @asynccontextmanager
    async def up(self) -> AsyncIterator[Emulator]:
        """Lines, front and platform, until the block is left."""
        emulated = EmulatorSettings(
            self._routed(),
            port=self.emulator.port,
            callees=self.people,
            clock_speed=10.0,
            keep_legs=True,
        )
        async with AsyncExitStack() as stack:
            emulator = await stack.enter_async_context(Emulator(emulated))
            await stack.enter_async_context(front_up(self.front, self.front_port))
            for settings in self.settings.values():
                await stack.enter_async_context(line_up(settings))
            await self._buy(emulator)
            yield emulator

    async def _buy(self, emulator: Emulator) -> None:
        """Buy and route the numbers that are for sale, as `mapokezi numbers` does."""
        for (line, name), number in self.numbers.items():
            plan = self.plans.get(name)
            if plan is None or plan.buys is None:
                continue
            settings = self.settings[line]
            async with (
                httpx2.AsyncClient(base_url=emulator.base_url) as client,
                needed_carrier(settings) as carrier,
            ):
                (await client.patch("/emulator/modes", json=dict(plan.buys))).raise_for_status()
                key = {"Authorization": f"Bearer {emulator.settings.api_key}"}
                listed = (await client.get("/v1/numbers/available", headers=key)).json()
                sold = await carrier.numbers.available()
                (wanted,) = [one for one in sold if one.e164 == number]
                claimed = await carrier.numbers.claim(wanted.inventory_id)
                base = settings.line_url
                routed = await carrier.numbers.route(
                    claimed.id,
                    f"{base}/voice",
                    events_url=f"{base}/voice/events",
                    signing_secret=SECRET,
                )
                low = " low" if (await carrier.wallet.show()).is_low else ""
                await client.delete("/emulator/modes")
            self.bought[name] = f"{type(listed).__name__} {routed.way}{low}"
