"""What differs from platform to platform: the stream's form, signatures, the voice that answers."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mapokezi.calls import Outcome

pytestmark = [pytest.mark.anyio, pytest.mark.call, pytest.mark.timeout(180)]

SCRIPT = """
name = "three at once"

[[step]]
say = "Good morning, this is the office. What can I do for you today?"

[[step]]
wait_for_caller = 0.3
within = 10.0

[[step]]
say = "Thank you, somebody will call you back."

[[step]]
call_tool = "take_message"
arguments = { name = "Grace", reason = "land" }

[[step]]
say = "It is written down. Goodbye."

[[step]]
call_tool = "end_call"
"""


async def asks(house: Any) -> Any:
    return await house.ring(house.scripted("Where is your office?", "Thank you, goodbye."))


async def _ring_a_platform_that(house: Any, signing_secret: str) -> Any:
    """Ring through another platform, whose callbacks are signed otherwise."""
    from mapokezi.emulator.phone_call import CallPlan, place_call
    from mapokezi.emulator.server import Emulator

    known = house.emulator.settings
    numbers = tuple(replace(one, signing_secret=signing_secret) for one in known.numbers)
    async with Emulator(replace(known, numbers=numbers, port=0)) as other:
        caller = house.scripted(silent=True, patience_s=3.0)
        plan = CallPlan(caller, "+254722000199", numbers[0].e164, other.phone_url, ring_s=4.0)
        return await place_call(plan)


async def test_streams_and_signatures_of_other_forms(
    houses: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At once, for each caller lives through every second of the call."""
    monkeypatch.setenv("MAPOKEZI_WEBHOOK_SECRETS", "wrong-one,the-right-secret")
    async with houses() as strict:
        monkeypatch.undo()
        async with (
            houses(line={"track": "both_tracks"}) as wide,
            houses(line={"track": "both_tracks", "stream_rate_hz": 8000}) as narrow,
        ):
            *rungs, signatures = await asyncio.gather(
                asks(wide), asks(narrow), signed_and_not(strict)
            )
    for rung in rungs:
        has_heard_the_caller_alone(rung)
    lets_in_only_what_is_signed(*signatures)


async def test_three_calls_at_once_with_a_script(houses: Any, tmp_path: Path) -> None:
    script = tmp_path / "script.toml"
    script.write_text(SCRIPT, encoding="utf-8")
    async with houses(voice={"kind": "script", "script": str(script)}) as house:
        rungs = await asyncio.gather(
            *(house.ring(house.scripted("I am calling about my land.")) for _ in range(3))
        )
    for rung in rungs:
        assert rung.kept.call.outcome is Outcome.MESSAGE
        assert rung.kept.call.voice == "script"
        assert rung.messages[0].name == "Grace"
        assert rung.heard.timings().unanswered == 0
        assert "written down" in rung.transcript
    assert len({rung.kept.call.call_id for rung in rungs}) == 3


async def signed_and_not(house: Any) -> tuple[Any, Any, Any]:
    """One caller of a platform that signs, one of a platform that does not, one of a forger."""
    numbers = house.emulator.settings.numbers
    assert all(number.signing_secret == "wrong-one" for number in numbers)
    return await asyncio.gather(
        asks(house),
        _ring_a_platform_that(house, signing_secret=""),
        _ring_a_platform_that(house, signing_secret="somebody-else's"),
    )


def has_heard_the_caller_alone(rung: Any) -> None:
    """In the seed page's form, at either rate, our own voice comes back to us beside theirs."""
    assert rung.kept.call.outcome is Outcome.RESOLVED, rung.transcript
    assert "mwavuli" in rung.transcript.lower()
    spoken = [turn for turn in rung.kept.turns if turn.speaker == "caller"]
    assert len(spoken) == 2, rung.transcript
    assert not rung.moments("playout_paused")


def lets_in_only_what_is_signed(signed: Any, unsigned: Any, forged: Any) -> None:
    assert signed.kept.call.outcome is Outcome.RESOLVED
    for call in (unsigned, forged):
        assert not call.answered
        statuses = [event["status"] for event in call.events if event["type"] == "posted"]
        assert statuses[0] == 401
