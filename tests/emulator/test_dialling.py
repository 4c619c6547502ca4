"""Dial: ringing scripted people for the caller, over loopback."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.emulator.conftest import Rigs

pytestmark = pytest.mark.anyio

PERSON = "+254711000001"


@pytest.mark.parametrize("tail", ["", "<Say>Back again.</Say>"])
async def test_dial_that_is_answered(rigs: Rigs, scripts: Any, tail: str) -> None:
    answers = scripts("answered", after_s=0.2, talk_s=1.1, says="Good morning Achieng here")
    async with rigs(callees={PERSON: answers}) as rig:
        office = rig.receptionist
        office.answer_first(f"<Response><Dial timeout='5'>0711000001</Dial>{tail}</Response>")
        phone = await rig.call()
        await phone.event("dialling", numbers=[PERSON])
        await phone.event("dial_answered", number=PERSON)
        await phone.event("dial_ended", outcome="answered")
        cdr = await phone.cdr()
        await office.completed()
        assert phone.heard_ms(425) >= 60, "ring-back"
        assert phone.heard_ms(620) >= 200, "the person's voice"
        (leg,) = cdr["legs"]
        assert (leg["outcome"], leg["duration_seconds"], leg["cost_minor"]) == ("answered", 2, 10)
        assert cdr["cost_minor"] == 10
        told = await office.post_with(lambda post: post.fields.get("dialCallStatus") is not None)
        assert told.fields["dialCallStatus"] == "completed"
        assert told.fields["dialDurationInSeconds"] == "2"
        assert told.fields["isActive"] == "1"
        assert ("said" in phone.kinds()) == bool(tail)


@pytest.mark.parametrize(
    ("outcome", "state"), [("busy", "busy"), ("no_answer", "no-answer"), ("failed", "failed")]
)
async def test_dial_in_vain_is_told_and_then_asked_about(
    rigs: Rigs, scripts: Any, outcome: str, state: str
) -> None:
    async with rigs(callees={PERSON: scripts(outcome, after_s=0.2)}) as rig:
        office = rig.receptionist
        documents = {
            "Ringing": "<Response><Say>Hold</Say><Dial timeout='1'>+254711000001</Dial></Response>",
            "Answered": "<Response><Say>Sorry.</Say></Response>",
        }
        office.answer = lambda post: documents.get(post.state, "<Response><Say>No</Say></Response>")
        phone = await rig.call()
        await phone.event("dial_ended", outcome=outcome)
        await phone.event("said", text="Sorry.")
        cdr = await phone.cdr()
        await office.completed()
        assert cdr["cost_minor"] == 0
        assert sorted(office.states()[:3]) == sorted(["Ringing", state, "Answered"])
        report = next(post for post in office.posts if post.state == state)
        assert report.fields["isActive"] == "1"
        assert report.fields["dialCallStatus"] == state
        assert (await phone.event("posted", state=state))["ignored"], "noted, not obeyed"


async def test_dial_in_vain_goes_on_to_the_next_verb(rigs: Rigs, scripts: Any) -> None:
    async with rigs(callees={PERSON: scripts("busy", after_s=0.1)}) as rig:
        office = rig.receptionist
        first = (
            "<Response><Dial>+254711000001</Dial>"
            "<Redirect>/continue?after=dial</Redirect></Response>"
        )
        later = "<Response><Say>Back.</Say></Response>"
        office.answer = lambda post: (
            first
            if len(office.posts) == 1
            else later
            if post.path == "/continue"
            else "<Response/>"
        )
        phone = await rig.call()
        await phone.event("said", text="Back.")
        await phone.cdr()
        asked = next(post for post in office.posts if post.path == "/continue")
        assert asked.fields["dialCallStatus"] == "busy"


async def test_the_report_of_a_dial_can_be_the_question(rigs: Rigs, scripts: Any) -> None:
    callees = {PERSON: scripts("busy", after_s=0.1)}
    async with rigs(callees=callees, after_dial="report-is-question") as rig:
        office = rig.receptionist
        documents = {
            "Ringing": "<Response><Dial>+254711000001</Dial><Say>Tail.</Say></Response>",
            "busy": "<Response><Say>Obeyed.</Say></Response>",
        }
        office.answer = lambda post: documents.get(post.state, "<Response/>")
        phone = await rig.call()
        await phone.event("said", text="Obeyed.")
        await phone.cdr()
        assert office.states()[:2] == ["Ringing", "busy"]


async def test_a_caller_who_hangs_up_ends_the_dialled_leg(rigs: Rigs, scripts: Any) -> None:
    async with rigs(callees={PERSON: scripts("answered", after_s=0.1, talk_s=60)}) as rig:
        office = rig.receptionist
        office.answer_first("<Response><Dial>+254711000001</Dial></Response>")
        phone = await rig.call()
        await phone.event("dial_answered")
        cdr = await phone.hang_up()
        assert cdr["legs"][0]["outcome"] == "answered"
        assert cdr["legs"][0]["duration_seconds"] == 1
        assert cdr["cost_minor"] == 5, "a begun second of KES 3.00 a minute"
