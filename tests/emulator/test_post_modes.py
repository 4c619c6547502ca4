"""How posts and events go out, by the modes: signed, late, doubled, shuffled, in each envelope."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from starlette.responses import Response

from mapokezi.telephony.signature import SIGNATURE_HEADER, SignatureVerdict, verify

if TYPE_CHECKING:
    from tests.emulator.conftest import Rig, Rigs

pytestmark = pytest.mark.anyio

SIGNED = {"signing_secret": "shh", "events_url": "/events"}
WAYS = [("prompt", 1), ("twice", 2), ("late", 1), ("shuffled", 1), ("none", 0)]
HANGUP = "<Response><Hangup/></Response>"


async def one_call(rig: Rig) -> dict[str, Any]:
    rig.receptionist.answer_first(HANGUP)
    return await (await rig.call()).cdr()


@pytest.mark.parametrize(
    ("way", "verdict"),
    [
        ("good", SignatureVerdict.GOOD),
        ("wrong", SignatureVerdict.WRONG),
        ("stale", SignatureVerdict.STALE),
        ("none", SignatureVerdict.MISSING),
    ],
)
async def test_signatures_in_every_way(rigs: Rigs, way: str, verdict: SignatureVerdict) -> None:
    async with rigs(number=SIGNED, signature=way) as rig:
        await one_call(rig)
        first = rig.receptionist.posts[0]
        header = first.headers.get(SIGNATURE_HEADER.lower())
        assert verify(header, first.body, ["shh"], time.time()) is verdict


async def test_the_bare_form_of_before(rigs: Rigs) -> None:
    async with rigs(number=SIGNED, signature="bare") as rig:
        await one_call(rig)
        first = rig.receptionist.posts[0]
        header = first.headers[SIGNATURE_HEADER.lower()]
        assert verify(header, first.body, ["shh"], 0, legacy=True) is SignatureVerdict.GOOD


@pytest.mark.parametrize(
    ("way", "times"), [("twice", 2), ("late", 1), ("shuffled", 1), ("none", 0)]
)
async def test_later_posts(rigs: Rigs, way: str, times: int) -> None:
    async with rigs(later_posts=way, clock_speed=20) as rig:
        row = await one_call(rig)
        await rig.over(row)
        assert rig.receptionist.states().count("Completed") == times


@pytest.mark.parametrize(
    ("way", "times"), [("twice", 2), ("late", 1), ("shuffled", 1), ("none", 0)]
)
async def test_events(rigs: Rigs, way: str, times: int) -> None:
    async with rigs(event_posts=way, clock_speed=20, number=SIGNED) as rig:
        row = await one_call(rig)
        await rig.over(row)
        events = [post for post in rig.receptionist.posts if post.path == "/events"]
        kinds = [post.headers["x-sautikit-event-kind"] for post in events]
        assert kinds.count("call.failed") == times
        ids = {post.headers["x-sautikit-event-id"] for post in events}
        assert len(ids) == (2 if times else 0), "a doubled event keeps its id"


@pytest.mark.parametrize(
    ("form", "named", "identified"),
    [
        ("kind", "x-sautikit-event-kind", "x-sautikit-event-id"),
        ("event", "x-sautikit-event", "x-sautikit-idempotency-key"),
        ("none", None, None),
    ],
)
async def test_headers_of_events(
    rigs: Rigs, form: str, named: str | None, identified: str | None
) -> None:
    async with rigs(event_headers=form, number=SIGNED) as rig:
        await one_call(rig)
        told = await rig.receptionist.post_with(lambda post: post.path == "/events")
        names = {name for name in told.headers if name.startswith("x-sautikit")}
        assert names - {SIGNATURE_HEADER.lower()} == {one for one in (named, identified) if one}


async def test_the_three_envelopes(rigs: Rigs) -> None:
    bodies = {}
    for form in ("raw", "a", "b"):
        async with rigs(event_envelope=form, number=SIGNED) as rig:
            row = await one_call(rig)
            told = await rig.receptionist.post_with(
                lambda post: post.headers.get("x-sautikit-event-kind") == "call.failed"
            )
            bodies[form] = told
            if form == "raw":
                assert told.fields["callSessionState"] == "Completed"
                continue
            body = json.loads(told.body)
            data = body["data" if form == "a" else "payload"]
            assert (data["call_id"], data["pbx_call_id"]) == (row["id"], row["session_id"])
            assert body["kind" if form == "a" else "event_kind"] == "call.failed"
            assert body["event_id"].startswith("evt_")


async def test_a_voice_url_that_failed_is_asked_again(rigs: Rigs) -> None:
    async with rigs(voice_retries=2, clock_speed=50) as rig:
        office = rig.receptionist
        office.answer = lambda post: (
            Response(status_code=503) if len(office.states()) < 3 else HANGUP
        )
        phone = await rig.call()
        await phone.cdr()
        assert office.states()[:3] == ["Ringing"] * 3
        assert "platform_message" not in phone.kinds()


@pytest.mark.parametrize("nesting", ["call", "payload", "data"])
async def test_fields_under_a_key(rigs: Rigs, nesting: str) -> None:
    async with rigs(post_nesting=nesting) as rig:
        await one_call(rig)
        assert "sessionId" in rig.receptionist.posts[0].fields[nesting]


async def test_a_post_without_a_session(rigs: Rigs) -> None:
    async with rigs(post_session_id="missing", post_parties="swapped") as rig:
        await one_call(rig)
        fields = rig.receptionist.posts[0].fields
        assert "sessionId" not in fields
        assert fields["callerNumber"] == "+254209000000"
