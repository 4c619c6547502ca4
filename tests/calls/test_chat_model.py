"""A whole call that a self-hosted chat model leads, and one after that model has gone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from tests.fakes.chat_server import Act, Call, Count, Finish, Refuse, Say, Think, answer, serve_chat

from mapokezi.calls import Outcome, TerminationReason
from mapokezi.config import ModelConfig

pytestmark = [pytest.mark.anyio, pytest.mark.call, pytest.mark.timeout(240)]

MESSAGE = {"name": "Peter Mwangi", "reason": "the transfer of a plot", "unsure": ["name"]}


def receptionist(asked: dict[str, Any]) -> Sequence[Act]:
    """A model that thinks aloud, writes markdown, and does what it is asked."""
    last = asked["messages"][-1]
    text = str(last["content"]).lower()
    if last["role"] == "tool":
        assert json.loads(text)["message_id"]
        return answer("Thank you, your message is saved.")
    if "message" in text:
        tool = Call("take_message", json.dumps(MESSAGE))
        return [Think("a message"), Say("One moment, please."), tool, Finish("tool_calls"), Count()]
    if "bye" in text:
        return [Say("Thank you for calling, goodbye."), Call("end_call"), Finish("tool_calls")]
    return answer(
        "<think>Saturday!</think>**On Saturday, we open** at nine in the morning 😀. "
        "We close at one in the afternoon."
    )


async def test_a_chat_model_leads_a_call_and_the_clerk_the_next_one(houses: Any) -> None:
    async with serve_chat(thinks=receptionist, key="secret") as server:
        own = ModelConfig(
            protocol="chat_completions",
            url=server.url,
            model="qwen3",
            headers={"Authorization": "Bearer secret"},
        )
        async with houses(models={"own": own}) as house:
            led = await house.ring(
                house.scripted(
                    "What time do you open on Saturday?",
                    "Please take a message, it is about the transfer of a plot.",
                    "No, that is all, goodbye.",
                ),
                longest_s=90.0,
            )
            server.thinks = lambda asked: [Refuse(500)]
            rescued = await house.ring(
                house.scripted("What time do you open on Saturday?", "That is all, goodbye.")
            )
    assert "nine in the morning" in led.words.lower()
    assert "saved" in led.words.lower()
    for never in ("think", "asterisk", "star", "smil", "take underscore"):
        assert never not in led.words.lower()
    assert led.kept.call.outcome is Outcome.MESSAGE
    assert led.kept.call.termination.reason is TerminationReason.RECEPTIONIST_SAID_GOODBYE
    (message,) = led.messages
    assert "plot" in message.reason
    assert "name" in message.unsure
    timings = led.heard.timings()
    assert timings.unanswered == 0
    told = [one for one in server.questions[0]["messages"] if one["role"] == "system"]
    assert "Ngong Road" in told[0]["content"] or "Facts" in told[0]["content"]
    # The model is gone: the clerk answers the same question from the same facts.
    assert "nine in the morning" in rescued.words.lower()
    assert rescued.heard.timings().unanswered == 0
