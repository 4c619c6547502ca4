"""What counts for a model, and what against it, in the breaker that keeps new calls off it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.bridge.peers import Lore, Peer, Saying
from tests.bridge.test_chat_mind import Line, says
from tests.bridge.test_fault_matrix import KINDS, LONGEST_S, NEXT_KIND, Conversation, rung_up

from mapokezi.speech.errors import SpeechBusy
from mapokezi.voice.breaker import BreakerState

pytestmark = pytest.mark.anyio
VIRTUAL_TIME = True

PARKING = "Is there parking?"
ANSWER = "Would that be for one car or for two, and would you come alone or with others?"


async def test_a_voice_that_fails_is_no_success_of_the_model(kit: Any) -> None:
    line = Line(kit)
    breaker = line.model.breaker
    line.speech.dumb = SpeechBusy("all workers are busy", "busy")
    for failures in (1, 2, 3):
        line.open()
        await line.wait(0.4)
        line.far.answers = [says("We open at nine.")]
        await line.say("When do you open?")
        await line.wait(3.0)
        line.session.close()
        assert breaker.failures == failures
    assert breaker.state(0.0) is BreakerState.OPEN


async def test_a_line_of_ours_is_no_success_of_the_model(kit: Any) -> None:
    line = Line(kit)
    line.open()
    await line.wait(0.4)
    line.model.breaker.failed("before", 0.0)
    line.session.speak("Are you still there?", "line-1")
    await line.wait(3.0)
    assert line.replies == ["Are you still there?"]
    assert line.model.breaker.failures == 1
    line.far.answers = [says("We open at nine.")]
    await line.say("When do you open?")
    await line.wait(3.0)
    assert line.model.breaker.failures == 0
    line.session.close()


@pytest.mark.parametrize("kind", ["gemini_live", "openai_realtime"])
async def test_a_model_that_dies_in_its_first_reply_each_time_is_kept_off(
    worlds: Any, kind: str
) -> None:
    about = Lore({PARKING: lambda _known: [Saying(ANSWER)]})
    first: Any = KINDS[kind](about)
    peers: dict[str, Peer] = {"first": first, "second": KINDS[NEXT_KIND[kind]](about)}
    call, net = await rung_up(worlds, peers, about)
    world, talk = call.world, call.talk
    models = world.reception._parts.models

    def die(moment: str, _text: str) -> None:
        if moment == "reply":
            first.fail("killed")

    first.on_moment = die
    for failures in (1, 2, 3):
        first.fails_as = ""
        world.keeper.turns.clear()  # of the call before
        talk.open()
        await talk.until(lambda talk=talk: talk.record.notice is not None)
        call = Conversation(world, talk, about)
        await call.ask(PARKING, ANSWER)
        assert max(silence for _, silence in call.silences) <= LONGEST_S
        talk.gone("platform_closed")
        talk.complete()
        assert models.health()["models"]["first"]["failures"] == failures
        talk = world.ring()
    assert models.health()["models"]["first"]["state"] == "open"
    await world.reception.close()
    for peer in peers.values():
        await peer.close()
    await net.close()
