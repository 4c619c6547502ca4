"""A line that returns the receptionist's own voice, with noise: 20 dB down, 100 or 250 ms late."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mapokezi.emulator.callers import CallerLine, Manners, ScriptedCaller
from mapokezi.emulator.phone_call import LineConditions

pytestmark = [pytest.mark.anyio, pytest.mark.call, pytest.mark.timeout(180)]

ECHOES_SOON = LineConditions(noise_dbfs=-50.0, echo_db=20.0, echo_ms=100.0, seed=1)
ECHOES_LATE = LineConditions(noise_dbfs=-50.0, echo_db=20.0, echo_ms=250.0, seed=2)
QUESTION, OVER, BYE = "How can I pay you?", "Where is your office?", "Thank you, goodbye."


async def hears_out(house: Any) -> Any:
    return await house.ring(house.scripted(QUESTION, BYE), line=ECHOES_LATE)


async def talks_over(house: Any) -> Any:
    first, second, bye = house.lines(QUESTION, OVER, BYE)
    over = CallerLine(second.text, second.pcm, cut_in_ms=2_000)
    return await house.ring(ScriptedCaller([first, over, bye], Manners()), line=ECHOES_SOON)


def said_by(rung: Any, speaker: str) -> list[str]:
    return [turn.text.lower() for turn in rung.kept.turns if turn.speaker == speaker]


async def test_an_echo_is_no_caller_and_a_caller_is_no_echo(houses: Any) -> None:
    async with houses() as house:
        heard_out, cut = await asyncio.gather(hears_out(house), talks_over(house))
    # What the caller heard: the greeting and the answer, in full. (A pause that was taken back is
    # the bench's to count: on a busy machine there may be one.)
    assert heard_out.moments("playout_dropped") == []
    until_goodbye = heard_out.kept.turns[:-1]
    assert not any(turn.cut for turn in until_goodbye), heard_out.transcript
    words = heard_out.words.lower()
    assert "this call is recorded" in words
    answer = next(turn for turn in heard_out.kept.turns if turn.fact_ids)
    last = answer.text.lower().replace(",", "").rstrip(".").split()[-3:]
    assert " ".join(last) in words.replace(",", "")
    # Nothing of ours stands as a caller's turn.
    assert [("pay" in text, "goodbye" in text) for text in said_by(heard_out, "caller")] == [
        (True, False),
        (False, True),
    ]
    # Who talks over us is heard, at once and in full.
    assert cut.moments("playout_paused", "playout_dropped")[:2] == [
        "playout_paused",
        "playout_dropped",
    ]
    (yield_ms,) = cut.heard.timings().yields_ms
    assert yield_ms <= 1_000  # how soon, the bench holds to its bar
    pays, asks, *rest = said_by(cut, "caller")
    assert "pay" in pays
    assert "office" in asks
    assert all("goodbye" in text or "thank" in text for text in rest)
    assert "ngong road" in cut.transcript.lower()
