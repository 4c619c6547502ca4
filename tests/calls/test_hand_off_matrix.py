"""Ways of passing a caller on against what people and the platform do.

A slice of the matrix; all 144 cells of it are `python -m bench hand_offs`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bench.hand_off_calls import (
    PEOPLE,
    Came,
    Cell,
    Obedient,
    callees,
    caller_of,
    came_of,
    legs_heard,
    model_sound,
    prepare_sounds,
)
from bench.hand_offs import with_known_voices, write_offices
from bench.ringing import session_of
from bench.wire.obedient import ObedientModels
from tests.ports import free_port

from mapokezi.config import ModelConfig

pytestmark = [pytest.mark.anyio, pytest.mark.call, pytest.mark.proof, pytest.mark.timeout(300)]

CONNECTED = (
    Cell("dial", "answer", "documented", "clerk"),
    Cell("conference", "accept", "documented", "model"),
)
TOLD = (
    Cell("dial", "busy", "documented", "model"),
    Cell("dial", "answer", "observed", "clerk"),
    Cell("conference", "decline", "observed", "clerk"),
    Cell("callback", "answer", "documented", "model"),
)


@pytest.fixture
async def models() -> AsyncIterator[tuple[ObedientModels, int]]:
    """A model that obeys, and its port."""
    port, obedient = free_port(), ObedientModels(voice=model_sound)
    await obedient.listen(port)
    yield obedient, port
    await obedient.close()


async def lived(house: Any, obedient: ObedientModels, cell: Cell, nth: int) -> Came:
    person, number = PEOPLE[cell.callee], f"+25472300{nth:04}"
    if cell.voice == "model":
        obedient.calls[number] = Obedient.asked_for(person)
    modes = {"after-close": cell.after_close}
    rung = await house.ring(caller_of(cell), cell.dials, longest_s=90.0, modes=modes, number=number)
    session = session_of(rung.heard)
    callee_ear = await legs_heard(house.emulator.base_url, session, cell.mobile)
    return came_of(cell, rung.heard, rung.kept, callee_ear, rung.messages)


async def test_both_hear_each_other_or_the_caller_is_told(
    houses: Any, models: tuple[ObedientModels, int], tmp_path: Path
) -> None:
    prepare_sounds()
    obedient, port = models
    cells = (*CONNECTED, *TOLD)
    offices = tuple(map(str, write_offices(tmp_path, cells)))
    profile = ModelConfig(protocol="gemini_live", url=f"ws://127.0.0.1:{port}")
    async with replace(houses, offices=offices)(
        models={"fake": profile}, callees=callees(), emulated=with_known_voices
    ) as house:
        came = await asyncio.gather(
            *(lived(house, obedient, cell, nth) for nth, cell in enumerate(cells))
        )
    by_cell = {each.cell: each for each in came}
    for cell in CONNECTED:
        assert by_cell[cell].is_connected, by_cell[cell]
    for cell in TOLD:
        assert not by_cell[cell].is_connected, by_cell[cell]
        assert by_cell[cell].is_well, by_cell[cell]
