"""Who speaks when: cutting in, saying nothing, pressing keys, hanging up."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mapokezi.calls import Outcome, TerminationReason, TerminationResult
from mapokezi.conversation.settings import ConversationSettings
from mapokezi.conversation.silence import SilenceSettings
from mapokezi.emulator.behaviour import Behaviour
from mapokezi.emulator.callees import CalleeScript
from mapokezi.emulator.callers import CallerLine, Manners, ScriptedCaller
from mapokezi.emulator.mode_values.streams import Keys
from mapokezi.records.call_record import HandOffOutcome

pytestmark = [pytest.mark.anyio, pytest.mark.call, pytest.mark.timeout(180)]

RECEPTION = "+254700000100"


async def cuts_in(house: Any) -> Any:
    first, second = house.lines("What kind of cases do you handle?", "Where is your office?")
    over = CallerLine(second.text, second.pcm, cut_in_ms=2_000)
    (bye,) = house.lines("Thank you, goodbye.")
    return await house.ring(ScriptedCaller([first, over, bye], Manners()))


async def hangs_up_mid_word(house: Any) -> Any:
    caller = house.scripted("I would like to leave a message for", hang_up_after_s=10.5)
    return await house.ring(caller)


async def flashes(house: Any) -> Any:
    return await house.ring(house.scripted(silent=True, hang_up_after_s=1.2))


async def hangs_up_on_the_person(house: Any, number: str) -> Any:
    keys = CallerLine("(0)", digits="0")
    caller = ScriptedCaller([keys], Manners(patience_s=12.0, lingers_s=4.0))
    return await house.ring(caller, to=number, cost=True)


async def test_cutting_in_and_hanging_up(houses: Any, always_number: str) -> None:
    async with houses(callees={RECEPTION: CalleeScript(after_s=0.5, talk_s=60.0)}) as house:
        cut, gone, flash, left = await asyncio.gather(
            cuts_in(house),
            hangs_up_mid_word(house),
            flashes(house),
            hangs_up_on_the_person(house, always_number),
        )
    # Measured in the recording at the caller's telephone: from the first sound to our silence.
    yield_ms, *_ = cut.heard.timings().yields_ms
    assert yield_ms <= 1_000  # how soon, the bench holds to its bar
    assert cut.moments("playout_paused", "playout_dropped")[:2] == [
        "playout_paused",
        "playout_dropped",
    ]
    (broken,) = [turn for turn in cut.kept.turns if turn.cut and turn.fact_ids]
    assert broken.unheard_text, "what the caller did not hear is set apart"
    assert broken.text not in ("", broken.unheard_text)
    assert "ngong road" in cut.transcript.lower()
    # Mid-word: the end is on record within a moment, and whose it was.
    call = gone.kept.call
    assert call.termination.reason is TerminationReason.CALLER_HUNG_UP
    assert call.termination.result is TerminationResult.ABANDONED
    assert call.length_ms == pytest.approx(gone.heard.length_ms, abs=600)
    assert gone.recording.length_s == pytest.approx(10.5, abs=1.0)
    assert flash.kept.call.outcome is Outcome.FLASH
    assert flash.kept.call.notice is None, "the notice was not heard out"
    # On the person: no word of the dialled leg is posted then, but the bill tells of it.
    assert left.heard.hung_up_by == "caller"
    (handed,) = left.kept.call.hand_offs
    assert handed.outcome is HandOffOutcome.CONNECTED
    assert left.kept.call.outcome is Outcome.TRANSFERRED


async def says_nothing(house: Any) -> Any:
    return await house.ring(house.scripted(silent=True, patience_s=30.0))


async def presses_zero(house: Any, number: str) -> Any:
    keys = CallerLine("(0)", digits="0")
    caller = ScriptedCaller([keys], Manners(patience_s=12.0, lingers_s=8.0))
    return await house.ring(caller, to=number)


async def presses_zero_over_us(house: Any, number: str) -> Any:
    keys = CallerLine("(0)", digits="0", cut_in_ms=1_500)
    caller = ScriptedCaller([keys], Manners(patience_s=12.0, lingers_s=8.0))
    return await house.ring(caller, to=number)


async def test_silence_and_key_zero(houses: Any, always_number: str) -> None:
    quick = ConversationSettings(silence=SilenceSettings(first_words_s=3.0, between_s=3.0))
    async with houses(
        conversation=quick,
        callees={RECEPTION: CalleeScript(after_s=0.5, talk_s=5.0)},
        platform={"behaviour": Behaviour(keys=Keys.BOTH)},
    ) as house:
        silent, zero, zero_over_us = await asyncio.gather(
            says_nothing(house),
            presses_zero(house, always_number),
            presses_zero_over_us(house, always_number),
        )
    # A caller who never spoke is asked once, gently, and bid goodbye.
    assert silent.moments("line_spoken") == ["line_spoken"] * 2
    assert "still there" in silent.transcript
    assert silent.kept.call.termination.reason is TerminationReason.CALLER_SILENT
    assert silent.kept.call.outcome is Outcome.ABANDONED
    assert "goodbye" in silent.words.lower().replace("-", "")
    for rung in (zero, zero_over_us):
        assert rung.moments("key_pressed") == ["key_pressed"], "told by tone and text, once"
        assert rung.kept.call.outcome is Outcome.TRANSFERRED
        assert "connecting you" in rung.words.lower()
