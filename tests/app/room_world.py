"""A line whose office passes callers on through a room, and the platform, without any model.

The receptionist follows a script: it greets, hands over at once, and is there again if that was in
vain. What callers and colleagues say is heard as notes, one a word.
"""

from __future__ import annotations

import asyncio
import contextlib
import pickle
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx2
from tests.scripted_line import (
    line_up,
    office_in,
    open_always,
    posts_to,
    prepare_phrases,
    settings_in,
)

from mapokezi.audio.wav import wav_sound
from mapokezi.config import (
    Settings,
)
from mapokezi.emulator.call_detail import CallDetail
from mapokezi.emulator.callees import WAYS, CalleeScript
from mapokezi.emulator.measuring import Span, voiced_spans
from mapokezi.emulator.server import Emulator
from mapokezi.emulator.settings import EmulatorSettings
from mapokezi.records.call_record import CallInFull
from mapokezi.stores.database import open_for_reading

OFFICE, CALLER = "+254209000000", "+254722000777"
RECEPTION, WANJIKU, OTIENO = "+254700000100", "+254700000101", "+254700000102"
_SCRIPT = """
name = "hands over at once"

[[step]]
say = "Good morning."

[[step]]
call_tool = "hand_over"
arguments = { reason = "a plot in Ruiru" }

[[step]]
wait_ms = 60000
"""


def takes(**changes: Any) -> CalleeScript:
    """A colleague who takes the call, and talks for some seconds."""
    return replace(WAYS["accept"], **{"after_s": 1.0, "talk_s": 9.0, "says": "", **changes})


def room_settings(folder: Path, hand_off: str) -> Settings:
    """A deployment in a folder, its office always open.

    Args:
        folder: An empty one.
        hand_off: What stands in the office's ``[hand_off]``.
    """
    office = office_in(folder / "office", OFFICE)
    with (office / "office.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n{hand_off}\n")
    open_always(office)
    return settings_in(folder, [office], _SCRIPT)


@dataclass
class RoomWorld:
    """A line and a platform that are up."""

    settings: Settings
    emulator: Emulator
    spans: dict[str, list[Span]] = field(default_factory=dict)

    @property
    def details(self) -> list[CallDetail]:
        return list(self.emulator.platform.details.values())

    @property
    def legs(self) -> list[CallDetail]:
        """The colleagues' legs, in the order of ringing."""
        return [one for one in self.details if one.is_outbound]

    async def ring(self, **how: Any) -> CallDetail:
        """Have somebody ring the office; the call is up when this returns."""
        wanted = {"from": CALLER, "to": OFFICE, "stays_s": 40, **how}
        async with httpx2.AsyncClient(base_url=self.emulator.base_url) as door:
            (await door.post("/emulator/calls", json=wanted)).raise_for_status()
        return self.details[-1]

    async def modes(self, **modes: Any) -> None:
        async with httpx2.AsyncClient(base_url=self.emulator.base_url) as door:
            (await door.patch("/emulator/modes", json=modes)).raise_for_status()

    async def until(self, holds: Any, within_s: float = 40.0) -> None:
        async with asyncio.timeout(within_s):
            while not holds():  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    async def all_over(self) -> None:
        await self.until(lambda: all(one.is_over for one in self.details))

    async def record_of(self, call: CallDetail) -> CallInFull:
        """What is on record of a call, once it has ended."""
        async with asyncio.timeout(30):
            while True:
                async with open_for_reading(self.settings.database_url) as records:
                    found = await records.calls.of_session(call.session_id)
                    if found is not None and found.ended_at is not None:
                        kept = await records.calls.get(found.call_id)
                        assert kept is not None
                        return kept
                await asyncio.sleep(0.1)

    async def heard(self, call: CallDetail, leg: str) -> bytes:
        """What a leg's earpiece gave, 8 kHz."""
        await self.until(lambda: leg in call.sounds)
        folder = self.emulator.platform.switchboard.recordings / "legs"
        _, pcm = wav_sound((folder / call.sounds[leg]).read_bytes())
        return pcm


def voices_in(pcm: bytes, from_s: float = 0.0, to_s: float = 1e6) -> list[Span]:
    """Where somebody is heard, within a stretch."""
    found = voiced_spans(pcm, 8000)
    return [one for one in found if one.end_ms > from_s * 1000 and one.start_ms < to_s * 1000]


def emulated(settings: Settings, callees: Mapping[str, CalleeScript]) -> EmulatorSettings:
    """The platform of a deployment, at true pace."""
    return EmulatorSettings(
        (posts_to(settings, OFFICE),),
        port=settings.emulator.port,
        callees=dict(callees),
        keep_legs=True,
    )


@asynccontextmanager
async def room_world(
    folder: Path, callees: Mapping[str, CalleeScript], hand_off: str = ""
) -> AsyncIterator[RoomWorld]:
    """Open a world whose office passes callers on through a room."""
    table = hand_off or '[hand_off]\nexecutors = ["conference", "callback"]\nring_seconds = 15'
    settings = room_settings(folder, table)
    async with Emulator(emulated(settings, callees)) as emulator, line_up(settings):
        yield RoomWorld(settings, emulator)


_CHILD = """
import asyncio, pickle, sys
from mapokezi.app.line import run_line
asyncio.run(run_line(pickle.loads(bytes.fromhex(sys.argv[1]))))
"""


@asynccontextmanager
async def line_of_its_own(settings: Settings) -> AsyncIterator[subprocess.Popen[bytes]]:
    """The line in a process that can be killed; up when this is entered."""
    await prepare_phrases(settings)
    with (settings.data_folder / "line.log").open("wb") as log:
        told = pickle.dumps(settings).hex()
        child = subprocess.Popen(  # noqa: ASYNC220  it is to be killed, and waited for
            [sys.executable, "-c", _CHILD, told], stdout=log, stderr=log
        )
    try:
        async with asyncio.timeout(60), httpx2.AsyncClient() as door:
            while True:
                assert child.poll() is None, (settings.data_folder / "line.log").read_text()
                with contextlib.suppress(httpx2.HTTPError):
                    if (await door.get(f"{settings.line_url}/readyz")).status_code == 200:
                        break
                await asyncio.sleep(0.1)
        yield child
    finally:
        child.kill()
        child.wait(20)
