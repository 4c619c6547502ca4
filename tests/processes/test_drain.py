"""Stopping while callers are on the line: everybody finishes, nobody is turned away unheard."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from mapokezi.calls import Outcome, TerminationReason
from mapokezi.emulator.callers import Manners
from mapokezi.records.call_record import HandOffOutcome

if TYPE_CHECKING:
    from tests.processes.conftest import Deployment

    from mapokezi.emulator.phone_call import CallHeard, SpokenLine

pytestmark = pytest.mark.anyio

RECEPTION = "+254700000100"
ASKING, TALKING, PASSED_ON, LATE = (f"+2547220001{n:02}" for n in range(4))

PATIENT_SCRIPT = """
[[step]]
label = "again"
wait_for_caller = 0.2
[[step]]
say = "We are open on Saturday from nine to twelve."
[[step]]
repeat = "forever"
from = "again"
"""


def said_by_platform(heard: CallHeard) -> list[str]:
    return [event["text"] for event in heard.events if event["type"] == "said"]


@pytest.mark.call
async def test_sigterm_with_three_calls_up_one_of_them_being_passed_on(
    speaking: Deployment, said: Callable[..., list[Any]]
) -> None:
    serve = speaking.start("serve")
    emulator = await speaking.start_emulator("--callee", f"{RECEPTION}=answer")
    await speaking.is_ready(serve)
    saturday, where, bye = said("Are you open on Saturday?", "Where is your office?", "Goodbye.")
    person, leave = said("I want to speak to a person, please.", "This is Grace. Please call me.")
    dialling = asyncio.Event()

    def watch(line: SpokenLine) -> None:
        if line.text == "dialling":
            dialling.set()

    asking = asyncio.create_task(speaking.ring([saturday, bye], ASKING))
    talking = asyncio.create_task(speaking.ring([where, bye], TALKING))
    stays = Manners(lingers_s=8.0)
    passed_on = asyncio.create_task(speaking.ring([person], PASSED_ON, stays, watch))
    await asyncio.wait_for(dialling.wait(), 40.0)
    serve.signal(signal.SIGTERM)
    await serve.tells("drain_began", calls=3)
    late = asyncio.create_task(speaking.ring([leave], LATE))
    first, second, third, fourth = await asyncio.gather(asking, talking, passed_on, late)
    assert await serve.ended(60.0) == 0, serve.tail()

    for heard in (first, second):
        assert [line for line in heard.conversation if line.text == "Goodbye."]
        assert heard.timings().longest_wait_ms <= 3_000
    for caller in (ASKING, TALKING):
        found = await speaking.record_of(caller)
        assert found.call.outcome is Outcome.RESOLVED, found
        assert found.call.termination is not None
    found = await speaking.record_of(PASSED_ON)
    assert found.call.outcome is Outcome.TRANSFERRED, found
    assert [one.outcome for one in found.call.hand_offs] == [HandOffOutcome.CONNECTED]
    assert any(event["type"] == "dial_answered" for event in third.events)

    assert "leave your name" in said_by_platform(fourth)[0]
    found = await speaking.record_of(LATE)
    assert found.call.outcome is Outcome.FALLBACK
    assert [message.number for message in await speaking.messages(found)] == [LATE]

    for caller in (ASKING, TALKING, PASSED_ON):
        posts = await speaking.posts(caller)
        assert len(posts) >= 5
        assert {post["status"] for post in posts} == {200}, posts
    assert serve.events("drain_ended", cut_off=0)
    assert not serve.events("post_refused")
    emulator.signal(signal.SIGTERM)
    assert await emulator.ended() == 0, emulator.tail()


async def test_a_caller_hears_goodbye_when_the_time_is_up_and_is_put_down_for_a_call_back(
    deployment: Deployment, words: Callable[[str], Any]
) -> None:
    deployment.follow_script(PATIENT_SCRIPT)
    deployment.set(line_drain_limit_s=1)
    async with deployment.platform():
        line = await deployment.start_line()
        talk = [words("Are you open on Saturday?") for _ in range(9)]
        call = asyncio.create_task(deployment.ring(talk, ASKING))
        await line.tells("media_opened")
        line.signal(signal.SIGTERM)
        heard = await call
        assert await line.ended() == 0
        assert {post["status"] for post in await deployment.posts(ASKING)} == {200}
    assert heard.hung_up_by == "platform"
    assert heard.timings().longest_silence_ms <= 3_000
    assert line.events("drain_asks_goodbye")
    found = await deployment.record_of(ASKING)
    assert found.call.termination is not None
    assert found.call.termination.reason is TerminationReason.DRAINED
    assert "Goodbye." in found.turns[-1].text
    assert not found.turns[-1].cut
    (message,) = await deployment.messages(found)
    assert message.number == ASKING
