"""Every way of passing a caller on, against everything that people and the platform do.

3 executors x 8 callees x 3 modes of what follows when a stream is closed, with the local clerk and
with a voice model that obeys: 144 calls. Each must end with caller and colleague hearing each
other, found in the sound that each one's telephone got, or with a stored message and a caller who
was told.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import socket
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from bench.figures import Figure, Load, Measured, load_average
from bench.hand_off_calls import (
    PEOPLE,
    VOICES,
    Came,
    Cell,
    Obedient,
    callee_sounds,
    callees,
    caller_of,
    came_of,
    every_cell,
    legs_heard,
    mobile_of,
    model_sound,
    prepare_sounds,
)
from bench.hand_off_stage import always_open, in_brief
from bench.ringing import NOISE_DBFS, new_number, session_of, shared
from bench.stage import FOLDER, Stage, stage
from bench.wire.obedient import ObedientModels
from mapokezi.app.emulator import emulator_settings
from mapokezi.audio.resample import resampled
from mapokezi.emulator.caller_ear import Hear, moonshine_ear
from mapokezi.emulator.phone_call import CallPlan, LineConditions, place_call
from mapokezi.emulator.server import Emulator
from mapokezi.emulator.settings import EmulatorSettings
from mapokezi.records.executors import Executor, Standing
from mapokezi.stores.database import DatabaseSettings, open_database

AT_ONCE = 4
_LONGEST_S = 75.0
_BOARD_READ_S = 2.5
"""The line looks every two seconds at how the executors stand."""
_RING_S = 8
_MOST_CALLS = 3
_MOST_SILENCE_MS, _MOST_DEAD_MS = 3_000, 5_000


async def measure() -> Measured:
    """Take the figures of every cell."""
    before = load_average()
    came, placed_again = await come_of(every_cell())
    return Measured(
        "hand_offs",
        "Hand-offs: 3 executors, 8 callees, 3 modes after a close, 2 voices",
        [*figures_of(came), Figure("calls placed again: not understood", placed_again)],
        Load(before, load_average()),
        remarks=(
            "Connected: each was found in the sound of the other's telephone. Told: a message is",
            "stored, and the caller heard how it stands. Silence: nobody is heard, while the",
            "receptionist or the platform has the caller; a ringing tone's pauses are none.",
        ),
        details={"cells": [_told_of(each) for each in came]},
    )


async def come_of(
    cells: Sequence[Cell], name: str = "hand_offs", place: int = 0
) -> tuple[list[Came], int]:
    """Have these cells happen. Those whose executor may be switched off for it go one by one.

    Returns:
        What came of each, and how many calls were placed again: the caller was not understood.
    """
    ear = shared(moonshine_ear())
    prepare_sounds()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    models = ObedientModels(voice=model_sound)
    await models.listen(port)
    try:
        config = _write_settings((FOLDER / f"{name}-offices").absolute(), port)
        async with (
            stage(name, place, roles=("serve",), config=config) as up,
            Emulator(with_known_voices(emulator_settings(up.settings, callees()))) as emulator,
        ):
            world = _World(up, emulator, models, ear)
            return await world.all_of(cells), world.placed_again
    finally:
        await models.close()


class _World:
    """The program, the platform, the model and the callers' ear."""

    def __init__(self, up: Stage, emulator: Emulator, models: ObedientModels, ear: Hear) -> None:
        self._up, self._emulator, self._models, self._ear = up, emulator, models, ear
        self.placed_again = 0

    async def all_of(self, cells: Sequence[Cell]) -> list[Came]:
        """Live through cells, in their order."""
        found: dict[Cell, Came] = {}
        gently = [cell for cell in cells if not _may_be_switched_off(cell)]
        await self._some(gently, found, AT_ONCE)
        for cell in cells:
            if _may_be_switched_off(cell):
                await self._stand_anew()
                await self._some([cell], found, 1)
        print(flush=True)
        return [found[cell] for cell in cells]

    async def _some(self, cells: Sequence[Cell], found: dict[Cell, Came], at_once: int) -> None:
        waiting = list(cells)

        async def work() -> None:
            while waiting:
                cell = waiting.pop(0)
                found[cell] = await self._live(cell)
                is_well = found[cell].is_well and found[cell].silence_ms <= _MOST_SILENCE_MS
                print("." if is_well else f"\nx {_told_of(found[cell])}", flush=True)

        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(work())
                await asyncio.sleep(1.3)

    async def _live(self, cell: Cell) -> Came:
        """Have one cell happen; again if the call was lost, or nobody was asked for.

        A caller who was not understood is no matter of hand-offs, and rings again: how often is
        told. A call that is lost every time did not end well, and says why; the others go on.
        """
        lost: list[str] = []
        came = None
        while came is None and len(lost) < _MOST_CALLS:
            try:
                came = await self._once(cell)
            except (LookupError, RuntimeError) as error:
                lost.append(f"lost: {error!r}")
                continue
            if not came.is_well and not came.outcomes and len(lost) + 1 < _MOST_CALLS:
                self.placed_again += 1
                lost.append("nobody was asked for")
                came = None
        return came or Came(cell, False, False, 0, (), tuple(lost), 0, None)

    async def _once(self, cell: Cell) -> Came:
        person, number = PEOPLE[cell.callee], new_number()
        if cell.voice == "model":
            self._models.calls[number] = Obedient.asked_for(person)
        plan = CallPlan(
            caller_of(cell),
            number,
            cell.dials,
            self._emulator.phone_url,
            LineConditions(noise_dbfs=NOISE_DBFS),
            hear=self._ear,
            longest_s=_LONGEST_S,
            modes={"after-close": cell.after_close},
        )
        heard = await place_call(plan)
        record = await self._up.call_of(session_of(heard))
        ear = await legs_heard(self._emulator.base_url, session_of(heard), cell.mobile)
        return came_of(cell, heard, record, ear, await self._up.messages_of(record))

    async def _stand_anew(self) -> None:
        """Forget what the last cell has shown of the executors."""
        folder = self._up.settings.data_folder
        settings = DatabaseSettings(self._up.settings.database_url, folder / "bench-spill.jsonl")
        async with open_database(settings) as database:
            for executor in Executor:
                await database.reachability.set_standing(Standing(executor))
        await asyncio.sleep(_BOARD_READ_S)


