"""The speech process falls: no caller sits in silence, and none is lost.

All but one of these run a speech process with engines that cost nothing (`trial_engines`), so that
what is measured is the fault and not the machine.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from mapokezi.calls import Outcome, TerminationReason
from mapokezi.emulator.callers import Manners

if TYPE_CHECKING:
    from tests.processes.conftest import Deployment, Program

    from mapokezi.emulator.phone_call import CallHeard, SpokenLine

pytestmark = pytest.mark.anyio

CALLER = "+254722000601"
STAYS = Manners(lingers_s=4.0, patience_s=20.0)
LONGEST_SILENCE_MS = 3_000
"""product.md: the longest silence in which a caller waits, under every injected fault."""

TRIAL_SPEECH = """
import asyncio
from mapokezi.cli.settings import start_role
from mapokezi.speech.server import serve_speech
from mapokezi.speech.settings import SpeechSettings, WorkerSettings
settings = SpeechSettings(
    start_role(None).data_folder / "speech.sock",
    workers=2,
    worker=WorkerSettings("trial_engines:Recogniser", "", "trial_engines:Synthesiser"),
    voice_detector="trial_engines:Detector",
)
asyncio.run(serve_speech(settings))
"""


def start_trial_speech(deployment: Deployment) -> Program:
    order = deployment.folder / "order"
    order.write_text("Is there a lift?", encoding="utf-8")
    deployment.environment["TRIAL_ORDER"] = str(order)
    deployment.environment["PYTHONPATH"] = str(Path(__file__).parent)
    return deployment.run(["-c", TRIAL_SPEECH])


def children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(child) for child in found.split()]


def when_the_caller_speaks(do: Callable[[], None]) -> Callable[[SpokenLine], None]:
    """Do something once, as the caller's first line begins."""
    done: list[SpokenLine] = []

    def watch(line: SpokenLine) -> None:
        if line.speaker == "caller" and not done:
            done.append(line)
            do()

    return watch


def waited_ms(heard: CallHeard) -> int:
    """The longest silence in which the caller waited for an answer."""
    timings = heard.timings()
    assert timings.unanswered == 0, heard.conversation
    return max(timings.longest_wait_ms, *timings.gaps_ms)


async def test_speech_that_fails_in_the_middle_of_a_call(
    deployments: Callable[[], Deployment], words: Callable[[str], Any]
) -> None:
    """Each with processes of its own; at once, for all of them mostly wait."""
    async with asyncio.TaskGroup() as cases:
        cases.create_task(a_recogniser_that_raises_ends_the_call(deployments(), words))
        for what in ("server", "workers"):
            cases.create_task(what_hangs_comes_round(deployments(), words, what))


async def a_recogniser_that_raises_ends_the_call(
    deployment: Deployment, words: Callable[[str], Any]
) -> None:
    start_trial_speech(deployment)
    async with deployment.platform():
        line = await deployment.start_line()
        (deployment.folder / "order").write_text("!", encoding="utf-8")
        talk = [words("Is there a lift?"), words("Hello? Is there a lift?")]
        heard = await deployment.ring(talk, CALLER, STAYS)
    assert waited_ms(heard) <= LONGEST_SILENCE_MS
    assert heard.hung_up_by == "platform"
    assert line.events("not_transcribed")
    found = await deployment.record_of(CALLER)
    assert found.call.termination is not None
    assert found.call.termination.reason is TerminationReason.VOICE_FAILED
    assert found.call.outcome is Outcome.FAILED
    assert found.turns[-1].text.startswith("I'm sorry")
    assert not found.turns[-1].cut
    (owed,) = await deployment.messages(found)
    assert owed.number == CALLER


async def what_hangs_comes_round(
    deployment: Deployment, words: Callable[[str], Any], what: str
) -> None:
    speech = start_trial_speech(deployment)
    hanging: list[int] = []

    def hang() -> None:
        hanging[:] = [speech.pid] if what == "server" else children(speech.pid)
        for pid in hanging:
            os.kill(pid, signal.SIGSTOP)

    def come_round() -> None:
        for pid in hanging:
            os.kill(pid, signal.SIGCONT)

    async with deployment.platform():
        line = await deployment.start_line()
        talk = [words("Is there a lift?")]
        call = asyncio.create_task(
            deployment.ring(talk, CALLER, STAYS, when_the_caller_speaks(hang))
        )
        # The caller has heard that we are there; then the speech process works again.
        await line.tells("not_transcribed")
        come_round()
        heard = await call
    assert waited_ms(heard) <= LONGEST_SILENCE_MS
    assert bool(line.events("speech_server_lost")) is (what == "server")
    found = await deployment.record_of(CALLER)
    texts = [turn.text for turn in found.turns]
    assert "One moment, please." in texts
    assert any("there is a lift" in text for text in texts), "the question was not lost"
    assert await deployment.messages(found) == ()


async def test_speech_that_is_down_at_the_start_is_waited_for_and_then_not_needed(
    deployment: Deployment, words: Callable[[str], Any]
) -> None:
    for path in (deployment.folder / "phrases").iterdir():
        path.unlink()
    async with deployment.platform():
        line = deployment.start("line")
        await line.tells("line_started")
        async with httpx2.AsyncClient() as client:
            assert (await client.get(f"{deployment.line_url}/readyz")).status_code == 503
        heard = await deployment.ring([words("This is Grace.")], CALLER)
        assert any("leave your name" in event.get("text", "") for event in heard.events)
        assert [event for event in heard.events if event["type"] == "recording"]
        await line.tells("call_refused", reason="not_ready")
        found = await deployment.record_of(CALLER)
        assert found.call.outcome is Outcome.FALLBACK
        (owed,) = await deployment.messages(found)
        assert owed.number == CALLER

        speech = start_trial_speech(deployment)
        await deployment.is_ready(line)
        speech.signal(signal.SIGKILL)
        line.signal(signal.SIGTERM)
        assert await line.ended() == 0
        again = deployment.start("line")
        await deployment.is_ready(again)
        assert not again.events("preparation_waits", what="sounds")


@pytest.mark.call
async def test_the_speech_process_is_killed_in_a_call_and_started_again(
    speaking: Deployment, said: Callable[..., list[Any]]
) -> None:
    serve = speaking.start("serve")
    async with speaking.platform():
        await speaking.is_ready(serve)
        await serve.tells("speech_ready")
        speech = serve.events("role_started", role="speech")[0]["pid"]
        talk = said("Where is your office?", "Are you open on Saturday?")
        kill = when_the_caller_speaks(lambda: os.kill(speech, signal.SIGKILL))
        heard = await speaking.ring(talk, CALLER, STAYS, kill)
    assert waited_ms(heard) <= LONGEST_SILENCE_MS
    await serve.tells("role_died", role="speech")
    await serve.tells("speech_ready", nth=2)
    found = await speaking.record_of(CALLER)
    if found.call.outcome is not Outcome.RESOLVED:
        # A machine too slow to have it back in time: the caller was told so, and is rung back.
        assert found.call.outcome is Outcome.FAILED
        (owed,) = await speaking.messages(found)
        assert owed.number == CALLER
