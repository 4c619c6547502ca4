"""A machine that rings is bid goodbye, and nobody is troubled with it."""

from __future__ import annotations

from typing import Any

import pytest

from mapokezi.audio.tones import silence, tone
from mapokezi.bridge import clock
from mapokezi.calls import Outcome, TerminationReason, TerminationResult

pytestmark = pytest.mark.anyio
VIRTUAL_TIME = True

FAX = (tone(1100, 500) + silence(3000)) * 3
ANNOUNCEMENT = tone(950, 330) + tone(1400, 330) + tone(1800, 330) + silence(2000)


@pytest.mark.parametrize(
    ("sound", "machine", "within_s"), [(FAX, "fax", 5.0), (ANNOUNCEMENT, "announcement", 2.0)]
)
async def test_a_machine_is_known_over_the_greeting_and_let_go_politely(
    worlds: Any, sound: bytes, machine: str, within_s: float
) -> None:
    world = await worlds()
    talk = world.ring()
    talk.open()
    began = clock.monotonic()
    await talk.live(sound[: round(within_s * 32_000) // 640 * 640])
    left = clock.monotonic() - began
    record = await talk.until_over()
    assert record.termination is not None
    assert record.termination.reason is TerminationReason.MACHINE
    assert record.termination.result is TerminationResult.COMPLETED
    assert record.termination.detail == machine
    assert record.outcome is Outcome.SPAM
    assert talk.heard(world.office.goodbye)
    assert not world.keeper.messages, "nobody is told to call a machine back"
    assert (record.ended_at - record.arrived_at).total_seconds() < left + 8.0
    await world.reception.close()
