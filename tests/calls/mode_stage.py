"""A stage for many short calls at once: receptionists who follow a script, and the platform.

No engine runs: what is said are notes. The callers are the emulator's own, so no telephone's sound
crosses a socket.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import httpx2

from mapokezi.app.line import run_line
from mapokezi.audio.tones import tone
from mapokezi.audio.wav import wav_sound
from mapokezi.bridge.phrase_book import PhraseBook
from mapokezi.config import (
    EmulatorConfig,
    LineConfig,
    OfficeConfig,
    Settings,
    SpeechConfig,
    StoreConfig,
    VoiceConfig,
)
from mapokezi.emulator.call_detail import CallDetail
from mapokezi.emulator.callees import WAYS, CalleeScript
from mapokezi.emulator.measuring import voiced_spans
from mapokezi.emulator.mode_values import WalletMode
from mapokezi.emulator.server import Emulator
from mapokezi.emulator.settings import EmulatorSettings, Number
from mapokezi.records.call_record import CallInFull, HandOffOutcome
from mapokezi.stores.database import open_for_reading
from mapokezi.stores.office_files import read_office

EXAMPLE = Path(__file__).parents[2] / "examples" / "law-office"
SECRET = "the-secret-of-these-numbers"
SIDE_BY_SIDE = 36
"""Calls at once: two cores carry more, and other tests run beside."""

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
}
"""Receptionists: which track they ask for, and their script. The last one tries to pass the caller
on until that works: the colleague answers the second time, whatever the first was like."""


@dataclass(frozen=True)
class Plan:
    """One call: how the platform behaves in it, what the caller does, and how it is to end."""

    modes: Mapping[str, object]
    line: str = "message"
    way: str = "busy"
    """What the colleague does who is dialled."""
    presses: str = ""
    ends: str = "message"
    """How it is to end."""
    hand_offs: tuple[HandOffOutcome, ...] = ()
    stays_s: float = 20.0


@dataclass
class Lived:
    """A call that is over."""

    plan: Plan
    row: dict[str, Any]
    events: list[dict[str, Any]]
    heard: bytes
    kept: CallInFull | None = None

    def all(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["type"] == kind]

    @property
    def heard_s(self) -> float:
        """How long the caller heard anything."""
        return sum(span.end_ms - span.start_ms for span in voiced_spans(self.heard, 8_000)) / 1000


class Notes:
    """A voice without an engine: half a second of a note for each sentence."""

    async def synthesize(self, text: str) -> AsyncIterator[bytes]:
        yield tone(620.0, 500, 16_000, level_dbfs=-12.0)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def brief(way: str) -> CalleeScript:
    """A colleague who does not stay for long."""
    return replace(WAYS[way], talk_s=min(WAYS[way].talk_s, 1.5))


class Stage:
    """The receptionists, and the platform that rings them."""

    def __init__(self, folder: Path, plans: Mapping[str, Plan]) -> None:
        self.folder, self.plans = folder, plans
        self.numbers: dict[tuple[str, str], str] = {}
        self.people: dict[str, CalleeScript] = {}
        self.emulator = EmulatorConfig(port=free_port())
        self.settings = {name: self._settings(name) for name in LINES}

    def _settings(self, name: str) -> Settings:
        home, (track, script) = self.folder / name.replace(" ", ""), LINES[name]
        of_its_own = [plan for plan, one in self.plans.items() if one.line == "person"]
        folders = [
            self._office(home, name, plan) for plan in (of_its_own if name == "person" else [""])
        ]
        (home / "script.toml").write_text(script)
        return Settings(
            line=LineConfig(port=free_port(), drain_limit_s=0.0, max_calls=200, track=track),
            voice=VoiceConfig(kind="script", script=str(home / "script.toml")),
            speech=SpeechConfig(address=f"unix://{home}/nobody.sock"),
            store=StoreConfig(folder=str(home / "data")),
            office=OfficeConfig(folders=tuple(folders)),
            emulator=self.emulator,
        )

    def _office(self, home: Path, line: str, plan: str) -> str:
        """An office that is always open, and whose reception behaves as one plan has it."""
        nth = len(self.numbers) + 1
        folder = home / f"office-{nth}"
        shutil.copytree(EXAMPLE, folder)
        number, person = f"+2542091000{nth:02}", f"+2547001000{nth:02}"
        self.numbers[line, plan] = number
        self.people[person] = brief(self.plans[plan].way if plan else "busy")
        office = (folder / "office.toml").read_text()
        office = re.sub(r"(?m)^numbers = .*", f'numbers = ["{number}"]', office)
        office = re.sub(r"(?m)^reception = .*", f'reception = "{person}"', office)
        office = re.sub(r"(?m)^(call_cap_per_number_per_minute) = .*", r"\1 = 60", office)
        (folder / "office.toml").write_text(office)
        days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
        week = "\n".join(f'{day} = ["00:00-23:59"]' for day in days)
        hours = f'timezone = "Africa/Nairobi"\nholidays_of = ""\n[week]\n{week}\n'
        (folder / "hours.toml").write_text(hours)
        return str(folder)

    def number_of(self, name: str) -> str:
        """The number that a plan's caller rings."""
        line = self.plans[name].line
        return self.numbers[line, name if line == "person" else ""]

    @asynccontextmanager
    async def up(self) -> AsyncIterator[Emulator]:
        """Both lines and the platform, until the block is left."""
        numbers = tuple(
            Number(
                number,
                f"{self.settings[line].line_url}/voice",
                f"{self.settings[line].line_url}/voice/events",
                SECRET,
            )
            for (line, _), number in self.numbers.items()
        )
        emulated = EmulatorSettings(
            numbers,
            port=self.emulator.port,
            callees=self.people,
            clock_speed=10.0,
            keep_legs=True,
        )
        async with AsyncExitStack() as stack:
            emulator = await stack.enter_async_context(Emulator(emulated))
            for settings in self.settings.values():
                await stack.enter_async_context(_line(settings))
            yield emulator


