"""Callers who ask something, and callers who leave a message."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mapokezi.calls import Outcome, TerminationReason
from mapokezi.emulator.phone_call import LineConditions

pytestmark = [pytest.mark.anyio, pytest.mark.call, pytest.mark.timeout(240)]


async def asks_the_hours(house: Any) -> Any:
    caller = house.scripted("What time do you open on Saturday?", "No, that is all, goodbye.")
    return await house.ring(caller, cost=True)


async def leaves_a_message(house: Any) -> Any:
    caller = house.scripted(
        "I would like to leave a message for Wanjiku Kamau.",
        "My name is Peter Mwangi.",
        "Yes, that is right.",
        "It is about the transfer of a plot.",
        "Yes, that is right.",
        "No, thank you, goodbye.",
    )
    noisy = LineConditions(noise_dbfs=-50.0, seed=3)
    return await house.ring(caller, line=noisy, longest_s=100.0)


async def test_a_question_is_answered_with_a_fact_and_a_message_is_stored(houses: Any) -> None:
    async with houses() as house:
        asked, left = await asyncio.gather(asks_the_hours(house), leaves_a_message(house))
    # What was asked: heard at the telephone, with its source, and on record.
    assert "nine in the morning" in asked.words.lower()
    assert "one in the afternoon" in asked.words.lower()
    answer = next(turn for turn in asked.kept.turns if "Saturday" in turn.text and turn.fact_ids)
    assert answer.speaker == "receptionist"
    call = asked.kept.call
    assert call.outcome is Outcome.RESOLVED
    assert call.termination.reason is TerminationReason.RECEPTIONIST_SAID_GOODBYE
    assert asked.heard.hung_up_by == "platform"
    assert "goodbye" in asked.words.lower().replace("-", "")[-20:], "the goodbye was heard out"
    assert call.notice is not None
    assert "recorded" in call.notice.wording
    assert call.cost is not None
    assert not call.cost.estimated
    assert call.seconds.total_ms == pytest.approx(call.length_ms, abs=600)
    timings = asked.heard.timings()
    assert timings.first_word_ms  # how soon it came, the bench measures
    assert timings.cut_short == 0
    assert timings.unanswered == 0
    # The message, with what the caller confirmed, for the person who was named.
    assert left.kept.call.outcome is Outcome.MESSAGE
    (message,) = left.messages
    assert message.for_person == "wanjiku-kamau"
    assert message.number == left.heard.from_number
    assert "plot" in message.reason
    assert "peter" in message.name.lower()
    assert "saved" in left.words.lower()

    _is_recorded(asked)
    _is_accounted_for(asked)


def _is_accounted_for(rung: Any) -> None:
    """Every moment of the leg in its ledger; both of the platform's ids, told after the call."""
    call, platform = rung.kept.call, rung.kept.platform
    assert sum(line.length_ms for line in call.ledger) == call.length_ms
    assert {"caller", "receptionist", "thinking"} <= {line.spell.value for line in call.ledger}
    assert platform is not None
    assert platform.session_id == call.session_id
    (ended,) = rung.events("ended")
    assert platform.call_uuid == ended["cdr"]["id"]
    assert platform.duration_s == ended["cdr"]["duration_seconds"]


def _is_recorded(rung: Any) -> None:
    """The caller left, the receptionist right, in step."""
    recording = rung.recording
    assert recording.rate_hz == 16_000
    assert recording.length_s == pytest.approx(rung.heard.length_ms / 1000, abs=1.5)
    (question, *_) = rung.heard.turns
    asked, greeting = recording.voices(recording.caller)[0], recording.voices(recording.ours)[0]
    assert asked.length_ms == pytest.approx(question.length_ms, abs=300)
    assert recording.dbfs(recording.caller, asked) > -35
    assert recording.dbfs(recording.ours, asked) < -60, "nobody speaks over the caller"
    assert recording.dbfs(recording.ours, greeting) > -35
    assert recording.dbfs(recording.caller, greeting) < -45, "the line's own noise"
    assert greeting.end_ms < asked.start_ms
