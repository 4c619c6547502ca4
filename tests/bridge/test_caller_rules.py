"""Callers whom the office treats apart: blocked, withheld, VIPs, known numbers, spam."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mapokezi.bridge.admission import Refusal
from mapokezi.calls import CallId, Outcome, TerminationReason
from mapokezi.receptionist.caller_rules import CallerRules, CallersGet
from mapokezi.receptionist.known_callers import ONLY_MESSAGES, RANG_BACK
from mapokezi.receptionist.phrases import PHRASES
from mapokezi.records.known_caller import KnownCaller
from mapokezi.records.ringing_back import ring_back_label
from mapokezi.telephony.actions import Dial, Reject, Stream
from mapokezi.telephony.callbacks import CallState, DialOutcome
from mapokezi.telephony.urls import After
from mapokezi.units import E164

pytestmark = pytest.mark.anyio
VIRTUAL_TIME = True

CALLER = E164("+254722000001")
ONLY = PHRASES["message_only"][0]


class Records:
    """What is on record of a number; or a database that is slow."""

    def __init__(self, known: KnownCaller, slow_s: float = 0.0) -> None:
        self.known, self.slow_s = known, slow_s
        self.asked: list[tuple[Any, ...]] = []

    async def of(self, *about: Any) -> KnownCaller:
        self.asked.append(about)
        await asyncio.sleep(self.slow_s)
        return self.known

    async def left_by(self, *_about: Any) -> Any:
        raise AssertionError("nothing is looked up on the number alone")


def knows(world: Any, records: Records) -> None:
    """Let the reception look numbers up."""
    world.reception._numbers._records = records


async def told(world: Any, talk: Any) -> str:
    """The instructions of the call's voice."""
    (visit,) = world.reception._visits.values()
    assert visit.session is not None
    text: str = visit.session._parts.brief(()).instructions
    return text


async def test_a_blocked_caller_may_leave_a_message_where_the_office_chose_so(worlds: Any) -> None:
    rules = CallerRules(blocked_get=CallersGet.MESSAGE)
    world = await worlds(blocked=(CALLER,), callers=rules)
    talk = await world.pick_up()
    (visit,) = world.reception._visits.values()
    assert ONLY_MESSAGES in await told(world, talk)
    await talk.say("Where is your office?")
    await talk.until_heard(ONLY)
    for name in ("look_up", "hand_over", "want_person", "earlier_message"):
        refused = await visit.deeds.carry_out(name, {"question": "fees", "reason": "x"})
        assert (refused["status"], refused["say"]) == ("refused", ONLY)
    saved = await visit.deeds.carry_out("take_message", {"name": "Ann", "reason": "the plot"})
    assert saved["status"] == "saved"
    await world.reception.close()


@pytest.mark.parametrize("get", list(CallersGet))
async def test_withheld_numbers_get_what_the_office_chose(worlds: Any, get: CallersGet) -> None:
    world = await worlds(callers=CallerRules(withheld_get=get), prepared=False)
    talk = world.ring(caller=None)
    if get is CallersGet.BUSY:
        assert talk.answer.refusal is Refusal.WITHHELD
        assert isinstance(talk.answer.actions[0], Reject)
        assert talk.record.outcome is Outcome.FALLBACK
        assert not world.keeper.messages
    else:
        assert isinstance(talk.answer.actions[0], Stream)
        assert talk.call.only_messages is (get is CallersGet.MESSAGE)
    assert not world.ring().call.only_messages, "others are answered as always"
    await world.reception.close()


async def test_a_vip_rings_the_persons_telephone_at_once_and_else_the_receptionist(
    worlds: Any,
) -> None:
    rules = CallerRules(vips_ring="wanjiku-kamau")
    world = await worlds(vips=(CALLER,), callers=rules, prepared=False)
    mobile = next(one.mobile for one in world.office.people if one.id == "wanjiku-kamau")
    vip = world.ring()
    (dial, *_) = vip.answer.actions
    assert isinstance(dial, Dial)
    assert dial.numbers == (mobile,)
    back = vip.post(After.DIAL, dial_outcome=DialOutcome.NO_ANSWER)
    assert isinstance(back[0], Stream), "nobody picked up: the receptionist does"
    other = world.ring(caller=E164("+254722000009"))
    assert isinstance(other.answer.actions[0], Stream)
    await world.reception.close()


async def test_a_number_is_looked_up_while_its_call_is_answered(worlds: Any) -> None:
    world = await worlds(prepared=True)
    records = Records(KnownCaller(calls_before=3, calls_today=2, in_vain_today=2))
    knows(world, records)
    talk = world.ring()
    await asyncio.sleep(0.05)  # sooner no platform opens its stream
    talk.open()
    await talk.until(lambda: talk.record.notice is not None)
    ((office, caller, _, began, but),) = records.asked
    assert (office, caller, but) == (world.office.id, CALLER, talk.call.call_id)
    assert began.hour == 21, "midnight in Nairobi"
    assert "several times today" in await told(world, talk)
    await talk.say("blorg fnord wibble")
    await talk.until_heard("message")
    await world.reception.close()


async def test_a_database_that_is_slow_costs_the_caller_nothing(worlds: Any) -> None:
    world = await worlds()
    knows(world, Records(KnownCaller(calls_before=1), slow_s=60.0))
    talk = await world.pick_up()
    assert talk.call.known is None
    await world.reception.close()


async def test_the_sixth_call_without_a_word_is_spam_and_owes_nobody_a_call(worlds: Any) -> None:
    world = await worlds(prepared=False)
    knows(world, Records(KnownCaller(calls_before=5, silent_lately=5)))
    talk = world.ring()
    await asyncio.sleep(1)
    talk.post(state=CallState.CANCELED, state_text="Canceled", is_active=False)
    assert talk.record.outcome is Outcome.SPAM
    assert talk.record.termination.reason is TerminationReason.CALLER_HUNG_UP
    assert not world.keeper.messages
    await world.reception.close()


async def test_a_call_that_we_placed_is_one_on_record_and_no_flash(worlds: Any) -> None:
    world = await worlds()
    label = ring_back_label(CallId("c-000001"))
    talk = world.ring(client_request_id=label, direction="outbound")
    talk.open()
    assert talk.record.rings_back == "c-000001"
    assert RANG_BACK in await told(world, talk)
    await talk.wait(1)
    talk.complete()
    assert talk.record.outcome is Outcome.ABANDONED
    await world.reception.close()
