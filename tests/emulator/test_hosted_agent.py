"""aiAgent: the platform's own agent is not here, and what the document wants then is done."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from mapokezi.emulator.callees import CalleeScript

if TYPE_CHECKING:
    from tests.emulator.conftest import Phone, Rig, Rigs

pytestmark = pytest.mark.anyio

PERSON = "+254700000101"


def document(on_unavailable: str | None, **handover: str) -> str:
    agent: dict[str, Any] = {"agentId": "agent-1", "revision": 2}
    if handover:
        agent["handover"] = handover
    if on_unavailable:
        agent["onUnavailable"] = on_unavailable
    return json.dumps({"actions": [{"aiAgent": agent}]})


async def call_of(rig: Rig, answer: str, later: str = "<Response/>") -> Phone:
    rig.receptionist.answer_first(answer, later)
    phone = await rig.call()
    told = await phone.event("agent_unavailable")
    assert told["agent"] == "agent-1"
    return phone


@pytest.mark.parametrize("wanted", [None, "hangup", "forward", "callback"])
async def test_without_a_target_the_call_ends_and_says_why(rigs: Rigs, wanted: str | None) -> None:
    async with rigs() as rig:
        phone = await call_of(rig, document(wanted))
        row = await phone.cdr()
        assert (row["status"], row["failure_code"]) == ("failed", "agent_unavailable")


async def test_forward_rings_the_number(rigs: Rigs) -> None:
    callees = {PERSON: CalleeScript(after_s=0.1, talk_s=0.3)}
    async with rigs(callees=callees) as rig:
        phone = await call_of(rig, document("forward", forward=PERSON))
        await phone.event("dial_answered", number=PERSON)
        assert (await phone.cdr())["legs"][0]["outcome"] == "answered"


async def test_callback_asks_the_url(rigs: Rigs) -> None:
    async with rigs() as rig:
        office = rig.receptionist
        office.answer = lambda post: {
            "/voice": document("callback", callbackUrl="/continue"),
            "/continue": "<Response><Say>Back again.</Say></Response>",
        }.get(post.path if post.fields["isActive"] == "1" else "", "<Response/>")
        phone = await rig.call()
        await phone.event("said", text="Back again.")
        assert office.states("/continue") == ["Ringing"]
        await phone.cdr()


async def test_voicemail_records(rigs: Rigs) -> None:
    async with rigs() as rig:
        phone = await call_of(rig, document("voicemail"))
        await phone.event("recording")
        await phone.send({"type": "digit", "digit": "#"})
        assert (await phone.event("recorded"))["url"]
        await phone.cdr()