def _may_be_switched_off(cell: Cell) -> bool:
    """Whether the executor is one that this platform makes leave callers in silence."""
    return cell.executor == "dial" and cell.after_close != "documented"


def with_known_voices(settings: EmulatorSettings) -> EmulatorSettings:
    """Have the people who are rung speak so that they can be found again, and keep the legs."""
    speak = settings.synthesiser
    assert speak is not None
    sounds = callee_sounds()

    async def synthesiser(text: str, language: str) -> bytes:
        known = sounds.get(text)
        return resampled(known, 8_000, 16_000) if known else await speak(text, language)

    return replace(settings, synthesiser=synthesiser, keep_legs=True)


def write_offices(folder: Path, cells: Iterable[Cell]) -> list[Path]:
    """Write the offices that these cells need: one for each executor and voice."""
    offices = []
    for number, cell in sorted({cell.office: cell for cell in cells}.items()):
        office = always_open(folder / f"{cell.executor}-{cell.voice}")
        path = office / "office.toml"
        models = '["fake"]' if cell.voice == VOICES[1] else "[]"
        changed = {"numbers": f'["{cell.dials}"]', "models": models}
        text = in_brief(path.read_text(encoding="utf-8"), changed)
        text = re.sub(r"\n\[telling\](?:\n(?!\[).*)*", "", text)
        executors = f'\n[hand_off]\nexecutors = ["{cell.executor}"]\nring_seconds = {_RING_S}\n'
        path.write_text(text + executors, encoding="utf-8")
        (office / "people.toml").write_text(_people(number), encoding="utf-8")
        offices.append(office)
    return offices


def _write_settings(folder: Path, models_port: int) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    offices = write_offices(folder, every_cell())
    listed = ", ".join(f'"{office}"' for office in offices)
    settings = folder / "mapokezi.toml"
    settings.write_text(
        f'[office]\nfolders = [{listed}]\n\n[model.fake]\nprotocol = "gemini_live"\n'
        f'url = "ws://127.0.0.1:{models_port}"\n',
        encoding="utf-8",
    )
    return settings


def _people(office: int) -> str:
    return "\n".join(
        f'[[people]]\nid = "{way}"\nname = "{person}"\nrole = "advocate"\n'
        f'mobile = "{mobile_of(office, way)}"\n'
        for way, person in PEOPLE.items()
    )


def figures_of(came: Sequence[Came]) -> list[Figure]:
    """Count."""
    dead = [each.dead_ms for each in came if each.dead_ms is not None]
    figures = [
        Figure("cells", len(came)),
        Figure("neither connected nor told", sum(not each.is_well for each in came), "", "<= 0"),
        Figure(
            "longest silence at a caller",
            round(max(each.silence_ms for each in came) / 1000, 1),
            "s",
            f"<= {_MOST_SILENCE_MS // 1000}",
        ),
    ]
    if dead:
        figures += [
            Figure("cells in which the platform held the caller dumb", len(dead)),
            Figure(
                "until that was ended, at most",
                round(max(dead) / 1000, 1),
                "s",
                f"<= {_MOST_DEAD_MS // 1000}",
            ),
        ]
    for executor in dict.fromkeys(each.cell.executor for each in came):
        for mode in dict.fromkeys(each.cell.after_close for each in came):
            figures.append(_line(executor, mode, came))
    return figures


def _line(executor: str, mode: str, came: Sequence[Came]) -> Figure:
    place = (executor, mode)
    here = [each for each in came if (each.cell.executor, each.cell.after_close) == place]
    counts: Mapping[str, int] = Counter(
        "connected" if each.is_connected else "told" if each.is_well else "neither" for each in here
    )
    told = " / ".join(str(counts.get(each, 0)) for each in ("connected", "told", "neither"))
    return Figure(f"{executor}, {mode}: connected / told / neither", told)


def _told_of(came: Came) -> dict[str, object]:
    return {
        "cell": came.cell.name,
        "well": came.is_well,
        "caller_hears": came.caller_hears,
        "callee_hears": came.callee_hears,
        "messages": came.messages,
        "told": came.told,
        "outcomes": came.outcomes,
        "silence_ms": came.silence_ms,
        "dead_ms": came.dead_ms,
    }
