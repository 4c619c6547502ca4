"""A caller rings through the whole emulator: webhook, media stream, line, and back to its ear."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from mapokezi.emulator.callers import CallerLine, Manners, ScriptedCaller
from mapokezi.emulator.listening import ListeningSettings
from mapokezi.emulator.phone_call import CallHeard, CallPlan, LineConditions, place_call

BRISK = Manners(listening=ListeningSettings(hang_ms=300), lingers_s=0.3, patience_s=4.0)
FROM, TO = "+254722000001", "+254209000000"

Sine = Callable[..., bytes]


async def ring(
    rigs: Any,
    sine: Sine,
    manners: Manners,
    line: LineConditions | None = None,
    frames: int = 120,
) -> tuple[CallHeard, bytes]:
    """Let a caller say a second of tone to a receptionist that beeps first and at its end."""
    async with rigs() as rig:
        rig.receptionist.answer_first(
            rig.receptionist.stream(), later="<Response><Hangup/></Response>"
        )
        hello = CallerLine("Hello.", sine(400, 1000, rate_hz=8000))
        plan = CallPlan(
            ScriptedCaller([hello], manners),
            FROM,
            TO,
            url=rig.emulator.phone_url,
            line=line or LineConditions(),
        )
        call = asyncio.create_task(place_call(plan))
        media = await rig.receptionist.next_media()
        await media.say(sine(700, 800))
        await media.frames_after(frames)  # 2.4 s: the beep, the caller's pause, and the caller
        await media.say(sine(900, 600))
        heard = await call
        return heard, b"".join(media.frames)


@pytest.mark.anyio
async def test_a_call_is_heard_measured_and_on_the_platform_s_record(rigs: Any, sine: Sine) -> None:
    heard, taken = await ring(rigs, sine, BRISK)
    assert heard.answered
    assert heard.hung_up_by == "caller"
    assert heard.ended["cdr"]
    assert heard.stream_opened_ms is not None
    spoken = [line.speaker for line in heard.conversation if line.speaker != "platform"]
    assert spoken == ["receptionist", "caller", "receptionist"]
    timings = heard.timings()
    assert 0 <= timings.first_word_ms[0] < 400
    assert timings.turns == 1
    assert len(timings.gaps_ms) + timings.cut_short == 1
    samples = np.frombuffer(taken, "<i2")
    assert np.abs(samples).max() > 2000, "the caller's tone reached the receptionist"
    assert heard.late_frames < 10


@pytest.mark.anyio
async def test_a_caller_who_cuts_in_is_heard_over_the_receptionist(rigs: Any, sine: Sine) -> None:
    manners = Manners(listening=BRISK.listening, barge_in_ms=300, lingers_s=0.3, patience_s=4.0)
    heard, _ = await ring(rigs, sine, manners, LineConditions(noise_dbfs=-50, echo_db=20, seed=2))
    timings = heard.timings()
    assert timings.turns == 0
    assert len(timings.yields_ms) == 1
    # This receptionist does not yield: it beeps on for the rest of its 800 ms.
    assert timings.yields_ms[0] == pytest.approx(500, abs=120)
    assert timings.both_ms > 300


@pytest.mark.anyio
async def test_a_caller_may_hang_up_in_the_middle_of_a_word(rigs: Any, sine: Sine) -> None:
    manners = Manners(listening=BRISK.listening, hang_up_after_s=1.4)
    heard, _ = await ring(rigs, sine, manners, frames=40)
    assert heard.hung_up_by == "caller"
    assert heard.length_ms == pytest.approx(1400, abs=100)


@pytest.mark.anyio
async def test_a_number_that_nobody_has_ends_the_call_unanswered(rigs: Any) -> None:
    async with rigs() as rig:
        plan = CallPlan(
            ScriptedCaller([], BRISK), FROM, "+254200000009", url=rig.emulator.phone_url
        )
        heard = await place_call(plan)
    assert not heard.answered
    assert "not in service" in heard.ended["why"]