@asynccontextmanager
async def _line(settings: Settings) -> AsyncIterator[None]:
    for folder in settings.office.folders:
        office = read_office(Path(folder))
        await PhraseBook(office, settings.data_folder / "phrases").prepare(Notes())  # type: ignore[arg-type]
    built: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(run_line(settings, built.set_result, own_signals=False))
    await asyncio.wait({serving, built}, return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        serving.result()
    line = built.result()
    await line.started.wait()
    async with asyncio.timeout(30):
        while not line.calls.is_ready():  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    try:
        yield
    finally:
        line.stop()
        await serving


class Ringing:
    """Places the calls, and gathers what came of them."""

    def __init__(self, stage: Stage, emulator: Emulator) -> None:
        self._stage, self._emulator = stage, emulator
        self._callers = count(1)
        self._free = asyncio.Semaphore(SIDE_BY_SIDE)

    async def live(self, name: str) -> Lived:
        plan = self._stage.plans[name]
        async with self._free, httpx2.AsyncClient(base_url=self._emulator.base_url) as client:
            nth = next(self._callers)
            order = {
                "from": f"+254722{nth:06}",
                "to": self._stage.number_of(name),
                "modes": dict(plan.modes),
                "presses": plan.presses,
                "presses_after_s": 1.5,
                "stays_s": plan.stays_s,
            }
            placed = (await client.post("/emulator/calls", json=order)).json()
            detail = self._emulator.platform.details[placed["call_id"]]
            async with asyncio.timeout(plan.stays_s + 10):
                while not detail.sounds or not detail.is_over:
                    await asyncio.sleep(0.05)
                    if any(event["type"] == "dial_ended" for event in detail.events):
                        self._answer_next_time(detail)
            url = f"/emulator/calls/{detail.call_id}"
            told = (await client.get(url)).json()
            (heard_url, *_) = told["heard"].values()
            _, heard = wav_sound((await client.get(heard_url)).content)
        return Lived(plan, told["call"], detail.events, heard)

    def _answer_next_time(self, detail: CallDetail) -> None:
        board = self._emulator.platform.switchboard
        board.callees[detail.legs[0].number] = brief("answer")
        if detail.modes.wallet is WalletMode.EMPTY:
            detail.change_modes({"wallet": WalletMode.AS_IT_IS})


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
        async with stage.up() as emulator:
            ringing = Ringing(stage, emulator)
            longest_first = sorted(
                plans, key=lambda name: (-plans[name].stays_s, plans[name].line != "person")
            )
            lived = await asyncio.gather(
                *(ringing.live(name) for name in longest_first), return_exceptions=True
            )
        # The lines are down by now, so every record is written.
        kept: dict[str, CallInFull] = {}
        for settings in stage.settings.values():
            kept |= await _records(settings)
    for one in lived:
        if isinstance(one, Lived):
            one.kept = kept.get(one.row["remote_e164"])
    return dict(zip(longest_first, lived, strict=True))
